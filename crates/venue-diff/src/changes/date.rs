//! Days.

use std::fmt;
use std::str::FromStr;

/// A day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    year: u32,
    month: u32,
    day: u32,
}

impl Date {
    /// The day, in UTC, so many days after 1 January 1970.
    pub fn from_unix_days(days: u32) -> Self {
        let (mut year, mut rest) = (1970, days);
        while rest >= days_of_year(year) {
            rest -= days_of_year(year);
            year += 1;
        }
        let mut month = 1;
        while rest >= days_of_month(year, month) {
            rest -= days_of_month(year, month);
            month += 1;
        }
        Self { year, month, day: rest + 1 }
    }
}

fn is_leap(year: u32) -> bool {
    year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400)
}

fn days_of_year(year: u32) -> u32 {
    if is_leap(year) { 366 } else { 365 }
}

fn days_of_month(year: u32, month: u32) -> u32 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl FromStr for Date {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let error = || format!("`{text}` is no day such as 2026-12-31");
        let is_form = text.len() == 10
            && text.bytes().enumerate().all(|(index, byte)| if index == 4 || index == 7 { byte == b'-' } else { byte.is_ascii_digit() });
        if !is_form {
            return Err(error());
        }
        let number = |range: std::ops::Range<usize>| text[range].parse::<u32>().map_err(|_| error());
        let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
        let is_day = (1..=12).contains(&month) && (1..=days_of_month(year, month)).contains(&day);
        if is_day { Ok(Self { year, month, day }) } else { Err(error()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_since_1970_are_days_of_the_calendar() {
        for (days, date) in [(0, "1970-01-01"), (58, "1970-02-28"), (59, "1970-03-01"), (11_016, "2000-02-29"), (20_778, "2026-11-21")] {
            assert_eq!(Date::from_unix_days(days).to_string(), date);
        }
    }

    #[test]
    fn a_day_that_does_not_exist_is_refused() {
        for text in ["2026-02-29", "2026-13-01", "2026-1-1", "tomorrow", "2026-00-10", "2026-01-00"] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
        assert!("2028-02-29".parse::<Date>().is_ok());
    }
}
