//! The folders with pages.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use venue_drift::fetch::{Fetcher, Origin};
use venue_drift::markdown::{self, Page};
use venue_drift::profile::Profile;
use venue_spec::Document;
use venue_spec::model::Api;

use crate::checkout;
use crate::specs::Spec;

/// The pages of a folder.
pub(super) struct Pages {
    pub(super) pages: Vec<Page>,
    /// The content of the file `COMMIT`, or the empty text.
    pub(super) version: String,
}

/// The cache of downloaded pages, which is outside of the repository.
fn cache(spec: &Spec) -> anyhow::Result<PathBuf> {
    let variable = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = variable("XDG_CACHE_HOME")
        .or_else(|| variable("LOCALAPPDATA"))
        .or_else(|| variable("HOME").map(|home| home.join(".cache")))
        .context("none of XDG_CACHE_HOME, LOCALAPPDATA and HOME is set, so there is no folder for the cache")?;
    let folder = folder.join("venue-drift").join(spec.name);
    anyhow::ensure!(!folder.starts_with(checkout::root()), "the cache `{}` must not be in the repository", folder.display());
    Ok(folder)
}

/// The cache, which must have pages.
pub(super) fn downloaded(spec: &Spec) -> anyhow::Result<PathBuf> {
    let folder = cache(spec)?;
    anyhow::ensure!(folder.is_dir(), "there are no downloaded pages: download them with --fetch, or name a folder with --pages");
    Ok(folder)
}

/// Downloads the pages from the host of the specification's documentation link.
pub(super) fn fetch(spec: &Spec, specification: &Document, profile: &Profile) -> anyhow::Result<PathBuf> {
    let folder = cache(spec)?;
    let location =
        profile.fetch.as_ref().with_context(|| format!("`{}` has no section `fetch`", spec.documentation_profile().display()))?;
    let api = Api::new(specification);
    let origin = Origin { root: api.documentation.trim_end_matches('/'), index: &location.index, suffix: &location.suffix };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("cannot start a runtime")?;
    let fetched = runtime.block_on(Fetcher::default().fetch(origin, &folder))?;
    eprintln!(
        "{}: {} pages downloaded, {} unchanged, {} gone",
        folder.display(),
        fetched.changed.len(),
        fetched.unchanged,
        fetched.removed.len()
    );
    Ok(folder)
}

/// Reads all `.md` and `.mdx` files below a folder.
pub(super) fn read(folder: &Path, anchor_attributes: &[String]) -> anyhow::Result<Pages> {
    let mut files = Vec::new();
    collect(folder, &mut files)?;
    files.sort();
    anyhow::ensure!(!files.is_empty(), "`{}` has no `.md` or `.mdx` file", folder.display());
    let pages = files.iter().map(|file| {
        let source = std::fs::read_to_string(file).with_context(|| format!("cannot read `{}`", file.display()))?;
        let relative = file.strip_prefix(folder).unwrap_or(file);
        let name = relative.with_extension("").display().to_string().replace('\\', "/");
        Ok(markdown::read(&name, &relative.display().to_string(), &source, anchor_attributes))
    });
    let pages = pages.collect::<anyhow::Result<Vec<_>>>()?;
    let version = std::fs::read_to_string(folder.join("COMMIT")).unwrap_or_default().trim().to_owned();
    Ok(Pages { pages, version })
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot list `{}`", folder.display()))?;
    for entry in entries {
        let path = entry.with_context(|| format!("cannot list `{}`", folder.display()))?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "md" || extension == "mdx") {
            files.push(path);
        }
    }
    Ok(())
}
