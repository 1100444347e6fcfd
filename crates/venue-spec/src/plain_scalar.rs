//! Resolves plain (unquoted) scalars of YAML, and finds those whose type differs between YAML 1.1 and YAML 1.2.

use crate::tree::Value;

/// The result of resolving an unquoted word.
pub(crate) enum PlainScalar {
    /// YAML 1.1 and YAML 1.2 resolve the word to the same value.
    Resolved(Value),
    /// The word must be quoted, because YAML 1.1 and YAML 1.2 give it different types, or because the resolved value would lose the
    /// spelling of the word. The text contains the reason.
    Ambiguous(&'static str),
}

/// Resolves an unquoted word by the core schema of YAML 1.2.
pub(crate) fn resolve(word: &str) -> PlainScalar {
    match word {
        "" | "~" | "null" | "Null" | "NULL" => return PlainScalar::Resolved(Value::Null),
        "true" | "True" | "TRUE" => return PlainScalar::Resolved(Value::Bool(true)),
        "false" | "False" | "FALSE" => return PlainScalar::Resolved(Value::Bool(false)),
        "yes" | "Yes" | "YES" | "no" | "No" | "NO" | "on" | "On" | "ON" | "off" | "Off" | "OFF" => {
            return PlainScalar::Ambiguous("YAML 1.1 readers take it for a truth value, YAML 1.2 readers for a text");
        }
        _ => {}
    }
    if is_special_float(word) {
        return PlainScalar::Ambiguous("YAML takes it for a number that JSON cannot express");
    }
    let digits = word.strip_prefix(['-', '+']).unwrap_or(word);
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return PlainScalar::Resolved(Value::String(word.to_owned()));
    }
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return decimal_integer(word, digits);
    }
    if is_radix_integer(digits) {
        return PlainScalar::Ambiguous("YAML takes it for a number that is not written in decimal");
    }
    if is_float(digits) {
        return match word.parse::<f64>() {
            Ok(number) if number.is_finite() => PlainScalar::Resolved(Value::Float(number)),
            _ => PlainScalar::Ambiguous("the number is too large"),
        };
    }
    PlainScalar::Resolved(Value::String(word.to_owned()))
}

fn decimal_integer(word: &str, digits: &str) -> PlainScalar {
    if digits.len() > 1 && digits.starts_with('0') {
        return PlainScalar::Ambiguous("YAML 1.1 readers take a leading zero for octal, YAML 1.2 readers for decimal");
    }
    match word.parse::<i64>() {
        Ok(number) => PlainScalar::Resolved(Value::Integer(number)),
        Err(_) => PlainScalar::Ambiguous("the number does not fit into 64 bits"),
    }
}

fn is_special_float(word: &str) -> bool {
    let unsigned = word.strip_prefix(['-', '+']).unwrap_or(word);
    matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(word, ".nan" | ".NaN" | ".NAN")
}

fn is_radix_integer(digits: &str) -> bool {
    let hexadecimal = digits.strip_prefix("0x").map(|rest| (rest, 16));
    let octal = digits.strip_prefix("0o").map(|rest| (rest, 8));
    hexadecimal.or(octal).is_some_and(|(rest, radix)| !rest.is_empty() && rest.chars().all(|c| c.is_digit(radix)))
}

/// `[0-9]*(\.[0-9]*)?([eE][-+]?[0-9]+)?` with a digit before the exponent.
fn is_float(digits: &str) -> bool {
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (digits, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent_is_sound = exponent.is_none_or(|text| {
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        !digits.is_empty() && all_digits(digits)
    });
    all_digits(whole) && all_digits(fraction) && !(whole.is_empty() && fraction.is_empty()) && exponent_is_sound
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(word: &str, expected: Option<Value>) {
        match (resolve(word), expected) {
            (PlainScalar::Resolved(value), Some(expected)) => assert_eq!(value, expected, "{word}"),
            (PlainScalar::Ambiguous(_), None) => {}
            (PlainScalar::Resolved(value), None) => panic!("{word} was taken for {value:?}"),
            (PlainScalar::Ambiguous(reason), Some(_)) => panic!("{word}: {reason}"),
        }
    }

    #[test]
    fn integers_floats_booleans_and_texts_are_distinguished() {
        check("5", Some(Value::Integer(5)));
        check("-5", Some(Value::Integer(-5)));
        check("0.5", Some(Value::Float(0.5)));
        check("1e3", Some(Value::Float(1000.0)));
        check("true", Some(Value::Bool(true)));
        check("", Some(Value::Null));
        for text in ["1m", "3.0.3", "1.2.3", "e3", ".", "-", "2026-10-01", "0x", "1e", "n", "--1"] {
            check(text, Some(Value::String(text.to_owned())));
        }
    }

    #[test]
    fn a_word_that_readers_disagree_about_needs_quotes() {
        for word in ["no", "ON", "007", "0x1F", "0o7", ".inf", "-.Inf", ".nan", "12345678901234567890", "1e999"] {
            check(word, None);
        }
    }
}
