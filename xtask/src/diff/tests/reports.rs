//! What is shown.

use sixmm_diff::What;
use sixmm_spec::Document;

use super::*;

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

#[test]
fn a_specification_is_listed_as_facts_one_line_each() {
    let document = Document::parse("valid.yaml", VALID).expect("it is sound");
    let listing = sixmm_diff::Listing::new(&document);
    let text = listing.to_text();
    assert_eq!(text.lines().count(), listing.len());
    insta::assert_snapshot!(text);
}

#[test]
fn a_comment_for_a_pull_request_stays_readable_at_300_changes() {
    let [old, new] = [large(&[]), large(&EDITS)].map(|source| Document::parse_unchecked("large.yaml", source).expect("it is YAML"));
    let changes = sixmm_diff::compare(&old, &new);
    assert!(changes.len() >= 300, "{}", changes.len());
    let header = Header { specification: "large.yaml".into(), base: "old".into(), head: "new".into(), notes: Vec::new() };
    let markdown = Report::new(header, changes, None, &Ledger::default()).to_markdown();
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

/// 40 operations, each with an answer of its own, after some edits.
fn large(edits: &[(&str, &str)]) -> String {
    let mut text = String::from("openapi: 3.0.3\npaths:\n");
    for number in 0..40 {
        text.push_str(&format!(
            "  /v1/{number}:\n    get:\n      operationId: list_{number}\n      summary: Lists them.\n      responses:\n        '200':\n          \
             content:\n            application/json:\n              schema: {{ $ref: '#/components/schemas/List{number}' }}\n"
        ));
    }
    text.push_str("components:\n  schemas:\n");
    for number in 0..40 {
        text.push_str(&format!("    List{number}:\n      type: object\n      properties:\n"));
        for field in ["price", "quantity", "fee", "profit"] {
            text.push_str(&format!("        {field}: {{ type: string, format: decimal, description: The {field}. }}\n"));
        }
    }
    edits.iter().fold(text, |text, (from, to)| text.replace(from, to))
}

const EDITS: [(&str, &str); 5] = [
    ("format: decimal", "format: decimal, nullable: true"),
    ("description: The ", "description: Told anew, the "),
    ("summary: ", "summary: Anew, "),
    ("operationId: list_7\n", "operationId: list_seven\n"),
    ("/v1/39:", "/v2/39:"),
];

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
    let is_committed = fs::read_to_string(path).expect("the schema is committed") == schema;
    assert!(is_committed, "`cargo xtask diff --format json-schema --output crates/sixmm-diff/report.schema.json` writes it");
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
    let old = Document::parse(SPECS[0].path, source.clone()).expect("it is sound");
    let edited = source
        .replace("maxLength: 64", "maxLength: 32")
        .replace("operationId: place_order\n", "operationId: create_order\n")
        .replace("/v1/private/order/cancel:\n", "/v2/private/order/cancel:\n")
        .replace("format: decimal\n", "nullable: true\n")
        .replace("description: The ", "description: Told anew, the ")
        .replace("summary: ", "summary: Anew, ");
    let new = Document::parse_unchecked(SPECS[0].path, edited).expect("it is YAML");
    let changes = sixmm_diff::compare(&old, &new);
    assert!(changes.iter().any(|change| matches!(change.what, What::Renamed { .. })), "the operation is renamed");
    let header = Header { specification: SPECS[0].path.into(), base: "old".into(), head: "new".into(), notes: Vec::new() };
    Report::new(header, changes, None, &Ledger::default())
}
