//! The query for one normal order.

use sixmm_api::requests;
use venue_runtime::reconcile::json_fields::{JsonFields, ResponseData, body_text};

use super::order_key::OrderRef;
use super::response_check::data;
use crate::client_inner::ClientInner;
use crate::{CallOptions, Error};

/// Looks an order up, and returns its fields as they were received.
///
/// # Errors
///
/// Returns an error if the lookup fails.
pub(super) async fn look_up_order(
    client: &ClientInner,
    symbol: &str,
    order: &OrderRef,
    options: CallOptions,
) -> Result<JsonFields<'static>, Error> {
    let api = client.api_with(&options);
    let call = requests::Order::new(symbol);
    let call = match order {
        OrderRef::Id(id) => call.order_id(id),
        OrderRef::ClientId(id) => call.client_order_id(id),
    };
    let response = api.send(call).await?;
    let text = body_text(response.body());
    match data(JsonFields::parse(&text).as_ref()) {
        ResponseData::Object(order) => Ok(order.into_owned()),
        // An order without a field is never recognised.
        _ => Ok(JsonFields::default()),
    }
}
