//! The order that all clients place.

use rust_decimal::Decimal;
use serde::Serialize;
use sixmm_api::types::{OrderSide, OrderType, TimeInForce};

use crate::peers::Exact;

pub(crate) const SYMBOL: &str = "BTCUSDT";
pub(crate) const CLIENT_ORDER_ID: &str = "ext-1772710377808-001";

/// The hand-written body of a limit order.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewOrder<'a> {
    symbol: &'a str,
    #[serde(rename = "type")]
    type_: OrderType,
    side: OrderSide,
    #[serde(skip_serializing_if = "Option::is_none")]
    price: Option<Exact>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quantity: Option<Exact>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time_in_force: Option<TimeInForce>,
    #[serde(skip_serializing_if = "Option::is_none")]
    maker_only: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_order_id: Option<&'a str>,
}

impl NewOrder<'_> {
    pub(crate) fn example() -> Self {
        Self {
            symbol: SYMBOL,
            type_: OrderType::Limit,
            side: OrderSide::Buy,
            price: Some(Exact(Decimal::from(85_000))),
            quantity: Some(Exact(Decimal::new(1, 1))),
            time_in_force: Some(TimeInForce::Gtc),
            maker_only: Some(true),
            client_order_id: Some(CLIENT_ORDER_ID),
        }
    }
}
