//! Whether an order that the exchange shows is the one that was sent, or one that had its id before.

use std::time::Duration;

use sixmm_api::types::{ClientOrderId, ConditionOrder, Order, OrderSide, PlaceConditionOrderRequest, PlaceOrderRequest, StrategySubOrder};
use sixmm_api::{Decimal, UnixMillis};

use super::outcome::Evidence;
use crate::Client;

/// The exchange's own clocks agree at least as well as it wants ours to: a timestamp may be this much off.
const CLOCKS_DIFFER: i64 = 10_000;

/// A time before this is none: the field holds something else than Unix milliseconds. (The beginning of 2020.)
const EARLIEST: i64 = 1_577_836_800_000;

/// When a write began, so that what the exchange shows can be told from what was there before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Began {
    /// On the monotonic clock: the server's may not be known yet.
    at: Duration,
}

impl Began {
    pub(super) fn now(client: &Client) -> Self {
        Self { at: client.time().monotonic() }
    }

    /// By the server's clock as far as it is known by now, else by this machine's.
    pub(super) fn by_the_server(self, client: &Client) -> UnixMillis {
        let ago = client.time().monotonic().saturating_sub(self.at).as_millis();
        UnixMillis::new(client.server_now().as_millis().saturating_sub(i64::try_from(ago).unwrap_or(i64::MAX)))
    }
}

/// What an order can be known by. What is not there is not compared.
#[derive(Clone, Debug, Default)]
pub(super) struct Features {
    id: Option<ClientOrderId>,
    symbol: Option<String>,
    side: Option<OrderSide>,
    price: Option<Decimal>,
    quantity: Option<Decimal>,
    trigger_price: Option<Decimal>,
    created_at: Option<UnixMillis>,
}

/// An order that was sent.
#[derive(Debug)]
pub(super) struct Sent {
    features: Features,
    began: Began,
    client: Client,
}

impl Sent {
    pub(super) fn new(client: &Client, features: Features, began: Began) -> Self {
        Self { features, began, client: client.clone() }
    }

    /// Whether this is the order that was sent.
    ///
    /// # Errors
    ///
    /// What it is instead.
    pub(super) fn is(&self, seen: &Features) -> Result<(), Evidence> {
        let Features { id, symbol, side, price, quantity, trigger_price, .. } = &self.features;
        if seen.id.is_none() {
            return Err(Evidence::Unreadable);
        }
        let is_other = differs(id, &seen.id)
            || differs(symbol, &seen.symbol)
            || differs(side, &seen.side)
            || differs(price, &seen.price)
            || differs(quantity, &seen.quantity)
            || differs(trigger_price, &seen.trigger_price)
            || self.is_newer_than(seen.created_at);
        if is_other { Err(Evidence::AnotherOrder) } else { Ok(()) }
    }

    fn is_newer_than(&self, created_at: Option<UnixMillis>) -> bool {
        // What is known of the server's clock may have been wrong when it was sent, and corrected since: it is looked at anew.
        let Some(created_at) = created_at.filter(|_| self.client.clock().is_synced()) else { return false };
        let began = self.began.by_the_server(&self.client);
        (EARLIEST..began.as_millis().saturating_sub(CLOCKS_DIFFER)).contains(&created_at.as_millis())
    }
}

/// Whether both are known, and not the same.
fn differs<T: PartialEq>(sent: &Option<T>, seen: &Option<T>) -> bool {
    matches!((sent, seen), (Some(sent), Some(seen)) if sent != seen)
}

/// The quantity, unless the exchange may lower it to that of the position.
fn fixed(quantity: Option<Decimal>, reduce_only: Option<bool>) -> Option<Decimal> {
    quantity.filter(|_| reduce_only != Some(true))
}

impl From<&PlaceOrderRequest> for Features {
    fn from(order: &PlaceOrderRequest) -> Self {
        Self {
            id: order.client_order_id.clone(),
            symbol: Some(order.symbol.clone()),
            side: Some(order.side.clone()),
            // What the exchange does with a price at which a maker-only order would take is not documented: it may change it.
            price: order.price.filter(|_| order.maker_only != Some(true)),
            quantity: fixed(order.quantity, order.reduce_only),
            ..Self::default()
        }
    }
}

impl From<&PlaceConditionOrderRequest> for Features {
    fn from(order: &PlaceConditionOrderRequest) -> Self {
        Self {
            id: order.client_order_id.clone(),
            symbol: Some(order.symbol.clone()),
            side: Some(order.side.clone()),
            price: order.price,
            quantity: fixed(order.quantity, order.reduce_only),
            trigger_price: order.stop_price,
            created_at: None,
        }
    }
}

impl From<&StrategySubOrder> for Features {
    fn from(leg: &StrategySubOrder) -> Self {
        Self {
            id: leg.client_order_id.clone(),
            symbol: leg.symbol.clone(),
            side: leg.side.clone(),
            price: leg.price.filter(|_| leg.maker_only != Some(true)),
            quantity: fixed(leg.quantity, leg.reduce_only),
            trigger_price: leg.stop_price,
            created_at: None,
        }
    }
}

impl From<&Order> for Features {
    fn from(order: &Order) -> Self {
        Self {
            id: order.client_order_id.clone(),
            symbol: order.symbol.clone(),
            side: order.side.clone(),
            price: order.price,
            quantity: order.quantity,
            trigger_price: None,
            created_at: order.created_at,
        }
    }
}

impl From<&ConditionOrder> for Features {
    fn from(order: &ConditionOrder) -> Self {
        Self {
            id: order.client_order_id.clone(),
            symbol: order.symbol.clone(),
            side: order.side.clone(),
            price: order.price,
            quantity: order.quantity,
            trigger_price: order.trigger_price,
            created_at: order.created_at,
        }
    }
}
