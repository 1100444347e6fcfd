//! Searching for a condition order: there is no query for one.

use sixmm_api::UnixMillis;
use sixmm_api::types::{ClientOrderId, ConditionOrder as Row};

use super::reconcile::Deadline;
use super::reported::Reported;
use super::sent_order::Began;
use crate::call::{ConditionOrderHistory, OpenConditionOrders};
use crate::{Client, Error};

/// How much of the history is searched: the order in which the exchange lists it is not documented, nor how many rows it gives at most.
const PAGES: i64 = 5;

/// The rows of a page of the history.
const PAGE_SIZE: i64 = 100;

/// The contract's condition order of this id of yours, if there is one that waits or was placed since then.
pub(super) async fn find_condition(
    client: &Client,
    symbol: &str,
    id: &ClientOrderId,
    since: UnixMillis,
    deadline: &Deadline,
) -> Result<Option<Reported>, Error> {
    search(client, symbol, since, deadline, |order| order.client_order_id.as_ref() == Some(id)).await
}

/// There is no query for one condition order: those that wait are searched, and then the first pages of the history.
pub(super) async fn search(
    client: &Client,
    symbol: &str,
    since: UnixMillis,
    deadline: &Deadline,
    is_it: impl Fn(&Row) -> bool,
) -> Result<Option<Reported>, Error> {
    let waiting = OpenConditionOrders::new(client).symbol(symbol).options(deadline.options()).send().await?;
    if let Some(order) = waiting.list.into_iter().flatten().find(&is_it) {
        return Ok(Some(Reported::of(&order).unwrap_or_default()));
    }
    for page in 1..=PAGES {
        let past = ConditionOrderHistory::new(client).symbol(symbol).start_time(since).page(page).page_size(PAGE_SIZE);
        let list = past.options(deadline.options()).send().await?.list.unwrap_or_default();
        if list.is_empty() {
            break;
        }
        if let Some(order) = list.into_iter().find(&is_it) {
            return Ok(Some(Reported::of(&order).unwrap_or_default()));
        }
    }
    Ok(None)
}

/// An hour before the write began: without an API key, the server's clock is not known, and this machine's may be wrong.
pub(super) fn a_while_before(began: Began, client: &Client) -> UnixMillis {
    UnixMillis::new(began.by_the_server(client).as_millis().saturating_sub(3_600_000))
}
