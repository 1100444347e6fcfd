//! The traits that an exchange's crate implements so that the order writes of its clients can be reconciled.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use venue_core::{BoxFuture, Delivery, Operation, TimeSource};

use super::attempt_log::AttemptLog;
use super::hints::{LookupHints, OrderHint};
use super::json_fields::JsonFields;
use super::lookup::{LastLookup, Lookup};
use super::policy::{LOOKUP_QUOTA_TIMEOUT, LOOKUP_TIMEOUT, ReconcilePolicy};
use crate::{CallOptions, ServerClock};

/// The types of one exchange that reconciliation uses.
pub trait OrderTypes: Copy + fmt::Debug + Send + Sync + Sized + 'static {
    /// The client that sends lookups.
    type Client: ReconcileClient;
    /// The error of a call.
    type Error: ReconcileError;
    /// The status of an order.
    type Status: Clone + fmt::Debug + fmt::Display + Send + Sync + 'static;
    /// The identification of an order: its contract and its ids.
    type OrderKey: Clone + fmt::Debug + fmt::Display + Send + Sync + 'static;
    /// An order that a placement sent.
    type SentOrder: Clone + fmt::Debug + Send + Sync + 'static;

    /// The operation with this id. `None` if the exchange has no such operation.
    fn operation(id: &str) -> Option<&'static Operation>;

    /// The exchange's signature window: the largest difference between a signed timestamp and the exchange's clock that the exchange
    /// accepts.
    const SIGNATURE_WINDOW: Duration;

    /// Whether a private message may be about this order. The message then triggers the next lookup of an unresolved write of the order.
    /// By default each message may be about each order.
    fn may_concern(order: &Self::OrderKey, hint: &OrderHint) -> bool {
        let _ = (order, hint);
        true
    }
}

/// The result of a lookup of this exchange.
pub type LookupOf<V, T> = Lookup<T, <V as OrderTypes>::Status, <V as OrderTypes>::Error>;

/// The client of an exchange, as far as reconciliation uses it.
pub trait ReconcileClient: Clone + Send + Sync + 'static {
    /// Where time is read from.
    fn time(&self) -> &Arc<dyn TimeSource>;

    /// The estimate of the exchange's clock.
    fn clock(&self) -> &ServerClock;

    /// How often and for how long the client looks an order up.
    fn reconcile_policy(&self) -> ReconcilePolicy;

    /// The hints of the client's private stream. `None`, which is the default, if the client has no private stream.
    fn lookup_hints(&self) -> Option<&LookupHints> {
        None
    }
}

/// The error of a call, as far as reconciliation uses it.
pub trait ReconcileError: Clone + fmt::Debug + fmt::Display + Send + Sync + 'static {
    /// The operation that was called.
    fn operation(&self) -> &'static Operation;

    /// Whether the call may have reached the exchange.
    fn delivery(&self) -> Delivery;

    /// The number of attempts that were sent.
    fn attempts(&self) -> u32;

    /// Whether the exchange reports that it does not know the order.
    fn is_order_not_found(&self) -> bool;

    /// Whether the response contains a rejection and no data.
    fn is_bare_rejection(&self) -> bool;

    /// The same error with more text at its end.
    #[must_use]
    fn with_context(self, context: String) -> Self;

    /// The cause of a write that was saved by another process, from its text.
    fn saved(operation: &'static Operation, text: String) -> Self;
}

/// One order write of one exchange. `T` is the result of an accepted write.
pub trait Reconcile<V: OrderTypes, T>: fmt::Debug + Send + Sync {
    /// The order that the write is about.
    fn order_key(&self) -> V::OrderKey;

    /// The client that sent the write.
    fn client(&self) -> &V::Client;

    /// Looks the order up once, in one or several requests.
    fn look_up<'a>(&'a self, deadline: &'a Deadline) -> BoxFuture<'a, Result<LookupOf<V, T>, V::Error>>;

    /// Sends a cancellation again, because the order is still open if the first cancellation was lost. A second cancellation does no harm.
    /// Returns `None`, which is the default, for a placement and an amendment. Also returns `None` if the cancellation cannot be sent yet
    /// because the exchange's order id is not known.
    fn resend<'a>(&'a self, options: CallOptions, log: &'a Arc<AttemptLog>) -> Option<BoxFuture<'a, Result<T, V::Error>>> {
        let _ = (options, log);
        None
    }

    /// Whether [`resend`](Self::resend) sends a cancellation even if the next lookup fails. If so, the lookup waits for its quota for at
    /// most 1.5 seconds, so that other reads of the account do not delay the cancellation for long. `false` by default.
    fn can_resend(&self) -> bool {
        false
    }

    /// The log of the requests whose expiry matters for this write: a lookup after their expiry can prove that none of them will be
    /// executed any more. By default this is `log`, the log of this write. For the cancellation of an unresolved placement, it is the log
    /// of the placement.
    fn expiring<'a>(&'a self, log: &'a AttemptLog) -> &'a AttemptLog {
        log
    }

    /// Whether the result of a lookup that was sent after the requests of the write had expired proves that none of the requests will be
    /// executed any more.
    fn proves_expiry(&self, lookup: &LastLookup<V::Status, V::Error>) -> bool {
        matches!(lookup, LastLookup::NotFound | LastLookup::Unchanged(_) | LastLookup::Differs { .. })
    }

    /// Whether the reconciliation ends when a lookup has [proved](Self::proves_expiry) that no request will be executed any more. `false`
    /// if later lookups can still show a change.
    fn ends_at_expiry(&self) -> bool {
        true
    }

    /// The order that a placement sent. `None` for other writes.
    fn sent_order(&self) -> Option<&V::SentOrder> {
        None
    }

    /// Everything that another process needs to continue, without any secret.
    fn to_json(&self) -> Value;
}

/// The result of an order write that can be saved and loaded while its outcome is unknown.
pub trait WriteResult<V: OrderTypes>: Sized {
    /// Restores a write from the JSON that [`Reconcile::to_json`] returned. `None` if the JSON does not describe a write with this type of
    /// result.
    fn load(client: &V::Client, operation: &'static Operation, saved: &JsonFields<'_>) -> Option<Arc<dyn Reconcile<V, Self>>>;
}

/// The result of a placement whose order can be cancelled while the outcome of the placement is unknown.
pub trait CancellablePlacement<V: OrderTypes>: Sized {
    /// The result of the cancellation.
    type Cancelled;

    /// The cancellation of the order that the placement with this log sent.
    fn cancellation(
        client: &V::Client,
        order: V::OrderKey,
        sent: V::SentOrder,
        placement: Arc<AttemptLog>,
    ) -> Arc<dyn Reconcile<V, Self::Cancelled>>;
}

/// The deadline of a reconciliation. The timeout of each of its requests is limited to the remaining time.
#[derive(Debug)]
pub struct Deadline {
    time: Arc<dyn TimeSource>,
    end: Duration,
    /// The longest time that one request may wait for its quota.
    quota_timeout: Duration,
}

impl Deadline {
    /// A deadline at this time from now.
    pub(super) fn after(time: &Arc<dyn TimeSource>, timeout: Duration) -> Self {
        Self { time: Arc::clone(time), end: time.monotonic().saturating_add(timeout), quota_timeout: Duration::MAX }
    }

    /// The same deadline for requests that wait for their quota for at most 1.5 seconds.
    pub(super) fn with_short_quota_wait(&self) -> Self {
        Self { time: Arc::clone(&self.time), end: self.end, quota_timeout: LOOKUP_QUOTA_TIMEOUT }
    }

    /// The time that is left; zero once the deadline has passed.
    #[must_use]
    pub fn left(&self) -> Duration {
        self.end.saturating_sub(self.time.monotonic())
    }

    /// The options of a request that is sent now: one attempt of at most 2 seconds. No retry is needed, because the next lookup follows
    /// anyway. By default, the wait for the quota is limited only by the deadline.
    pub fn options(&self) -> CallOptions {
        let left = self.left();
        let options = CallOptions::default().timeout(left).attempt_timeout(LOOKUP_TIMEOUT.min(left)).quota_timeout(self.quota_timeout);
        options.no_retry()
    }
}

impl<T, S, E: ReconcileError> Lookup<T, S, E> {
    /// Determines the result of a lookup that queries one order. The closure `classify` interprets the response of a successful query.
    ///
    /// The rejection "order not found" becomes [`LastLookup::NotFound`]. It does not prove that the order will never exist, because the
    /// request that places the order may still be in flight. A rejection that also contains data contradicts itself and becomes
    /// [`LastLookup::Unreadable`].
    ///
    /// # Errors
    ///
    /// Returns an error if the query failed for another reason.
    pub fn from_query<O>(response: Result<O, E>, classify: impl FnOnce(O) -> Self) -> Result<Self, E> {
        match response {
            Ok(order) => Ok(classify(order)),
            Err(error) if error.is_order_not_found() => {
                let shown = if error.is_bare_rejection() { LastLookup::NotFound } else { LastLookup::Unreadable };
                Ok(Self::Undecided(shown))
            }
            Err(error) => Err(error),
        }
    }
}
