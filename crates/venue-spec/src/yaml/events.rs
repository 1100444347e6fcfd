//! The events of the YAML parser. Its errors become diagnostics.

use std::panic::catch_unwind;

use granit_parser::{Event, Marker, Parser, ScanError};

use crate::diagnostic::Diagnostic;
use crate::tree::Span;

/// An event and its position.
pub(super) type Spanned<'s> = (Event<'s>, granit_parser::Span);

/// The maximum nesting depth, for brackets and for indentation.
const NESTING: usize = 64;

/// Parses the source into events, or returns a diagnostic at the first syntax error.
pub(super) fn events(source: &str) -> Result<Vec<Spanned<'_>>, Vec<Diagnostic>> {
    let parsed = catch_unwind(|| {
        let options = granit_parser::options! {
            disallow_directives: true,
            emit_anchor_events: true,
            emit_unresolved_aliases: true,
            // Schemas are far less deep, and the stack of every thread is large enough for this depth.
            flow_nesting_limit: NESTING,
            block_nesting_limit: NESTING,
        };
        Parser::new_from_str_with_options(source, options).collect::<Result<Vec<_>, ScanError>>()
    });
    match parsed {
        Ok(Ok(events)) => Ok(events),
        Ok(Err(error)) => Err(vec![syntax(source, &error)]),
        Err(_) => Err(vec![
            Diagnostic::new("the YAML parser itself failed on this file", "", Span::locate(source, 0, 0))
                .note("this is a bug of the crate `granit-parser`")
                .help("undo the last edit to find the line"),
        ]),
    }
}

fn syntax(source: &str, error: &ScanError) -> Diagnostic {
    use granit_parser::ErrorKind::{
        ExpectedBlockMappingKey, ExpectedFlowMappingSeparator, ExpectedFlowSequenceSeparator, InvalidColonPlacement, InvalidSimpleKey,
        MappingValueNotAllowed, SimpleKeyExpected, UnclosedFlowCollection, UnclosedQuotedScalar,
    };
    let start = byte_offset(source, *error.marker());
    let width = source.get(start..).and_then(|rest| rest.chars().next()).filter(|c| *c != '\n').map_or(0, char::len_utf8);
    let diagnostic = Diagnostic::new(format!("not YAML: {}", error.info()), "", Span::locate(source, start, start + width));
    match error.kind() {
        MappingValueNotAllowed => diagnostic.help("a text that contains `: ` needs quotes; a key needs a line of its own"),
        ExpectedBlockMappingKey => diagnostic.help("this line is indented differently from the keys above it, or lacks its `:`"),
        SimpleKeyExpected | InvalidSimpleKey => diagnostic.help("a key is followed by `:` and a space"),
        UnclosedQuotedScalar => diagnostic.help("close the quote; inside single quotes, `'` is written `''`"),
        UnclosedFlowCollection { .. } | ExpectedFlowMappingSeparator | ExpectedFlowSequenceSeparator | InvalidColonPlacement => {
            diagnostic.help("close the bracket, here or above; inside brackets, a text with `,`, `:`, `{` or `[` needs quotes")
        }
        _ => diagnostic,
    }
}

pub(super) fn byte_offset(source: &str, marker: Marker) -> usize {
    let counted = || source.char_indices().nth(marker.index()).map_or(source.len(), |(offset, _)| offset);
    marker.byte_offset().unwrap_or_else(counted)
}
