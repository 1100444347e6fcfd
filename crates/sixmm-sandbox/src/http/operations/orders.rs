//! Normal orders and their fills.
//!
//! <https://docs.6mm.com/developer-api/rest-api/order>

use serde::Serialize;
use serde_json::{Value, json};

use super::super::envelope::Data;
use super::super::received::Effect;
use super::commands::{amend, place};
use super::{Answer, Call, Outcome, filters, nothing, number, views};
use crate::exchange::{CancelType, Order, OrderFilter, OrderRef, OrderSide, OrderType, PlacedOrder, Reject, TradeFilter};
use crate::refusal::Refusal;
use crate::spec::Input;

pub(super) fn place_order(call: Call<'_>) -> Result<Answer, Refusal> {
    let order = place(call.input)?;
    let placed = call.state.exchange.place_order(&call.user()?, order)?;
    Ok(Answer::success(Data::text(&Placed::from(&placed))))
}

pub(super) fn batch_place_orders(call: Call<'_>) -> Result<Answer, Refusal> {
    let orders = call.input.objects("orders").map(place).collect::<Result<Vec<_>, _>>()?;
    let client_ids: Vec<Option<String>> = orders.iter().map(|order| order.client_order_id.clone()).collect();
    let results = call.state.exchange.batch_place_orders(&call.user()?, orders);
    let results = results.into_iter().zip(client_ids).map(|(result, client_id)| match result {
        Ok(order) => Ok(json!(Placed::from(&order))),
        Err(reject) => item(client_id.map_or_else(nothing, |id| json!({ "clientOrderId": id })), Err(reject)),
    });
    Ok(counted(results))
}

pub(super) fn amend_order(call: Call<'_>) -> Outcome {
    let (user, symbol) = (call.user()?, symbol(&call, named_order(call.input)));
    call.state.exchange.amend_order(&user, &symbol, amend(call.input))?;
    Ok(nothing())
}

pub(super) fn batch_amend_orders(call: Call<'_>) -> Result<Answer, Refusal> {
    let orders: Vec<_> = call.input.objects("orders").map(amend).collect();
    let ids: Vec<String> = orders.iter().map(|order| order.order_id.clone()).collect();
    let first = OrderRef { order_id: ids.first().map(String::as_str), client_order_id: None };
    let symbol = symbol(&call, first);
    let results = call.state.exchange.batch_amend_orders(&call.user()?, &symbol, orders);
    Ok(counted(results.into_iter().zip(ids).map(named)))
}

pub(super) fn cancel_order(call: Call<'_>) -> Outcome {
    let (user, symbol) = (call.user()?, symbol(&call, named_order(call.input)));
    call.state.exchange.cancel_order(&user, &symbol, named_order(call.input))?;
    Ok(nothing())
}

pub(super) fn batch_cancel_orders(call: Call<'_>) -> Result<Answer, Refusal> {
    let item = |item: Input<'_>| {
        let id = item.inferred("orderId");
        (symbol_of(&call, item, OrderRef { order_id: Some(id), client_order_id: None }), id.to_owned())
    };
    let orders: Vec<(String, String)> = call.input.objects("orders").map(item).collect();
    let results = call.state.exchange.batch_cancel_orders(&call.user()?, &orders);
    Ok(counted(results.into_iter().zip(orders).map(|(result, (_, id))| named((result, id)))))
}

pub(super) fn cancel_all_orders(call: Call<'_>) -> Outcome {
    let kind = number(call.input, "cancelType", CancelType::from_code)?.unwrap_or(CancelType::AllNormal);
    call.state.exchange.cancel_all_orders(&call.user()?, call.input.text("symbol"), kind)?;
    Ok(nothing())
}

pub(super) fn order(call: Call<'_>) -> Outcome {
    let (user, symbol) = (call.user()?, call.input.required("symbol"));
    Ok(views::order(&call.state.exchange.order(&user, symbol, named_order(call.input))?))
}

pub(super) fn current_orders(call: Call<'_>) -> Outcome {
    let (user, input) = (call.user()?, call.input);
    let (limit, last) = (input.integer("limit"), input.integer("lastOrderId"));
    let orders = call.state.exchange.current_orders(&user, input.text("symbol"), limit, last)?;
    Ok(views::page(&orders, views::order))
}

pub(super) fn order_history(call: Call<'_>) -> Outcome {
    let input = call.input;
    let text = |name: &str| input.text(name).map(str::to_owned);
    let filter = OrderFilter {
        symbol: text("symbol"),
        order_id: text("orderId"),
        client_order_id: text("clientOrderId"),
        order_type: number(input, "type", OrderType::from_filter)?,
        side: number(input, "side", OrderSide::from_filter)?,
        status: input.integer("status"),
        time: filters::time(input),
    };
    let orders = call.state.exchange.order_history(&call.user()?, &filter, filters::page(input))?;
    Ok(views::page(&orders, views::order))
}

pub(super) fn trades(call: Call<'_>) -> Outcome {
    let input = call.input;
    let text = |name: &str| input.text(name).map(str::to_owned);
    let filter = TradeFilter { symbol: text("symbol"), order_id: text("orderId"), time: filters::time(input) };
    let trades = call.state.exchange.trades(&call.user()?, &filter, filters::page(input))?;
    Ok(views::page(&trades, views::trade))
}

fn symbol(call: &Call<'_>, order: OrderRef<'_>) -> String {
    symbol_of(call, call.input, order)
}

/// The contract of a request, or that of its order if the request names none, which is only let through where inferences are ignored.
fn symbol_of(call: &Call<'_>, input: Input<'_>, named: OrderRef<'_>) -> String {
    let of_the_order = || {
        let orders = call.state.exchange.all_orders().into_iter().map(|(_, order)| order);
        let is_named = |order: &Order| {
            let same_id = named.order_id.is_none_or(|id| order.order_id.to_string() == id);
            same_id && named.client_order_id.is_none_or(|id| order.client_order_id.as_deref() == Some(id))
        };
        orders.filter(is_named).map(|order| order.symbol.to_string()).next()
    };
    input.text("symbol").map(str::to_owned).or_else(of_the_order).unwrap_or_default()
}

fn named_order(input: Input<'_>) -> OrderRef<'_> {
    OrderRef { order_id: input.text("orderId"), client_order_id: input.text("clientOrderId") }
}

/// What is answered of an order that was placed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Placed<'a> {
    order_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_order_id: Option<&'a str>,
    status: &'static str,
    timestamp: i64,
}

impl<'a> From<&'a PlacedOrder> for Placed<'a> {
    fn from(of: &'a PlacedOrder) -> Self {
        let (order_id, client_order_id) = (of.order_id.to_string(), of.client_order_id.as_deref());
        Self { order_id, client_order_id, status: of.status.as_str(), timestamp: of.timestamp.as_millis() }
    }
}

/// What became of an item of a batch. The vendor documents no field of a result: these are this sandbox's.
fn item(mut view: Value, result: Result<(), Reject>) -> Result<Value, Value> {
    match result {
        Ok(()) => Ok(view),
        Err(reject) => {
            view["code"] = reject.code().into();
            view["message"] = reject.message().into();
            Err(view)
        }
    }
}

fn named((result, order_id): (Result<(), Reject>, String)) -> Result<Value, Value> {
    item(json!({ "orderId": order_id }), result)
}

fn counted(results: impl Iterator<Item = Result<Value, Value>>) -> Answer {
    let results: Vec<Result<Value, Value>> = results.collect();
    let failed = results.iter().filter(|result| result.is_err()).count();
    let succeeded = results.len() - failed;
    let views: Vec<Value> = results.into_iter().map(|result| result.unwrap_or_else(|refused| refused)).collect();
    let effect = match (succeeded, failed) {
        (_, 0) => Effect::Whole,
        (0, _) => Effect::None,
        _ => Effect::Part,
    };
    Answer::success(json!({ "successCount": succeeded, "failedCount": failed, "results": views })).with_effect(effect)
}
