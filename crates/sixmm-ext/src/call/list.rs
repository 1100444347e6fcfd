//! Lists, as pages and as streams of items.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;
use sixmm_api::operations::CURRENT_ORDERS;
use sixmm_api::types::{
    AccountChangeLog, AccountChangeLogPage, ClosedPosition, ConditionId, ConditionOrder, ConditionOrderHistoryPage, Kline, KlineInterval,
    Order, OrderHistoryPage, OrderId, PositionHistoryPage, PositionId, Trade, TradePage, Undocumented,
};
use sixmm_api::{Extra, UnixMillis, requests};
use venue_core::ValidationErrors;
use venue_runtime::paging::{FetchedPage, Items, Pages, by_cursor, by_number_with_gaps, by_window};

use super::unreadable_rows::{Page as _, UnreadableRows};
use crate::Error;
use crate::call::Call;

/// How many rows to ask for at once where the documentation names no maximum.
const PAGE_SIZE: u32 = 100;
/// How many rows a page has by the documentation, if none are asked for: no server refuses so many.
const DOCUMENTED_PAGE_SIZE: u32 = 20;
/// The documented maximum of candlesticks in an answer.
const KLINES: u32 = 1000;

/// Declares `pages` and `items` of a list that takes a page's number.
macro_rules! numbered {
    ($($request:ident / $operation:ident of $item:ty, $list:expr, $total:expr, $key:expr;)+) => { $(
        impl Call<requests::$request> {
            /// The list, page by page, from the first one on, `page_size` rows a page. Without a `page_size`, 100 rows are asked for, and if the
            /// exchange refuses that as an invalid request, the documented 20, once: the greatest number is not documented.
            ///
            /// A short page is not taken for the last one: the list ends with an empty page, so it takes one request more. It also ends if the
            /// exchange refuses a page as an invalid request after as many rows were read as it counts in all. Rows that appear while one reads
            /// push others to a later page: what was seen on an earlier page is left out, rows of one page never are. Rows that appear before the
            /// place where one is are not seen, and rows that are removed can make others be missed.
            ///
            /// An error is an item of the stream, not its end: asking again repeats the request that failed. A page with rows that cannot be read
            /// is followed by an error that contains them ([`Error::unreadable_rows`]), and after that by the next page. Ten pages in a row of which
            /// no row can be read end the list. A page without the documented list is an error ([`Error::is_list_missing`]), and the last page.
            pub fn pages(self) -> Pages<'static, $item, Error> {
                let operation = &sixmm_api::operations::$operation;
                let progress = Arc::new(Progress::new(self.request.page_size.and_then(|size| u32::try_from(size).ok())));
                let size = progress.size();
                let fetch = move |page: u32, _| {
                    let (call, progress) = (self.clone(), Arc::clone(&progress));
                    async move {
                        let send = |size: u32| {
                            let mut call = call.clone();
                            call.request.page = page.try_into().ok();
                            call.request.page_size = size.try_into().ok();
                            call.send()
                        };
                        let answer = match send(progress.size()).await {
                            Err(error) if page == 1 && progress.is_smaller_page_worth_a_request(&error) => send(progress.size()).await,
                            answer => answer,
                        };
                        match answer {
                            Ok(answer) => {
                                let unreadable = answer.unreadable_row_count();
                                let error = answer.extra().and_then(|extra| Error::incomplete_page(operation, extra));
                                let (total, rows) = ($total(&answer), $list(answer));
                                let rows = rows.ok_or_else(|| Error::unreadable(operation))?;
                                progress.note(rows.len().saturating_add(unreadable), total);
                                Ok(FetchedPage::new(rows, unreadable, error))
                            }
                            Err(error) if page > 1 && progress.is_end(&error) => Ok(FetchedPage::from(Vec::new())),
                            Err(error) => Err(error),
                        }
                    }
                };
                by_number_with_gaps(size, fetch, $key)
            }

            /// The list, row by row: see [`pages`](Self::pages).
            pub fn items(self) -> Items<'static, $item, Error> {
                self.pages().items()
            }
        }
    )+ };
}

numbered! {
    Trades / TRADES of Trade, |page: TradePage| Some(page.list), |page: &TradePage| page.total, trade_key;
    OrderHistory / ORDER_HISTORY of Order, |page: OrderHistoryPage| provisional(page.list, &page.extra), |page: &OrderHistoryPage| page.total,
        |order: &Order| key(order.order_id.as_ref().map(OrderId::as_str), order);
    ConditionOrderHistory / CONDITION_ORDER_HISTORY of ConditionOrder,
        |page: ConditionOrderHistoryPage| provisional(page.list, &page.extra), |page: &ConditionOrderHistoryPage| page.total,
        |order: &ConditionOrder| key(order.condition_id.as_ref().map(ConditionId::as_str), order);
    PositionHistory / POSITION_HISTORY of ClosedPosition, |page: PositionHistoryPage| Some(page.list), |page: &PositionHistoryPage| page.total,
        |position: &ClosedPosition| key(position.position_id.as_ref().map(PositionId::as_str), position);
    AccountChangeLogs / ACCOUNT_CHANGE_LOGS of AccountChangeLog, |page: AccountChangeLogPage| Some(page.list),
        |page: &AccountChangeLogPage| page.total, content;
    CurrentFundingRates / CURRENT_FUNDING_RATES of Undocumented, rows, undocumented_total, funding_key;
    FundingRateHistory / FUNDING_RATE_HISTORY of Undocumented, rows, undocumented_total, funding_key;
}

/// What the requests for one list have shown so far.
struct Progress {
    size: AtomicU32,
    /// Whether the size is ours, and not the caller's.
    is_ours: bool,
    rows: AtomicU64,
    /// How many rows there are, as the exchange counts them; 0 if it does not.
    total: AtomicU64,
}

impl Progress {
    fn new(size: Option<u32>) -> Self {
        let (rows, total) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { size: AtomicU32::new(size.unwrap_or(PAGE_SIZE)), is_ours: size.is_none(), rows, total }
    }

    fn size(&self) -> u32 {
        self.size.load(Ordering::Relaxed)
    }

    /// Whether the first page was refused because it is too large, for all that is known: the size is a smaller one from then on.
    fn is_smaller_page_worth_a_request(&self, error: &Error) -> bool {
        let is_worth_it = self.is_ours && is_refused_as_invalid(error) && self.size() > DOCUMENTED_PAGE_SIZE;
        if is_worth_it {
            self.size.store(DOCUMENTED_PAGE_SIZE, Ordering::Relaxed);
        }
        is_worth_it
    }

    /// Counts the rows of a page, those that could not be read included.
    fn note(&self, rows: usize, total: Option<i64>) {
        self.rows.fetch_add(rows as u64, Ordering::Relaxed);
        if let Some(total) = total.and_then(|total| u64::try_from(total).ok()) {
            self.total.store(total, Ordering::Relaxed);
        }
    }

    /// Whether this is how the exchange says that there is no such page: all rows that it counts were read.
    fn is_end(&self, error: &Error) -> bool {
        let total = self.total.load(Ordering::Relaxed);
        is_refused_as_invalid(error) && total > 0 && self.rows.load(Ordering::Relaxed) >= total
    }
}

/// Whether the exchange itself refused the request as invalid.
fn is_refused_as_invalid(error: &Error) -> bool {
    error.is_invalid_request() && error.field_errors().is_empty()
}

/// A row is known again by its id, or by all that it contains if it has none: an id that is empty or "0" is none.
fn key(id: Option<&str>, row: &impl Serialize) -> Option<String> {
    id.filter(|id| is_id(id)).map(str::to_owned).or_else(|| content(row))
}

fn is_id(id: &str) -> bool {
    !matches!(id, "" | "0")
}

/// A movement of funds has no id: all that makes it unlike others. Two orders that freeze the same margin in the same millisecond differ in
/// what was frozen before.
fn content(row: &impl Serialize) -> Option<String> {
    serde_json::to_string(row).ok()
}

/// Both sides of one fill may be the account's own.
fn trade_key(trade: &Trade) -> Option<String> {
    let Trade { fill_id, order_id, side, .. } = trade;
    if is_id(fill_id.as_str()) { Some(format!("{fill_id} {order_id} {side}")) } else { content(trade) }
}

/// Nothing is documented of a funding rate: the whole row is its own key.
fn funding_key(row: &Undocumented) -> Option<String> {
    Some(row.as_json().to_string())
}

fn undocumented_total(answer: &Undocumented) -> Option<i64> {
    answer.as_json().get("total")?.as_i64()
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

/// The rows of a list whose field name is not documented (provisional in the specification). An empty response has no rows. A response that
/// has other fields but not the list is an error, because the list may have another name.
fn provisional<T>(list: Option<Vec<T>>, extra: &Extra) -> Option<Vec<T>> {
    list.or_else(|| extra.is_empty().then(Vec::new))
}

impl Call<requests::CurrentOrders> {
    /// The open orders, page by page. An order that is placed or ends between two requests can be missing or outdated; no order occurs twice.
    ///
    /// The documentation does not say whether the cursor names the last order seen or the first one to come: both are understood. The list ends
    /// with a page that brings nothing new, or with an error if its last order has no id to continue from. An error is an item of the stream, not
    /// its end. A page with rows that cannot be read is followed by an error that contains them ([`Error::unreadable_rows`]). A page without
    /// the documented list is an error ([`Error::is_list_missing`]) and the last item, because the account may have open orders.
    pub fn pages(self) -> Pages<'static, Order, Error> {
        let unreadable = UnreadableRows::new(&CURRENT_ORDERS);
        let noted = unreadable.clone();
        let fetch = move |last: Option<Option<OrderId>>| {
            let call = match last {
                None => Ok(self.clone()),
                Some(id) => after(id.as_ref()).map(|id| self.clone().last_order_id(id)),
            };
            let unreadable = unreadable.clone();
            async move { call?.send().await.inspect(|page| unreadable.note(page)).map(|page| page.list) }
        };
        by_cursor(fetch, |order: &Order| order.order_id.clone(), |order: &Order| order.order_id.clone().filter(|id| is_id(id.as_str())))
            .followed_by(move || noted.take())
    }

    /// The open orders, one by one: see [`pages`](Self::pages).
    pub fn items(self) -> Items<'static, Order, Error> {
        self.pages().items()
    }
}

/// The cursor, a number as the documentation has it. An id that is none must not look like the end of the list, nor begin it again.
fn after(id: Option<&OrderId>) -> Result<i64, Error> {
    id.and_then(|id| id.as_str().parse().ok()).filter(|id| *id != 0).ok_or_else(|| {
        let id = id.map_or("", OrderId::as_str);
        let reason = if is_id(id) { "it is not a number" } else { "it is no id" };
        let mut errors = ValidationErrors::new();
        errors.push("lastOrderId", format!("cannot be {id:?}, the last order's id: {reason}, so the list cannot be continued"));
        Error::invalid(&CURRENT_ORDERS, errors)
    })
}

impl Call<requests::Klines> {
    /// Candlesticks of any span, in windows of at most 1000 intervals, oldest first, without gap or repetition: from `start_time` up to, and not
    /// including, `end_time`. Without an `end_time`, up to now by the server's clock; without a `start_time`, the last 1000 intervals, which
    /// contain fewer candlesticks where the exchange has none.
    ///
    /// A long time without candlesticks, such as before a contract was listed, costs some 20 requests, however long: the first candlestick after
    /// it is searched for ([`by_window`]). The documentation does not say what `startTime` and `endTime` mean for a span of more than 1000
    /// intervals, so the search is given up if the exchange turns out to look at the beginning of such a span only.
    ///
    /// A month is taken to be 28 days long here, which only makes the windows shorter. `limit` is not used.
    ///
    /// # Errors
    ///
    /// Each item of the stream may be an error, which is not its end. An interval that the documentation does not list has no known length:
    /// it is read as if it were a minute.
    pub fn pages(self) -> Pages<'static, Kline, Error> {
        let unreadable = UnreadableRows::new(&sixmm_api::operations::KLINES);
        let noted = unreadable.clone();
        let step = length(&self.request.interval);
        let end = self.request.end_time.unwrap_or_else(|| self.client.server_now());
        let whole = i64::try_from(step.as_millis()).unwrap_or(i64::MAX).saturating_mul(i64::from(KLINES));
        let start = self.request.start_time.unwrap_or_else(|| UnixMillis::new(end.as_millis().saturating_sub(whole).max(0)));
        let fetch = move |from: UnixMillis, to: UnixMillis, limit: u32| {
            let call = self.clone().start_time(from).end_time(to).limit(i32::try_from(limit).unwrap_or(i32::MAX));
            let unreadable = unreadable.clone();
            async move { call.send().await.inspect(|page| unreadable.note(page)).map(|page| page.list) }
        };
        by_window(start..end, step, KLINES, fetch, |kline: &Kline| kline.open_time).followed_by(move || noted.take())
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
