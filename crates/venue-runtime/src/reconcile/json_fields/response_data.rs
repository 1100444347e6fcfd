//! The data of a response, and the elements of its lists.

use std::borrow::Cow;
use std::fmt;

use serde_json::value::RawValue;

use super::{FieldValue, JsonFields, Text};

/// The data of a response.
#[derive(Debug)]
pub enum ResponseData<'a> {
    /// The response has no data.
    Absent,
    /// The data are an object.
    Object(JsonFields<'a>),
    /// The data are a list.
    List(Vec<ListElement<'a>>),
    /// The data are a text, a number or a boolean.
    Scalar(Scalar<'a>),
    /// The body is not a JSON object, or it contains the field with the data twice.
    Unreadable,
}

/// An element of a list.
#[derive(Clone, Debug)]
pub enum ListElement<'a> {
    /// An object.
    Object(JsonFields<'a>),
    /// A text, a number or a boolean.
    Scalar(Scalar<'a>),
    /// A list or `null`.
    Other,
}

/// A JSON text, number or boolean. `Debug` prints only the type, because the value may be a secret.
#[derive(Clone, PartialEq, Eq)]
pub enum Scalar<'a> {
    /// A boolean.
    Bool(bool),
    /// The digits of a number as they were received.
    Number(&'a str),
    /// A text.
    Text(Cow<'a, str>),
}

impl fmt::Debug for Scalar<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
        })
    }
}

impl<'a> Scalar<'a> {
    pub(super) fn of(raw: &'a RawValue) -> Option<Self> {
        match raw.get().as_bytes().first()? {
            b'"' => serde_json::from_str(raw.get()).ok().map(|Text(text)| Self::Text(text)),
            b't' | b'f' => serde_json::from_str(raw.get()).ok().map(Self::Bool),
            b'-' | b'0'..=b'9' => Some(Self::Number(raw.get())),
            _ => None,
        }
    }

    /// The text, or the digits of the number. `None` for a boolean.
    #[must_use]
    pub fn into_text(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Text(text) => Some(text),
            Self::Number(digits) => Some(Cow::Borrowed(digits)),
            Self::Bool(_) => None,
        }
    }
}

impl<'a> ResponseData<'a> {
    /// Reads the data of a response from the envelope's field `field`. `envelope` is `None` if the body of the response is not a JSON
    /// object.
    #[must_use]
    pub fn of_field(envelope: Option<&'a JsonFields<'_>>, field: &str) -> Self {
        let Some(envelope) = envelope else { return Self::Unreadable };
        match envelope.raw(field) {
            FieldValue::Absent => Self::Absent,
            FieldValue::Unreadable => Self::Unreadable,
            FieldValue::Value(raw) => Self::of(raw),
        }
    }

    fn of(raw: &'a RawValue) -> Self {
        match raw.get().as_bytes().first() {
            Some(b'{') => JsonFields::parse(raw.get()).map_or(Self::Unreadable, Self::Object),
            Some(b'[') => elements(raw).map_or(Self::Unreadable, Self::List),
            _ => Scalar::of(raw).map_or(Self::Unreadable, Self::Scalar),
        }
    }
}

impl<'a> ListElement<'a> {
    fn of(raw: &'a RawValue) -> Self {
        if raw.get().starts_with('{') {
            JsonFields::parse(raw.get()).map_or(Self::Other, Self::Object)
        } else {
            Scalar::of(raw).map_or(Self::Other, Self::Scalar)
        }
    }
}

/// The text of a body, without byte order marks at its beginning. Bytes that are not UTF-8 are replaced by U+FFFD, which no id and no
/// symbol contains.
#[must_use]
pub fn body_text(body: &[u8]) -> Cow<'_, str> {
    match str::from_utf8(body) {
        Ok(text) => Cow::Borrowed(text.trim_start_matches('\u{feff}')),
        Err(_) => Cow::Owned(String::from_utf8_lossy(body).trim_start_matches('\u{feff}').to_owned()),
    }
}

pub(super) fn elements(raw: &RawValue) -> Option<Vec<ListElement<'_>>> {
    // Reading any other value as a list would build an error.
    if !raw.get().starts_with('[') {
        return None;
    }
    let list = serde_json::from_str::<Vec<&RawValue>>(raw.get()).ok()?;
    Some(list.into_iter().map(ListElement::of).collect())
}
