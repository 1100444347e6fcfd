//! The folders with pages.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use venue_drift::markdown::{self, Page};

/// The pages of a folder.
pub(super) struct Pages {
    pub(super) pages: Vec<Page>,
    /// The content of the file `COMMIT`, or the empty text.
    pub(super) version: String,
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
