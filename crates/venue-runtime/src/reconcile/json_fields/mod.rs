//! The fields of a received JSON object, including repeated fields and fields whose values have an unexpected type.
//!
//! The typed responses do not show two contradictions of a reported success. An optional field with an unreadable value is `None`, like an
//! absent field. An object that contains a field twice has only one of the two values. Both contradictions matter for the decision whether
//! an order write was executed, so the responses to order writes and lookups are read a second time, from their bytes.

mod failure;
mod response_data;

use std::borrow::Cow;
use std::fmt;

use rust_decimal::Decimal;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use venue_core::ExactDecimal;

pub use failure::is_failure_name;
pub use response_data::{ListElement, ResponseData, Scalar, body_text};

use response_data::elements;

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
    /// The value. `None` if the field is absent or unreadable.
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

impl FieldValue<Cow<'_, str>> {
    /// Copies a text that is borrowed from the response.
    #[must_use]
    pub fn into_owned(self) -> FieldValue<String> {
        self.map(Cow::into_owned)
    }
}

/// One JSON object of a response. `Debug` prints only the names of its fields, because the values may contain secrets.
#[derive(Clone, Default)]
pub struct JsonFields<'a> {
    fields: Vec<(Cow<'a, str>, Cow<'a, RawValue>)>,
}

/// Converts a typed response object back to its JSON fields.
impl JsonFields<'static> {
    /// Converts a typed object to its JSON fields. The result includes the fields whose values do not have the documented type, because the
    /// typed object keeps their JSON.
    #[must_use]
    pub fn of(typed: &impl serde::Serialize) -> Option<Self> {
        Some(JsonFields::parse(&serde_json::to_string(typed).ok()?)?.into_owned())
    }
}

impl<'a> JsonFields<'a> {
    /// Reads a JSON object. `None` if the text is not one.
    #[must_use]
    pub fn parse(json: &'a str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }

    /// Removes the fields with these names.
    #[must_use]
    pub fn without(mut self, names: &[&str]) -> Self {
        self.fields.retain(|(name, _)| !names.contains(&&**name));
        self
    }

    /// Copies the fields, so that the object outlives the text that it was read from.
    #[must_use]
    pub fn into_owned(self) -> JsonFields<'static> {
        let owned = |(name, raw): (Cow<'_, str>, Cow<'_, RawValue>)| (Cow::Owned(name.into_owned()), Cow::Owned(raw.into_owned()));
        JsonFields { fields: self.fields.into_iter().map(owned).collect() }
    }

    /// Whether the object has no field.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// Whether the object contains a field twice.
    #[must_use]
    pub fn has_duplicates(&self) -> bool {
        let mut names: Vec<&str> = self.fields.iter().map(|(name, _)| &**name).collect();
        names.sort_unstable();
        names.windows(2).any(|pair| pair[0] == pair[1])
    }

    /// Reads a text exactly as it was received. White space and letter case are kept, because an id or an enum value in another spelling is
    /// a different value.
    #[must_use]
    pub fn text(&self, name: &str) -> FieldValue<Cow<'_, str>> {
        self.raw(name).and_then(|raw| match Scalar::of(raw)? {
            Scalar::Text(text) => Some(text),
            _ => None,
        })
    }

    /// An id: a text, or the digits of an integer.
    #[must_use]
    pub fn id(&self, name: &str) -> FieldValue<Cow<'_, str>> {
        let id = self.raw(name).and_then(|raw| match Scalar::of(raw)? {
            Scalar::Text(text) => Some(text),
            Scalar::Number(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => Some(Cow::Borrowed(digits)),
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
            ExactDecimal::try_from(&*text).ok().map(|exact| exact.0)
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
    pub fn object(&self, name: &str) -> Option<JsonFields<'_>> {
        JsonFields::parse(self.raw(name).value()?.get())
    }

    /// The fields that contain a list: their names and elements.
    pub fn lists(&self) -> impl Iterator<Item = (&str, Vec<ListElement<'_>>)> {
        self.fields.iter().filter_map(|(name, raw)| Some((&**name, elements(raw)?)))
    }

    /// The fields that contain an object: their names and objects.
    pub fn objects(&self) -> impl Iterator<Item = (&str, JsonFields<'_>)> {
        let is_object = |raw: &RawValue| raw.get().starts_with('{');
        self.fields.iter().filter(move |(_, raw)| is_object(raw)).filter_map(|(name, raw)| Some((&**name, JsonFields::parse(raw.get())?)))
    }

    /// The fields that contain a text, a number or a boolean: their names and values.
    pub fn scalars(&self) -> impl Iterator<Item = (&str, Scalar<'_>)> {
        self.fields.iter().filter_map(|(name, raw)| Some((&**name, Scalar::of(raw)?)))
    }

    /// The JSON of a field. A field that the object contains twice is unreadable.
    fn raw(&self, name: &str) -> FieldValue<&RawValue> {
        let mut found = self.fields.iter().filter(|(field, _)| *field == name);
        match (found.next(), found.next()) {
            (None, _) => FieldValue::Absent,
            (Some(_), Some(_)) => FieldValue::Unreadable,
            (Some((_, raw)), None) if raw.get() == "null" => FieldValue::Absent,
            (Some((_, raw)), None) => FieldValue::Value(raw),
        }
    }
}

impl fmt::Debug for JsonFields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.fields.iter().map(|(name, _)| name)).finish()
    }
}

impl<'de> Deserialize<'de> for JsonFields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;

        impl<'de> Visitor<'de> for Fields {
            type Value = JsonFields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<JsonFields<'de>, A::Error> {
                let mut fields = Vec::new();
                while let Some((Text(name), raw)) = map.next_entry::<_, &RawValue>()? {
                    fields.push((name, Cow::Borrowed(raw)));
                }
                Ok(JsonFields { fields })
            }
        }

        deserializer.deserialize_map(Fields)
    }
}

/// A text that is borrowed from the JSON, unless it contains an escape sequence.
struct Text<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;

        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }

        deserializer.deserialize_str(TextVisitor)
    }
}

/// Whether a text can be the id of an order. Servers send `0`, `-1`, `null` or an empty text for an order that does not exist.
#[must_use]
pub fn is_order_id(id: &str) -> bool {
    let is_none = ["0", "null", "none", "undefined"].iter().any(|none| id.eq_ignore_ascii_case(none));
    let has_whitespace = || !id.bytes().all(|byte| byte.is_ascii_graphic()) && id.contains(char::is_whitespace);
    !is_none && id.starts_with(|first: char| first.is_alphanumeric() || first == '_') && !has_whitespace()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reported(json: &str) -> JsonFields<'_> {
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
        assert_eq!(row.id("i"), FieldValue::Value("007".into()));
        assert_eq!(row.id("j"), FieldValue::Value("2022543809547603968".into()));
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

    #[test]
    fn the_data_of_a_response_may_have_any_type() {
        fn check(body: &[u8], is_expected: impl FnOnce(&ResponseData<'_>) -> bool) {
            let text = body_text(body);
            let envelope = JsonFields::parse(&text);
            assert!(is_expected(&ResponseData::of_field(envelope.as_ref(), "data")), "{text}");
        }
        check(br#"{"code":0}"#, |data| matches!(data, ResponseData::Absent));
        check(br#"{"data":{}}"#, |data| matches!(data, ResponseData::Object(_)));
        check(br#"{"data":[{}]}"#, |data| matches!(data, ResponseData::List(list) if matches!(list[..], [ListElement::Object(_)])));
        check(br#"{"data":false}"#, |data| matches!(data, ResponseData::Scalar(Scalar::Bool(false))));
        check(b"\xEF\xBB\xBF{\"message\":\"\xD3\xE0\",\"data\":{}}", |data| matches!(data, ResponseData::Object(_)));
        check(b"\xEF\xBB\xBF\xEF\xBB\xBF{\"data\":{}}", |data| matches!(data, ResponseData::Object(_)));
        check(br#"{"data":{},"data":{}}"#, |data| matches!(data, ResponseData::Unreadable));
        check(b"<html>", |data| matches!(data, ResponseData::Unreadable));
    }

    #[test]
    fn names_and_texts_with_escape_sequences_are_decoded() {
        let object = reported(r#"{"sta\u0074us":"N\u0045W","id":"\ud800"}"#);
        assert_eq!(object.text("status"), FieldValue::Value("NEW".into()));
        assert_eq!(object.text("id"), FieldValue::Unreadable, "half of a surrogate pair");
        assert!(reported(r#"{"a":1,"\u0061":1}"#).has_duplicates());
        assert!(JsonFields::parse(r#"{"\ud800":1}"#).is_none());
    }

    #[test]
    fn an_element_of_a_list_that_is_no_object_and_no_scalar_is_another_value() {
        let object = reported(r#"{"list":[{},"a",7,null,[1],{"\ud800":1}],"text":"[]"}"#);
        let lists: Vec<_> = object.lists().collect();
        let [("list", elements)] = &lists[..] else { panic!("one list") };
        assert!(matches!(
            elements[..],
            [
                ListElement::Object(_),
                ListElement::Scalar(Scalar::Text(_)),
                ListElement::Scalar(Scalar::Number("7")),
                ListElement::Other,
                ListElement::Other,
                ListElement::Other
            ]
        ));
    }
}
