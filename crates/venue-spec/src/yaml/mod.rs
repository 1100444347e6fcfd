//! Parses YAML into a tree, and reports YAML features that a hand-written specification must not use: tabs, duplicate keys,
//! anchors, tags.

mod characters;
mod events;
mod reader;

use crate::diagnostic::Diagnostic;
use crate::tree::Node;

/// The result of parsing a file that is valid YAML.
pub(crate) struct Read {
    pub(crate) root: Node,
    /// YAML features that specifications must not use.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Whether the tree is complete. The tree lacks the aliases of the file, and checks of an incomplete tree would report mistakes that
    /// the file does not have.
    pub(crate) complete: bool,
}

/// Parses a file. The error has the syntax errors of a file that is not valid YAML.
pub(crate) fn read(source: &str) -> Result<Read, Vec<Diagnostic>> {
    characters::check(source)?;
    Ok(reader::read(source, events::events(source)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compares the messages for a source, each with its line and column.
    fn check(source: &str, expected: &[&str]) {
        let diagnostics = match read(source) {
            Ok(read) => read.diagnostics,
            Err(diagnostics) => diagnostics,
        };
        let found: Vec<String> =
            diagnostics.iter().map(|found| format!("{}:{} {}", found.span.line, found.span.column, found.message)).collect();
        assert_eq!(found, expected, "{source}");
    }

    #[test]
    fn yaml_features_that_specifications_must_not_use_are_rejected() {
        check("a: &x 1\nb: *x\n", &["1:4 a YAML anchor is not allowed here", "2:4 a YAML alias is not allowed here"]);
        check("a: *x\n", &["1:4 a YAML alias is not allowed here"]);
        check("<<: {a: 1}\n", &["1:1 a YAML merge key is not allowed here"]);
        check("a: !!str 1\n", &["1:4 a YAML tag is not allowed here"]);
        check("a: 1\n---\nb: 2\n", &["2:1 a second YAML document"]);
        check("a: 1\nä: 2\na: 3\n", &["3:1 duplicate key `a`"]);
        check("a:\n  \tb: 1\n\tc: 1\n", &["2:3 a tab", "3:1 a tab"]);
        check("? [a]\n: 1\n", &["1:3 a key that is not a text is not allowed here"]);
    }

    #[test]
    fn a_key_or_value_that_yaml_does_not_read_as_text_needs_quotes() {
        check("200: 1\n", &["1:1 the key `200` is not a text"]);
        check("'200': 1\n", &[]);
        check(": 1\n", &["1:1 the key `` is empty"]);
        check("no: 1\n", &["1:1 `no` needs quotes"]);
        check("a: 007\n", &["1:4 `007` needs quotes"]);
    }

    #[test]
    fn invisible_characters_are_rejected() {
        check("\u{FEFF}a: 1\n", &["1:1 the character U+FEFF"]);
        check("a: ä\u{202E}b\n", &["1:5 the character U+202E"]);
        check("a: 1\r\nb: \u{0}\r\n", &["2:4 the character U+0000"]);
    }
}
