//! Escapes free text for Markdown.

/// Escapes characters of markup in free text. Text between two equal runs of backticks is code and stays unchanged.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('`') {
        let run = rest[start..].chars().take_while(|c| *c == '`').count();
        let fence = &rest[start..start + run];
        let inner = &rest[start + run..];
        let end = inner.match_indices(fence).map(|(end, _)| end).find(|end| !inner[end + run..].starts_with('`'));
        escaped.push_str(&escaped_words(&rest[..start]));
        match end {
            Some(end) => {
                escaped.push_str(&rest[start..start + run + end + run].replace(['\n', '\r'], " "));
                rest = &inner[end + run..];
            }
            None => {
                fence.chars().for_each(|_| escaped.push_str("\\`"));
                rest = inner;
            }
        }
    }
    escaped + &escaped_words(rest)
}

fn escaped_words(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' => escaped.push(' '),
            '<' | '>' | '*' | '_' | '[' | ']' | '|' | '#' | '@' | '\\' => escaped.extend(['\\', c]),
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::escaped;

    fn check(text: &str, expected: &str) {
        assert_eq!(escaped(text), expected);
    }

    #[test]
    fn free_text_does_not_become_markup_or_mentions() {
        check("</details> *a* [b](c) @team #1", "\\</details\\> \\*a\\* \\[b\\](c) \\@team \\#1");
        check("two\nlines", "two lines");
    }

    #[test]
    fn code_is_not_escaped() {
        check("`a_b` and a_b", "`a_b` and a\\_b");
        check("`` `a_b` c_d `` and e_f", "`` `a_b` c_d `` and e\\_f");
        check("a ` that is single", "a \\` that is single");
    }
}
