//! Parses numbers from their digits. The result does not depend on the features of serde_json that other crates enable.
//!
//! rust_decimal parses the digits of a decimal. Its exact parser does not round, but it accepts `+1`, `.5`, `5.` and `1_000`, and it
//! rejects zeros beyond the 28th decimal place. This module therefore checks the characters first, and handles surplus zeros and exponents
//! itself.

use std::str::FromStr;

use rust_decimal::Decimal;
use serde::de::{Error, MapAccess};

/// The key by which a number is recognised if the feature `arbitrary_precision` of serde_json is enabled. serde_json then represents each
/// number as a map with one entry, which has this key.
const ARBITRARY_PRECISION_KEY: &str = "$serde_json::private::Number";

/// Returns the digits of a number that serde_json represents as a map (see [`ARBITRARY_PRECISION_KEY`]). Fails for any other map.
pub(crate) fn arbitrary_precision_digits<'de, A: MapAccess<'de>>(mut map: A) -> Result<String, A::Error> {
    match map.next_key::<String>()? {
        Some(key) if key == ARBITRARY_PRECISION_KEY => map.next_value(),
        _ => Err(A::Error::custom("an object where a single value is expected")),
    }
}

/// Parses `-?digits[.digits][e±digits]` exactly. Returns `None` if the text has another form or does not fit into a [`Decimal`].
pub(crate) fn parse_decimal(text: &str) -> Option<Decimal> {
    match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => parse_plain_decimal(&shift_point(mantissa, parse_exponent(exponent)?)?),
        None => parse_plain_decimal(text),
    }
}

/// Parses `-?digits[.digits]` exactly. Returns `None` if the text has another form or does not fit into a [`Decimal`].
///
/// Zeros at the end are kept as far as the [`Decimal`] can hold them, because they show the precision of the value: `1.50` has two decimal
/// places.
#[inline]
pub(crate) fn parse_plain_decimal(text: &str) -> Option<Decimal> {
    if !is_plain_decimal(text.as_bytes()) {
        return None;
    }
    Decimal::from_str_exact(text).ok().or_else(|| without_surplus_zeros(text))
}

/// Parses `-?digits[.zeros]` as an integer. `-0` is 0. Returns `None` if the text has another form or does not fit into `T`.
pub(crate) fn parse_integer<T: FromStr>(text: &str) -> Option<T> {
    let integer = match text.split_once('.') {
        Some((integer, zeros)) if !zeros.is_empty() && zeros.bytes().all(|byte| byte == b'0') => integer,
        Some(_) => return None,
        None => text,
    };
    match integer.strip_prefix('-').unwrap_or(integer).as_bytes() {
        [b'0'] => "0".parse().ok(),
        [b'1'..=b'9', rest @ ..] if rest.iter().all(u8::is_ascii_digit) => integer.parse().ok(),
        _ => None,
    }
}

/// Parses an integer that is spelled as this crate writes it: no sign before 0, no zeros at the beginning, no fraction.
pub(crate) fn parse_canonical_integer(text: &str) -> Option<i64> {
    if text == "-0" || text.contains('.') { None } else { parse_integer(text) }
}

/// Whether the text is `-?digits[.digits]`.
#[inline]
fn is_plain_decimal(text: &[u8]) -> bool {
    let unsigned = text.strip_prefix(b"-").unwrap_or(text);
    let integer_length = unsigned.iter().take_while(|byte| byte.is_ascii_digit()).count();
    match &unsigned[integer_length..] {
        [] => integer_length > 0,
        [b'.', fraction @ ..] => integer_length > 0 && !fraction.is_empty() && fraction.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

/// The largest number of decimal places of a [`Decimal`].
const MAX_SCALE: usize = 28;

/// Parses a decimal that fits into a [`Decimal`] only if some zeros at its end are dropped. For example, `9.0000000000000000000000000000`
/// (28 zeros) fits with 27 zeros.
#[cold]
fn without_surplus_zeros(text: &str) -> Option<Decimal> {
    let point = text.find('.')?;
    let (mut shorter, surplus) = text.split_at(text.len().min(point + 1 + MAX_SCALE));
    if surplus.bytes().any(|byte| byte != b'0') {
        return None;
    }
    loop {
        match Decimal::from_str_exact(shorter) {
            Ok(decimal) => return Some(decimal),
            Err(_) => shorter = shorter.strip_suffix('0').filter(|shorter| shorter.len() > point)?,
        }
    }
}

/// Applies an exponent to a number, and returns the number without an exponent. For example, `1.5` with the exponent 3 becomes `1500`, and
/// `1.5` with the exponent -3 becomes `0.0015`.
fn shift_point(mantissa: &str, exponent: i64) -> Option<String> {
    if !is_plain_decimal(mantissa.as_bytes()) {
        return None;
    }
    let (sign, unsigned) = mantissa.split_at(usize::from(mantissa.starts_with('-')));
    let (integer, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = format!("{integer}{fraction}");
    let point = i64::try_from(integer.len()).ok()?.checked_add(exponent)?;
    Some(match usize::try_from(point) {
        Ok(point @ 1..) if point < digits.len() => format!("{sign}{}.{}", &digits[..point], &digits[point..]),
        Ok(point @ 1..) => format!("{sign}{digits}{}", "0".repeat(point - digits.len())),
        _ => format!("{sign}0.{}{digits}", "0".repeat(usize::try_from(-point).ok()?)),
    })
}

/// Parses an exponent: digits with an optional sign. An exponent of more than four digits is rejected, because usual numbers with such an
/// exponent do not fit into a [`Decimal`]. Zero would fit, but is rejected too.
fn parse_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || digits.len() > 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let value: i64 = digits.parse().ok()?;
    Some(if text.starts_with('-') { -value } else { value })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_integer_may_have_a_fraction_of_zeros_and_no_exponent() {
        for (text, expected) in
            [("10", 10), ("10.0", 10), ("-7.000", -7), ("0", 0), ("-0", 0), ("-0.0", 0), ("9223372036854775807", i64::MAX)]
        {
            assert_eq!(parse_integer::<i64>(text), Some(expected), "{text}");
        }
        for text in [
            "",
            "-",
            "+1",
            "01",
            "-01",
            "1_000",
            "1e3",
            "1.5",
            "1.",
            ".0",
            " 1",
            "1 ",
            "1.0e0",
            "0x1",
            "9223372036854775808",
            "NaN",
            "\u{661}",
        ] {
            assert_eq!(parse_integer::<i64>(text), None, "{text}");
        }
        let small = (parse_integer::<i32>("2147483648"), parse_integer::<u32>("-1"), parse_integer::<u32>("-0"));
        assert_eq!(small, (None, None, Some(0)));
    }

    #[test]
    fn a_plain_decimal_has_no_exponent() {
        for text in ["1e-7", "1E3", "10000000000000000000e0", "1.5e+3"] {
            assert_eq!((parse_plain_decimal(text), parse_decimal(text).is_some()), (None, true), "{text}");
        }
    }

    #[test]
    fn an_exponent_moves_the_decimal_point() {
        for (text, expected) in [
            ("1.5e3", "1500"),
            ("-1.5E-3", "-0.0015"),
            ("12.345e1", "123.45"),
            ("10e-1", "1.0"),
            ("0.00000000000000000000000000000001e32", "1"),
            ("0e9999", "0"),
            ("0e-9999", "0.0000000000000000000000000000"),
        ] {
            assert_eq!(parse_decimal(text).map(|decimal| decimal.to_string()).as_deref(), Some(expected), "{text}");
        }
        for text in ["1e29", "1e-29", "1e9999", "1e10000", "1e", "e1", "1e+", "1e1.0", "1e1e1", ".5e1", "5.e1"] {
            assert_eq!(parse_decimal(text), None, "{text}");
        }
    }

    #[test]
    fn zero_has_no_sign() {
        for text in ["-0", "-0.00", "-0e1"] {
            assert!(parse_decimal(text).is_some_and(|zero| zero.is_sign_positive()), "{text}");
        }
    }

    /// A decimal number of any length, with which the tests compare parsed numbers. It has a sign, digits without zeros at either end, and
    /// a number of decimal places.
    #[derive(Debug, PartialEq)]
    struct Canonical {
        is_negative: bool,
        digits: String,
        places: i64,
    }

    impl Canonical {
        /// `text` is `-?digits[.digits]`.
        fn of(text: &str, exponent: i64) -> Self {
            let unsigned = text.trim_start_matches('-');
            let (integer, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
            let all = format!("{integer}{fraction}");
            let digits = all.trim_end_matches('0');
            let places = fraction.len() as i64 - exponent - (all.len() - digits.len()) as i64;
            let digits = digits.trim_start_matches('0');
            if digits.is_empty() {
                return Self { is_negative: false, digits: String::new(), places: 0 };
            }
            Self { is_negative: text.starts_with('-'), digits: digits.to_owned(), places }
        }

        /// Whether a [`Decimal`] with so many decimal places can hold the number.
        fn fits(&self, scale: i64) -> bool {
            const MAX: &str = "79228162514264337593543950335";
            let zeros = scale - self.places;
            if !(0..=28).contains(&scale) || zeros < 0 {
                return false;
            }
            let length = if self.digits.is_empty() { 0 } else { self.digits.len() as i64 + zeros };
            let padded = || format!("{}{}", self.digits, "0".repeat(zeros as usize));
            length < MAX.len() as i64 || (length == MAX.len() as i64 && padded().as_str() <= MAX)
        }
    }

    /// Compares the result of parsing a well-formed number with the reference. If the number fits into a `Decimal`, the result must be
    /// exact and must keep as many of the number's decimal places as fit. Otherwise there must be no result.
    fn check(parsed: Option<Decimal>, text: &str, exponent: i64) -> Result<(), TestCaseError> {
        let expected = Canonical::of(text, exponent);
        let fraction_length = text.split_once('.').map_or(0, |(_, fraction)| fraction.len() as i64);
        let given_places = (fraction_length - exponent).max(0);
        let best_scale = (0..=given_places.min(28)).rev().find(|scale| expected.fits(*scale));
        prop_assert_eq!(parsed.map(|decimal| i64::from(decimal.scale())), best_scale, "{}e{}", text, exponent);
        if let Some(decimal) = parsed {
            prop_assert_eq!(Canonical::of(&decimal.to_string(), 0), expected);
        }
        Ok(())
    }

    /// Generates well-formed numbers: numbers of usual length, numbers near the limits of a `Decimal`, and numbers with many zeros at
    /// either end.
    fn plain_decimals() -> impl Strategy<Value = String> {
        let near_limit =
            ("-?", 1_u128 << 90..(1_u128 << 96) + (1 << 90), "0{0,6}", 0_usize..30).prop_map(|(sign, digits, zeros, places)| {
                let digits = format!("{digits}{zeros}");
                let (integer, fraction) = digits.split_at(digits.len().saturating_sub(places));
                let point = if fraction.is_empty() { "" } else { "." };
                format!("{sign}{integer:0>1}{point}{fraction}")
            });
        prop_oneof![
            3 => "-?(0|[1-9][0-9]{0,8})(\\.[0-9]{1,8})?",
            3 => near_limit,
            1 => "-?0{0,3}[0-9]{1,32}(\\.[0-9]{1,32})?",
            1 => "-?0{0,40}[1-9]{0,2}0{1,20}(\\.0{0,30}[0-9]{0,3}0{1,20})?",
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn a_plain_decimal_is_parsed_exactly_if_and_only_if_it_fits(text in plain_decimals()) {
            check(parse_plain_decimal(&text), &text, 0)?;
            check(parse_decimal(&text), &text, 0)?;
        }

        #[test]
        fn a_decimal_with_an_exponent_is_parsed_exactly_if_and_only_if_it_fits(text in plain_decimals(), exponent in -60_i64..60) {
            check(parse_decimal(&format!("{text}e{exponent}")), &text, exponent)?;
        }

        #[test]
        fn a_text_is_parsed_only_if_it_is_well_formed(text in "-?[0-9.+_-]{0,6}") {
            let unsigned = text.strip_prefix('-').unwrap_or(&text);
            let parts: Vec<&str> = unsigned.split('.').collect();
            let is_well_formed = parts.len() <= 2 && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
            prop_assert_eq!(parse_plain_decimal(&text).is_some(), is_well_formed);
        }
    }
}
