//! What the client tries, and what it says came of it.

use std::pin::Pin;

use oorandom::Rand64;
use sixmm_ext::types::{CancelType, ClientOrderId, ConditionId, ConditionOrderStatus, OrderId, OrderStatus, TimeInForce};
use sixmm_ext::{ConditionOrder, Decimal, Order, OrderRef, Outcome, Placed, PlacedCondition};

use crate::judge::Judge;
use crate::weather::pick;
use crate::world::{SYMBOL, World};

/// What the client says came of a write, or of an item of a batch.
pub(crate) struct Report {
    pub(crate) subject: Subject,
    pub(crate) said: Said,
    /// In its own words.
    pub(crate) words: String,
}

/// What a write is about.
#[derive(Clone, Debug)]
pub(crate) enum Subject {
    Place(ClientOrderId),
    PlaceCondition(ClientOrderId),
    Amend(OrderId, Decimal),
    Cancel(OrderRef),
    CancelCondition(ConditionId),
    /// Normal orders, or condition orders.
    CancelAll(CancelType),
}

/// One of the three answers.
pub(crate) enum Said {
    /// Whether a state came along in which an order stands or stood.
    Accepted {
        stands: bool,
    },
    Rejected,
    /// With what the client says when it is asked again.
    Unknown(Pin<Box<dyn Future<Output = Said>>>),
}

/// What a program would remember.
#[derive(Default)]
pub(crate) struct Known {
    orders: Vec<ClientOrderId>,
    placed: Vec<OrderId>,
    conditions: Vec<ConditionId>,
    made: u32,
}

/// Carries out a random write.
pub(crate) async fn carry_out(world: &World, random: &mut Rand64, known: &mut Known) -> Vec<Report> {
    match random.rand_range(0..12) {
        0..=3 => vec![place(world, random, known).await],
        4 | 5 => place_batch(world, random, known).await,
        6 => vec![place_condition(world, random, known).await],
        7 | 8 if !known.placed.is_empty() => vec![amend(world, random, known).await],
        9 if !known.orders.is_empty() => vec![cancel(world, random, known).await],
        10 if !known.conditions.is_empty() => vec![cancel_condition(world, random, known).await],
        11 => vec![cancel_all(world, random).await],
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
    if let Ok(orders) = world.client.orders().open().send().await {
        orders.list.iter().for_each(|order| judge.shown(order));
    }
}

async fn place(world: &World, random: &mut Rand64, known: &mut Known) -> Report {
    let (id, order) = order(world, random, known);
    let outcome = world.client.orders().place(order).send().await;
    known.placed.extend(outcome.accepted().map(|placed| placed.order_id.clone()));
    report(Subject::Place(id), outcome, stands)
}

async fn place_batch(world: &World, random: &mut Rand64, known: &mut Known) -> Vec<Report> {
    let (ids, orders): (Vec<_>, Vec<_>) = (0..2 + random.rand_range(0..3)).map(|_| order(world, random, known)).unzip();
    let outcomes = world.client.orders().place_batch(orders).send().await;
    assert_eq!(outcomes.len(), ids.len(), "an outcome for each order");
    let reports = ids.into_iter().zip(outcomes).map(|(id, outcome)| {
        known.placed.extend(outcome.accepted().map(|placed| placed.order_id.clone()));
        report(Subject::Place(id), outcome, stands)
    });
    reports.collect()
}

async fn place_condition(world: &World, random: &mut Rand64, known: &mut Known) -> Report {
    let id = next_id(world, known);
    // One of them would trigger only if the market moved, and the other is refused.
    let trigger = *pick(&["50000", "60000.5", "50000.05"], random);
    let order: ConditionOrder = Order::sell(SYMBOL, "0.1").stop(trigger).client_order_id(&id);
    let outcome = world.client.orders().place_condition(order).send().await;
    known.conditions.extend(outcome.accepted().map(|placed| placed.condition_id.clone()));
    let stands = |placed: &PlacedCondition| matches!(placed.status, Some(ConditionOrderStatus::Pending));
    report(Subject::PlaceCondition(id), outcome, stands)
}

async fn amend(world: &World, random: &mut Rand64, known: &mut Known) -> Report {
    let id = pick(&known.placed, random).clone();
    known.made += 1;
    // A price that no other write has.
    let price = Decimal::new(700_000 + i64::from(known.made), 1);
    let outcome = world.client.orders().amend(SYMBOL, &id).price(price).send().await;
    report(Subject::Amend(id, price), outcome, |_| true)
}

async fn cancel(world: &World, random: &mut Rand64, known: &Known) -> Report {
    let order = match random.rand_range(0..2) {
        0 if !known.placed.is_empty() => OrderRef::from(pick(&known.placed, random)),
        _ => OrderRef::from(pick(&known.orders, random)),
    };
    let outcome = world.client.orders().cancel(SYMBOL, order.clone()).send().await;
    report(Subject::Cancel(order), outcome, |_| true)
}

async fn cancel_condition(world: &World, random: &mut Rand64, known: &Known) -> Report {
    let id = pick(&known.conditions, random).clone();
    let outcome = world.client.orders().cancel_condition(SYMBOL, &id).send().await;
    report(Subject::CancelCondition(id), outcome, |_| true)
}

async fn cancel_all(world: &World, random: &mut Rand64) -> Report {
    let kind = pick(&[CancelType::AllNormal, CancelType::AllCondition], random).clone();
    let outcome = world.client.orders().cancel_all().kind(kind.clone()).send_and_wait().await;
    report(Subject::CancelAll(kind), outcome, |()| true)
}

/// An order that stands, one that is filled, one that is refused.
fn order(world: &World, random: &mut Rand64, known: &mut Known) -> (ClientOrderId, Order) {
    let id = next_id(world, known);
    known.orders.push(id.clone());
    let quantity = Decimal::new(i64::from(random.rand_range(1..400) as u32), 3);
    let resting = Decimal::new(800_000 + i64::from(random.rand_range(0..40_000) as u32), 1);
    let order = match random.rand_range(0..8) {
        0..=2 => Order::buy(SYMBOL, quantity).limit(resting),
        3 => Order::sell(SYMBOL, quantity).market(),
        4 => Order::buy(SYMBOL, quantity).limit(85_010),
        5 => Order::buy(SYMBOL, quantity).limit(85_010).maker_only(),
        6 => Order::buy(SYMBOL, quantity).limit(resting).time_in_force(TimeInForce::Ioc),
        _ => Order::buy(SYMBOL, "0.0005").limit(resting),
    };
    (id.clone(), order.client_order_id(id))
}

fn next_id(world: &World, known: &mut Known) -> ClientOrderId {
    known.made += 1;
    ClientOrderId::from(format!("storm-{}-{}", world.seed, known.made))
}

fn stands(placed: &Placed) -> bool {
    use OrderStatus::{Canceled, Filled, New, PartiallyFilled, Pending};
    matches!(placed.status, Some(New | Pending | PartiallyFilled | Filled | Canceled))
}

fn report<T: Send + Sync + 'static>(subject: Subject, outcome: Outcome<T>, stands: fn(&T) -> bool) -> Report {
    let words = match &outcome {
        Outcome::Accepted(_) => String::from("accepted"),
        Outcome::Rejected(error) => error.to_string(),
        Outcome::Unknown(unresolved) => unresolved.to_string(),
    };
    Report { subject, said: said(outcome, stands), words }
}

fn said<T: Send + Sync + 'static>(outcome: Outcome<T>, stands: fn(&T) -> bool) -> Said {
    match outcome {
        Outcome::Accepted(accepted) => Said::Accepted { stands: stands(&accepted) },
        Outcome::Rejected(_) => Said::Rejected,
        Outcome::Unknown(unresolved) => Said::Unknown(Box::pin(async move { said(unresolved.ask_again().await, stands) })),
    }
}
