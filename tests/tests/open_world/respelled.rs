//! A value in another exact JSON spelling, chosen at random: the digits of an integer in quotes or with a fraction of zeros, a decimal as a
//! number, a text in escapes, an empty list as `null` or `{}`, fields in another order.

use oorandom::Rand32;
use serde_json::Value;
use venue_spec::model::{Api, Field, Kind, Shape};

/// The value of a named type, spelled otherwise.
pub(crate) fn named(api: &Api, name: &str, value: &Value, random: &mut Rand32) -> String {
    match (&api.type_named(name).expect("a type").shape, value) {
        (Shape::Object { fields, .. }, Value::Object(_)) => object(api, fields, value, random),
        (Shape::Enum { .. }, Value::Number(number)) => integer(&number.to_string(), random),
        (Shape::Enum { .. }, Value::String(text)) => escaped(text, random),
        (Shape::Id { .. }, Value::String(id)) if is_number(id) => one_of(&[format!("\"{id}\""), id.clone()], random),
        (Shape::Id { .. }, Value::String(id)) => escaped(id, random),
        _ => value.to_string(),
    }
}

fn object(api: &Api, fields: &[Field], value: &Value, random: &mut Rand32) -> String {
    let mut written: Vec<String> = fields
        .iter()
        .filter_map(|field| {
            let value = match value.get(&field.name)? {
                Value::Array(items) if items.is_empty() => one_of(&["[ ]", "null", "{}", "{\n}"].map(str::to_owned), random),
                value => kind(api, &field.kind, value, random),
            };
            Some(format!("{}{}:{}{value}", escaped(&field.name, random), blank(random), blank(random)))
        })
        .collect();
    for last in (1..written.len()).rev() {
        written.swap(last, random.rand_range(0..u32::try_from(last).expect("few fields") + 1) as usize);
    }
    format!("{{{}{}{}}}", blank(random), written.join(&format!("{},", blank(random))), blank(random))
}

fn kind(api: &Api, kind: &Kind, value: &Value, random: &mut Rand32) -> String {
    match (kind, value) {
        (Kind::Decimal, Value::String(text)) if text == "0" => one_of(&["0", "-0", "\"-0\"", "\"0\""].map(str::to_owned), random),
        (Kind::Decimal, Value::String(text)) => one_of(&[format!("\"{text}\""), text.clone()], random),
        (Kind::UnixMillis | Kind::UnixSeconds | Kind::Int32 | Kind::Int64, Value::Number(number)) => integer(&number.to_string(), random),
        (Kind::Boolean, Value::Bool(value)) => one_of(&[format!("\"{value}\""), value.to_string()], random),
        (Kind::String | Kind::Secret, Value::String(text)) => escaped(text, random),
        (Kind::List(item), Value::Array(items)) => {
            let items: Vec<_> = items.iter().map(|value| self::kind(api, item, value, random)).collect();
            format!("[{}]", items.join(&format!("{},", blank(random))))
        }
        (Kind::Named(name), _) => named(api, name, value, random),
        _ => value.to_string(),
    }
}

fn integer(digits: &str, random: &mut Rand32) -> String {
    let digits = if digits == "0" { one_of(&["0", "-0"].map(str::to_owned), random) } else { digits.to_owned() };
    one_of(&[format!("\"{digits}\""), format!("{digits}.0"), format!("\"{digits}.00\""), digits], random)
}

fn escaped(text: &str, random: &mut Rand32) -> String {
    let mut written = String::from("\"");
    for character in text.chars() {
        if random.rand_range(0..3) == 0 || character.is_control() || "\"\\".contains(character) {
            character.encode_utf16(&mut [0; 2]).iter().for_each(|unit| written.push_str(&format!("\\u{unit:04x}")));
        } else {
            written.push(character);
        }
    }
    written + "\""
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0')
}

fn blank(random: &mut Rand32) -> String {
    one_of(&["", "", " ", "\r\n\t"].map(str::to_owned), random)
}

fn one_of(choices: &[String], random: &mut Rand32) -> String {
    choices[random.rand_range(0..u32::try_from(choices.len()).expect("few choices")) as usize].clone()
}
