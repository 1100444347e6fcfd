//! A fact: one property of one subject, at its place on the pages.

use std::fmt;

use serde::Serialize;

/// The place of a fact or of a text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// The name of the page.
    pub page: String,
    /// The anchor of the section; empty before the first heading.
    pub anchor: String,
    /// The path of the file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
}

impl Place {
    /// The page and the anchor, such as `rest-api/order#place-order`.
    pub fn section(&self) -> String {
        format!("{}#{}", self.page, self.anchor)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// The property of a subject that a fact is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Aspect {
    /// The subject exists. The value is empty.
    Listed,
    /// The HTTP method of an operation.
    Method,
    /// The path of an operation.
    Path,
    /// The permission that an operation needs.
    Permission,
    /// The credentials that an operation needs.
    Credentials,
    /// The type of a field.
    Type,
    /// Whether a parameter is required: `yes`, `no` or `conditional`.
    Required,
    /// The values of an enum or of a field, joined by ` / `.
    Values,
    /// The states of an enum that can still change.
    Open,
    /// The states of an enum that do not change any more.
    Final,
    /// The value that the server uses if a parameter is missing.
    Default,
    /// The minimum of a number, of a length or of a number of items.
    Minimum,
    /// The maximum of a number, of a length or of a number of items.
    Maximum,
    /// The documented example of a parameter, a body or a response. A JSON value is stored as its digest.
    Example,
    /// A URL of the exchange.
    Url,
    /// A number with a unit, such as `60 minutes`.
    Quantity,
    /// A code span in a text.
    Mention,
}

impl Aspect {
    /// All aspects.
    const ALL: [Self; 17] = [
        Self::Listed,
        Self::Method,
        Self::Path,
        Self::Permission,
        Self::Credentials,
        Self::Type,
        Self::Required,
        Self::Values,
        Self::Open,
        Self::Final,
        Self::Default,
        Self::Minimum,
        Self::Maximum,
        Self::Example,
        Self::Url,
        Self::Quantity,
        Self::Mention,
    ];

    /// The aspect with a name, such as `listed`.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|aspect| aspect.to_string() == name)
    }
}

impl fmt::Display for Aspect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Listed => "listed",
            Self::Method => "method",
            Self::Path => "path",
            Self::Permission => "permission",
            Self::Credentials => "credentials",
            Self::Type => "type",
            Self::Required => "required",
            Self::Values => "values",
            Self::Open => "open",
            Self::Final => "final",
            Self::Default => "default",
            Self::Minimum => "minimum",
            Self::Maximum => "maximum",
            Self::Example => "example",
            Self::Url => "url",
            Self::Quantity => "quantity",
            Self::Mention => "mention",
        })
    }
}

/// A fact of the pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// The subject, such as `GET /v1/time response timestampMs`.
    pub subject: String,
    /// The property of the subject.
    pub aspect: Aspect,
    /// The value of the property.
    pub value: String,
    /// The place on the pages.
    pub place: Place,
}

impl Fact {
    /// The fact as a line of the lock file.
    pub fn to_line(&self) -> String {
        if self.value.is_empty() {
            format!("{}: {}", self.subject, self.aspect)
        } else {
            format!("{}: {} = {}", self.subject, self.aspect, self.value)
        }
    }
}

/// The last item of a list of values that need not be complete.
pub(crate) const OPEN_LIST: &str = "…";

/// Splits a value of [`Aspect::Values`] into the single values.
pub(crate) fn split_values(values: &str) -> Vec<&str> {
    if values.is_empty() { Vec::new() } else { values.split(" / ").collect() }
}
