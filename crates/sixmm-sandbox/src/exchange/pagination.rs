//! Pagination of lists.

use super::command::PageRequest;
use super::reject::Reject;
use super::view::Page;

/// Maximum number of entries per page. The sandbox's choice.
const MAX_PAGE_SIZE: i64 = 100;

impl PageRequest {
    /// Returns the requested page of a list. The closure `show` converts the entries of this page to the type of the response.
    pub(super) fn paginate<T, V>(self, entries: impl Iterator<Item = T>, show: impl FnMut(T) -> V) -> Result<Page<V>, Reject> {
        if self.page < 1 {
            return Err(Reject::out_of_range("page must be 1 or more"));
        }
        if !(1..=MAX_PAGE_SIZE).contains(&self.page_size) {
            return Err(Reject::out_of_range(format_args!("pageSize must be from 1 to {MAX_PAGE_SIZE}")));
        }
        let entries: Vec<T> = entries.collect();
        let total = entries.len();
        let size = usize::try_from(self.page_size).unwrap_or(usize::MAX);
        let skip = usize::try_from(self.page - 1).unwrap_or(usize::MAX).saturating_mul(size);
        Ok(Page { list: entries.into_iter().skip(skip).take(size).map(show).collect(), total })
    }
}
