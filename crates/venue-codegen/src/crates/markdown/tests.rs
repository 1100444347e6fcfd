//! Descriptions made of fragments of Markdown, shown to rustdoc itself.

use std::fmt::Write as _;
use std::process::Command;

use super::blocks::fence;
use super::*;
use crate::crates::source_file::doc_lines;

#[test]
fn what_a_description_may_use_stays_as_it_is() {
    for text in [
        "Plain words, **bold** ones and `code <T> [x]`.",
        "One paragraph\nof two lines.\n\nAnother one.",
        "A list:\n\n- one\n- two",
        "1. one\n2. two",
        "See [the page](https://example.com/docs#page), or <https://example.com>.",
        "| a | b |\n| --- | --- |\n| 1 | 2 |",
        "# A heading",
        "Five & six, seven > six, 2 * 3.",
    ] {
        assert_eq!(markdown(text), text);
    }
}

#[test]
fn what_rustdoc_would_take_for_something_else_is_escaped() {
    for (text, escaped) in [
        ("see [Orders].", "see \\[Orders]."),
        ("see [Orders](Orders).", "see \\[Orders](Orders)."),
        ("see [Orders][o]", "see \\[Orders]\\[o]"),
        ("/v1/<symbol>/x", "/v1/\\<symbol>/x"),
        ("see https://example.com/a_b.", "see <https://example.com/a_b>."),
        ("(https://example.com)", "(<https://example.com>)"),
        ("[https://example.com](https://example.com)", "\\[<https://example.com>](<https://example.com>)"),
        ("an odd ` mark", "an odd \\` mark"),
        ("a\\b and a\\[b", "a\\\\b and a\\[b"),
        ("words\n---", "words\n\\---"),
        ("> words", "\\> words"),
        ("- one\nmore of it", "- one\n  more of it"),
    ] {
        assert_eq!(markdown(text), escaped, "{text}");
    }
}

#[test]
fn code_is_never_compiled_however_it_is_marked() {
    for text in [
        "So:\n\n    let x = 1;",
        "So:\n```\nlet x = 1;\n```",
        "So:\n```rust\nlet x = 1;\n```",
        "So:\n\n~~~ignore,edition2021\nlet x = 1;\n~~~",
        "So:\n```\nlet x = 1;",
    ] {
        assert_eq!(markdown(text), "So:\n\n```text\nlet x = 1;\n```", "{text}");
    }
    assert_eq!(markdown("~~~\n```\nfn\n```\n~~~\nend"), "```text\n    ```\nfn\n    ```\n```\n\nend");
}

#[test]
fn a_block_does_not_begin_behind_other_words() {
    let words = |description: &str| after("**Undocumented:**", &markdown(description));
    assert_eq!(words("The page says nothing."), "**Undocumented:** The page says nothing.");
    assert_eq!(words("```\nx\n```"), "**Undocumented:**\n\n```text\nx\n```");
    assert_eq!(words("- one"), "**Undocumented:**\n\n- one");
    assert_eq!(line("- one"), "\\- one");
    assert_eq!(line("``` x"), "\\`\\`\\` x");
}

#[test]
fn a_value_is_code_whatever_it_holds() {
    assert_eq!(code("BUY"), "`BUY`");
    assert_eq!(code("a`b``c"), "``` a`b``c ```");
}

const FRAGMENTS: &[&str] = &[
    "word",
    "word",
    "words of more than one kind",
    "price, quantity",
    "`code`",
    "`` a`b ``",
    "`",
    "``",
    "```",
    "~~~",
    "```rust",
    "```json",
    "~~~ignore",
    "<symbol>",
    "<b>",
    "</div>",
    "<!--",
    "-->",
    "<",
    ">",
    "[Orders]",
    "[Orders](Orders)",
    "[x](https://example.com/x)",
    "[",
    "]",
    "](",
    "![a](b)",
    "[^1]",
    "[a]: b",
    "[a][b]",
    "https://example.com",
    "https://example.com/a?b=c&d=[e]",
    "http://a.example/(x)",
    "<https://example.com>",
    "-",
    "- item",
    "* item",
    "+",
    "1.",
    "2) item",
    "#",
    "## heading",
    "> quoted",
    "|",
    "| a | b |",
    "| --- | --- |",
    "---",
    "===",
    "***",
    "\\",
    "\\[",
    "\\`",
    "&lt;",
    "&",
    "**bold**",
    "_",
    "__init__",
    "*",
    "{",
    "}",
    "fn main() { panic!() }",
    "let x: <T> = 1;",
    "should_panic",
    "assert!(false);",
    "use nothing::at_all;",
    "é",
    "…",
    "$x$",
    "~~gone~~",
    "- [ ] task",
    "@",
    "::",
    "std::vec::Vec",
    "http://",
    "https://",
    "hhttps://example.com",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
];

const JOINTS: &[&str] = &[" ", " ", " ", " ", "", "\n", "\n", "\n\n", "\n    ", "\n\n    ", "\n  ", "\n\n  ", "\n      ", "\t"];

/// A generator of numbers, the same on every machine (an xorshift).
struct Numbers(u64);

impl Numbers {
    fn of<'a>(&mut self, texts: &[&'a str]) -> &'a str {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        texts[usize::try_from(self.0 % texts.len() as u64).expect("it is less than a length")]
    }
}

fn description(seed: u64) -> String {
    let mut numbers = Numbers(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let count = 1 + seed % 40;
    (0..count).fold(String::new(), |text, _| text + numbers.of(JOINTS) + numbers.of(FRAGMENTS))
}

/// As many as fit into one run of rustdoc of a few seconds.
const DESCRIPTIONS: u64 = 1_500;

/// Items whose documentation is made of descriptions, as generated code makes it.
fn items() -> String {
    let mut source = String::from("//! Fragments.\n");
    for seed in 0..DESCRIPTIONS {
        let text = description(seed);
        let words = markdown(&text);
        let note = after("**Undocumented:**", &words);
        let item = after("- `name`:", &words);
        let all = format!("{}.\n\n{words}\n\nName in the API: `x`.\n\n{note}\n\n{item}\n- `next`: one\n\n[`Other`]", line(&text));
        let _ = write!(source, "\n{}pub struct S{seed};\n", doc_lines(&all, ""));
    }
    source + "\n/// Linked to.\npub struct Other;\n"
}

#[test]
fn rustdoc_finds_only_words_in_any_description() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("fragments.rs");
    std::fs::write(&file, items()).expect("a file");

    let rustdoc = |arguments: &[&str]| {
        let mut command = Command::new("rustdoc");
        command.args(["--edition", "2024", "--crate-name", "fragments", "--deny", "warnings", "--deny", "rustdoc::all"]);
        let output = command.args(arguments).arg(&file).current_dir(folder.path()).output().expect("rustdoc runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
        text(&output.stdout)
    };
    rustdoc(&["--out-dir", "doc"]);
    let tests = rustdoc(&["--test"]);
    assert!(tests.contains("running 0 tests"), "{tests}");
    // A link behind a description is still a link: nothing of the description has swallowed it.
    for seed in 0..DESCRIPTIONS {
        let page = std::fs::read_to_string(folder.path().join(format!("doc/fragments/struct.S{seed}.html"))).expect("a page");
        assert!(page.contains("struct.Other.html\" title="), "{seed}: {:?}", description(seed));
    }
}

#[test]
fn no_word_of_a_description_is_lost() {
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    for seed in 0..DESCRIPTIONS {
        // What is written behind a fence is the language, and the language of all code is `text` afterwards.
        let text = description(seed);
        let words: Vec<&str> = text.lines().filter(|line| fence(line.trim_start()).is_none()).collect();
        let (before, after) = (letters(&words.join("\n")), letters(&markdown(&text)));
        let mut rest = after.chars();
        let is_within = before.chars().all(|c| rest.any(|other| other == c));
        assert!(is_within, "{seed}: {text:?}");
    }
}
