//! Whether an order that a lookup shows is the one that was sent, or one that had its id before.

use std::time::Duration;

use sixmm_api::UnixMillis;
use sixmm_api::operations::{CURRENT_CONDITION_ORDERS, ORDER};
use sixmm_api::types::{ConditionOrderStatus, OrderStatus};

use super::evidence::Evidence;
use super::expected::{Difference, Expected};
use super::reported::{Field, Reported, names_an_order};
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
    At(UnixMillis),
}

impl Began {
    pub(super) fn now(client: &Client) -> Self {
        Self::Monotonic(client.time().monotonic())
    }

    /// By the server's clock as far as it is known by now, else by this machine's.
    pub(super) fn by_the_server(self, client: &Client) -> UnixMillis {
        match self {
            Self::At(at) => at,
            Self::Monotonic(at) => {
                let ago = client.time().monotonic().saturating_sub(at).as_millis();
                UnixMillis::new(client.server_now().as_millis().saturating_sub(i64::try_from(ago).unwrap_or(i64::MAX)))
            }
        }
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
        let differences = self.expected.compare(reported);
        if !differences.identity.is_empty() {
            let unreadable = differences.identity.iter().all(|difference| reported.id(difference.field) == Field::Unreadable);
            return Err(if unreadable { Evidence::Unreadable } else { Evidence::AnotherOrder });
        }
        if differences.has_duplicates || reported.id("clientOrderId") == Field::Absent {
            return Err(Evidence::Unreadable);
        }
        if self.is_newer_than(client, reported) {
            return Err(Evidence::AnotherOrder);
        }
        if differences.are_roundings() {
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

/// The id in this field, if it names an order.
pub(super) fn given_id(reported: &Reported, field: &str) -> Option<String> {
    reported.id(field).value().filter(|id| names_an_order(id))
}

/// The state of a normal order. A state that is new to us is the server's text, so secrets are taken out of it before it is printed.
pub(super) fn order_status(client: &Client, reported: &Reported) -> Field<OrderStatus> {
    reported.text("status").map(|status| OrderStatus::from(client.redacted(status, &ORDER)))
}

/// The same for a condition order.
pub(super) fn condition_status(client: &Client, reported: &Reported) -> Field<ConditionOrderStatus> {
    reported.text("status").map(|status| ConditionOrderStatus::from(client.redacted(status, &CURRENT_CONDITION_ORDERS)))
}
