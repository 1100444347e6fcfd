//! Redaction of secrets that a server repeats in its texts.

use venue_core::Secret;

const REDACTED: &str = "[redacted]";

/// Redacts each occurrence of these secrets.
pub fn secrets<'a>(text: &mut String, secrets: impl IntoIterator<Item = &'a Secret>) {
    for secret in secrets {
        value(text, secret.expose_secret());
    }
}

/// Redacts each occurrence of this value.
pub fn value(text: &mut String, value: &str) {
    if !value.is_empty() && text.contains(value) {
        *text = text.replace(value, REDACTED);
    }
}

/// Redacts each sequence of at least `length` bytes whose characters all satisfy `is_part`. The running time is linear in the length of the
/// text, because a server can send a very long text.
pub fn long_runs(text: &mut String, length: usize, is_part: impl Fn(char) -> bool) {
    let is_long = |run: &str| run.len() >= length;
    if !text.split(|character| !is_part(character)).any(is_long) {
        return;
    }
    let mut redacted = String::with_capacity(text.len());
    for piece in text.split_inclusive(|character| !is_part(character)) {
        let run = piece.trim_end_matches(|character| !is_part(character));
        redacted.push_str(if is_long(run) { REDACTED } else { run });
        redacted.push_str(&piece[run.len()..]);
    }
    *text = redacted;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_runs_of_at_least_the_length_are_redacted() {
        let mut text = String::from("id=abcd, signature=abcdef01: abcdef0");
        long_runs(&mut text, 8, |character| character.is_ascii_hexdigit());
        assert_eq!(text, "id=abcd, signature=[redacted]: abcdef0");
    }

    #[test]
    fn an_empty_secret_redacts_nothing() {
        let mut text = String::from("the token t0ken is not t0ken2");
        secrets(&mut text, &[Secret::from(""), Secret::from("t0ken")]);
        assert_eq!(text, "the token [redacted] is not [redacted]2");
    }
}
