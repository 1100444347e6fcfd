//! What the client tries, and what it says came of it.

use std::pin::Pin;

use oorandom::Rand64;
use sixmm_ext::types::{CancelType, ClientOrderId, ConditionId, ConditionOrderStatus, OrderId, OrderStatus, StrategyStatus, TimeInForce};
use sixmm_ext::{
    AmendItem, ConfirmedBy, Decimal, NewConditionOrder, NewOrder, NewStrategy, OrderRef, Outcome, Placed, PlacedCondition, PlacedStrategy,
};

use crate::judge::Judge;
use crate::weather::pick;
use crate::world::{SYMBOL, World};

/// How many kinds of writes there are, by their names.
pub(crate) const KINDS: usize = 10;

/// What the client says came of a write, or of an item of a batch.
pub(crate) struct Report {
    pub(crate) subject: Subject,
    /// Whether it is one of several in a request.
    pub(crate) in_batch: bool,
    pub(crate) said: Said,
    /// In its own words.
    pub(crate) words: String,
}

impl Report {
    /// What kind of write it is about.
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

/// What a write is about.
#[derive(Clone, Debug)]
pub(crate) enum Subject {
    Place(ClientOrderId),
    PlaceCondition(ClientOrderId),
    PlaceStrategy(Vec<StrategyLeg>),
    Amend(OrderId, Decimal),
    Cancel(OrderRef),
    CancelCondition(ConditionId),
    /// Normal orders, or condition orders.
    CancelAll(CancelType),
}

/// An order of a strategy.
#[derive(Clone, Debug)]
pub(crate) struct StrategyLeg {
    pub(crate) id: ClientOrderId,
    /// Whether it waits for no other one.
    pub(crate) at_once: bool,
}

/// One of the three answers.
pub(crate) enum Said {
    Accepted(State),
    Rejected,
    /// With what the client says when it is asked again.
    Unknown(Pin<Box<dyn Future<Output = Said>>>),
}

/// Which state came along with an acceptance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// One in which what was placed stands or stood.
    Stands,
    /// One that nobody has heard of.
    Unheard,
    /// None, although the exchange tells it.
    Untold,
    /// None, because nobody tells it.
    Unasked,
}

impl State {
    fn of<T>(status: Option<&T>, stands: impl Fn(&T) -> bool) -> Self {
        status.map_or(Self::Untold, |status| if stands(status) { Self::Stands } else { Self::Unheard })
    }
}

/// What a program would remember.
#[derive(Default)]
pub(crate) struct Known {
    orders: Vec<ClientOrderId>,
    placed: Vec<OrderId>,
    /// Those of them that were open when they were placed.
    resting: Vec<OrderId>,
    conditions: Vec<ConditionId>,
    made: u32,
}

impl Known {
    fn add<'a>(&mut self, placed: impl IntoIterator<Item = &'a Placed>) {
        for placed in placed {
            self.placed.push(placed.order_id.clone());
            if placed.status.as_ref().is_none_or(|status| matches!(status, OrderStatus::New | OrderStatus::Pending)) {
                self.resting.push(placed.order_id.clone());
            }
        }
    }

    /// An order to cancel: most often one that was open when it was placed.
    fn to_cancel(&self, random: &mut Rand64) -> &OrderId {
        let from = if self.resting.is_empty() || random.rand_range(0..4) == 0 { &self.placed } else { &self.resting };
        pick(from, random)
    }
}

/// Carries out a random write.
pub(crate) async fn carry_out(world: &World, random: &mut Rand64, known: &mut Known) -> Vec<Report> {
    match random.rand_range(0..24) {
        0..=2 => vec![place(world, random, known).await],
        3 | 4 => place_batch(world, random, known).await,
        5 | 20 => vec![place_condition(world, random, known).await],
        6 | 7 => vec![place_strategy(world, random, known).await],
        8 | 9 if !known.placed.is_empty() => vec![amend(world, random, known).await],
        10 | 11 if !known.placed.is_empty() => amend_batch(world, random, known).await,
        12..=14 if !known.orders.is_empty() => vec![cancel(world, random, known).await],
        15 | 16 if !known.placed.is_empty() => cancel_batch(world, random, known).await,
        17 | 21..=23 if !known.conditions.is_empty() => vec![cancel_condition(world, random, known).await],
        18 | 19 => vec![cancel_all(world, random).await],
        _ => vec![place(world, random, known).await],
    }
}

/// Reads an order, and the open ones: what is said of them must be true, however little it is.
pub(crate) async fn read(world: &World, random: &mut Rand64, known: &Known, judge: &mut Judge<'_>) {
    if known.orders.is_empty() {
        return;
    }
    let id = pick(&known.orders, random);
    if let Ok(order) = world.client.orders().get(SYMBOL, id).send().await {
        judge.shown(&order);
    }
    if let Ok(orders) = world.client.orders().open_orders().send().await {
        orders.list.iter().for_each(|order| judge.shown(order));
    }
}

async fn place(world: &World, random: &mut Rand64, known: &mut Known) -> Report {
    let (id, order) = order(world, random, known);
    let outcome = world.client.orders().place(order).send().await;
    known.add(outcome.accepted());
    report(Subject::Place(id), outcome, state)
}

async fn place_batch(world: &World, random: &mut Rand64, known: &mut Known) -> Vec<Report> {
    let (ids, orders): (Vec<_>, Vec<_>) = (0..2 + random.rand_range(0..3)).map(|_| order(world, random, known)).unzip();
    let outcomes = world.client.orders().place_batch(orders).send().await;
    known.add(outcomes.iter().filter_map(Outcome::accepted));
    // The client takes no order's state from a batch's answer.
    let state = |placed: &Placed| match state(placed) {
        State::Untold if placed.confirmed_by == ConfirmedBy::Response => State::Unasked,
        state => state,
    };
    reports(ids.into_iter().map(Subject::Place), outcomes, state)
}

async fn place_condition(world: &World, random: &mut Rand64, known: &mut Known) -> Report {
    let id = next_id(world, known);
    // One of them would trigger only if the market moved, and the other is refused.
    let trigger = *pick(&["50000", "60000.5", "50000.05"], random);
    let order: NewConditionOrder = NewOrder::sell(SYMBOL, "0.1").stop(trigger).client_order_id(&id);
    let outcome = world.client.orders().place_condition(order).send().await;
    known.conditions.extend(outcome.accepted().map(|placed| placed.condition_id.clone()));
    let is_known = |status: &ConditionOrderStatus| !matches!(status, ConditionOrderStatus::Unknown(_));
    report(Subject::PlaceCondition(id), outcome, move |placed: &PlacedCondition| State::of(placed.status.as_ref(), is_known))
}

/// One whose first order stands, is filled or is refused, and two orders at once of which the other would trigger if the market moved.
async fn place_strategy(world: &World, random: &mut Rand64, known: &mut Known) -> Report {
    let (first_id, first) = order(world, random, known);
    let mut condition = |order: NewConditionOrder| {
        let id = next_id(world, known);
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
    let outcome = world.client.orders().place_strategy(strategy).send().await;
    report(Subject::PlaceStrategy(legs), outcome, |placed: &PlacedStrategy| match placed.confirmed_by {
        ConfirmedBy::Response => State::of(placed.status.as_ref(), |status| !matches!(status, StrategyStatus::Unknown(_))),
        _ => State::Unasked,
    })
}

async fn amend(world: &World, random: &mut Rand64, known: &mut Known) -> Report {
    let id = pick(&known.placed, random).clone();
    let price = next_price(known);
    let outcome = world.client.orders().amend(SYMBOL, &id).price(price).send().await;
    report(Subject::Amend(id, price), outcome, |_| State::Unasked)
}

async fn amend_batch(world: &World, random: &mut Rand64, known: &mut Known) -> Vec<Report> {
    let changes: Vec<_> = some(&known.placed, random).into_iter().map(|id| (id, next_price(known))).collect();
    let items: Vec<_> = changes.iter().map(|(id, price)| AmendItem::new(id).price(*price)).collect();
    let outcomes = world.client.orders().amend_batch(SYMBOL, items).send().await;
    reports(changes.into_iter().map(|(id, price)| Subject::Amend(id, price)), outcomes, |_| State::Unasked)
}

async fn cancel(world: &World, random: &mut Rand64, known: &Known) -> Report {
    let order = match random.rand_range(0..2) {
        0 if !known.placed.is_empty() => OrderRef::from(known.to_cancel(random)),
        _ => OrderRef::from(pick(&known.orders, random)),
    };
    let outcome = world.client.orders().cancel(SYMBOL, order.clone()).send().await;
    report(Subject::Cancel(order), outcome, |_| State::Unasked)
}

async fn cancel_batch(world: &World, random: &mut Rand64, known: &Known) -> Vec<Report> {
    let mut ids = some(&known.placed, random);
    ids.push(known.to_cancel(random).clone());
    sort_and_dedup(&mut ids);
    let outcomes = world.client.orders().cancel_batch(ids.iter().map(|id| (SYMBOL, id))).send().await;
    reports(ids.iter().map(|id| Subject::Cancel(OrderRef::from(id))), outcomes, |_| State::Unasked)
}

async fn cancel_condition(world: &World, random: &mut Rand64, known: &Known) -> Report {
    let id = pick(&known.conditions, random).clone();
    let outcome = world.client.orders().cancel_condition(SYMBOL, &id).send().await;
    report(Subject::CancelCondition(id), outcome, |_| State::Unasked)
}

async fn cancel_all(world: &World, random: &mut Rand64) -> Report {
    let kind = pick(&[CancelType::AllNormal, CancelType::AllCondition], random).clone();
    let outcome = world.client.orders().cancel_all().kind(kind.clone()).until_none_open(std::time::Duration::from_secs(12)).await;
    report(Subject::CancelAll(kind), outcome, |()| State::Unasked)
}

/// An order that stands, one that is filled, one that is refused.
fn order(world: &World, random: &mut Rand64, known: &mut Known) -> (ClientOrderId, NewOrder) {
    let id = next_id(world, known);
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

fn next_id(world: &World, known: &mut Known) -> ClientOrderId {
    known.made += 1;
    ClientOrderId::from(format!("storm-{}-{}", world.seed, known.made))
}

/// A price that no other write has.
fn next_price(known: &mut Known) -> Decimal {
    known.made += 1;
    Decimal::new(700_000 + i64::from(known.made), 1)
}

/// One to three of them, each once.
fn some(ids: &[OrderId], random: &mut Rand64) -> Vec<OrderId> {
    let mut some: Vec<OrderId> = (0..1 + random.rand_range(0..3)).map(|_| pick(ids, random).clone()).collect();
    sort_and_dedup(&mut some);
    some
}

fn sort_and_dedup(ids: &mut Vec<OrderId>) {
    ids.sort_by(|one, other| one.as_str().cmp(other.as_str()));
    ids.dedup();
}

fn state(placed: &Placed) -> State {
    use OrderStatus::{Canceled, Filled, New, PartiallyFilled, PartiallyFilledCanceled, Pending};
    let stands = |status: &OrderStatus| matches!(status, New | Pending | PartiallyFilled | Filled | Canceled | PartiallyFilledCanceled);
    State::of(placed.status.as_ref(), stands)
}

fn reports<T: Send + Sync + 'static>(
    subjects: impl ExactSizeIterator<Item = Subject>,
    outcomes: Vec<Outcome<T>>,
    state: fn(&T) -> State,
) -> Vec<Report> {
    assert_eq!(outcomes.len(), subjects.len(), "an outcome for each item");
    let reports = subjects.zip(outcomes).map(|(subject, outcome)| report(subject, outcome, state));
    reports.map(|report| Report { in_batch: true, ..report }).collect()
}

fn report<T: Send + Sync + 'static>(subject: Subject, outcome: Outcome<T>, state: impl Fn(&T) -> State + 'static) -> Report {
    let words = match &outcome {
        Outcome::Accepted(_) => String::from("accepted"),
        Outcome::Rejected(error) => error.to_string(),
        Outcome::Unknown(unresolved) => unresolved.to_string(),
    };
    Report { subject, in_batch: false, said: said(outcome, state), words }
}

fn said<T: Send + Sync + 'static>(outcome: Outcome<T>, state: impl Fn(&T) -> State + 'static) -> Said {
    match outcome {
        Outcome::Accepted(accepted) => Said::Accepted(state(&accepted)),
        Outcome::Rejected(_) => Said::Rejected,
        Outcome::Unknown(unresolved) => Said::Unknown(Box::pin(async move { said(unresolved.reconcile().await, state) })),
    }
}
