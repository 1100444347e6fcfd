//! The command on repositories of its own, and the real specification.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use sixmm_diff::What;

use super::*;

const VALID: &str = include_str!("../../../crates/sixmm-spec/tests/valid.yaml");

/// A repository in a folder of its own, with a specification in its first commit.
struct World {
    root: PathBuf,
}

impl World {
    fn new(name: &str) -> Self {
        let world = Self::empty(name);
        world.write("openapi/6mm.yaml", VALID);
        world.commit("first");
        world
    }

    fn empty(name: &str) -> Self {
        let root = std::env::temp_dir().join(format!("sixmm-diff-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(&root).expect("a folder");
        let world = Self { root };
        world.git(&["init", "--quiet", "--initial-branch=main"]);
        world
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
    }

    fn git(&self, arguments: &[&str]) {
        let identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"];
        let output = Command::new("git").args(identity).args(arguments).current_dir(&self.root).output().expect("git runs");
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// The specification with an edit.
    fn edit(&self, from: &str, to: &str) {
        assert_eq!(VALID.matches(from).count(), 1, "the edit has one place: {from}");
        self.write("openapi/6mm.yaml", &VALID.replace(from, to));
    }

    fn try_report(&self, revisions: Option<&str>) -> anyhow::Result<Report> {
        let repository = Repository::new(&self.root);
        let compared = Compared::resolve(&repository, revisions)?;
        report(&repository, &compared, &SPECS[0], true, "2026-11-21".parse().expect("a day"))
    }

    fn report(&self, revisions: Option<&str>) -> Report {
        self.try_report(revisions).expect("a report")
    }

    fn error(&self, revisions: Option<&str>) -> String {
        format!("{:#}", self.try_report(revisions).expect_err("no report"))
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

fn ids(report: &Report) -> Vec<&str> {
    report.changes.iter().map(|entry| entry.change.id.as_str()).collect()
}

const TIGHTER: (&str, &str) = ("maxItems: 2", "maxItems: 1");

#[test]
fn without_a_base_the_working_tree_is_compared_with_where_its_branch_began() {
    let world = World::new("branch");
    world.git(&["checkout", "--quiet", "-b", "topic"]);
    world.edit(TIGHTER.0, TIGHTER.1);
    world.commit("topic");
    // The main branch goes on; what it gains is no change of the topic's.
    world.git(&["checkout", "--quiet", "main"]);
    world.edit("description: The market.\n          schema", "description: A market.\n          schema");
    world.commit("main goes on");
    world.git(&["checkout", "--quiet", "topic"]);
    let report = world.report(None);
    assert_eq!(ids(&report), ["PlaceOrder.stops/maxItems"]);
    assert_eq!(report.head, "working tree");
    assert!(report.base.ends_with("(merge base with main)"), "{}", report.base);
}

#[test]
fn a_dirty_tree_is_compared_as_it_lies_on_the_disk() {
    let world = World::new("dirty");
    world.edit(TIGHTER.0, TIGHTER.1);
    let report = world.report(None);
    assert_eq!(ids(&report), ["PlaceOrder.stops/maxItems"]);
    assert_eq!(report.head, "working tree, with uncommitted changes");
}

#[test]
fn two_revisions_are_compared_whatever_lies_on_the_disk() {
    let world = World::new("range");
    world.edit(TIGHTER.0, TIGHTER.1);
    world.commit("second");
    world.write("openapi/6mm.yaml", "nonsense");
    assert_eq!(ids(&world.report(Some("HEAD~1..HEAD"))), ["PlaceOrder.stops/maxItems"]);
    assert!(world.error(Some("HEAD~1...HEAD")).contains("write `A..B`"));
}

#[test]
fn a_shallow_clone_is_enough_and_says_what_it_does_not_know() {
    let world = World::new("origin");
    world.git(&["checkout", "--quiet", "-b", "topic"]);
    world.edit(TIGHTER.0, TIGHTER.1);
    world.commit("topic");
    world.git(&["checkout", "--quiet", "main"]);
    let clone = world.clone_of(&["--depth=1", "--no-single-branch", "--branch=topic"]);
    let report = clone.report(None);
    assert_eq!(ids(&report), ["PlaceOrder.stops/maxItems"]);
    assert!(report.notes[0].contains("the history of this clone is cut off"), "{:?}", report.notes);
    assert!(clone.error(Some("HEAD~5")).contains("git fetch --depth=1 origin HEAD~5"));
    assert!(clone.report(Some("origin/main")).notes.is_empty());
}

#[test]
fn a_checkout_without_branches_is_compared_with_the_commit_before() {
    let world = World::new("detached");
    world.edit(TIGHTER.0, TIGHTER.1);
    world.commit("second");
    world.git(&["checkout", "--quiet", "--detach"]);
    world.git(&["branch", "--quiet", "-D", "main"]);
    let report = world.report(None);
    assert_eq!(ids(&report), ["PlaceOrder.stops/maxItems"]);
    assert!(report.notes[0].contains("HEAD~1 is the base"), "{:?}", report.notes);
}

#[test]
fn a_base_without_a_specification_is_said_to_have_none() {
    let world = World::empty("without");
    world.write("README.md", "nothing yet");
    world.commit("first");
    world.write("openapi/6mm.yaml", VALID);
    let report = world.report(None);
    assert!(report.changes.is_empty());
    assert!(
        report.notes[0].ends_with("has no `openapi/6mm.yaml`: everything is new, and there is nothing to compare with"),
        "{:?}",
        report.notes
    );
    assert_eq!(report.outcome(), Outcome::Nothing);
}

#[test]
fn a_mistake_in_the_working_tree_is_reported_and_not_compared() {
    let world = World::new("mistake");
    world.edit("description: Places one order.", "desciption: Places one order.");
    assert!(world.error(None).contains("did you mean `description`?"));
}

#[test]
fn a_base_that_was_written_under_other_conventions_is_read_all_the_same() {
    let world = World::new("conventions");
    world.edit("description: Places one order.", "desciption: Places one order.");
    world.commit("an older convention");
    world.write("openapi/6mm.yaml", VALID);
    assert_eq!(ids(&world.report(None)), ["place_order/desciption", "place_order/description"]);
}

#[test]
fn on_the_main_branch_itself_a_note_says_what_to_name() {
    let world = World::new("main");
    let report = world.report(None);
    assert!(report.changes.is_empty() && report.notes[0].contains("cargo xtask diff HEAD~1"), "{:?}", report.notes);
}

impl World {
    /// As `--check` compares without a base.
    fn checked(&self) -> anyhow::Result<Compared> {
        let repository = Repository::new(&self.root);
        Compared::resolve(&repository, None)?.for_check(&repository)
    }

    fn clone_of(&self, arguments: &[&str]) -> World {
        let clone = World { root: self.root.with_extension("clone") };
        let _ = fs::remove_dir_all(&clone.root);
        let url = format!("file://{}", self.root.display());
        self.git(&[&["clone", "--quiet"], arguments, &[&url, &clone.root.display().to_string()]].concat());
        clone
    }
}

#[test]
fn a_check_on_the_main_branch_itself_is_about_its_last_commit() {
    let world = World::new("check-main");
    world.edit(TIGHTER.0, TIGHTER.1);
    world.commit("second");
    let clone = world.clone_of(&[]);
    for world in [&world, &clone] {
        let compared = world.checked().expect("a base");
        let report = report(&Repository::new(&world.root), &compared, &SPECS[0], true, "2026-11-21".parse().expect("a day"));
        let report = report.expect("a report");
        assert_eq!(ids(&report), ["PlaceOrder.stops/maxItems"]);
        assert!(report.base.ends_with("(HEAD~1)"), "{}", report.base);
    }
}

#[test]
fn a_check_on_a_dirty_main_branch_is_about_what_is_not_committed() {
    let world = World::new("check-dirty");
    world.commit("second");
    world.edit(TIGHTER.0, TIGHTER.1);
    assert!(world.checked().expect("a base").base.label().ends_with("(merge base with main)"));
}

#[test]
fn a_check_that_compares_a_commit_with_itself_says_that_it_did_not_check() {
    let world = World::new("check-shallow");
    world.commit("second");
    let clone = world.clone_of(&["--depth=1"]);
    let notes = clone.checked().expect("nothing to compare").notes.join(" ");
    assert!(notes.contains("NOT CHECKED") && notes.contains("git fetch --unshallow"), "{notes}");
    // Without branches it is the same.
    clone.git(&["checkout", "--quiet", "--detach"]);
    clone.git(&["branch", "--quiet", "-D", "main"]);
    clone.git(&["remote", "remove", "origin"]);
    assert!(clone.checked().expect("nothing to compare").notes.join(" ").contains("NOT CHECKED"));
}

#[test]
fn a_check_of_a_first_commit_has_nothing_to_say() {
    let world = World::new("check-first");
    assert!(world.checked().is_ok());
}

#[test]
fn a_change_of_words_that_is_major_in_rust_is_marked_too() {
    let world = World::new("major-words");
    let code = |variant: &str| format!("pub enum Side {{ {variant}, Sell }}");
    world.write("crates/sixmm-api/src/generated/mod.rs", "pub mod types;");
    world.write("crates/sixmm-api/src/generated/types.rs", &code("Buy"));
    world.commit("generated");
    let variants = "enum: [BUY, SELL]\n      x-enum-varnames: [Buy, Sell]";
    world.edit(variants, &variants.replace("[Buy", "[Bid"));
    assert_eq!(problems(&world), "", "without Rust it is words");
    world.write("crates/sixmm-api/src/generated/types.rs", &code("Bid"));
    assert!(problems(&world).contains("did the vendor change it, or did we have it wrong?"));
}

#[test]
fn the_newer_code_shows_what_must_be_edited() {
    let world = World::new("rust");
    let code = |fields: &str| format!("#[non_exhaustive] pub struct Order {{ {fields} }}");
    world.write("crates/sixmm-api/src/generated/mod.rs", "pub mod types;");
    world.write("crates/sixmm-api/src/generated/types.rs", &code("pub price: Option<Decimal>"));
    world.commit("generated");
    world.edit("required: [orderId, side]", "required: [orderId, side, price]");
    world.write("crates/sixmm-api/src/generated/types.rs", &code("pub price: Decimal"));
    let report = world.report(None);
    let rust = report.changes[0].rust.as_ref().expect("the Rust side");
    assert_eq!(rust.items[0].edit.as_deref(), Some("read and write `types::Order.price` as `Decimal`: it was `Option<Decimal>`"));
}

const MARK: &str = "[[change]]\norigin = \"vendor\"\nevidence = \"the page of today lists it\"\nids = [\"PlaceOrder.stops/maxItems\"]\n";

fn problems(world: &World) -> String {
    world.report(None).problems.iter().map(|problem| format!("{problem}\n")).collect()
}

#[test]
fn a_change_is_accounted_for_once_a_new_file_says_who_changed_it() {
    let world = World::new("marked");
    // An entry of an earlier change, which happened to be called the same, says nothing of this one.
    world.write("openapi/changes/6mm/old.toml", MARK);
    world.commit("an earlier change");
    world.edit(TIGHTER.0, TIGHTER.1);
    assert!(problems(&world).contains("did the vendor change it, or did we have it wrong?"));
    world.write("openapi/changes/6mm/new.toml", &MARK.replace("of today", "of tomorrow"));
    assert_eq!(problems(&world), "");
    let report = world.report(None);
    assert_eq!(report.changes[0].evidence.as_deref(), Some("the page of tomorrow lists it"));
}

#[test]
fn an_entry_that_names_no_change_or_contradicts_another_is_a_problem() {
    let world = World::new("unused");
    world.edit(TIGHTER.0, TIGHTER.1);
    world.write("openapi/changes/6mm/a.toml", MARK);
    world.write("openapi/changes/6mm/b.toml", &MARK.replace("vendor", "correction"));
    assert!(problems(&world).contains("say two things of it"));
    // The beginning of an id, with a star, stands for all that begin so.
    world.write("openapi/changes/6mm/b.toml", &MARK.replace("of today", "of both").replace("stops/maxItems", "st*"));
    assert_eq!(problems(&world), "");
    world.write("openapi/changes/6mm/b.toml", &MARK.replace("stops", "strops"));
    assert!(problems(&world).contains("`PlaceOrder.strops/maxItems` is marked, and no change is called so"));
}

#[test]
fn an_accepted_change_is_not_breaking_until_the_exception_expires() {
    let world = World::new("accepted");
    world.edit(TIGHTER.0, TIGHTER.1);
    assert_eq!(world.report(None).outcome(), Outcome::Breaking);
    let accepted = "[[accepted]]\nid = \"PlaceOrder.stops/maxItems\"\nreason = \"nobody trades there yet\"\nexpires = \"2026-12-31\"\n";
    world.write("openapi/changes/6mm/new.toml", &format!("{MARK}{accepted}"));
    assert_eq!(world.report(None).outcome(), Outcome::Compatible);
    assert_eq!(problems(&world), "");
    world.write("openapi/changes/6mm/new.toml", &format!("{MARK}{}", accepted.replace("2026-12-31", "2026-11-20")));
    assert!(problems(&world).contains("was accepted until 2026-11-20"));
    world.write("openapi/changes/6mm/new.toml", &format!("{MARK}{}", accepted.replace("stops", "strops")));
    assert!(problems(&world).contains("`PlaceOrder.strops/maxItems` is accepted, and no change is called so"));
}

#[test]
fn an_exception_for_what_breaks_nothing_is_a_problem() {
    let world = World::new("needless");
    world.edit("required: [items]", "required: [items, total]");
    world.write(
        "openapi/changes/6mm/new.toml",
        "[[change]]\norigin = \"correction\"\nevidence = \"an answer that came\"\nids = [\"OrderList.*\"]\n\
         [[accepted]]\nid = \"OrderList.total/required\"\nreason = \"it breaks nobody\"\nexpires = \"2026-12-31\"\n",
    );
    // A provisional field is never required: the base is sound, and what lies on the disk need not be to be compared here.
    world.commit("second");
    let text: String = world.report(Some("HEAD~1..HEAD")).problems.iter().map(|problem| format!("{problem}\n")).collect();
    assert!(text.contains("is accepted, and breaks nothing"), "{text}");
}

#[test]
fn a_file_of_changes_that_is_not_as_it_must_be_names_its_line() {
    let world = World::new("file");
    world.edit(TIGHTER.0, TIGHTER.1);
    for (from, to, message) in [
        ("\"vendor\"", "\"somebody\"", "new.toml:2: unknown variant `somebody`"),
        ("the page of today lists it", "obvious", "new.toml:1: `evidence` says how we know"),
        ("\"PlaceOrder.stops/maxItems\"", "\"*\"", "new.toml:1: `*` stands for every change there is"),
        ("ids", "id", "new.toml:4: unknown field `id`"),
    ] {
        world.write("openapi/changes/6mm/new.toml", &MARK.replace(from, to));
        let error = world.error(None);
        assert!(error.contains(message), "{error}");
    }
}

#[test]
fn the_exit_codes_are_what_the_help_says() {
    let is = |outcome, is_accounted_for, code: u8| {
        assert_eq!(exit_code(outcome, is_accounted_for), ExitCode::from(code), "{outcome:?} {is_accounted_for:?}");
    };
    is(Outcome::Nothing, None, 0);
    is(Outcome::Compatible, None, 3);
    is(Outcome::Breaking, None, 4);
    is(Outcome::Breaking, Some(true), 0);
    is(Outcome::Nothing, Some(false), 1);
}

#[test]
fn a_specification_is_listed_as_facts_one_line_each() {
    let document = sixmm_spec::Document::parse("valid.yaml", VALID).expect("it is sound");
    let listing = sixmm_diff::Listing::new(&document);
    let text = listing.to_text();
    assert_eq!(text.lines().count(), listing.len());
    insta::assert_snapshot!(text);
}

/// The documentation of June, of which only the WebSocket's page was another: the REST tables are the same.
#[test]
fn between_june_and_autumn_nothing_of_the_rest_api_changed() {
    let autumn = fs::read_to_string(crate::specs::root().join(SPECS[0].path)).expect("the specification");
    let june = autumn
        .replace("0b59fb33ae6c0f4b4b05f9a60957e2eeaabc46f1", "a352bcab10ef1383fafdeca2d8678835a5e00403")
        .replace("read: '2026-10'", "read: '2026-06'");
    let documents = [june, autumn].map(|source| sixmm_spec::Document::parse(SPECS[0].path, source).expect("it is sound"));
    let changes = sixmm_diff::compare(&documents[0], &documents[1]);
    let ids: Vec<&str> = changes.iter().map(|change| change.id.as_str()).collect();
    assert_eq!(ids, ["api/x-sixmm-source.commit", "api/x-sixmm-source.read"]);
    assert!(changes.iter().all(|change| change.wire == sixmm_diff::Class::Documentation));
}

#[test]
fn a_comment_for_a_pull_request_stays_readable_at_300_changes() {
    let report = example();
    let markdown = report.to_markdown();
    assert!(report.changes.len() >= 300, "{}", report.changes.len());
    assert!(markdown.len() < 65_536, "GitHub refuses {} characters", markdown.len());
    // Opened, it is short: the summary, and what must be looked at.
    let mut depth = 0_usize;
    let open = markdown.lines().filter(|line| {
        let is_open = depth == 0;
        depth += line.matches("<details").count();
        depth -= line.matches("</details>").count();
        is_open
    });
    assert!(open.count() < 80, "{markdown}");
    assert_eq!(depth, 0, "what is folded is closed");
    insta::assert_snapshot!(markdown.lines().take(24).collect::<Vec<_>>().join("\n"));
}

#[test]
fn annotations_stand_on_the_lines_of_the_specification() {
    let world = World::new("github");
    world.edit(TIGHTER.0, TIGHTER.1);
    let text = world.report(None).to_github().replace(&world.report(None).base, "BASE");
    insta::assert_snapshot!(text);
}

#[test]
fn the_json_has_the_schema_that_is_committed() {
    let path = crate::specs::root().join("crates/sixmm-diff/report.schema.json");
    let schema = Report::schema().expect("a schema");
    assert_eq!(fs::read_to_string(path).expect("the schema is committed"), schema, "`cargo xtask diff --format json-schema` writes it");
    // Each key of a report is one that the schema knows.
    let world = World::new("json");
    world.edit(TIGHTER.0, TIGHTER.1);
    let report: serde_json::Value = serde_json::from_str(&world.report(None).to_json().expect("JSON")).expect("JSON");
    let schema: serde_json::Value = serde_json::from_str(&schema).expect("JSON");
    let known = |schema: &serde_json::Value| schema["properties"].as_object().expect("an object").clone();
    for key in report.as_object().expect("an object").keys() {
        assert!(known(&schema).contains_key(key), "{key}");
    }
    for key in report["changes"][0].as_object().expect("a change").keys() {
        assert!(known(&schema["$defs"]["Entry"]).contains_key(key), "{key}");
    }
}

/// The real specification after a great many edits.
pub(crate) fn example() -> Report {
    let source = fs::read_to_string(crate::specs::root().join(SPECS[0].path)).expect("the specification");
    let old = sixmm_spec::Document::parse(SPECS[0].path, source.clone()).expect("it is sound");
    let edited = source
        .replace("maxLength: 64", "maxLength: 32")
        .replace("operationId: place_order\n", "operationId: create_order\n")
        .replace("/v1/private/order/cancel:\n", "/v2/private/order/cancel:\n")
        .replace("format: decimal\n", "nullable: true\n")
        .replace("description: The ", "description: Told anew, the ")
        .replace("summary: ", "summary: Anew, ");
    let new = sixmm_spec::Document::parse_unchecked(SPECS[0].path, edited).expect("it is YAML");
    let changes = sixmm_diff::compare(&old, &new);
    assert!(changes.iter().any(|change| matches!(change.what, What::Renamed { .. })), "the operation is renamed");
    let header = Header { specification: SPECS[0].path.into(), base: "old".into(), head: "new".into(), notes: Vec::new() };
    Report::new(header, changes, None, &Ledger::default())
}
