//! Random order writes of the client, and the reports of their outcomes.

use std::pin::Pin;

use oorandom::Rand64;
use sixmm_ext::types::{CancelType, ClientOrderId, ConditionId, ConditionOrderStatus, OrderId, OrderStatus, StrategyStatus, TimeInForce};
use sixmm_ext::{
    Decimal, NewConditionOrder, NewOrder, NewStrategy, Outcome,
    orders::{AmendItem, ConfirmedBy, OrderRef, Placed, PlacedCondition, PlacedStrategy},
};

use crate::faults::pick;
use crate::harness::{Harness, SYMBOL};
use crate::verifier::Verifier;

/// The number of kinds of writes, by their names.
pub(crate) const KINDS: usize = 10;

/// The outcome that the client reports for a write, or for an item of a batch.
pub(crate) struct Report {
    pub(crate) subject: Subject,
    /// Whether the write is an item of a batch.
    pub(crate) in_batch: bool,
    pub(crate) outcome: ReportedOutcome,
    /// The text of the outcome.
    pub(crate) message: String,
}

impl Report {
    /// The kind of the write.
    pub(crate) fn kind(&self) -> &'static str {
        match (&self.subject, self.in_batch) {
            (Subject::Place(_), false) => "place",
            (Subject::Place(_), true) => "place in a batch",
            (Subject::PlaceCondition(_), _) => "place a condition",
            (Subject::PlaceStrategy(_), _) => "place a strategy",
            (Subject::Amend(..), false) => "amend",
            (Subject::Amend(..), true) => "amend in a batch",
            (Subject::Cancel(_), false) => "cancel",
            (Subject::Cancel(_), true) => "cancel in a batch",
            (Subject::CancelCondition(_), _) => "cancel a condition",
            (Subject::CancelAll(_), _) => "cancel all",
        }
    }
}

/// The write, with the ids of its orders.
#[derive(Clone, Debug)]
pub(crate) enum Subject {
    Place(ClientOrderId),
    PlaceCondition(ClientOrderId),
    PlaceStrategy(Vec<StrategyLeg>),
    Amend(OrderId, Decimal),
    Cancel(OrderRef),
    CancelCondition(ConditionId),
    /// Cancels all normal orders or all condition orders.
    CancelAll(CancelType),
}

/// A leg of a strategy.
#[derive(Clone, Debug)]
pub(crate) struct StrategyLeg {
    pub(crate) id: ClientOrderId,
    /// Whether the exchange places the leg immediately.
    pub(crate) at_once: bool,
}

/// The kind of an outcome.
pub(crate) enum ReportedOutcome {
    Accepted(ReportedState),
    Rejected,
    /// With the outcome of a further reconciliation.
    Unknown(Pin<Box<dyn Future<Output = ReportedOutcome>>>),
}

/// The state of the order in an accepted outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReportedState {
    /// A documented state of an order that the exchange accepted.
    Placed,
    /// A state that the documentation does not contain.
    Undocumented,
    /// No state, although the documented response contains the state.
    Missing,
    /// No state, because the client does not read the state in this case.
    NotRead,
}

impl ReportedState {
    fn of<T>(status: Option<&T>, is_placed: impl Fn(&T) -> bool) -> Self {
        status.map_or(Self::Missing, |status| if is_placed(status) { Self::Placed } else { Self::Undocumented })
    }
}

/// The ids that a trading program would store.
#[derive(Default)]
pub(crate) struct KnownOrders {
    orders: Vec<ClientOrderId>,
    placed: Vec<OrderId>,
    /// The placed orders that were open in the response.
    resting: Vec<OrderId>,
    conditions: Vec<ConditionId>,
    made: u32,
}

impl KnownOrders {
    fn add<'a>(&mut self, placed: impl IntoIterator<Item = &'a Placed>) {
        for placed in placed {
            self.placed.push(placed.order_id.clone());
            if placed.status.as_ref().is_none_or(|status| matches!(status, OrderStatus::New | OrderStatus::Pending)) {
                self.resting.push(placed.order_id.clone());
            }
        }
    }

    /// An order to cancel, which was most often open when it was placed.
    fn to_cancel(&self, random: &mut Rand64) -> &OrderId {
        let from = if self.resting.is_empty() || random.rand_range(0..4) == 0 { &self.placed } else { &self.resting };
        pick(from, random)
    }
}

/// Sends a random write.
pub(crate) async fn random_write(harness: &Harness, random: &mut Rand64, known: &mut KnownOrders) -> Vec<Report> {
    match random.rand_range(0..24) {
        0..=2 => vec![place(harness, random, known).await],
        3 | 4 => place_batch(harness, random, known).await,
        5 | 20 => vec![place_condition(harness, random, known).await],
        6 | 7 => vec![place_strategy(harness, random, known).await],
        8 | 9 if !known.placed.is_empty() => vec![amend(harness, random, known).await],
        10 | 11 if !known.placed.is_empty() => amend_batch(harness, random, known).await,
        12..=14 if !known.orders.is_empty() => vec![cancel(harness, random, known).await],
        15 | 16 if !known.placed.is_empty() => cancel_batch(harness, random, known).await,
        17 | 21..=23 if !known.conditions.is_empty() => vec![cancel_condition(harness, random, known).await],
        18 | 19 => vec![cancel_all(harness, random).await],
        _ => vec![place(harness, random, known).await],
    }
}

/// Reads an order and the open orders, and checks the fields that the client received.
pub(crate) async fn read(harness: &Harness, random: &mut Rand64, known: &KnownOrders, verifier: &mut Verifier<'_>) {
    if known.orders.is_empty() {
        return;
    }
    let id = pick(&known.orders, random);
    if let Ok(order) = harness.client.orders().get(SYMBOL, id).send().await {
        verifier.check_order(&order);
    }
    if let Ok(orders) = harness.client.orders().open_orders().send().await {
        orders.list.iter().for_each(|order| verifier.check_order(order));
    }
}

async fn place(harness: &Harness, random: &mut Rand64, known: &mut KnownOrders) -> Report {
    let (id, order) = order(harness, random, known);
    let outcome = harness.client.orders().place(order).send().await;
    known.add(outcome.accepted());
    report(Subject::Place(id), outcome, state)
}

async fn place_batch(harness: &Harness, random: &mut Rand64, known: &mut KnownOrders) -> Vec<Report> {
    let (ids, orders): (Vec<_>, Vec<_>) = (0..2 + random.rand_range(0..3)).map(|_| order(harness, random, known)).unzip();
    let outcomes = harness.client.orders().place_batch(orders).send().await;
    known.add(outcomes.iter().filter_map(Outcome::accepted));
    // The client reads no state from the response to a batch.
    let state = |placed: &Placed| match state(placed) {
        ReportedState::Missing if placed.confirmed_by == ConfirmedBy::Response => ReportedState::NotRead,
        state => state,
    };
    reports(ids.into_iter().map(Subject::Place), outcomes, state)
}

async fn place_condition(harness: &Harness, random: &mut Rand64, known: &mut KnownOrders) -> Report {
    let id = next_id(harness, known);
    // The exchange accepts the first two trigger prices, which the market does not reach, and rejects the third.
    let trigger = *pick(&["50000", "60000.5", "50000.05"], random);
    let order: NewConditionOrder = NewOrder::sell(SYMBOL, "0.1").stop(trigger).client_order_id(&id);
    let outcome = harness.client.orders().place_condition(order).send().await;
    known.conditions.extend(outcome.accepted().map(|placed| placed.condition_id.clone()));
    let is_known = |status: &ConditionOrderStatus| !matches!(status, ConditionOrderStatus::Unknown(_));
    report(Subject::PlaceCondition(id), outcome, move |placed: &PlacedCondition| ReportedState::of(placed.status.as_ref(), is_known))
}

/// A strategy whose first leg rests, is filled or is rejected. The trigger prices of the other legs are out of reach of the market.
async fn place_strategy(harness: &Harness, random: &mut Rand64, known: &mut KnownOrders) -> Report {
    let (first_id, first) = order(harness, random, known);
    let mut condition = |order: NewConditionOrder| {
        let id = next_id(harness, known);
        (id.clone(), order.client_order_id(id))
    };
    let (profit_id, profit) = condition(NewOrder::sell(SYMBOL, "0.1").take_profit("95000"));
    let (loss_id, loss) = condition(NewOrder::sell(SYMBOL, "0.1").stop("50000"));
    let leg = |id, at_once| StrategyLeg { id, at_once };
    let (legs, strategy) = match random.rand_range(0..3) {
        0 => (vec![leg(first_id, true), leg(profit_id, false), leg(loss_id, false)], NewStrategy::bracket(first, profit, loss)),
        1 => (vec![leg(first_id, true), leg(loss_id, false)], NewStrategy::one_triggers_other(first, loss)),
        _ => (vec![leg(first_id, true), leg(loss_id, true)], NewStrategy::one_cancels_other(first, loss)),
    };
    let outcome = harness.client.orders().place_strategy(strategy).send().await;
    report(Subject::PlaceStrategy(legs), outcome, |placed: &PlacedStrategy| match placed.confirmed_by {
        ConfirmedBy::Response => ReportedState::of(placed.status.as_ref(), |status| !matches!(status, StrategyStatus::Unknown(_))),
        _ => ReportedState::NotRead,
    })
}

async fn amend(harness: &Harness, random: &mut Rand64, known: &mut KnownOrders) -> Report {
    let id = pick(&known.placed, random).clone();
    let price = next_price(known);
    let outcome = harness.client.orders().amend(SYMBOL, &id).price(price).send().await;
    report(Subject::Amend(id, price), outcome, |_| ReportedState::NotRead)
}

async fn amend_batch(harness: &Harness, random: &mut Rand64, known: &mut KnownOrders) -> Vec<Report> {
    let changes: Vec<_> = some(&known.placed, random).into_iter().map(|id| (id, next_price(known))).collect();
    let items: Vec<_> = changes.iter().map(|(id, price)| AmendItem::new(id).price(*price)).collect();
    let outcomes = harness.client.orders().amend_batch(SYMBOL, items).send().await;
    reports(changes.into_iter().map(|(id, price)| Subject::Amend(id, price)), outcomes, |_| ReportedState::NotRead)
}

async fn cancel(harness: &Harness, random: &mut Rand64, known: &KnownOrders) -> Report {
    let order = match random.rand_range(0..2) {
        0 if !known.placed.is_empty() => OrderRef::from(known.to_cancel(random)),
        _ => OrderRef::from(pick(&known.orders, random)),
    };
    let outcome = harness.client.orders().cancel(SYMBOL, order.clone()).send().await;
    report(Subject::Cancel(order), outcome, |_| ReportedState::NotRead)
}

async fn cancel_batch(harness: &Harness, random: &mut Rand64, known: &KnownOrders) -> Vec<Report> {
    let mut ids = some(&known.placed, random);
    ids.push(known.to_cancel(random).clone());
    sort_and_dedup(&mut ids);
    let outcomes = harness.client.orders().cancel_batch(ids.iter().map(|id| (SYMBOL, id))).send().await;
    reports(ids.iter().map(|id| Subject::Cancel(OrderRef::from(id))), outcomes, |_| ReportedState::NotRead)
}

async fn cancel_condition(harness: &Harness, random: &mut Rand64, known: &KnownOrders) -> Report {
    let id = pick(&known.conditions, random).clone();
    let outcome = harness.client.orders().cancel_condition(SYMBOL, &id).send().await;
    report(Subject::CancelCondition(id), outcome, |_| ReportedState::NotRead)
}

async fn cancel_all(harness: &Harness, random: &mut Rand64) -> Report {
    let kind = pick(&[CancelType::AllNormal, CancelType::AllCondition], random).clone();
    let outcome = harness.client.orders().cancel_all().kind(kind.clone()).until_none_open(std::time::Duration::from_secs(12)).await;
    report(Subject::CancelAll(kind), outcome, |()| ReportedState::NotRead)
}

/// A random order, which rests, is filled or is rejected.
fn order(harness: &Harness, random: &mut Rand64, known: &mut KnownOrders) -> (ClientOrderId, NewOrder) {
    let id = next_id(harness, known);
    known.orders.push(id.clone());
    let quantity = Decimal::new(i64::from(random.rand_range(1..400) as u32), 3);
    let resting = Decimal::new(800_000 + i64::from(random.rand_range(0..40_000) as u32), 1);
    let order = match random.rand_range(0..8) {
        0..=2 => NewOrder::buy(SYMBOL, quantity).limit(resting),
        3 => NewOrder::sell(SYMBOL, quantity).market(),
        4 => NewOrder::buy(SYMBOL, quantity).limit(85_010),
        5 => NewOrder::buy(SYMBOL, quantity).limit(85_010).maker_only(),
        6 => NewOrder::buy(SYMBOL, quantity).limit(resting).time_in_force(TimeInForce::Ioc),
        _ => NewOrder::buy(SYMBOL, "0.0005").limit(resting),
    };
    (id.clone(), order.client_order_id(id))
}

fn next_id(harness: &Harness, known: &mut KnownOrders) -> ClientOrderId {
    known.made += 1;
    ClientOrderId::from(format!("fault-injection-{}-{}", harness.seed, known.made))
}

/// A price that no other write of the run uses.
fn next_price(known: &mut KnownOrders) -> Decimal {
    known.made += 1;
    Decimal::new(700_000 + i64::from(known.made), 1)
}

/// One to three distinct ids.
fn some(ids: &[OrderId], random: &mut Rand64) -> Vec<OrderId> {
    let mut some: Vec<OrderId> = (0..1 + random.rand_range(0..3)).map(|_| pick(ids, random).clone()).collect();
    sort_and_dedup(&mut some);
    some
}

fn sort_and_dedup(ids: &mut Vec<OrderId>) {
    ids.sort_by(|one, other| one.as_str().cmp(other.as_str()));
    ids.dedup();
}

fn state(placed: &Placed) -> ReportedState {
    use OrderStatus::{Canceled, Filled, New, PartiallyFilled, PartiallyFilledCanceled, Pending};
    let is_placed = |status: &OrderStatus| matches!(status, New | Pending | PartiallyFilled | Filled | Canceled | PartiallyFilledCanceled);
    ReportedState::of(placed.status.as_ref(), is_placed)
}

fn reports<T: Send + Sync + 'static>(
    subjects: impl ExactSizeIterator<Item = Subject>,
    outcomes: Vec<Outcome<T>>,
    state: fn(&T) -> ReportedState,
) -> Vec<Report> {
    assert_eq!(outcomes.len(), subjects.len(), "an outcome for each item");
    let reports = subjects.zip(outcomes).map(|(subject, outcome)| report(subject, outcome, state));
    reports.map(|report| Report { in_batch: true, ..report }).collect()
}

fn report<T: Send + Sync + 'static>(subject: Subject, outcome: Outcome<T>, state: impl Fn(&T) -> ReportedState + 'static) -> Report {
    let message = match &outcome {
        Outcome::Accepted(_) => String::from("accepted"),
        Outcome::Rejected(error) => error.to_string(),
        Outcome::Unknown(unresolved) => unresolved.to_string(),
    };
    Report { subject, in_batch: false, outcome: reported_outcome(outcome, state), message }
}

fn reported_outcome<T: Send + Sync + 'static>(outcome: Outcome<T>, state: impl Fn(&T) -> ReportedState + 'static) -> ReportedOutcome {
    match outcome {
        Outcome::Accepted(accepted) => ReportedOutcome::Accepted(state(&accepted)),
        Outcome::Rejected(_) => ReportedOutcome::Rejected,
        Outcome::Unknown(unresolved) => {
            ReportedOutcome::Unknown(Box::pin(async move { reported_outcome(unresolved.reconcile().await, state) }))
        }
    }
}
