//! Placing and cancelling a condition order.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};
use sixmm_api::operations::{CANCEL_CONDITION_ORDER, PLACE_CONDITION_ORDER};
use sixmm_api::types::{self, ClientOrderId, ConditionId, ConditionOrder as Seen, ConditionOrderStatus, PlaceConditionOrderRequest};
use sixmm_api::{BoxFuture, Operation, UnixMillis};
use sixmm_core::Faults;

use super::answer::{Effect, check_refusal, check_success};
use super::condition::ConditionOrder;
use super::evidence::{Evidence, Subject};
use super::expected::{Difference, Expected};
use super::outcome::{ConfirmedBy, Outcome};
use super::place::began;
use super::reconcile::{self, Deadline, Finding, Reconcile, settle};
use super::reported::{Field, Reported, names_an_order};
use super::send_log::SendLog;
use super::sent_order::{Began, SentOrder, condition_status, given_id};
use super::unresolved::{Resume, Unresolved};
use crate::call::settings::{Settings, identified, settings};
use crate::call::{ConditionOrderHistory, OpenConditionOrders};
use crate::{CallOptions, Client, Error};

/// How much of the history is searched: the order in which the exchange lists it is not documented, nor how many rows it gives at most.
const PAGES: i64 = 5;

/// The rows of a page of the history.
const PAGE_SIZE: i64 = 100;

/// A condition order that the exchange has accepted.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PlacedCondition {
    /// The contract.
    pub symbol: String,
    /// The exchange's id.
    pub condition_id: ConditionId,
    /// Your id, given or made.
    pub client_order_id: ClientOrderId,
    /// Its state at that time, if the exchange reported it.
    pub status: Option<ConditionOrderStatus>,
    /// The amounts in which the exchange's order differs from the one that was sent, because it rounded them, for example. Only a lookup finds
    /// them.
    pub differences: Vec<Difference>,
    /// How it is known.
    pub confirmed_by: ConfirmedBy,
    /// What the exchange calls the request that placed it, if its answer arrived.
    pub request_id: Option<String>,
}

/// Places a condition order: see [`Orders::place_condition`](super::Orders::place_condition).
///
/// It cannot be cloned: what is sent is sent once. To place the same once more, give it to [`Orders`](super::Orders) again.
#[derive(Debug)]
#[must_use = "an order is not placed until it is sent"]
pub struct PlaceCondition {
    client: Client,
    order: ConditionOrder,
    id: ClientOrderId,
    settings: Settings,
}

settings!(PlaceCondition, CancelCondition);

impl PlaceCondition {
    pub(super) fn new(client: &Client, order: ConditionOrder) -> Self {
        let id = order.own_id().cloned().unwrap_or_else(|| client.new_order_id());
        Self { client: client.clone(), order, id, settings: Settings::default() }
    }

    /// The id by which the order can be found, given or made.
    #[must_use]
    pub fn client_order_id(&self) -> &ClientOrderId {
        &self.id
    }

    /// Places it, at most once.
    ///
    /// If the answer is lost or contradicts itself, the contract's condition orders are searched for its `clientOrderId`, those that wait
    /// first and then those of the history.
    ///
    /// It returns within the call's timeout plus the `patience` of [`Resolution`](crate::Resolution).
    pub async fn send(self) -> Outcome<PlacedCondition> {
        let began = Began::now(&self.client);
        let mut faults = Faults::new();
        let rules = self.client.known_rules(self.order.symbol());
        let request = self.order.request(&self.id, rules.as_deref(), &mut faults);
        let Some(request) = request.filter(|_| faults.is_empty()) else {
            return Outcome::Rejected(Error::invalid(&PLACE_CONDITION_ORDER, faults));
        };
        let expected = Expected::from(&request).with_own_id(self.order.own_id().is_none());
        let log = Arc::new(SendLog::new(&self.client));
        let result = self.try_send(&request, &expected, &log).await;
        settle(result, &log, || Arc::new(ConditionPlacement::new(&self.client, self.id.clone(), expected, began))).await
    }

    async fn try_send(
        &self,
        request: &PlaceConditionOrderRequest,
        expected: &Expected,
        log: &Arc<SendLog>,
    ) -> Result<PlacedCondition, Error> {
        let (context, api) = self.client.prepare_write(&self.settings.options, log);
        let call = identified!(self.settings, api.place_condition_order().body(request.clone()));
        let answer = context.run(&PLACE_CONDITION_ORDER, call.send()).await.map_err(|error| check_refusal(error, Effect::Place))?;
        let request_id = context.request_id(&answer);
        check_success(&answer, request_id.as_deref(), expected, Effect::Place)?;
        let types::PlacedConditionOrder { condition_id, condition_status: status, .. } = answer.into_data()?;
        if !names_an_order(condition_id.as_str()) {
            return Err(Error::contradictory(&PLACE_CONDITION_ORDER, request_id, String::from("it names no order")));
        }
        Ok(PlacedCondition {
            symbol: request.symbol.clone(),
            condition_id,
            client_order_id: self.id.clone(),
            status: status.map(|status| ConditionOrderStatus::from(self.client.redacted(status.to_string(), &PLACE_CONDITION_ORDER))),
            differences: Vec::new(),
            confirmed_by: ConfirmedBy::Answer,
            request_id,
        })
    }
}

/// A condition order that was cancelled.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CancelledCondition {
    /// Which one.
    pub condition_id: ConditionId,
    /// How it is known.
    pub confirmed_by: ConfirmedBy,
}

/// Cancels a condition order: see [`Orders::cancel_condition`](super::Orders::cancel_condition).
#[derive(Clone, Debug)]
#[must_use = "nothing is cancelled until it is sent"]
pub struct CancelCondition {
    client: Client,
    symbol: String,
    condition_id: ConditionId,
    settings: Settings,
}

impl CancelCondition {
    pub(super) fn new(client: &Client, symbol: String, condition_id: ConditionId) -> Self {
        Self { client: client.clone(), symbol, condition_id, settings: Settings::default() }
    }

    /// Cancels it.
    ///
    /// If the answer is lost or contradicts itself, the contract's condition orders are searched until this one is final, and the
    /// cancellation is sent again after each search that does not show that, with a new signature.
    ///
    /// It returns within the call's timeout plus the `patience` of [`Resolution`](crate::Resolution). A cancellation that was sent can still
    /// take effect for the 10 seconds of its signature after that.
    pub async fn send(self) -> Outcome<CancelledCondition> {
        let log = Arc::new(SendLog::new(&self.client));
        let result = cancel_once(&self.client, &self.symbol, &self.condition_id, &self.settings, &log).await;
        settle(result, &log, || Arc::new(ConditionCancellation::new(&self.client, self.symbol, ConditionRef::Id(self.condition_id)))).await
    }
}

/// Sends one cancellation.
async fn cancel_once(
    client: &Client,
    symbol: &str,
    id: &ConditionId,
    settings: &Settings,
    log: &Arc<SendLog>,
) -> Result<CancelledCondition, Error> {
    let (context, api) = client.prepare_write(&settings.options, log);
    let call = identified!(settings, api.cancel_condition_order().symbol(symbol).condition_id(id));
    let answer = context.run(&CANCEL_CONDITION_ORDER, call.send()).await.map_err(|error| check_refusal(error, Effect::Cancel))?;
    check_success(&answer, context.request_id(&answer).as_deref(), &Expected::by_condition_id(symbol, id), Effect::Cancel)?;
    Ok(CancelledCondition { condition_id: id.clone(), confirmed_by: ConfirmedBy::Answer })
}

/// The placement of a condition order: is there a condition order of this id, and is it the one that was sent?
#[derive(Debug)]
struct ConditionPlacement {
    client: Client,
    id: ClientOrderId,
    sent: SentOrder,
}

impl ConditionPlacement {
    fn new(client: &Client, id: ClientOrderId, expected: Expected, began: Began) -> Self {
        Self { client: client.clone(), id, sent: SentOrder { expected, began } }
    }

    fn symbol(&self) -> &str {
        self.sent.expected.symbol.as_deref().unwrap_or_default()
    }

    fn classify(&self, order: &Reported) -> Finding<PlacedCondition> {
        let differences = match self.sent.recognise(&self.client, order) {
            Ok(differences) => differences,
            Err(evidence) => return Finding::Open(evidence),
        };
        let Some(condition_id) = given_id(order, "conditionId") else { return Finding::Open(Evidence::Unreadable) };
        match condition_status(&self.client, order).value() {
            Some(status @ ConditionOrderStatus::Rejected) => Finding::Refused(Error::condition_refused(&PLACE_CONDITION_ORDER, status)),
            status => Finding::Executed(PlacedCondition {
                symbol: self.symbol().to_owned(),
                condition_id: ConditionId::from(condition_id),
                client_order_id: self.id.clone(),
                status,
                differences,
                confirmed_by: ConfirmedBy::Query,
                request_id: None,
            }),
        }
    }
}

impl Reconcile<PlacedCondition> for ConditionPlacement {
    fn subject(&self) -> Subject {
        Subject { symbol: Some(self.symbol().to_owned()), client_order_id: Some(self.id.clone()), ..Subject::default() }
    }

    fn client(&self) -> &Client {
        &self.client
    }

    fn look_up<'a>(&'a self, deadline: &'a Deadline) -> BoxFuture<'a, Result<Finding<PlacedCondition>, Error>> {
        Box::pin(async move {
            let since = a_while_before(self.sent.began, &self.client);
            let found = find_condition(&self.client, self.symbol(), &self.id, since, deadline).await?;
            Ok(found.map_or(Finding::Open(Evidence::NotFound), |order| self.classify(&order)))
        })
    }

    fn to_json(&self) -> Value {
        json!({
            "kind": "placeCondition",
            "clientOrderId": self.id.as_str(),
            "expected": self.sent.expected.to_json(),
            "began": self.sent.began.by_the_server(&self.client).as_millis(),
        })
    }
}

impl Resume for PlacedCondition {
    fn resume(client: &Client, _: &'static Operation, saved: &Reported) -> Option<Arc<dyn Reconcile<Self>>> {
        if saved.text("kind").value()? != "placeCondition" {
            return None;
        }
        let id = ClientOrderId::from(saved.text("clientOrderId").value()?);
        let (expected, began) = (Expected::from_json(&saved.object("expected")?)?, began(saved)?);
        Some(Arc::new(ConditionPlacement::new(client, id, expected, began)))
    }
}

impl Unresolved<PlacedCondition> {
    /// Cancels the condition order, whether or not it has arrived yet: the contract's condition orders are searched for its
    /// `clientOrderId`, and it is cancelled by the id that the search finds, until it is final or can no longer arrive.
    ///
    /// The outcomes mean the same as those of [`Unresolved::cancel`] for a normal order.
    pub async fn cancel(self) -> Outcome<CancelledCondition> {
        let subject = self.subject();
        let client = self.write.client().clone();
        let id = ConditionRef::ClientId(subject.client_order_id.expect("a placement has a `clientOrderId`"));
        let cancellation =
            ConditionCancellation::new(&client, subject.symbol.unwrap_or_default(), id).of_a_placement(Arc::clone(&self.log));
        let log = Arc::new(SendLog::new(&client));
        reconcile::cancel(Unresolved::new(self.cause().clone(), log, Arc::new(cancellation)), &self.log).await
    }
}

/// One condition order, by the exchange's id or by the caller's.
#[derive(Clone, Debug)]
enum ConditionRef {
    Id(ConditionId),
    ClientId(ClientOrderId),
}

/// The cancellation of a condition order: is the order gone by now?
#[derive(Debug)]
struct ConditionCancellation {
    client: Client,
    symbol: String,
    order: ConditionRef,
    /// The exchange's id, once it is known.
    condition_id: Mutex<Option<ConditionId>>,
    /// The order's own placement, if its outcome is unknown.
    placement: Option<Arc<SendLog>>,
}

impl ConditionCancellation {
    fn new(client: &Client, symbol: String, order: ConditionRef) -> Self {
        let known = match &order {
            ConditionRef::Id(id) => Some(id.clone()),
            ConditionRef::ClientId(_) => None,
        };
        Self { client: client.clone(), symbol, order, condition_id: Mutex::new(known), placement: None }
    }

    fn of_a_placement(self, placement: Arc<SendLog>) -> Self {
        Self { placement: Some(placement), ..self }
    }

    fn known_id(&self) -> Option<ConditionId> {
        self.condition_id.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn classify(&self, order: &Reported) -> Finding<CancelledCondition> {
        use ConditionOrderStatus::{Cancelled, Fired, Rejected, Triggered};
        let Some(condition_id) = given_id(order, "conditionId").map(ConditionId::from) else { return Finding::Open(Evidence::Unreadable) };
        let differences = Expected::of_contract(Some(&self.symbol)).compare(order);
        if !differences.identity.is_empty() {
            return Finding::Open(Evidence::AnotherOrder);
        }
        *self.condition_id.lock().unwrap_or_else(PoisonError::into_inner) = Some(condition_id.clone());
        let Field::Value(status) = condition_status(&self.client, order) else { return Finding::Open(Evidence::Unreadable) };
        match status {
            Cancelled => Finding::Executed(CancelledCondition { condition_id, confirmed_by: ConfirmedBy::Query }),
            status @ (Fired | Rejected | Triggered) => Finding::Refused(Error::condition_final(&CANCEL_CONDITION_ORDER, status)),
            _ => Finding::Open(Evidence::StillOpen(1)),
        }
    }

    async fn find(&self, deadline: &Deadline) -> Result<Option<Reported>, Error> {
        match &self.order {
            ConditionRef::Id(id) => {
                search(&self.client, &self.symbol, UnixMillis::new(0), deadline, |order| order.condition_id.as_ref() == Some(id)).await
            }
            ConditionRef::ClientId(id) => find_condition(&self.client, &self.symbol, id, UnixMillis::new(0), deadline).await,
        }
    }
}

impl Reconcile<CancelledCondition> for ConditionCancellation {
    fn subject(&self) -> Subject {
        let subject = Subject { symbol: Some(self.symbol.clone()), ..Subject::default() };
        match &self.order {
            ConditionRef::Id(id) => Subject { condition_id: Some(id.clone()), ..subject },
            ConditionRef::ClientId(id) => Subject { client_order_id: Some(id.clone()), ..subject },
        }
    }

    fn client(&self) -> &Client {
        &self.client
    }

    fn look_up<'a>(&'a self, deadline: &'a Deadline) -> BoxFuture<'a, Result<Finding<CancelledCondition>, Error>> {
        Box::pin(async move { Ok(self.find(deadline).await?.map_or(Finding::Open(Evidence::NotFound), |order| self.classify(&order))) })
    }

    fn repeat<'a>(&'a self, options: CallOptions, log: &'a Arc<SendLog>) -> Option<BoxFuture<'a, Result<CancelledCondition, Error>>> {
        let id = self.known_id()?;
        Some(Box::pin(async move {
            let settings = Settings { options, request_id: None };
            cancel_once(&self.client, &self.symbol, &id, &settings, log).await
        }))
    }

    fn expiring<'a>(&'a self, log: &'a SendLog) -> &'a SendLog {
        self.placement.as_deref().unwrap_or(log)
    }

    fn ends_with(&self, evidence: &Evidence) -> bool {
        self.placement.is_some() && matches!(evidence, Evidence::NotFoundAfterExpiry)
    }

    fn to_json(&self) -> Value {
        let (name, id) = match &self.order {
            ConditionRef::Id(id) => ("conditionId", id.as_str()),
            ConditionRef::ClientId(id) => ("clientOrderId", id.as_str()),
        };
        json!({ "kind": "cancelCondition", "symbol": self.symbol, name: id })
    }
}

impl Resume for CancelledCondition {
    fn resume(client: &Client, _: &'static Operation, saved: &Reported) -> Option<Arc<dyn Reconcile<Self>>> {
        if saved.text("kind").value()? != "cancelCondition" {
            return None;
        }
        let by_id = saved.text("conditionId").value().map(|id| ConditionRef::Id(ConditionId::from(id)));
        let order = by_id.or_else(|| saved.text("clientOrderId").value().map(|id| ConditionRef::ClientId(ClientOrderId::from(id))))?;
        Some(Arc::new(ConditionCancellation::new(client, saved.text("symbol").value()?, order)))
    }
}

/// The contract's condition order of this id of yours, if there is one that waits or was placed since then.
pub(super) async fn find_condition(
    client: &Client,
    symbol: &str,
    id: &ClientOrderId,
    since: UnixMillis,
    deadline: &Deadline,
) -> Result<Option<Reported>, Error> {
    search(client, symbol, since, deadline, |order| order.client_order_id.as_ref() == Some(id)).await
}

/// There is no query for one condition order: those that wait are searched, and then the first pages of the history.
async fn search(
    client: &Client,
    symbol: &str,
    since: UnixMillis,
    deadline: &Deadline,
    is_it: impl Fn(&Seen) -> bool,
) -> Result<Option<Reported>, Error> {
    let waiting = OpenConditionOrders::new(client).symbol(symbol).options(deadline.options()).send().await?;
    if let Some(order) = waiting.list.into_iter().flatten().find(&is_it) {
        return Ok(Some(Reported::of(&order).unwrap_or_default()));
    }
    for page in 1..=PAGES {
        let past = ConditionOrderHistory::new(client).symbol(symbol).start_time(since).page(page).page_size(PAGE_SIZE);
        let list = past.options(deadline.options()).send().await?.list.unwrap_or_default();
        if list.is_empty() {
            break;
        }
        if let Some(order) = list.into_iter().find(&is_it) {
            return Ok(Some(Reported::of(&order).unwrap_or_default()));
        }
    }
    Ok(None)
}

/// An hour before the write began: without an API key, the server's clock is not known, and this machine's may be wrong.
pub(super) fn a_while_before(began: Began, client: &Client) -> UnixMillis {
    UnixMillis::new(began.by_the_server(client).as_millis().saturating_sub(3_600_000))
}
