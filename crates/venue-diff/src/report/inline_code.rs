//! Sentences of the report that hold code between backticks, as HTML.

use maud::{Markup, html};

/// The words, with what stands between backticks set as code. A piece of code that holds backticks stands between more of them.
pub(super) fn inline_code(text: &str) -> Markup {
    html! {
        @for (is_code, part) in parts(text) {
            @if is_code { code { (part) } } @else { (part) }
        }
    }
}

/// The parts in their order, and whether each is code.
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

/// Where exactly so many backticks stand.
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
    fn what_stands_between_backticks_is_code() {
        let html = |text| inline_code(text).into_string();
        assert_eq!(html("write `a < b` for `c`"), "write <code>a &lt; b</code> for <code>c</code>");
        assert_eq!(html("`` the `url` of ``: gone"), "<code>the `url` of</code>: gone");
        assert_eq!(html("a ` alone, and `` two"), "a ` alone, and `` two");
    }
}
