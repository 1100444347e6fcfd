//! The one way in which generated files reach the disk, or a diff.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use similar::TextDiff;

/// A file that a command generates.
pub(crate) struct GeneratedFile {
    /// From the repository's top.
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

impl GeneratedFile {
    pub(crate) fn new(path: PathBuf, text: String) -> Self {
        Self { path, text }
    }
}

/// Writes what differs, and says what did.
pub(crate) fn write<'a>(root: &Path, files: &'a [GeneratedFile]) -> anyhow::Result<Vec<&'a GeneratedFile>> {
    let changed = out_of_date(root, files)?;
    for (file, _) in &changed {
        let path = root.join(&file.path);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).with_context(|| format!("cannot make the folder of `{}`", file.path.display()))?;
        }
        std::fs::write(&path, &file.text).with_context(|| format!("cannot write `{}`", file.path.display()))?;
    }
    Ok(changed.into_iter().map(|(file, _)| file).collect())
}

/// Prints what differs as a unified diff, and says what did.
pub(crate) fn check<'a>(root: &Path, files: &'a [GeneratedFile]) -> anyhow::Result<Vec<&'a GeneratedFile>> {
    let changed = out_of_date(root, files)?;
    for (file, old) in &changed {
        print!("{}", diff(&file.path, old, &file.text));
    }
    Ok(changed.into_iter().map(|(file, _)| file).collect())
}

fn diff(path: &Path, old: &str, new: &str) -> String {
    let name = path.display().to_string();
    TextDiff::from_lines(old, new).unified_diff().context_radius(3).header(&format!("a/{name}"), &format!("b/{name}")).to_string()
}

fn out_of_date<'a>(root: &Path, files: &'a [GeneratedFile]) -> anyhow::Result<Vec<(&'a GeneratedFile, String)>> {
    let mut changed = Vec::new();
    for file in files {
        let path = root.join(&file.path);
        let old = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error).with_context(|| format!("cannot read `{}`", file.path.display())),
        };
        if old != file.text {
            changed.push((file, old));
        }
    }
    Ok(changed)
}
