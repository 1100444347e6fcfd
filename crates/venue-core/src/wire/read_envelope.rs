//! Reading an envelope: strictly by serde, or leniently.

#![expect(missing_docs, reason = "public only for the macros, and hidden")]

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::field::with_path;
use super::field_name::FieldName;
use super::from_json::FromJson;
use super::json::{Json, JsonKind};
use super::read_context::ReadContext;
use super::scalar::{FromScalar, read_scalar};
use super::unreadable::Mismatch;
use super::{Extra, parse_number};
use crate::{ReadError, Reading};

/// The code of the envelope. Some exchanges send an integer, others send a string with the digits of an integer. Both are accepted.
struct Code(i64);

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code: Option<i64> = read_scalar::<MaybeCode, D>(deserializer)?.0;
        code.map(Self).ok_or_else(|| D::Error::custom("a code that is not a number"))
    }
}

struct MaybeCode(Option<i64>);

impl FromScalar for MaybeCode {
    fn from_text(text: &str) -> Self {
        Self(parse_number::parse_integer(text))
    }

    fn from_integer(value: i64) -> Self {
        Self(Some(value))
    }

    fn from_other(_: Value) -> Self {
        Self(None)
    }
}

/// The parts of an envelope that has been read.
pub struct EnvelopeParts<T> {
    pub code: i64,
    pub message: Option<String>,
    pub data: Option<T>,
    pub request_id: Option<String>,
    pub extra: Extra,
}

/// Reads an envelope with the strict reader, which fails at a value that is not spelled as documented. `names` contains the field names of
/// the code, the message, the data and the request id, in this order.
///
/// A repeated code or data field is an error, because the second value could turn a failure into a success or replace the data.
pub fn deserialize_envelope<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
    names: [&'static str; 4],
) -> Result<EnvelopeParts<T>, D::Error> {
    struct Parts<T>([&'static str; 4], PhantomData<T>);

    impl<'de, T: Deserialize<'de>> Visitor<'de> for Parts<T> {
        type Value = EnvelopeParts<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("the API's envelope")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let [code_name, message_name, data_name, request_id_name] = self.0;
            let (mut code, mut has_data) = (None, false);
            let mut parts = EnvelopeParts { code: 0, message: None, data: None, request_id: None, extra: Extra::new() };
            while let Some(key) = map.next_key::<FieldName<'de>>()? {
                let name = key.as_str();
                if name == code_name {
                    if code.is_some() {
                        return Err(A::Error::duplicate_field(code_name));
                    }
                    let Code(value) = map.next_value().map_err(|error| with_path(code_name, &error))?;
                    code = Some(value);
                } else if name == data_name {
                    if std::mem::replace(&mut has_data, true) {
                        return Err(A::Error::duplicate_field(data_name));
                    }
                    parts.data = map.next_value().map_err(|error| with_path(data_name, &error))?;
                } else if name == message_name {
                    parts.message = text(message_name, &mut map, &mut parts.extra)?;
                } else if name == request_id_name {
                    parts.request_id = text(request_id_name, &mut map, &mut parts.extra)?;
                } else {
                    let name = name.to_owned();
                    parts.extra.insert(name, map.next_value()?);
                }
            }
            parts.code = code.ok_or_else(|| A::Error::missing_field(code_name))?;
            Ok(parts)
        }
    }

    deserializer.deserialize_map(Parts(names, PhantomData))
}

/// Reads the message or the request id of an envelope. A value that is not a string is kept in `extra`, so that the rest of the response
/// can still be read.
fn text<'de, A: MapAccess<'de>>(name: &'static str, map: &mut A, extra: &mut Extra) -> Result<Option<String>, A::Error> {
    Ok(match map.next_value()? {
        Value::String(text) => Some(text),
        Value::Null => None,
        other => {
            extra.insert(name, other);
            None
        }
    })
}

/// Reads an envelope with the lenient reader, which accepts any exact spelling and records the values that it cannot read.
///
/// The data is read only if `success` contains the code. A response with any other code is therefore always reported as an error of the
/// exchange, even if its data is invalid.
pub fn read_envelope<T: FromJson>(body: &[u8], names: [&'static str; 4], success: &[i64]) -> Result<Reading<EnvelopeParts<T>>, ReadError> {
    let mut context = ReadContext::default();
    let envelope = Json::document(body).map_err(|error| ReadError::not_json(error.offset))?;
    let (mut parts, data) = read_head(envelope, names, &mut context).map_err(|mismatch| ReadError::envelope(&mismatch))?;
    if let Some(data) = data.filter(|data| success.contains(&parts.code) && (T::ACCEPTS_NULL || !data.is_null())) {
        let [.., data_name, _] = names;
        match context.in_field(data_name, |context| T::from_json(data, context)) {
            Ok(data) => parts.data = Some(data),
            Err(mismatch) => return Err(ReadError::data(&mismatch, parts.request_id)),
        }
    }
    Ok(Reading::new(parts, context.into_unreadable_parts()))
}

/// Reads all fields but the data, and returns the data as JSON.
fn read_head<'a, T>(
    envelope: Json<'a>,
    [code_name, message_name, data_name, request_id_name]: [&'static str; 4],
    context: &mut ReadContext,
) -> Result<(EnvelopeParts<T>, Option<Json<'a>>), Mismatch> {
    if envelope.kind() != JsonKind::Object {
        return Err(context.unexpected(envelope, "an object"));
    }
    let (mut code, mut data) = (None, None);
    let mut parts = EnvelopeParts { code: 0, message: None, data: None, request_id: None, extra: Extra::new() };
    for (name, value) in envelope.fields() {
        if name == code_name {
            if code.replace(value).is_some() {
                return Err(context.repeated(code_name));
            }
        } else if name == data_name {
            if data.replace(value).is_some() {
                return Err(context.repeated(data_name));
            }
        } else if name == message_name {
            parts.message = lossy_text(&name, value, context, &mut parts.extra);
        } else if name == request_id_name {
            parts.request_id = lossy_text(&name, value, context, &mut parts.extra);
        } else {
            context.undocumented_field(&name, value, &mut parts.extra);
        }
    }
    let code = code.ok_or_else(|| context.missing(code_name))?;
    parts.code = context.in_field(code_name, |context| i64::from_json(code, context))?;
    Ok((parts, data))
}

/// Reads the message or the request id of an envelope. Both are only displayed, so invalid Unicode is replaced instead of rejected.
fn lossy_text(name: &str, json: Json<'_>, context: &mut ReadContext, extra: &mut Extra) -> Option<String> {
    match json.lossy_text() {
        Some(text) => Some(text.into_owned()),
        None if json.is_null() => None,
        None => {
            context.undocumented_field(name, json, extra);
            None
        }
    }
}
