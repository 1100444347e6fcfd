//! The lowest allowed version of each published crate.

use std::collections::BTreeMap;

use venue_diff::rust::RustClass;
use venue_diff::version::{Bump, Version};

use super::api::ApiChange;
use super::workspace::Crate;

/// The required version of a crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RequiredVersion {
    pub(super) name: String,
    /// The released version.
    released: Version,
    /// The effect of all changes.
    bump: Bump,
    /// The reason for the bump.
    reason: String,
    /// The version in the manifest.
    found: Version,
}

impl RequiredVersion {
    /// The version that a crate's own changes require.
    fn own(name: &str, released: Version, found: Version, class: Option<RustClass>, is_changed: bool) -> Self {
        let bump = Bump::of(class.unwrap_or(RustClass::None), is_changed);
        let reason = match (bump, class) {
            (Bump::None, _) => "the crate did not change",
            (Bump::Patch, Some(_)) => "its code changed, but not its public items",
            (_, Some(_)) => "its public items changed",
            (_, None) => "its files changed, and its public items are not compared",
        };
        Self { name: name.to_owned(), released, bump, reason: reason.to_owned(), found }
    }

    fn lowest(&self) -> Version {
        self.released.after(self.bump)
    }

    fn is_met(&self) -> bool {
        self.found >= self.lowest()
    }

    /// Whether the new version may break code that was written for the released version. This is the case if the changes require a major
    /// version, or if the manifest already has a major version.
    fn breaks(&self) -> bool {
        self.bump == Bump::Major || self.found >= self.released.after(Bump::Major)
    }
}

/// The required versions of all published crates that were released before. `classes` has the effect on Rust code for each crate
/// whose public items were compared, and `changed` lists the crates whose files changed.
pub(super) fn required_versions(
    old: &BTreeMap<String, Crate>,
    new: &BTreeMap<String, Crate>,
    classes: &[(String, RustClass)],
    changed: &[&str],
) -> Vec<RequiredVersion> {
    let published = |crates: &BTreeMap<String, Crate>, name: &str| crates.get(name).filter(|of| of.is_published).map(|of| of.version);
    let mut required_versions: BTreeMap<&str, RequiredVersion> = BTreeMap::new();
    for name in new.keys() {
        if let (Some(released), Some(found)) = (published(old, name), published(new, name)) {
            let class = classes.iter().filter(|(of, _)| of == name).map(|(_, class)| *class).max();
            required_versions.insert(name, RequiredVersion::own(name, released, found, class, changed.contains(&name.as_str())));
        }
    }
    // A breaking crate breaks the crates that depend on it, which break others in turn.
    loop {
        let broken = required_versions.values().filter(|required| required.bump != Bump::Major).find_map(|required| {
            let dependencies = &new.get(&required.name)?.dependencies;
            let through = dependencies.iter().find(|name| required_versions.get(name.as_str()).is_some_and(RequiredVersion::breaks))?;
            Some((required.name.clone(), through.clone()))
        });
        let Some((name, through)) = broken else { break };
        if let Some(required) = required_versions.get_mut(name.as_str()) {
            required.bump = Bump::Major;
            required.reason = format!("the crate depends on `{through}`, which breaks");
        }
    }
    required_versions.into_values().collect()
}

/// Formats the versions as a Markdown table.
pub(super) fn table(required_versions: &[RequiredVersion]) -> String {
    if required_versions.is_empty() {
        return String::from("### Versions\n\nNone of these crates was released, so that no version is required.\n");
    }
    let mut text = String::from(
        "### Versions\n\n| crate | released | changes | lowest version | version | reason |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    for required in required_versions {
        let RequiredVersion { name, released, bump, reason, found } = required;
        let verdict = if required.is_met() { "" } else { ", too low" };
        text.push_str(&format!("| `{name}` | {released} | {bump} | {} | {found}{verdict} | {reason} |\n", required.lowest()));
    }
    text
}

/// Lists the crates whose versions are too low.
pub(super) fn too_low(required_versions: &[RequiredVersion]) -> String {
    let low = required_versions.iter().filter(|required| !required.is_met());
    low.map(|required| {
        format!("`{}` is {}: raise the version to {}, because {}\n", required.name, required.found, required.lowest(), required.reason)
    })
    .collect()
}

/// The number of changes that are listed for each crate.
const LISTED_CHANGES: usize = 12;

/// Lists the most severe changes of the API of each crate whose version is too low.
pub(super) fn reasons(required_versions: &[RequiredVersion], api_changes: &BTreeMap<String, Vec<ApiChange>>) -> String {
    let mut text = String::new();
    for required in required_versions.iter().filter(|required| !required.is_met()) {
        let changes = api_changes.get(&required.name).map_or(&[][..], Vec::as_slice);
        let class = super::api::class_of(changes);
        let severe: Vec<&ApiChange> = changes.iter().filter(|change| change.class == class).collect();
        if severe.is_empty() {
            continue;
        }
        text.push_str(&format!("\n{class} changes of `{}`:\n", required.name));
        severe.iter().take(LISTED_CHANGES).for_each(|change| text.push_str(&format!("  {}\n", change.text)));
        if severe.len() > LISTED_CHANGES {
            text.push_str(&format!("  … and {} more\n", severe.len() - LISTED_CHANGES));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bump: Bump, found: &str, is_met: bool) {
        let version = |text: &str| text.parse().expect("a version");
        let required =
            RequiredVersion { name: "an-api".into(), released: version("0.3.1"), bump, reason: String::new(), found: version(found) };
        assert_eq!(required.is_met(), is_met, "{bump} {found}");
    }

    #[test]
    fn a_version_must_be_at_least_the_required_version() {
        check(Bump::None, "0.3.1", true);
        check(Bump::Patch, "0.3.1", false);
        check(Bump::Minor, "0.3.2", true);
        check(Bump::Major, "0.3.2", false);
        check(Bump::Major, "0.4.0", true);
        check(Bump::Major, "1.0.0", true);
    }

    fn crates(versions: [&str; 5]) -> BTreeMap<String, Crate> {
        let [core, api, auth, ext, other] = versions;
        let crates = [
            ("core", Crate::named(core, &[])),
            ("api", Crate::named(api, &["core"])),
            ("auth", Crate::named(auth, &["api", "core"])),
            ("ext", Crate::named(ext, &["auth"])),
            ("other", Crate::named(other, &[])),
        ];
        crates.into_iter().map(|(name, of)| (name.to_owned(), of)).collect()
    }

    #[test]
    fn a_breaking_crate_breaks_its_direct_and_indirect_dependents() {
        let (old, new) = (crates(["0.1.0"; 5]), crates(["0.1.0", "0.2.0", "0.2.0", "0.1.0", "0.1.0"]));
        let required_versions = required_versions(&old, &new, &[("api".into(), RustClass::Major)], &["api", "other"]);
        insta::assert_snapshot!(table(&required_versions), @r"
        ### Versions

        | crate | released | changes | lowest version | version | reason |
        | --- | --- | --- | --- | --- | --- |
        | `api` | 0.1.0 | major | 0.2.0 | 0.2.0 | its public items changed |
        | `auth` | 0.1.0 | major | 0.2.0 | 0.2.0 | the crate depends on `api`, which breaks |
        | `core` | 0.1.0 | none | 0.1.0 | 0.1.0 | the crate did not change |
        | `ext` | 0.1.0 | major | 0.2.0 | 0.1.0, too low | the crate depends on `auth`, which breaks |
        | `other` | 0.1.0 | patch | 0.1.1 | 0.1.0, too low | its files changed, and its public items are not compared |
        ");
        insta::assert_snapshot!(too_low(&required_versions), @r"
        `ext` is 0.1.0: raise the version to 0.2.0, because the crate depends on `auth`, which breaks
        `other` is 0.1.0: raise the version to 0.1.1, because its files changed, and its public items are not compared
        ");
    }

    #[test]
    fn a_crate_with_a_breaking_version_counts_as_breaking() {
        let (old, new) = (crates(["1.2.0"; 5]), crates(["2.0.0", "1.2.0", "1.2.0", "1.2.0", "1.2.0"]));
        let low: Vec<String> = required_versions(&old, &new, &[], &["core"])
            .into_iter()
            .filter(|required| !required.is_met())
            .map(|required| required.name)
            .collect();
        assert_eq!(low, ["api", "auth", "ext"]);
    }

    #[test]
    fn additions_to_a_crate_require_nothing_of_its_dependents() {
        let (old, new) = (crates(["0.1.0"; 5]), crates(["0.1.0", "0.1.1", "0.1.0", "0.1.0", "0.1.0"]));
        let required_versions = required_versions(&old, &new, &[("api".into(), RustClass::Minor)], &["api"]);
        assert!(required_versions.iter().all(RequiredVersion::is_met), "{required_versions:?}");
    }

    #[test]
    fn a_new_or_unpublished_crate_has_no_required_version() {
        let (mut old, mut new) = (crates(["0.1.0"; 5]), crates(["0.1.0"; 5]));
        old.remove("other");
        new.entry("core".into()).and_modify(|of| of.is_published = false);
        let names: Vec<String> = required_versions(&old, &new, &[], &["core", "other"]).into_iter().map(|required| required.name).collect();
        assert_eq!(names, ["api", "auth", "ext"]);
    }
}
