//! What lists have in common: pages, and times from and to.

use crate::UnixMillis;
use crate::exchange::{PageRequest, TimeRange};
use crate::spec::Input;

/// `page` and `pageSize`, with the documented defaults.
pub(super) fn page(input: Input<'_>) -> PageRequest {
    let usual = PageRequest::default();
    PageRequest { page: input.integer("page").unwrap_or(usual.page), page_size: input.integer("pageSize").unwrap_or(usual.page_size) }
}

/// The last millisecond of the year 9999, where calendars end.
const LAST: i64 = 253_402_300_799_999;

/// `startTime` and `endTime`. Nothing happened before 1970: a bound outside of the calendar is as good as the end of it.
pub(super) fn time(input: Input<'_>) -> TimeRange {
    let bound = |name: &str| input.integer(name).map(|millis| UnixMillis::new(millis.clamp(0, LAST)));
    TimeRange { start: bound("startTime"), end: bound("endTime") }
}
