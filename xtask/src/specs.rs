//! The table of specifications: a row an exchange.

use std::path::{Path, PathBuf};

/// A specification and the names of what comes out of it.
pub(crate) struct Spec {
    /// What `--spec` calls it.
    pub(crate) name: &'static str,
    /// The YAML file, from the repository's top.
    pub(crate) path: &'static str,
    /// The generated crate.
    pub(crate) api_crate: &'static str,
    /// The generated crate of typed mocks.
    pub(crate) mock_crate: &'static str,
    /// The crate of the trading client, whose plain methods are generated.
    pub(crate) trading_client_crate: Option<&'static str>,
}

impl Spec {
    /// The folder of the generated crate, from the repository's top.
    pub(crate) fn api_folder(&self) -> PathBuf {
        match self.is_of_an_exchange() {
            true => Path::new("crates").join(self.api_crate),
            false => PathBuf::from("xtask/edge-cases"),
        }
    }

    /// The generated file of typed mocks, from the repository's top.
    pub(crate) fn mock_file(&self) -> PathBuf {
        match self.is_of_an_exchange() {
            true => Path::new("crates").join(self.mock_crate).join("src/generated.rs"),
            false => self.api_folder().join("src/mocks.rs"),
        }
    }

    /// The folder of the trading client, from the repository's top.
    pub(crate) fn trading_client_folder(&self) -> Option<PathBuf> {
        self.trading_client_crate.map(|name| Path::new("crates").join(name))
    }

    /// The folder of the API snapshots, from the repository's top. The edge cases have none, because no API changes with them.
    pub(crate) fn snapshot_folder(&self) -> Option<PathBuf> {
        self.is_of_an_exchange().then(|| self.api_folder().join("snapshots"))
    }

    fn is_of_an_exchange(&self) -> bool {
        self.name != EDGE_CASES.name
    }
}

/// Every specification.
pub(crate) const SPECS: [Spec; 1] = [Spec {
    name: "6mm",
    path: "openapi/6mm.yaml",
    api_crate: "sixmm-api",
    mock_crate: "sixmm-httpmock",
    trading_client_crate: Some("sixmm-ext"),
}];

/// No exchange's: names and descriptions at the edge of what the checks accept, to be compiled with the workspace.
pub(crate) const EDGE_CASES: Spec = Spec {
    name: "edge-cases",
    path: "xtask/edge-cases/edge-cases.yaml",
    api_crate: "edge-cases",
    mock_crate: "edge-cases",
    trading_client_crate: None,
};

/// Their names.
pub(crate) const NAMES: [&str; SPECS.len()] = {
    let mut names = [""; SPECS.len()];
    let mut index = 0;
    while index < SPECS.len() {
        names[index] = SPECS[index].name;
        index += 1;
    }
    names
};
