//! The record of the values of a response that could not be read.

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use super::json::Json;

/// The number of entries of each kind that are kept. Further entries are only counted.
const MAX_ENTRIES: usize = 1000;

/// The number of bytes of an unreadable value that are kept.
const MAX_RAW_LENGTH: usize = 4096;

/// A value of a response that could not be read: its path, the reason, and its raw JSON. The rest of the response was read.
///
/// The value is a row (an item of a list) or an optional field. The list then does not contain the row, or the optional field is `None`.
///
/// `Debug` and `Display` print the path and the reason, but not the raw JSON, which may contain a secret.
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
    pub(crate) fn row(list: &'static str, index: usize, mismatch: Mismatch, json: Json<'_>) -> Self {
        Self::new(Some(Row { list, index }), mismatch, json)
    }

    pub(crate) fn field(mismatch: Mismatch, json: Json<'_>) -> Self {
        Self::new(None, mismatch, json)
    }

    fn new(row: Option<Row>, mismatch: Mismatch, json: Json<'_>) -> Self {
        let raw = json.bytes();
        let beginning = raw.get(..MAX_RAW_LENGTH).unwrap_or(raw);
        Self(Arc::new(Inner { row, path: mismatch.path, reason: mismatch.reason, raw: beginning.into(), raw_length: raw.len() }))
    }

    /// The JSON name of the list that contains the unreadable row, such as `positions`. An empty text if the list is the whole body of a
    /// response. `None` if the unreadable value is a field.
    #[must_use]
    pub fn list(&self) -> Option<&'static str> {
        self.0.row.map(|row| row.list)
    }

    /// The index of the row in the list that the server sent, counted from 0. `None` for a field.
    #[must_use]
    pub fn index(&self) -> Option<usize> {
        self.0.row.map(|row| row.index)
    }

    /// The path of the value in the response, such as `data.positions[1].marginRatio`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// The reason: the received and the expected type, such as `null where a decimal of at most 28 digits is expected`.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.0.reason
    }

    /// The raw JSON of the row or of the field, at most its first 4,096 bytes. The JSON may contain a secret, so redact it before you log
    /// it.
    #[must_use]
    pub fn raw_json(&self) -> &[u8] {
        &self.0.raw
    }

    /// Whether the raw JSON was longer than 4,096 bytes, so that [`raw_json`](Self::raw_json) returns only the beginning.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.0.raw_length > self.0.raw.len()
    }

    /// The value of a field of the unreadable row. `name` is the JSON name of the field. `None` if [`raw_json`](Self::raw_json) does not
    /// contain the whole field, or if a text in it is not valid Unicode.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Value> {
        let (_, value) = Json::truncated(self.raw_json()).fields().find(|(field, _)| field == name)?;
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

/// The error of reading a value that does not have the expected type. It contains the reason and the path of the value, but no value that
/// the server sent.
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

/// All values of a response that could not be read.
#[derive(Clone, Debug, Default)]
pub(crate) struct UnreadableParts {
    pub(crate) rows: BoundedList<Unreadable>,
    pub(crate) fields: BoundedList<Unreadable>,
    pub(crate) missing_lists: BoundedList<String>,
}

impl UnreadableParts {
    /// Whether every list contains all rows that the server sent, and no documented list is missing.
    pub(crate) fn is_complete(&self) -> bool {
        self.rows.count() == 0 && self.missing_lists.count() == 0
    }
}

/// A list that keeps the first [`MAX_ENTRIES`] entries and counts the others.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct BoundedList<T> {
    entries: Vec<T>,
    count: usize,
}

impl<T> Default for BoundedList<T> {
    fn default() -> Self {
        Self { entries: Vec::new(), count: 0 }
    }
}

impl<T> BoundedList<T> {
    /// Counts an entry. Creates and keeps the entry if the list is not full.
    pub(crate) fn push(&mut self, entry: impl FnOnce() -> T) {
        self.count += 1;
        if self.entries.len() < MAX_ENTRIES {
            self.entries.push(entry());
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.count
    }

    pub(crate) fn as_slice(&self) -> &[T] {
        &self.entries
    }

    /// Removes all entries after the first `count`.
    pub(crate) fn truncate(&mut self, count: usize) {
        self.count = count;
        self.entries.truncate(count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unreadable(raw: &[u8]) -> Unreadable {
        let mismatch = Mismatch { path: "data.list[3].price".to_owned(), reason: "null where a decimal is expected".to_owned() };
        Unreadable::row("list", 3, mismatch, Json::truncated(raw))
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
        let raw = format!(r#"{{"symbol":"ETHUSDT","note":"{}","price":null}}"#, "x".repeat(MAX_RAW_LENGTH));
        let row = unreadable(raw.as_bytes());
        assert_eq!((row.raw_json().len(), row.is_cut()), (MAX_RAW_LENGTH, true));
        assert_eq!((row.get("symbol"), row.get("price")), (Some(Value::from("ETHUSDT")), None));
    }

    #[test]
    fn entries_beyond_the_limit_are_counted() {
        let mut entries = BoundedList::default();
        (0..MAX_ENTRIES + 5).for_each(|entry| entries.push(|| entry));
        assert_eq!((entries.count(), entries.as_slice().len()), (MAX_ENTRIES + 5, MAX_ENTRIES));
    }
}
