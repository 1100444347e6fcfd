//! The table of specifications: a row an exchange.

use std::path::{Path, PathBuf};

/// A specification and the names of the crates that are generated from it.
pub(crate) struct Spec {
    /// The name of the specification as an argument of `--spec`.
    pub(crate) name: &'static str,
    /// The YAML file, relative to the root of the repository.
    pub(crate) path: &'static str,
    /// The generated crate.
    pub(crate) api_crate: &'static str,
    /// The generated crate of typed mocks.
    pub(crate) mock_crate: &'static str,
    /// The crate of the trading client, whose plain methods are generated.
    pub(crate) trading_client_crate: Option<&'static str>,
    /// The crate of the local exchange, whose tables of operations and schemas are generated.
    pub(crate) sandbox_crate: Option<&'static str>,
}

impl Spec {
    /// The folder of the generated crate, relative to the root of the repository.
    pub(crate) fn api_folder(&self) -> PathBuf {
        match self.is_of_an_exchange() {
            true => Path::new("crates").join(self.api_crate),
            false => Path::new("xtask").join(self.api_crate),
        }
    }

    /// The generated file of typed mocks, relative to the root of the repository.
    pub(crate) fn mock_file(&self) -> PathBuf {
        match self.is_of_an_exchange() {
            true => Path::new("crates").join(self.mock_crate).join("src/generated.rs"),
            false => self.api_folder().join("src/mocks.rs"),
        }
    }

    /// The folder of the trading client, relative to the root of the repository.
    pub(crate) fn trading_client_folder(&self) -> Option<PathBuf> {
        self.trading_client_crate.map(|name| Path::new("crates").join(name))
    }

    /// The folder of the local exchange, relative to the root of the repository.
    pub(crate) fn sandbox_folder(&self) -> Option<PathBuf> {
        self.sandbox_crate.map(|name| Path::new("crates").join(name))
    }

    /// The folder of the API snapshots, relative to the root of the repository. Specifications for tests have no snapshots, because they
    /// are not the API of an exchange.
    pub(crate) fn snapshot_folder(&self) -> Option<PathBuf> {
        self.is_of_an_exchange().then(|| self.api_folder().join("snapshots"))
    }

    /// The file that describes the pages of the exchange's documentation, relative to the root of the repository.
    pub(crate) fn documentation_profile(&self) -> PathBuf {
        Path::new("openapi/docs").join(format!("{}.toml", self.name))
    }

    /// The file with the facts of the last reviewed version of the documentation, relative to the root of the repository.
    pub(crate) fn documentation_lock(&self) -> PathBuf {
        Path::new("openapi/docs").join(format!("{}.lock", self.name))
    }

    fn is_of_an_exchange(&self) -> bool {
        SPECS.iter().any(|spec| spec.name == self.name)
    }
}

/// The specifications of all exchanges.
pub(crate) const SPECS: [Spec; 2] = [
    Spec {
        name: "6mm",
        path: "openapi/6mm.yaml",
        api_crate: "sixmm-api",
        mock_crate: "sixmm-httpmock",
        trading_client_crate: Some("sixmm-ext"),
        sandbox_crate: Some("sixmm-sandbox"),
    },
    Spec {
        name: "bitmart",
        path: "openapi/bitmart.yaml",
        api_crate: "bitmart-api",
        mock_crate: "bitmart-httpmock",
        trading_client_crate: None,
        sandbox_crate: None,
    },
];

/// Specifications that belong to no exchange. Their generated code must compile.
pub(crate) const TEST_SPECS: [Spec; 2] = [
    // Unusual names and descriptions that the checks accept.
    Spec {
        name: "edge-cases",
        path: "xtask/edge-cases/edge-cases.yaml",
        api_crate: "edge-cases",
        mock_crate: "edge-cases",
        trading_client_crate: None,
        sandbox_crate: None,
    },
    // The constructs of the specification language that `edge-cases` does not contain. Tests call the generated code.
    Spec {
        name: "second-exchange",
        path: "xtask/second-exchange/second-exchange.yaml",
        api_crate: "second-exchange",
        mock_crate: "second-exchange",
        trading_client_crate: None,
        sandbox_crate: None,
    },
];

/// The names of the specifications in [`SPECS`].
pub(crate) const NAMES: [&str; SPECS.len()] = {
    let mut names = [""; SPECS.len()];
    let mut index = 0;
    while index < SPECS.len() {
        names[index] = SPECS[index].name;
        index += 1;
    }
    names
};
