//! The types of the 6MM exchange for [`venue_runtime::reconcile`], which finds the outcome of placements, amendments and cancellations
//! whose response was lost.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use sixmm_api::operations::ALL;
use sixmm_api::types::{ClientOrderId, OrderId, OrderStatus};
use sixmm_api::{Delivery, Operation, UnixMillis};
use sixmm_auth::ServerClock;
use venue_core::TimeSource;
use venue_runtime::reconcile::json_fields::JsonFields;
use venue_runtime::reconcile::unresolved::saved_log;
use venue_runtime::reconcile::{
    self, AttemptLog, LookupHints, OrderHint, OrderTypes, ReconcileClient, ReconcileError, ReconcilePolicy, WriteStart,
};

use super::order_key::OrderKey;
use super::order_terms::OrderTerms;
use crate::Error;
use crate::client_inner::ClientInner;

/// The outcome of a placement, an amendment or a cancellation: accepted, rejected or unknown. Each of the three needs its own reaction.
///
/// ```
/// # use sixmm_ext::{Outcome, Unresolved, orders::Placed};
/// # fn save_to_disk(_: String) {}
/// # async fn handle(outcome: Outcome<Placed>) {
/// match outcome {
///     Outcome::Accepted(placed) => {
///         println!("order {} is {:?}", placed.order_id, placed.status);
///     }
///     Outcome::Rejected(error) => {
///         println!("no order was placed: {error}");
///     }
///     Outcome::Unknown(unresolved) => {
///         // The order may exist, so it must not be placed again.
///         save_to_disk(unresolved.save());
///         let outcome = unresolved.reconcile().await;
/// #       drop(outcome);
///     }
/// }
/// # }
/// ```
///
/// `Unknown` is returned only after the client has looked the order up for the time of its [`ReconcilePolicy`]. The type parameter `U` is
/// the type that `Unknown` contains. [`map`](venue_runtime::reconcile::Outcome::map) converts `T` and keeps `U`.
///
/// An accepted order is not necessarily open: the exchange can accept an immediate-or-cancel or a maker-only order and cancel it at once.
/// [`Placed::status`](crate::orders::Placed::status) shows whether the order was cancelled.
pub type Outcome<T, U = Unresolved<T>> = reconcile::Outcome<T, Error, U>;

/// A placement, an amendment or a cancellation whose outcome is unknown, with everything that is needed to reconcile the outcome. `T` is
/// the result if the exchange accepted the request.
///
/// - [`reconcile`](reconcile::Unresolved::reconcile) looks the order up again.
/// - [`cancel`](reconcile::Unresolved::cancel) cancels the order of a placement, whether or not the exchange has received the order.
/// - [`save`](reconcile::Unresolved::save) and [`load`](reconcile::Unresolved::load) hand the reconciliation over to another process.
///
/// The signature of a request expires 10 seconds after the timestamp of the request. The exchange rejects a request that arrives after
/// that: <https://docs.6mm.com/developer-api/request-signing>
pub type Unresolved<T> = reconcile::Unresolved<T, SixMmOrders>;

/// The result of the last lookup of an order write whose outcome is unknown.
pub type LastLookup = reconcile::LastLookup<OrderStatus, Error>;

/// An order that a placement sent, and when the placement began.
pub(super) type SentOrder = reconcile::SentOrder<OrderTerms>;

/// The result of one lookup.
pub(super) type Lookup<T> = reconcile::Lookup<T, OrderStatus, Error>;

/// A write that can be reconciled.
pub(super) type DynWrite<T> = Arc<dyn reconcile::Reconcile<SixMmOrders, T>>;

/// The 6MM exchange, as the type parameter of [`venue_runtime::reconcile`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SixMmOrders;

impl OrderTypes for SixMmOrders {
    type Client = ClientInner;
    type Error = Error;
    type Status = OrderStatus;
    type OrderKey = OrderKey;
    type SentOrder = SentOrder;

    fn operation(id: &str) -> Option<&'static Operation> {
        ALL.iter().copied().find(|operation| operation.id == id)
    }

    /// Documentation: <https://docs.6mm.com/developer-api/request-signing>
    const SIGNATURE_WINDOW: Duration = Duration::from_secs(10);

    fn may_concern(order: &OrderKey, hint: &OrderHint) -> bool {
        let OrderKey { symbol, client_order_id, order_id, .. } = order;
        hint.may_concern(symbol.as_deref(), order_id.as_ref().map(OrderId::as_str), client_order_id.as_ref().map(ClientOrderId::as_str))
    }
}

impl ReconcileClient for ClientInner {
    fn time(&self) -> &Arc<dyn TimeSource> {
        Self::time(self)
    }

    fn clock(&self) -> &ServerClock {
        Self::clock(self)
    }

    fn reconcile_policy(&self) -> ReconcilePolicy {
        Self::reconcile_policy(self)
    }

    fn lookup_hints(&self) -> Option<&LookupHints> {
        Some(Self::lookup_hints(self))
    }
}

impl ReconcileError for Error {
    fn operation(&self) -> &'static Operation {
        Self::operation(self)
    }

    fn delivery(&self) -> Delivery {
        Self::delivery(self)
    }

    fn attempts(&self) -> u32 {
        Self::attempts(self)
    }

    fn is_order_not_found(&self) -> bool {
        self.is_not_found()
    }

    fn is_bare_rejection(&self) -> bool {
        self.api().is_some_and(sixmm_api::Error::is_bare_refusal)
    }

    fn with_context(self, context: String) -> Self {
        self.saying(context)
    }

    fn saved(operation: &'static Operation, text: String) -> Self {
        Self::saved(operation, text)
    }
}

impl<T> From<Unresolved<T>> for Error {
    /// Returns the error because of which the outcome is unknown. [`Error::is_unknown_outcome`] is `true` for this error, and its text
    /// names the order.
    fn from(unresolved: Unresolved<T>) -> Self {
        unresolved.into_error()
    }
}

/// An empty log of the requests of an order write.
pub(super) fn new_log() -> Arc<AttemptLog> {
    Arc::new(AttemptLog::new(SixMmOrders::SIGNATURE_WINDOW))
}

/// A placement whose outcome is unknown, as a part of the cancellation of its order.
#[derive(Clone, Debug)]
pub(super) struct UnresolvedPlacement {
    pub(super) log: Arc<AttemptLog>,
    pub(super) sent: SentOrder,
}

impl UnresolvedPlacement {
    pub(super) fn to_json(&self, client: &ClientInner) -> Value {
        json!({
            "sentAt": self.log.sent_at().map(UnixMillis::as_millis),
            "lastTimestamp": self.log.last_timestamp().map(UnixMillis::as_millis),
            "expected": self.sent.expected.to_json(),
            "began": self.sent.start.by_server_clock(client).as_millis(),
        })
    }

    pub(super) fn from_json(saved: &JsonFields<'_>) -> Option<Self> {
        Some(Self { log: saved_log::<SixMmOrders>(saved), sent: saved_order(saved)? })
    }
}

/// Reads a sent order from the fields `expected` and `began` of a saved order write. `None` if a field is missing or cannot be read.
pub(super) fn saved_order(saved: &JsonFields<'_>) -> Option<SentOrder> {
    Some(SentOrder { expected: OrderTerms::from_json(&saved.object("expected")?)?, start: saved_start(saved)? })
}

/// The start in the field `began` of a saved write.
pub(super) fn saved_start(saved: &JsonFields<'_>) -> Option<WriteStart> {
    saved.integer("began").value().map(|at| WriteStart::Server(UnixMillis::new(at)))
}
