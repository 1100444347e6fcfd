//! A value of an open enum that its documentation does not list.

use std::fmt;
use std::hash::{Hash, Hasher};

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::extra::kind;
use crate::{Printable, redaction};

/// A value that the documentation of an enum does not list, as it came.
///
/// Only reading an answer or converting makes one, and never from a documented value: equal values are equal variants.
///
/// `Display` and `Debug` print a text on one line, with control characters escaped, at most 64 characters of it, and without secrets that the
/// server repeats; of a list or an object, only what it is. [`as_str`](Self::as_str) and serialization give the value as it came.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct UnknownValue(Scalar);

#[derive(Clone)]
enum Scalar {
    Text(Box<str>),
    /// A text that repeats a secret.
    Redacted(Box<Redacted>),
    Integer(i64),
    /// Neither a word nor a number: nothing an enum should be, and no reason to lose the answer.
    Other(Box<Value>),
}

#[derive(Clone)]
struct Redacted {
    text: Box<str>,
    printed: String,
}

/// How much of a text is printed: more than any enum's value has.
const SHOWN: usize = 64;

/// An enum's value has no run of letters and digits that is as long as this and contains a digit; keys, tokens and signatures have.
const LONG_RUN: usize = 16;

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

    /// The value, if it is a whole number.
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

/// By the value, whatever is printed of it.
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
            Scalar::Other(value) => f.write_str(kind(value)),
        }
    }
}

/// What can be an enum's value, and of everything else no more than is safe.
fn print(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    let looks_secret = |run: &str| run.len() >= LONG_RUN && run.bytes().any(|byte| byte.is_ascii_digit());
    let mut shown = String::new();
    for piece in text.split_inclusive(|character: char| !character.is_ascii_alphanumeric()) {
        let run = piece.trim_end_matches(|character: char| !character.is_ascii_alphanumeric());
        shown.push_str(if looks_secret(run) { "[redacted]" } else { run });
        shown.push_str(&piece[run.len()..]);
        if shown.chars().nth(SHOWN).is_some() {
            break;
        }
    }
    fmt::Display::fmt(&Printable::new(&shown).with_limit(SHOWN), f)
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
