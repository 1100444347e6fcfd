//! Reports match the committed JSON Schema.

use venue_diff::Edit;

use super::super::generated_code;
use super::*;

/// The JSON of a report, after validation with the schema.
fn valid(name: &str, report: &Report) -> serde_json::Value {
    let parsed = |text: String| serde_json::from_str::<serde_json::Value>(&text).expect("JSON");
    let schema = parsed(Report::schema().expect("a schema"));
    let validator = jsonschema::draft202012::new(&schema).expect("the schema is sound");
    let json = parsed(report.to_json().expect("JSON"));
    let errors: Vec<String> = validator.iter_errors(&json).take(5).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{name}: {errors:#?}");
    json
}

#[test]
fn the_schema_is_committed() {
    let path = crate::checkout::root().join("crates/venue-diff/report.schema.json");
    let is_committed = fs::read_to_string(path).expect("the schema is committed") == Report::schema().expect("a schema");
    assert!(is_committed, "`cargo xtask diff --format json-schema --output crates/venue-diff/report.schema.json` writes it");
}

#[test]
fn the_schema_describes_a_report_with_trees_and_rust_items_and_problems() {
    let field = "        filledAt:\n          type: integer\n          description: When it was filled.\n";
    let report = generated_code::report(&[
        ("        fills:\n", &format!("{field}        fills:\n")),
        ("- name: limit\n", "- name: pageSize\n"),
        ("enum: [LIMIT, MARKET]", "enum: [LIMIT]"),
        ("x-enum-varnames: [Limit, Market]", "x-enum-varnames: [Limit]"),
        ("x-enum-descriptions: [At a price or better., At once.]", "x-enum-descriptions: [At a price or better.]"),
    ]);
    let json = valid("generated", &report);
    let changes = json["changes"].as_array().expect("changes");
    let trees = changes.iter().flat_map(|change| change["reached"]["tree"].as_array().expect("a tree"));
    let (leaves, forks): (Vec<_>, Vec<_>) = trees.partition(|branch| branch.get("branches").is_none());
    assert!(!leaves.is_empty() && !forks.is_empty(), "there are trees of both kinds");
    assert!(changes.iter().any(|change| !change["rust"]["items"].as_array().expect("items").is_empty()), "there are items");
    assert!(!json["problems"].as_array().expect("problems").is_empty(), "the changes have no origin");
}

#[test]
fn the_schema_describes_hundreds_of_changes() {
    assert!(valid("large", &comment::large_report(40)).to_string().len() > 100_000);
    let report = example();
    assert!(report.changes.iter().any(|entry| matches!(entry.change.edit, Edit::Renamed { .. })));
    valid("the real specification", &report);
}

#[test]
fn the_schema_describes_removals_and_unexplained_items_and_missing_bases() {
    let json = valid("unexplained", &with_unexplained_items("schema-unexplained").report(None));
    assert_eq!(json["rust"]["unexplained"].as_array().map(Vec::len), Some(2));
    let repository = TestRepository::new("schema-gone");
    repository.edit("          maxItems: 2\n", "");
    assert!(valid("gone", &repository.report(None))["changes"][0]["owner"].is_object());
    let header = Header { specification: "6mm.yaml".into(), base: "old".into(), head: "new".into(), notes: Vec::new() };
    assert_eq!(valid("no base", &Report::without_base(header))["isCompared"], false);
}

#[test]
fn the_schema_describes_every_kind_of_problem() {
    let repository = TestRepository::new("schema-problems");
    repository.edit(TIGHTER.0, TIGHTER.1);
    let mark = |origin: &str, id: &str| format!("[[change]]\norigin = \"{origin}\"\nevidence = \"the page of today\"\nids = [\"{id}\"]\n");
    let accept = |id: &str| format!("[[accepted]]\nid = \"{id}\"\nreason = \"no program trades yet\"\nexpires = \"2026-11-20\"\n");
    repository.write("openapi/changes/6mm/a.toml", &(mark("vendor", "PlaceOrder.stops/maxItems") + &mark("vendor", "Order.gone/removed")));
    repository.write("openapi/changes/6mm/b.toml", &(mark("correction", "PlaceOrder.stops/maxItems") + &accept("Order.gone/removed")));
    let json = valid("problems", &repository.report(None));
    let kinds: Vec<&str> = json["problems"].as_array().expect("problems").iter().filter_map(|problem| problem["is"].as_str()).collect();
    assert_eq!(kinds, ["contradiction", "unused-mark", "unused-exception", "expired"]);
}
