//! Cancelling everything, and waiting until it is true.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use sixmm_api::operations::CANCEL_ALL_ORDERS;
use sixmm_api::types::{CancelType, ConditionOrderList, OrderList, OrderType};
use sixmm_api::{BoxFuture, Delivery, Extra, Operation, requests};
use venue_core::Faults;

use super::answer::{Effect, check_refusal, check_success};
use super::evidence::{Evidence, Subject};
use super::expected::Expected;
use super::outcome::Outcome;
use super::reconcile::{self, Deadline, Finding, Lookups, Reconcile, Start, settle};
use super::reported::Reported;
use super::send_log::SendLog;
use super::unresolved::{Resume, Unresolved};
use crate::call::settings::{Settings, identified, settings};
use crate::call::{OpenConditionOrders, OpenOrders};
use crate::{CallOptions, Client, Error};

/// Cancels all orders of a kind: see [`Orders::cancel_all`](super::Orders::cancel_all).
#[derive(Clone, Debug)]
#[must_use = "nothing is cancelled until it is sent"]
pub struct CancelAll {
    client: Client,
    symbol: Option<String>,
    kind: CancelType,
    settings: Settings,
}

settings!(CancelAll);

impl CancelAll {
    pub(super) fn new(client: &Client) -> Self {
        Self { client: client.clone(), symbol: None, kind: CancelType::AllNormal, settings: Settings::default() }
    }

    /// Of this contract alone.
    pub fn symbol(mut self, symbol: impl Into<String>) -> Self {
        self.symbol = Some(symbol.into());
        self
    }

    /// Which orders. Without it all normal ones; condition orders are a kind of their own.
    pub fn kind(mut self, kind: CancelType) -> Self {
        self.kind = kind;
        self
    }

    /// Asks the exchange to cancel them, once. It does so a little later: orders may still be filled after this returns.
    /// [`until_none_open`](Self::until_none_open) waits until none is open.
    ///
    /// If the answer is lost or contradicts itself, the open orders are read until there are none. The request is never sent again: it would
    /// also cancel orders that were placed in the meantime.
    ///
    /// It returns within the call's timeout plus the `patience` of [`Resolution`](crate::Resolution).
    pub async fn send(self) -> Outcome<()> {
        let log = Arc::new(SendLog::new(&self.client));
        let result = self.send_once(self.settings.options.clone(), &log).await;
        settle(result, &log, || Arc::new(CancellationOfAll::new(self, None))).await
    }

    /// Asks the exchange to cancel them, and reads the open orders until there are none of the kind, for this long at most. While some are
    /// open, the request is sent again, at most once every two seconds.
    ///
    /// **It also cancels orders that are placed in the meantime**, by this program or another one of the account. A request that was sent can
    /// still take effect after this returns, for the 10 seconds of its signature, whatever the outcome: do not place an order before that if
    /// it must stay.
    ///
    /// The outcome is [`Unknown`](Outcome::Unknown) if some are still open when the time is over, or if the open orders could not be read.
    /// The outcome is [`Rejected`](Outcome::Rejected) if the exchange refuses the first request for good. It returns within `within`.
    pub async fn until_none_open(self, within: Duration) -> Outcome<()> {
        if let Err(error) = self.check() {
            return Outcome::Rejected(error);
        }
        let log = Arc::new(SendLog::new(&self.client));
        let end = self.client.time().monotonic().saturating_add(within);
        let write = CancellationOfAll::new(self, Some(INTERVAL));
        write.note_sent();
        let attempt = CallOptions::default().attempt_timeout(FIRST_ATTEMPT.min(within)).no_retry().over(&write.request.settings.options);
        let cause = match write.request.send_once(attempt.timeout(within), &log).await {
            Ok(()) => Error::unclear(&CANCEL_ALL_ORDERS, None),
            Err(error) if error.delivery() < Delivery::Unknown && !error.is_retryable() => return Outcome::Rejected(error),
            Err(error) => error,
        };
        let client = write.request.client.clone();
        let left = end.saturating_sub(client.time().monotonic());
        let start = Start::LookUp(client.resolution().first_delay);
        reconcile::reconcile_within(Unresolved::new(cause, log, Arc::new(write)), left, start, Lookups::UntilTheEnd).await
    }

    fn check(&self) -> Result<(), Error> {
        let mut faults = Faults::new();
        // Without a symbol it is every contract: an empty one may be taken for that.
        faults.not_empty("symbol", self.symbol.as_deref().unwrap_or("any"));
        if faults.is_empty() { Ok(()) } else { Err(Error::invalid(&CANCEL_ALL_ORDERS, faults)) }
    }

    async fn send_once(&self, options: CallOptions, log: &Arc<SendLog>) -> Result<(), Error> {
        self.check()?;
        let (context, api) = self.client.prepare_write(&options, log);
        let mut call = identified!(self.settings, requests::CancelAllOrders::new().cancel_type(self.kind.clone()));
        if let Some(symbol) = &self.symbol {
            call = call.symbol(symbol.as_str());
        }
        let expected = Expected::of_contract(self.symbol.as_deref());
        let answer =
            context.run(&CANCEL_ALL_ORDERS, api.send(call)).await.map_err(|error| check_refusal(error, Effect::CancelAll, &expected))?;
        check_success(&answer, context.request_id(&answer).as_deref(), &expected, Effect::CancelAll)
    }
}

/// How long to wait, at least, before all orders are cancelled again.
const INTERVAL: Duration = Duration::from_secs(2);

/// The first request must leave time for lookups and for the next one.
const FIRST_ATTEMPT: Duration = Duration::from_secs(2);

/// The cancellation of all orders of a kind: is none open any more?
#[derive(Debug)]
struct CancellationOfAll {
    request: CancelAll,
    /// The shortest time between two requests; `None` if it is not sent again.
    interval: Option<Duration>,
    last_sent: Mutex<Option<Duration>>,
}

impl CancellationOfAll {
    fn new(request: CancelAll, interval: Option<Duration>) -> Self {
        Self { request, interval, last_sent: Mutex::default() }
    }

    /// Whether enough time has passed since the last request.
    fn is_due(&self) -> bool {
        let now = self.request.client.time().monotonic();
        let last = *self.last_sent.lock().unwrap_or_else(PoisonError::into_inner);
        self.interval.is_some_and(|interval| last.is_none_or(|last| now.saturating_sub(last) >= interval))
    }

    fn note_sent(&self) {
        *self.last_sent.lock().unwrap_or_else(PoisonError::into_inner) = Some(self.request.client.time().monotonic());
    }

    async fn read_open(&self, options: CallOptions) -> Result<Finding<()>, Error> {
        let open = match self.request.kind {
            CancelType::AllCondition => self.open_condition_orders(options).await?,
            _ => self.open_normal_orders(options).await?,
        };
        Ok(match open {
            Some(0) => Finding::Executed(()),
            Some(open) => Finding::Open(Evidence::StillOpen(open)),
            None => Finding::Open(Evidence::Unreadable),
        })
    }

    async fn open_condition_orders(&self, options: CallOptions) -> Result<Option<usize>, Error> {
        let mut call = OpenConditionOrders::new(&self.request.client).options(options);
        if let Some(symbol) = &self.request.symbol {
            call = call.symbol(symbol.as_str());
        }
        let answer = call.send().await?;
        let is_complete = answer.is_complete();
        let ConditionOrderList { list, total, extra, .. } = answer;
        let count = list.unwrap_or_default().len();
        Ok((count > 0 || shows_none(true, is_complete, total, &extra)).then_some(count))
    }

    /// Of the first page alone: whether any is left is what matters.
    async fn open_normal_orders(&self, options: CallOptions) -> Result<Option<usize>, Error> {
        let mut call = OpenOrders::new(&self.request.client).options(options);
        if let Some(symbol) = &self.request.symbol {
            call = call.symbol(symbol.as_str());
        }
        let answer = call.send().await?;
        let is_complete = answer.is_complete();
        let OrderList { list, total, extra, .. } = answer;
        let is_meant = |type_: &Option<OrderType>| self.request.kind != CancelType::LimitOnly || *type_ != Some(OrderType::Market);
        let count = list.iter().filter(|order| is_meant(&order.order_type)).count();
        // Limit orders may be on a later page.
        let has_more = total.is_some_and(|total| i64::from(total) > i64::try_from(list.len()).unwrap_or(i64::MAX));
        let shows_none = shows_none(list.is_empty(), is_complete, total, &extra) && (list.is_empty() || !has_more);
        Ok((count > 0 || shows_none).then_some(count))
    }
}

/// Whether a list in which no order counts shows that none is open: every row could be read, and if there is none, the total is 0 or the list
/// is complete and nothing else is beside it.
fn shows_none(is_empty: bool, is_complete: bool, total: Option<i32>, extra: &Extra) -> bool {
    let is_known_empty = || holds_no_rows(extra) && total.map_or(is_complete && extra.is_empty(), |total| total == 0);
    extra.unreadable_row_count() == 0 && (!is_empty || is_known_empty())
}

impl Reconcile<()> for CancellationOfAll {
    fn subject(&self) -> Subject {
        Subject { symbol: self.request.symbol.clone(), ..Subject::default() }
    }

    fn client(&self) -> &Client {
        &self.request.client
    }

    fn look_up<'a>(&'a self, deadline: &'a Deadline) -> BoxFuture<'a, Result<Finding<()>, Error>> {
        Box::pin(self.read_open(deadline.options()))
    }

    fn repeat<'a>(&'a self, options: CallOptions, log: &'a Arc<SendLog>) -> Option<BoxFuture<'a, Result<(), Error>>> {
        self.is_due().then(|| {
            self.note_sent();
            let request: BoxFuture<'a, Result<(), Error>> = Box::pin(async move {
                self.request.send_once(options, log).await?;
                // Accepted is not done: only a lookup shows that none is open.
                Err(Error::unclear(&CANCEL_ALL_ORDERS, None))
            });
            request
        })
    }

    fn ends_at_expiry(&self) -> bool {
        false
    }

    fn to_json(&self) -> Value {
        let CancelAll { symbol, kind, .. } = &self.request;
        json!({ "kind": "cancelAll", "symbol": symbol, "cancelType": kind })
    }
}

impl Resume for () {
    /// A loaded cancellation of all orders reads the open orders, and is not sent again.
    fn resume(client: &Client, _: &'static Operation, saved: &Reported) -> Option<Arc<dyn Reconcile<Self>>> {
        if saved.text("kind").value()? != "cancelAll" {
            return None;
        }
        let kind = CancelType::from(saved.integer("cancelType").value()?);
        let request = CancelAll { symbol: saved.text("symbol").value(), ..CancelAll::new(client).kind(kind) };
        Some(Arc::new(CancellationOfAll::new(request, None)))
    }
}

/// Whether no field beside the documented ones is a list or an object: it could hold the rows.
fn holds_no_rows(extra: &Extra) -> bool {
    extra.iter().all(|(_, value)| !value.is_array() && !value.is_object())
}
