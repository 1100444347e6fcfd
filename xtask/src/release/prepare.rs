//! Sets the versions of a release.

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use jiff::civil::Date;
use venue_diff::version::Version;

use super::{changelog_file, run_cargo};

/// Sets the version of all crates of the workspace, and dates the section of the changelog.
pub(super) fn prepare(root: &Path, version: &str, date: Date) -> anyhow::Result<()> {
    version.parse::<Version>().map_err(|error| anyhow::anyhow!("`{version}` is not a version: {error}"))?;
    let manifest = root.join("Cargo.toml");
    let text = fs::read_to_string(&manifest).context("cannot read Cargo.toml")?;
    let edited = with_version(&text, version)?;
    changelog_file::date_section(root, version, date)?;
    fs::write(&manifest, edited).context("cannot write Cargo.toml")?;
    run_cargo(root, super::cargo_in(root).args(["update", "--workspace", "--offline"]))
}

/// The manifest of the workspace with a new version of the workspace, also where its crates depend on each other.
fn with_version(manifest: &str, version: &str) -> anyhow::Result<String> {
    let package = manifest.split_once("[workspace.package]").context("Cargo.toml has no [workspace.package]")?.1;
    let old = package.split_once("\nversion = \"").and_then(|(_, rest)| rest.split_once('"')).map(|(old, _)| old);
    let old = old.context("Cargo.toml has no version of the workspace")?;
    let quoted = |version: &str| format!("version = \"{version}\"");
    let line_with_version = |line: &str| {
        let is_of_workspace = line == quoted(old) || (line.contains("path = \"") && line.contains(&quoted(old)));
        if is_of_workspace { line.replace(&quoted(old), &quoted(version)) } else { line.to_owned() }
    };
    Ok(manifest.lines().map(|line| line_with_version(line) + "\n").collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_set_for_the_workspace_and_for_dependencies_on_its_crates() {
        let manifest = "\
[workspace.package]
edition = \"2024\"
version = \"0.1.0\"

[workspace.dependencies]
core = { path = \"core\", version = \"0.1.0\" }
other = { version = \"0.1.0\" }
";
        insta::assert_snapshot!(with_version(manifest, "0.2.0").expect("a version"), @r#"
        [workspace.package]
        edition = "2024"
        version = "0.2.0"

        [workspace.dependencies]
        core = { path = "core", version = "0.2.0" }
        other = { version = "0.1.0" }
        "#);
        // The first release has the version that the manifest has already.
        assert_eq!(with_version(manifest, "0.1.0").expect("a version"), manifest);
    }
}
