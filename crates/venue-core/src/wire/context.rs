//! Where the reader is in a response, and what it could not read so far.

use std::fmt::Write as _;

use super::Extra;
use super::json::{Json, JsonKind};
use super::unread::{Mismatch, Unread, Unreadable};
use crate::printable::Printable;

/// Where the reader is in a response, and what it could not read so far.
#[derive(Default)]
pub struct ReadContext {
    path: Vec<Step>,
    unread: Unread,
}

#[derive(Clone, Copy)]
enum Step {
    Field(&'static str),
    Item(usize),
}

impl ReadContext {
    pub(crate) fn into_unread(self) -> Unread {
        self.unread
    }

    /// Reads the value of a field, which is in the path meanwhile.
    pub(crate) fn in_field<T>(&mut self, name: &'static str, read: impl FnOnce(&mut Self) -> Result<T, Mismatch>) -> Result<T, Mismatch> {
        self.within(Step::Field(name), read)
    }

    /// Reads an item of a list, which is in the path meanwhile.
    pub(crate) fn in_item<T>(&mut self, index: usize, read: impl FnOnce(&mut Self) -> Result<T, Mismatch>) -> Result<T, Mismatch> {
        self.within(Step::Item(index), read)
    }

    /// What could not be read within a value that cannot be read itself is not reported apart.
    fn within<T>(&mut self, step: Step, read: impl FnOnce(&mut Self) -> Result<T, Mismatch>) -> Result<T, Mismatch> {
        let Unread { rows, fields, missing_lists } = &self.unread;
        let counts = [rows.count(), fields.count(), missing_lists.count()];
        self.path.push(step);
        let result = read(self);
        self.path.pop();
        if result.is_err() {
            let [row_count, field_count, list_count] = counts;
            self.unread.rows.truncate(row_count);
            self.unread.fields.truncate(field_count);
            self.unread.missing_lists.truncate(list_count);
        }
        result
    }

    /// The fault of this value: it is not what is expected here.
    pub(crate) fn unexpected(&self, json: Json<'_>, expected: &str) -> Mismatch {
        let found = match json.kind() {
            JsonKind::Null => "null",
            JsonKind::Boolean => "a boolean",
            JsonKind::Number => "a number",
            JsonKind::Text => match json.text().as_deref() {
                None => "a text that is no Unicode",
                Some("") => "an empty text",
                Some(_) => "a text",
            },
            JsonKind::List => "a list",
            JsonKind::Object => "an object",
        };
        self.fault(format!("{found} where {expected} is expected"))
    }

    pub(crate) fn fault(&self, reason: impl Into<String>) -> Mismatch {
        Mismatch { path: self.path(), reason: reason.into() }
    }

    pub(crate) fn missing(&self, field: &'static str) -> Mismatch {
        self.fault_of(field, "the field is missing")
    }

    pub(crate) fn repeated(&self, field: &'static str) -> Mismatch {
        self.fault_of(field, "the field appears twice")
    }

    fn fault_of(&self, field: &'static str, reason: &str) -> Mismatch {
        let mut fault = self.fault(reason);
        push_field(&mut fault.path, field);
        fault
    }

    /// Keeps an unreadable row of a list apart from the others. The path is that of the list.
    pub(crate) fn unreadable_row(&mut self, list: &'static str, index: usize, fault: Mismatch, json: Json<'_>, extra: &mut Extra) {
        let row = Unreadable::row(list, index, fault, json);
        extra.keep_row(&row);
        self.unread.rows.push(|| row);
    }

    /// Keeps the value of an unreadable field among the unknown ones.
    pub(crate) fn unreadable_field(&mut self, name: &'static str, fault: Mismatch, json: Json<'_>, extra: &mut Extra) {
        extra.keep_unreadable(name, json.to_value());
        self.unread.fields.push(|| Unreadable::field(fault, json));
    }

    pub(crate) fn missing_list(&mut self, name: &'static str, extra: &mut Extra) {
        extra.keep_missing_list(name);
        let mut path = self.path();
        push_field(&mut path, name);
        self.unread.missing_lists.push(|| path);
    }

    /// Keeps a field that the specification does not know.
    pub fn unknown(&mut self, name: &str, json: Json<'_>, extra: &mut Extra) {
        match json.to_value() {
            Some(value) => extra.insert(name, value),
            None => {
                let mut fault = self.fault("an undocumented value that cannot be kept: too deep, too large, or no Unicode");
                push_field(&mut fault.path, &Printable::new(name).to_string());
                self.unread.fields.push(|| Unreadable::field(fault, json));
            }
        }
    }

    fn path(&self) -> String {
        let mut path = String::new();
        for step in &self.path {
            match step {
                Step::Field(name) => push_field(&mut path, name),
                // Writing to a `String` does not fail.
                Step::Item(index) => drop(write!(path, "[{index}]")),
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
