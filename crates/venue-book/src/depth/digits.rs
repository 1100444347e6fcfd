//! Reading of numbers of at most 16 characters without a sign, as most prices and quantities are.
//!
//! Eight bytes are handled at once, because a processor often predicts the end of a loop over the bytes wrongly. Example: in `42000.1",` the
//! bytes that are no digits are the point at 5 and the quote at 7. Without the point, the digits `420001` are the mantissa.

use crate::number::Number;

/// The number at the beginning of a text, such as `42000.1`, up to the quote after it.
#[derive(Clone, Copy)]
pub(super) struct Digits {
    mantissa: u64,
    scale: usize,
    /// The number of characters.
    pub(super) length: usize,
}

impl Digits {
    /// Reads a number of at most 8 characters. Returns `None` for other texts, some of which are numbers.
    #[inline]
    pub(super) fn short(text: &[u8]) -> Option<Self> {
        let text: &[u8; 9] = text.first_chunk()?;
        let word = Word::new(text.first_chunk()?);
        let (first, second) = (word.first_other(), word.second_other());
        if text[first] == b'.' && text[second] == b'"' && first > 0 && second > first + 1 {
            Some(Self { mantissa: word.without(first).value(second - 1), scale: second - first - 1, length: second })
        } else if text[first] == b'"' && first > 0 {
            Some(Self { mantissa: word.value(first), scale: 0, length: first })
        } else {
            None
        }
    }

    /// Reads a number of at most 16 characters, whose point is one of the first 8. Returns `None` for other texts, some of which are numbers.
    #[inline]
    pub(super) fn long(text: &[u8]) -> Option<Self> {
        if let Some(digits) = Self::short(text) {
            return Some(digits);
        }
        let text: &[u8; 17] = text.first_chunk()?;
        let (start, rest) = (Word::new(text.first_chunk()?), Word::new(text[8..].first_chunk()?));
        let (point, count) = (start.first_other(), rest.first_other());
        let length = 8 + count;
        let (start, scale) = match point {
            8 => (start.value(8), 0),
            _ if text[point] == b'.' && point > 0 && start.second_other() == 8 => (start.without(point).value(7), length - point - 1),
            _ => return None,
        };
        let is_complete = count > 0 && text[length] == b'"';
        is_complete.then(|| Self { mantissa: start * POWERS[count] + rest.value(count), scale, length })
    }

    #[inline]
    pub(super) fn number(self) -> Option<Number> {
        Some(Number::Small { mantissa: i64::try_from(self.mantissa).ok()?, scale: u8::try_from(self.scale).ok()? })
    }
}

/// 10⁰ to 10⁸.
const POWERS: [u64; 9] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

/// Eight characters. The lowest byte is the first character. A digit is its value, and any other byte is greater than 9.
#[derive(Clone, Copy)]
struct Word(u64);

impl Word {
    #[inline]
    fn new(text: &[u8; 8]) -> Self {
        Self(u64::from_le_bytes(*text) ^ u64::from_le_bytes([b'0'; 8]))
    }

    /// The high bit of each byte that is no digit.
    #[inline]
    fn others(self) -> u64 {
        const HIGH_BITS: u64 = u64::from_le_bytes([0x80; 8]);
        (self.0 | ((self.0 & !HIGH_BITS) + u64::from_le_bytes([0x80 - 10; 8]))) & HIGH_BITS
    }

    /// The place of the first byte that is no digit, or 8.
    #[inline]
    fn first_other(self) -> usize {
        (self.others().trailing_zeros() / 8) as usize
    }

    /// The place of the second byte that is no digit, or 8.
    #[inline]
    fn second_other(self) -> usize {
        let others = self.others();
        ((others & others.wrapping_sub(1)).trailing_zeros() / 8) as usize
    }

    /// The word without the byte at a place below 8.
    #[inline]
    fn without(self, place: usize) -> Self {
        let before = !(u64::MAX << (8 * place));
        Self((self.0 & before) | ((self.0 >> 8) & !before))
    }

    /// The number that the first digits represent, for a count of 1 to 8.
    ///
    /// Combines neighbours to pairs, to groups of four and to the number. Example: the digits 4, 2, 0 and 1 become 42 and 1, and then 4201.
    #[inline]
    fn value(self, count: usize) -> u64 {
        let digits = self.0 << (8 * (8 - count));
        let pairs = (digits.wrapping_mul(10) + (digits >> 8)) & 0x00ff_00ff_00ff_00ff;
        let fours = (pairs.wrapping_mul(100) + (pairs >> 16)) & 0x0000_ffff_0000_ffff;
        (fours.wrapping_mul(10_000) + (fours >> 32)) & 0xffff_ffff
    }
}
