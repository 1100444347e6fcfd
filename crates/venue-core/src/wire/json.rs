//! One JSON value in the bytes of a response: read without a tree, with the digits and the text exactly as they were sent.
//!
//! serde_json checks the document first. The functions here only find where a value of a valid document begins and ends, so they neither
//! recurse nor allocate, and a document of any size costs no more memory than its bytes.

#![expect(missing_docs, reason = "public for the macros only, and hidden")]

use std::borrow::Cow;
use std::fmt;

use serde::Deserializer as _;
use serde::de::{Error, IgnoredAny, Visitor};
use serde_json::{Map, Value};

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// serde_json's own limit.
const MAX_DEPTH: usize = 128;

/// The longest value that is copied although some text in it is no Unicode: each level of it is read once more for the levels above.
const MAX_LOSSY_VALUE: usize = 1 << 20;

/// A JSON value: its bytes, from the first one to the last one.
#[derive(Clone, Copy)]
pub struct Json<'a>(&'a [u8]);

/// What kind of value the bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonKind {
    Null,
    Boolean,
    Number,
    Text,
    List,
    Object,
}

/// Where a body stops being JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotJson {
    /// The offset of the first byte that does not belong there, from 0; the length of the body if it ends too early.
    pub offset: usize,
}

impl<'a> Json<'a> {
    /// The only value of a body. One byte order mark before it is skipped.
    pub fn document(body: &'a [u8]) -> Result<Self, NotJson> {
        let text = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
        match serde_json::from_slice::<IgnoredAny>(text) {
            Ok(_) => Ok(Self::first(text).0),
            Err(error) => Err(NotJson { offset: body.len() - text.len() + offset(text, &error) }),
        }
    }

    /// The beginning of a value that may have been cut off: what is read of it ends where it was cut.
    pub(crate) fn cut(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The value with which the bytes begin, and where it ends.
    fn first(bytes: &'a [u8]) -> (Self, &'a [u8]) {
        let bytes = bytes.trim_ascii_start();
        let (value, rest) = bytes.split_at(end_of_value(bytes));
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

    /// Whether this is a list or an object with nothing in it.
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

    /// A number as the server spelled it.
    pub(crate) fn number(self) -> Option<&'a str> {
        if self.kind() == JsonKind::Number { std::str::from_utf8(self.0).ok() } else { None }
    }

    /// A text, if it is one and is valid Unicode.
    pub(crate) fn text(self) -> Option<Cow<'a, str>> {
        let inner = self.0.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
        if inner.contains(&b'\\') {
            serde_json::from_slice(self.0).ok().map(Cow::Owned)
        } else {
            std::str::from_utf8(inner).ok().map(Cow::Borrowed)
        }
    }

    /// A text. Half of a surrogate pair, and bytes that are not UTF-8, become U+FFFD.
    pub(crate) fn lossy_text(self) -> Option<Cow<'a, str>> {
        if self.kind() != JsonKind::Text {
            return None;
        }
        self.text().or_else(|| {
            let bytes = serde_json::Deserializer::from_slice(self.0).deserialize_bytes(Wtf8).ok()?;
            Some(Cow::Owned(from_wtf8(bytes)))
        })
    }

    /// The items of a list.
    pub(crate) fn items(self) -> impl Iterator<Item = Self> {
        let mut rest = self.0.strip_prefix(b"[").unwrap_or_default();
        std::iter::from_fn(move || {
            let (item, after) = Self::first(after_separator(rest, b',')?);
            rest = after;
            (!item.0.is_empty()).then_some(item)
        })
    }

    /// The fields of an object, in the order in which they were sent, repeated ones included.
    pub fn fields(self) -> impl Iterator<Item = (Cow<'a, str>, Self)> {
        let mut rest = self.0.strip_prefix(b"{").unwrap_or_default();
        std::iter::from_fn(move || {
            let (name, after) = Self::first(after_separator(rest, b',')?);
            let (value, after) = Self::first(after_separator(after, b':')?);
            rest = after;
            Some((name.lossy_text()?, value)).filter(|(_, value)| !value.0.is_empty())
        })
    }

    /// The same as serde_json reads it, except that texts are read lossily. `None` if the value is nested too deeply, holds a number beyond
    /// the range of a double, or is longer than 1 MiB and holds a text that is no Unicode.
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

/// The bytes of the next item or value; `None` at the end of the container.
fn after_separator(bytes: &[u8], separator: u8) -> Option<&[u8]> {
    let bytes = bytes.trim_ascii_start();
    match bytes.first()? {
        b']' | b'}' => None,
        first if *first == separator => bytes.get(1..),
        _ => Some(bytes),
    }
}

fn end_of_value(bytes: &[u8]) -> usize {
    match bytes.first() {
        Some(b'"') => end_of_text(bytes),
        Some(b'[' | b'{') => end_of_container(bytes),
        _ => bytes.iter().position(|byte| matches!(byte, b',' | b':' | b']' | b'}') || byte.is_ascii_whitespace()).unwrap_or(bytes.len()),
    }
}

fn end_of_text(bytes: &[u8]) -> usize {
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn end_of_container(bytes: &[u8]) -> usize {
    let (mut at, mut depth) = (0, 0_usize);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => at += end_of_text(&bytes[at..]),
            b'[' | b'{' => (at, depth) = (at + 1, depth + 1),
            b']' | b'}' if depth == 1 => return at + 1,
            b']' | b'}' => (at, depth) = (at + 1, depth - 1),
            _ => at += 1,
        }
    }
    bytes.len()
}

/// From serde_json's line and column, both from 1, to an offset. At the end of the text the column is that of the last byte.
fn offset(text: &[u8], error: &serde_json::Error) -> usize {
    if error.is_eof() {
        return text.len();
    }
    let before = text.split_inclusive(|byte| *byte == b'\n').take(error.line().saturating_sub(1));
    before.map(<[u8]>::len).sum::<usize>() + error.column().saturating_sub(1)
}

/// A text as serde_json gives it as bytes: UTF-8, but for half surrogate pairs and for bytes that never were UTF-8.
struct Wtf8;

impl Visitor<'_> for Wtf8 {
    type Value = Vec<u8>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
        Ok(bytes.to_owned())
    }
}

/// One U+FFFD for each half of a surrogate pair, which the standard library would make three of.
fn from_wtf8(mut bytes: Vec<u8>) -> String {
    const REPLACEMENT: [u8; 3] = [0xEF, 0xBF, 0xBD];
    for at in 0..bytes.len().saturating_sub(2) {
        if bytes[at] == 0xED && (0xA0..=0xBF).contains(&bytes[at + 1]) && (0x80..=0xBF).contains(&bytes[at + 2]) {
            bytes[at..at + 3].copy_from_slice(&REPLACEMENT);
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
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
    fn the_first_byte_that_is_no_json_is_named() {
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
    fn a_repeated_field_and_an_escaped_name_are_seen() {
        let names: Vec<_> = document(br#"{"code":0,"\u0063ode":1}"#).fields().map(|(name, _)| name).collect();
        assert_eq!(names, ["code", "code"]);
    }

    #[test]
    fn half_a_surrogate_pair_is_no_text_but_one_replacement_character() {
        let json = document(br#""x\ud83d, \ud83d\ude00""#);
        assert_eq!(json.text(), None);
        assert_eq!(json.lossy_text().as_deref(), Some("x\u{FFFD}, \u{1F600}"));
    }

    #[test]
    fn bytes_that_are_not_utf_8_are_no_text_but_replacement_characters() {
        let json = document(b"\"\xD3\xE0\"");
        assert_eq!(json.text(), None);
        assert_eq!(json.lossy_text().as_deref(), Some("\u{FFFD}\u{FFFD}"));
        assert_eq!(document(b"\"\\n\xED\xA0\xBD\"").lossy_text().as_deref(), Some("\n\u{FFFD}"));
    }

    #[test]
    fn an_empty_container_is_recognized_whatever_blanks_it_holds() {
        for (body, is_empty) in [("[]", true), ("{ \n}", true), ("[0]", false), (r#"{"a":1}"#, false), (r#""""#, false), ("null", false)] {
            assert_eq!(document(body.as_bytes()).is_empty_container(), is_empty, "{body}");
        }
    }

    #[test]
    fn what_is_nested_too_deeply_is_no_value_and_costs_no_stack() {
        let body = [vec![b'['; 1 << 20], vec![b']'; 1 << 20]].concat();
        assert_eq!(document(&body).to_value(), None);
    }

    #[test]
    fn a_value_that_was_cut_off_ends_where_it_was_cut() {
        let body = br#"{"symbol":"ETHUSDT","list":[1,{"a":"\\"}],"step"#;
        for length in 0..=body.len() {
            let cut = Json::cut(&body[..length]);
            let _ = (cut.to_value(), cut.items().count(), cut.is_null());
            if length > 20 {
                assert_eq!(cut.fields().next().and_then(|(_, value)| Some(value.text()?.into_owned())).as_deref(), Some("ETHUSDT"));
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
        fn a_value_that_is_read_here_is_the_one_that_serde_json_reads(value in values(), is_pretty: bool) {
            let body = if is_pretty { serde_json::to_vec_pretty(&value) } else { serde_json::to_vec(&value) }.expect("written");
            prop_assert_eq!(document(&body).to_lossy_value(MAX_DEPTH), Some(value));
        }

        #[test]
        fn no_bytes_make_it_panic(body in proptest::collection::vec(prop_oneof![4 => proptest::sample::select(br#"[]{}",:\u0d8tnf1.- "#.to_vec()), 1 => any::<u8>()], 0..40)) {
            let cut = Json::cut(&body);
            let _ = (cut.kind(), cut.is_empty_container(), cut.text(), cut.lossy_text(), cut.to_value(), cut.items().count(), cut.fields().count());
            if let Ok(json) = Json::document(&body) {
                let _ = (json.to_value(), json.items().count(), json.fields().count());
            }
        }
    }
}
