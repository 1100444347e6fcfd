//! Placing a normal order.

use std::sync::Arc;

use sixmm_api::BoxFuture;
use sixmm_api::operations::PLACE_ORDER;
use sixmm_api::types::{self, ClientOrderId, OrderId, OrderStatus, PlaceOrderRequest};
use sixmm_core::Faults;

use super::find_out::{Finding, Question, found, settle};
use super::identity::{Began, Features, Sent};
use super::order::Order;
use super::outcome::{ConfirmedBy, Evidence, Outcome, Subject};
use super::told::is_given;
use crate::call::GetOrder;
use crate::call::settings::{Settings, identified, settings};
use crate::{CallOptions, Client, Error};

/// A normal order that the exchange has accepted.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Placed {
    /// The contract.
    pub symbol: String,
    /// The exchange's id.
    pub order_id: OrderId,
    /// Your id, given or made.
    pub client_order_id: ClientOrderId,
    /// Its state at that time, if the exchange told it.
    pub status: Option<OrderStatus>,
    /// How it is known.
    pub confirmed_by: ConfirmedBy,
    /// What the exchange calls the request that placed it, if its answer arrived.
    pub request_id: Option<String>,
}

/// Places a normal order: see [`Orders::place`](super::Orders::place).
///
/// It cannot be cloned: what is sent is sent once. To place the same once more, give it to [`Orders`](super::Orders) again.
///
/// ```compile_fail
/// # async fn twice(place: sixmm_ext::Place) {
/// let again = place.clone().send().await;
/// # }
/// ```
#[derive(Debug)]
#[must_use = "an order is not placed until it is sent"]
pub struct Place {
    client: Client,
    order: Order,
    id: ClientOrderId,
    settings: Settings,
}

settings!(Place);

impl Place {
    pub(super) fn new(client: &Client, order: Order) -> Self {
        let id = order.own_id().cloned().unwrap_or_else(|| client.new_order_id());
        Self { client: client.clone(), order, id, settings: Settings::default() }
    }

    /// The id by which the order can be found, given or made. Keep it before you send: whoever drops the future, or dies, finds the order
    /// by it.
    #[must_use]
    pub fn client_order_id(&self) -> &ClientOrderId {
        &self.id
    }

    /// Places it, at most once.
    ///
    /// If the answer is lost, the exchange is asked for the order by its `clientOrderId`, several times, before the outcome is
    /// [`Unknown`](Outcome::Unknown). Dropping the future leaves it open: the order may be placed all the same.
    pub async fn send(self) -> Outcome<Placed> {
        let began = Began::now(&self.client);
        let mut faults = Faults::new();
        let rules = self.client.known_rules(self.order.symbol());
        let request = self.order.request(&self.id, rules.as_deref(), &mut faults);
        let Some(request) = request.filter(|_| faults.is_empty()) else {
            return Outcome::Rejected(Error::invalid(&PLACE_ORDER, faults));
        };
        let result = self.try_send(&request).await;
        settle(result, || Arc::new(ThisOrder::new(&self.client, self.id.clone(), &request, began))).await
    }

    async fn try_send(&self, request: &PlaceOrderRequest) -> Result<Placed, Error> {
        let (context, api) = self.client.prepare(&self.settings.options);
        let call = identified!(self.settings, api.place_order().body(request.clone()));
        let answer = context.run(&PLACE_ORDER, call.send()).await?;
        let request_id = context.request_id(&answer);
        let types::PlacedOrder { order_id, status, .. } = answer.into_data()?;
        if status == Some(OrderStatus::Rejected) {
            return Err(Error::order_refused(&PLACE_ORDER, OrderStatus::Rejected));
        }
        if !is_given(order_id.as_str()) {
            return Err(Error::unclear(&PLACE_ORDER, request_id));
        }
        Ok(Placed {
            symbol: request.symbol.clone(),
            order_id,
            client_order_id: self.id.clone(),
            status,
            confirmed_by: ConfirmedBy::Answer,
            request_id,
        })
    }
}

/// Is there an order of this id, and is it the one that was sent?
#[derive(Debug)]
pub(super) struct ThisOrder {
    client: Client,
    subject: Subject,
    symbol: String,
    id: ClientOrderId,
    sent: Sent,
}

impl ThisOrder {
    pub(super) fn new(client: &Client, id: ClientOrderId, request: &PlaceOrderRequest, began: Began) -> Self {
        let symbol = request.symbol.clone();
        let subject = Subject { symbol: Some(symbol.clone()), client_order_id: Some(id.clone()), ..Subject::default() };
        Self { client: client.clone(), subject, symbol, id, sent: Sent::new(client, request.into(), began) }
    }

    fn judge(&self, order: types::Order) -> Finding<Placed> {
        if let Err(evidence) = self.sent.is(&Features::from(&order)) {
            return Finding::Open(evidence);
        }
        let Some(order_id) = order.order_id.filter(|id| is_given(id.as_str())) else { return Finding::Open(Evidence::Unreadable) };
        match order.status {
            Some(status @ OrderStatus::Rejected) => Finding::Refused(Error::order_refused(&PLACE_ORDER, status)),
            status => Finding::CarriedOut(Placed {
                symbol: self.symbol.clone(),
                order_id,
                client_order_id: self.id.clone(),
                status,
                confirmed_by: ConfirmedBy::Query,
                request_id: None,
            }),
        }
    }
}

impl Question<Placed> for ThisOrder {
    fn subject(&self) -> &Subject {
        &self.subject
    }

    fn client(&self) -> &Client {
        &self.client
    }

    fn ask(&self, options: CallOptions) -> BoxFuture<'_, Result<Finding<Placed>, Error>> {
        let call = GetOrder::new(&self.client, self.symbol.as_str()).client_order_id(&self.id).options(options);
        Box::pin(async move { found(call.send().await, |order| self.judge(order)) })
    }
}
