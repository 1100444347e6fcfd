//! Positions of JSON values in bytes.

/// Skips white space and one separator before the next item, field name or field value. Returns `None` at the end of the container.
pub(super) fn after_separator(bytes: &[u8], separator: u8) -> Option<&[u8]> {
    let bytes = bytes.trim_ascii_start();
    match bytes.first()? {
        b']' | b'}' => None,
        first if *first == separator => bytes.get(1..),
        _ => Some(bytes),
    }
}

/// The length of the value with which the bytes begin.
pub(super) fn end_of_value(bytes: &[u8]) -> usize {
    match bytes.first() {
        Some(b'"') => end_of_text(bytes),
        Some(b'[' | b'{') => end_of_container(bytes),
        _ => bytes.iter().position(|byte| matches!(byte, b',' | b':' | b']' | b'}') || byte.is_ascii_whitespace()).unwrap_or(bytes.len()),
    }
}

fn end_of_text(bytes: &[u8]) -> usize {
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn end_of_container(bytes: &[u8]) -> usize {
    let (mut at, mut depth) = (0, 0_usize);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => at += end_of_text(&bytes[at..]),
            b'[' | b'{' => (at, depth) = (at + 1, depth + 1),
            b']' | b'}' if depth == 1 => return at + 1,
            b']' | b'}' => (at, depth) = (at + 1, depth - 1),
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Converts the line and column of a serde_json error, which are counted from 1, to an offset, which is counted from 0. If the text ends
/// too early, serde_json reports the column of the last byte, and the result is the length of the text.
pub(super) fn error_offset(text: &[u8], error: &serde_json::Error) -> usize {
    if error.is_eof() {
        return text.len();
    }
    let before = text.split_inclusive(|byte| *byte == b'\n').take(error.line().saturating_sub(1));
    before.map(<[u8]>::len).sum::<usize>() + error.column().saturating_sub(1)
}
