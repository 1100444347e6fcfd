//! Parsing any file results in a document or a report, never in a panic.

use proptest::prelude::*;
use venue_spec::{Document, Report};

const VALID: &str = include_str!("valid.yaml");
const SECOND: &str = include_str!("second.yaml");

/// Damage by an editor, a merge or a disk. Lines and columns are taken modulo their number.
#[derive(Debug, Clone)]
enum Damage {
    DeleteLine(usize),
    RepeatLine(usize),
    SwapLines(usize),
    Indent(usize),
    Outdent(usize),
    ReplaceWord(usize, usize, String),
    Insert(usize, Vec<u8>),
    Truncate(usize),
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_file_never_panics(damages in prop::collection::vec(damage(), 1..5)) {
        check(&damages.iter().fold(VALID.to_owned(), |source, damage| apply(&source, damage)));
    }

    #[test]
    fn a_damaged_second_file_never_panics(damages in prop::collection::vec(damage(), 1..5)) {
        check(&damages.iter().fold(SECOND.to_owned(), |source, damage| apply(&source, damage)));
    }

    #[test]
    fn any_text_never_panics(source in "\\PC*|[-:?,\\[\\]{}&*!|>'\"%@` \t\r\n#a-z0-9~<]{0,60}") {
        check(&source);
    }
}

#[test]
fn a_deeply_nested_file_is_rejected_without_recursion() {
    let brackets = "[".repeat(10_000);
    check(&brackets);
    check(&(brackets + &"]".repeat(10_000)));
    check(&(0..500).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect::<String>());
    let items = (0..60).map(|depth| format!("{}items:\n", "  ".repeat(depth))).collect::<String>();
    check(&format!("{VALID}    Deep:\n{}", items.lines().map(|line| format!("      {line}\n")).collect::<String>()));
}

fn check(source: &str) {
    let parsed = Document::parse("damaged.yaml", source);
    if let Err(report) = parsed {
        consistent(&report, source);
    }
}

/// Checks that every diagnostic has a position in the source, and that the YAML parser did not panic.
fn consistent(report: &Report, source: &str) {
    assert!(!report.diagnostics().is_empty());
    for diagnostic in report.diagnostics() {
        let span = diagnostic.span;
        assert!(source.get(span.start..span.end).is_some(), "{diagnostic:?}");
        assert_eq!(span.line, source[..span.start].matches('\n').count() + 1, "{diagnostic:?}");
        assert!(!diagnostic.message.contains("itself failed"), "{diagnostic:?}");
    }
    let text = report.to_string();
    assert!(text.contains("--> damaged.yaml:"), "{text}");
}

fn damage() -> impl Strategy<Value = Damage> {
    let line = || 0..VALID.lines().count();
    let words = "[a-z]{1,6}|-?[0-9]{1,22}|true|null|\\[\\]|\\{\\}|'|\"|\\PC{1,4}|object|array|integer|#/components/schemas/[A-Z][a-z]{2,5}";
    prop_oneof![
        line().prop_map(Damage::DeleteLine),
        line().prop_map(Damage::RepeatLine),
        line().prop_map(Damage::SwapLines),
        line().prop_map(Damage::Indent),
        line().prop_map(Damage::Outdent),
        (line(), 0..6_usize, words).prop_map(|(line, word, text)| Damage::ReplaceWord(line, word, text)),
        (0..VALID.len(), prop::collection::vec(any::<u8>(), 1..5)).prop_map(|(at, bytes)| Damage::Insert(at, bytes)),
        (0..VALID.len()).prop_map(Damage::Truncate),
    ]
}

fn apply(source: &str, damage: &Damage) -> String {
    let mut lines: Vec<String> = source.lines().map(str::to_owned).collect();
    let count = lines.len().max(1);
    let at = |line: &usize| line % count;
    match damage {
        _ if lines.is_empty() => {}
        Damage::DeleteLine(line) => drop(lines.remove(at(line))),
        Damage::RepeatLine(line) => lines.insert(at(line), lines[at(line)].clone()),
        Damage::SwapLines(line) => lines.swap(at(line), at(&(line + 1))),
        Damage::Indent(line) => lines[at(line)].insert_str(0, "  "),
        Damage::Outdent(line) => lines[at(line)] = lines[at(line)].replacen("  ", "", 1),
        Damage::ReplaceWord(line, word, text) => {
            let mut words: Vec<&str> = lines[at(line)].split_inclusive([' ', ',', '/']).collect();
            let word = word % words.len().max(1);
            words.splice(word..words.len().min(word + 1), [text.as_str(), " "]);
            lines[at(line)] = words.concat();
        }
        Damage::Insert(offset, bytes) => {
            let mut damaged = source.as_bytes().to_vec();
            let offset = offset % damaged.len().max(1);
            damaged.splice(offset..offset, bytes.iter().copied());
            return String::from_utf8_lossy(&damaged).into_owned();
        }
        Damage::Truncate(offset) => {
            let end = (0..=offset % source.len().max(1)).rev().find(|end| source.is_char_boundary(*end));
            return source[..end.unwrap_or(0)].to_owned();
        }
    }
    lines.join("\n")
}
