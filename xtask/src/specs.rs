//! The table of specifications: a row an exchange.

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
}

/// Every specification.
pub(crate) const SPECS: [Spec; 1] = [Spec { name: "6mm", path: "openapi/6mm.yaml", api_crate: "sixmm-api", mock_crate: "sixmm-httpmock" }];

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
