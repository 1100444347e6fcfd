//! The state of the lenient reader: the path of the value that it reads, and the values that it could not read.

use std::fmt::Write as _;

use super::Extra;
use super::json::{Json, JsonKind};
use super::unreadable::{Mismatch, Unreadable, UnreadableParts};
use crate::EscapedText;

/// The state of the lenient reader while it reads one response: the path of the current value, and the values that could not be read so
/// far.
#[derive(Default)]
pub struct ReadContext {
    path: Vec<PathSegment>,
    unreadable: UnreadableParts,
}

#[derive(Clone, Copy)]
enum PathSegment {
    Field(&'static str),
    Item(usize),
}

impl ReadContext {
    pub(crate) fn into_unreadable_parts(self) -> UnreadableParts {
        self.unreadable
    }

    /// Reads the value of a field with the closure `read`. Errors inside of the closure contain the name of the field in their path.
    pub(crate) fn in_field<T>(&mut self, name: &'static str, read: impl FnOnce(&mut Self) -> Result<T, Mismatch>) -> Result<T, Mismatch> {
        self.with_segment(PathSegment::Field(name), read)
    }

    /// Reads an item of a list. Errors inside `read` contain the index of the item in their path.
    pub(crate) fn in_item<T>(&mut self, index: usize, read: impl FnOnce(&mut Self) -> Result<T, Mismatch>) -> Result<T, Mismatch> {
        self.with_segment(PathSegment::Item(index), read)
    }

    /// Reads a nested value with the closure `read`, whose errors contain `segment` in their path. If `read` fails, the unreadable parts of
    /// the nested value are removed from the record, because the caller records the whole value as unreadable.
    fn with_segment<T>(&mut self, segment: PathSegment, read: impl FnOnce(&mut Self) -> Result<T, Mismatch>) -> Result<T, Mismatch> {
        let UnreadableParts { rows, fields, missing_lists } = &self.unreadable;
        let counts = [rows.count(), fields.count(), missing_lists.count()];
        self.path.push(segment);
        let result = read(self);
        self.path.pop();
        if result.is_err() {
            let [row_count, field_count, list_count] = counts;
            self.unreadable.rows.truncate(row_count);
            self.unreadable.fields.truncate(field_count);
            self.unreadable.missing_lists.truncate(list_count);
        }
        result
    }

    /// The mismatch of a value that is of another type than expected.
    pub(crate) fn unexpected(&self, json: Json<'_>, expected: &str) -> Mismatch {
        let found = match json.kind() {
            JsonKind::Null => "null",
            JsonKind::Boolean => "a boolean",
            JsonKind::Number => "a number",
            JsonKind::Text => match json.text().as_deref() {
                None => "a text with invalid Unicode",
                Some("") => "an empty text",
                Some(_) => "a text",
            },
            JsonKind::List => "a list",
            JsonKind::Object => "an object",
        };
        self.mismatch(format!("{found} where {expected} is expected"))
    }

    pub(crate) fn mismatch(&self, reason: impl Into<String>) -> Mismatch {
        Mismatch { path: self.path(), reason: reason.into() }
    }

    pub(crate) fn missing(&self, field: &'static str) -> Mismatch {
        self.mismatch_of(field, "the field is missing")
    }

    pub(crate) fn repeated(&self, field: &'static str) -> Mismatch {
        self.mismatch_of(field, "the field appears twice")
    }

    fn mismatch_of(&self, field: &'static str, reason: &str) -> Mismatch {
        let mut mismatch = self.mismatch(reason);
        push_field(&mut mismatch.path, field);
        mismatch
    }

    /// Records a row that cannot be read. Call it while the path is the path of the list.
    pub(crate) fn unreadable_row(&mut self, list: &'static str, index: usize, mismatch: Mismatch, json: Json<'_>, extra: &mut Extra) {
        let row = Unreadable::row(list, index, mismatch, json);
        extra.add_unreadable_row(&row);
        self.unreadable.rows.push(|| row);
    }

    /// Records a row of a list that is not a field of an object, and returns the row. Call it while the path is the path of the list.
    pub(crate) fn unreadable_item(&mut self, index: usize, mismatch: Mismatch, json: Json<'_>) -> Unreadable {
        let last = self.path.iter().rev().find_map(|segment| match segment {
            PathSegment::Field(name) => Some(*name),
            PathSegment::Item(_) => None,
        });
        let row = Unreadable::row(last.unwrap_or_default(), index, mismatch, json);
        self.unreadable.rows.push(|| row.clone());
        row
    }

    /// Records an optional field that cannot be read, and keeps its JSON in `extra`.
    pub(crate) fn unreadable_field(&mut self, name: &'static str, mismatch: Mismatch, json: Json<'_>, extra: &mut Extra) {
        extra.add_unreadable_field(name, json.to_value());
        self.unreadable.fields.push(|| Unreadable::field(mismatch, json));
    }

    pub(crate) fn missing_list(&mut self, name: &'static str, extra: &mut Extra) {
        extra.add_missing_list(name);
        let mut path = self.path();
        push_field(&mut path, name);
        self.unreadable.missing_lists.push(|| path);
    }

    /// Keeps the JSON of an undocumented field in `extra`. If the JSON cannot be copied (see `Json::to_value`), the field is recorded as
    /// unreadable.
    pub fn undocumented_field(&mut self, name: &str, json: Json<'_>, extra: &mut Extra) {
        match json.to_value() {
            Some(value) => extra.insert(name, value),
            None => {
                let mut mismatch = self.mismatch("an undocumented value that cannot be kept: too deep, too large, or invalid Unicode");
                push_field(&mut mismatch.path, &EscapedText::new(name).to_string());
                self.unreadable.fields.push(|| Unreadable::field(mismatch, json));
            }
        }
    }

    fn path(&self) -> String {
        let mut path = String::new();
        for segment in &self.path {
            match segment {
                PathSegment::Field(name) => push_field(&mut path, name),
                // Writing to a `String` does not fail.
                PathSegment::Item(index) => drop(write!(path, "[{index}]")),
            }
        }
        path
    }
}

fn push_field(path: &mut String, name: &str) {
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(name);
}
