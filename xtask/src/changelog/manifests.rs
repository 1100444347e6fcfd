//! Versions and dependencies of the workspace's crates, as their manifests say.

use std::collections::BTreeMap;

use anyhow::Context as _;
use sixmm_diff::version::Version;
use toml::{Table, Value};

use crate::diff::{Repository, Revision};

/// The manifests of a revision.
pub(super) struct Manifests {
    workspace: Table,
    crates: BTreeMap<String, Table>,
}

impl Manifests {
    pub(super) fn read(repository: &Repository, revision: &Revision) -> anyhow::Result<Self> {
        let parse = |path: &str, text: String| text.parse::<Table>().with_context(|| format!("`{path}` is no TOML"));
        let workspace = match revision.file(repository, "Cargo.toml")? {
            Some(text) => parse("Cargo.toml", text)?,
            None => Table::new(),
        };
        let mut crates = BTreeMap::new();
        for path in revision.file_names(repository, "crates")?.into_iter().filter(|path| is_manifest(path)) {
            if let Some(text) = revision.file(repository, &path)? {
                let manifest = parse(&path, text)?;
                if let Some(name) = manifest.get("package").and_then(|package| package.get("name")).and_then(Value::as_str) {
                    crates.insert(name.to_owned(), manifest);
                }
            }
        }
        Ok(Self { workspace, crates })
    }

    /// A crate's version; nothing if there is no such crate.
    pub(super) fn version(&self, name: &str) -> anyhow::Result<Option<Version>> {
        let Some(package) = self.crates.get(name).and_then(|manifest| manifest.get("package")) else { return Ok(None) };
        let own = package.get("version");
        let inherited = || self.workspace.get("workspace")?.get("package")?.get("version");
        let version = own.filter(|version| version.is_str()).or_else(inherited).and_then(Value::as_str);
        let version = version.with_context(|| format!("`{name}` has no version"))?;
        version.parse().map(Some).map_err(|error| anyhow::anyhow!("`{name}`: {error}"))
    }

    /// The crates that are published and have another among their dependencies.
    pub(super) fn published_dependents_of(&self, name: &str) -> Vec<String> {
        let is_published =
            |manifest: &Table| manifest.get("package").and_then(|package| package.get("publish")) != Some(&Value::Boolean(false));
        let depends = |manifest: &Table| manifest.get("dependencies").is_some_and(|dependencies| dependencies.get(name).is_some());
        let dependents = self.crates.iter().filter(|(_, manifest)| is_published(manifest) && depends(manifest));
        dependents.map(|(name, _)| name.clone()).collect()
    }
}

/// `crates/NAME/Cargo.toml`, and nothing below it.
fn is_manifest(path: &str) -> bool {
    path.strip_prefix("crates/").and_then(|path| path.strip_suffix("/Cargo.toml")).is_some_and(|name| !name.contains('/'))
}
