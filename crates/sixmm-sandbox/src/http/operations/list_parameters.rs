//! Parameters that lists share: page and time range.

use crate::UnixMillis;
use crate::exchange::{PageRequest, TimeRange};
use crate::spec::Input;

/// Parses `page` and `pageSize`, with the documented defaults.
pub(super) fn page(input: Input<'_>) -> PageRequest {
    let default = PageRequest::default();
    PageRequest { page: input.integer("page").unwrap_or(default.page), page_size: input.integer("pageSize").unwrap_or(default.page_size) }
}

/// Parses `startTime` and `endTime`.
pub(super) fn time(input: Input<'_>) -> TimeRange {
    let bound = |name: &str| input.integer(name).map(UnixMillis::new);
    TimeRange { start: bound("startTime"), end: bound("endTime") }
}
