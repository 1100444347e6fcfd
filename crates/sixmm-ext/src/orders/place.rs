//! Placing a normal order.

use std::sync::Arc;

use serde_json::{Value, json};
use sixmm_api::operations::{ORDER, PLACE_ORDER};
use sixmm_api::types::{self, ClientOrderId, OrderId, OrderStatus};
use sixmm_api::{BoxFuture, Operation, requests};
use venue_core::Faults;
use venue_core::request::send_checked;

use super::answer::{Effect, check_refusal, check_success};
use super::cancel::{Cancelled, OrderCancellation, OrderRef};
use super::evidence::{Evidence, Subject};
use super::expected::{Difference, Expected};
use super::order::Order;
use super::outcome::{ConfirmedBy, Outcome};
use super::reconcile::{self, Deadline, Finding, Reconcile, found, settle};
use super::reported::{Data, Reported, names_an_order};
use super::send_log::SendLog;
use super::sent_order::{Began, Placement, SentOrder, given_id, order_status};
use super::unresolved::{Resume, Unresolved};
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
    /// Its state at that time, if the exchange reported it.
    pub status: Option<OrderStatus>,
    /// The amounts in which the exchange's order differs from the one that was sent, because it rounded them, for example. Only a lookup finds
    /// them.
    pub differences: Vec<Difference>,
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
    /// If the answer is lost or contradicts itself, the order is looked up by its `clientOrderId`, several times, before the outcome is
    /// [`Unknown`](Outcome::Unknown). Dropping the future leaves it open: the order may be placed all the same.
    ///
    /// It returns within the call's timeout plus the `patience` of [`Resolution`](crate::Resolution).
    pub async fn send(self) -> Outcome<Placed> {
        let began = Began::now(&self.client);
        let mut faults = Faults::new();
        let rules = self.client.known_rules(self.order.symbol());
        let request = self.order.request(&self.id, rules.as_deref(), &mut faults);
        let Some(request) = request.filter(|_| faults.is_empty()) else {
            return Outcome::Rejected(Error::invalid(&PLACE_ORDER, faults));
        };
        let expected = Expected::from(&request).with_own_id(self.order.own_id().is_none());
        let log = Arc::new(SendLog::new(&self.client));
        let result = self.try_send(&request, &expected, &log).await;
        settle(result, &log, || Arc::new(OrderPlacement::new(&self.client, self.id.clone(), expected, began))).await
    }

    async fn try_send(&self, request: &requests::PlaceOrder, expected: &Expected, log: &Arc<SendLog>) -> Result<Placed, Error> {
        let (context, api) = self.client.prepare_write(&self.settings.options, log);
        let call = identified!(self.settings, request.clone());
        let answer = context
            .run(&PLACE_ORDER, send_checked(api.core(), call))
            .await
            .map_err(|error| check_refusal(error, Effect::Place, expected))?;
        let request_id = context.request_id(&answer);
        check_success(&answer, request_id.as_deref(), expected, Effect::Place)?;
        let types::PlacedOrder { order_id, status, .. } = answer.into_data()?;
        if !names_an_order(order_id.as_str()) {
            return Err(Error::contradictory(&PLACE_ORDER, request_id, String::from("it names no order")));
        }
        Ok(Placed {
            symbol: request.symbol.clone(),
            order_id,
            client_order_id: self.id.clone(),
            status,
            differences: Vec::new(),
            confirmed_by: ConfirmedBy::Answer,
            request_id,
        })
    }
}

/// The placement of a normal order: is there an order of this id, and is it the one that was sent?
#[derive(Debug)]
pub(super) struct OrderPlacement {
    client: Client,
    id: ClientOrderId,
    sent: SentOrder,
}

impl OrderPlacement {
    pub(super) fn new(client: &Client, id: ClientOrderId, expected: Expected, began: Began) -> Self {
        Self { client: client.clone(), id, sent: SentOrder { expected, began } }
    }

    fn symbol(&self) -> &str {
        self.sent.expected.symbol.as_deref().unwrap_or_default()
    }

    fn classify(&self, order: &Reported) -> Finding<Placed> {
        let differences = match self.sent.recognise(&self.client, order) {
            Ok(differences) => differences,
            Err(evidence) => return Finding::Open(evidence),
        };
        let Some(order_id) = given_id(order, "orderId") else { return Finding::Open(Evidence::Unreadable) };
        match order_status(&self.client, order).value() {
            Some(status @ OrderStatus::Rejected) => Finding::Refused(Error::order_refused(&PLACE_ORDER, status)),
            status => Finding::Executed(Placed {
                symbol: self.symbol().to_owned(),
                order_id: OrderId::from(order_id),
                client_order_id: self.id.clone(),
                status,
                differences,
                confirmed_by: ConfirmedBy::Query,
                request_id: None,
            }),
        }
    }
}

impl Reconcile<Placed> for OrderPlacement {
    fn subject(&self) -> Subject {
        Subject { symbol: Some(self.symbol().to_owned()), client_order_id: Some(self.id.clone()), ..Subject::default() }
    }

    fn client(&self) -> &Client {
        &self.client
    }

    fn look_up<'a>(&'a self, deadline: &'a Deadline) -> BoxFuture<'a, Result<Finding<Placed>, Error>> {
        Box::pin(async move {
            let order = OrderRef::from(&self.id);
            found(look_up_order(&self.client, self.symbol(), &order, deadline.options()).await, |order| self.classify(&order))
        })
    }

    fn sent(&self) -> Option<&SentOrder> {
        Some(&self.sent)
    }

    fn to_json(&self) -> Value {
        json!({
            "kind": "place",
            "clientOrderId": self.id.as_str(),
            "expected": self.sent.expected.to_json(),
            "began": self.sent.began.by_the_server(&self.client).as_millis(),
        })
    }
}

impl Resume for Placed {
    fn resume(client: &Client, _: &'static Operation, saved: &Reported) -> Option<Arc<dyn Reconcile<Self>>> {
        if saved.text("kind").value()? != "place" {
            return None;
        }
        let id = ClientOrderId::from(saved.text("clientOrderId").value()?);
        let (expected, began) = (Expected::from_json(&saved.object("expected")?)?, Began::from_json(saved)?);
        Some(Arc::new(OrderPlacement::new(client, id, expected, began)))
    }
}

impl Unresolved<Placed> {
    /// Cancels the order by its `clientOrderId`, whether or not it has arrived yet: the cancellation is sent, and sent again after each
    /// lookup, until the order is final or can no longer arrive.
    ///
    /// [`Accepted`](Outcome::Accepted) and [`Error::is_too_late`] mean that the order is final. An outcome that is
    /// [`Unknown`](Outcome::Unknown) with [`can_no_longer_arrive`](Self::can_no_longer_arrive) means that the order was not found, and that
    /// the exchange refuses its request from now on. With a login, requests do not expire; then the `patience` of
    /// [`Resolution`](crate::Resolution) ends it.
    ///
    /// It returns within the `patience` or, if that is later, 2 seconds after the request has expired.
    pub async fn cancel(self) -> Outcome<Cancelled> {
        let client = self.write.client().clone();
        let sent = self.write.sent().expect("a placement is an order that was sent").clone();
        let Subject { symbol, client_order_id, .. } = self.subject();
        let id = client_order_id.expect("a placement has a `clientOrderId`");
        let placement = Placement { log: Arc::clone(&self.log), sent };
        let cancellation = OrderCancellation::new(&client, &symbol.unwrap_or_default(), OrderRef::ClientId(id)).of_a_placement(placement);
        let log = Arc::new(SendLog::new(&client));
        reconcile::cancel(Unresolved::new(self.cause().clone(), log, Arc::new(cancellation)), &self.log).await
    }
}

/// Looks an order up, and returns its fields as they came.
///
/// # Errors
///
/// If the lookup fails.
pub(super) async fn look_up_order(client: &Client, symbol: &str, order: &OrderRef, options: CallOptions) -> Result<Reported, Error> {
    let (context, api) = client.prepare(&options);
    let call = requests::Order::new(symbol);
    let call = match order {
        OrderRef::Id(id) => call.order_id(id),
        OrderRef::ClientId(id) => call.client_order_id(id),
    };
    let answer = context.run(&ORDER, api.send(call)).await?;
    match Data::of_body(answer.body()) {
        Data::Object(order) => Ok(order),
        // An order without a single field: nothing in it can be recognised.
        _ => Ok(Reported::default()),
    }
}
