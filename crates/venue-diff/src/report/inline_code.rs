//! Converts backticks in sentences of the report to HTML.

use maud::{Markup, html};

/// Formats text between backticks as code. Code that contains backticks is delimited by a longer run of backticks, as in
/// Markdown.
pub(super) fn inline_code(text: &str) -> Markup {
    html! {
        @for (is_code, part) in parts(text) {
            @if is_code { code { (part) } } @else { (part) }
        }
    }
}

/// Splits a text into parts, and states for each whether it is code.
fn parts(mut text: &str) -> Vec<(bool, &str)> {
    let mut parts = Vec::new();
    let mut words = text;
    while let Some(start) = text.find('`') {
        let ticks = text[start..].len() - text[start..].trim_start_matches('`').len();
        let code = &text[start + ticks..];
        let Some(end) = closing(code, ticks) else {
            text = code;
            continue;
        };
        let before = words.len() - text.len() + start;
        parts.push((false, &words[..before]));
        let inner = &code[..end];
        parts.push((true, inner.strip_prefix(' ').and_then(|inner| inner.strip_suffix(' ')).unwrap_or(inner)));
        text = &code[end + ticks..];
        words = text;
    }
    parts.push((false, words));
    parts.retain(|(_, part)| !part.is_empty());
    parts
}

/// The position of the next run of exactly this many backticks.
fn closing(code: &str, ticks: usize) -> Option<usize> {
    let mut from = 0;
    while let Some(start) = code[from..].find('`').map(|start| from + start) {
        let run = code[start..].len() - code[start..].trim_start_matches('`').len();
        if run == ticks {
            return Some(start);
        }
        from = start + run;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::inline_code;

    #[test]
    fn text_between_backticks_is_code() {
        let html = |text| inline_code(text).into_string();
        assert_eq!(html("write `a < b` for `c`"), "write <code>a &lt; b</code> for <code>c</code>");
        assert_eq!(html("`` the `url` of ``: gone"), "<code>the `url` of</code>: gone");
        assert_eq!(html("a ` single, and `` two"), "a ` single, and `` two");
    }
}
