//! The lowest version of each published crate, and why.

use std::collections::BTreeMap;

use venue_diff::rust::RustClass;
use venue_diff::version::{Bump, Version};

use super::workspace::Crate;

/// What a crate's version must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Demand {
    pub(super) name: String,
    /// What was released.
    released: Version,
    /// What the changes are, all in all.
    bump: Bump,
    /// Why, in words.
    why: String,
    /// What the manifest says.
    found: Version,
}

impl Demand {
    /// What a crate's own changes demand.
    fn own(name: &str, released: Version, found: Version, class: Option<RustClass>, is_changed: bool) -> Self {
        let bump = Bump::of(class.unwrap_or(RustClass::None), is_changed);
        let why = match (bump, class) {
            (Bump::None, _) => "nothing of it changed",
            (Bump::Patch, Some(_)) => "its public items are what they were, and its code is not",
            (_, Some(_)) => "its public items changed",
            (_, None) => "its files changed; whether its own items did is not looked at",
        };
        Self { name: name.to_owned(), released, bump, why: why.to_owned(), found }
    }

    fn lowest(&self) -> Version {
        self.released.after(self.bump)
    }

    fn is_met(&self) -> bool {
        self.found >= self.lowest()
    }

    /// Whether code that was written for the released version may not compile any more: it must not, or its version says so.
    fn breaks(&self) -> bool {
        self.bump == Bump::Major || self.found >= self.released.after(Bump::Major)
    }
}

/// What the changes demand of each published crate that was released before. `classes` are those of the crates whose public items were
/// compared, `changed` the crates whose files are not what they were.
pub(super) fn demands(
    old: &BTreeMap<String, Crate>,
    new: &BTreeMap<String, Crate>,
    classes: &[(String, RustClass)],
    changed: &[&str],
) -> Vec<Demand> {
    let published = |crates: &BTreeMap<String, Crate>, name: &str| crates.get(name).filter(|of| of.is_published).map(|of| of.version);
    let mut demands: BTreeMap<&str, Demand> = BTreeMap::new();
    for name in new.keys() {
        if let (Some(released), Some(found)) = (published(old, name), published(new, name)) {
            let class = classes.iter().filter(|(of, _)| of == name).map(|(_, class)| *class).max();
            demands.insert(name, Demand::own(name, released, found, class, changed.contains(&name.as_str())));
        }
    }
    // A crate that breaks breaks those that are built on it, which break others in turn.
    loop {
        let broken = demands.values().filter(|demand| demand.bump != Bump::Major).find_map(|demand| {
            let dependencies = &new.get(&demand.name)?.dependencies;
            let through = dependencies.iter().find(|name| demands.get(name.as_str()).is_some_and(Demand::breaks))?;
            Some((demand.name.clone(), through.clone()))
        });
        let Some((name, through)) = broken else { break };
        if let Some(demand) = demands.get_mut(name.as_str()) {
            demand.bump = Bump::Major;
            demand.why = format!("it is built on `{through}`, which breaks");
        }
    }
    demands.into_values().collect()
}

/// The versions as Markdown.
pub(super) fn table(demands: &[Demand]) -> String {
    if demands.is_empty() {
        return String::from("### Versions\n\nNone of these crates was released: no version is demanded.\n");
    }
    let mut text = String::from(
        "### Versions\n\n| crate | released | changes | lowest version | version | why |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    for demand in demands {
        let Demand { name, released, bump, why, found } = demand;
        let verdict = if demand.is_met() { "" } else { ", too low" };
        text.push_str(&format!("| `{name}` | {released} | {bump} | {} | {found}{verdict} | {why} |\n", demand.lowest()));
    }
    text
}

/// What must be raised.
pub(super) fn too_low(demands: &[Demand]) -> String {
    let low = demands.iter().filter(|demand| !demand.is_met());
    low.map(|demand| format!("`{}` is {}: raise it to {}, since {}\n", demand.name, demand.found, demand.lowest(), demand.why)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bump: Bump, found: &str, is_met: bool) {
        let version = |text: &str| text.parse().expect("a version");
        let demand = Demand { name: "an-api".into(), released: version("0.3.1"), bump, why: String::new(), found: version(found) };
        assert_eq!(demand.is_met(), is_met, "{bump} {found}");
    }

    #[test]
    fn a_version_must_be_as_high_as_the_changes_demand_or_higher() {
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
    fn a_crate_that_breaks_breaks_whatever_is_built_on_it_and_on_that() {
        let (old, new) = (crates(["0.1.0"; 5]), crates(["0.1.0", "0.2.0", "0.2.0", "0.1.0", "0.1.0"]));
        let demands = demands(&old, &new, &[("api".into(), RustClass::Major)], &["api", "other"]);
        insta::assert_snapshot!(table(&demands), @r"
        ### Versions

        | crate | released | changes | lowest version | version | why |
        | --- | --- | --- | --- | --- | --- |
        | `api` | 0.1.0 | major | 0.2.0 | 0.2.0 | its public items changed |
        | `auth` | 0.1.0 | major | 0.2.0 | 0.2.0 | it is built on `api`, which breaks |
        | `core` | 0.1.0 | none | 0.1.0 | 0.1.0 | nothing of it changed |
        | `ext` | 0.1.0 | major | 0.2.0 | 0.1.0, too low | it is built on `auth`, which breaks |
        | `other` | 0.1.0 | patch | 0.1.1 | 0.1.0, too low | its files changed; whether its own items did is not looked at |
        ");
        insta::assert_snapshot!(too_low(&demands), @r"
        `ext` is 0.1.0: raise it to 0.2.0, since it is built on `auth`, which breaks
        `other` is 0.1.0: raise it to 0.1.1, since its files changed; whether its own items did is not looked at
        ");
    }

    #[test]
    fn a_crate_whose_version_says_that_it_breaks_does() {
        let (old, new) = (crates(["1.2.0"; 5]), crates(["2.0.0", "1.2.0", "1.2.0", "1.2.0", "1.2.0"]));
        let low: Vec<String> =
            demands(&old, &new, &[], &["core"]).into_iter().filter(|demand| !demand.is_met()).map(|demand| demand.name).collect();
        assert_eq!(low, ["api", "auth", "ext"]);
    }

    #[test]
    fn new_things_in_a_crate_demand_nothing_of_those_that_are_built_on_it() {
        let (old, new) = (crates(["0.1.0"; 5]), crates(["0.1.0", "0.1.1", "0.1.0", "0.1.0", "0.1.0"]));
        let demands = demands(&old, &new, &[("api".into(), RustClass::Minor)], &["api"]);
        assert!(demands.iter().all(Demand::is_met), "{demands:?}");
    }

    #[test]
    fn a_crate_that_is_new_or_never_published_owes_nothing() {
        let (mut old, mut new) = (crates(["0.1.0"; 5]), crates(["0.1.0"; 5]));
        old.remove("other");
        new.entry("core".into()).and_modify(|of| of.is_published = false);
        let names: Vec<String> = demands(&old, &new, &[], &["core", "other"]).into_iter().map(|demand| demand.name).collect();
        assert_eq!(names, ["api", "auth", "ext"]);
    }
}
