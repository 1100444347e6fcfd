//! Control requests for the market: set prices, and place or cancel counterparty orders.

use std::fmt;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use rust_decimal::Decimal;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value, json};

use super::{Body, ControlResult, ErrorResponse, PathParameter, error_response, invalid_body, invalid_path};
use crate::exchange::{OrderSide, Reject};
use crate::state::{SandboxState, StateGuard};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Price {
    price: QuotedDecimal,
}

/// Sets the mark price and the index price.
pub(super) async fn set_price(State(shared): State<Arc<SandboxState>>, symbol: PathParameter, body: Body<Price>) -> ControlResult {
    let Path(symbol) = symbol.map_err(invalid_path)?;
    let Json(Price { price: QuotedDecimal(price) }) = body.map_err(invalid_body)?;
    let exchange = &mut lock_and_advance(&shared).exchange;
    exchange.set_index_price(&symbol, price).and_then(|()| exchange.set_mark_price(&symbol, price)).map_err(rejected)?;
    Ok(Json(json!({})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Order {
    side: Side,
    price: Option<QuotedDecimal>,
    quantity: QuotedDecimal,
}

/// Places a counterparty order and returns its filled and resting quantity.
pub(super) async fn place_order(State(shared): State<Arc<SandboxState>>, symbol: PathParameter, body: Body<Order>) -> ControlResult {
    let Path(symbol) = symbol.map_err(invalid_path)?;
    let Json(Order { side: Side(side), price, quantity: QuotedDecimal(quantity) }) = body.map_err(invalid_body)?;
    let price = price.map(|QuotedDecimal(price)| price);
    let placed = lock_and_advance(&shared).exchange.counterparty_order(&symbol, side, price, quantity).map_err(rejected)?;
    let average = placed.avg_filled_price.map(|price| ("avgFilledPrice", price));
    let fields = [("filledQuantity", placed.filled_quantity), ("restingQuantity", placed.resting_quantity)].into_iter().chain(average);
    let fields: Map<String, Value> = fields.map(|(name, number)| (name.to_owned(), number.normalize().to_string().into())).collect();
    Ok(Json(fields.into()))
}

/// Cancels the counterparty orders that rest in the book.
pub(super) async fn cancel_orders(State(shared): State<Arc<SandboxState>>, symbol: PathParameter) -> ControlResult {
    let Path(symbol) = symbol.map_err(invalid_path)?;
    lock_and_advance(&shared).exchange.cancel_counterparty_orders(&symbol).map_err(rejected)?;
    Ok(Json(json!({})))
}

/// Locks the exchange and advances it to the current time, as a request of a user does.
fn lock_and_advance(shared: &SandboxState) -> StateGuard<'_> {
    let mut state = shared.lock();
    state.exchange.advance(shared.clock.now());
    state
}

fn rejected(reject: Reject) -> ErrorResponse {
    error_response(StatusCode::UNPROCESSABLE_ENTITY, &reject.message())
}

/// A decimal number in a JSON string. JSON numbers are rejected, because a parser that reads them as binary floating-point numbers would
/// lose digits.
struct QuotedDecimal(Decimal);

impl<'de> Deserialize<'de> for QuotedDecimal {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct QuotedDecimalVisitor;

        impl Visitor<'_> for QuotedDecimalVisitor {
            type Value = QuotedDecimal;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a decimal number in a JSON string, such as \"85000.5\"")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<QuotedDecimal, E> {
                Decimal::from_str_exact(text)
                    .map(QuotedDecimal)
                    .map_err(|error| E::custom(format_args!("{text:?} is not a decimal number: {error}")))
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<QuotedDecimal, E> {
                Err(unquoted_number(number))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<QuotedDecimal, E> {
                Err(unquoted_number(number))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<QuotedDecimal, E> {
                Err(unquoted_number(number))
            }
        }

        fn unquoted_number<E: Error>(number: impl fmt::Display) -> E {
            E::custom(format_args!("send the number as a string, so that it stays exact: \"{number}\""))
        }

        from.deserialize_any(QuotedDecimalVisitor)
    }
}

/// An order side in the spelling of the API.
struct Side(OrderSide);

impl<'de> Deserialize<'de> for Side {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let word = String::deserialize(from)?;
        OrderSide::parse(&word)
            .map(Side)
            .ok_or_else(|| D::Error::custom(format_args!("{word:?} is not an order side: use \"BUY\" or \"SELL\"")))
    }
}
