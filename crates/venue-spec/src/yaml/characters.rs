//! Characters that YAML forbids, or that an editor does not show.

use crate::diagnostic::Diagnostic;
use crate::tree::Span;

/// Reports the first forbidden character of each line.
pub(super) fn check(source: &str) -> Result<(), Vec<Diagnostic>> {
    let mut diagnostics = Vec::new();
    let mut offset = 0;
    for line in source.split_inclusive('\n') {
        let content = line.strip_suffix('\n').map_or(line, |line| line.strip_suffix('\r').unwrap_or(line));
        if let Some((at, found)) = content.char_indices().find(|(_, c)| is_forbidden(*c)) {
            let span = Span::locate(source, offset + at, offset + at + found.len_utf8());
            diagnostics.push(match found {
                '\t' => Diagnostic::new("a tab", "", span)
                    .label("a tab")
                    .note("the width of a tab depends on the editor")
                    .help("indent with two spaces; write `\\t` between double quotes where a text needs one"),
                _ => Diagnostic::new(format!("the character U+{:04X}", u32::from(found)), "", span)
                    .label("not visible in an editor")
                    .help("remove it, or write it as an escape between double quotes"),
            });
        }
        offset += line.len();
    }
    if diagnostics.is_empty() { Ok(()) } else { Err(diagnostics) }
}

/// Whether a specification must not contain the character. This applies to control characters, the byte order mark, line separators
/// that YAML and editors count differently, zero-width characters, and characters that change the writing direction.
fn is_forbidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}
