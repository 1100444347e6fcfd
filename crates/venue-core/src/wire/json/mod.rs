//! The type `Json`: one JSON value, borrowed from the bytes of a response. Its numbers have exactly the digits that the server sent.
//!
//! serde_json first checks that the whole document is valid. A `Json` is a slice of this document. Its methods search only for the ends of
//! the inner values, and need neither recursion nor a tree in memory.

#![expect(missing_docs, reason = "public only for the macros, and hidden")]

mod lossy;
mod scan;

use std::borrow::Cow;

use serde::de::IgnoredAny;
use serde_json::{Map, Value};

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The maximum nesting depth of a value that is copied. serde_json has the same limit.
const MAX_DEPTH: usize = 128;

/// The maximum length in bytes of a value with invalid Unicode that is copied. A longer value is not copied, because copying reads each
/// nested value once for every level above it, which can take long.
const MAX_LOSSY_VALUE: usize = 1 << 20;

/// A JSON value as the slice of the bytes from its first to its last one.
#[derive(Clone, Copy)]
pub struct Json<'a>(&'a [u8]);

/// The kind of a JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonKind {
    Null,
    Boolean,
    Number,
    Text,
    List,
    Object,
}

/// The error for a body that is not JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotJson {
    /// The offset of the first invalid byte, counted from 0. If the body ends too early, the offset is the length of the body.
    pub offset: usize,
}

impl<'a> Json<'a> {
    /// Checks that a body is one JSON value, and returns the value. One byte order mark before the value is skipped.
    pub fn document(body: &'a [u8]) -> Result<Self, NotJson> {
        let text = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
        match serde_json::from_slice::<IgnoredAny>(text) {
            Ok(_) => Ok(Self::first(text).0),
            Err(error) => Err(NotJson { offset: body.len() - text.len() + scan::error_offset(text, &error) }),
        }
    }

    /// Creates a value from bytes that may end in the middle of the value. The last item or field may then be incomplete.
    pub(crate) fn truncated(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Splits the bytes into their first value and the rest.
    fn first(bytes: &'a [u8]) -> (Self, &'a [u8]) {
        let bytes = bytes.trim_ascii_start();
        let (value, rest) = bytes.split_at(scan::end_of_value(bytes));
        (Self(value), rest)
    }

    pub(crate) fn bytes(self) -> &'a [u8] {
        self.0
    }

    pub fn kind(self) -> JsonKind {
        match self.0.first() {
            Some(b'n') => JsonKind::Null,
            Some(b't' | b'f') => JsonKind::Boolean,
            Some(b'"') => JsonKind::Text,
            Some(b'[') => JsonKind::List,
            Some(b'{') => JsonKind::Object,
            _ => JsonKind::Number,
        }
    }

    pub fn is_null(self) -> bool {
        self.kind() == JsonKind::Null
    }

    /// Whether this is an empty list or an empty object.
    pub(crate) fn is_empty_container(self) -> bool {
        match self.kind() {
            JsonKind::List | JsonKind::Object => matches!(self.0[1..].trim_ascii_start(), [b']' | b'}', ..]),
            _ => false,
        }
    }

    pub(crate) fn boolean(self) -> Option<bool> {
        match self.0 {
            b"true" => Some(true),
            b"false" => Some(false),
            _ => None,
        }
    }

    /// The characters of a number, if this is a number.
    pub(crate) fn number(self) -> Option<&'a str> {
        if self.kind() == JsonKind::Number { std::str::from_utf8(self.0).ok() } else { None }
    }

    /// The text, if this is a text and its Unicode is valid.
    pub(crate) fn text(self) -> Option<Cow<'a, str>> {
        let inner = self.0.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
        if inner.contains(&b'\\') {
            serde_json::from_slice(self.0).ok().map(Cow::Owned)
        } else {
            std::str::from_utf8(inner).ok().map(Cow::Borrowed)
        }
    }

    /// The text of a JSON string. U+FFFD replaces each unpaired half of a surrogate pair and each invalid UTF-8 sequence. `None` if the
    /// value is not a string.
    pub(crate) fn lossy_text(self) -> Option<Cow<'a, str>> {
        if self.kind() != JsonKind::Text {
            return None;
        }
        self.text().or_else(|| lossy::text(self.0).map(Cow::Owned))
    }

    /// The items of a list.
    pub(crate) fn items(self) -> impl Iterator<Item = Self> {
        let mut rest = self.0.strip_prefix(b"[").unwrap_or_default();
        std::iter::from_fn(move || {
            let (item, after) = Self::first(scan::after_separator(rest, b',')?);
            rest = after;
            (!item.0.is_empty()).then_some(item)
        })
    }

    /// The fields of an object in their order, including repeated fields.
    pub fn fields(self) -> impl Iterator<Item = (Cow<'a, str>, Self)> {
        let mut rest = self.0.strip_prefix(b"{").unwrap_or_default();
        std::iter::from_fn(move || {
            let (name, after) = Self::first(scan::after_separator(rest, b',')?);
            let (value, after) = Self::first(scan::after_separator(after, b':')?);
            rest = after;
            Some((name.lossy_text()?, value)).filter(|(_, value)| !value.0.is_empty())
        })
    }

    /// Copies the value into a [`Value`], and replaces invalid Unicode by U+FFFD.
    ///
    /// Returns `None` if the value is nested too deeply or contains a number outside of the range of `f64`. Also returns `None` if the
    /// value contains invalid Unicode and is longer than 1 MiB.
    pub fn to_value(self) -> Option<Value> {
        let lossy = || if self.0.len() <= MAX_LOSSY_VALUE { self.to_lossy_value(MAX_DEPTH) } else { None };
        serde_json::from_slice(self.0).ok().or_else(lossy)
    }

    fn to_lossy_value(self, depth: usize) -> Option<Value> {
        let depth = depth.checked_sub(1)?;
        match self.kind() {
            JsonKind::Text => self.lossy_text().map(|text| Value::String(text.into_owned())),
            JsonKind::List => self.items().map(|item| item.to_lossy_value(depth)).collect::<Option<Vec<_>>>().map(Value::Array),
            JsonKind::Object => {
                let fields = self.fields().map(|(name, value)| Some((name.into_owned(), value.to_lossy_value(depth)?)));
                fields.collect::<Option<Map<_, _>>>().map(Value::Object)
            }
            JsonKind::Null | JsonKind::Boolean | JsonKind::Number => serde_json::from_slice(self.0).ok(),
        }
    }
}

/// The kind of a value, as printed in the place of the value.
pub(super) fn value_kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn document(body: &[u8]) -> Json<'_> {
        Json::document(body).expect("JSON")
    }

    #[test]
    fn a_byte_order_mark_is_skipped_once() {
        assert_eq!(document(b"\xEF\xBB\xBF 7 ").number(), Some("7"));
        assert_eq!(Json::document(b"\xEF\xBB\xBF\xEF\xBB\xBF7").err(), Some(NotJson { offset: 3 }));
    }

    #[test]
    fn the_error_contains_the_offset_of_the_first_invalid_byte() {
        for (body, offset) in [
            ("", 0),
            ("<html>", 0),
            ("\u{FEFF}<html>", 3),
            (r#"{"a":NaN}"#, 5),
            ("{\n\"a\":1,\r\n\"b\":Infinity}", 14),
            (r#"{"a":1"#, 6),
            (r#"{"a":1}x"#, 7),
            ("{'a':1}", 1),
            ("[1,]", 3),
            ("[01]", 2),
            ("[+1]", 1),
        ] {
            assert_eq!(Json::document(body.as_bytes()).err(), Some(NotJson { offset }), "{body}");
        }
    }

    #[test]
    fn a_number_keeps_its_digits() {
        let object = document(br#"{"a":85000.10,"b": -0 ,"c":1e-7}"#);
        let digits: Vec<_> = object.fields().filter_map(|(_, value)| value.number()).collect();
        assert_eq!(digits, ["85000.10", "-0", "1e-7"]);
    }

    #[test]
    fn fields_include_repeated_fields_and_decode_escaped_names() {
        let names: Vec<_> = document(br#"{"code":0,"\u0063ode":1}"#).fields().map(|(name, _)| name).collect();
        assert_eq!(names, ["code", "code"]);
    }

    #[test]
    fn half_a_surrogate_pair_is_not_a_text_and_one_replacement_character_in_a_lossy_text() {
        let json = document(br#""x\ud83d, \ud83d\ude00""#);
        assert_eq!(json.text(), None);
        assert_eq!(json.lossy_text().as_deref(), Some("x\u{FFFD}, \u{1F600}"));
    }

    #[test]
    fn invalid_utf_8_is_not_a_text_and_replacement_characters_in_a_lossy_text() {
        let json = document(b"\"\xD3\xE0\"");
        assert_eq!(json.text(), None);
        assert_eq!(json.lossy_text().as_deref(), Some("\u{FFFD}\u{FFFD}"));
        assert_eq!(document(b"\"\\n\xED\xA0\xBD\"").lossy_text().as_deref(), Some("\n\u{FFFD}"));
    }

    #[test]
    fn an_empty_container_may_contain_white_space() {
        for (body, is_empty) in [("[]", true), ("{ \n}", true), ("[0]", false), (r#"{"a":1}"#, false), (r#""""#, false), ("null", false)] {
            assert_eq!(document(body.as_bytes()).is_empty_container(), is_empty, "{body}");
        }
    }

    #[test]
    fn a_value_that_is_nested_too_deeply_is_rejected_without_a_stack_overflow() {
        let body = [vec![b'['; 1 << 20], vec![b']'; 1 << 20]].concat();
        assert_eq!(document(&body).to_value(), None);
    }

    #[test]
    fn a_truncated_value_has_the_fields_that_are_complete() {
        let body = br#"{"symbol":"ETHUSDT","list":[1,{"a":"\\"}],"step"#;
        for length in 0..=body.len() {
            let truncated = Json::truncated(&body[..length]);
            let _ = (truncated.to_value(), truncated.items().count(), truncated.is_null());
            if length > 20 {
                assert_eq!(truncated.fields().next().and_then(|(_, value)| Some(value.text()?.into_owned())).as_deref(), Some("ETHUSDT"));
            }
        }
    }

    /// Any JSON of at most four levels.
    fn values() -> impl Strategy<Value = Value> {
        let text = prop_oneof!["[ -~]{0,6}", "\\PC{0,4}", r#"[\[\]{}",:\\ ]{0,6}"#];
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            text.clone().prop_map(Value::from)
        ];
        leaf.prop_recursive(4, 40, 5, move |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                proptest::collection::vec((text.clone(), inner), 0..5).prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_value_is_equal_to_the_value_that_serde_json_reads(value in values(), is_pretty: bool) {
            let body = if is_pretty { serde_json::to_vec_pretty(&value) } else { serde_json::to_vec(&value) }.expect("written");
            prop_assert_eq!(document(&body).to_lossy_value(MAX_DEPTH), Some(value));
        }

        #[test]
        fn arbitrary_bytes_do_not_panic(body in proptest::collection::vec(prop_oneof![4 => proptest::sample::select(br#"[]{}",:\u0d8tnf1.- "#.to_vec()), 1 => any::<u8>()], 0..40)) {
            let truncated = Json::truncated(&body);
            let _ = (truncated.kind(), truncated.is_empty_container(), truncated.text(), truncated.lossy_text(), truncated.to_value(), truncated.items().count(), truncated.fields().count());
            if let Ok(json) = Json::document(&body) {
                let _ = (json.to_value(), json.items().count(), json.fields().count());
            }
        }
    }
}
