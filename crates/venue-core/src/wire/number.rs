//! Numbers as JSON spells them, whatever features of serde_json anything in the dependency tree switches on.

use std::str::FromStr;

use rust_decimal::Decimal;
use serde::de::{Error, MapAccess};

/// With serde_json's feature `arbitrary_precision`, a number arrives as a map with this one key and its digits as text.
const TOKEN: &str = "$serde_json::private::Number";

/// The digits of such a number; an error for any other map.
pub(crate) fn digits<'de, A: MapAccess<'de>>(mut map: A) -> Result<String, A::Error> {
    match map.next_key::<String>()? {
        Some(key) if key == TOKEN => map.next_value(),
        _ => Err(A::Error::custom("an object where a single value is expected")),
    }
}

/// The decimal that a text spells: `-?digits[.digits][e±digits]`, exactly, or `None`.
///
/// rust_decimal's own parsers round what does not fit, and take `1_000`.
#[inline]
pub(crate) fn exact(text: &str) -> Option<Decimal> {
    short(text).or_else(|| long(text))
}

/// The decimal that a response spells, exactly: like [`exact`], but no exponent is read.
#[inline]
pub(crate) fn without_exponent(text: &str) -> Option<Decimal> {
    short(text).or_else(|| if text.contains(['e', 'E']) { None } else { long(text) })
}

/// The integer that a text spells as a JSON number without an exponent: `-?digits[.zeros]`. `-0` is 0.
pub(crate) fn integer<T: FromStr>(text: &str) -> Option<T> {
    let whole = match text.split_once('.') {
        Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|byte| byte == b'0') => whole,
        Some(_) => return None,
        None => text,
    };
    match whole.strip_prefix('-').unwrap_or(whole).as_bytes() {
        [b'0'] => "0".parse().ok(),
        [b'1'..=b'9', rest @ ..] if rest.iter().all(u8::is_ascii_digit) => whole.parse().ok(),
        _ => None,
    }
}

/// The usual case, in one pass: up to 18 characters, no exponent. 18 nines are far from the end of an `i64`.
#[inline]
fn short(text: &str) -> Option<Decimal> {
    let (is_negative, digits) = match text.as_bytes() {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    if digits.len() > 18 || !digits.first()?.is_ascii_digit() {
        return None;
    }
    let (mut value, mut point) = (0_i64, None);
    for (at, byte) in digits.iter().enumerate() {
        match byte {
            b'0'..=b'9' => value = value * 10 + i64::from(byte - b'0'),
            b'.' if point.is_none() && at + 1 < digits.len() => point = Some(at),
            _ => return None,
        }
    }
    let scale = point.map_or(0, |point| digits.len() - point - 1);
    Some(Decimal::new(if is_negative { -value } else { value }, u32::try_from(scale).ok()?))
}

fn long(text: &str) -> Option<Decimal> {
    let (is_negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, self::exponent(exponent)?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let fraction = if mantissa.contains('.') { fraction } else { "" };
    let digits = format!("{whole}{fraction}");
    let mut digits = digits.trim_start_matches('0');
    let mut scale = i64::try_from(fraction.len()).ok()? - exponent;
    // Zeros at the end say how exact the vendor is: they are kept as far as they fit.
    while (scale > MAX_SCALE || digits.len() > MAX_DIGITS) && scale > 0 && (digits.ends_with('0') || digits.is_empty()) {
        digits = digits.strip_suffix('0').unwrap_or(digits);
        scale -= 1;
    }
    if digits.len() > MAX_DIGITS || scale > MAX_SCALE {
        return None;
    }
    let value: i128 = if digits.is_empty() { 0 } else { digits.parse().ok()? };
    let value = match u32::try_from(-scale) {
        Ok(zeros @ 1..) if value != 0 => value.checked_mul(10_i128.checked_pow(zeros)?)?,
        _ => value,
    };
    let signed = if is_negative { -value } else { value };
    Decimal::try_from_i128_with_scale(signed, u32::try_from(scale.max(0)).ok()?).ok()
}

/// More than the digits of 96 bits; `try_from_i128_with_scale` has the last word.
const MAX_DIGITS: usize = 29;

const MAX_SCALE: i64 = 28;

fn exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    // Nothing that fits into a decimal has a larger one.
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
    fn an_integer_is_read_in_any_spelling_but_an_exact_one_without_an_exponent() {
        for (text, expected) in
            [("10", 10), ("10.0", 10), ("-7.000", -7), ("0", 0), ("-0", 0), ("-0.0", 0), ("9223372036854775807", i64::MAX)]
        {
            assert_eq!(integer::<i64>(text), Some(expected), "{text}");
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
            assert_eq!(integer::<i64>(text), None, "{text}");
        }
        assert_eq!((integer::<i32>("2147483648"), integer::<u32>("-1"), integer::<u32>("-0")), (None, None, Some(0)));
    }

    #[test]
    fn an_exponent_is_no_spelling_of_a_response() {
        for text in ["1e-7", "1E3", "10000000000000000000e0", "1.5e+3"] {
            assert_eq!((without_exponent(text), exact(text).is_some()), (None, true), "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_short_way_reads_all_that_it_is_for(digits in "(0|[1-9][0-9]{0,8})(\\.[0-9]{1,8})?", is_negative: bool) {
            let text = if is_negative { format!("-{digits}") } else { digits };
            let short = short(&text);
            prop_assert_eq!(short, Decimal::from_str_exact(&text).ok());
            prop_assert_eq!(short.map(|short| short.abs().to_string()), Some(text.trim_start_matches('-').to_owned()));
        }

        #[test]
        fn the_short_way_reads_nothing_that_the_long_way_reads_differently(text in "-?[0-9.]{0,21}") {
            if let Some(short) = short(&text) {
                let long = super::long(&text);
                prop_assert_eq!(long.map(|long| long.to_string()), Some(short.to_string()));
            }
        }
    }
}
