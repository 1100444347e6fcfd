//! Escapes the text within a block. Code, links and addresses keep their meaning, and everything else that rustdoc would interpret
//! is escaped.

/// Escapes text within a paragraph, so that rustdoc interprets only code, links and addresses.
pub(super) fn inline(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\\' => {
                let next = rest[1..].chars().next().filter(char::is_ascii_punctuation);
                escaped.push_str(if next.is_some() { "\\" } else { "\\\\" });
                escaped.extend(next);
                1 + next.map_or(0, char::len_utf8)
            }
            '`' => span(rest, &mut escaped),
            '<' => autolink(rest, &mut escaped),
            '[' => link(rest, &mut escaped),
            'h' => address(rest, &mut escaped),
            other => {
                escaped.push(other);
                other.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    escaped
}

/// Copies the code span at the beginning of `text`. If no equal run of backticks closes the span, its opening backticks are escaped. Like
/// the other functions of this file, returns the number of bytes that were read from `text`.
fn span(text: &str, escaped: &mut String) -> usize {
    let run = |text: &str| text.bytes().take_while(|byte| *byte == b'`').count();
    let ticks = run(text);
    let mut from = ticks;
    while let Some(start) = text[from..].find('`').map(|start| from + start) {
        let closing = run(&text[start..]);
        if closing == ticks {
            let inner = &text[ticks..start];
            // A run of three backticks can get to the beginning of a line when the text is wrapped, and would open a code block there. So
            // code is delimited by one or two backticks.
            let is_free = |count: &usize| inner.split(|c| c != '`').all(|run| run.len() != *count);
            let short = if ticks <= 2 { Some(ticks) } else { [1, 2].into_iter().find(is_free) };
            let Some(count) = short else { break };
            let marks = "`".repeat(count);
            // Nothing within code can be escaped, so that no line may begin there that begins a block.
            escaped.push_str(&format!("{marks}{}{marks}", inner.replace('\n', " ")));
            return start + closing;
        }
        from = start + closing;
    }
    escaped.push_str(&"\\`".repeat(ticks));
    ticks
}

fn autolink(text: &str, escaped: &mut String) -> usize {
    let length = url(&text[1..]);
    if length > 0 && text[1 + length..].starts_with('>') {
        escaped.push_str(&text[..length + 2]);
        return length + 2;
    }
    escaped.push_str("\\<");
    1
}

/// Copies a link to an `http://` or `https://` address. Other links are escaped, because rustdoc could resolve their target to a Rust item.
fn link(text: &str, escaped: &mut String) -> usize {
    if let Some(end) = text.find(']')
        && !text[1..end].contains('[')
        && let Some(target) = text[end + 1..].strip_prefix('(')
        && let length = url(target)
        && length > 0
        && target[length..].starts_with(')')
    {
        // Links cannot be nested, so a link whose text contains an address is escaped.
        let words = inline(&text[1..end]);
        if !words.contains('<') && !words.contains('[') {
            escaped.push_str(&format!("[{words}]({})", &target[..length]));
            return end + 1 + 1 + length + 1;
        }
    }
    escaped.push_str("\\[");
    1
}

fn address(text: &str, escaped: &mut String) -> usize {
    let trimmed = text[..url(text)].trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_']).len();
    if trimmed == 0 {
        escaped.push('h');
        return 1;
    }
    escaped.push_str(&format!("<{}>", &text[..trimmed]));
    trimmed
}

/// The length of the address at the beginning of a text; 0 if the text does not begin with an address.
fn url(text: &str) -> usize {
    let Some(scheme) = ["https://", "http://"].into_iter().find(|scheme| text.starts_with(scheme)) else { return 0 };
    let is_part = |c: char| !c.is_whitespace() && !c.is_control() && !['<', '>', '"', '`', '(', ')', '[', ']', '\\'].contains(&c);
    let length = text.find(|c: char| !is_part(c)).unwrap_or(text.len());
    if length > scheme.len() { length } else { 0 }
}
