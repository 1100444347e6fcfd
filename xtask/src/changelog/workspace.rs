//! The crates of a revision, as Cargo reports them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;
use serde_json::Value;
use tempfile::TempDir;
use venue_diff::version::Version;

use super::api::{ApiChange, compare_features, compare_listings, compare_programs};
use crate::diff::{Repository, Revision};
use crate::public_api;
use crate::tools::{cargo, output};

/// The files of a revision, and its crates.
pub(super) struct Workspace {
    pub(super) crates: BTreeMap<String, Crate>,
    /// The folder with the files of a commit. It exists as long as this value.
    files: Option<TempDir>,
}

/// A crate of the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Crate {
    pub(super) version: Version,
    pub(super) is_published: bool,
    /// The crates of the workspace on which this crate depends, including optional ones.
    pub(super) dependencies: BTreeSet<String>,
    folder: PathBuf,
    /// The features that each feature enables.
    features: BTreeMap<String, BTreeSet<String>>,
    /// The names of its programs.
    programs: BTreeSet<String>,
}

impl Crate {
    /// The changes of the public API since an older revision of the crate: of the committed listing, the features and the programs.
    pub(super) fn api_changes_since(&self, old: &Self) -> anyhow::Result<Vec<ApiChange>> {
        let mut changes = match (old.listing()?, self.listing()?) {
            (Some(old), new) => compare_listings(&old, &new.unwrap_or_default()),
            // The released crate had no listing, so that only its features and programs can be compared.
            (None, _) => Vec::new(),
        };
        changes.extend(compare_features(&old.features, &self.features));
        changes.extend(compare_programs(&old.programs, &self.programs));
        Ok(changes)
    }

    /// Whether the crate has a listing of its public API.
    pub(super) fn has_listing(&self) -> bool {
        self.folder.join(public_api::FILE).is_file()
    }

    fn listing(&self) -> anyhow::Result<Option<String>> {
        let path = self.folder.join(public_api::FILE);
        let text = self.has_listing().then(|| fs::read_to_string(&path)).transpose();
        text.with_context(|| format!("cannot read `{}`", path.display()))
    }
}

impl Workspace {
    pub(super) fn at(repository: &Repository, revision: &Revision) -> anyhow::Result<Self> {
        let files = match revision {
            Revision::Commit { hash, .. } => Some(unpack(repository, hash)?),
            Revision::WorkingTree { .. } => None,
        };
        let root = files.as_ref().map_or_else(|| repository.root().to_owned(), |files| files.path().to_owned());
        let crates = crates(&root).with_context(|| format!("the crates of {} cannot be listed", revision.label()))?;
        Ok(Self { crates, files })
    }

    /// The folder with the files of the revision, if the revision is a commit.
    pub(super) fn folder(&self) -> Option<&Path> {
        self.files.as_ref().map(TempDir::path)
    }

    /// Whether the published files of a crate changed. A new crate has not changed.
    pub(super) fn differs_from(&self, old: &Self, name: &str) -> anyhow::Result<bool> {
        let (Some(now), Some(before)) = (self.crates.get(name), old.crates.get(name)) else { return Ok(false) };
        Ok(contents(&now.folder)? != contents(&before.folder)?)
    }
}

/// Unpacks the files of a commit.
fn unpack(repository: &Repository, hash: &str) -> anyhow::Result<TempDir> {
    let folder = tempfile::tempdir().context("cannot create a folder for a commit's files")?;
    let archive = folder.path().join("commit.tar");
    output(Command::new("git").arg("-C").arg(repository.root()).args(["archive", "--format=tar", "--output"]).arg(&archive).arg(hash))?;
    output(Command::new("tar").arg("--extract").arg("--file").arg(&archive).arg("--directory").arg(folder.path()))?;
    Ok(folder)
}

/// The crates below a folder; empty if there is no manifest.
pub(super) fn crates(root: &Path) -> anyhow::Result<BTreeMap<String, Crate>> {
    let manifest = root.join("Cargo.toml");
    if !manifest.exists() {
        return Ok(BTreeMap::new());
    }
    let listed = output(cargo().args(["metadata", "--format-version=1", "--no-deps", "--offline", "--manifest-path"]).arg(&manifest))?;
    let listed: Value = serde_json::from_str(&listed).context("cargo said something else than JSON")?;
    let packages = listed["packages"].as_array().context("cargo named no packages")?;
    packages.iter().map(read).collect()
}

/// Reads a package of `cargo metadata`.
fn read(package: &Value) -> anyhow::Result<(String, Crate)> {
    let text = |key: &str| package[key].as_str().with_context(|| format!("cargo gave a package without `{key}`"));
    let name = text("name")?;
    let version = text("version")?.parse().map_err(|error| anyhow::anyhow!("`{name}`: {error}"))?;
    let folder = Path::new(text("manifest_path")?).parent().context("a manifest lies in a folder")?.to_owned();
    // `cargo metadata` states a `kind` for build and test dependencies, and a `path` for dependencies in this repository.
    let is_normal = |dependency: &&Value| dependency["kind"].is_null() && dependency["path"].is_string();
    let dependencies = package["dependencies"].as_array().into_iter().flatten().filter(is_normal);
    let dependencies = dependencies.filter_map(|dependency| dependency["name"].as_str()).map(str::to_owned).collect();
    // A crate with an empty list of registries is never published.
    let is_published = package["publish"].as_array().is_none_or(|registries| !registries.is_empty());
    let texts = |list: &Value| list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    let features = package["features"].as_object().into_iter().flatten().map(|(name, enabled)| (name.clone(), texts(enabled))).collect();
    let targets = package["targets"].as_array().into_iter().flatten();
    let programs = targets.filter(|target| target["kind"][0] == "bin").filter_map(|target| target["name"].as_str());
    let programs = programs.map(str::to_owned).collect();
    Ok((name.to_owned(), Crate { version, is_published, dependencies, folder, features, programs }))
}

/// The published files of a crate, by their paths in its folder.
fn contents(folder: &Path) -> anyhow::Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut contents = BTreeMap::new();
    let mut open = vec![folder.join("src"), folder.join("Cargo.toml"), folder.join("build.rs")];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(&path).with_context(|| format!("cannot list `{}`", path.display()))?;
            open.extend(entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?);
        } else if path.exists() {
            let name = path.strip_prefix(folder).unwrap_or(&path).to_owned();
            contents.insert(name, fs::read(&path).with_context(|| format!("cannot read `{}`", path.display()))?);
        }
    }
    Ok(contents)
}

#[cfg(test)]
impl Crate {
    /// A crate without files, for tests.
    pub(super) fn named(version: &str, dependencies: &[&str]) -> Self {
        Self {
            version: version.parse().expect("a version"),
            is_published: true,
            dependencies: dependencies.iter().map(|name| (*name).to_owned()).collect(),
            folder: PathBuf::new(),
            features: BTreeMap::new(),
            programs: BTreeSet::new(),
        }
    }
}
