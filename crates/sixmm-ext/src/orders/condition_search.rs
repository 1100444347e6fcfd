//! The search for a condition order. The exchange has no query for a single condition order, so the client reads the open orders and the
//! history.

use sixmm_api::UnixMillis;
use sixmm_api::types::{ClientOrderId, ConditionOrder as Row};
use venue_runtime::reconcile::json_fields::JsonFields;
use venue_runtime::reconcile::{Deadline, WriteStart};

use super::{LastLookup, Lookup, Orders};
use crate::Error;
use crate::client_inner::ClientInner;

/// The maximum number of pages of the history that a search reads. The documentation does not state the order of the rows, so the search
/// cannot stop at rows that are too old, and needs this limit.
const PAGES: i64 = 5;

/// The number of rows of a page of the history.
const PAGE_SIZE: i64 = 100;

/// The time in milliseconds (an hour) before the placement at which the search of the history starts. Without an API key, the client does
/// not know the exchange's clock, and this machine's clock may be wrong.
const MARGIN: i64 = 3_600_000;

/// The result of a search.
pub(super) enum SearchResult {
    Found(JsonFields<'static>),
    /// All rows were read, and none of them is the order.
    Missing,
    /// The search does not show whether the order exists. The reason is an unreadable row or list, a history with more pages than the
    /// search reads, or two rows with the id of the order.
    Incomplete,
}

impl SearchResult {
    /// Converts the result of the search to the result of a lookup. The closure `classify` returns the result for an order that was found.
    pub(super) fn classify<T>(self, classify: impl FnOnce(&JsonFields<'_>) -> Lookup<T>) -> Lookup<T> {
        match self {
            Self::Found(order) => classify(&order),
            Self::Missing => Lookup::Undecided(LastLookup::NotFound),
            Self::Incomplete => Lookup::Undecided(LastLookup::Incomplete),
        }
    }
}

/// Searches for the condition order with this client order id, among the open condition orders of the contract, then in the first pages of
/// the history since `since`.
pub(super) async fn search_by_client_id(
    client: &ClientInner,
    symbol: &str,
    id: &ClientOrderId,
    since: UnixMillis,
    deadline: &Deadline,
) -> Result<SearchResult, Error> {
    search(client, symbol, since, deadline, |order| order.client_order_id.as_ref() == Some(id)).await
}

/// Searches for the condition order for which the closure `is_match` returns `true`, among the open condition orders of the contract, then
/// in the first pages of the history since `since`.
pub(super) async fn search(
    client: &ClientInner,
    symbol: &str,
    since: UnixMillis,
    deadline: &Deadline,
    is_match: impl Fn(&Row) -> bool,
) -> Result<SearchResult, Error> {
    let open = Orders::new(client).open_condition_orders().symbol(symbol).options(deadline.options()).send().await?;
    let rows = open.list.as_ref().map_or(0, Vec::len);
    let mut is_complete = open.is_complete() && open.total.is_none_or(|total| usize::try_from(total).is_ok_and(|total| total <= rows));
    if let Some(found) = single_match(open.list.iter().flatten().filter(|order| is_match(order))) {
        return Ok(found);
    }
    for page in 1..=PAGES {
        let past = Orders::new(client).condition_history().symbol(symbol).start_time(since).page(page).page_size(PAGE_SIZE);
        let past = past.options(deadline.options()).send().await?;
        is_complete &= past.is_complete();
        let has_unreadable = !past.unreadable_rows().is_empty();
        let list = past.list.unwrap_or_default();
        if let Some(found) = single_match(list.iter().filter(|order| is_match(order))) {
            return Ok(found);
        }
        if list.is_empty() && !has_unreadable {
            return Ok(if is_complete { SearchResult::Missing } else { SearchResult::Incomplete });
        }
    }
    Ok(SearchResult::Incomplete)
}

/// The result of the search, if at least one row matches. Two rows with the same id contradict each other, so two matches make the search
/// incomplete.
fn single_match<'a>(mut matches: impl Iterator<Item = &'a Row>) -> Option<SearchResult> {
    let first = matches.next()?;
    Some(match matches.next() {
        None => SearchResult::Found(JsonFields::of(first).unwrap_or_default()),
        Some(_) => SearchResult::Incomplete,
    })
}

/// The time from which the history is searched for an order of a write that began at `start`.
pub(super) fn search_window_start(start: WriteStart, client: &ClientInner) -> UnixMillis {
    UnixMillis::new(start.by_server_clock(client).as_millis().saturating_sub(MARGIN))
}
