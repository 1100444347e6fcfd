//! Tests of the command with temporary repositories.

use std::fs;

use super::*;
use crate::diff::TestRepository;

/// The changelog and the problems since a revision, or since the last release.
fn changelog_of(repository: &TestRepository, revisions: Option<&str>) -> Page {
    page(&Repository::new(&repository.root), revisions, "2026-11-21".parse().expect("a day"), None).expect("a changelog")
}

/// Creates a repository whose first commit is a release.
fn released_repository(name: &str) -> TestRepository {
    let repository = TestRepository::new(name);
    repository.git(&["tag", "v0.1.0"]);
    repository
}

/// Edits the specification on disk.
fn edit(repository: &TestRepository, from: &str, to: &str) {
    let path = repository.root.join("openapi/6mm.yaml");
    let source = fs::read_to_string(path).expect("the specification");
    assert!(source.contains(from), "the edit matches: {from}");
    repository.write("openapi/6mm.yaml", &source.replace(from, to));
}

/// Writes a file with the origin of a change.
fn mark(repository: &TestRepository, file: &str, origin: &str, id: &str) {
    let text = format!("[[change]]\norigin = \"{origin}\"\nevidence = \"the page that {file} names\"\nids = [\"{id}\"]\n");
    repository.write(&format!("openapi/changes/6mm/{file}.toml"), &text);
}

/// Merges a branch into the main branch with one merge commit.
fn merge(repository: &TestRepository, branch: &str) {
    repository.git(&["checkout", "--quiet", "main"]);
    repository.git(&["merge", "--quiet", "--no-ff", "--message", branch, branch]);
}

/// The changelog without the lines that contain revisions and versions.
fn changes(page: &Page) -> String {
    page.text.lines().skip(2).take_while(|line| !line.starts_with("### Versions")).collect::<Vec<_>>().join("\n")
}

const FIELD: (&str, &str) =
    ("        fills:\n", "        note:\n          type: string\n          description: Your own words.\n        fills:\n");

#[test]
fn a_field_that_the_vendor_added_is_still_the_vendors_after_we_rename_it() {
    let repository = released_repository("origins");
    repository.git(&["checkout", "--quiet", "-b", "vendor"]);
    // A branch can undo its own edits. Only the merged result counts.
    edit(&repository, FIELD.0, &FIELD.1.replace("note:", "memo:"));
    repository.commit("first draft");
    edit(&repository, "memo:", "note:");
    mark(&repository, "vendor", "vendor", "Order.note/added");
    repository.commit("second draft");
    merge(&repository, "vendor");
    repository.git(&["checkout", "--quiet", "-b", "correction"]);
    edit(&repository, "        note:\n", "        remark:\n");
    mark(&repository, "correction", "correction", "Order.remark/renamed");
    repository.commit("its right name");
    merge(&repository, "correction");
    let page = changelog_of(&repository, None);
    insta::assert_snapshot!(changes(&page), @r"
    #### The exchange changed

    - `types::Order`, in `requests::ListOrders`, `requests::PlaceOrder`, `requests::GetOrder`
      - `Order.remark` added: programs ignore unknown fields.
    ");
    assert_eq!(page.problems, "");
}

#[test]
fn origins_follow_a_renamed_type_and_a_removed_field() {
    let repository = released_repository("owners");
    edit(&repository, "maxItems: 2", "maxItems: 1");
    mark(&repository, "a", "vendor", "PlaceOrder.stops/maxItems");
    repository.commit("a limit");
    edit(&repository, "    PlaceOrder:\n", "    NewOrder:\n");
    edit(&repository, "schemas/PlaceOrder'", "schemas/NewOrder'");
    mark(&repository, "name", "correction", "NewOrder/renamed");
    repository.commit("another name for the type");
    edit(&repository, "        fills:\n", "        executions:\n");
    mark(&repository, "b", "correction", "Order.executions/renamed");
    repository.commit("another name for the field");
    let gone = "        executions:\n          description: What was filled.\n          x-undocumented: The page names the field and not its content.\n";
    edit(&repository, gone, "");
    mark(&repository, "c", "vendor", "Order.executions/removed");
    repository.commit("the field is gone");
    let page = changelog_of(&repository, None);
    insta::assert_snapshot!(changes(&page), @r"
    #### The exchange changed

    - `requests::PlaceOrder` (`POST /v1/orders`)
      - **breaking**: `NewOrder.stops` maxItems: `2` → `1`: some previously accepted values are rejected.
        - in Rust: code still compiles, but calls fail at run time
    - `types::Order`, in `requests::ListOrders`, `requests::PlaceOrder`, `requests::GetOrder`
      - **breaking**: `Order.fills` removed: programs that read the field find nothing.

    #### The bindings were corrected, and the exchange did not change

    - `requests::PlaceOrder` (`POST /v1/orders`)
      - `NewOrder` renamed from `PlaceOrder` to `NewOrder`: a schema's name is not on the wire.
    ");
    assert_eq!(page.problems, "");
}

#[test]
fn a_vendor_change_that_we_corrected_later_is_still_the_vendors() {
    for (first, second, heading) in [
        ("vendor", "correction", "The exchange changed"),
        ("correction", "vendor", "The exchange changed"),
        ("correction", "correction", "The bindings were corrected"),
    ] {
        let repository = released_repository("twice");
        edit(&repository, "maxItems: 2", "maxItems: 1");
        mark(&repository, "a", first, "PlaceOrder.stops/maxItems");
        repository.commit("first");
        edit(&repository, "maxItems: 1", "maxItems: 3");
        mark(&repository, "b", second, "PlaceOrder.stops/maxItems");
        repository.commit("second");
        let page = changelog_of(&repository, None);
        assert!(changes(&page).starts_with(&format!("#### {heading}")), "{first}, {second}: {}", page.text);
        assert_eq!(page.problems, "", "{first}, {second}");
    }
}

#[test]
fn an_unattributed_change_can_get_an_origin_after_it_was_merged() {
    let repository = released_repository("late");
    edit(&repository, FIELD.0, FIELD.1);
    repository.commit("no origin");
    edit(&repository, "        note:\n", "        remark:\n");
    mark(&repository, "correction", "correction", "Order.remark/renamed");
    repository.commit("its right name");
    let problems = changelog_of(&repository, None).problems;
    insta::assert_snapshot!(problems, @r#"
    provenance problems
      openapi/6mm.yaml:239: `Order.remark/added` has no origin: did the vendor change it, or does it correct a mistake?

    Add a file below openapi/changes/6mm with an entry for each cause. Template:

    [[change]]
    origin = "vendor"  # or "correction"
    evidence = ""  # how we know: a page and its version, an answer that came
    merged = true  # these changes were merged before this entry was written
    ids = [
        "Order.note/added",
    ]
    "#);
    let (_, draft) = problems.split_once("Template:\n\n").expect("a template");
    repository.write("openapi/changes/6mm/late.toml", &draft.replace("evidence = \"\"", "evidence = \"the page of today\""));
    // Both commands accept the entry, before and after it is merged.
    for _ in 0..2 {
        assert_eq!(changelog_of(&repository, None).problems, "");
        assert!(changes(&changelog_of(&repository, None)).starts_with("#### The exchange changed"));
        let range = RevisionRange::resolve(&Repository::new(&repository.root), None).expect("a base");
        let report = report(&Repository::new(&repository.root), &range, &SPECS[0], true, "2026-11-21".parse().expect("a day"));
        assert_eq!(report.expect("a report").problems, []);
        repository.commit("whose it was");
    }
}

#[test]
fn an_entry_about_merged_changes_that_matches_none_is_a_problem() {
    let repository = released_repository("names-none");
    repository.write(
        "openapi/changes/6mm/late.toml",
        "[[change]]\norigin = \"vendor\"\nevidence = \"the page of today\"\nmerged = true\nids = [\"Order.nothing/added\"]\n",
    );
    assert!(changelog_of(&repository, None).problems.contains("`Order.nothing/added` has an origin, but no change has this id"));
}

#[test]
fn before_the_first_release_no_version_is_required() {
    let repository = TestRepository::new("unreleased");
    let page = changelog_of(&repository, None);
    assert!(page.text.starts_with("no release is tagged yet, as `v1.2.3`, so that no version is required"), "{}", page.text);
    assert_eq!(page.problems, "");
    // With an explicit base, changes are listed and need origins, but no version is required.
    crate_of(&repository, "sixmm-api", "0.1.0", "", "pub fn one() {}");
    repository.commit("second");
    edit(&repository, "maxItems: 2", "maxItems: 1");
    crate_of(&repository, "sixmm-api", "0.1.0", "", "pub fn another() {}");
    let page = changelog_of(&repository, Some("HEAD"));
    assert!(page.text.contains("There is no release up to"), "{}", page.text);
    assert!(page.problems.contains("PlaceOrder.stops/maxItems"), "{}", page.problems);
    assert!(!page.problems.contains("raise"), "{}", page.problems);
}

/// Writes a crate of a workspace.
fn crate_of(repository: &TestRepository, name: &str, version: &str, more: &str, generated: &str) {
    repository.write("Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]\nresolver = \"3\"\n");
    let manifest = format!("[package]\nname = \"{name}\"\nversion = \"{version}\"\nedition = \"2024\"\n{more}");
    repository.write(&format!("crates/{name}/Cargo.toml"), &manifest);
    repository.write(&format!("crates/{name}/src/lib.rs"), "pub mod generated;");
    repository.write(&format!("crates/{name}/src/generated/mod.rs"), generated);
}

#[test]
fn after_a_release_breaking_crates_and_their_dependents_need_new_versions() {
    let repository = TestRepository::new("versions");
    // The dependency is renamed and inherited from the workspace, as Cargo allows.
    let on_api = "[dependencies]\napi = { package = \"sixmm-api\", path = \"../sixmm-api\" }\n";
    let for_tests = "[dev-dependencies]\nsixmm-api = { path = \"../sixmm-api\" }\n";
    crate_of(&repository, "sixmm-api", "0.1.0", "", "pub fn one() {}");
    crate_of(&repository, "sixmm-ext", "0.1.0", on_api, "");
    crate_of(&repository, "sixmm-sandbox", "0.1.0", for_tests, "");
    repository.commit("crates");
    repository.git(&["tag", "v0.1.0"]);
    assert_eq!(changelog_of(&repository, None).problems, "");
    crate_of(&repository, "sixmm-api", "0.1.0", "", "pub fn another() {}");
    insta::assert_snapshot!(changelog_of(&repository, None).problems, @r"
    `sixmm-api` is 0.1.0: raise the version to 0.2.0, because its public items changed
    `sixmm-ext` is 0.1.0: raise the version to 0.2.0, because the crate depends on `sixmm-api`, which breaks
    ");
    crate_of(&repository, "sixmm-api", "0.2.0", "", "pub fn another() {}");
    crate_of(&repository, "sixmm-ext", "0.2.0", on_api, "");
    assert_eq!(changelog_of(&repository, None).problems, "");
}

/// A repository with the released crate `venue-core`, which is written by hand.
fn hand_written(name: &str, listing: &str, more: &str) -> TestRepository {
    let repository = TestRepository::new(name);
    crate_of(&repository, "venue-core", "0.1.0", more, "");
    repository.write("crates/venue-core/public-api.txt", listing);
    repository.commit("a crate");
    repository.git(&["tag", "v0.1.0"]);
    repository
}

#[test]
fn a_hand_written_crate_needs_the_version_that_its_listing_requires() {
    let repository = hand_written("listing", "pub mod a\npub fn a::f(u8)\n", "");
    repository.write("crates/venue-core/public-api.txt", "pub mod a\npub fn a::f(u16)\n");
    insta::assert_snapshot!(changelog_of(&repository, None).problems, @r"
    `venue-core` is 0.1.0: raise the version to 0.2.0, because its public items changed

    major changes of `venue-core`:
      - pub fn a::f(u8)
    ");
    repository.write("crates/venue-core/public-api.txt", "pub mod a\npub fn a::f(u8)\npub fn a::g()\n");
    insta::assert_snapshot!(changelog_of(&repository, None).problems, @r"
    `venue-core` is 0.1.0: raise the version to 0.1.1, because its public items changed

    minor changes of `venue-core`:
      + pub fn a::g()
    ");
    crate_of(&repository, "venue-core", "0.1.1", "", "");
    assert_eq!(changelog_of(&repository, None).problems, "");
}

#[test]
fn a_removed_feature_needs_a_breaking_version() {
    let features = "[features]\ndefault = [\"tls\"]\ntls = []\n";
    let repository = hand_written("features", "pub mod a\n", features);
    crate_of(&repository, "venue-core", "0.1.0", "[features]\ntls = []\n", "");
    insta::assert_snapshot!(changelog_of(&repository, None).problems, @r"
    `venue-core` is 0.1.0: raise the version to 0.2.0, because its public items changed

    major changes of `venue-core`:
      - feature default
    ");
}

#[test]
fn the_stricter_result_of_the_listing_and_of_cargo_semver_checks_counts() {
    let repository = hand_written("joined", "pub mod a\n", "");
    repository.write("crates/venue-core/public-api.txt", "pub mod a\npub mod b\n");
    let problems_with = |checker: SemverChecker| {
        let today = "2026-11-21".parse().expect("a day");
        page(&Repository::new(&repository.root), None, today, Some(checker)).expect("a changelog").problems
    };
    let required_version = |problems: &str| problems.lines().next().map(str::to_owned).unwrap_or_default();
    let strict = problems_with(|_, names| Ok(vec![(names[0].to_owned(), RustClass::Major)]));
    assert!(required_version(&strict).contains("raise the version to 0.2.0"), "{strict}");
    let lenient = problems_with(|_, names| Ok(vec![(names[0].to_owned(), RustClass::None)]));
    assert!(required_version(&lenient).contains("raise the version to 0.1.1"), "{lenient}");
}
