//! Placing orders that depend on each other.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sixmm_api::operations::PLACE_STRATEGY_ORDER;
use sixmm_api::types::{self, ClientOrderId, ConditionOrderStatus, OrderStatus, StrategyId, StrategyStatus};
use sixmm_api::{BoxFuture, Operation, requests};
use venue_core::ValidationErrors;
use venue_runtime::reconcile::json_fields::{JsonFields, ListElement, Scalar, is_order_id};
use venue_runtime::reconcile::{AttemptLog, ConfirmedBy, Deadline, Reconcile, WriteResult, WriteStart, settle};

use super::checked_request::CheckedRequest;
use super::condition_search::{search_by_client_id, search_window_start};
use super::new_strategy::NewStrategy;
use super::order_fields::recognize;
use super::order_key::{OrderKey, OrderRef};
use super::order_lookup::look_up_order;
use super::order_terms::OrderTerms;
use super::reconcile::{DynWrite, SixMmOrders, new_log, saved_start};
use super::response_check::{Effect, check_rejection, check_success};
use super::{LastLookup, Lookup, Outcome, SentOrder};
use crate::Error;
use crate::call::settings::{Settings, identified, settings};
use crate::client_inner::{ClientInner, printable_request_id};

/// A strategy that the exchange accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PlacedStrategy {
    /// The contract.
    pub symbol: String,
    /// The exchange's id of the strategy. `None` if the response was lost: the client then looks up the strategy's orders, but no
    /// documented field of an order contains the id of its strategy.
    pub strategy_id: Option<StrategyId>,
    /// Your ids of the orders, chosen or generated, in the sequence of the legs.
    pub client_order_ids: Vec<ClientOrderId>,
    /// The status of the strategy in the response. `None` if the exchange did not report a status.
    pub status: Option<StrategyStatus>,
    /// Whether the response or a lookup confirmed that the exchange accepted the strategy.
    pub confirmed_by: ConfirmedBy,
    /// The id of the request that placed the strategy. `None` if its response was lost.
    pub request_id: Option<String>,
}

/// The placement of a strategy: see [`Orders::place_strategy`](super::Orders::place_strategy).
///
/// A `PlaceStrategy` cannot be cloned, so that the same placement cannot be sent twice. To place the same strategy a second time, pass the
/// [`NewStrategy`] to [`Orders::place_strategy`](super::Orders::place_strategy) again.
///
/// ```compile_fail,E0599
/// # async fn twice(place: sixmm_ext::orders::PlaceStrategy) {
/// let again = place.clone().send().await;
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a strategy is not placed until it is sent"]
pub struct PlaceStrategy {
    client: ClientInner,
    strategy: NewStrategy,
    ids: Vec<ClientOrderId>,
    settings: Settings,
}

settings!(PlaceStrategy);

impl PlaceStrategy {
    pub(super) fn new(client: &ClientInner, strategy: NewStrategy) -> Self {
        let ids = strategy.ids(|| client.new_order_id());
        Self { client: client.clone(), strategy, ids, settings: Settings::default() }
    }

    /// The client order ids, chosen or generated, in the sequence of the legs. Store them before calling [`send`](Self::send).
    #[must_use]
    pub fn client_order_ids(&self) -> &[ClientOrderId] {
        &self.ids
    }

    /// Places the strategy, at most once.
    ///
    /// If the response is lost or contradicts itself, the client looks up the legs that the exchange places at once. If one of these legs
    /// exists, the exchange accepted the strategy. The result then has no `strategy_id`, because no documented field of an order contains
    /// the id of a strategy.
    ///
    /// Returns within the call's timeout plus the timeout of [`ReconcilePolicy`](crate::ReconcilePolicy).
    pub async fn send(self) -> Outcome<PlacedStrategy> {
        let start = WriteStart::now(&self.client);
        let mut faults = ValidationErrors::new();
        let symbol = self.strategy.symbol().to_owned();
        let legs = self.strategy.to_request(&self.ids, self.client.known_rules(&symbol).as_deref(), &mut faults);
        let generated = self.strategy.has_generated_ids();
        let at_once = legs.iter().zip(&self.ids).zip(generated).filter(|((leg, _), _)| leg.first_driven_id == Some(0));
        let at_once = at_once.map(|((leg, id), has_generated_id)| Leg {
            id: id.clone(),
            sent: SentOrder { expected: OrderTerms::from(leg).with_generated_id(has_generated_id), start },
            is_normal: leg.stop_price.is_none() && leg.callback_rate.is_none(),
        });
        let placement = StrategyPlacement { client: self.client.clone(), symbol, ids: self.ids.clone(), at_once: at_once.collect(), start };
        let request = identified!(self.settings, requests::PlaceStrategyOrder::new(self.strategy.strategy_type(), legs));
        let request = match CheckedRequest::check_without_items(request, faults) {
            Ok(request) => request,
            Err(error) => return Outcome::Rejected(error),
        };
        let log = new_log();
        let result = self.try_send(request, &placement.symbol, &log).await;
        settle(result, &log, || Arc::new(placement)).await
    }

    async fn try_send(
        &self,
        request: CheckedRequest<requests::PlaceStrategyOrder>,
        symbol: &str,
        log: &Arc<AttemptLog>,
    ) -> Result<PlacedStrategy, Error> {
        let response = request.send(&self.client, &self.settings.options, log).await;
        let response = response.map_err(|error| check_rejection(error, Effect::Place, &OrderTerms::of_contract(Some(symbol))))?;
        let request_id = printable_request_id(&response);
        let expected = OrderTerms::of_strategy(symbol, &self.strategy.strategy_type());
        check_success(&response, request_id.as_deref(), &expected, Effect::Place)?;
        let types::PlacedStrategyOrder { strategy_id, strategy_status, .. } = response.into_data()?;
        if !is_order_id(strategy_id.as_str()) {
            return Err(Error::contradictory(&PLACE_STRATEGY_ORDER, request_id, String::from("it contains no strategy id")));
        }
        Ok(PlacedStrategy {
            symbol: symbol.to_owned(),
            strategy_id: Some(strategy_id),
            client_order_ids: self.ids.clone(),
            status: strategy_status,
            confirmed_by: ConfirmedBy::Response,
            request_id,
        })
    }
}

/// Reconciles the placement of a strategy: looks up the legs that the exchange places at once, and checks whether one of them exists.
#[derive(Debug)]
struct StrategyPlacement {
    client: ClientInner,
    symbol: String,
    ids: Vec<ClientOrderId>,
    at_once: Vec<Leg>,
    start: WriteStart,
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
            confirmed_by: ConfirmedBy::Lookup,
            request_id: None,
        }
    }

    /// Looks up every leg that is placed at once. The strategy was accepted if at least one of these legs exists and was not rejected. The
    /// strategy was rejected if all of them were rejected. A lookup that fails does not prevent the lookups of the other legs.
    async fn look_up_legs(&self, deadline: &Deadline) -> Result<Lookup<PlacedStrategy>, Error> {
        let mut rejected = None;
        let mut failed = None;
        let mut undecided: Option<LastLookup> = None;
        for leg in &self.at_once {
            match self.look_up_leg(leg, deadline).await {
                Ok(Lookup::Executed(())) => return Ok(Lookup::Executed(self.executed())),
                Ok(Lookup::Rejected(error)) => rejected = Some(error),
                // If one leg was found and another was not, the result of the leg that was found is returned.
                Ok(Lookup::Undecided(shown)) if matches!(undecided, None | Some(LastLookup::NotFound)) => undecided = Some(shown),
                Ok(Lookup::Undecided(_)) => {}
                Err(error) => failed = Some(error),
            }
        }
        match (failed, undecided, rejected) {
            (Some(error), ..) => Err(error),
            (None, None, Some(error)) => Ok(Lookup::Rejected(error)),
            (None, undecided, _) => Ok(Lookup::Undecided(undecided.unwrap_or(LastLookup::NotFound))),
        }
    }

    async fn look_up_leg(&self, leg: &Leg, deadline: &Deadline) -> Result<Lookup<()>, Error> {
        if leg.is_normal {
            let response = look_up_order(&self.client, &self.symbol, &OrderRef::from(&leg.id), deadline.options()).await;
            return Lookup::from_query(response, |order| self.classify(leg, &order));
        }
        let since = search_window_start(self.start, &self.client);
        let found = search_by_client_id(&self.client, &self.symbol, &leg.id, since, deadline).await?;
        Ok(found.classify(|order| self.classify(leg, order)))
    }

    fn classify(&self, leg: &Leg, order: &JsonFields<'_>) -> Lookup<()> {
        if let Err(shown) = recognize(&self.client, &leg.sent, order) {
            return Lookup::Undecided(shown);
        }
        match order.text("status").value().as_deref() {
            Some("REJECTED") if leg.is_normal => Lookup::Rejected(Error::order_refused(&PLACE_STRATEGY_ORDER, OrderStatus::Rejected)),
            Some("REJECTED") => Lookup::Rejected(Error::condition_refused(&PLACE_STRATEGY_ORDER, ConditionOrderStatus::Rejected)),
            _ => Lookup::Executed(()),
        }
    }
}

impl Reconcile<SixMmOrders, PlacedStrategy> for StrategyPlacement {
    fn order_key(&self) -> OrderKey {
        OrderKey { client_order_id: self.ids.first().cloned(), ..OrderKey::of_contract(&self.symbol) }
    }

    fn client(&self) -> &ClientInner {
        &self.client
    }

    fn look_up<'a>(&'a self, deadline: &'a Deadline) -> BoxFuture<'a, Result<Lookup<PlacedStrategy>, Error>> {
        Box::pin(self.look_up_legs(deadline))
    }

    fn to_json(&self) -> Value {
        let ids: Vec<&str> = self.ids.iter().map(ClientOrderId::as_str).collect();
        let leg =
            |leg: &Leg| json!({ "clientOrderId": leg.id.as_str(), "expected": leg.sent.expected.to_json(), "isNormal": leg.is_normal });
        json!({
            "kind": KIND,
            "symbol": self.symbol,
            "ids": ids,
            "atOnce": self.at_once.iter().map(leg).collect::<Vec<_>>(),
            "began": self.start.by_server_clock(&self.client).as_millis(),
        })
    }
}

/// The `kind` of a saved placement of a strategy.
const KIND: &str = "placeStrategy";

impl WriteResult<SixMmOrders> for PlacedStrategy {
    fn load(client: &ClientInner, _: &'static Operation, saved: &JsonFields<'_>) -> Option<DynWrite<Self>> {
        if saved.text("kind").value()? != KIND {
            return None;
        }
        let start = saved_start(saved)?;
        let list = |name| saved.lists().find(|(list, _)| *list == name).map(|(_, elements)| elements);
        let id = |element| match element {
            ListElement::Scalar(scalar) => Scalar::into_text(scalar).map(|id| ClientOrderId::from(&*id)),
            _ => None,
        };
        let leg = |element| {
            let ListElement::Object(leg) = element else { return None };
            Some(Leg {
                id: ClientOrderId::from(leg.text("clientOrderId").into_owned().value()?),
                sent: SentOrder { expected: OrderTerms::from_json(&leg.object("expected")?)?, start },
                is_normal: leg.boolean("isNormal").value()?,
            })
        };
        Some(Arc::new(StrategyPlacement {
            client: client.clone(),
            symbol: saved.text("symbol").into_owned().value()?,
            ids: list("ids")?.into_iter().map(id).collect::<Option<_>>()?,
            at_once: list("atOnce")?.into_iter().map(leg).collect::<Option<_>>()?,
            start,
        }))
    }
}
