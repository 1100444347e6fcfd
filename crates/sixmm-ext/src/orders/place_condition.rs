//! Placing and cancelling a condition order.

use std::sync::Arc;

use futures_util::StreamExt as _;
use sixmm_api::operations::{CANCEL_CONDITION_ORDER, PLACE_CONDITION_ORDER};
use sixmm_api::types::{self, ClientOrderId, ConditionId, ConditionOrder as Seen, ConditionOrderStatus, PlaceConditionOrderRequest};
use sixmm_api::{BoxFuture, UnixMillis};
use sixmm_core::Faults;

use super::condition::ConditionOrder;
use super::find_out::{Finding, Question, settle};
use super::identity::{Began, Features, Sent};
use super::outcome::{ConfirmedBy, Evidence, Outcome, Subject};
use super::told::is_given;
use crate::call::settings::{Settings, identified, settings};
use crate::call::{ConditionOrderHistory, OpenConditionOrders};
use crate::{CallOptions, Client, Error};

/// How much of the history is searched: the order in which the exchange lists it is not documented, nor how many rows it gives at most.
const PAGES: usize = 5;

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
    /// Its state at that time, if the exchange told it.
    pub status: Option<ConditionOrderStatus>,
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
    /// If the answer is lost, the contract's condition orders are searched for its `clientOrderId`, those that wait first and then those of
    /// the history.
    pub async fn send(self) -> Outcome<PlacedCondition> {
        let began = Began::now(&self.client);
        let mut faults = Faults::new();
        let rules = self.client.known_rules(self.order.symbol());
        let request = self.order.request(&self.id, rules.as_deref(), &mut faults);
        let Some(request) = request.filter(|_| faults.is_empty()) else {
            return Outcome::Rejected(Error::invalid(&PLACE_CONDITION_ORDER, faults));
        };
        let result = self.try_send(&request).await;
        settle(result, || Arc::new(ThisCondition::new(&self.client, self.id.clone(), &request, began))).await
    }

    async fn try_send(&self, request: &PlaceConditionOrderRequest) -> Result<PlacedCondition, Error> {
        let (context, api) = self.client.prepare(&self.settings.options);
        let call = identified!(self.settings, api.place_condition_order().body(request.clone()));
        let answer = context.run(&PLACE_CONDITION_ORDER, call.send()).await?;
        let request_id = context.request_id(&answer);
        let types::PlacedConditionOrder { condition_id, condition_status, .. } = answer.into_data()?;
        if condition_status == Some(ConditionOrderStatus::Rejected) {
            return Err(Error::condition_refused(&PLACE_CONDITION_ORDER, ConditionOrderStatus::Rejected));
        }
        if !is_given(condition_id.as_str()) {
            return Err(Error::unclear(&PLACE_CONDITION_ORDER, request_id));
        }
        Ok(PlacedCondition {
            symbol: request.symbol.clone(),
            condition_id,
            client_order_id: self.id.clone(),
            status: condition_status,
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

    /// Cancels it, sending at most one cancellation that may arrive. If the answer is lost, the contract's condition orders are searched.
    pub async fn send(self) -> Outcome<CancelledCondition> {
        let (context, api) = self.client.prepare(&self.settings.options);
        let call = api.cancel_condition_order().symbol(self.symbol.as_str()).condition_id(&self.condition_id);
        let call = identified!(self.settings, call);
        let result = context.run(&CANCEL_CONDITION_ORDER, call.send()).await.map_err(Error::from);
        let result = result.map(|_| CancelledCondition { condition_id: self.condition_id.clone(), confirmed_by: ConfirmedBy::Answer });
        settle(result, || Arc::new(IsConditionCancelled::new(&self.client, self.symbol, self.condition_id))).await
    }
}

/// Is there a condition order of this id of ours?
#[derive(Debug)]
struct ThisCondition {
    client: Client,
    subject: Subject,
    symbol: String,
    id: ClientOrderId,
    sent: Sent,
    since: UnixMillis,
}

impl ThisCondition {
    fn new(client: &Client, id: ClientOrderId, request: &PlaceConditionOrderRequest, began: Began) -> Self {
        let symbol = request.symbol.clone();
        let subject = Subject { symbol: Some(symbol.clone()), client_order_id: Some(id.clone()), ..Subject::default() };
        let since = a_while_before(began, client);
        Self { client: client.clone(), subject, symbol, id, sent: Sent::new(client, request.into(), began), since }
    }

    fn judge(&self, order: Seen) -> Finding<PlacedCondition> {
        if let Err(evidence) = self.sent.is(&Features::from(&order)) {
            return Finding::Open(evidence);
        }
        let Some(condition_id) = order.condition_id.filter(|id| is_given(id.as_str())) else { return Finding::Open(Evidence::Unreadable) };
        match order.status {
            Some(status @ ConditionOrderStatus::Rejected) => Finding::Refused(Error::condition_refused(&PLACE_CONDITION_ORDER, status)),
            status => Finding::CarriedOut(PlacedCondition {
                symbol: self.symbol.clone(),
                condition_id,
                client_order_id: self.id.clone(),
                status,
                confirmed_by: ConfirmedBy::Query,
                request_id: None,
            }),
        }
    }
}

impl Question<PlacedCondition> for ThisCondition {
    fn subject(&self) -> &Subject {
        &self.subject
    }

    fn client(&self) -> &Client {
        &self.client
    }

    fn ask(&self, options: CallOptions) -> BoxFuture<'_, Result<Finding<PlacedCondition>, Error>> {
        Box::pin(async move {
            let found = find_condition(&self.client, &self.symbol, &self.id, self.since, options).await?;
            Ok(found.map_or(Finding::Open(Evidence::NotFound), |order| self.judge(order)))
        })
    }
}

/// Is the condition order gone by now?
#[derive(Debug)]
struct IsConditionCancelled {
    client: Client,
    subject: Subject,
    symbol: String,
    condition_id: ConditionId,
}

impl IsConditionCancelled {
    fn new(client: &Client, symbol: String, condition_id: ConditionId) -> Self {
        let subject = Subject { symbol: Some(symbol.clone()), condition_id: Some(condition_id.clone()), ..Subject::default() };
        Self { client: client.clone(), subject, symbol, condition_id }
    }

    fn judge(&self, order: Seen) -> Finding<CancelledCondition> {
        use ConditionOrderStatus::{Cancelled, Fired, Rejected, Triggered};
        match order.status {
            Some(Cancelled) => {
                Finding::CarriedOut(CancelledCondition { condition_id: self.condition_id.clone(), confirmed_by: ConfirmedBy::Query })
            }
            Some(status @ (Fired | Rejected | Triggered)) => Finding::Refused(Error::condition_final(&CANCEL_CONDITION_ORDER, status)),
            Some(_) => Finding::Open(Evidence::StillOpen(1)),
            None => Finding::Open(Evidence::Unreadable),
        }
    }
}

impl Question<CancelledCondition> for IsConditionCancelled {
    fn subject(&self) -> &Subject {
        &self.subject
    }

    fn client(&self) -> &Client {
        &self.client
    }

    fn ask(&self, options: CallOptions) -> BoxFuture<'_, Result<Finding<CancelledCondition>, Error>> {
        Box::pin(async move {
            let is_it = |order: &Seen| order.condition_id.as_ref() == Some(&self.condition_id);
            let found = search(&self.client, &self.symbol, UnixMillis::new(0), options, is_it).await?;
            Ok(found.map_or(Finding::Open(Evidence::NotFound), |order| self.judge(order)))
        })
    }
}

/// The contract's condition order of this id of yours, if there is one that waits or was placed since then.
pub(super) async fn find_condition(
    client: &Client,
    symbol: &str,
    id: &ClientOrderId,
    since: UnixMillis,
    options: CallOptions,
) -> Result<Option<Seen>, Error> {
    search(client, symbol, since, options, |order| order.client_order_id.as_ref() == Some(id)).await
}

/// There is no query for one condition order: those that wait are searched, and then the first pages of those that do not any more.
async fn search(
    client: &Client,
    symbol: &str,
    since: UnixMillis,
    options: CallOptions,
    is_it: impl Fn(&Seen) -> bool,
) -> Result<Option<Seen>, Error> {
    let waiting = OpenConditionOrders::new(client).symbol(symbol).options(options.clone()).send().await?;
    if let Some(order) = waiting.list.into_iter().flatten().find(&is_it) {
        return Ok(Some(order));
    }
    let past = ConditionOrderHistory::new(client).symbol(symbol).start_time(since).options(options);
    let mut pages = past.pages().take(PAGES);
    while let Some(page) = pages.next().await {
        if let Some(order) = page?.into_iter().find(&is_it) {
            return Ok(Some(order));
        }
    }
    Ok(None)
}

/// An hour before the write began: without an API key, the server's clock is not known, and this machine's may be wrong.
pub(super) fn a_while_before(began: Began, client: &Client) -> UnixMillis {
    UnixMillis::new(began.by_the_server(client).as_millis().saturating_sub(3_600_000))
}
