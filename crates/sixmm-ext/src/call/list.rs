//! The methods `pages` and `items`, which read a complete list as a stream of pages or of items.

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

/// The requested page size of lists for which the documentation states no maximum.
const PAGE_SIZE: u32 = 100;
/// The documented default page size. A server does not reject its own default.
const DOCUMENTED_PAGE_SIZE: u32 = 20;
/// The documented maximum number of candlesticks in a response.
const KLINES: u32 = 1000;

/// Declares `pages` and `items` for requests that have a page number.
macro_rules! numbered {
    ($($request:ident / $operation:ident of $item:ty, $list:expr, $total:expr, $key:expr;)+) => { $(
        impl Call<requests::$request> {
            /// Reads the list page by page, beginning with the first page.
            ///
            /// A page has `page_size` rows. If `page_size` is not set, the first request asks for 100 rows. The documentation does not
            /// state whether so many rows are allowed, so if the exchange rejects this request as invalid, the client repeats it with the
            /// documented default of 20 rows.
            ///
            /// The list ends in one of these cases:
            ///
            /// - A page is empty. A page with fewer rows than requested does not end the list, because another page can follow.
            /// - The exchange rejects the request for a page as invalid after the client has read at least as many rows as the `total` of
            ///   the responses. The rejection is not returned as an error.
            /// - Ten consecutive pages contain no row that is both readable and new.
            /// - A response does not contain the documented list. The stream returns the error [`Error::is_list_missing`] and ends.
            ///
            /// All other errors are items of the stream, and the stream continues after them. After a failed request, the stream repeats
            /// the request when it is polled for the next item. If rows of a page cannot be read, the readable rows are followed by an
            /// error with the unreadable rows ([`Error::unreadable_rows`]), and then by the next page.
            ///
            /// If rows are added to the list during the reading, rows that were already read can appear again on a later page. The client
            /// skips them. Added rows whose page was already read are not returned. If rows are removed during the reading, rows that were
            /// not read yet can move to a page that was already read, and are then missed.
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

            /// Reads the list row by row, like [`pages`](Self::pages).
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

/// The page size of a list, and the number of rows that were read.
struct Progress {
    size: AtomicU32,
    /// Whether the size is the default of this module, because the caller has set none.
    is_ours: bool,
    rows: AtomicU64,
    /// The total number of rows in the list according to the last response, or 0 if no response has stated it.
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

    /// Whether to request the first page again with a smaller size, because the exchange may have rejected the default size. If so, this
    /// function also sets the smaller size.
    fn is_smaller_page_worth_a_request(&self, error: &Error) -> bool {
        let is_worth_it = self.is_ours && is_refused_as_invalid(error) && self.size() > DOCUMENTED_PAGE_SIZE;
        if is_worth_it {
            self.size.store(DOCUMENTED_PAGE_SIZE, Ordering::Relaxed);
        }
        is_worth_it
    }

    /// Adds the rows of a page to the number of read rows. `rows` includes the unreadable rows.
    fn note(&self, rows: usize, total: Option<i64>) {
        self.rows.fetch_add(rows as u64, Ordering::Relaxed);
        if let Some(total) = total.and_then(|total| u64::try_from(total).ok()) {
            self.total.store(total, Ordering::Relaxed);
        }
    }

    /// Whether the error means that the page is after the end of the list. This is the case if the exchange rejected the request as invalid
    /// and all rows of the list were read.
    fn is_end(&self, error: &Error) -> bool {
        let total = self.total.load(Ordering::Relaxed);
        is_refused_as_invalid(error) && total > 0 && self.rows.load(Ordering::Relaxed) >= total
    }
}

/// Whether the exchange rejected the request as invalid. An error of the checks before sending does not count.
fn is_refused_as_invalid(error: &Error) -> bool {
    error.is_invalid_request() && error.field_errors().is_empty()
}

/// The key by which a row is recognized on a later page: its id, or its complete content if the row has no id. An id that is empty or "0"
/// counts as no id.
fn key(id: Option<&str>, row: &impl Serialize) -> Option<String> {
    id.filter(|id| is_id(id)).map(str::to_owned).or_else(|| content(row))
}

fn is_id(id: &str) -> bool {
    !matches!(id, "" | "0")
}

/// The complete content of a row, as the key of a row without an id. Movements of funds have no id, but their contents differ. For example,
/// two orders that freeze the same margin in the same millisecond have different frozen balances before the movement.
fn content(row: &impl Serialize) -> Option<String> {
    serde_json::to_string(row).ok()
}

/// The key of a trade: the ids of its fill and of its order, because both orders of a fill can belong to the account. The key does not contain
/// the side, whose spelling could differ between two responses.
fn trade_key(trade: &Trade) -> Option<String> {
    let Trade { fill_id, order_id, .. } = trade;
    let has_ids = is_id(fill_id.as_str()) && is_id(order_id.as_str());
    if has_ids { Some(format!("{fill_id} {order_id}")) } else { content(trade) }
}

/// The key of a funding rate, which is its complete content, because the documentation describes no field of a funding rate.
fn funding_key(row: &Undocumented) -> Option<String> {
    Some(row.as_json().to_string())
}

fn undocumented_total(answer: &Undocumented) -> Option<i64> {
    answer.as_json().get("total")?.as_i64()
}

/// The rows of a response whose content is not documented. The response can be an array or an object with an array `list`. `None` for any
/// other response.
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

/// The rows of a list whose field name is provisional, because the documentation does not state the name. An empty response has no rows.
/// `None` if the response lacks the list but has other fields, because one of them may be the list under another name.
fn provisional<T>(list: Option<Vec<T>>, extra: &Extra) -> Option<Vec<T>> {
    list.or_else(|| extra.is_empty().then(Vec::new))
}

impl Call<requests::CurrentOrders> {
    /// Reads the open orders page by page. No order is returned twice. If an order is placed, changed or completed between two requests,
    /// the order can be missing or outdated.
    ///
    /// Each request contains the id of the last order of the previous page. The documentation does not state whether the response begins
    /// with this order or with the order after it, so both responses are accepted. The list ends with a page without new orders. If the
    /// last order of a page has no id, the stream returns an error, because the list cannot be continued.
    ///
    /// An error is an item of the stream. Only one error ends the stream: a response without the documented list
    /// ([`Error::is_list_missing`]). The account may then have open orders that were not returned. If rows of a page cannot be read, the
    /// readable rows are followed by an error with the unreadable rows ([`Error::unreadable_rows`]).
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

    /// Reads the open orders one by one, like [`pages`](Self::pages).
    pub fn items(self) -> Items<'static, Order, Error> {
        self.pages().items()
    }
}

/// Converts the id of the last order of a page to the cursor of the next request, which is a number in the documentation. A missing or
/// invalid id is an error, because otherwise the list would end too early or begin again.
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
    /// Reads the candlesticks of a time range of any length, oldest first, each candlestick once. Each page contains the candlesticks of a
    /// window of at most 1000 intervals.
    ///
    /// The time range begins at `start_time` and ends before `end_time`. The default of `end_time` is the current time of the server's
    /// clock. The default of `start_time` is 1000 intervals before the end.
    ///
    /// A long period without candlesticks, such as the time before a contract was listed, costs about 20 requests, regardless of its
    /// length, because the first candlestick is found by bisection ([`by_window`]). The documentation does not state the meaning of
    /// `startTime` and `endTime` if the range is longer than 1000 intervals. If the exchange only returns candlesticks from the beginning
    /// of such a range, every window is requested instead.
    ///
    /// For the interval of one month, the windows are calculated with months of 28 days, so the windows are shorter than necessary. For an
    /// interval that the documentation does not list, the windows are calculated with one minute. The `limit` of the call is not used.
    ///
    /// # Errors
    ///
    /// Each item of the stream can be an error, which does not end the stream.
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

    /// Reads the candlesticks of a time range of any length one by one, oldest first. The time range, the requests and the errors are those
    /// of [`pages`](Self::pages).
    pub fn items(self) -> Items<'static, Kline, Error> {
        self.pages().items()
    }
}

/// The minimum distance between the opening times of two consecutive candlesticks.
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
