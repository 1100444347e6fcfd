//! Lists, as pages and as streams of items.

use std::time::Duration;

use serde_json::Value;
use sixmm_api::operations::CURRENT_ORDERS;
use sixmm_api::types::{AccountChangeLog, ClosedPosition, ConditionOrder, Kline, KlineInterval, Order, OrderId, Trade, Undocumented};
use sixmm_api::{Extra, UnixMillis};
use sixmm_core::Faults;
use sixmm_ext_core::paging::{Items, Pages, by_cursor, by_number, by_window};

use super::{
    AccountChangeLogs, ConditionOrderHistory, CurrentFundingRates, FundingRateHistory, Klines, OpenOrders, OrderHistory, PositionHistory,
    Trades,
};
use crate::Error;

/// How many rows to ask for at once where the documentation names no maximum.
const PAGE_SIZE: u32 = 100;
/// The documented maximum of candlesticks in an answer.
const KLINES: u32 = 1000;

/// Declares `pages` and `items` of a list that takes a page's number.
macro_rules! numbered {
    ($($call:ident / $operation:ident of $item:ty, $list:expr, $key:expr;)+) => { $(
        impl $call {
            /// The list, page by page, from the first one on, 100 rows a page unless `page_size` says otherwise.
            ///
            /// A short page is not taken for the last one, and no total is trusted: the list ends with an empty page, so it takes one
            /// request more. Rows that appear while one reads push others to a later page: what was seen is left out. Rows that appear
            /// before the place where one is are not seen, and rows that are removed can make others be missed.
            ///
            /// An error is an item of the stream, not its end: asking again repeats the request that failed.
            pub fn pages(self) -> Pages<'static, $item, Error> {
                let size = self.page_size.and_then(|size| u32::try_from(size).ok()).unwrap_or(PAGE_SIZE);
                let fetch = move |page: u32, size: u32| {
                    let mut call = self.clone();
                    call.page = page.try_into().ok();
                    call.page_size = size.try_into().ok();
                    async move {
                        call.send().await.map($list)?.ok_or_else(|| Error::unreadable(&sixmm_api::operations::$operation))
                    }
                };
                by_number(size, fetch, $key)
            }

            /// The list, row by row: see [`pages`](Self::pages).
            pub fn items(self) -> Items<'static, $item, Error> {
                self.pages().items()
            }
        }
    )+ };
}

numbered! {
    Trades / TRADES of Trade, |page| Some(page.list), |trade: &Trade| Some(trade.fill_id.clone());
    OrderHistory / ORDER_HISTORY of Order, |page| provisional(page.list, &page.extra), |order: &Order| order.order_id.clone();
    ConditionOrderHistory / CONDITION_ORDER_HISTORY of ConditionOrder, |page| provisional(page.list, &page.extra), |order: &ConditionOrder| order.condition_id.clone();
    PositionHistory / POSITION_HISTORY of ClosedPosition, |page| Some(page.list), |position: &ClosedPosition| position.position_id.clone();
    AccountChangeLogs / ACCOUNT_CHANGE_LOGS of AccountChangeLog, |page| Some(page.list), change_key;
    CurrentFundingRates / CURRENT_FUNDING_RATES of Undocumented, rows, funding_key;
    FundingRateHistory / FUNDING_RATE_HISTORY of Undocumented, rows, funding_key;
}

/// A movement of funds has no id: all that makes it unlike others. Two orders that freeze the same margin in the same millisecond differ in
/// what was frozen before.
fn change_key(change: &AccountChangeLog) -> Option<String> {
    Some(format!(
        "{} {} {} {} {} {} {} {} {:?}",
        change.created_at,
        change.asset_type,
        change.change_type,
        change.amount,
        change.wallet_balance_before,
        change.wallet_balance_after,
        change.frozen_balance_before,
        change.frozen_balance_after,
        change.reference_id
    ))
}

/// Nothing is documented of a funding rate: the whole row is its own key.
fn funding_key(row: &Undocumented) -> Option<String> {
    Some(row.as_json().to_string())
}

/// The rows of an answer of which nothing is documented: the answer itself, or its `list`; `None` if neither is one.
fn rows(answer: Undocumented) -> Option<Vec<Undocumented>> {
    let list = match answer.into_json() {
        Value::Array(list) => list,
        Value::Object(object) if object.is_empty() => Vec::new(),
        Value::Object(mut object) => match object.remove("list") {
            Some(Value::Array(list)) => list,
            Some(Value::Null) => Vec::new(),
            _ => return None,
        },
        Value::Null => Vec::new(),
        _ => return None,
    };
    Some(list.into_iter().map(Undocumented::from).collect())
}

/// A list that is missing is an empty one, unless something else stands in its place.
fn provisional<T>(list: Option<Vec<T>>, extra: &Extra) -> Option<Vec<T>> {
    list.or_else(|| extra.is_empty().then(Vec::new))
}

impl OpenOrders {
    /// The open orders, page by page. Orders that are placed or end while one reads may be missed or be gone; none comes twice.
    ///
    /// The documentation does not say whether the cursor names the last order seen or the first one to come: both are understood. The list ends
    /// with a page that brings nothing new. An error is an item of the stream, not its end.
    pub fn pages(self) -> Pages<'static, Order, Error> {
        let fetch = move |last: Option<Option<OrderId>>| {
            let call = match last {
                None => Ok(self.clone()),
                Some(id) => after(id.as_ref()).map(|id| self.clone().last_order_id(id)),
            };
            async move { call?.send().await.map(|page| page.list) }
        };
        by_cursor(fetch, |order: &Order| order.order_id.clone())
    }

    /// The open orders, one by one: see [`pages`](Self::pages).
    pub fn items(self) -> Items<'static, Order, Error> {
        self.pages().items()
    }
}

/// The cursor, a number as the documentation has it. An id that is none must not look like the end of the list.
fn after(id: Option<&OrderId>) -> Result<i64, Error> {
    id.and_then(|id| id.as_str().parse().ok()).ok_or_else(|| {
        let id = id.map_or("", OrderId::as_str);
        let mut faults = Faults::new();
        faults.push("lastOrderId", format!("cannot be {id:?}, the last order's id: it is not a number, so the list cannot be continued"));
        Error::invalid(&CURRENT_ORDERS, faults)
    })
}

impl Klines {
    /// Candlesticks of any span, in windows of at most 1000, oldest first, without gap or repetition: from `start_time` up to, and not
    /// including, `end_time`. Without an `end_time`, up to now by the server's clock; without a `start_time`, the last 1000.
    ///
    /// A month is taken to be 28 days long here, which only makes the windows shorter. `limit` is not used.
    ///
    /// # Errors
    ///
    /// Each item of the stream may be an error, which is not its end. An interval that the documentation does not list has no known length:
    /// it is read as if it were a minute.
    pub fn pages(self) -> Pages<'static, Kline, Error> {
        let step = length(&self.interval);
        let end = self.end_time.unwrap_or_else(|| self.client.server_now());
        let whole = i64::try_from(step.as_millis()).unwrap_or(i64::MAX).saturating_mul(i64::from(KLINES));
        let start = self.start_time.unwrap_or_else(|| UnixMillis::new(end.as_millis().saturating_sub(whole).max(0)));
        let fetch = move |from: UnixMillis, to: UnixMillis, limit: u32| {
            let call = self.clone().start_time(from).end_time(to).limit(i32::try_from(limit).unwrap_or(i32::MAX));
            async move { call.send().await.map(|page| page.list) }
        };
        by_window(start..end, step, KLINES, fetch, |kline: &Kline| kline.open_time)
    }

    /// Candlesticks of any span, one by one: see [`pages`](Self::pages).
    pub fn items(self) -> Items<'static, Kline, Error> {
        self.pages().items()
    }
}

/// How far apart two candlesticks are, at least.
fn length(interval: &KlineInterval) -> Duration {
    const MINUTE: u64 = 60;
    const HOUR: u64 = 60 * MINUTE;
    const DAY: u64 = 24 * HOUR;
    Duration::from_secs(match interval {
        KlineInterval::FiveMinutes => 5 * MINUTE,
        KlineInterval::FifteenMinutes => 15 * MINUTE,
        KlineInterval::ThirtyMinutes => 30 * MINUTE,
        KlineInterval::OneHour => HOUR,
        KlineInterval::FourHours => 4 * HOUR,
        KlineInterval::OneDay => DAY,
        KlineInterval::OneWeek => 7 * DAY,
        KlineInterval::OneMonth => 28 * DAY,
        _ => MINUTE,
    })
}
