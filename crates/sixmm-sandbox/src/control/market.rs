//! Control requests for the market: set prices, and place or cancel counterparty orders.

use std::fmt;
use std::sync::{Arc, MutexGuard};

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use rust_decimal::Decimal;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value, json};

use super::{Answer, Body, Name, Refused, refuse, unreadable, unreadable_name};
use crate::exchange::{OrderSide, Reject};
use crate::world::{self, World};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Price {
    price: Exact,
}

/// Sets the mark price and the index price.
pub(super) async fn set_price(State(world): State<Arc<World>>, symbol: Name, body: Body<Price>) -> Answer {
    let Path(symbol) = symbol.map_err(unreadable_name)?;
    let Json(Price { price: Exact(price) }) = body.map_err(unreadable)?;
    let exchange = &mut up_to_date(&world).exchange;
    exchange.set_index_price(&symbol, price).and_then(|()| exchange.set_mark_price(&symbol, price)).map_err(rejected)?;
    Ok(Json(json!({})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Order {
    side: Side,
    price: Option<Exact>,
    quantity: Exact,
}

/// Places a counterparty order and returns its filled and resting quantity.
pub(super) async fn place_order(State(world): State<Arc<World>>, symbol: Name, body: Body<Order>) -> Answer {
    let Path(symbol) = symbol.map_err(unreadable_name)?;
    let Json(Order { side: Side(side), price, quantity: Exact(quantity) }) = body.map_err(unreadable)?;
    let price = price.map(|Exact(price)| price);
    let placed = up_to_date(&world).exchange.counterparty_order(&symbol, side, price, quantity).map_err(rejected)?;
    let average = placed.avg_filled_price.map(|price| ("avgFilledPrice", price));
    let fields = [("filledQuantity", placed.filled_quantity), ("restingQuantity", placed.resting_quantity)].into_iter().chain(average);
    let fields: Map<String, Value> = fields.map(|(name, number)| (name.to_owned(), number.normalize().to_string().into())).collect();
    Ok(Json(fields.into()))
}

/// Cancels the counterparty orders that rest in the book.
pub(super) async fn cancel_orders(State(world): State<Arc<World>>, symbol: Name) -> Answer {
    let Path(symbol) = symbol.map_err(unreadable_name)?;
    up_to_date(&world).exchange.cancel_counterparty_orders(&symbol).map_err(rejected)?;
    Ok(Json(json!({})))
}

/// Locks the exchange and advances it to the current time, as a request of a user does.
fn up_to_date(world: &World) -> MutexGuard<'_, world::State> {
    let mut state = world.state();
    state.exchange.advance(world.clock.now());
    state
}

fn rejected(reject: Reject) -> Refused {
    refuse(StatusCode::UNPROCESSABLE_ENTITY, &reject.message())
}

/// A decimal number in a JSON string. JSON numbers are rejected, because they would be read as binary fractions.
struct Exact(Decimal);

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct InQuotes;

        impl Visitor<'_> for InQuotes {
            type Value = Exact;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a decimal number in a JSON string, such as \"85000.5\"")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Exact, E> {
                Decimal::from_str_exact(text)
                    .map(Exact)
                    .map_err(|error| E::custom(format_args!("{text:?} is not a decimal number: {error}")))
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Exact, E> {
                Err(without_quotes(number))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Exact, E> {
                Err(without_quotes(number))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Exact, E> {
                Err(without_quotes(number))
            }
        }

        fn without_quotes<E: Error>(number: impl fmt::Display) -> E {
            E::custom(format_args!("send the number as a string, so that it stays exact: \"{number}\""))
        }

        from.deserialize_any(InQuotes)
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
