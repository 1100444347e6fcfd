//! Searching for a condition order: there is no query for one.

use sixmm_api::UnixMillis;
use sixmm_api::types::{ClientOrderId, ConditionOrder as Row};

use super::evidence::Evidence;
use super::reconcile::{Deadline, Finding};
use super::reported::Reported;
use super::sent_order::Began;
use crate::call::{ConditionOrderHistory, OpenConditionOrders};
use crate::{Client, Error};

/// How much of the history is searched: the order in which the exchange lists it is not documented, nor how many rows it gives at most.
const PAGES: i64 = 5;

/// The rows of a page of the history.
const PAGE_SIZE: i64 = 100;

/// The result of a search.
pub(super) enum Searched {
    Found(Reported),
    /// All rows were read, and none is the order's.
    Missing,
    /// Some rows were not read: a row or a list is unreadable, or the history has more pages than are searched.
    Incomplete,
}

impl Searched {
    /// What the search shows of a write.
    pub(super) fn classify<T>(self, classify: impl FnOnce(&Reported) -> Finding<T>) -> Finding<T> {
        match self {
            Self::Found(order) => classify(&order),
            Self::Missing => Finding::Open(Evidence::NotFound),
            Self::Incomplete => Finding::Open(Evidence::Incomplete),
        }
    }
}

/// The contract's condition order with this id of the caller's, among those that wait and those of the history since then.
pub(super) async fn find_condition(
    client: &Client,
    symbol: &str,
    id: &ClientOrderId,
    since: UnixMillis,
    deadline: &Deadline,
) -> Result<Searched, Error> {
    search(client, symbol, since, deadline, |order| order.client_order_id.as_ref() == Some(id)).await
}

/// There is no query for one condition order: those that wait are searched, and then the first pages of the history.
pub(super) async fn search(
    client: &Client,
    symbol: &str,
    since: UnixMillis,
    deadline: &Deadline,
    is_it: impl Fn(&Row) -> bool,
) -> Result<Searched, Error> {
    let waiting = OpenConditionOrders::new(client).symbol(symbol).options(deadline.options()).send().await?;
    let rows = waiting.list.as_ref().map_or(0, Vec::len);
    let mut is_complete =
        waiting.is_complete() && waiting.total.is_none_or(|total| usize::try_from(total).is_ok_and(|total| total <= rows));
    if let Some(searched) = one_of(waiting.list.iter().flatten().filter(|order| is_it(order))) {
        return Ok(searched);
    }
    for page in 1..=PAGES {
        let past = ConditionOrderHistory::new(client).symbol(symbol).start_time(since).page(page).page_size(PAGE_SIZE);
        let past = past.options(deadline.options()).send().await?;
        is_complete &= past.is_complete();
        let has_unreadable = !past.unreadable_rows().is_empty();
        let list = past.list.unwrap_or_default();
        if let Some(searched) = one_of(list.iter().filter(|order| is_it(order))) {
            return Ok(searched);
        }
        if list.is_empty() && !has_unreadable {
            return Ok(if is_complete { Searched::Missing } else { Searched::Incomplete });
        }
    }
    Ok(Searched::Incomplete)
}

/// The only match. Two rows of one id contradict each other.
fn one_of<'a>(mut matches: impl Iterator<Item = &'a Row>) -> Option<Searched> {
    let first = matches.next()?;
    Some(match matches.next() {
        None => Searched::Found(Reported::of(first).unwrap_or_default()),
        Some(_) => Searched::Incomplete,
    })
}

/// An hour before the write began: without an API key, the server's clock is not known, and this machine's may be wrong.
pub(super) fn a_while_before(began: Began, client: &Client) -> UnixMillis {
    UnixMillis::new(began.by_the_server(client).as_millis().saturating_sub(3_600_000))
}
