//! Days, weeks and months in UTC. All times are Unix milliseconds.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

pub(super) const HOUR_MS: i64 = 3_600_000;
pub(super) const DAY_MS: i64 = 24 * HOUR_MS;
pub(super) const WEEK_MS: i64 = 7 * DAY_MS;

/// 1970-01-05 was a Monday.
const FIRST_MONDAY: i64 = 4 * DAY_MS;

/// Start of the day that contains `time`.
pub(super) const fn day(time: i64) -> i64 {
    time.div_euclid(DAY_MS) * DAY_MS
}

/// Start of the week that contains `time`. Weeks start on Monday.
pub(super) const fn week(time: i64) -> i64 {
    (time - FIRST_MONDAY).div_euclid(WEEK_MS) * WEEK_MS + FIRST_MONDAY
}

/// Start of the month that contains `time`.
pub(super) fn month(time: i64) -> i64 {
    start_of(date(time).first_of_month())
}

/// Start of the month after the month that contains `time`.
pub(super) fn next_month(time: i64) -> i64 {
    start_of(date(time).first_of_month().saturating_add(1.month()))
}

/// The day that contains `time`, such as `2026-11-21`.
pub(super) fn day_text(time: i64) -> String {
    date(time).to_string()
}

/// The date of a time. A time after the year 9999 gives the last date of the calendar.
fn date(time: i64) -> Date {
    Timestamp::from_millisecond(time).unwrap_or(Timestamp::MAX).to_zoned(TimeZone::UTC).date()
}

fn start_of(date: Date) -> i64 {
    date.to_zoned(TimeZone::UTC).map_or(i64::MAX, |zoned| zoned.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-21T04:05:06Z, a Saturday.
    const TIME: i64 = 1_795_233_906_000;

    #[test]
    fn weeks_start_on_monday_and_months_on_their_first_day() {
        assert_eq!(day_text(TIME), "2026-11-21");
        assert_eq!(day_text(week(TIME)), "2026-11-16");
        assert_eq!(day_text(month(TIME)), "2026-11-01");
        assert_eq!(day_text(next_month(TIME)), "2026-12-01");
        assert_eq!(day_text(next_month(next_month(TIME))), "2027-01-01");
        assert_eq!(week(week(TIME)), week(TIME));
        assert_eq!(month(month(TIME)), month(TIME));
    }
}
