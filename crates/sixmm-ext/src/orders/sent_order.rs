//! Whether an order that a lookup shows is the one that was sent, or one that had its id before.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use sixmm_api::UnixMillis;
use sixmm_api::operations::{CURRENT_CONDITION_ORDERS, ORDER};
use sixmm_api::types::{ConditionOrderStatus, OrderStatus};

use super::answer::STATUS;
use super::evidence::Evidence;
use super::expected::{Difference, Expected};
use super::reported::{Field, Reported};
use super::send_log::SendLog;
use crate::Client;

/// A timestamp may be this far from the server's clock, so the exchange's own clocks may differ from each other by as much.
const CLOCKS_DIFFER: i64 = 10_000;

/// The beginning of 2020. A smaller value is no time in Unix milliseconds.
const EARLIEST: i64 = 1_577_836_800_000;

/// When a write began.
#[derive(Clone, Copy, Debug)]
pub(super) enum Began {
    /// On the monotonic clock: the server's clock may not be known yet.
    Monotonic(Duration),
    /// By the server's clock, for a write that was loaded.
    Server(UnixMillis),
}

impl Began {
    pub(super) fn now(client: &Client) -> Self {
        Self::Monotonic(client.time().monotonic())
    }

    /// By the server's clock as far as it is known by now, else by this machine's.
    pub(super) fn by_the_server(self, client: &Client) -> UnixMillis {
        match self {
            Self::Server(at) => at,
            Self::Monotonic(at) => {
                let ago = client.time().monotonic().saturating_sub(at).as_millis();
                UnixMillis::new(client.server_now().as_millis().saturating_sub(i64::try_from(ago).unwrap_or(i64::MAX)))
            }
        }
    }
}

impl Began {
    /// The time in the description of a saved write.
    pub(super) fn from_json(saved: &Reported) -> Option<Self> {
        saved.integer("began").value().map(|at| Self::Server(UnixMillis::new(at)))
    }
}

/// A placement whose outcome is unknown, for the cancellation of its order.
#[derive(Clone, Debug)]
pub(super) struct Placement {
    pub(super) log: Arc<SendLog>,
    pub(super) sent: SentOrder,
}

impl Placement {
    pub(super) fn to_json(&self, client: &Client) -> Value {
        json!({
            "sentAt": self.log.sent_at().map(UnixMillis::as_millis),
            "lastTimestamp": self.log.last_timestamp().map(UnixMillis::as_millis),
            "expected": self.sent.expected.to_json(),
            "began": self.sent.began.by_the_server(client).as_millis(),
        })
    }

    pub(super) fn from_json(client: &Client, saved: &Reported) -> Option<Self> {
        let time = |field| saved.integer(field).value().map(UnixMillis::new);
        let sent = SentOrder { expected: Expected::from_json(&saved.object("expected")?)?, began: Began::from_json(saved)? };
        Some(Self { log: Arc::new(SendLog::resumed(client, time("sentAt"), time("lastTimestamp"))), sent })
    }
}

/// An order that was sent.
#[derive(Clone, Debug)]
pub(super) struct SentOrder {
    pub(super) expected: Expected,
    pub(super) began: Began,
}

impl SentOrder {
    /// Compares an order that a lookup found by its `clientOrderId` with the one that was sent. Returns the amounts that differ.
    ///
    /// An id that this client made cannot have belonged to another order, so an amount that differs is news about this order. If the caller
    /// chose the id, only an amount that the exchange has rounded is: another order may have had the id before.
    ///
    /// # Errors
    ///
    /// If the order cannot be recognised as the one that was sent.
    pub(super) fn recognise(&self, client: &Client, reported: &Reported) -> Result<Vec<Difference>, Evidence> {
        if !is_consistent(reported) {
            return Err(Evidence::Unreadable);
        }
        let differences = self.expected.compare(reported);
        if !differences.identity.is_empty() {
            let unreadable = differences.identity.iter().all(|difference| reported.id(difference.field) == Field::Unreadable);
            return Err(if unreadable { Evidence::Unreadable } else { Evidence::AnotherOrder });
        }
        if reported.id("clientOrderId") == Field::Absent {
            return Err(Evidence::Unreadable);
        }
        if self.is_newer_than(client, reported) {
            return Err(Evidence::AnotherOrder);
        }
        let is_certainly_new = self.expected.is_own_id || reported.integer("createdAt").value().is_some_and(|at| at >= EARLIEST);
        if differences.amounts.is_empty() || differences.are_roundings() && is_certainly_new {
            return Ok(differences.amounts);
        }
        let readable = differences.amounts.iter().all(|difference| difference.reported.is_some());
        match (self.expected.is_own_id, readable) {
            (true, true) => Ok(differences.amounts),
            (_, false) => Err(Evidence::Unreadable),
            (false, true) => {
                let status = order_status(client, reported).value();
                Err(Evidence::Differs { status, differences: differences.amounts })
            }
        }
    }

    /// Whether the order that was found was created long before this one was sent.
    fn is_newer_than(&self, client: &Client, reported: &Reported) -> bool {
        // The estimate of the server's clock may have been wrong when the order was sent, and corrected since: it is read again.
        let Some(created_at) = reported.integer("createdAt").value().filter(|_| client.clock().is_synced()) else { return false };
        let began = self.began.by_the_server(client);
        (EARLIEST..began.as_millis().saturating_sub(CLOCKS_DIFFER)).contains(&created_at)
    }
}

/// Whether what a lookup shows can be relied on: no field occurs twice, nothing reports a failure, and the state is readable and one.
pub(super) fn is_consistent(reported: &Reported) -> bool {
    let states: Vec<Field<String>> = STATUS.iter().map(|name| reported.text(name)).filter(|state| *state != Field::Absent).collect();
    let is_one_state = states.iter().all(|state| matches!(state, Field::Value(_)) && *state == states[0]);
    is_one_state && !reported.has_duplicates() && !reported.reports_failure()
}

/// The id in this field. An empty id and `0` are none.
pub(super) fn given_id(reported: &Reported, field: &str) -> Option<String> {
    reported.id(field).value()
}

/// The state of a normal order. A state that is new to us is the server's text, so secrets are taken out of it before it is printed.
pub(super) fn order_status(client: &Client, reported: &Reported) -> Field<OrderStatus> {
    reported.text("status").map(|status| OrderStatus::from(client.redacted(status, &ORDER)))
}

/// The same for a condition order.
pub(super) fn condition_status(client: &Client, reported: &Reported) -> Field<ConditionOrderStatus> {
    reported.text("status").map(|status| ConditionOrderStatus::from(client.redacted(status, &CURRENT_CONDITION_ORDERS)))
}
