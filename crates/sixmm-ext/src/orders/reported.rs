//! What an answer reports about an order: the fields of a JSON object, exactly as they came.
//!
//! The typed answers forget two things that decide here: a field that is present but unreadable is not an absent one, and an object that
//! names a field twice contradicts itself. So the answers to order writes are read a second time, from their bytes.

use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use sixmm_api::{Decimal, ExactDecimal};

/// A field of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Field<T> {
    /// The field is missing or `null`; an id is also absent if it is empty or `0`.
    Absent,
    /// The field is present, but not of its type, or it occurs twice.
    Unreadable,
    /// The field's value.
    Value(T),
}

impl<T> Field<T> {
    pub(super) fn value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Unreadable => None,
        }
    }

    pub(super) fn map<U>(self, map: impl FnOnce(T) -> U) -> Field<U> {
        self.and_then(|value| Some(map(value)))
    }

    fn and_then<U>(self, read: impl FnOnce(T) -> Option<U>) -> Field<U> {
        match self {
            Self::Absent => Field::Absent,
            Self::Unreadable => Field::Unreadable,
            Self::Value(value) => read(value).map_or(Field::Unreadable, Field::Value),
        }
    }
}

/// One JSON object of an answer. `Debug` prints the names of its fields only: the values come from the network.
#[derive(Clone, Default)]
pub(super) struct Reported {
    fields: Vec<(String, Box<RawValue>)>,
}

/// The `data` of an answer.
#[derive(Debug)]
pub(super) enum Data {
    Absent,
    Object(Reported),
    List(Vec<Element>),
    Scalar(Scalar),
    /// The body is no JSON object, or it names `data` twice.
    Unreadable,
}

/// An element of a list.
#[derive(Clone, Debug)]
pub(super) enum Element {
    Object(Reported),
    Scalar(Scalar),
    Other,
}

/// A JSON value that contains no other.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Scalar {
    Bool(bool),
    /// The digits of a number as they came.
    Number(String),
    Text(String),
}

impl fmt::Debug for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
        })
    }
}

impl Scalar {
    fn of(raw: &RawValue) -> Option<Self> {
        match raw.get().as_bytes().first()? {
            b'"' => serde_json::from_str(raw.get()).ok().map(Self::Text),
            b't' | b'f' => serde_json::from_str(raw.get()).ok().map(Self::Bool),
            b'-' | b'0'..=b'9' => Some(Self::Number(raw.get().to_owned())),
            _ => None,
        }
    }

    /// A text, or the digits of a number.
    pub(super) fn into_text(self) -> Option<String> {
        match self {
            Self::Text(text) | Self::Number(text) => Some(text),
            Self::Bool(_) => None,
        }
    }
}

impl Data {
    /// The `data` of a whole answer. Bytes that are not UTF-8 are replaced: a text with such bytes equals no id and no symbol.
    pub(super) fn of_body(body: &[u8]) -> Self {
        let text = String::from_utf8_lossy(body);
        let Some(envelope) = Reported::parse(text.trim_start_matches('\u{feff}')) else { return Self::Unreadable };
        match envelope.raw("data") {
            Field::Absent => Self::Absent,
            Field::Unreadable => Self::Unreadable,
            Field::Value(raw) => Self::of(raw),
        }
    }

    /// A whole answer as an object, without the fields that every envelope has.
    pub(super) fn of_envelope(body: &[u8]) -> Self {
        let text = String::from_utf8_lossy(body);
        let Some(mut envelope) = Reported::parse(text.trim_start_matches('\u{feff}')) else { return Self::Unreadable };
        envelope.fields.retain(|(name, _)| !matches!(name.as_str(), "code" | "message" | "requestId"));
        Self::Object(envelope)
    }

    fn of(raw: &RawValue) -> Self {
        match raw.get().as_bytes().first() {
            Some(b'{') => Reported::parse(raw.get()).map_or(Self::Unreadable, Self::Object),
            Some(b'[') => elements(raw).map_or(Self::Unreadable, Self::List),
            _ => Scalar::of(raw).map_or(Self::Unreadable, Self::Scalar),
        }
    }
}

impl Reported {
    /// Reads a JSON object; `None` if the text is none.
    pub(super) fn parse(json: &str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }

    /// The fields of a typed object, among them those that did not have their documented type.
    pub(super) fn of(typed: &impl serde::Serialize) -> Option<Self> {
        Self::parse(&serde_json::to_string(typed).ok()?)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// Whether a field occurs twice.
    pub(super) fn has_duplicates(&self) -> bool {
        let mut names = HashSet::with_capacity(self.fields.len());
        !self.fields.iter().all(|(name, _)| names.insert(name.as_str()))
    }

    /// A text. An id or enum value in another spelling is another value, so nothing is trimmed or folded.
    pub(super) fn text(&self, name: &str) -> Field<String> {
        self.raw(name).and_then(|raw| match Scalar::of(raw)? {
            Scalar::Text(text) => Some(text),
            _ => None,
        })
    }

    /// An id: a text, or the digits of an integer.
    pub(super) fn id(&self, name: &str) -> Field<String> {
        let id = self.raw(name).and_then(|raw| match Scalar::of(raw)? {
            Scalar::Text(text) => Some(text),
            Scalar::Number(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => Some(digits),
            _ => None,
        });
        match id {
            Field::Value(id) if !names_an_order(&id) => Field::Absent,
            id => id,
        }
    }

    /// A decimal: a text, or a number whose digits are read exactly. An exponent is refused.
    pub(super) fn decimal(&self, name: &str) -> Field<Decimal> {
        self.raw(name).and_then(|raw| {
            let text = Scalar::of(raw)?.into_text()?;
            if !text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'.')) {
                return None;
            }
            ExactDecimal::try_from(text.as_str()).ok().map(|exact| exact.0)
        })
    }

    /// An integer, quoted or not.
    pub(super) fn integer(&self, name: &str) -> Field<i64> {
        self.decimal(name).and_then(|value| i64::try_from(value).ok().filter(|integer| Decimal::from(*integer) == value))
    }

    pub(super) fn boolean(&self, name: &str) -> Field<bool> {
        self.raw(name).and_then(|raw| match Scalar::of(raw)? {
            Scalar::Bool(value) => Some(value),
            _ => None,
        })
    }

    /// An object among the fields.
    pub(super) fn object(&self, name: &str) -> Option<Self> {
        Self::parse(self.raw(name).value()?.get())
    }

    /// The lists among the fields, with their names.
    pub(super) fn lists(&self) -> impl Iterator<Item = (&str, Vec<Element>)> {
        self.fields.iter().filter_map(|(name, raw)| Some((name.as_str(), elements(raw)?)))
    }

    /// The objects among the fields, with their names.
    pub(super) fn objects(&self) -> impl Iterator<Item = (&str, Self)> {
        let is_object = |raw: &RawValue| raw.get().starts_with('{');
        self.fields.iter().filter(move |(_, raw)| is_object(raw)).filter_map(|(name, raw)| Some((name.as_str(), Self::parse(raw.get())?)))
    }

    /// The scalars among the fields, with their names.
    pub(super) fn scalars(&self) -> impl Iterator<Item = (&str, Scalar)> {
        self.fields.iter().filter_map(|(name, raw)| Some((name.as_str(), Scalar::of(raw)?)))
    }

    /// Whether a field of the object says that something failed: `success` is not `true`, `code` is not 0, a count of failures is not 0, a
    /// list of failures is not empty, an error has a text.
    pub(super) fn reports_failure(&self) -> bool {
        self.reports_failure_in(|_, _| true)
    }

    /// The same for a batch, whose counts and lists are about its items.
    pub(super) fn reports_failure_of_all(&self) -> bool {
        self.reports_failure_in(|name, raw| !matches!(name, "successcount" | "failedcount") && !raw.get().starts_with('['))
    }

    fn reports_failure_in(&self, is_read: impl Fn(&str, &RawValue) -> bool) -> bool {
        self.fields.iter().any(|(name, raw)| {
            let name = name.to_ascii_lowercase();
            if !is_read(&name, raw) {
                return false;
            }
            match name.as_str() {
                "success" | "ok" => raw.get() != "true" && raw.get() != "null",
                "code" => self.integer("code") != Field::Value(0) && raw.get() != "null",
                "successcount" => is_zero(raw),
                code if code.ends_with("code") => !is_empty(raw),
                _ => names_a_failure(&name) && !is_empty(raw),
            }
        })
    }

    /// The field as it came. A field that occurs twice is unreadable.
    fn raw(&self, name: &str) -> Field<&RawValue> {
        let mut found = self.fields.iter().filter(|(field, _)| field == name);
        match (found.next(), found.next()) {
            (None, _) => Field::Absent,
            (Some(_), Some(_)) => Field::Unreadable,
            (Some((_, raw)), None) if raw.get() == "null" => Field::Absent,
            (Some((_, raw)), None) => Field::Value(raw),
        }
    }
}

impl fmt::Debug for Reported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.fields.iter().map(|(name, _)| name)).finish()
    }
}

impl<'de> Deserialize<'de> for Reported {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;

        impl<'de> Visitor<'de> for Fields {
            type Value = Reported;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Reported, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Reported { fields })
            }
        }

        deserializer.deserialize_map(Fields)
    }
}

/// Whether an id names an order. The vendor sends `0` for "none" in other places; other servers send `-1` or `null`.
pub(super) fn names_an_order(id: &str) -> bool {
    let is_none = matches!(id.to_ascii_lowercase().as_str(), "0" | "null" | "none" | "undefined");
    !is_none && id.starts_with(|first: char| first.is_alphanumeric() || first == '_') && !id.contains(char::is_whitespace)
}

/// Whether a field or a list of this name holds failures: `failedCount`, `fails`, `errorMessage`, `rejected` …
pub(super) fn names_a_failure(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("err") || ["fail", "error", "reject"].iter().any(|word| name.contains(word))
}

fn elements(raw: &RawValue) -> Option<Vec<Element>> {
    let list: Vec<Box<RawValue>> = serde_json::from_str(raw.get()).ok()?;
    let element = |raw: Box<RawValue>| match Reported::parse(raw.get()) {
        Some(object) => Element::Object(object),
        None => Scalar::of(&raw).map_or(Element::Other, Element::Scalar),
    };
    Some(list.into_iter().map(element).collect())
}

fn is_empty(raw: &RawValue) -> bool {
    matches!(raw.get(), "null" | "false" | "\"\"" | "[]" | "{}") || is_zero(raw)
}

fn is_zero(raw: &RawValue) -> bool {
    matches!(raw.get(), "0" | "\"0\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reported(json: &str) -> Reported {
        Reported::parse(json).expect("a JSON object")
    }

    #[test]
    fn a_field_is_absent_unreadable_or_a_value() {
        let row = reported(r#"{"a":"1.50","b":null,"c":"","d":1.5,"e":1e3,"f":"x","g":1,"g":2,"h":0,"i":"007","j":2022543809547603968}"#);
        let price = |name| row.decimal(name);
        assert_eq!(price("a"), Field::Value(Decimal::new(150, 2)));
        assert_eq!(price("b"), Field::Absent);
        assert_eq!(price("missing"), Field::Absent);
        assert_eq!(price("c"), Field::Unreadable);
        assert_eq!(price("d"), Field::Value(Decimal::new(15, 1)));
        assert_eq!(price("e"), Field::Unreadable);
        assert_eq!(price("f"), Field::Unreadable);
        assert_eq!(price("g"), Field::Unreadable, "a field that occurs twice");
        assert_eq!((row.id("h"), row.id("c")), (Field::Absent, Field::Absent), "`0` and an empty text are no ids");
        assert_eq!(row.id("i"), Field::Value("007".to_owned()));
        assert_eq!(row.id("j"), Field::Value("2022543809547603968".to_owned()));
        assert!(row.has_duplicates());
        assert!(!format!("{row:?}").contains("1.50"), "values are not printed");
    }

    #[test]
    fn every_way_to_report_a_failure_is_recognised() {
        for failure in [
            r#"{"success":false}"#,
            r#"{"success":"true"}"#,
            r#"{"code":3001}"#,
            r#"{"code":"x"}"#,
            r#"{"failedCount":1}"#,
            r#"{"successCount":0}"#,
            r#"{"fails":[{"orderId":"B"}]}"#,
            r#"{"error":"gone"}"#,
            r#"{"rejectReason":"no"}"#,
            r#"{"errCode":7}"#,
        ] {
            assert!(reported(failure).reports_failure(), "{failure}");
        }
        for success in [
            r#"{"success":true,"code":0,"failedCount":0,"successCount":1,"fails":[],"error":"","errorCode":null}"#,
            r#"{"code":"0","failedCount":"0"}"#,
            r#"{"orderId":"7","status":"NEW"}"#,
        ] {
            assert!(!reported(success).reports_failure(), "{success}");
        }
    }

    #[test]
    fn the_data_of_an_answer_may_have_any_shape() {
        assert!(matches!(Data::of_body(br#"{"code":0}"#), Data::Absent));
        assert!(matches!(Data::of_body(br#"{"data":{}}"#), Data::Object(_)));
        assert!(matches!(Data::of_body(br#"{"data":[{}]}"#), Data::List(list) if matches!(list[..], [Element::Object(_)])));
        assert!(matches!(Data::of_body(br#"{"data":false}"#), Data::Scalar(Scalar::Bool(false))));
        assert!(matches!(Data::of_body(b"\xEF\xBB\xBF{\"message\":\"\xD3\xE0\",\"data\":{}}"), Data::Object(_)));
        assert!(matches!(Data::of_body(br#"{"data":{},"data":{}}"#), Data::Unreadable));
        assert!(matches!(Data::of_body(b"<html>"), Data::Unreadable));
    }
}
