//! Compares the code of the real generator before and after an edit of a specification. The edit must explain every changed
//! item.
//!
//! The specification is a small one that uses everything, so that the tests do not depend on an exchange.

use std::sync::LazyLock;

use venue_diff::provenance::ProvenanceLog;
use venue_diff::report::{Header, Report};
use venue_diff::rust::{CrateSources, RustChanges, RustListing, Source};
use venue_spec::Document;

use super::VALID;
use crate::specs::SPECS;

/// The unedited specification and its crates.
static OLD: LazyLock<(Document, [RustListing; 2])> = LazyLock::new(|| {
    let document = Document::parse(FILE, VALID).expect("the specification is valid");
    let crates = crates(&document);
    (document, crates)
});

const FILE: &str = "valid.yaml";

/// The listings of the generated crates of a specification.
fn crates(document: &Document) -> [RustListing; 2] {
    let files = crate::codegen::generate(&SPECS[0], document).expect("the code can be generated");
    [SPECS[0].api_crate, SPECS[0].mock_crate].map(|name| {
        let below = format!("crates/{name}/src/generated");
        let of_crate = files.iter().filter_map(|file| Some((file.path.to_str()?.strip_prefix(&below)?.to_owned(), file.text.clone())));
        let sources: Vec<Source> = of_crate
            .map(|(path, text)| Source { path: path.strip_prefix('/').map_or_else(|| String::from("mod.rs"), str::to_owned), text })
            .collect();
        RustListing::read(&sources, "mod.rs").expect("valid Rust")
    })
}

/// The report of an edit, with both crates generated again.
pub(super) fn report(edits: &[(&str, &str)]) -> Report {
    let (old, old_crates) = &*OLD;
    between((old, old_crates), &edited(VALID, edits))
}

fn edited(source: &str, edits: &[(&str, &str)]) -> String {
    edits.iter().fold(source.to_owned(), |source, (from, to)| {
        assert!(source.contains(from), "the edit matches: {from}");
        source.replace(from, to)
    })
}

fn between((old, old_crates): (&Document, &[RustListing; 2]), new: &str) -> Report {
    let new = Document::parse(FILE, new).unwrap_or_else(|report| panic!("{report}"));
    let new_crates = crates(&new);
    let names = [SPECS[0].api_crate, SPECS[0].mock_crate];
    let sources: Vec<CrateSources<'_>> =
        names.into_iter().zip(old_crates.iter().zip(&new_crates)).map(|(name, (old, new))| CrateSources { name, old, new }).collect();
    let rust = RustChanges::new(&sources);
    let header = Header { specification: FILE.into(), base: "old".into(), head: "new".into(), notes: Vec::new() };
    Report::new(header, venue_diff::compare(old, &new), Some((&rust, &names)), &ProvenanceLog::default())
}

#[test]
fn classified_states_of_an_enum_explain_the_methods_for_them() {
    let values = "      x-enum-descriptions: [At a price or better., At once.]\n";
    check("generated_states_listed", &[(values, &format!("{values}      x-enum-states: {{ open: [LIMIT], final: [MARKET] }}\n"))]);
}

#[test]
fn a_field_that_is_inferred_to_be_required_is_an_option() {
    let revision_files = "          description: Buy or sell.\n";
    let edits = [
        ("required: [symbol, side, type, quantity]", "required: [symbol, type, quantity]"),
        (revision_files, "          description: Buy or sell.\n          x-venue-inferred: { required: The only example has it. }\n"),
    ];
    check("generated_field_inferred", &edits);
}

fn check(name: &str, edits: &[(&str, &str)]) {
    let report = report(edits);
    let unexplained = &report.rust.as_ref().expect("the Rust side").unexplained;
    assert!(unexplained.is_empty(), "{name}: {unexplained:#?}");
    let text = report.to_text();
    let lines: Vec<&str> = text.lines().take_while(|line| !line.starts_with("provenance problems")).collect();
    insta::assert_snapshot!(name, lines.join("\n"));
}

#[test]
fn a_new_field_of_a_response_is_an_additional_field() {
    let before = "        fills:\n";
    let field = "        filledAt:\n          type: integer\n          description: When it was filled.\n";
    check("generated_field_added", &[(before, &format!("{field}{before}"))]);
}

#[test]
fn a_renamed_parameter_is_a_renamed_setter() {
    check("generated_parameter_renamed", &[("- name: limit\n", "- name: pageSize\n")]);
}

#[test]
fn a_removed_value_is_a_removed_variant() {
    check(
        "generated_value_removed",
        &[
            ("enum: [LIMIT, MARKET]", "enum: [LIMIT]"),
            ("x-enum-varnames: [Limit, Market]", "x-enum-varnames: [Limit]"),
            ("x-enum-descriptions: [At a price or better., At once.]", "x-enum-descriptions: [At a price or better.]"),
        ],
    );
}

#[test]
fn a_renamed_schema_is_a_renamed_type() {
    check("generated_schema_renamed", &[("schemas/Order'", "schemas/PlacedOrder'"), ("    Order:\n", "    PlacedOrder:\n")]);
}

#[test]
fn a_renamed_operation_is_a_renamed_method() {
    check("generated_operation_renamed", &[("operationId: get_order\n", "operationId: order\n")]);
}

#[test]
fn a_field_that_becomes_optional_is_an_option() {
    check("generated_field_optional", &[("required: [orderId, side]", "required: [orderId]")]);
}

#[test]
fn a_renamed_stream_is_a_renamed_constant() {
    check("generated_stream_renamed", &[("  websocket:\n", "  events:\n")]);
}

/// Checks that every changed item has a cause, and that every change that must change an item does.
fn explained(name: &str, edits: &[(&str, &str)]) {
    let report = report(edits);
    assert!(!report.changes.is_empty(), "{name}: nothing changed");
    let unexplained = &report.rust.as_ref().expect("the Rust side").unexplained;
    assert!(unexplained.is_empty(), "{name}: {unexplained:#?}");
    for entry in &report.changes {
        let words = entry.rust.as_ref().and_then(|rust| rust.disagreement.as_deref()).unwrap_or_default();
        assert!(!words.contains("the generated code does not"), "{name}: {}", entry.change.id);
    }
}

#[test]
fn every_changed_item_has_a_cause_in_the_specification() {
    explained("a shared parameter has another name", &[("name: X-Request-ID", "name: X-Trace-ID")]);
    let symbol = "        symbol:\n          type: string\n";
    explained("a text becomes a secret", &[(symbol, &format!("{symbol}          format: password\n"))]);
    let required = "required: [symbol, side, type, quantity";
    explained("a field of a request becomes required", &[(required, &format!("{required}, stops")), (QUANTITY, &with_stops())]);
    explained("a scheme has another name", &[("    ApiKey:\n", "    Key:\n"), ("- ApiKey: []", "- Key: []")]);
    explained(
        "a value more",
        &[
            ("enum: [BUY, SELL]", "enum: [BUY, SELL, SHORT]"),
            (
                "enum: [BUY, SELL, SHORT]\n      x-enum-varnames: [Buy, Sell]",
                "enum: [BUY, SELL, SHORT]\n      x-enum-varnames: [Buy, Sell, Short]",
            ),
            (
                "[Buy, Sell, Short]\n      x-enum-descriptions: [Buys., Sells.]",
                "[Buy, Sell, Short]\n      x-enum-descriptions: [Buys., Sells., Shorts.]",
            ),
        ],
    );
    explained("an operation is gone", &[(&operation("/v1/orders/{orderId}"), "\n")]);
    explained("the streams are gone", &[(&block("x-venue-streams:\n", "\n\npaths:"), "")]);
}

#[test]
fn variants_that_swap_their_integers_must_be_checked() {
    let before = "enum: [1, 2]\n      x-enum-varnames: [Buy, Sell]";
    check("generated_variants_swapped", &[(before, &before.replace("[Buy, Sell]", "[Sell, Buy]"))]);
}

#[test]
fn a_parameter_in_another_location_has_the_same_setter() {
    let before = "        - name: symbol\n          in: query\n";
    explained("a parameter moves to the headers", &[(before, &before.replace("query", "header"))]);
}

#[test]
fn a_renamed_field_of_the_envelope_is_one_change() {
    let edits = [
        ("  message: message\n", "  message: msg\n"),
        ("required: [code, message]", "required: [code, msg]"),
        (
            "        message:\n          type: string\n          description: What happened.",
            "        msg:\n          type: string\n          description: What happened.",
        ),
        ("message: success", "msg: success"),
    ];
    let changes: Vec<String> =
        report(&edits).changes.into_iter().map(|entry| entry.change.id).filter(|id| !id.contains("example")).collect();
    assert_eq!(changes, ["Envelope.msg/renamed"]);
    explained("a field of the envelope is renamed", &edits);
}

#[test]
fn two_operations_that_swap_their_names_are_major_although_everything_compiles() {
    check(
        "generated_operations_swapped",
        &[
            ("operationId: list_orders\n", "operationId: swapped\n"),
            ("operationId: get_order\n", "operationId: list_orders\n"),
            ("operationId: swapped\n", "operationId: get_order\n"),
        ],
    );
}

/// No item changes if the swapped operations have the same types.
#[test]
fn two_operations_of_the_same_types_that_swap_their_names_are_major() {
    let one = operation("/v1/orders/{orderId}");
    let two = one.replace("    get:\n", "    delete:\n").replace("get_order", "cancel_order").replace("  /v1/orders/{orderId}:\n", "");
    let both = edited(VALID, &[(&one, &format!("{}\n{two}", one.trim_end()))]);
    let old = Document::parse(FILE, both.as_str()).unwrap_or_else(|report| panic!("{report}"));
    let names = [("get_order", "swapped"), ("cancel_order", "get_order"), ("swapped", "cancel_order")];
    let names: Vec<(String, String)> =
        names.iter().map(|(from, to)| (format!("operationId: {from}\n"), format!("operationId: {to}\n"))).collect();
    let edits: Vec<(&str, &str)> = names.iter().map(|(from, to)| (from.as_str(), to.as_str())).collect();
    let report = between((&old, &crates(&old)), &edited(&both, &edits));
    let text = report.to_text();
    insta::assert_snapshot!(
        "generated_operations_of_the_same_types_swapped",
        text.split("provenance problems").next().unwrap_or_default().trim_end()
    );
}

#[test]
fn an_operation_whose_name_another_operation_takes_is_major_although_everything_compiles() {
    let one = operation("/v1/orders/{orderId}");
    let two = one.replace("  /v1/orders", "  /v2/orders");
    let old = one.replace("operationId: get_order", "operationId: get_order_v1");
    check("generated_operation_name_taken", &[(&one, &format!("{}\n\n{two}", old.trim_end()))]);
}

#[test]
fn a_moved_base_path_affects_programs_that_set_the_base_url() {
    check(
        "generated_base_path_moved",
        &[("  - url: https://api.example.com\n", "  - url: https://api.example.com/v1\n"), ("  /v1/orders", "  /orders")],
    );
}

#[test]
fn a_deprecated_operation_is_minor() {
    let repeatable = "x-venue-repeatable: once\n";
    check("generated_operation_deprecated", &[(repeatable, &format!("{repeatable}      deprecated: true\n"))]);
}

#[test]
fn a_deprecated_parameter_and_a_deprecated_field_are_minor() {
    let field = "          maxItems: 2\n";
    let parameter = "          in: query\n          description: How many at most.\n";
    check(
        "generated_input_deprecated",
        &[
            (field, &format!("{field}          deprecated: true\n")),
            (parameter, "          in: query\n          deprecated: true\n          description: How many at most.\n"),
        ],
    );
}

#[test]
fn a_removed_operation_is_major() {
    check("generated_operation_removed", &[(&operation("/v1/orders/{orderId}"), "\n"), ("    OrderId:\n", "    OrderId:\n")]);
}

#[test]
fn a_renamed_permission_is_a_renamed_constant() {
    let edits = [
        ("x-venue-permissions: [read, trade]", "x-venue-permissions: [read, trading]"),
        ("x-venue-permission: trade\n", "x-venue-permission: trading\n"),
    ];
    check("generated_permission_renamed", &edits);
}

/// The example of a request in which `stops` is required.
const QUANTITY: &str = "              quantity: '0.1'\n";

fn with_stops() -> String {
    format!("{QUANTITY}              stops: ['64000']\n")
}

/// The lines of a path in the specification.
fn operation(path: &str) -> String {
    block(&format!("  {path}:\n"), "\n\ncomponents:")
}

fn block(start: &str, end: &str) -> String {
    let from = VALID.find(start).expect("the path exists");
    let to = from + VALID[from..].find(end).expect("the path ends") + 1;
    VALID[from..to].to_owned()
}
