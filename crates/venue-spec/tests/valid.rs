//! The document of a valid file.

use venue_spec::{Document, Style};

const VALID: &str = include_str!("valid.yaml");

fn document() -> Document {
    Document::parse("valid.yaml", VALID).unwrap_or_else(|report| panic!("{report}"))
}

#[test]
fn a_valid_file_has_no_diagnostics() {
    let document = document();
    assert_eq!(document.name(), "valid.yaml");
    assert_eq!(document.source(), VALID);
    assert_eq!(document.json(), &document.root().to_json());
}

#[test]
fn a_line_is_the_line_of_the_key() {
    let document = document();
    let line = |pointer: &str| document.line_of(pointer).map(|line| VALID.lines().nth(line - 1).unwrap_or_default().trim());
    assert_eq!(line("/paths/~1v1~1orders~1{orderId}"), Some("/v1/orders/{orderId}:"));
    assert_eq!(line("/components/schemas/Order/required"), Some("required: [orderId, side]"));
    assert_eq!(line("/servers/0"), Some("- url: https://api.example.com"));
    assert_eq!(document.line_of(""), Some(2));
    assert_eq!(line("/paths/~1nowhere"), None);
}

#[test]
fn a_reference_resolves_to_its_node_and_pointer() {
    let document = document();
    let (node, pointer) = document.resolve("#/components/schemas/OrderId").unwrap_or_else(|| panic!("the schema exists"));
    assert_eq!(pointer, "/components/schemas/OrderId");
    assert_eq!(Some(node), document.root().at(&pointer));
    assert!(document.resolve("#/components/schemas/Nothing").is_none());
    assert!(document.resolve("other.yaml#/components").is_none());
}

#[test]
fn a_long_report_states_the_number_of_hidden_mistakes() {
    let source = VALID.replace("description: ", "descripton: ");
    let report = Document::parse("valid.yaml", source).map(|_| ()).expect_err("every description is misspelt");
    let text = report.to_string();
    assert_eq!(text.matches("error: ").count(), 20);
    assert!(text.ends_with(&format!("and {} more in valid.yaml", report.diagnostics().len() - 20)), "{text}");
}

#[test]
fn only_a_coloured_report_has_colours() {
    let report = Document::parse("valid.yaml", "openapi: 3.0.3\n").map(|_| ()).expect_err("most is missing");
    assert!(report.render(Style::Coloured).contains('\u{1b}'));
    assert!(!report.render(Style::Plain).contains('\u{1b}'));
}

#[test]
fn windows_line_ends_change_nothing() {
    let source = VALID.replace('\n', "\r\n");
    Document::parse("valid.yaml", source.as_str()).unwrap_or_else(|report| panic!("{report}"));
    let report = Document::parse("valid.yaml", source.replace("title:", "titel:")).map(|_| ()).expect_err("a misspelt key");
    assert!(report.to_string().contains("--> valid.yaml:4:3"), "{report}");
    assert!(!report.to_string().contains('\r'), "{report}");
}
