//! The Rust side against the real generator: what an edit of the real specification changes in the generated code is explained by it.

use std::fs;
use std::sync::LazyLock;

use sixmm_diff::changes::Ledger;
use sixmm_diff::report::{Header, Report};
use sixmm_diff::rust::{CrateSources, RustChanges, RustListing, Source};
use sixmm_spec::Document;

use crate::specs::SPECS;

/// The specification as it is, and its crates.
static OLD: LazyLock<(Document, [RustListing; 2])> = LazyLock::new(|| {
    let source = fs::read_to_string(crate::specs::root().join(SPECS[0].path)).expect("the specification");
    let document = Document::parse(SPECS[0].path, source).expect("it is sound");
    let crates = crates(&document);
    (document, crates)
});

/// The generated crates of a specification, as listings.
fn crates(document: &Document) -> [RustListing; 2] {
    let files = crate::codegen::generate(&SPECS[0], document).expect("it can be generated");
    [SPECS[0].api_crate, SPECS[0].mock_crate].map(|name| {
        let below = format!("crates/{name}/src/generated");
        let of_crate = files.iter().filter_map(|file| Some((file.path.to_str()?.strip_prefix(&below)?.to_owned(), file.text.clone())));
        let sources: Vec<Source> = of_crate
            .map(|(path, text)| Source { path: path.strip_prefix('/').map_or_else(|| String::from("mod.rs"), str::to_owned), text })
            .collect();
        RustListing::read(&sources, "mod.rs").expect("it is Rust")
    })
}

/// The report of an edit, with both crates generated anew.
fn report(edits: &[(&str, &str)]) -> Report {
    let (old, old_crates) = &*OLD;
    let edited = edits.iter().fold(old.source().to_owned(), |source, (from, to)| {
        assert!(source.contains(from), "the edit has a place: {from}");
        source.replace(from, to)
    });
    let new = Document::parse(SPECS[0].path, edited).unwrap_or_else(|report| panic!("{report}"));
    let new_crates = crates(&new);
    let names = [SPECS[0].api_crate, SPECS[0].mock_crate];
    let sources: Vec<CrateSources<'_>> =
        names.into_iter().zip(old_crates.iter().zip(&new_crates)).map(|(name, (old, new))| CrateSources { name, old, new }).collect();
    let rust = RustChanges::new(&sources);
    let header = Header { specification: SPECS[0].path.into(), base: "old".into(), head: "new".into(), notes: Vec::new() };
    Report::new(header, sixmm_diff::compare(old, &new), Some((&rust, &names)), &Ledger::default())
}

/// What an edit changes, without the lines that other edits of the specification would move.
fn check(name: &str, edits: &[(&str, &str)]) {
    let report = report(edits);
    let unexplained = &report.rust.as_ref().expect("the Rust side").unexplained;
    assert!(unexplained.is_empty(), "{name}: {unexplained:#?}");
    let is_a_line = |line: &&str| !line.trim_start().starts_with("openapi/6mm.yaml:");
    let text = report.to_text();
    let lines: Vec<&str> = text.lines().take_while(|line| !line.starts_with("not accounted for")).filter(is_a_line).collect();
    insta::assert_snapshot!(name, lines.join("\n"));
}

#[test]
fn a_new_field_of_an_answer_is_a_field_more() {
    check(
        "generated_field_added",
        &[(
            "          description: Time zone of `iso`; `UTC` in the example.\n",
            "          description: Time zone of `iso`; `UTC` in the example.\n        leapSeconds:\n          type: integer\n          format: int32\n          \
             description: Leap seconds since 1970.\n",
        )],
    );
}

#[test]
fn a_renamed_parameter_is_a_setter_to_write_instead() {
    let parameter =
        "        - name: interval\n          in: query\n          required: true\n          description: 'Length of a candlestick.";
    check("generated_parameter_renamed", &[(parameter, &parameter.replace("interval", "period"))]);
}

#[test]
fn a_value_that_is_gone_is_a_variant_that_is_gone() {
    check(
        "generated_value_removed",
        &[
            ("'1d', '1w', '1M'", "'1d', '1M'"),
            ("FourHours, OneDay, OneWeek, OneMonth", "FourHours, OneDay, OneMonth"),
            ("        - One week.\n        - One month, with", "        - One month, with"),
        ],
    );
}

#[test]
fn a_renamed_schema_is_a_type_to_write_instead() {
    check("generated_schema_renamed", &[("schemas/ServerTime'", "schemas/ClockReading'"), ("    ServerTime:\n", "    ClockReading:\n")]);
}

#[test]
fn a_renamed_operation_is_a_method_to_write_instead() {
    check("generated_operation_renamed", &[("operationId: server_time\n", "operationId: clock\n")]);
}

#[test]
fn a_field_that_becomes_optional_is_an_option() {
    check("generated_field_optional", &[("required: [timestamp, timestampMs, iso, timezone]", "required: [timestamp, timestampMs, iso]")]);
}

/// Nothing that changes in the code is left without a change of the specification that explains it, and nothing that must change has not.
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
fn whatever_changes_in_the_code_is_explained_by_the_specification() {
    explained("a shared parameter has another name", &[("name: X-Request-ID", "name: X-Trace-ID")]);
    explained(
        "a text becomes a secret",
        &[("        channelId:\n          type: string\n", "        channelId:\n          type: string\n          format: password\n")],
    );
    explained(
        "a field of a request becomes required",
        &[("required: [embedToken, channelId]", "required: [embedToken, channelId, deviceId]")],
    );
    explained(
        "a scheme has another name",
        &[("    jwt:\n      type: http", "    session:\n      type: http"), ("- jwt: []", "- session: []")],
    );
    explained(
        "a value more",
        &[
            ("enum: [indexPrice, markPrice]", "enum: [indexPrice, markPrice, lastPrice]"),
            ("x-enum-varnames: [IndexPrice, MarkPrice]", "x-enum-varnames: [IndexPrice, MarkPrice, LastPrice]"),
            (
                "        - The index price.\n        - The mark price.\n",
                "        - The index price.\n        - The mark price.\n        - The last price.\n",
            ),
        ],
    );
    let server_time = operation("/v1/time");
    explained("an operation is gone", &[(&server_time, ""), (&schema("ServerTime"), "")]);
}

/// The lines of a path in the specification.
fn operation(path: &str) -> String {
    block(&format!("  {path}:\n"), "\n  /")
}

/// The lines of a named schema.
fn schema(name: &str) -> String {
    block(&format!("    {name}:\n"), "\n    L")
}

fn block(start: &str, end: &str) -> String {
    let source = OLD.0.source();
    let from = source.find(start).expect("it begins");
    let to = from + source[from..].find(end).expect("it ends") + 1;
    source[from..to].to_owned()
}
