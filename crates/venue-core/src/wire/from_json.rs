//! Values in any exact spelling: a quoted integer, an integer with a fraction of zeros, a decimal as a JSON number.
//!
//! This is the slow path, which is taken when serde could not read a response. What serde reads, this reads as the same value.

#![expect(missing_docs, reason = "public for the macros only, and hidden")]

use rust_decimal::Decimal;

use super::context::ReadContext;
use super::json::{Json, JsonKind};
use super::open_enum::FromScalar;
use super::unread::Mismatch;
use super::{ExactDecimal, Secret, Undocumented, UnixMillis, UnixSeconds, number};

/// A type that can be read from JSON in any exact spelling.
pub trait FromJson: Sized {
    fn from_json(json: Json<'_>, context: &mut ReadContext) -> Result<Self, Mismatch>;
}

macro_rules! integers {
    ($($integer:ty),+) => { $(
        /// A number, or the same digits in quotes; a fraction of zeros is read, an exponent is not.
        impl FromJson for $integer {
            fn from_json(json: Json<'_>, context: &mut ReadContext) -> Result<Self, Mismatch> {
                let expected = concat!("an integer (", stringify!($integer), ")");
                digits(json).and_then(|digits| number::integer(&digits)).ok_or_else(|| context.unexpected(json, expected))
            }
        }
    )+ };
}

integers!(i32, i64, u32, u64);

/// A number as it was spelled, with or without quotes.
fn digits(json: Json<'_>) -> Option<std::borrow::Cow<'_, str>> {
    json.number().map(Into::into).or_else(|| json.text())
}

/// `true` and `false`, with or without quotes.
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
        let exact: Option<Decimal> = digits(json).and_then(|digits| number::without_exponent(&digits));
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

/// A list within a list, or within a field that is not a list by the documentation: it is read as a whole.
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

/// The integer that a text spells.
pub fn integer(text: &str) -> Option<i64> {
    number::integer(text)
}

/// The text of an id: a text, or the digits of a whole number.
pub fn id_from_json(json: Json<'_>, context: &mut ReadContext) -> Result<String, Mismatch> {
    let digits = || json.number().filter(|digits| is_whole(digits)).map(str::to_owned);
    json.text().map(String::from).or_else(digits).ok_or_else(|| context.unexpected(json, "an id"))
}

fn is_whole(digits: &str) -> bool {
    digits != "-0" && digits.strip_prefix('-').unwrap_or(digits).bytes().all(|byte| byte.is_ascii_digit())
}

/// A value of an open enum: any JSON, except for a text that is no Unicode.
pub fn scalar_from_json<T: FromScalar>(json: Json<'_>, context: &mut ReadContext) -> Result<T, Mismatch> {
    match json.kind() {
        JsonKind::Text => match json.text() {
            Some(text) => Ok(T::from_text(&text)),
            None => Err(context.unexpected(json, "a word")),
        },
        _ => match json.number().and_then(number::integer) {
            Some(integer) => Ok(T::from_integer(integer)),
            None => json.to_value().map(T::from_other).ok_or_else(|| context.unexpected(json, "a word or a whole number")),
        },
    }
}
