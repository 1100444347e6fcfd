//! Exact numbers, as small as the text permits.

use std::fmt;

use rust_decimal::Decimal;

/// 10⁰ to 10¹⁸, the powers of ten that fit into an `i64`.
const POWERS: [i64; 19] = {
    let mut powers = [1; 19];
    let mut exponent = 1;
    while exponent < powers.len() {
        powers[exponent] = powers[exponent - 1] * 10;
        exponent += 1;
    }
    powers
};

/// An exact decimal number.
#[derive(Clone, Copy)]
pub(crate) enum Number {
    /// `mantissa ⋅ 10^-scale`, with a scale of at most 18.
    Small { mantissa: i64, scale: u8 },
    /// A number that does not fit into `Small`.
    Wide(Decimal),
}

impl Number {
    /// Reads a text such as `42000.1`, `-3` or `1e-7`. Returns `None` if the text is no number, or if a `Decimal` cannot represent the
    /// number exactly.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        // Up to 18 digits cannot overflow. Most prices and quantities are shorter.
        if text.len() <= 18
            && let Some(number) = Self::parse_short(text.as_bytes())
        {
            return Some(number);
        }
        Self::parse_long(text)
    }

    #[inline]
    fn parse_short(text: &[u8]) -> Option<Self> {
        let mut mantissa = 0_i64;
        let mut point = text.len();
        for (index, byte) in text.iter().enumerate() {
            let digit = byte.wrapping_sub(b'0');
            if digit <= 9 {
                mantissa = mantissa * 10 + i64::from(digit);
            } else if *byte == b'.' && point == text.len() {
                point = index;
            } else {
                return None;
            }
        }
        let fraction = text.len().saturating_sub(point + 1);
        // `5.`, `.5` and the empty text are left to the slower function.
        let is_complete = point > 0 && (point == text.len() || fraction > 0);
        is_complete.then_some(Self::Small { mantissa, scale: u8::try_from(fraction).ok()? })
    }

    #[cold]
    fn parse_long(text: &str) -> Option<Self> {
        // `Decimal` also accepts underscores.
        if !text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e' | b'E')) {
            return None;
        }
        // `Decimal` also accepts `.5` and `5.`, which are not usual in JSON texts. A second point must not be removed with trailing zeros.
        let is_digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
        if let Some(point) = text.find('.')
            && !(point > 0
                && is_digit(text.as_bytes().get(point - 1))
                && is_digit(text.as_bytes().get(point + 1))
                && !text[point + 1..].contains('.'))
        {
            return None;
        }
        let number = match text.find(['e', 'E']) {
            None => exact(text)?,
            Some(end) => {
                let mantissa = exact(&text[..end])?;
                let exponent: i32 = text[end + 1..].parse().ok()?;
                shifted(mantissa, exponent)?
            }
        };
        Some(number.into())
    }

    pub(crate) fn is_zero(self) -> bool {
        match self {
            Self::Small { mantissa, .. } => mantissa == 0,
            Self::Wide(number) => number.is_zero(),
        }
    }

    pub(crate) fn is_negative(self) -> bool {
        match self {
            Self::Small { mantissa, .. } => mantissa < 0,
            Self::Wide(number) => number.is_sign_negative() && !number.is_zero(),
        }
    }

    pub(crate) fn to_decimal(self) -> Decimal {
        match self {
            Self::Small { mantissa, scale } => Decimal::new(mantissa, u32::from(scale)),
            Self::Wide(number) => number,
        }
    }

    /// The smallest scale that represents the number exactly.
    pub(crate) fn needed_scale(self) -> u32 {
        match self {
            Self::Small { mut mantissa, mut scale } => {
                while scale > 0 && mantissa % 10 == 0 {
                    mantissa /= 10;
                    scale -= 1;
                }
                u32::from(scale)
            }
            Self::Wide(number) => number.normalize().scale(),
        }
    }

    /// The number as a multiple of `10^-scale`, or `None` if the number is no multiple or does not fit.
    #[inline]
    pub(crate) fn to_units(self, scale: u8) -> Option<i64> {
        match self {
            Self::Small { mantissa, scale: own } if own == scale => Some(mantissa),
            Self::Small { mantissa, scale: own } if own < scale => mantissa.checked_mul(*POWERS.get(usize::from(scale - own))?),
            Self::Small { mantissa, scale: own } => {
                let divisor = POWERS.get(usize::from(own - scale))?;
                (mantissa % divisor == 0).then_some(mantissa / divisor)
            }
            // Numbers that fit have been stored as `Small`.
            Self::Wide(_) => None,
        }
    }
}

/// The number with its smallest scale, so that `1.50` and `1.5` have the same representation.
impl From<Decimal> for Number {
    fn from(number: Decimal) -> Self {
        let number = number.normalize();
        match (i64::try_from(number.mantissa()), u8::try_from(number.scale())) {
            (Ok(mantissa), Ok(scale)) if scale <= 18 => Self::Small { mantissa, scale },
            _ => Self::Wide(number),
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_decimal().fmt(f)
    }
}

/// Reads a number without an exponent, whose trailing zeros may exceed the precision of `Decimal`.
fn exact(text: &str) -> Option<Decimal> {
    let digits = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text };
    // `0.000` became empty, and `-0.0` a sign.
    let digits = if matches!(digits, "" | "-" | "+") && text.contains('0') { "0" } else { digits };
    Decimal::from_str_exact(digits).ok()
}

/// `number ⋅ 10^exponent`, or `None` if a `Decimal` cannot represent the product exactly.
fn shifted(number: Decimal, exponent: i32) -> Option<Decimal> {
    let number = number.normalize();
    if number.is_zero() {
        return Some(number);
    }
    let scale = i32::try_from(number.scale()).ok()?.checked_sub(exponent)?;
    match u32::try_from(scale) {
        Ok(scale) => Decimal::try_from_i128_with_scale(number.mantissa(), scale).ok(),
        Err(_) => {
            let factor = 10_i128.checked_pow(scale.unsigned_abs())?;
            Decimal::try_from_i128_with_scale(number.mantissa().checked_mul(factor)?, 0).ok()
        }
    }
}

/// The sum of two numbers, or `None` if a `Decimal` cannot represent it exactly.
pub(crate) fn exact_sum(a: Decimal, b: Decimal) -> Option<Decimal> {
    let scale = a.scale().max(b.scale());
    let sum = a.checked_add(b)?;
    // A smaller scale is a sign of rounding.
    if sum.scale() >= scale {
        return Some(sum);
    }
    let (a, b) = (a.normalize(), b.normalize());
    let sum = a.checked_add(b)?;
    (sum.scale() >= a.scale().max(b.scale())).then_some(sum)
}

/// The product of two numbers, or `None` if a `Decimal` cannot represent it exactly.
pub(crate) fn exact_product(a: Decimal, b: Decimal) -> Option<Decimal> {
    let product = a.checked_mul(b)?;
    if product.scale() == a.scale() + b.scale() {
        return Some(product);
    }
    let (a, b) = (a.normalize(), b.normalize());
    let product = a.checked_mul(b)?;
    (a.is_zero() || b.is_zero() || product.scale() == a.scale() + b.scale()).then_some(product)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        let parsed = Number::parse(text).map(|number| number.to_decimal().normalize().to_string());
        assert_eq!(parsed.as_deref(), expected, "{text}");
    }

    #[test]
    fn a_number_is_read_exactly_or_not_at_all() {
        check("42000.1", Some("42000.1"));
        check("0.00", Some("0"));
        check("-0.0", Some("0"));
        check("-1.50", Some("-1.5"));
        check("123456789012345678", Some("123456789012345678"));
        check("1234567890123456789", Some("1234567890123456789"));
        check("79228162514264337593543950335", Some("79228162514264337593543950335"));
        check("79228162514264337593543950336", None);
        check("0.0000000000000000000000000001", Some("0.0000000000000000000000000001"));
        check("0.00000000000000000000000000001", None);
        check("1.50000000000000000000000000000000000", Some("1.5"));
        check("1e-7", Some("0.0000001"));
        check("2.5E3", Some("2500"));
        check("0e99", Some("0"));
        check("1e29", None);
        check("1e-29", None);
        check("1e99999999999", None);
        for text in [
            "", ".", "5.", ".5", "-.5", "5.e1", "-", "1_000", "1.2.3", "1.5.0", "1.5.", "0.0.", "1.5.0e3", "abc", "NaN", "1e", "e1", "١",
            " 1", "0x1", "--1",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn units_are_exact_or_absent() {
        let number = |text| Number::parse(text).expect("a number");
        assert_eq!(number("42000.1").to_units(1), Some(420_001));
        assert_eq!(number("42000.1").to_units(3), Some(42_000_100));
        assert_eq!(number("42000.10").to_units(1), Some(420_001));
        assert_eq!(number("42000.15").to_units(1), None);
        assert_eq!(number("9223372036854775807").to_units(0), Some(i64::MAX));
        assert_eq!(number("9223372036854775807").to_units(1), None);
        assert_eq!(number("9223372036854775808").to_units(0), None);
        assert_eq!(number("42000.100").needed_scale(), 1);
        assert_eq!(number("1000").needed_scale(), 0);
    }

    #[test]
    fn sums_and_products_are_exact_or_absent() {
        let number = |text| Number::parse(text).expect("a number").to_decimal();
        let (large, small) = (number("79228162514264337593543950335"), number("0.5"));
        assert_eq!(exact_sum(large, small), None);
        assert_eq!(exact_sum(large, large), None);
        assert_eq!(exact_product(large, small), None);
        assert_eq!(exact_sum(number("7922816251426433759354395033.0"), number("0.50")), Some(number("7922816251426433759354395033.5")));
        assert_eq!(exact_product(number("0.00000000000001"), number("0.000000000000001")), None);
        assert_eq!(exact_product(number("42000.1"), number("0.5")), Some(number("21000.05")));
        assert_eq!(exact_product(number("0.0"), number("42000.1")), Some(Decimal::ZERO));
    }
}
