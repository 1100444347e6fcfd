//! What a response contains that could not be read, beside everything that could.

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use super::json::Json;

/// The most entries of a kind that are kept one by one; further ones are only counted.
const MAX_KEPT: usize = 1000;

/// The most bytes of an unreadable value that are kept.
const MAX_RAW: usize = 4096;

/// A value that could not be read: where it is in the response, why it could not be read, and its raw JSON.
///
/// The value is a row (an item of a list), which is then missing from the list, or a field that the documentation does not promise, which is
/// then `None`. The rest of the response was read.
///
/// `Debug` and `Display` print where and why. Neither prints the raw JSON, which may hold a secret.
#[derive(Clone, PartialEq)]
pub struct Unreadable(Arc<Inner>);

#[derive(PartialEq)]
struct Inner {
    row: Option<Row>,
    path: String,
    reason: String,
    raw: Box<[u8]>,
    raw_length: usize,
}

#[derive(Clone, Copy, PartialEq)]
struct Row {
    list: &'static str,
    index: usize,
}

impl Unreadable {
    pub(crate) fn row(list: &'static str, index: usize, fault: Mismatch, json: Json<'_>) -> Self {
        Self::new(Some(Row { list, index }), fault, json)
    }

    pub(crate) fn field(fault: Mismatch, json: Json<'_>) -> Self {
        Self::new(None, fault, json)
    }

    fn new(row: Option<Row>, fault: Mismatch, json: Json<'_>) -> Self {
        let raw = json.bytes();
        let kept = raw.get(..MAX_RAW).unwrap_or(raw);
        Self(Arc::new(Inner { row, path: fault.path, reason: fault.reason, raw: kept.into(), raw_length: raw.len() }))
    }

    /// The name of the list that the row is missing from, as it is in the response: `positions`. `None` for a field.
    #[must_use]
    pub fn list(&self) -> Option<&'static str> {
        self.0.row.map(|row| row.list)
    }

    /// The place of the row in the list that the server sent, from 0. `None` for a field.
    #[must_use]
    pub fn index(&self) -> Option<usize> {
        self.0.row.map(|row| row.index)
    }

    /// Where the fault is in the response: `data.positions[1].marginRatio`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// What is at that place and what is expected there: `null where a decimal of at most 28 digits is expected`.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.0.reason
    }

    /// The raw JSON of the row or of the field, but not more than its first 4,096 bytes. Do not print it unseen, because it may hold a
    /// secret.
    #[must_use]
    pub fn raw_json(&self) -> &[u8] {
        &self.0.raw
    }

    /// Whether the raw JSON was longer than the bytes that were kept.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.0.raw_length > self.0.raw.len()
    }

    /// A field of a row, by its name in the response. `None` if the row has no such field within the bytes that were kept, and if there is a
    /// text in it that is no Unicode.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Value> {
        let (_, value) = Json::cut(self.raw_json()).fields().find(|(field, _)| field == name)?;
        serde_json::from_slice(value.bytes()).ok()
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.path, self.0.reason)
    }
}

impl fmt::Debug for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Unreadable({:?}, {} bytes)", self.to_string(), self.0.raw_length)
    }
}

/// Why a value is not of the expected type, and where it is in the response. Contains no value that the server sent.
#[derive(Debug)]
pub struct Mismatch {
    pub(crate) path: String,
    pub(crate) reason: String,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.reason)
    }
}

/// Everything of a response that could not be read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Unread {
    pub(crate) rows: Counted<Unreadable>,
    pub(crate) fields: Counted<Unreadable>,
    pub(crate) missing_lists: Counted<String>,
}

impl Unread {
    /// Whether the lists hold all that the server sent, and no documented list is missing.
    pub(crate) fn is_complete(&self) -> bool {
        self.rows.count() == 0 && self.missing_lists.count() == 0
    }
}

/// A list of bounded length, which knows how many entries it was given.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Counted<T> {
    kept: Vec<T>,
    count: usize,
}

impl<T> Default for Counted<T> {
    fn default() -> Self {
        Self { kept: Vec::new(), count: 0 }
    }
}

impl<T> Counted<T> {
    /// Counts an entry, and keeps it if there is room.
    pub(crate) fn push(&mut self, entry: impl FnOnce() -> T) {
        self.count += 1;
        if self.kept.len() < MAX_KEPT {
            self.kept.push(entry());
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.count
    }

    pub(crate) fn as_slice(&self) -> &[T] {
        &self.kept
    }

    /// Forgets what was added since there were so many entries.
    pub(crate) fn truncate(&mut self, count: usize) {
        self.count = count;
        self.kept.truncate(count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unreadable(raw: &[u8]) -> Unreadable {
        let fault = Mismatch { path: "data.list[3].price".to_owned(), reason: "null where a decimal is expected".to_owned() };
        Unreadable::row("list", 3, fault, Json::cut(raw))
    }

    #[test]
    fn the_raw_json_is_kept_but_not_printed() {
        let row = unreadable(br#"{"apiSecret":"hunter2","price":null}"#);
        assert_eq!((row.list(), row.index(), row.is_cut()), (Some("list"), Some(3), false));
        assert_eq!(row.get("apiSecret"), Some(Value::from("hunter2")));
        assert_eq!(format!("{row:?}"), r#"Unreadable("data.list[3].price: null where a decimal is expected", 36 bytes)"#);
    }

    #[test]
    fn the_raw_json_of_a_row_is_cut_off_at_a_limit() {
        let raw = format!(r#"{{"symbol":"ETHUSDT","note":"{}","price":null}}"#, "x".repeat(MAX_RAW));
        let row = unreadable(raw.as_bytes());
        assert_eq!((row.raw_json().len(), row.is_cut()), (MAX_RAW, true));
        assert_eq!((row.get("symbol"), row.get("price")), (Some(Value::from("ETHUSDT")), None));
    }

    #[test]
    fn entries_beyond_the_limit_are_counted() {
        let mut entries = Counted::default();
        (0..MAX_KEPT + 5).for_each(|entry| entries.push(|| entry));
        assert_eq!((entries.count(), entries.as_slice().len()), (MAX_KEPT + 5, MAX_KEPT));
    }
}
