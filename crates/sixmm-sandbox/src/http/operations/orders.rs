//! Operations of normal orders and fills.
//!
//! <https://docs.6mm.com/developer-api/rest-api/order>

use serde::Serialize;
use serde_json::{Value, json};

use super::super::envelope::Data;
use super::parse_commands::{amend, place};
use super::{ApiResponse, Call, OperationResult, empty_data, json_views, list_parameters, parse_code};
use crate::api_error::ApiError;
use crate::exchange::{CancelType, Order, OrderFilter, OrderRef, OrderSide, OrderType, PlacedOrder, Reject, TradeFilter};
use crate::request_log::Effect;
use crate::spec::Input;

pub(super) fn place_order(call: Call<'_>) -> Result<ApiResponse, ApiError> {
    let order = place(call.input)?;
    let placed = call.state.exchange.place_order(&call.user()?, order)?;
    Ok(ApiResponse::success(Data::text(&Placed::from(&placed))))
}

pub(super) fn batch_place_orders(call: Call<'_>) -> Result<ApiResponse, ApiError> {
    let orders = call.input.objects("orders").map(place).collect::<Result<Vec<_>, _>>()?;
    let client_ids: Vec<Option<String>> = orders.iter().map(|order| order.client_order_id.clone()).collect();
    let results = call.state.exchange.batch_place_orders(&call.user()?, orders);
    let results = results.into_iter().zip(client_ids).map(|(result, client_id)| match result {
        Ok(order) => Ok(json!(Placed::from(&order))),
        Err(reject) => item(client_id.map_or_else(empty_data, |id| json!({ "clientOrderId": id })), Err(reject)),
    });
    Ok(batch_response(results))
}

pub(super) fn amend_order(call: Call<'_>) -> OperationResult {
    let (user, symbol) = (call.user()?, symbol(&call, order_ref(call.input)));
    call.state.exchange.amend_order(&user, &symbol, amend(call.input))?;
    Ok(empty_data())
}

pub(super) fn batch_amend_orders(call: Call<'_>) -> Result<ApiResponse, ApiError> {
    let orders: Vec<_> = call.input.objects("orders").map(amend).collect();
    let ids: Vec<String> = orders.iter().map(|order| order.order_id.clone()).collect();
    let first = OrderRef { order_id: ids.first().map(String::as_str), client_order_id: None };
    let symbol = symbol(&call, first);
    let results = call.state.exchange.batch_amend_orders(&call.user()?, &symbol, orders);
    Ok(batch_response(results.into_iter().zip(ids).map(named)))
}

pub(super) fn cancel_order(call: Call<'_>) -> OperationResult {
    let (user, symbol) = (call.user()?, symbol(&call, order_ref(call.input)));
    call.state.exchange.cancel_order(&user, &symbol, order_ref(call.input))?;
    Ok(empty_data())
}

pub(super) fn batch_cancel_orders(call: Call<'_>) -> Result<ApiResponse, ApiError> {
    let item = |item: Input<'_>| {
        let id = item.inferred("orderId");
        (symbol_of(&call, item, OrderRef { order_id: Some(id), client_order_id: None }), id.to_owned())
    };
    let orders: Vec<(String, String)> = call.input.objects("orders").map(item).collect();
    let results = call.state.exchange.batch_cancel_orders(&call.user()?, &orders);
    Ok(batch_response(results.into_iter().zip(orders).map(|(result, (_, id))| named((result, id)))))
}

pub(super) fn cancel_all_orders(call: Call<'_>) -> OperationResult {
    let kind = parse_code(call.input, "cancelType", CancelType::from_code)?.unwrap_or(CancelType::AllNormal);
    call.state.exchange.cancel_all_orders(&call.user()?, call.input.text("symbol"), kind)?;
    Ok(empty_data())
}

pub(super) fn order(call: Call<'_>) -> OperationResult {
    let (user, symbol) = (call.user()?, call.input.required("symbol"));
    Ok(json_views::order(&call.state.exchange.order(&user, symbol, order_ref(call.input))?))
}

pub(super) fn current_orders(call: Call<'_>) -> OperationResult {
    let (user, input) = (call.user()?, call.input);
    let (limit, last) = (input.integer("limit"), input.integer("lastOrderId"));
    let orders = call.state.exchange.current_orders(&user, input.text("symbol"), limit, last)?;
    Ok(json_views::page(&orders, json_views::order))
}

pub(super) fn order_history(call: Call<'_>) -> OperationResult {
    let input = call.input;
    let text = |name: &str| input.text(name).map(str::to_owned);
    let filter = OrderFilter {
        symbol: text("symbol"),
        order_id: text("orderId"),
        client_order_id: text("clientOrderId"),
        order_type: parse_code(input, "type", OrderType::from_filter)?,
        side: parse_code(input, "side", OrderSide::from_filter)?,
        status: input.integer("status"),
        time: list_parameters::time(input),
    };
    let orders = call.state.exchange.order_history(&call.user()?, &filter, list_parameters::page(input))?;
    Ok(json_views::page(&orders, json_views::order))
}

pub(super) fn trades(call: Call<'_>) -> OperationResult {
    let input = call.input;
    let text = |name: &str| input.text(name).map(str::to_owned);
    let filter = TradeFilter { symbol: text("symbol"), order_id: text("orderId"), time: list_parameters::time(input) };
    let trades = call.state.exchange.trades(&call.user()?, &filter, list_parameters::page(input))?;
    Ok(json_views::page(&trades, json_views::trade))
}

fn symbol(call: &Call<'_>, order: OrderRef<'_>) -> String {
    symbol_of(call, call.input, order)
}

/// Returns the symbol of a request. If inferences are ignored, a request without a symbol passes validation. In this case, returns the
/// symbol of the order that the request identifies.
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

fn order_ref(input: Input<'_>) -> OrderRef<'_> {
    OrderRef { order_id: input.text("orderId"), client_order_id: input.text("clientOrderId") }
}

/// Data of a placed order.
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

/// Returns the JSON result of one item of a batch. The vendor documents no fields of such a result, so the fields are the sandbox's choice.
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

fn batch_response(results: impl Iterator<Item = Result<Value, Value>>) -> ApiResponse {
    let results: Vec<Result<Value, Value>> = results.collect();
    let failed = results.iter().filter(|result| result.is_err()).count();
    let succeeded = results.len() - failed;
    let views: Vec<Value> = results.into_iter().map(|result| result.unwrap_or_else(|error| error)).collect();
    let effect = match (succeeded, failed) {
        (_, 0) => Effect::Complete,
        (0, _) => Effect::None,
        _ => Effect::Partial,
    };
    ApiResponse::success(json!({ "successCount": succeeded, "failedCount": failed, "results": views })).with_effect(effect)
}
