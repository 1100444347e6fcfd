//! Placing orders that depend on each other.

use std::sync::Arc;

use sixmm_api::operations::PLACE_STRATEGY_ORDER;
use sixmm_api::types::{self, ClientOrderId, ConditionOrderStatus, OrderStatus, StrategyId, StrategyStatus, StrategySubOrder};
use sixmm_api::{BoxFuture, UnixMillis};
use sixmm_core::Faults;

use super::cancel::OrderRef;
use super::find_out::{Finding, Question, found, settle};
use super::identity::{Began, Features, Sent};
use super::outcome::{ConfirmedBy, Evidence, Outcome, Subject};
use super::place_condition::{a_while_before, find_condition};
use super::strategy::Strategy;
use super::told::is_given;
use crate::call::GetOrder;
use crate::call::settings::{Settings, identified, settings};
use crate::{CallOptions, Client, Error};

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
    /// Its state at that time, if the exchange told it.
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
    /// If the answer is lost, the exchange is asked for the orders of the strategy that are placed at once. If one stands, the strategy was
    /// accepted; its `strategy_id` is not known then.
    pub async fn send(self) -> Outcome<PlacedStrategy> {
        let began = Began::now(&self.client);
        let mut faults = Faults::new();
        let symbol = self.strategy.symbol().to_owned();
        let legs = self.strategy.request(&self.ids, self.client.known_rules(&symbol).as_deref(), &mut faults);
        if !faults.is_empty() {
            return Outcome::Rejected(Error::invalid(&PLACE_STRATEGY_ORDER, faults));
        }
        let result = self.try_send(&symbol, legs.clone()).await;
        settle(result, || Arc::new(ThisStrategy::new(&self.client, symbol, self.ids.clone(), &legs, began))).await
    }

    async fn try_send(&self, symbol: &str, legs: Vec<StrategySubOrder>) -> Result<PlacedStrategy, Error> {
        let (context, api) = self.client.prepare(&self.settings.options);
        let call = identified!(self.settings, api.place_strategy_order().strategy_type(self.strategy.type_()).sub_order_list(legs));
        let answer = context.run(&PLACE_STRATEGY_ORDER, call.send()).await?;
        let request_id = context.request_id(&answer);
        let types::PlacedStrategyOrder { strategy_id, strategy_status, .. } = answer.into_data()?;
        if !is_given(strategy_id.as_str()) {
            return Err(Error::unclear(&PLACE_STRATEGY_ORDER, request_id));
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

/// Does an order of the strategy stand that is placed at once?
#[derive(Debug)]
struct ThisStrategy {
    client: Client,
    subject: Subject,
    symbol: String,
    ids: Vec<ClientOrderId>,
    at_once: Vec<SentLeg>,
    since: UnixMillis,
}

#[derive(Debug)]
struct SentLeg {
    id: ClientOrderId,
    sent: Sent,
    is_normal: bool,
}

impl ThisStrategy {
    fn new(client: &Client, symbol: String, ids: Vec<ClientOrderId>, legs: &[StrategySubOrder], began: Began) -> Self {
        let subject = Subject { symbol: Some(symbol.clone()), client_order_id: ids.first().cloned(), ..Subject::default() };
        let at_once = legs.iter().zip(&ids).filter(|(leg, _)| leg.first_driven_id == Some(0)).map(|(leg, id)| SentLeg {
            id: id.clone(),
            sent: Sent::new(client, leg.into(), began),
            is_normal: leg.stop_price.is_none() && leg.callback_rate.is_none(),
        });
        let (at_once, since) = (at_once.collect(), a_while_before(began, client));
        Self { client: client.clone(), subject, symbol, ids, at_once, since }
    }

    fn carried_out(&self) -> PlacedStrategy {
        PlacedStrategy {
            symbol: self.symbol.clone(),
            strategy_id: None,
            client_order_ids: self.ids.clone(),
            status: None,
            confirmed_by: ConfirmedBy::Query,
            request_id: None,
        }
    }

    /// One order that stands is enough. That the strategy was refused is known if all of them were.
    async fn look(&self, options: CallOptions) -> Result<Finding<PlacedStrategy>, Error> {
        let mut refused = None;
        let mut open = None;
        for leg in &self.at_once {
            match self.look_at(leg, options.clone()).await? {
                Finding::CarriedOut(()) => return Ok(Finding::CarriedOut(self.carried_out())),
                Finding::Refused(error) => refused = Some(error),
                Finding::Open(evidence) => open = open.or(Some(evidence)),
            }
        }
        Ok(match (open, refused) {
            (None, Some(error)) => Finding::Refused(error),
            (open, _) => Finding::Open(open.unwrap_or(Evidence::NotFound)),
        })
    }

    async fn look_at(&self, leg: &SentLeg, options: CallOptions) -> Result<Finding<()>, Error> {
        if leg.is_normal {
            let answer = GetOrder::by(&self.client, &self.symbol, &OrderRef::from(&leg.id)).options(options).send().await;
            return found(answer, |order| match (leg.sent.is(&Features::from(&order)), order.status) {
                (Err(evidence), _) => Finding::Open(evidence),
                (Ok(()), Some(status @ OrderStatus::Rejected)) => Finding::Refused(Error::order_refused(&PLACE_STRATEGY_ORDER, status)),
                (Ok(()), _) => Finding::CarriedOut(()),
            });
        }
        let found = find_condition(&self.client, &self.symbol, &leg.id, self.since, options).await?;
        let Some(order) = found else { return Ok(Finding::Open(Evidence::NotFound)) };
        Ok(match (leg.sent.is(&Features::from(&order)), order.status) {
            (Err(evidence), _) => Finding::Open(evidence),
            (Ok(()), Some(status @ ConditionOrderStatus::Rejected)) => {
                Finding::Refused(Error::condition_refused(&PLACE_STRATEGY_ORDER, status))
            }
            (Ok(()), _) => Finding::CarriedOut(()),
        })
    }
}

impl Question<PlacedStrategy> for ThisStrategy {
    fn subject(&self) -> &Subject {
        &self.subject
    }

    fn client(&self) -> &Client {
        &self.client
    }

    fn ask(&self, options: CallOptions) -> BoxFuture<'_, Result<Finding<PlacedStrategy>, Error>> {
        Box::pin(self.look(options))
    }
}
