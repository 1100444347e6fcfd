//! The fields of a received JSON object, including repeated fields and fields whose values have an unexpected type.
//!
//! The typed responses do not show two contradictions of a reported success. An optional field with an unreadable value is `None`, like an
//! absent field. An object that contains a field twice has only one of the two values. Both contradictions matter for the decision whether
//! an order write was executed, so the responses to order writes and lookups are read a second time, from their bytes.

use std::collections::HashSet;
use std::fmt;

use rust_decimal::Decimal;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use venue_core::ExactDecimal;

/// The value of a field of a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldValue<T> {
    /// The field is missing or `null`. An id is also absent if it is empty or `0`.
    Absent,
    /// The field is present, but its value does not have the requested type, or the object contains the field twice.
    Unreadable,
    /// The value of the field.
    Value(T),
}

impl<T> FieldValue<T> {
    /// The value; `None` if the field is absent or unreadable.
    #[must_use]
    pub fn value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Unreadable => None,
        }
    }

    /// Converts the value.
    #[must_use]
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> FieldValue<U> {
        self.and_then(|value| Some(convert(value)))
    }

    fn and_then<U>(self, read: impl FnOnce(T) -> Option<U>) -> FieldValue<U> {
        match self {
            Self::Absent => FieldValue::Absent,
            Self::Unreadable => FieldValue::Unreadable,
            Self::Value(value) => read(value).map_or(FieldValue::Unreadable, FieldValue::Value),
        }
    }
}

/// One JSON object of a response. `Debug` prints only the names of its fields, because the values come from the network.
#[derive(Clone, Default)]
pub struct JsonFields {
    fields: Vec<(String, Box<RawValue>)>,
}

/// The data of a response.
#[derive(Debug)]
pub enum ResponseData {
    /// The response has no data.
    Absent,
    /// The data are an object.
    Object(JsonFields),
    /// The data are a list.
    List(Vec<ListElement>),
    /// The data are a text, a number or a boolean.
    Scalar(Scalar),
    /// The body is not a JSON object, or it contains the field with the data twice.
    Unreadable,
}

/// An element of a list.
#[derive(Clone, Debug)]
pub enum ListElement {
    /// An object.
    Object(JsonFields),
    /// A text, a number or a boolean.
    Scalar(Scalar),
    /// A list or `null`.
    Other,
}

/// A JSON text, number or boolean. `Debug` prints only the type, because the value comes from the network.
#[derive(Clone, PartialEq, Eq)]
pub enum Scalar {
    /// A boolean.
    Bool(bool),
    /// The digits of a number as they were received.
    Number(String),
    /// A text.
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

    /// The text, or the digits of the number. `None` for a boolean.
    #[must_use]
    pub fn into_text(self) -> Option<String> {
        match self {
            Self::Text(text) | Self::Number(text) => Some(text),
            Self::Bool(_) => None,
        }
    }
}

impl ResponseData {
    /// Reads the data of a response. `field` is the name of the envelope's field that contains the data. Bytes that are not UTF-8 are
    /// replaced by U+FFFD, which no id and no symbol contains.
    #[must_use]
    pub fn of_field(body: &[u8], field: &str) -> Self {
        let Some(envelope) = parse_body(body) else { return Self::Unreadable };
        match envelope.raw(field) {
            FieldValue::Absent => Self::Absent,
            FieldValue::Unreadable => Self::Unreadable,
            FieldValue::Value(raw) => Self::of(raw),
        }
    }

    /// A whole response as an object, without the fields that every response has.
    #[must_use]
    pub fn of_envelope(body: &[u8], without: &[&str]) -> Self {
        let Some(mut envelope) = parse_body(body) else { return Self::Unreadable };
        envelope.fields.retain(|(name, _)| !without.contains(&name.as_str()));
        Self::Object(envelope)
    }

    fn of(raw: &RawValue) -> Self {
        match raw.get().as_bytes().first() {
            Some(b'{') => JsonFields::parse(raw.get()).map_or(Self::Unreadable, Self::Object),
            Some(b'[') => elements(raw).map_or(Self::Unreadable, Self::List),
            _ => Scalar::of(raw).map_or(Self::Unreadable, Self::Scalar),
        }
    }
}

/// A body that may begin with a byte order mark.
fn parse_body(body: &[u8]) -> Option<JsonFields> {
    JsonFields::parse(String::from_utf8_lossy(body).trim_start_matches('\u{feff}'))
}

impl JsonFields {
    /// Reads a JSON object. `None` if the text is not one.
    #[must_use]
    pub fn parse(json: &str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }

    /// The fields of an object that was read as a typed response. The result includes fields whose values do not have the documented type,
    /// because the typed object keeps their JSON.
    #[must_use]
    pub fn of(typed: &impl serde::Serialize) -> Option<Self> {
        Self::parse(&serde_json::to_string(typed).ok()?)
    }

    /// Whether the object has no field.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// Whether the object contains a field twice.
    #[must_use]
    pub fn has_duplicates(&self) -> bool {
        let mut names = HashSet::with_capacity(self.fields.len());
        !self.fields.iter().all(|(name, _)| names.insert(name.as_str()))
    }

    /// Reads a text. White space and letter case are not changed, because an id or an enum value in another spelling is a different value.
    #[must_use]
    pub fn text(&self, name: &str) -> FieldValue<String> {
        self.raw(name).and_then(|raw| match Scalar::of(raw)? {
            Scalar::Text(text) => Some(text),
            _ => None,
        })
    }

    /// An id: a text, or the digits of an integer.
    #[must_use]
    pub fn id(&self, name: &str) -> FieldValue<String> {
        let id = self.raw(name).and_then(|raw| match Scalar::of(raw)? {
            Scalar::Text(text) => Some(text),
            Scalar::Number(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => Some(digits),
            _ => None,
        });
        match id {
            FieldValue::Value(id) if !is_order_id(&id) => FieldValue::Absent,
            id => id,
        }
    }

    /// Reads a decimal exactly, from the digits of a text or of a number. A value with an exponent is unreadable.
    #[must_use]
    pub fn decimal(&self, name: &str) -> FieldValue<Decimal> {
        self.raw(name).and_then(|raw| {
            let text = Scalar::of(raw)?.into_text()?;
            if !text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'.')) {
                return None;
            }
            ExactDecimal::try_from(text.as_str()).ok().map(|exact| exact.0)
        })
    }

    /// An integer, in quotes or without.
    #[must_use]
    pub fn integer(&self, name: &str) -> FieldValue<i64> {
        self.decimal(name).and_then(|value| i64::try_from(value).ok().filter(|integer| Decimal::from(*integer) == value))
    }

    /// A boolean.
    #[must_use]
    pub fn boolean(&self, name: &str) -> FieldValue<bool> {
        self.raw(name).and_then(|raw| match Scalar::of(raw)? {
            Scalar::Bool(value) => Some(value),
            _ => None,
        })
    }

    /// The object in this field. `None` if the field does not contain an object.
    #[must_use]
    pub fn object(&self, name: &str) -> Option<Self> {
        Self::parse(self.raw(name).value()?.get())
    }

    /// The fields that contain a list: their names and elements.
    pub fn lists(&self) -> impl Iterator<Item = (&str, Vec<ListElement>)> {
        self.fields.iter().filter_map(|(name, raw)| Some((name.as_str(), elements(raw)?)))
    }

    /// The fields that contain an object: their names and objects.
    pub fn objects(&self) -> impl Iterator<Item = (&str, Self)> {
        let is_object = |raw: &RawValue| raw.get().starts_with('{');
        self.fields.iter().filter(move |(_, raw)| is_object(raw)).filter_map(|(name, raw)| Some((name.as_str(), Self::parse(raw.get())?)))
    }

    /// The fields that contain a text, a number or a boolean: their names and values.
    pub fn scalars(&self) -> impl Iterator<Item = (&str, Scalar)> {
        self.fields.iter().filter_map(|(name, raw)| Some((name.as_str(), Scalar::of(raw)?)))
    }

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
                "code" => self.integer("code") != FieldValue::Value(0) && raw.get() != "null",
                "successcount" => is_zero(raw),
                code if code.ends_with("code") => !is_empty(raw),
                _ => is_failure_name(&name) && !is_empty(raw),
            }
        })
    }

    /// The JSON of a field. A field that the object contains twice is unreadable.
    fn raw(&self, name: &str) -> FieldValue<&RawValue> {
        let mut found = self.fields.iter().filter(|(field, _)| field == name);
        match (found.next(), found.next()) {
            (None, _) => FieldValue::Absent,
            (Some(_), Some(_)) => FieldValue::Unreadable,
            (Some((_, raw)), None) if raw.get() == "null" => FieldValue::Absent,
            (Some((_, raw)), None) => FieldValue::Value(raw),
        }
    }
}

impl fmt::Debug for JsonFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.fields.iter().map(|(name, _)| name)).finish()
    }
}

impl<'de> Deserialize<'de> for JsonFields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;

        impl<'de> Visitor<'de> for Fields {
            type Value = JsonFields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<JsonFields, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(JsonFields { fields })
            }
        }

        deserializer.deserialize_map(Fields)
    }
}

/// Whether a text can be the id of an order. Servers send `0`, `-1`, `null` or an empty text for an order that does not exist.
#[must_use]
pub fn is_order_id(id: &str) -> bool {
    let is_none = matches!(id.to_ascii_lowercase().as_str(), "0" | "null" | "none" | "undefined");
    !is_none && id.starts_with(|first: char| first.is_alphanumeric() || first == '_') && !id.contains(char::is_whitespace)
}

/// Whether a field of this name contains failures, such as `failedCount`, `fails`, `errorMessage` or `rejected`.
#[must_use]
pub fn is_failure_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("err") || ["fail", "error", "reject"].iter().any(|word| name.contains(word))
}

fn elements(raw: &RawValue) -> Option<Vec<ListElement>> {
    let list: Vec<Box<RawValue>> = serde_json::from_str(raw.get()).ok()?;
    let element = |raw: Box<RawValue>| match JsonFields::parse(raw.get()) {
        Some(object) => ListElement::Object(object),
        None => Scalar::of(&raw).map_or(ListElement::Other, ListElement::Scalar),
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

    fn reported(json: &str) -> JsonFields {
        JsonFields::parse(json).expect("a JSON object")
    }

    #[test]
    fn a_field_is_absent_unreadable_or_a_value() {
        let row = reported(r#"{"a":"1.50","b":null,"c":"","d":1.5,"e":1e3,"f":"x","g":1,"g":2,"h":0,"i":"007","j":2022543809547603968}"#);
        let price = |name| row.decimal(name);
        assert_eq!(price("a"), FieldValue::Value(Decimal::new(150, 2)));
        assert_eq!(price("b"), FieldValue::Absent);
        assert_eq!(price("missing"), FieldValue::Absent);
        assert_eq!(price("c"), FieldValue::Unreadable);
        assert_eq!(price("d"), FieldValue::Value(Decimal::new(15, 1)));
        assert_eq!(price("e"), FieldValue::Unreadable);
        assert_eq!(price("f"), FieldValue::Unreadable);
        assert_eq!(price("g"), FieldValue::Unreadable, "a field that occurs twice");
        assert_eq!((row.id("h"), row.id("c")), (FieldValue::Absent, FieldValue::Absent), "`0` and an empty text are not ids");
        assert_eq!(row.id("i"), FieldValue::Value("007".to_owned()));
        assert_eq!(row.id("j"), FieldValue::Value("2022543809547603968".to_owned()));
        assert!(row.has_duplicates());
        assert!(!format!("{row:?}").contains("1.50"), "values are not printed");
    }

    #[test]
    fn every_spelling_of_a_failure_is_recognised() {
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

    fn data(body: &[u8]) -> ResponseData {
        ResponseData::of_field(body, "data")
    }

    #[test]
    fn the_data_of_a_response_may_have_any_type() {
        assert!(matches!(data(br#"{"code":0}"#), ResponseData::Absent));
        assert!(matches!(data(br#"{"data":{}}"#), ResponseData::Object(_)));
        assert!(matches!(data(br#"{"data":[{}]}"#), ResponseData::List(list) if matches!(list[..], [ListElement::Object(_)])));
        assert!(matches!(data(br#"{"data":false}"#), ResponseData::Scalar(Scalar::Bool(false))));
        assert!(matches!(data(b"\xEF\xBB\xBF{\"message\":\"\xD3\xE0\",\"data\":{}}"), ResponseData::Object(_)));
        assert!(matches!(data(br#"{"data":{},"data":{}}"#), ResponseData::Unreadable));
        assert!(matches!(data(b"<html>"), ResponseData::Unreadable));
    }
}
