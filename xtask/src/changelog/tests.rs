//! The command on repositories of its own.

use std::fs;

use super::*;
use crate::diff::World;

/// What `--check` and a reader see of the changes since a revision; without one, since the last release.
fn changelog_of(world: &World, revisions: Option<&str>) -> Page {
    page(&Repository::new(&world.root), revisions, "2026-11-21".parse().expect("a day")).expect("a changelog")
}

/// A repository whose first commit is released.
fn released(name: &str) -> World {
    let world = World::new(name);
    world.git(&["tag", "v0.1.0"]);
    world
}

/// An edit of the specification as it lies on the disk.
fn edit(world: &World, from: &str, to: &str) {
    let path = world.root.join("openapi/6mm.yaml");
    let source = fs::read_to_string(path).expect("the specification");
    assert!(source.contains(from), "the edit has a place: {from}");
    world.write("openapi/6mm.yaml", &source.replace(from, to));
}

/// A file that says whose a change is.
fn mark(world: &World, file: &str, origin: &str, id: &str) {
    let text = format!("[[change]]\norigin = \"{origin}\"\nevidence = \"the page that {file} names\"\nids = [\"{id}\"]\n");
    world.write(&format!("openapi/changes/6mm/{file}.toml"), &text);
}

/// Brings a branch's commits to the main branch as one.
fn merge(world: &World, branch: &str) {
    world.git(&["checkout", "--quiet", "main"]);
    world.git(&["merge", "--quiet", "--no-ff", "--message", branch, branch]);
}

/// The changelog without the lines that name revisions and versions.
fn changes(page: &Page) -> String {
    page.text.lines().skip(2).take_while(|line| !line.starts_with("### Versions")).collect::<Vec<_>>().join("\n")
}

const FIELD: (&str, &str) =
    ("        fills:\n", "        note:\n          type: string\n          description: Your own words.\n        fills:\n");

#[test]
fn a_field_that_the_vendor_added_stays_the_vendors_under_the_name_that_we_gave_it_later() {
    let world = released("origins");
    world.git(&["checkout", "--quiet", "-b", "vendor"]);
    // A branch may change its mind: what counts is what it brings when it is merged.
    edit(&world, FIELD.0, &FIELD.1.replace("note:", "memo:"));
    world.commit("first draft");
    edit(&world, "memo:", "note:");
    mark(&world, "vendor", "vendor", "Order.note/added");
    world.commit("second draft");
    merge(&world, "vendor");
    world.git(&["checkout", "--quiet", "-b", "correction"]);
    edit(&world, "        note:\n", "        remark:\n");
    mark(&world, "correction", "correction", "Order.remark/renamed");
    world.commit("its right name");
    merge(&world, "correction");
    let page = changelog_of(&world, None);
    insta::assert_snapshot!(changes(&page), @r"
    #### The exchange changed

    - `types::Order`, in `requests::ListOrders`, `requests::PlaceOrder`, `requests::GetOrder`
      - `Order.remark` added: programs ignore what they do not know.
    ");
    assert_eq!(page.wanting, "");
}

#[test]
fn origins_follow_a_type_that_has_another_name_and_a_field_that_goes() {
    let world = released("owners");
    edit(&world, "maxItems: 2", "maxItems: 1");
    mark(&world, "a", "vendor", "PlaceOrder.stops/maxItems");
    world.commit("a limit");
    edit(&world, "    PlaceOrder:\n", "    NewOrder:\n");
    edit(&world, "schemas/PlaceOrder'", "schemas/NewOrder'");
    mark(&world, "name", "correction", "NewOrder/renamed");
    world.commit("another name for the type");
    edit(&world, "        fills:\n", "        executions:\n");
    mark(&world, "b", "correction", "Order.executions/renamed");
    world.commit("another name for the field");
    let gone = "        executions:\n          description: What was filled.\n          x-undocumented: The page names the field and not its content.\n";
    edit(&world, gone, "");
    mark(&world, "c", "vendor", "Order.executions/removed");
    world.commit("the field is gone");
    let page = changelog_of(&world, None);
    insta::assert_snapshot!(changes(&page), @r"
    #### The exchange changed

    - `requests::PlaceOrder` (`POST /v1/orders`)
      - **breaking**: `NewOrder.stops` maxItems: `2` → `1`: some values that were accepted are refused.
        - in Rust: code still compiles, and calls fail at run time
    - `types::Order`, in `requests::ListOrders`, `requests::PlaceOrder`, `requests::GetOrder`
      - **breaking**: `Order.fills` removed: programs that read it find nothing.

    #### These bindings were corrected: the exchange is as it was

    - `requests::PlaceOrder` (`POST /v1/orders`)
      - `NewOrder` renamed from `PlaceOrder` to `NewOrder`: a schema's name is not on the wire.
    ");
    assert_eq!(page.wanting, "");
}

#[test]
fn a_change_of_the_vendors_that_we_corrected_later_is_still_the_vendors() {
    for (first, second, heading) in [
        ("vendor", "correction", "The exchange changed"),
        ("correction", "vendor", "The exchange changed"),
        ("correction", "correction", "These bindings were corrected"),
    ] {
        let world = released("twice");
        edit(&world, "maxItems: 2", "maxItems: 1");
        mark(&world, "a", first, "PlaceOrder.stops/maxItems");
        world.commit("first");
        edit(&world, "maxItems: 1", "maxItems: 3");
        mark(&world, "b", second, "PlaceOrder.stops/maxItems");
        world.commit("second");
        let page = changelog_of(&world, None);
        assert!(changes(&page).starts_with(&format!("#### {heading}")), "{first}, {second}: {}", page.text);
        assert_eq!(page.wanting, "", "{first}, {second}");
    }
}

#[test]
fn what_nobody_speaks_of_can_be_marked_after_it_was_merged() {
    let world = released("late");
    edit(&world, FIELD.0, FIELD.1);
    world.commit("nobody says whose it is");
    edit(&world, "        note:\n", "        remark:\n");
    mark(&world, "correction", "correction", "Order.remark/renamed");
    world.commit("its right name");
    let wanting = changelog_of(&world, None).wanting;
    insta::assert_snapshot!(wanting, @r#"
    not accounted for
      openapi/6mm.yaml:239: `Order.remark/added`: did the vendor change it, or did we have it wrong? No file says so

    A new file below openapi/changes/6mm says it, with an entry for each cause:

    [[change]]
    origin = "vendor"  # or "correction"
    evidence = ""  # how we know: a page and its version, an answer that came
    merged = true  # these changes were merged before this was written
    ids = [
        "Order.note/added",
    ]
    "#);
    let (_, draft) = wanting.split_once("cause:\n\n").expect("what to paste");
    world.write("openapi/changes/6mm/late.toml", &draft.replace("evidence = \"\"", "evidence = \"the page of today\""));
    // Neither command minds it, before and after it is merged.
    for _ in 0..2 {
        assert_eq!(changelog_of(&world, None).wanting, "");
        assert!(changes(&changelog_of(&world, None)).starts_with("#### The exchange changed"));
        let compared = Compared::resolve(&Repository::new(&world.root), None).expect("a base");
        let report = report(&Repository::new(&world.root), &compared, &SPECS[0], true, "2026-11-21".parse().expect("a day"));
        assert_eq!(report.expect("a report").problems, []);
        world.commit("whose it was");
    }
}

#[test]
fn an_entry_about_merged_changes_that_names_none_is_a_problem() {
    let world = released("names-none");
    world.write(
        "openapi/changes/6mm/late.toml",
        "[[change]]\norigin = \"vendor\"\nevidence = \"the page of today\"\nmerged = true\nids = [\"Order.nothing/added\"]\n",
    );
    assert!(changelog_of(&world, None).wanting.contains("`Order.nothing/added` is marked, and no change is called so"));
}

#[test]
fn before_the_first_release_nothing_is_demanded_of_any_version() {
    let world = World::new("unreleased");
    let page = changelog_of(&world, None);
    assert!(page.text.starts_with("no release is tagged yet, as `v1.2.3`: nothing is demanded of any version"), "{}", page.text);
    assert_eq!(page.wanting, "");
    // A base that is named shows changes, asks whose they are, and still demands no version.
    crate_of(&world, "sixmm-api", "0.1.0", "", "pub fn one() {}");
    world.commit("second");
    edit(&world, "maxItems: 2", "maxItems: 1");
    crate_of(&world, "sixmm-api", "0.1.0", "", "pub fn another() {}");
    let page = changelog_of(&world, Some("HEAD"));
    assert!(page.text.contains("Nothing was released up to"), "{}", page.text);
    assert!(page.wanting.contains("PlaceOrder.stops/maxItems"), "{}", page.wanting);
    assert!(!page.wanting.contains("raise"), "{}", page.wanting);
}

/// A crate of a workspace.
fn crate_of(world: &World, name: &str, version: &str, more: &str, generated: &str) {
    world.write("Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]\nresolver = \"3\"\n");
    let manifest = format!("[package]\nname = \"{name}\"\nversion = \"{version}\"\nedition = \"2024\"\n{more}");
    world.write(&format!("crates/{name}/Cargo.toml"), &manifest);
    world.write(&format!("crates/{name}/src/lib.rs"), "pub mod generated;");
    world.write(&format!("crates/{name}/src/generated/mod.rs"), generated);
}

#[test]
fn after_a_release_versions_are_demanded_of_what_breaks_and_of_whatever_is_built_on_it() {
    let world = World::new("versions");
    // Under another name, and through a table of the workspace, as Cargo allows.
    let on_api = "[dependencies]\napi = { package = \"sixmm-api\", path = \"../sixmm-api\" }\n";
    let for_tests = "[dev-dependencies]\nsixmm-api = { path = \"../sixmm-api\" }\n";
    crate_of(&world, "sixmm-api", "0.1.0", "", "pub fn one() {}");
    crate_of(&world, "sixmm-ext", "0.1.0", on_api, "");
    crate_of(&world, "sixmm-sandbox", "0.1.0", for_tests, "");
    world.commit("crates");
    world.git(&["tag", "v0.1.0"]);
    assert_eq!(changelog_of(&world, None).wanting, "");
    crate_of(&world, "sixmm-api", "0.1.0", "", "pub fn another() {}");
    insta::assert_snapshot!(changelog_of(&world, None).wanting, @r"
    `sixmm-api` is 0.1.0: raise it to 0.2.0, since its public items changed
    `sixmm-ext` is 0.1.0: raise it to 0.2.0, since it is built on `sixmm-api`, which breaks
    ");
    crate_of(&world, "sixmm-api", "0.2.0", "", "pub fn another() {}");
    crate_of(&world, "sixmm-ext", "0.2.0", on_api, "");
    assert_eq!(changelog_of(&world, None).wanting, "");
}
