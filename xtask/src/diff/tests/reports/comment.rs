//! The comment on a pull request, if the report is longer than GitHub allows.

use venue_diff::rust::{RustListing, Source};

use super::*;

/// A specification with this many operations whose responses share a schema, and the generated types, before or after a change.
fn large(operations: usize, is_new: bool) -> (Document, RustListing) {
    let mut paths = String::new();
    let mut schemas = String::from("    Row:\n      type: object\n      properties:\n");
    let (mut types, mut builders) = (String::new(), String::new());
    let fields = |text: &mut String, names: &[&str]| {
        for name in names {
            text.push_str(&format!("        {name}: {{ type: string, format: decimal, description: The {name}. }}\n"));
        }
    };
    let mut items = |of: &str, names: &[&str]| {
        let members: String = names.iter().map(|name| format!("pub {name}: Decimal, ")).collect();
        let setters: String =
            names.iter().map(|name| format!("pub fn {name}<V>(self, value: V) -> Self where V: TryInto<Decimal> {{ self }} ")).collect();
        types.push_str(&format!("pub struct {of} {{ {members} }}\n"));
        builders.push_str(&format!("impl {of} {{ {setters} }}\n"));
    };
    let (shared, own) = (["open", "high", "low", "close", "volume", "turnover"], ["price", "quantity", "fee", "profit"]);
    fields(&mut schemas, &shared);
    items("Row", &shared);
    for number in 0..operations {
        paths.push_str(&format!(
            "  /v1/{number}:\n    get:\n      operationId: list_{number}\n      summary: Lists them.\n      responses:\n        '200':\n          \
             content:\n            application/json:\n              schema: {{ $ref: '#/components/schemas/List{number}' }}\n"
        ));
        schemas.push_str(&format!(
            "    List{number}:\n      type: object\n      properties:\n        \
             rows: {{ type: array, description: Them., items: {{ $ref: '#/components/schemas/Row' }} }}\n"
        ));
        fields(&mut schemas, &own);
        items(&format!("List{number}"), &own);
    }
    let mut text = format!("openapi: 3.0.3\npaths:\n{paths}components:\n  schemas:\n{schemas}");
    if is_new {
        text = EDITS.iter().fold(text, |text, (from, to)| text.replace(from, to));
        (types, builders) = (types.replace("Decimal", "Option<Decimal>"), builders.replace("Decimal", "Option<Decimal>"));
    }
    types.push_str(&format!("pub mod builder {{ {builders} }}"));
    let sources = [Source { path: "mod.rs".into(), text: "pub mod types;".into() }, Source { path: "types.rs".into(), text: types }];
    let listing = RustListing::read(&sources, "mod.rs").expect("valid Rust");
    (Document::parse_unchecked("large.yaml", text).expect("valid YAML"), listing)
}

const EDITS: [(&str, &str); 5] = [
    ("format: decimal", "format: decimal, nullable: true"),
    ("description: The ", "description: Again the "),
    ("summary: ", "summary: Again "),
    ("operationId: list_7\n", "operationId: list_seven\n"),
    ("/v1/39:", "/v2/39:"),
];

/// The report of this many operations.
pub(super) fn large_report(operations: usize) -> Report {
    let ((old, old_code), (new, new_code)) = (large(operations, false), large(operations, true));
    let rust = RustChanges::new(&[CrateSources { name: "sixmm-api", old: &old_code, new: &new_code }]);
    let header = Header { specification: "large.yaml".into(), base: "old".into(), head: "new".into(), notes: Vec::new() };
    Report::new(header, venue_diff::compare(&old, &new), Some((&rust, &["sixmm-api"])), &ProvenanceLog::default())
}

/// The number of changes in the comment, with any amount of detail.
fn count_changes(markdown: &str) -> usize {
    markdown.lines().filter(|line| line.starts_with("- `") || line.starts_with("- **`")).count()
}

/// The lines that are not folded.
fn open(markdown: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let is_open = |line: &&str| {
        let is_open = depth == 0;
        depth += line.matches("<details").count();
        depth -= line.matches("</details>").count();
        is_open
    };
    let open = markdown.lines().filter(is_open).collect();
    assert_eq!(depth, 0, "what is folded is closed");
    open
}

#[test]
fn a_comment_lists_each_of_300_changes_with_trees_and_rust_items() {
    let report = large_report(40);
    let items = report.changes.iter().filter(|entry| entry.rust.as_ref().is_some_and(|rust| !rust.items.is_empty())).count();
    assert!(report.changes.len() >= 300 && items >= 160, "{} changes, {items} with items", report.changes.len());
    let markdown = report.to_markdown();
    assert!(markdown.len() < 65_536, "GitHub rejects {} characters", markdown.len());
    assert_eq!(count_changes(&markdown), report.changes.len());
    for entry in &report.changes {
        assert!(markdown.contains(&format!("- `{}`", entry.change.id)) || markdown.contains(&format!("- **`{}`**", entry.change.subject)));
    }
    // Without the folded parts, the comment is short: the summary, and changes that need attention.
    let open = open(&markdown);
    assert!(open.len() < 80, "{markdown}");
    insta::assert_snapshot!(open.join("\n"));
}

#[test]
fn as_many_changes_as_fit_have_details_the_most_severe_first() {
    let with_details = |markdown: &str| markdown.matches("<summary>details</summary>").count();
    let few = large_report(2).to_markdown();
    assert_eq!(with_details(&few), count_changes(&few), "{few}");
    assert!(!few.contains("too many changes"), "{few}");
    let report = large_report(16);
    let some = report.to_markdown();
    assert!(some.contains("There are too many changes for a comment with all their details"), "{some}");
    assert!((50_000..=60_000).contains(&some.len()), "{}", some.len());
    assert_eq!(count_changes(&some), report.changes.len());
    // Changes with details come before changes without.
    let last = some.rfind("<summary>details</summary>").expect("some have details");
    assert_eq!(count_changes(&some[..last]), with_details(&some), "{some}");
}

#[test]
fn without_room_for_a_line_each_the_least_severe_changes_have_only_their_ids() {
    let report = large_report(70);
    let markdown = report.to_markdown();
    assert!((50_000..=60_000).contains(&markdown.len()), "{}", markdown.len());
    assert_eq!(count_changes(&markdown), report.changes.len());
    assert!(!markdown.contains("<summary>details</summary>"), "{markdown}");
    let (last_line, first_name) = (markdown.rfind("\n- **`"), markdown.find("\n- `"));
    assert!(last_line.is_some() && last_line < first_name, "{markdown}");
}

#[test]
fn a_folded_part_states_the_number_of_missing_changes() {
    let report = large_report(400);
    let markdown = report.to_markdown();
    assert!(markdown.len() < 65_536, "GitHub rejects {} characters", markdown.len());
    open(&markdown);
    let missing = markdown
        .lines()
        .filter_map(|line| line.strip_prefix("- and ")?.strip_suffix(" more: `cargo xtask diff --format html` shows them all"));
    let missing: usize = missing.map(|count| count.parse::<usize>().expect("a number")).sum();
    assert!(missing > 0);
    assert_eq!(count_changes(&markdown) + missing, report.changes.len());
}
