//! Cancelling all orders of a kind.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use sixmm_api::operations::CANCEL_ALL_ORDERS;
use sixmm_api::types::{CancelType, ConditionOrderList, OrderList, OrderType};
use sixmm_api::{BoxFuture, Delivery, Extra, Operation, requests};
use venue_core::ValidationErrors;
use venue_runtime::reconcile::json_fields::JsonFields;
use venue_runtime::reconcile::{AttemptLog, Deadline, Reconcile, WriteResult, settle};

use super::checked_request::CheckedRequest;
use super::order_key::OrderKey;
use super::order_terms::OrderTerms;
use super::reconcile::{DynWrite, SixMmOrders, new_log};
use super::response_check::{Effect, check_rejection, check_success};
use super::{LastLookup, Lookup, Orders, Outcome, Unresolved};
use crate::call::settings::{Settings, identified, settings};
use crate::client_inner::{ClientInner, printable_request_id};
use crate::{CallOptions, Error};

/// The cancellation of all orders of a kind (normal orders, limit orders or condition orders): see
/// [`Orders::cancel_all`](super::Orders::cancel_all).
///
/// The exchange accepts the request at once, and cancels the orders a little later. Two methods send the request:
///
/// - [`submit`](Self::submit) waits until the exchange has accepted the request.
/// - [`until_none_open`](Self::until_none_open) waits until no order of the kind is open.
#[derive(Clone, Debug)]
#[must_use = "nothing is cancelled until it is sent"]
pub struct CancelAll {
    client: ClientInner,
    symbol: Option<String>,
    kind: CancelType,
    settings: Settings,
}

settings!(CancelAll);

impl CancelAll {
    pub(super) fn new(client: &ClientInner) -> Self {
        Self { client: client.clone(), symbol: None, kind: CancelType::AllNormal, settings: Settings::default() }
    }

    /// Cancels only orders of this contract. Without a contract, orders of all contracts are cancelled.
    pub fn symbol(mut self, symbol: impl Into<String>) -> Self {
        self.symbol = Some(symbol.into());
        self
    }

    /// Sets which kind of orders is cancelled. By default all normal orders are cancelled, and condition orders are not.
    pub fn kind(mut self, kind: CancelType) -> Self {
        self.kind = kind;
        self
    }

    /// Sends the request once, and returns when the exchange has accepted it. Orders can still be filled after that, because the exchange
    /// cancels them a little later. [`until_none_open`](Self::until_none_open) waits until no order is open.
    ///
    /// If the response is lost or contradicts itself, the client reads the open orders until there are none. The request is never sent
    /// again, because a second request would also cancel orders that were placed after the first request.
    ///
    /// Returns within the call's timeout plus the timeout of [`ReconcilePolicy`](crate::ReconcilePolicy).
    pub async fn submit(self) -> Outcome<()> {
        let log = new_log();
        let result = match self.to_request() {
            Ok(request) => self.send_once(request, self.settings.options, &log).await,
            Err(error) => return Outcome::Rejected(error),
        };
        settle(result, &log, || Arc::new(AllCancellation::new(self, None))).await
    }

    /// Sends the request, and reads the open orders until no order of the kind is open, for `within` at most. While orders are open, the
    /// request is sent again, at most once every two seconds.
    ///
    /// **The requests also cancel orders that are placed in the meantime**, by this program or by another program of the account. A request
    /// that was sent can still take effect after this method returns, whatever the outcome is, until its signature expires 10 seconds after
    /// its timestamp. Wait for these 10 seconds before you place an order that must not be cancelled.
    ///
    /// The outcome is [`Unknown`](Outcome::Unknown) if orders are still open at the end, or if the open orders could not be read. The
    /// outcome is [`Rejected`](Outcome::Rejected) if the request is invalid, or if the first request was certainly not executed and
    /// repeating it would not help.
    pub async fn until_none_open(self, within: Duration) -> Outcome<()> {
        let request = match self.to_request() {
            Ok(request) => request,
            Err(error) => return Outcome::Rejected(error),
        };
        let log = new_log();
        let end = self.client.time().monotonic().saturating_add(within);
        let write = AllCancellation::new(self, Some(RESEND_INTERVAL));
        write.record_sent();
        let options = CallOptions::default().attempt_timeout(FIRST_ATTEMPT_TIMEOUT.min(within)).no_retry();
        let options = options.or(&write.request.settings.options).timeout(within);
        let cause = match write.request.send_once(request, options, &log).await {
            Ok(()) => Error::unclear(&CANCEL_ALL_ORDERS, None),
            Err(error) if error.delivery() < Delivery::Unknown && !error.is_retryable() => return Outcome::Rejected(error),
            Err(error) => error,
        };
        let left = end.saturating_sub(write.request.client.time().monotonic());
        Unresolved::new(cause, log, Arc::new(write)).reconcile_within(left).await
    }

    fn to_request(&self) -> Result<CheckedRequest<requests::CancelAllOrders>, Error> {
        let mut faults = ValidationErrors::new();
        // A request without a symbol cancels the orders of all contracts. The exchange could treat an empty symbol as a missing symbol, so
        // an empty symbol is rejected.
        faults.not_empty("symbol", self.symbol.as_deref().unwrap_or("any"));
        let mut request = identified!(self.settings, requests::CancelAllOrders::new().cancel_type(self.kind.clone()));
        request.symbol = self.symbol.clone();
        CheckedRequest::check(request, faults)
    }

    async fn send_once(
        &self,
        request: CheckedRequest<requests::CancelAllOrders>,
        options: CallOptions,
        log: &Arc<AttemptLog>,
    ) -> Result<(), Error> {
        let expected = OrderTerms::of_contract(self.symbol.as_deref());
        let response = request.send(&self.client, &options, log).await;
        let response = response.map_err(|error| check_rejection(error, Effect::CancelAll, &expected))?;
        check_success(&response, printable_request_id(&response).as_deref(), &expected, Effect::CancelAll)
    }
}

/// The shortest time between two requests that cancel all orders.
const RESEND_INTERVAL: Duration = Duration::from_secs(2);

/// The timeout of the first request, so that a lost response leaves time for lookups and for the next request.
const FIRST_ATTEMPT_TIMEOUT: Duration = Duration::from_secs(2);

/// Reconciles the cancellation of all orders of a kind: looks up whether an order of the kind is open.
#[derive(Debug)]
struct AllCancellation {
    request: CancelAll,
    /// The shortest time between two requests. `None` if the request is not sent again.
    interval: Option<Duration>,
    last_sent: Mutex<Option<Duration>>,
}

impl AllCancellation {
    fn new(request: CancelAll, interval: Option<Duration>) -> Self {
        Self { request, interval, last_sent: Mutex::default() }
    }

    /// Whether the request may be sent again now.
    fn is_due(&self) -> bool {
        let now = self.request.client.time().monotonic();
        let last = *self.last_sent.lock().unwrap_or_else(PoisonError::into_inner);
        self.interval.is_some_and(|interval| last.is_none_or(|last| now.saturating_sub(last) >= interval))
    }

    fn record_sent(&self) {
        *self.last_sent.lock().unwrap_or_else(PoisonError::into_inner) = Some(self.request.client.time().monotonic());
    }

    async fn read_open(&self, options: CallOptions) -> Result<Lookup<()>, Error> {
        let open = match self.request.kind {
            CancelType::AllCondition => self.open_condition_orders(options).await?,
            _ => self.open_normal_orders(options).await?,
        };
        Ok(match open {
            Some(0) => Lookup::Executed(()),
            Some(open) => Lookup::Undecided(LastLookup::StillOpen(open)),
            None => Lookup::Undecided(LastLookup::Unreadable),
        })
    }

    /// The number of open condition orders. `None` if the response does not show whether an order is open.
    async fn open_condition_orders(&self, options: CallOptions) -> Result<Option<usize>, Error> {
        let mut call = Orders::new(&self.request.client).open_condition_orders().options(options);
        if let Some(symbol) = &self.request.symbol {
            call = call.symbol(symbol.as_str());
        }
        let page = call.send().await?;
        let is_complete = page.is_complete();
        let ConditionOrderList { list, total, extra, .. } = page;
        let count = list.unwrap_or_default().len();
        Ok((count > 0 || shows_none(true, is_complete, total, &extra)).then_some(count))
    }

    /// The number of open orders of the requested kind on the first page of the open normal orders. The caller only needs to know whether
    /// there are any, so later pages are not read. `None` if the first page does not show whether an order is open.
    async fn open_normal_orders(&self, options: CallOptions) -> Result<Option<usize>, Error> {
        let mut call = Orders::new(&self.request.client).open_orders().options(options);
        if let Some(symbol) = &self.request.symbol {
            call = call.symbol(symbol.as_str());
        }
        let page = call.send().await?;
        let is_complete = page.is_complete();
        let OrderList { list, total, extra, .. } = page;
        let is_of_kind =
            |order_type: &Option<OrderType>| self.request.kind != CancelType::LimitOnly || *order_type != Some(OrderType::Market);
        let count = list.iter().filter(|order| is_of_kind(&order.order_type)).count();
        // Limit orders may be on a later page.
        let has_more = total.is_some_and(|total| i64::from(total) > i64::try_from(list.len()).unwrap_or(i64::MAX));
        let shows_none = shows_none(list.is_empty(), is_complete, total, &extra) && (list.is_empty() || !has_more);
        Ok((count > 0 || shows_none).then_some(count))
    }
}

/// Whether a page that contains no order of the requested kind proves that no such order is open. Every row of the page must be readable.
///
/// If the page has no rows, its `total` must be 0, and no undocumented field may be a list or an object. If the page has no `total`, it
/// must have its documented list and no undocumented field.
fn shows_none(is_empty: bool, is_complete: bool, total: Option<i32>, extra: &Extra) -> bool {
    let is_known_empty = || has_no_nested_field(extra) && total.map_or(is_complete && extra.is_empty(), |total| total == 0);
    extra.unreadable_row_count() == 0 && (!is_empty || is_known_empty())
}

/// Whether no undocumented field is a list or an object. Such a field could contain the rows.
fn has_no_nested_field(extra: &Extra) -> bool {
    extra.iter().all(|(_, value)| !value.is_array() && !value.is_object())
}

impl Reconcile<SixMmOrders, ()> for AllCancellation {
    fn order_key(&self) -> OrderKey {
        OrderKey { symbol: self.request.symbol.clone(), ..OrderKey::default() }
    }

    fn client(&self) -> &ClientInner {
        &self.request.client
    }

    fn look_up<'a>(&'a self, deadline: &'a Deadline) -> BoxFuture<'a, Result<Lookup<()>, Error>> {
        Box::pin(self.read_open(deadline.options()))
    }

    fn resend<'a>(&'a self, options: CallOptions, log: &'a Arc<AttemptLog>) -> Option<BoxFuture<'a, Result<(), Error>>> {
        self.is_due().then(|| {
            self.record_sent();
            let request: BoxFuture<'a, Result<(), Error>> = Box::pin(async move {
                self.request.send_once(self.request.to_request()?, options, log).await?;
                // The exchange has accepted the request. Only a lookup shows that no order is open.
                Err(Error::unclear(&CANCEL_ALL_ORDERS, None))
            });
            request
        })
    }

    fn can_resend(&self) -> bool {
        self.interval.is_some()
    }

    fn ends_at_expiry(&self) -> bool {
        false
    }

    fn to_json(&self) -> Value {
        let CancelAll { symbol, kind, .. } = &self.request;
        json!({ "kind": KIND, "symbol": symbol, "cancelType": kind })
    }
}

/// The `kind` of a saved cancellation of all orders.
const KIND: &str = "cancelAll";

impl WriteResult<SixMmOrders> for () {
    /// A loaded cancellation of all orders reads the open orders, and is not sent again.
    fn load(client: &ClientInner, _: &'static Operation, saved: &JsonFields<'_>) -> Option<DynWrite<Self>> {
        if saved.text("kind").value()? != KIND {
            return None;
        }
        let kind = CancelType::from(saved.integer("cancelType").value()?);
        let request = CancelAll { symbol: saved.text("symbol").into_owned().value(), ..CancelAll::new(client).kind(kind) };
        Some(Arc::new(AllCancellation::new(request, None)))
    }
}
