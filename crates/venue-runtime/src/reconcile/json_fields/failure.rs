//! Whether the fields of an object report a failure.

use serde_json::value::RawValue;

use super::{FieldValue, JsonFields};

impl JsonFields<'_> {
    /// Whether a field of the object reports a failure. For example, `success` is not `true`, `code` is not 0, `failedCount` is not 0, a
    /// list such as `fails` is not empty, or a field such as `errorMessage` has a text.
    #[must_use]
    pub fn reports_failure(&self) -> bool {
        self.reports_failure_in(|_, _| true)
    }

    /// Whether a field of the response to a batch reports that the whole batch failed. The counts and the lists are ignored, because they
    /// describe single items.
    #[must_use]
    pub fn reports_failure_of_all(&self) -> bool {
        let is_count = |name: &str| ["successCount", "failedCount"].iter().any(|count| name.eq_ignore_ascii_case(count));
        self.reports_failure_in(|name, raw| !is_count(name) && !raw.get().starts_with('['))
    }

    fn reports_failure_in(&self, is_read: impl Fn(&str, &RawValue) -> bool) -> bool {
        self.fields.iter().any(|(name, raw)| {
            let is = |other: &str| name.eq_ignore_ascii_case(other);
            if !is_read(name, raw) {
                return false;
            }
            if is("success") || is("ok") {
                raw.get() != "true" && raw.get() != "null"
            } else if is("code") {
                self.integer("code") != FieldValue::Value(0) && raw.get() != "null"
            } else if is("successCount") {
                is_zero(raw)
            } else {
                (ends_with_code(name) || is_failure_name(name)) && !is_empty(raw)
            }
        })
    }
}

/// Whether a field of this name contains failures, such as `failedCount`, `fails`, `errorMessage` or `rejected`.
#[must_use]
pub fn is_failure_name(name: &str) -> bool {
    let name = name.as_bytes();
    let has_word = |(at, first): (usize, &u8)| match first.to_ascii_lowercase() {
        b'f' => has_prefix(&name[at..], b"fail"),
        b'e' => has_prefix(&name[at..], b"error"),
        b'r' => has_prefix(&name[at..], b"reject"),
        _ => false,
    };
    has_prefix(name, b"err") || name.iter().enumerate().any(has_word)
}

fn has_prefix(name: &[u8], prefix: &[u8]) -> bool {
    name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

fn ends_with_code(name: &str) -> bool {
    name.as_bytes().last_chunk::<4>().is_some_and(|end| end.eq_ignore_ascii_case(b"code"))
}

fn is_empty(raw: &RawValue) -> bool {
    matches!(raw.get(), "null" | "false" | "\"\"" | "[]" | "{}") || is_zero(raw)
}

fn is_zero(raw: &RawValue) -> bool {
    matches!(raw.get(), "0" | "\"0\"")
}
