//! `UnknownValue`: the value of an open enum that the specification does not list.

use std::fmt;
use std::hash::{Hash, Hasher};

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::json::value_kind;
use crate::{EscapedText, redaction};

/// The content of the variant `Unknown` of an open enum: a value that the specification does not list, as the server sent it.
///
/// Only reading a response and the conversion with `From` create an `UnknownValue`. Both return the enum's own variant for a listed value,
/// and never `Unknown`, so that two equal values are always the same variant.
///
/// `Display` and `Debug` print at most 64 characters of a text, on one line. They escape control characters and replace probable secrets by
/// `[redacted]`. If the value is a list or an object, they print only its type. [`as_str`](Self::as_str) and serialization return the value
/// as the server sent it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct UnknownValue(Scalar);

#[derive(Clone)]
enum Scalar {
    Text(Box<str>),
    /// A text that contains a secret of the request for which the response was read.
    Redacted(Box<Redacted>),
    Integer(i64),
    /// Any other JSON value. Such a value does not make the response unreadable.
    Other(Box<Value>),
}

#[derive(Clone)]
struct Redacted {
    text: Box<str>,
    printed: String,
}

/// Longer texts are cut off at this number of characters when they are printed. Every documented value of an enum is shorter.
const MAX_PRINTED: usize = 64;

/// The minimum length of a probable secret: a sequence of letters and digits is redacted if it has at least this length and contains a
/// digit. Keys, tokens and signatures contain such sequences, but the values of enums do not.
const MIN_SECRET_RUN: usize = 16;

impl UnknownValue {
    #[doc(hidden)]
    #[must_use]
    pub fn from_text(text: impl Into<Box<str>>) -> Self {
        let text = text.into();
        match redaction::redacted(&text) {
            Some(printed) => Self(Scalar::Redacted(Box::new(Redacted { text, printed }))),
            None => Self(Scalar::Text(text)),
        }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn from_integer(value: i64) -> Self {
        Self(Scalar::Integer(value))
    }

    #[doc(hidden)]
    #[must_use]
    pub fn from_other(value: Value) -> Self {
        Self(Scalar::Other(Box::new(value)))
    }

    /// The value, if it is a text.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        self.0.as_str()
    }

    /// The value, if it is an integer.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self.0 {
            Scalar::Integer(value) => Some(value),
            Scalar::Text(_) | Scalar::Redacted(_) | Scalar::Other(_) => None,
        }
    }
}

impl Scalar {
    fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Redacted(redacted) => Some(&redacted.text),
            Self::Integer(_) | Self::Other(_) => None,
        }
    }
}

/// Compares the values as the server sent them. A text that is redacted when it is printed is equal to the same text without redaction.
impl PartialEq for Scalar {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Integer(one), Self::Integer(other)) => one == other,
            (Self::Other(one), Self::Other(other)) => one == other,
            _ => self.as_str().is_some() && self.as_str() == other.as_str(),
        }
    }
}

impl Eq for Scalar {}

impl Hash for Scalar {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Self::Integer(value) => value.hash(state),
            Self::Other(value) => value.hash(state),
            Self::Text(_) | Self::Redacted(_) => self.as_str().hash(state),
        }
    }
}

impl fmt::Debug for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Scalar::Text(_) | Scalar::Redacted(_) => write!(f, "\"{self}\""),
            Scalar::Integer(_) | Scalar::Other(_) => fmt::Display::fmt(self, f),
        }
    }
}

impl fmt::Display for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Scalar::Text(text) => print(f, text),
            Scalar::Redacted(redacted) => print(f, &redacted.printed),
            Scalar::Integer(value) => value.fmt(f),
            Scalar::Other(value) => f.write_str(value_kind(value)),
        }
    }
}

/// Prints a text, with every run that looks like a key, a token or a signature redacted.
fn print(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    let looks_secret = |run: &str| run.len() >= MIN_SECRET_RUN && run.bytes().any(|byte| byte.is_ascii_digit());
    let mut redacted = String::new();
    for piece in text.split_inclusive(|character: char| !character.is_ascii_alphanumeric()) {
        let run = piece.trim_end_matches(|character: char| !character.is_ascii_alphanumeric());
        redacted.push_str(if looks_secret(run) { "[redacted]" } else { run });
        redacted.push_str(&piece[run.len()..]);
        if redacted.chars().nth(MAX_PRINTED).is_some() {
            break;
        }
    }
    fmt::Display::fmt(&EscapedText::new(&redacted).with_limit(MAX_PRINTED), f)
}

impl Serialize for UnknownValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Scalar::Text(text) => serializer.serialize_str(text),
            Scalar::Redacted(redacted) => serializer.serialize_str(&redacted.text),
            Scalar::Integer(value) => serializer.serialize_i64(*value),
            Scalar::Other(value) => value.serialize(serializer),
        }
    }
}
