//! The lenient reader: reads values in any exact spelling, such as a quoted integer, an integer with a fraction of zeros, or a decimal as a
//! JSON number.
//!
//! The client uses the lenient reader only if the strict reader (serde) has failed, because the lenient reader is slower. If the strict
//! reader accepts a value, both readers return the same result.

#![expect(missing_docs, reason = "public only for the macros, and hidden")]

use rust_decimal::Decimal;

use super::json::{Json, JsonKind};
use super::read_context::ReadContext;
use super::scalar::FromScalar;
use super::unreadable::Mismatch;
use super::{ExactDecimal, Secret, Undocumented, UnixMillis, UnixSeconds, parse_number};

/// A type that the lenient reader can read.
pub trait FromJson: Sized {
    /// Whether `null` is a value of this type. If not, a response whose data is `null` is a response without data.
    const ACCEPTS_NULL: bool = false;

    /// The names in JSON of the documented fields. Empty for a type that is not an object.
    const FIELDS: &'static [&'static str] = &[];

    fn from_json(json: Json<'_>, context: &mut ReadContext) -> Result<Self, Mismatch>;
}

macro_rules! integers {
    ($($integer:ty),+) => { $(
        /// Accepts a number or a number in quotes. The number may have a fraction of zeros (`5.0`), but no exponent.
        impl FromJson for $integer {
            fn from_json(json: Json<'_>, context: &mut ReadContext) -> Result<Self, Mismatch> {
                let expected = concat!("an integer (", stringify!($integer), ")");
                digits(json).and_then(|digits| parse_number::parse_integer(&digits)).ok_or_else(|| context.unexpected(json, expected))
            }
        }
    )+ };
}

integers!(i32, i64, u32, u64);

/// The characters of a number, with or without quotes.
fn digits(json: Json<'_>) -> Option<std::borrow::Cow<'_, str>> {
    json.number().map(Into::into).or_else(|| json.text())
}

/// Accepts `true` and `false`, with or without quotes.
impl FromJson for bool {
    fn from_json(json: Json<'_>, context: &mut ReadContext) -> Result<Self, Mismatch> {
        let quoted = || json.text().and_then(|text| text.parse().ok());
        json.boolean().or_else(quoted).ok_or_else(|| context.unexpected(json, "a boolean"))
    }
}

impl FromJson for String {
    fn from_json(json: Json<'_>, context: &mut ReadContext) -> Result<Self, Mismatch> {
        json.text().map(Self::from).ok_or_else(|| context.unexpected(json, "a text"))
    }
}

impl FromJson for ExactDecimal {
    fn from_json(json: Json<'_>, context: &mut ReadContext) -> Result<Self, Mismatch> {
        let exact: Option<Decimal> = digits(json).and_then(|digits| parse_number::parse_plain_decimal(&digits));
        exact.map(Self).ok_or_else(|| context.unexpected(json, "a decimal of at most 28 digits"))
    }
}

impl FromJson for Secret {
    fn from_json(json: Json<'_>, context: &mut ReadContext) -> Result<Self, Mismatch> {
        json.text().map(|text| Self::from(&*text)).ok_or_else(|| context.unexpected(json, "a secret text"))
    }
}

impl FromJson for UnixMillis {
    fn from_json(json: Json<'_>, context: &mut ReadContext) -> Result<Self, Mismatch> {
        i64::from_json(json, context).map(Self::new)
    }
}

impl FromJson for UnixSeconds {
    fn from_json(json: Json<'_>, context: &mut ReadContext) -> Result<Self, Mismatch> {
        i64::from_json(json, context).map(Self::new)
    }
}

impl FromJson for Undocumented {
    fn from_json(json: Json<'_>, context: &mut ReadContext) -> Result<Self, Mismatch> {
        json.to_value().map(Self::from).ok_or_else(|| context.unexpected(json, "a value that is neither too deep nor too large"))
    }
}

/// Reads a list inside of a list, or a list inside of a field that is not declared as a list. If one item cannot be read, reading the list
/// fails.
impl<T: FromJson> FromJson for Vec<T> {
    fn from_json(json: Json<'_>, context: &mut ReadContext) -> Result<Self, Mismatch> {
        match json.kind() {
            JsonKind::List => {
                json.items().enumerate().map(|(index, item)| context.in_item(index, |context| T::from_json(item, context))).collect()
            }
            _ => Err(context.unexpected(json, "a list")),
        }
    }
}

/// Parses an integer, with or without a fraction of zeros.
pub fn integer(text: &str) -> Option<i64> {
    parse_number::parse_integer(text)
}

/// Reads an id from a text or from the digits of an integer.
pub fn id_from_json(json: Json<'_>, context: &mut ReadContext) -> Result<String, Mismatch> {
    let digits = || json.number().filter(|digits| is_integer(digits)).map(str::to_owned);
    json.text().map(String::from).or_else(digits).ok_or_else(|| context.unexpected(json, "an id"))
}

fn is_integer(digits: &str) -> bool {
    digits != "-0" && digits.strip_prefix('-').unwrap_or(digits).bytes().all(|byte| byte.is_ascii_digit())
}

/// Reads a value of an open enum: any JSON value except for a text with invalid Unicode.
pub fn scalar_from_json<T: FromScalar>(json: Json<'_>, context: &mut ReadContext) -> Result<T, Mismatch> {
    match json.kind() {
        JsonKind::Text => match json.text() {
            Some(text) => Ok(T::from_text(&text)),
            None => Err(context.unexpected(json, "a text")),
        },
        _ => match json.number().and_then(parse_number::parse_integer) {
            Some(integer) => Ok(T::from_integer(integer)),
            None => json.to_value().map(T::from_other).ok_or_else(|| context.unexpected(json, "a text or an integer")),
        },
    }
}
