//! Cancelling a condition order.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};
use sixmm_api::operations::CANCEL_CONDITION_ORDER;
use sixmm_api::types::{ClientOrderId, ConditionId, ConditionOrderStatus};
use sixmm_api::{BoxFuture, Operation, UnixMillis, requests};

use super::answer::{Effect, check_refusal, check_success};
use super::evidence::{Evidence, Subject};
use super::expected::Expected;
use super::find_condition::{Searched, a_while_before, find_condition, search};
use super::outcome::{ConfirmedBy, Outcome};
use super::place_condition::PlacedCondition;
use super::reconcile::{self, Deadline, Finding, Reconcile, settle};
use super::reported::{Field, Reported};
use super::send_log::SendLog;
use super::sent_order::{Placement, condition_status, given_id, is_consistent};
use super::unresolved::{Resume, Unresolved};
use crate::call::settings::{Settings, identified, settings};
use crate::{CallOptions, Client, Error};

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

settings!(CancelCondition);

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
    let call = identified!(settings, requests::CancelConditionOrder::new().symbol(symbol).condition_id(id));
    let answer = context
        .run(&CANCEL_CONDITION_ORDER, api.send(call))
        .await
        .map_err(|error| check_refusal(error, Effect::Cancel, &Expected::by_condition_id(symbol, id)))?;
    check_success(&answer, context.request_id(&answer).as_deref(), &Expected::by_condition_id(symbol, id), Effect::Cancel)?;
    Ok(CancelledCondition { condition_id: id.clone(), confirmed_by: ConfirmedBy::Answer })
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
    placement: Option<Placement>,
}

impl ConditionCancellation {
    fn new(client: &Client, symbol: String, order: ConditionRef) -> Self {
        let known = match &order {
            ConditionRef::Id(id) => Some(id.clone()),
            ConditionRef::ClientId(_) => None,
        };
        Self { client: client.clone(), symbol, order, condition_id: Mutex::new(known), placement: None }
    }

    fn of_a_placement(self, placement: Placement) -> Self {
        Self { placement: Some(placement), ..self }
    }

    fn known_id(&self) -> Option<ConditionId> {
        self.condition_id.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn classify(&self, order: &Reported) -> Finding<CancelledCondition> {
        use ConditionOrderStatus::{Cancelled, Fired, Rejected, Triggered};
        // The caller's id may have belonged to an older order.
        if let Some(Err(evidence)) = self.placement.as_ref().map(|placement| placement.sent.recognise(&self.client, order)) {
            return Finding::Open(evidence);
        }
        let Some(condition_id) = given_id(order, "conditionId").map(ConditionId::from) else { return Finding::Open(Evidence::Unreadable) };
        if !is_consistent(order) {
            return Finding::Open(Evidence::Unreadable);
        }
        let is_known = self.known_id().is_none_or(|known| known == condition_id);
        let differences = Expected::of_contract(Some(&self.symbol)).compare(order);
        if !is_known || !differences.identity.is_empty() {
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

    async fn find(&self, deadline: &Deadline) -> Result<Searched, Error> {
        match &self.order {
            ConditionRef::Id(id) => {
                search(&self.client, &self.symbol, UnixMillis::new(0), deadline, |order| order.condition_id.as_ref() == Some(id)).await
            }
            ConditionRef::ClientId(id) => {
                let since =
                    self.placement.as_ref().map_or(UnixMillis::new(0), |placement| a_while_before(placement.sent.began, &self.client));
                find_condition(&self.client, &self.symbol, id, since, deadline).await
            }
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
        Box::pin(async move { Ok(self.find(deadline).await?.classify(|order| self.classify(order))) })
    }

    fn repeat<'a>(&'a self, options: CallOptions, log: &'a Arc<SendLog>) -> Option<BoxFuture<'a, Result<CancelledCondition, Error>>> {
        let id = self.known_id()?;
        Some(Box::pin(async move {
            let settings = Settings { options, request_id: None };
            let cancelled = cancel_once(&self.client, &self.symbol, &id, &settings, log).await?;
            if self.placement.is_some() {
                // Only a lookup shows that the order is final.
                return Err(Error::unclear(&CANCEL_CONDITION_ORDER, None));
            }
            Ok(cancelled)
        }))
    }

    fn expiring<'a>(&'a self, log: &'a SendLog) -> &'a SendLog {
        self.placement.as_ref().map_or(log, |placement| &placement.log)
    }

    fn expires_with(&self, evidence: &Evidence) -> bool {
        // An order that is found has arrived: it is cancelled on and on.
        matches!(evidence, Evidence::NotFound) || self.placement.is_none() && matches!(evidence, Evidence::StillOpen(_))
    }

    fn ends_at_expiry(&self) -> bool {
        self.placement.is_some()
    }

    fn to_json(&self) -> Value {
        let (name, id) = match &self.order {
            ConditionRef::Id(id) => ("conditionId", id.as_str()),
            ConditionRef::ClientId(id) => ("clientOrderId", id.as_str()),
        };
        let placement = self.placement.as_ref().map(|placement| placement.to_json(&self.client));
        let known = self.known_id().map(|id| id.as_str().to_owned());
        json!({ "kind": "cancelCondition", "symbol": self.symbol, name: id, "knownConditionId": known, "placement": placement })
    }
}

impl Resume for CancelledCondition {
    fn resume(client: &Client, _: &'static Operation, saved: &Reported) -> Option<Arc<dyn Reconcile<Self>>> {
        if saved.text("kind").value()? != "cancelCondition" {
            return None;
        }
        let by_id = saved.text("conditionId").value().map(|id| ConditionRef::Id(ConditionId::from(id)));
        let order = by_id.or_else(|| saved.text("clientOrderId").value().map(|id| ConditionRef::ClientId(ClientOrderId::from(id))))?;
        let cancellation = ConditionCancellation::new(client, saved.text("symbol").value()?, order);
        let known = saved.text("knownConditionId").value().map(ConditionId::from);
        let placement = match saved.object("placement") {
            Some(placement) => Some(Placement::from_json(client, &placement)?),
            None => None,
        };
        Some(Arc::new(ConditionCancellation { condition_id: Mutex::new(known), placement, ..cancellation }))
    }
}

impl Unresolved<PlacedCondition> {
    /// Cancels the condition order, whether or not it has arrived yet: the contract's condition orders are searched for its
    /// `clientOrderId`, and it is cancelled by the id that the search finds, until it is final or can no longer arrive.
    ///
    /// The outcomes mean the same as those of [`Unresolved::cancel`] for a normal order.
    pub async fn cancel(self) -> Outcome<CancelledCondition> {
        let client = self.write.client().clone();
        let sent = self.write.sent().expect("a placement is an order that was sent").clone();
        let Subject { symbol, client_order_id, .. } = self.subject();
        let id = ConditionRef::ClientId(client_order_id.expect("a placement has a `clientOrderId`"));
        let placement = Placement { log: Arc::clone(&self.log), sent };
        let cancellation = ConditionCancellation::new(&client, symbol.unwrap_or_default(), id).of_a_placement(placement);
        let log = Arc::new(SendLog::new(&client));
        reconcile::cancel(Unresolved::new(self.cause().clone(), log, Arc::new(cancellation)), &self.log).await
    }
}
