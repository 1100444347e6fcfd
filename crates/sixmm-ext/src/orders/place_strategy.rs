//! Placing orders that depend on each other.

use std::sync::Arc;

use serde_json::{Value, json};
use sixmm_api::operations::PLACE_STRATEGY_ORDER;
use sixmm_api::types::{self, ClientOrderId, ConditionOrderStatus, OrderStatus, StrategyId, StrategyStatus, StrategySubOrder};
use sixmm_api::{BoxFuture, Operation, requests};
use venue_core::Faults;

use super::answer::{Effect, check_refusal, check_success};
use super::cancel::OrderRef;
use super::evidence::{Evidence, Subject};
use super::expected::Expected;
use super::find_condition::{a_while_before, find_condition};
use super::outcome::{ConfirmedBy, Outcome};
use super::place::look_up_order;
use super::reconcile::{Deadline, Finding, Reconcile, found, settle};
use super::reported::{Element, Reported, Scalar, names_an_order};
use super::send_log::SendLog;
use super::sent_order::{Began, SentOrder};
use super::strategy::Strategy;
use super::unresolved::Resume;
use crate::call::settings::{Settings, identified, settings};
use crate::{Client, Error};

/// A strategy that the exchange has accepted.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PlacedStrategy {
    /// The contract.
    pub symbol: String,
    /// The exchange's id. `None` if the answer was lost: nothing documented leads from an order to its strategy.
    pub strategy_id: Option<StrategyId>,
    /// Your ids of the orders, given or made, in the order in which they were given.
    pub client_order_ids: Vec<ClientOrderId>,
    /// Its state at that time, if the exchange reported it.
    pub status: Option<StrategyStatus>,
    /// How it is known.
    pub confirmed_by: ConfirmedBy,
    /// What the exchange calls the request that placed it, if its answer arrived.
    pub request_id: Option<String>,
}

/// Places orders that depend on each other: see [`Orders::place_strategy`](super::Orders::place_strategy).
///
/// It cannot be cloned: what is sent is sent once. To place the same once more, give it to [`Orders`](super::Orders) again.
#[derive(Debug)]
#[must_use = "a strategy is not placed until it is sent"]
pub struct PlaceStrategy {
    client: Client,
    strategy: Strategy,
    ids: Vec<ClientOrderId>,
    settings: Settings,
}

settings!(PlaceStrategy);

impl PlaceStrategy {
    pub(super) fn new(client: &Client, strategy: Strategy) -> Self {
        let ids = strategy.ids(|| client.new_order_id());
        Self { client: client.clone(), strategy, ids, settings: Settings::default() }
    }

    /// The ids by which the orders can be found, given or made, in the order in which they were given.
    #[must_use]
    pub fn client_order_ids(&self) -> &[ClientOrderId] {
        &self.ids
    }

    /// Places it, at most once.
    ///
    /// If the answer is lost or contradicts itself, the orders of the strategy that are placed at once are looked up. If one exists, the
    /// strategy was accepted; its `strategy_id` is not known then.
    ///
    /// It returns within the call's timeout plus the `patience` of [`Resolution`](crate::Resolution).
    pub async fn send(self) -> Outcome<PlacedStrategy> {
        let began = Began::now(&self.client);
        let mut faults = Faults::new();
        let symbol = self.strategy.symbol().to_owned();
        let legs = self.strategy.request(&self.ids, self.client.known_rules(&symbol).as_deref(), &mut faults);
        if !faults.is_empty() {
            return Outcome::Rejected(Error::invalid(&PLACE_STRATEGY_ORDER, faults));
        }
        let own_ids = self.strategy.own_ids();
        let at_once = legs.iter().zip(&self.ids).zip(own_ids).filter(|((leg, _), _)| leg.first_driven_id == Some(0));
        let at_once = at_once.map(|((leg, id), own_id)| Leg {
            id: id.clone(),
            sent: SentOrder { expected: Expected::from(leg).with_own_id(own_id.is_none()), began },
            is_normal: leg.stop_price.is_none() && leg.callback_rate.is_none(),
        });
        let placement = StrategyPlacement { client: self.client.clone(), symbol, ids: self.ids.clone(), at_once: at_once.collect(), began };
        let log = Arc::new(SendLog::new(&self.client));
        let result = self.try_send(&placement.symbol, legs, &log).await;
        settle(result, &log, || Arc::new(placement)).await
    }

    async fn try_send(&self, symbol: &str, legs: Vec<StrategySubOrder>, log: &Arc<SendLog>) -> Result<PlacedStrategy, Error> {
        let (context, api) = self.client.prepare_write(&self.settings.options, log);
        let call = identified!(self.settings, requests::PlaceStrategyOrder::new(self.strategy.type_(), legs));
        let answer = context
            .run(&PLACE_STRATEGY_ORDER, api.send(call))
            .await
            .map_err(|error| check_refusal(error, Effect::Place, &Expected::of_contract(Some(symbol))))?;
        let request_id = context.request_id(&answer);
        let expected = Expected::of_strategy(symbol, &self.strategy.type_());
        check_success(&answer, request_id.as_deref(), &expected, Effect::Place)?;
        let types::PlacedStrategyOrder { strategy_id, strategy_status, .. } = answer.into_data()?;
        if !names_an_order(strategy_id.as_str()) {
            return Err(Error::contradictory(&PLACE_STRATEGY_ORDER, request_id, String::from("it names no strategy")));
        }
        Ok(PlacedStrategy {
            symbol: symbol.to_owned(),
            strategy_id: Some(strategy_id),
            client_order_ids: self.ids.clone(),
            status: strategy_status,
            confirmed_by: ConfirmedBy::Answer,
            request_id,
        })
    }
}

/// The placement of a strategy: does one of its orders exist that are placed at once?
#[derive(Debug)]
struct StrategyPlacement {
    client: Client,
    symbol: String,
    ids: Vec<ClientOrderId>,
    at_once: Vec<Leg>,
    began: Began,
}

#[derive(Debug)]
struct Leg {
    id: ClientOrderId,
    sent: SentOrder,
    is_normal: bool,
}

impl StrategyPlacement {
    fn executed(&self) -> PlacedStrategy {
        PlacedStrategy {
            symbol: self.symbol.clone(),
            strategy_id: None,
            client_order_ids: self.ids.clone(),
            status: None,
            confirmed_by: ConfirmedBy::Query,
            request_id: None,
        }
    }

    /// One order that exists is enough. The strategy was refused if all of them were, and is not found if none of them is. A lookup that
    /// fails does not keep the other orders from being looked up.
    async fn look_up_legs(&self, deadline: &Deadline) -> Result<Finding<PlacedStrategy>, Error> {
        let mut refused = None;
        let mut failed = None;
        let mut open: Option<Evidence> = None;
        for leg in &self.at_once {
            match self.look_up_leg(leg, deadline).await {
                Ok(Finding::Executed(())) => return Ok(Finding::Executed(self.executed())),
                Ok(Finding::Refused(error)) => refused = Some(error),
                // Evidence of an order says more than that another one is not found.
                Ok(Finding::Open(evidence)) if matches!(open, None | Some(Evidence::NotFound)) => open = Some(evidence),
                Ok(Finding::Open(_)) => {}
                Err(error) => failed = Some(error),
            }
        }
        match (failed, open, refused) {
            (Some(error), ..) => Err(error),
            (None, None, Some(error)) => Ok(Finding::Refused(error)),
            (None, open, _) => Ok(Finding::Open(open.unwrap_or(Evidence::NotFound))),
        }
    }

    async fn look_up_leg(&self, leg: &Leg, deadline: &Deadline) -> Result<Finding<()>, Error> {
        if leg.is_normal {
            let order = look_up_order(&self.client, &self.symbol, &OrderRef::from(&leg.id), deadline.options()).await;
            return found(order, |order| self.classify(leg, &order));
        }
        let since = a_while_before(self.began, &self.client);
        let searched = find_condition(&self.client, &self.symbol, &leg.id, since, deadline).await?;
        Ok(searched.classify(|order| self.classify(leg, order)))
    }

    fn classify(&self, leg: &Leg, order: &Reported) -> Finding<()> {
        if let Err(evidence) = leg.sent.recognise(&self.client, order) {
            return Finding::Open(evidence);
        }
        match order.text("status").value().as_deref() {
            Some("REJECTED") if leg.is_normal => Finding::Refused(Error::order_refused(&PLACE_STRATEGY_ORDER, OrderStatus::Rejected)),
            Some("REJECTED") => Finding::Refused(Error::condition_refused(&PLACE_STRATEGY_ORDER, ConditionOrderStatus::Rejected)),
            _ => Finding::Executed(()),
        }
    }
}

impl Reconcile<PlacedStrategy> for StrategyPlacement {
    fn subject(&self) -> Subject {
        Subject { symbol: Some(self.symbol.clone()), client_order_id: self.ids.first().cloned(), ..Subject::default() }
    }

    fn client(&self) -> &Client {
        &self.client
    }

    fn look_up<'a>(&'a self, deadline: &'a Deadline) -> BoxFuture<'a, Result<Finding<PlacedStrategy>, Error>> {
        Box::pin(self.look_up_legs(deadline))
    }

    fn to_json(&self) -> Value {
        let ids: Vec<&str> = self.ids.iter().map(ClientOrderId::as_str).collect();
        let leg =
            |leg: &Leg| json!({ "clientOrderId": leg.id.as_str(), "expected": leg.sent.expected.to_json(), "isNormal": leg.is_normal });
        json!({
            "kind": "placeStrategy",
            "symbol": self.symbol,
            "ids": ids,
            "atOnce": self.at_once.iter().map(leg).collect::<Vec<_>>(),
            "began": self.began.by_the_server(&self.client).as_millis(),
        })
    }
}

impl Resume for PlacedStrategy {
    fn resume(client: &Client, _: &'static Operation, saved: &Reported) -> Option<Arc<dyn Reconcile<Self>>> {
        if saved.text("kind").value()? != "placeStrategy" {
            return None;
        }
        let began = Began::from_json(saved)?;
        let list = |name| saved.lists().find(|(list, _)| *list == name).map(|(_, elements)| elements);
        let id = |element| match element {
            Element::Scalar(scalar) => Scalar::into_text(scalar).map(ClientOrderId::from),
            _ => None,
        };
        let leg = |element| {
            let Element::Object(leg) = element else { return None };
            Some(Leg {
                id: ClientOrderId::from(leg.text("clientOrderId").value()?),
                sent: SentOrder { expected: Expected::from_json(&leg.object("expected")?)?, began },
                is_normal: leg.boolean("isNormal").value()?,
            })
        };
        Some(Arc::new(StrategyPlacement {
            client: client.clone(),
            symbol: saved.text("symbol").value()?,
            ids: list("ids")?.into_iter().map(id).collect::<Option<_>>()?,
            at_once: list("atOnce")?.into_iter().map(leg).collect::<Option<_>>()?,
            began,
        }))
    }
}
