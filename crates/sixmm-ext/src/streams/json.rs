//! Reading of single fields from raw JSON.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use sixmm_api::{Decimal, ExactDecimal, UnixMillis};

use super::DecodeError;

/// The fields of a JSON object, in the order of the object. The values are raw JSON.
pub(super) struct Fields<'a>(Vec<(Cow<'a, str>, &'a str)>);

impl<'a> Fields<'a> {
    /// Reads an object. Fails for any other JSON value.
    pub(super) fn parse(json: &'a str) -> Result<Self, DecodeError> {
        serde_json::from_str(json).map_err(|error| DecodeError::new(format_args!("not an object: {error}")))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &'a str)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), *value))
    }

    /// The raw JSON of the first field that has one of these names and is not `null`.
    pub(super) fn get(&self, names: &[&str]) -> Option<&'a str> {
        let fields = || self.0.iter().filter(|(_, value)| *value != "null");
        names.iter().find_map(|name| fields().find(|(field, _)| field == name)).map(|(_, value)| *value)
    }

    pub(super) fn required_decimal(&self, names: &[&str]) -> Result<Decimal, DecodeError> {
        self.required(names, "a decimal", decimal)
    }

    /// `None` if there is no such field, or if its value has another type.
    pub(super) fn decimal(&self, names: &[&str]) -> Option<Decimal> {
        decimal(self.get(names)?)
    }

    pub(super) fn required_time(&self, names: &[&str]) -> Result<UnixMillis, DecodeError> {
        self.required(names, "a time in milliseconds", time)
    }

    /// `None` if there is no such field, or if its value has another type.
    pub(super) fn time(&self, names: &[&str]) -> Option<UnixMillis> {
        time(self.get(names)?)
    }

    /// A text, or the digits of a number. `None` if there is no such field, or if its value has another type.
    pub(super) fn text(&self, names: &[&str]) -> Option<String> {
        text(self.get(names)?).map(Cow::into_owned)
    }

    fn required<T>(&self, names: &[&str], expected: &str, read: impl FnOnce(&'a str) -> Option<T>) -> Result<T, DecodeError> {
        let names_of_error = || names.join("` or `");
        let json = self.get(names).ok_or_else(|| DecodeError::new(format_args!("no field `{}`", names_of_error())))?;
        read(json).ok_or_else(|| DecodeError::new(format_args!("`{}` is not {expected}", names_of_error())))
    }
}

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FieldsVisitor;

        impl<'de> Visitor<'de> for FieldsVisitor {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
                let mut fields = Vec::new();
                while let Some((Name(name), value)) = map.next_entry::<Name<'de>, &'de RawValue>()? {
                    fields.push((name, value.get()));
                }
                Ok(Fields(fields))
            }
        }

        deserializer.deserialize_map(FieldsVisitor)
    }
}

/// The name of a field, which is copied only if it contains an escape sequence.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

/// The items of a list, or the value itself if it is not a list. The items are raw JSON.
pub(super) fn items(json: &str) -> Result<Vec<&str>, DecodeError> {
    if !json.starts_with('[') {
        return Ok(vec![json]);
    }
    let items: Vec<&RawValue> = serde_json::from_str(json).map_err(DecodeError::new)?;
    Ok(items.into_iter().map(RawValue::get).collect())
}

/// The content of a JSON string, or the characters of a JSON number.
pub(super) fn text(json: &str) -> Option<Cow<'_, str>> {
    match json.as_bytes().first()? {
        b'"' => match json.strip_prefix('"')?.strip_suffix('"')? {
            content if content.contains('\\') => serde_json::from_str(json).ok().map(Cow::Owned),
            content => Some(Cow::Borrowed(content)),
        },
        b'-' | b'0'..=b'9' => Some(Cow::Borrowed(json)),
        _ => None,
    }
}

/// A decimal, as a number or as a text.
pub(super) fn decimal(json: &str) -> Option<Decimal> {
    text(json)?.parse::<ExactDecimal>().ok().map(Decimal::from)
}

/// An integer, as a number or as a text.
pub(super) fn integer<T: FromStr>(json: &str) -> Option<T> {
    text(json)?.parse().ok()
}

/// A time in milliseconds, as a number or as a text.
pub(super) fn time(json: &str) -> Option<UnixMillis> {
    integer(json).map(UnixMillis::new)
}

pub(super) fn boolean(json: &str) -> Option<bool> {
    match json {
        "true" | "\"true\"" => Some(true),
        "false" | "\"false\"" => Some(false),
        _ => None,
    }
}
