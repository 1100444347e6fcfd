//! The changes of the public API of all published crates, for the comment of a pull request.

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use venue_diff::rust::RustClass;

use super::api::{ApiChange, class_of, compare_listings};
use crate::diff::Repository;
use crate::public_api;
use crate::published::published_crates;

/// The number of lines that are shown for all crates together.
const SHOWN: usize = 20;

/// Compares the committed listings of the working tree with those of a commit. The result is empty if nothing changed.
pub(crate) fn api_section(root: &Path, base: &str) -> anyhow::Result<String> {
    let repository = Repository::new(root);
    let mut changed = Vec::new();
    for one in published_crates(root)? {
        let path = one.folder.join(public_api::FILE);
        let old = repository.file(base, &path.display().to_string().replace('\\', "/"))?;
        let new = fs::read_to_string(root.join(&path)).with_context(|| format!("cannot read `{}`", path.display()))?;
        // A crate without an older listing is new, or was not published.
        let changes = old.map(|old| compare_listings(&old, &new)).unwrap_or_default();
        if !changes.is_empty() {
            changed.push((one.name, changes));
        }
    }
    Ok(section(&changed))
}

fn section(changed: &[(String, Vec<ApiChange>)]) -> String {
    if changed.is_empty() {
        return String::new();
    }
    let mut text = String::from("### Public API of the crates\n\n| crate | effect | breaking | others |\n| --- | --- | ---: | ---: |\n");
    for (name, changes) in changed {
        let breaking = changes.iter().filter(|change| change.class == RustClass::Major).count();
        text.push_str(&format!("| `{name}` | {} | {breaking} | {} |\n", class_of(changes), changes.len() - breaking));
    }
    text.push_str("\n```diff\n");
    let lines: Vec<&str> = changed.iter().flat_map(|(_, changes)| changes).map(|change| change.text.as_str()).collect();
    lines.iter().take(SHOWN).for_each(|line| text.push_str(&format!("{line}\n")));
    if lines.len() > SHOWN {
        text.push_str(&format!("# and {} more lines: see the changes of public-api.txt\n", lines.len() - SHOWN));
    }
    text + "```\n\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_section_counts_the_changes_of_each_crate_and_shows_the_breaking_ones_first() {
        let changes = compare_listings("pub mod a\npub fn a::f(u8)\n", "pub mod a\npub fn a::f(u16)\n");
        insta::assert_snapshot!(section(&[(String::from("venue-core"), changes)]), @r"
        ### Public API of the crates

        | crate | effect | breaking | others |
        | --- | --- | ---: | ---: |
        | `venue-core` | major | 1 | 1 |

        ```diff
        - pub fn a::f(u8)
        + pub fn a::f(u16)
        ```
        ");
        assert_eq!(section(&[]), "");
    }
}
