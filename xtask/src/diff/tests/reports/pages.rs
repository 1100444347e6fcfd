//! The entries of additions in the reviewed pages.

use super::*;

/// Writes the code that is generated from a specification.
fn generate(repository: &TestRepository, source: &str) {
    let document = Document::parse(SPECS[0].path, source).unwrap_or_else(|report| panic!("{report}"));
    for file in crate::codegen::generate(&SPECS[0], &document).expect("the code can be generated") {
        repository.write(file.path.to_str().expect("a path"), &file.text);
    }
}

/// The report of edits, with the generated code.
fn edited(name: &str, edits: &[(&str, &str)]) -> Report {
    let repository = TestRepository::new(name);
    generate(&repository, VALID);
    repository.commit("generated");
    let source = edits.iter().fold(VALID.to_owned(), |source, (from, to)| {
        assert!(source.contains(from), "the edit matches: {from}");
        source.replace(from, to)
    });
    repository.write(SPECS[0].path, &source);
    generate(&repository, &source);
    repository.report(None)
}

const PARAMETER: &str = "        - name: depth\n          in: query\n          description: How many levels.\n          \
                         schema: { type: integer, format: int32, minimum: 1, maximum: 50, default: 10 }\n";
const FIELD: &str =
    "        level:\n          type: string\n          description: What it is.\n          x-provisional: An example shows it.\n";

fn news(name: &str) -> Report {
    let operation =
        &VALID[VALID.find("  /v1/orders/{orderId}:").expect("the path exists")..VALID.find("\ncomponents:").expect("the path ends")];
    let operation =
        operation.replace("/v1/orders/", "/v1/fills/").replace("get_order", "get_fill").replace("schemas/Order'", "schemas/Fill'");
    let schema = "    Fill:\n      type: object\n      required: [time]\n      properties:\n        time: { type: integer, format: int64, x-venue-unit: ms, \
                  description: When. }\n    OrderList:\n";
    edited(
        name,
        &[
            ("\ncomponents:", &format!("{operation}\ncomponents:")),
            ("    OrderList:\n", schema),
            ("        - name: limit\n", &format!("{PARAMETER}        - name: limit\n")),
            ("        fills:\n", &format!("{FIELD}        fills:\n")),
            ("enum: [LIMIT, MARKET]", "enum: [LIMIT, MARKET, STOP]"),
            ("x-enum-varnames: [Limit, Market]", "x-enum-varnames: [Limit, Market, Stop]"),
            ("[At a price or better., At once.]", "[At a price or better., At once., Later.]"),
            (
                "      orders:\n        access: private",
                "      fills:\n        access: private\n        description: What was filled.\n        \
             externalDocs:\n          url: https://example.com/docs#fills\n      orders:\n        access: private",
            ),
        ],
    )
}

#[test]
fn an_addition_has_the_entry_of_its_page() {
    let report = news("pages");
    let bodies = report.changes.iter().map(|entry| format!("## {}\n{}", entry.change.id, entry.page.as_deref().unwrap_or("nothing\n")));
    insta::assert_snapshot!(bodies.collect::<Vec<_>>().join("\n"));
}

#[test]
fn every_format_of_a_report_has_the_entries() {
    let report = news("pages-formats");
    for text in [report.to_text(), report.to_markdown(), report.to_html(), report.to_json().expect("JSON")] {
        for line in ["limit         1 to 50", "default       10", "https://example.com/docs#order", "time: UnixMillis", "fills"] {
            assert!(text.contains(line), "{line}: {text}");
        }
    }
}

#[test]
fn an_addition_that_is_not_generated_yet_is_shown_as_facts() {
    let repository = TestRepository::new("pages-facts");
    repository.edit("        - name: limit\n", &format!("{PARAMETER}        - name: limit\n"));
    repository
        .edit("    Signature:\n", "    Token:\n      type: http\n      scheme: bearer\n      description: A token.\n    Signature:\n");
    let report = repository.report(None);
    let page = report.changes.iter().find(|entry| entry.change.subject == "scheme:Token").and_then(|entry| entry.page.as_deref());
    let page = page.expect("a page");
    assert!(page.contains("scheme                bearer"), "{page}");
}

#[test]
fn a_change_that_is_major_in_rust_only_is_not_folded_in_a_comment() {
    let swapped = [
        ("operationId: list_orders\n", "operationId: swapped\n"),
        ("operationId: get_order\n", "operationId: list_orders\n"),
        ("operationId: swapped\n", "operationId: get_order\n"),
        ("description: Places one order.", "description: Places an order."),
    ];
    let markdown = edited("pages-major", &swapped).to_markdown();
    let (title, fold) = ("#### documentation on the wire, major in Rust", "<details><summary><b>documentation</b>: 1</summary>");
    let (open, folded) = (markdown.find(title), markdown.find(fold));
    assert!(open.is_some() && open < folded, "{markdown}");
    let within = &markdown[open.expect("the part exists")..folded.expect("the part exists")];
    assert!(within.contains("**`get_order`** renamed") && within.contains("**`list_orders`** renamed"), "{within}");
}
