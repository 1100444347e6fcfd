//! The report about edits of one page, as text. The page and the specification are in the folder `report`.

use venue_drift::finding::{Class, Rule};
use venue_drift::lock::Lock;
use venue_drift::markdown::{self, Page};
use venue_drift::profile::Profile;
use venue_drift::{Input, Report, report};
use venue_spec::Document;

const SPECIFICATION: &str = include_str!("report/spec.yaml");
const PROFILE: &str = include_str!("report/profile.toml");
const PAGE: &str = include_str!("report/page.md");

fn specification() -> Document {
    Document::parse("spec.yaml", SPECIFICATION).expect("a valid specification")
}

fn page(text: &str) -> Page {
    markdown::read("orders", "orders.md", text, &["id".to_owned()])
}

/// The report about pages after a review of the unedited page.
fn of_pages(pages: &[Page], profile: &str) -> Report {
    let (specification, parsed) = (specification(), Profile::parse(profile).expect("a profile"));
    let lock = report(&Input::new(&[page(PAGE)], &specification, &parsed)).lock;
    let lock = Lock::parse(&lock.to_text()).expect("a lock file");
    let input = Input {
        lock: Some(&lock),
        version: "v2",
        rust_crate: "example_api",
        profile_source: ("profile.toml", profile),
        ..Input::new(pages, &specification, &parsed)
    };
    report(&input)
}

/// The report about the page after some replacements.
fn of_edits(edits: &[(&str, &str)]) -> Report {
    let mut text = PAGE.to_owned();
    for (old, new) in edits {
        assert_eq!(text.matches(old).count(), 1, "`{old}`");
        text = text.replace(old, new);
    }
    of_pages(&[page(&text)], PROFILE)
}

fn rules(report: &Report) -> Vec<(Rule, usize)> {
    report.findings.iter().map(|finding| (finding.rule, finding.place.line)).collect()
}

#[test]
fn an_unedited_page_is_the_same() {
    assert_eq!(of_edits(&[]).class(), None, "{}", of_edits(&[]).to_text());
}

#[test]
fn another_markup_of_headings_and_tables_is_the_same() {
    let report = of_edits(&[
        ("<h2 id=\"list\">List</h2>", "<span id=\"list\"></span>\n\n## List"),
        ("| `side`  | string | no       | `BUY` / `SELL`                       |", "|`side`|string|no|`BUY` / `SELL`|"),
    ]);
    assert_eq!(report.class(), None, "{}", report.to_text());
}

#[test]
fn changed_facts_are_shown_with_both_lines_the_diff_and_the_entry() {
    let report = of_edits(&[
        ("| `limit` | int32  | no ", "| `limit` | int64  | yes"),
        ("default `20`", "default `50`"),
        ("| `BUY` / `SELL` ", "| `BUY` / `SELL` / `SHORT_SELL` "),
        ("| `list[].price`   | string | Price |", "| `list[].price`   | string | Price |\n| `list[].leapSeconds` | int32 | Leap seconds |"),
    ]);
    insta::assert_snapshot!(report.to_text());
}

#[test]
fn the_report_for_a_pull_request_and_the_annotations_have_all_findings() {
    let report = of_edits(&[("default `20`", "default `50`"), ("A key with", "Only a key with")]);
    insta::assert_snapshot!(report.to_markdown());
    insta::assert_snapshot!(report.to_github());
    let json: serde_json::Value = serde_json::from_str(&report.to_json().expect("JSON")).expect("JSON");
    assert_eq!(json["findings"][0]["rule"], "contradiction");
    assert_eq!(json["findings"][0]["specification_line"], 49);
}

#[test]
fn a_field_that_is_no_longer_on_the_page_is_reported_at_the_table() {
    let report = of_edits(&[("| `list[].price`   | string | Price |\n", "")]);
    assert_eq!(rules(&report), [(Rule::MissingOnPages, 16)]);
    assert!(report.diff.contains("-        price:\n"), "{}", report.diff);
}

#[test]
fn a_renamed_row_is_a_rename_of_the_specification() {
    let report = of_edits(&[("`list[].price`  ", "`list[].cost`  ")]);
    assert_eq!(rules(&report), [(Rule::MissingOnPages, 16), (Rule::MissingInSpecification, 19)]);
    assert!(report.findings[1].message.ends_with("This may be the new name of `price`"), "{}", report.findings[1].message);
    assert!(report.diff.contains("-        price:\n+        cost:\n"), "{}", report.diff);
    assert_eq!(report.change_ids, ["Order.cost/renamed"]);
}

#[test]
fn a_provisional_field_and_an_undocumented_response_that_the_page_describes_are_reported() {
    let report = of_edits(&[
        ("| `list[].price`   | string | Price |", "| `list[].price`   | string | Price |\n| `list[].fee` | string | Fee |"),
        ("GET /v1/status\n```", "GET /v1/status\n```\n\n| Field | Type | Notes |\n| --- | --- | --- |\n| `open` | string | State |"),
    ]);
    let documented: Vec<_> = report.findings.iter().filter(|finding| finding.rule == Rule::DocumentedNow).collect();
    let places: Vec<_> = documented.iter().map(|finding| (finding.place.line, finding.specification_line)).collect();
    assert_eq!(places, [(20, Some(149)), (32, Some(77))]);
    assert!(report.diff.contains("-          x-provisional:"), "{}", report.diff);
}

#[test]
fn parts_that_cannot_be_read_are_findings_with_their_lines() {
    let report = of_edits(&[
        ("| Name    | Type   | Required | Notes                                |", "| Name | Type | Required | Notes | Since |"),
        ("| ------- | ------ | -------- | ------------------------------------ |", "| --- | --- | --- | --- | --- |"),
        ("| `list[].price`   | string | Price |", "| `list[].price` | quaternion | Price |"),
        ("GET /v1/status\n```", "GET /v1/status\n```\n\n| Colour | Shade |\n| --- | --- |\n| red | dark |"),
    ]);
    let unread: Vec<String> = report
        .findings
        .iter()
        .filter(|finding| finding.class == Class::Unread)
        .map(|finding| format!("{}: {}", finding.place, finding.message))
        .collect();
    assert_eq!(
        unread,
        [
            "orders.md:11: the column `Since` is unknown",
            "orders.md:19: the type `quaternion` is unknown",
            "orders.md:29: no form of the profile has the columns `Colour`, `Shade`",
        ]
    );
    assert_eq!(report.class(), Some(Class::Unread));
}

#[test]
fn a_table_without_an_operation_is_a_finding() {
    let report = of_edits(&[("```http\nGET /v1/orders\n```\n", "")]);
    let messages: Vec<&str> =
        report.findings.iter().filter(|finding| finding.class == Class::Unread).map(|finding| finding.message.as_str()).collect();
    assert_eq!(messages, ["the table belongs to no operation: no HTTP line precedes it in its section"; 2]);
}

#[test]
fn pages_that_are_new_or_gone_are_findings() {
    let other = markdown::read("other", "other.md", "# Other\n", &[]);
    let report = of_pages(&[other], PROFILE);
    let found: Vec<String> = report
        .findings
        .iter()
        .filter(|finding| finding.class == Class::Unread)
        .map(|finding| format!("{}: {}", finding.place, finding.message))
        .collect();
    assert_eq!(
        found,
        ["other.md:1: the page `other` is new: read it, and add it to the profile", "profile.toml:1: the page `orders` is gone"]
    );
}

#[test]
fn a_changed_sentence_is_shown_and_only_its_words_differ() {
    let report = of_edits(&[("A key with", "Only a key with")]);
    assert_eq!(report.class(), Some(Class::Words));
    assert_eq!(report.findings[0].message, "new or changed since the last review: Only a key with the trade permission is required.");
    assert_eq!(report.findings[0].place.line, 3);
}

#[test]
fn a_sentence_that_is_gone_is_counted() {
    let report = of_edits(&[("# Orders", "# Orders\n\nNew.\n\nNewer."), ("<h2 id=\"status\">Status</h2>", "<h2 id=\"status\"></h2>")]);
    let messages: Vec<&str> = report.findings.iter().map(|finding| finding.message.as_str()).collect();
    assert!(messages.contains(&"1 sentence of the last review is gone"), "{messages:?}");
}

#[test]
fn a_number_with_a_unit_that_the_specification_repeats_is_compared() {
    let report = of_edits(&[("valid for 60 seconds", "valid for 90 seconds")]);
    assert_eq!(rules(&report), [(Rule::Contradiction, 21)]);
    assert_eq!(report.findings[0].specification_line, Some(34));
}

#[test]
fn rows_in_another_order_are_reported_as_moved() {
    let report = of_edits(&[(
        "| `list[].orderId` | string | Id    |\n| `list[].price`   | string | Price |",
        "| `list[].price`   | string | Price |\n| `list[].orderId` | string | Id    |",
    )]);
    assert_eq!(report.class(), Some(Class::Words));
    assert!(report.findings.iter().all(|finding| finding.rule == Rule::Moved), "{}", report.to_text());
}

#[test]
fn a_deviation_explains_a_difference_and_fails_when_it_is_no_longer_needed() {
    let deviation = "\n[[deviation]]\nsubject = \"GET /v1/orders query limit\"\naspect = \"default\"\ndocumented = \"50\"\nreason = \"The server uses 20.\"\n";
    let profile = format!("{PROFILE}{deviation}");
    let edited = page(&PAGE.replace("default `20`", "default `50`"));
    let explained = of_pages(&[edited], &profile);
    // The value also changed since the review.
    assert_eq!(explained.findings.iter().map(|finding| finding.rule).collect::<Vec<_>>(), [Rule::Changed]);
    let unneeded = of_pages(&[page(PAGE)], &profile);
    assert_eq!(unneeded.findings.iter().map(|finding| finding.rule).collect::<Vec<_>>(), [Rule::DeviationUnneeded]);
    let line = unneeded.findings[0].place.line;
    assert_eq!(profile.lines().nth(line - 1), Some("[[deviation]]"));
}

#[test]
fn two_languages_are_compared_fact_by_fact() {
    let (specification, profile) = (specification(), Profile::parse(PROFILE).expect("a profile"));
    let french = PAGE
        .replace("| Name    | Type   | Required |", "| Nom | Type | Obligatoire |")
        .replace("| no  ", "| non ")
        .replace("Count, default `20`", "Nombre, par défaut `30`")
        .replace("The list is valid for 60 seconds.", "La liste est valable 60 secondes.")
        .replace("| `list[].price`   | string | Price |\n", "")
        .replace("| Field            | Type   | Notes |", "| Champ | Type | Notes |");
    let (pages, french) = ([page(PAGE)], [markdown::read("orders", "fr/orders.md", &french, &["id".to_owned()])]);
    let report = report(&Input { translations: vec![&french], ..Input::new(&pages, &specification, &profile) });
    let found: Vec<String> = report
        .findings
        .iter()
        .filter(|finding| finding.rule == Rule::Witness)
        .map(|finding| format!("{}: {}", finding.subject, finding.message))
        .collect();
    assert_eq!(
        found,
        [
            "GET /v1/orders query limit: default `20` here, and `30` in the other language (fr/orders.md:14)",
            "GET /v1/orders response list[].price: the other language does not describe this part",
        ]
    );
}

#[test]
fn a_lock_file_contains_no_sentence_of_the_page() {
    let (specification, profile) = (specification(), Profile::parse(PROFILE).expect("a profile"));
    let text = report(&Input::new(&[page(PAGE)], &specification, &profile)).lock.to_text();
    for words in ["valid for", "trade permission", "Price", "Count"] {
        assert!(!text.contains(words), "{words}");
    }
    assert!(text.contains("\"GET /v1/orders query limit: default = 20\""));
}
