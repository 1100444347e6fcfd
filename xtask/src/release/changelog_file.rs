//! The sections of `CHANGELOG.md`.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, ensure};
use jiff::civil::Date;

const FILE: &str = "CHANGELOG.md";
const UNRELEASED: &str = "## Unreleased";

/// The problem of the changelog before a release of this version; `None` if it has a dated section with entries.
pub(super) fn problem(root: &Path, version: &str) -> anyhow::Result<Option<String>> {
    let text = read(root)?;
    let Some(section) = section_of(&text, version) else {
        return Ok(Some(format!("{FILE} has no section `## {version} - YYYY-MM-DD`: run `cargo xtask release --prepare {version}`")));
    };
    Ok(section.trim().is_empty().then(|| format!("the section of {version} in {FILE} has no entries")))
}

/// The text below the heading of a version; `None` if there is no dated heading.
fn section_of<'t>(text: &'t str, version: &str) -> Option<&'t str> {
    let mut sections = text.split("\n## ").skip(1);
    sections.find_map(|section| {
        let (heading, rest) = section.split_once('\n').unwrap_or((section, ""));
        let date = heading.strip_prefix(version)?.strip_prefix(" - ")?;
        date.trim().parse::<Date>().ok().map(|_| rest)
    })
}

/// Turns the section of unreleased changes into the section of a version, and begins a new section of unreleased changes.
pub(super) fn date_section(root: &Path, version: &str, date: Date) -> anyhow::Result<()> {
    let text = read(root)?;
    ensure!(section_of(&text, version).is_none(), "{FILE} already has a section of {version}");
    ensure!(text.contains(&format!("\n{UNRELEASED}\n")), "{FILE} has no section `{UNRELEASED}`");
    let dated = text.replacen(&format!("\n{UNRELEASED}\n"), &format!("\n{UNRELEASED}\n\n## {version} - {date}\n"), 1);
    fs::write(root.join(FILE), dated).with_context(|| format!("cannot write {FILE}"))
}

fn read(root: &Path) -> anyhow::Result<String> {
    fs::read_to_string(root.join(FILE)).with_context(|| format!("cannot read {FILE}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, version: &str, expected: Option<&str>) {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join(FILE), text).expect("a file");
        assert_eq!(problem(folder.path(), version).expect("a readable file").as_deref(), expected);
    }

    #[test]
    fn a_release_needs_a_dated_section_with_entries() {
        let text = "# Changelog\n\n## Unreleased\n\n## 0.2.0 - 2026-12-01\n\n- more\n\n## 0.1.0 - 2026-11-01\n\n";
        check(text, "0.2.0", None);
        check(text, "0.1.0", Some("the section of 0.1.0 in CHANGELOG.md has no entries"));
        let missing = "CHANGELOG.md has no section `## 0.3.0 - YYYY-MM-DD`: run `cargo xtask release --prepare 0.3.0`";
        check(text, "0.3.0", Some(missing));
        check("# Changelog\n\n## 0.3.0 - soon\n\n- more\n", "0.3.0", Some(missing));
    }
}
