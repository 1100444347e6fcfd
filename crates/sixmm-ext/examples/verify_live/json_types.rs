//! The names and JSON types of fields, without their values.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::{Map, Value};

use super::specification::Specification;

/// The types that each field of several JSON values has. A path such as `data.list[].price` identifies a field.
#[derive(Default)]
pub(crate) struct JsonTypes(BTreeMap<String, BTreeSet<&'static str>>);

impl JsonTypes {
    pub(crate) fn add(&mut self, specification: &Specification, path: &str, value: &Value) {
        if !path.is_empty() {
            self.0.entry(path.to_owned()).or_default().insert(type_of(value));
        }
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.add(specification, &format!("{path}[]"), item)),
            Value::Object(object) => {
                for (name, value) in object {
                    self.add(specification, &child(path, &printable_name(specification, object, name)), value);
                }
            }
            _ => {}
        }
    }
}

impl fmt::Display for JsonTypes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (path, types) in &self.0 {
            writeln!(f, "- `{path}`: {}", types.iter().copied().collect::<Vec<_>>().join(" | "))?;
        }
        Ok(())
    }
}

pub(crate) fn child(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// The name of a field, or `{key}` if the name may be a value, such as the symbol in an object by symbol.
pub(crate) fn printable_name(specification: &Specification, object: &Map<String, Value>, name: &str) -> String {
    let is_map = object.iter().all(|(name, value)| value.is_object() && !specification.is_known_name(name));
    let has_name_form = name.len() <= 40
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        && name.chars().filter(char::is_ascii_digit).count() <= 2;
    // The symbol of a contract in small letters has the form of a name.
    let is_like_symbol =
        ["usd", "usdt", "usdc"].iter().any(|asset| name.ends_with(asset)) && !name.contains(|letter: char| letter.is_ascii_uppercase());
    let is_printable = specification.is_known_name(name) || (has_name_form && !is_map && !is_like_symbol);
    if is_printable { name.to_owned() } else { "{key}".to_owned() }
}

/// The JSON type, and the form of a text or number that the documentation's types distinguish.
fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
        Value::Number(number) => match number.as_i64() {
            Some(integer) if is_time(integer) => "integer (milliseconds)",
            Some(_) => "integer",
            None => "number with a fraction",
        },
        Value::String(text) if text.is_empty() => "empty text",
        Value::String(text) => match text.parse::<i64>() {
            Ok(integer) if is_time(integer) => "text (milliseconds)",
            Ok(_) => "text (integer)",
            Err(_) if text.parse::<f64>().is_ok_and(f64::is_finite) => "text (decimal)",
            Err(_) => "text",
        },
    }
}

/// Whether a number is a time in milliseconds from 2017 to 2065.
fn is_time(number: i64) -> bool {
    (1_500_000_000_000..3_000_000_000_000).contains(&number)
}

/// The JSON of a reply with the type in the place of each value. Only the name of the reply (`event`) is kept.
pub(crate) fn form(specification: &Specification, value: &Value) -> String {
    match value {
        Value::Array(items) => {
            let forms: BTreeSet<String> = items.iter().map(|item| form(specification, item)).collect();
            format!("[{}]", forms.into_iter().collect::<Vec<_>>().join(", "))
        }
        Value::Object(object) => {
            let fields = object.iter().map(|(name, value)| {
                let form = match value.as_str() {
                    Some(event) if name == "event" && is_word(event) => format!("\"{event}\""),
                    _ => form(specification, value),
                };
                format!("\"{}\": {form}", printable_name(specification, object, name))
            });
            format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
        }
        Value::Bool(flag) => flag.to_string(),
        value => type_of(value).to_owned(),
    }
}

fn is_word(text: &str) -> bool {
    text.len() <= 20 && text.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_')
}
