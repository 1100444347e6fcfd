//! Pages of lists.

use super::command::PageRequest;
use super::reject::Reject;
use super::view::Page;

/// Most entries on a page: this sandbox's choice.
const PAGE_SIZE_MOST: i64 = 100;

impl PageRequest {
    /// The page of a list, of which only the entries of the page are made into what is shown.
    pub(super) fn of<T, V>(self, entries: impl Iterator<Item = T>, show: impl FnMut(T) -> V) -> Result<Page<V>, Reject> {
        if self.page < 1 {
            return Err(Reject::out_of_range("page must be 1 or more"));
        }
        if !(1..=PAGE_SIZE_MOST).contains(&self.page_size) {
            return Err(Reject::out_of_range(format_args!("pageSize must be from 1 to {PAGE_SIZE_MOST}")));
        }
        let entries: Vec<T> = entries.collect();
        let total = entries.len();
        let size = usize::try_from(self.page_size).unwrap_or(usize::MAX);
        let skip = usize::try_from(self.page - 1).unwrap_or(usize::MAX).saturating_mul(size);
        Ok(Page { list: entries.into_iter().skip(skip).take(size).map(show).collect(), total })
    }
}
