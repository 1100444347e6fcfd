//! The format of dates in provenance files.

use jiff::civil::Date;

/// Parses a date that is written as `2026-12-31`.
///
/// # Errors
/// Returns a message if the date does not exist, such as `2026-02-29`, or has another format, even if ISO 8601 allows this format,
/// such as `20261231`.
pub fn parse_date(text: &str) -> Result<Date, String> {
    let date = text.parse::<Date>().ok().filter(|date| date.to_string() == text);
    date.ok_or_else(|| format!("`{text}` is not a date such as 2026-12-31"))
}

#[cfg(test)]
mod tests {
    use super::parse_date;

    #[test]
    fn a_date_that_does_not_exist_is_rejected() {
        for text in ["2026-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "1900-02-29"] {
            assert!(parse_date(text).is_err(), "{text}");
        }
        for text in ["2028-02-29", "2000-02-29", "2026-12-31", "2026-02-28"] {
            assert_eq!(parse_date(text).map(|date| date.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn another_spelling_of_a_date_is_rejected() {
        for text in ["2026-1-1", "20261231", "2026-12-31T00:00", "+002026-12-31", "2026-W53-4", " 2026-12-31", "tomorrow", ""] {
            assert!(parse_date(text).is_err(), "{text}");
        }
    }
}
