//! The formats of a report.

use venue_diff::Edit;
use venue_diff::provenance::ProvenanceLog;
use venue_spec::Document;

use super::*;

mod annotations;
mod comment;
mod pages;
mod run_time;
mod schema;

#[test]
fn the_report_of_newer_code_has_migration_hints() {
    let repository = TestRepository::new("rust");
    let code = |fields: &str| format!("#[non_exhaustive] pub struct Order {{ {fields} }}");
    repository.write("crates/sixmm-api/src/generated/mod.rs", "pub mod types;");
    repository.write("crates/sixmm-api/src/generated/types.rs", &code("pub price: Option<Decimal>"));
    repository.commit("generated");
    repository.edit("required: [orderId, side]", "required: [orderId, side, price]");
    repository.write("crates/sixmm-api/src/generated/types.rs", &code("pub price: Decimal"));
    let report = repository.report(None);
    let rust = report.changes[0].rust.as_ref().expect("the Rust side");
    assert_eq!(
        rust.items[0].migration_hint.as_deref(),
        Some("change the type of `types::Order.price` to `Decimal`: it was `Option<Decimal>`")
    );
}

#[test]
fn a_specification_is_listed_as_facts_one_line_each() {
    let document = Document::parse("valid.yaml", VALID).expect("the specification is valid");
    let revision = venue_diff::Revision::new(&document);
    let text = revision.to_text();
    assert_eq!(text.lines().count(), revision.listing.len());
    insta::assert_snapshot!(text);
}

#[test]
fn a_listing_of_facts_has_one_format() {
    #[derive(clap::Parser)]
    struct Cli {
        #[command(flatten)]
        _arguments: Arguments,
    }
    let parsed = |arguments: &[&str]| <Cli as clap::Parser>::try_parse_from([&["diff", "--facts"], arguments].concat());
    assert!(parsed(&[]).is_ok());
    let error = parsed(&["--format", "json"]).err().expect("refused").to_string();
    assert!(error.contains("'--facts' cannot be used with '--format <FORMAT>'"), "{error}");
}

#[test]
fn a_base_without_a_specification_is_not_compared() {
    let repository = TestRepository::empty("no-base");
    repository.write("README.md", "A repository.");
    repository.commit("first");
    repository.write("openapi/6mm.yaml", VALID);
    let report = repository.report(None);
    let first = report.to_text().lines().next().expect("a line").to_owned();
    assert!(first.ends_with("→ working tree, with uncommitted changes: nothing was compared"), "{first}");
    assert!(report.to_github().contains("::nothing was compared\n"), "{}", report.to_github());
}

#[test]
fn the_template_names_the_provenance_folder() {
    let repository = TestRepository::new("folder");
    repository.edit(TIGHTER.0, TIGHTER.1);
    let folder = "openapi/changes/6mm";
    let report = repository.report(None);
    assert!(report.to_text().contains(&format!("Add a file below {folder} with")), "{}", report.to_text());
    assert!(report.to_html().contains(&format!("a new file below <code>{folder}</code>, with")), "{}", report.to_html());
    let mark = "[[change]]\norigin = \"vendor\"\nevidence = \"the page of today\"\nids = [\"PlaceOrder.stops/maxItems\"]\n";
    repository.write(&format!("{folder}/new.toml"), mark);
    assert!(repository.report(None).problems.is_empty());
}

/// Code with a removed and an added item that no change of the specification explains.
fn with_unexplained_items(name: &str) -> TestRepository {
    let repository = TestRepository::new(name);
    repository.write("crates/sixmm-api/src/generated/mod.rs", "pub fn retry() {} pub fn repeat() {}");
    repository.commit("generated");
    repository.write("crates/sixmm-api/src/generated/mod.rs", "pub fn retry() {} pub fn again() {}");
    repository
}

#[test]
fn unexplained_items_are_counted_in_each_headline_and_pass_a_check() {
    let repository = with_unexplained_items("unexplained");
    let report = repository.report(None);
    let counts = "2 changes in Rust (1 major) that no change of the specification explains";
    for text in [report.to_text(), report.to_markdown(), report.to_html()] {
        assert!(text.lines().take(6).any(|line| line.contains(counts)), "{text}");
        assert!(!text.contains("nothing changed"), "{text}");
    }
    assert_eq!(report.severity(), Severity::Breaking);
    assert!(report.problems.is_empty(), "--check lets it pass, as --help says: {:?}", report.problems);
    repository.edit(TIGHTER.0, TIGHTER.1);
    let text = repository.report(None).to_text();
    assert!(text.contains(&format!("1 change: 1 breaking; {counts}\n")), "{text}");
}

/// The real specification after many edits.
pub(crate) fn example() -> Report {
    let source = fs::read_to_string(crate::checkout::root().join(SPECS[0].path)).expect("the specification");
    let old = Document::parse(SPECS[0].path, source.clone()).expect("the specification is valid");
    let edited = source
        .replace("maxLength: 64", "maxLength: 32")
        .replace("operationId: place_order\n", "operationId: create_order\n")
        .replace("/v1/private/order/cancel:\n", "/v2/private/order/cancel:\n")
        .replace("format: decimal\n", "nullable: true\n")
        .replace("description: The ", "description: Again, the ")
        .replace("summary: ", "summary: Again, ");
    let new = Document::parse_unchecked(SPECS[0].path, edited).expect("valid YAML");
    let changes = venue_diff::compare(&old, &new);
    assert!(changes.iter().any(|change| matches!(change.edit, Edit::Renamed { .. })), "the operation is renamed");
    let header = Header { specification: SPECS[0].path.into(), base: "old".into(), head: "new".into(), notes: Vec::new() };
    Report::new(header, changes, None, &ProvenanceLog::default())
}
