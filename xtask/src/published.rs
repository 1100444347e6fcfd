//! The crates of a workspace that are published.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use serde_json::Value;

use crate::tools::{cargo, output};

/// A crate that is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PublishedCrate {
    pub(crate) name: String,
    pub(crate) version: String,
    /// The folder of the manifest, relative to the root of the repository.
    pub(crate) folder: PathBuf,
    /// The address of the repository in the manifest.
    pub(crate) repository: Option<String>,
    /// The crates of the workspace that must be published before this crate: normal and build dependencies, including optional ones.
    pub(crate) dependencies: BTreeSet<String>,
}

/// The published crates of the workspace in a folder, in the order of their names.
pub(crate) fn published_crates(root: &Path) -> anyhow::Result<Vec<PublishedCrate>> {
    let manifest = root.join("Cargo.toml");
    let metadata = output(cargo().args(["metadata", "--format-version=1", "--no-deps", "--offline", "--manifest-path"]).arg(&manifest))?;
    let metadata: Value = serde_json::from_str(&metadata).context("`cargo metadata` printed something other than JSON")?;
    let packages = metadata["packages"].as_array().context("`cargo metadata` listed no packages")?;
    // A package that is not published has an empty list of registries.
    let published = packages.iter().filter(|package| package["publish"].is_null());
    let mut crates = published.map(|package| read(root, package)).collect::<anyhow::Result<Vec<_>>>()?;
    crates.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(crates)
}

fn read(root: &Path, package: &Value) -> anyhow::Result<PublishedCrate> {
    let text = |key: &str| package[key].as_str().with_context(|| format!("`cargo metadata` listed a package without `{key}`"));
    let manifest = Path::new(text("manifest_path")?).strip_prefix(root).context("a package lies outside of the repository")?;
    let dependencies = package["dependencies"].as_array().into_iter().flatten();
    let needed = dependencies.filter(|dependency| dependency["kind"] != "dev" && dependency["path"].is_string());
    Ok(PublishedCrate {
        name: text("name")?.to_owned(),
        version: text("version")?.to_owned(),
        folder: manifest.parent().context("a manifest lies in a folder")?.to_owned(),
        repository: package["repository"].as_str().map(str::to_owned),
        dependencies: needed.filter_map(|dependency| dependency["name"].as_str()).map(str::to_owned).collect(),
    })
}

/// Sorts crates so that each crate comes after the crates that it depends on.
///
/// # Errors
///
/// Returns an error if a crate depends on a crate of the workspace that is not published, or if crates depend on each other.
pub(crate) fn in_publishing_order(mut crates: Vec<PublishedCrate>) -> anyhow::Result<Vec<PublishedCrate>> {
    let names: BTreeSet<String> = crates.iter().map(|one| one.name.clone()).collect();
    for one in &crates {
        let missing: Vec<&str> = one.dependencies.difference(&names).map(String::as_str).collect();
        ensure!(missing.is_empty(), "`{}` is published, but depends on `{}`, which is not", one.name, missing.join("`, `"));
    }
    let mut ordered: Vec<PublishedCrate> = Vec::new();
    while !crates.is_empty() {
        let is_ready = |one: &PublishedCrate| one.dependencies.iter().all(|name| ordered.iter().any(|other| other.name == *name));
        let (ready, waiting): (Vec<_>, Vec<_>) = crates.into_iter().partition(is_ready);
        ensure!(
            !ready.is_empty(),
            "crates depend on each other: {}",
            waiting.iter().map(|one| one.name.as_str()).collect::<Vec<_>>().join(", ")
        );
        ordered.extend(ready);
        crates = waiting;
    }
    Ok(ordered)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkout::root;

    fn check(crates: &[(&str, &[&str])], expected: Result<&[&str], &str>) {
        let named = |(name, dependencies): &(&str, &[&str])| PublishedCrate {
            name: (*name).to_owned(),
            version: String::from("0.1.0"),
            folder: PathBuf::new(),
            repository: None,
            dependencies: dependencies.iter().map(|name| (*name).to_owned()).collect(),
        };
        let ordered = in_publishing_order(crates.iter().map(named).collect());
        let names = ordered.map(|crates| crates.into_iter().map(|one| one.name).collect::<Vec<_>>()).map_err(|error| error.to_string());
        assert_eq!(names, expected.map(|names| names.iter().map(|name| (*name).to_owned()).collect()).map_err(str::to_owned));
    }

    #[test]
    fn a_crate_is_published_after_its_dependencies() {
        check(&[("api", &["core"]), ("core", &[]), ("ext", &["api", "core"])], Ok(&["core", "api", "ext"]));
    }

    #[test]
    fn crates_that_depend_on_each_other_cannot_be_ordered() {
        check(&[("a", &["b"]), ("b", &["a"])], Err("crates depend on each other: a, b"));
    }

    #[test]
    fn a_published_crate_must_not_depend_on_an_unpublished_crate() {
        check(&[("a", &["tests"])], Err("`a` is published, but depends on `tests`, which is not"));
    }

    #[test]
    fn the_crates_of_this_workspace_are_ordered_from_the_runtime_to_the_client() {
        let crates = in_publishing_order(published_crates(root()).expect("cargo lists the packages")).expect("an order");
        let names: Vec<&str> = crates.iter().map(|one| one.name.as_str()).collect();
        let place =
            |name: &str| names.iter().position(|other| *other == name).unwrap_or_else(|| panic!("`{name}` is published: {names:?}"));
        assert!(place("venue-core") < place("venue-runtime") && place("venue-core") < place("sixmm-api"));
        assert!(place("sixmm-api") < place("sixmm-auth") && place("sixmm-auth") < place("sixmm-ext"));
        assert!(names.contains(&"sixmm-sandbox") && names.contains(&"sixmm-httpmock"));
    }
}
