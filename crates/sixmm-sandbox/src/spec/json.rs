//! A JSON value that borrows strings from the request and keeps duplicate names of an object.
//!
//! `serde_json::Value` copies all strings and keeps only the last of two duplicate names. `serde_json_borrow` has neither problem, but
//! rejects all numbers if any crate in the build enables the feature `arbitrary_precision` of `serde_json`.

use std::borrow::Cow;
use std::fmt;
use std::sync::LazyLock;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// The name that `serde_json` uses for the digits of a number if its feature `arbitrary_precision` is enabled.
const NUMBER_TOKEN: &str = "$serde_json::private::Number";

/// Whether the feature `arbitrary_precision` of `serde_json` is enabled. If it is enabled, `serde_json` passes a number as an object with
/// the name [`NUMBER_TOKEN`]. Otherwise such an object is an ordinary object.
static ARBITRARY_PRECISION: LazyLock<bool> =
    LazyLock::new(|| serde_json::from_str::<serde_json::Number>("1e0").is_ok_and(|one| one.to_string() == "1e0"));

/// A JSON value. It has no `Debug`, because it may contain a password.
#[derive(PartialEq)]
pub(crate) enum Json<'a> {
    Null,
    Flag(bool),
    Integer(i64),
    /// Any other number.
    Float(f64),
    Text(Cow<'a, str>),
    List(Vec<Self>),
    Object(Object<'a>),
}

/// Names and values in their original order: an object, or the parameters of a query.
#[derive(Default, PartialEq)]
pub(crate) struct Object<'a>(Vec<(Cow<'a, str>, Json<'a>)>);

impl<'a> Object<'a> {
    pub(crate) fn get(&self, name: &str) -> Option<&Json<'a>> {
        self.0.iter().find(|(found, _)| found == name).map(|(_, value)| value)
    }

    pub(super) fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    pub(super) fn add(&mut self, name: &'a str, value: Json<'a>) {
        self.0.push((Cow::Borrowed(name), value));
    }
}

impl<'a> Json<'a> {
    /// Parses a body.
    pub(super) fn read(json: &'a [u8]) -> serde_json::Result<Self> {
        serde_json::from_slice(json)
    }

    pub(crate) fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    pub(crate) fn as_integer(&self) -> Option<i64> {
        if let Self::Integer(number) = self { Some(*number) } else { None }
    }

    pub(crate) fn as_flag(&self) -> Option<bool> {
        if let Self::Flag(flag) = self { Some(*flag) } else { None }
    }

    pub(crate) fn as_list(&self) -> Option<&[Self]> {
        if let Self::List(items) = self { Some(items) } else { None }
    }

    pub(crate) fn as_object(&self) -> Option<&Object<'a>> {
        if let Self::Object(fields) = self { Some(fields) } else { None }
    }

    /// The first name that appears twice in the same object. All nested objects are searched.
    pub(super) fn duplicate_name(&self) -> Option<&str> {
        match self {
            Self::List(items) => items.iter().find_map(Self::duplicate_name),
            Self::Object(Object(fields)) => {
                let mut names: Vec<&str> = fields.iter().map(|(name, _)| &**name).collect();
                names.sort_unstable();
                let twice = names.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0]);
                twice.or_else(|| fields.iter().find_map(|(_, value)| value.duplicate_name()))
            }
            _ => None,
        }
    }
}

impl<'de> Deserialize<'de> for Json<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Json<'de>, E> {
        Ok(Json::Flag(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Json<'de>, E> {
        Ok(Json::Integer(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Json<'de>, E> {
        #[expect(clippy::cast_precision_loss, reason = "the number is too large for any field, so its exact value does not matter")]
        Ok(i64::try_from(number).map_or(Json::Float(number as f64), Json::Integer))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Json<'de>, E> {
        Ok(Json::Float(number))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json<'de>, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Json<'de>, A::Error> {
        let mut object = Vec::new();
        while let Some(name) = fields.next_key_seed(Name)? {
            if name == NUMBER_TOKEN && *ARBITRARY_PRECISION {
                return number(&fields.next_value::<String>()?).ok_or_else(|| A::Error::custom("invalid digits of a number"));
            }
            object.push((name, fields.next_value()?));
        }
        Ok(Json::Object(Object(object)))
    }
}

/// Parses the digits of a number as `serde_json` does without `arbitrary_precision`.
fn number(digits: &str) -> Option<Json<'static>> {
    let integer = digits.parse().ok().filter(|integer| *integer != 0 || !digits.starts_with('-'));
    integer.map(Json::Integer).or_else(|| digits.parse().ok().filter(|number: &f64| number.is_finite()).map(Json::Float))
}

/// Deserialises the name of an object's field, and borrows the name from the input if possible. serde's own implementation for `Cow` always
/// copies.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, name: D) -> Result<Cow<'de, str>, D::Error> {
        name.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E>(self, name: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(json: &str) -> Json<'_> {
        Json::read(json.as_bytes()).unwrap_or_else(|error| panic!("{json}: {error}"))
    }

    #[test]
    fn a_duplicate_name_is_found_at_any_depth() {
        for json in
            [r#"{"a":1,"a":1}"#, r#"{"b":[{"a":null,"c":{},"a":"x"}]}"#, r#"{"a":1.5,"b":{"a":true,"a":[]}}"#, r#"{"a":1,"\u0061":1}"#]
        {
            assert_eq!(read(json).duplicate_name(), Some("a"), "{json}");
        }
        for json in [r#"{"a":{"a":-1},"b":[{"a":1},{"a":"a"}]}"#, "[]", "1", "null", r#"{"a":1,"b":1}"#] {
            assert_eq!(read(json).duplicate_name(), None, "{json}");
        }
    }

    #[test]
    fn a_number_is_parsed_equally_with_and_without_arbitrary_precision() {
        let large = Json::Float(9_223_372_036_854_775_808.0);
        let integer = [("5", Json::Integer(5)), ("-9223372036854775808", Json::Integer(i64::MIN)), ("9223372036854775808", large)];
        let others = [("1.5", Json::Float(1.5)), ("-1e2", Json::Float(-100.0)), ("-0", Json::Float(-0.0)), ("0", Json::Integer(0))];
        for (digits, read_as) in integer.into_iter().chain(others) {
            assert!(read(digits) == read_as, "{digits}");
            assert!(number(digits) == Some(read_as), "{digits} as digits");
        }
        for digits in ["1e400", "five", ""] {
            assert!(Json::read(digits.as_bytes()).is_err(), "{digits}");
            assert!(number(digits).is_none(), "{digits} as digits");
        }
    }

    #[test]
    fn an_object_with_the_name_of_the_number_token_is_an_object() {
        let json = format!(r#"{{"{NUMBER_TOKEN}":"5"}}"#);
        assert_eq!(read(&json).as_object().is_some(), !*ARBITRARY_PRECISION);
    }

    #[test]
    fn a_string_is_copied_only_if_it_has_escapes() {
        let Json::Object(Object(fields)) = read(r#"{"plain":"text","\u0061":"\n"}"#) else { panic!("it is an object") };
        let is_borrowed = |text: &Cow<'_, str>| matches!(text, Cow::Borrowed(_));
        let borrowed = fields.iter().map(|(name, value)| matches!(value, Json::Text(text) if is_borrowed(text) && is_borrowed(name)));
        assert_eq!(borrowed.collect::<Vec<_>>(), [true, false]);
    }

    /// Compares a value with the result of `serde_json` for the same text.
    fn same(ours: &Json<'_>, theirs: &serde_json::Value) -> bool {
        use serde_json::Value;
        match (ours, theirs) {
            (Json::Null, Value::Null) => true,
            (Json::Flag(ours), Value::Bool(theirs)) => ours == theirs,
            (Json::Integer(ours), Value::Number(theirs)) => theirs.as_i64() == Some(*ours),
            (Json::Float(ours), Value::Number(theirs)) => theirs.as_f64() == Some(*ours),
            (Json::Text(ours), Value::String(theirs)) => ours == theirs,
            (Json::List(ours), Value::Array(theirs)) => {
                ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(ours, theirs)| same(ours, theirs))
            }
            (Json::Object(ours), Value::Object(theirs)) => {
                ours.0.len() == theirs.len() && theirs.iter().all(|(name, theirs)| ours.get(name).is_some_and(|ours| same(ours, theirs)))
            }
            _ => false,
        }
    }

    fn values() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            any::<u64>().prop_map(Into::into),
            any::<f64>().prop_map(Into::into),
            any::<String>().prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
                prop::collection::vec((any::<String>(), inner), 0..6).prop_map(|fields| fields.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn values_are_parsed_as_by_serde_json(value in values()) {
            let text = value.to_string();
            let theirs = serde_json::from_str(&text).expect("it was written by serde_json");
            prop_assert!(same(&read(&text), &theirs), "{}", text);
        }
    }
}
