//! Placing a condition order.

use std::sync::Arc;

use serde_json::{Value, json};
use sixmm_api::operations::PLACE_CONDITION_ORDER;
use sixmm_api::types::{self, ClientOrderId, ConditionId, ConditionOrderStatus};
use sixmm_api::{BoxFuture, Operation, requests};
use venue_core::Faults;
use venue_core::request::send_checked;

use super::answer::{Effect, check_refusal, check_success};
use super::condition::ConditionOrder;
use super::evidence::{Evidence, Subject};
use super::expected::{Difference, Expected};
use super::find_condition::{a_while_before, find_condition};
use super::outcome::{ConfirmedBy, Outcome};
use super::reconcile::{Deadline, Finding, Reconcile, settle};
use super::reported::{Reported, names_an_order};
use super::send_log::SendLog;
use super::sent_order::{Began, SentOrder, condition_status, given_id};
use super::unresolved::Resume;
use crate::call::settings::{Settings, identified, settings};
use crate::{Client, Error};

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

settings!(PlaceCondition);

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
        request: &requests::PlaceConditionOrder,
        expected: &Expected,
        log: &Arc<SendLog>,
    ) -> Result<PlacedCondition, Error> {
        let (context, api) = self.client.prepare_write(&self.settings.options, log);
        let call = identified!(self.settings, request.clone());
        let answer = context
            .run(&PLACE_CONDITION_ORDER, send_checked(api.core(), call))
            .await
            .map_err(|error| check_refusal(error, Effect::Place, expected))?;
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
            status,
            differences: Vec::new(),
            confirmed_by: ConfirmedBy::Answer,
            request_id,
        })
    }
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
            let searched = find_condition(&self.client, self.symbol(), &self.id, since, deadline).await?;
            Ok(searched.classify(|order| self.classify(order)))
        })
    }

    fn sent(&self) -> Option<&SentOrder> {
        Some(&self.sent)
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
        let (expected, began) = (Expected::from_json(&saved.object("expected")?)?, Began::from_json(saved)?);
        Some(Arc::new(ConditionPlacement::new(client, id, expected, began)))
    }
}
