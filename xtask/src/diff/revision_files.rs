//! The files of a revision: the specification, the generated code and the provenance files.

use anyhow::Context as _;
use venue_diff::provenance::ProvenanceLog;
use venue_diff::rust::{RustListing, Source};
use venue_spec::Document;

use super::git::Repository;
use super::revisions::Revision;
use crate::specs::Spec;

/// The files of one specification at a revision.
pub(crate) struct RevisionFiles<'a> {
    repository: &'a Repository,
    revision: &'a Revision,
    spec: &'a Spec,
}

/// Reads the specification of the working tree, which must be valid.
pub(crate) fn read(spec: &Spec) -> anyhow::Result<Document> {
    let source =
        std::fs::read_to_string(crate::checkout::root().join(spec.path)).with_context(|| format!("cannot read `{}`", spec.path))?;
    checked(spec, source)
}

/// Parses the specification of the working tree. The specification must be valid, because a report about an unfinished edit would mislead.
fn checked(spec: &Spec, source: String) -> anyhow::Result<Document> {
    Document::parse(spec.path, source).map_err(|report| anyhow::anyhow!("the specification has mistakes\n{report}"))
}

/// Replaces the prefix that extension keys had in older revisions by the present prefix. Both prefixes have the same length, so that all
/// positions in the file stay the same. This function can be removed once no base is older than the first release.
fn with_renamed_extension_keys(text: &str) -> String {
    text.replace("x-sixmm-", "x-venue-")
}

/// The generated code of a crate.
#[derive(PartialEq, Eq)]
pub(crate) struct Sources {
    files: Vec<(String, String)>,
}

impl<'a> RevisionFiles<'a> {
    pub(crate) fn new(repository: &'a Repository, revision: &'a Revision, spec: &'a Spec) -> Self {
        Self { repository, revision, spec }
    }

    /// The specification, which may violate the current checks; `None` if the file does not exist.
    pub(crate) fn document(&self) -> anyhow::Result<Option<Document>> {
        let Some(text) = self.file(self.spec.path)? else { return Ok(None) };
        let document = Document::parse_unchecked(self.spec.path, with_renamed_extension_keys(&text));
        document.map(Some).map_err(|report| anyhow::anyhow!("the specification of {} is not valid YAML\n{report}", self.revision.label()))
    }

    /// The specification. In the working tree, it must be valid.
    pub(crate) fn checked_document(&self) -> anyhow::Result<Option<Document>> {
        match self.revision {
            Revision::Commit { .. } => self.document(),
            Revision::WorkingTree { .. } => self.file(self.spec.path)?.map(|text| checked(self.spec, text)).transpose(),
        }
    }

    /// The entries below `openapi/changes`.
    pub(crate) fn provenance_log(&self) -> anyhow::Result<ProvenanceLog> {
        let folder = format!("openapi/changes/{}", self.spec.name);
        let mut files = self.files(&folder)?;
        files.retain(|(name, _)| name.ends_with(".toml"));
        files.iter_mut().for_each(|(_, text)| *text = with_renamed_extension_keys(text));
        Ok(ProvenanceLog::read(files.iter().map(|(name, text)| (name.as_str(), text.as_str())))?)
    }

    /// The generated code of a crate.
    pub(crate) fn sources(&self, crate_name: &str) -> anyhow::Result<Sources> {
        let mut files = self.files(&format!("crates/{crate_name}/src/generated"))?;
        let single = format!("crates/{crate_name}/src/generated.rs");
        if let Some(text) = self.file(&single)? {
            files.push((single, text));
        }
        Ok(Sources { files })
    }

    fn file(&self, path: &str) -> anyhow::Result<Option<String>> {
        self.revision.file(self.repository, path)
    }

    /// The files below a folder with their texts, sorted by name.
    fn files(&self, folder: &str) -> anyhow::Result<Vec<(String, String)>> {
        let names = self.revision.file_names(self.repository, folder)?;
        let mut files = Vec::new();
        for name in names {
            if let Some(text) = self.file(&name)? {
                files.push((name, text));
            }
        }
        Ok(files)
    }
}

impl Sources {
    /// A file of generated code, by its path below the folder.
    pub(crate) fn file(&self, name: &str) -> Option<&str> {
        let found = self.files.iter().find(|(path, _)| path.ends_with(&format!("/src/generated/{name}")));
        found.map(|(_, text)| text.as_str())
    }

    /// Parses the public items.
    pub(crate) fn listing(&self, crate_name: &str) -> anyhow::Result<RustListing> {
        let folder = format!("crates/{crate_name}/src/generated/");
        let sources: Vec<Source> = self
            .files
            .iter()
            .map(|(path, text)| Source { path: path.strip_prefix(&folder).unwrap_or("mod.rs").to_owned(), text: text.clone() })
            .collect();
        RustListing::read(&sources, "mod.rs").with_context(|| format!("the generated code of {crate_name} is not valid Rust"))
    }
}
