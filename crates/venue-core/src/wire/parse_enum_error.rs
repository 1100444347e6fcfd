//! `ParseEnumError`: a text that is not a documented value of an open enum.

use std::error::Error;
use std::fmt;

use super::UnknownValue;

/// A text is not a documented value of an enum. Displays the documented values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseEnumError {
    value: UnknownValue,
    enum_name: &'static str,
    documented: &'static [&'static str],
}

impl ParseEnumError {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(value: UnknownValue, enum_name: &'static str, documented: &'static [&'static str]) -> Self {
        Self { value, enum_name, documented }
    }

    /// The text that could not be parsed.
    #[must_use]
    pub const fn value(&self) -> &UnknownValue {
        &self.value
    }

    /// The values that the specification lists.
    #[must_use]
    pub const fn documented(&self) -> &'static [&'static str] {
        self.documented
    }
}

/// `` `1min` is not a documented value of `KlineInterval`: use `1m`, `5m` or `1h` ``
impl fmt::Display for ParseEnumError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a documented value of `{}`: use ", self.value, self.enum_name)?;
        for (index, value) in self.documented.iter().enumerate() {
            let separator = match index {
                0 => "",
                index if index + 1 == self.documented.len() => " or ",
                _ => ", ",
            };
            write!(f, "{separator}`{value}`")?;
        }
        Ok(())
    }
}

impl Error for ParseEnumError {}
