//! Each test makes one mistake in a valid file. A snapshot under `mistakes/` has the edit and the report.

use venue_spec::Document;

#[path = "mistakes/client_methods.rs"]
mod client_methods;
#[path = "mistakes/envelope.rs"]
mod envelope;
#[path = "mistakes/keys.rs"]
mod keys;
#[path = "mistakes/lifecycle.rs"]
mod lifecycle;
#[path = "mistakes/marks.rs"]
mod marks;
#[path = "mistakes/names.rs"]
mod names;
#[path = "mistakes/paths.rs"]
mod paths;
#[path = "mistakes/patterns.rs"]
mod patterns;
#[path = "mistakes/references.rs"]
mod references;
#[path = "mistakes/reserved_names.rs"]
mod reserved_names;
#[path = "mistakes/rows.rs"]
mod rows;
#[path = "mistakes/schemas.rs"]
mod schemas;
#[path = "mistakes/servers.rs"]
mod servers;
#[path = "mistakes/stream_messages.rs"]
mod stream_messages;
#[path = "mistakes/streams.rs"]
mod streams;
#[path = "mistakes/success_conditions.rs"]
mod success_conditions;
#[path = "mistakes/values.rs"]
mod values;
#[path = "mistakes/yaml.rs"]
mod yaml;

const VALID: &str = include_str!("valid.yaml");
const SECOND: &str = include_str!("second.yaml");
const MESSAGES: &str = include_str!("messages.yaml");

/// Applies an edit of `valid.yaml`, which is written as a patch, and compares the edit and the report with `mistakes/<name>.snap`.
fn check(name: &str, patch: &str) {
    check_in("valid.yaml", VALID, name, patch);
}

/// Applies an edit of `second.yaml`, and compares the edit and the report with `mistakes/<name>.snap`.
fn check_second(name: &str, patch: &str) {
    check_in("second.yaml", SECOND, name, patch);
}

/// Applies an edit of `messages.yaml`, and compares the edit and the report with `mistakes/<name>.snap`.
fn check_messages(name: &str, patch: &str) {
    check_in("messages.yaml", MESSAGES, name, patch);
}

fn check_in(file: &str, valid: &str, name: &str, patch: &str) {
    let patch = patch.trim_matches('\n');
    let source = patch.split("\n@@\n").fold(format!("\n{valid}"), |source, hunk| {
        let (old, new) = (side(hunk, '+'), side(hunk, '-'));
        assert_eq!(source.matches(&old).count(), 1, "the edit matches once: {old}");
        source.replace(&old, &new)
    });
    let report = Document::parse(file, &source[1..]).expect_err("the edit is a mistake");
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path("mistakes");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, format!("{patch}\n\n{report}")));
}

/// One side of a hunk: its lines without the lines of the other side.
fn side(hunk: &str, other: char) -> String {
    let lines = hunk.lines().filter(|line| !line.starts_with(other));
    lines.fold("\n".to_owned(), |text, line| text + &line[1..] + "\n")
}
