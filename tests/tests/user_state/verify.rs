//! The comparison of the user's state and its events with the state of the exchange.

use std::collections::{BTreeMap, BTreeSet};

use sixmm_ext::Decimal;
use sixmm_ext::streams::{Lifecycle, UserUpdate, replay_user};
use sixmm_ext::types::Trade;
use sixmm_sandbox::exchange::{Order, PageRequest, TradeFilter};

use crate::harness::Harness;
use crate::script::{Reported, WriteResult};

/// The counts of all runs, and the mistakes.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) fills: usize,
    pub(crate) corrections: usize,
    pub(crate) losses: usize,
    pub(crate) writes: usize,
    pub(crate) unknown: usize,
    pub(crate) faults: usize,
    pub(crate) requests: usize,
    pub(crate) mistakes: Vec<String>,
}

pub(crate) async fn verify(harness: Harness, outcomes: Vec<Reported>, counts: &mut Counts) {
    let events = harness.events();
    let mut mistakes = Vec::new();
    fills(&harness, &events, counts, &mut mistakes);
    state(&harness, &mut mistakes);
    no_resurrection(&events, &mut mistakes);
    writes(&harness, &outcomes, counts, &mut mistakes);
    harness.stop();
    replay(&harness, &events, &mut mistakes);
    for event in &events {
        match event {
            UserUpdate::Reconciled { corrections } => counts.corrections += corrections.len(),
            UserUpdate::TrustLost(_) => counts.losses += 1,
            _ => {}
        }
    }
    counts.faults += harness.sandbox.stream_faults().hits().len() + harness.sandbox.faults().hits().len();
    counts.requests += harness.sandbox.requests().len();
    counts.mistakes.extend(mistakes.into_iter().map(|mistake| format!("seed {}: {mistake}", harness.seed)));
}

/// Each fill of the exchange was reported once.
fn fills(harness: &Harness, events: &[UserUpdate], counts: &mut Counts, mistakes: &mut Vec<String>) {
    let mut reported: BTreeMap<String, usize> = BTreeMap::new();
    for event in events {
        if let UserUpdate::Fill(Trade { fill_id, order_id, quantity, .. }) = event {
            *reported.entry(format!("{fill_id} {order_id} {}", quantity.normalize())).or_default() += 1;
        }
    }
    let page = PageRequest { page: 1, page_size: 100 };
    let page = harness.sandbox.exchange(|exchange| exchange.trades(&harness.alice, &TradeFilter::default(), page)).expect("a user");
    let expected: BTreeSet<String> =
        page.list.iter().map(|fill| format!("{} {} {}", fill.fill_id, fill.order_id, fill.quantity.normalize())).collect();
    counts.fills += expected.len();
    mistakes.extend(expected.iter().filter(|fill| !reported.contains_key(*fill)).map(|fill| format!("fill lost: {fill}")));
    mistakes.extend(reported.keys().filter(|fill| !expected.contains(*fill)).map(|fill| format!("fill invented: {fill}")));
    mistakes.extend(reported.iter().filter(|(_, times)| **times > 1).map(|(fill, times)| format!("fill {times} times: {fill}")));
}

/// Orders, positions and balance are those of the exchange, and confirmed.
fn state(harness: &Harness, mistakes: &mut Vec<String>) {
    let state = harness.state();
    if !state.is_confirmed() {
        mistakes.push(format!("not confirmed: {:?}", sixmm_ext::streams::Part::ALL.map(|part| state.part(part))));
    }
    let orders = orders(harness);
    let open: BTreeSet<String> = orders.values().filter(|order| order.status.is_open()).map(|order| order.order_id.to_string()).collect();
    let known: BTreeSet<String> = state.open_orders().map(|order| order.id.clone()).collect();
    if open != known {
        mistakes.push(format!("open orders {known:?}, expected {open:?}"));
    }
    for order in orders.values() {
        let Some(tracked) = state.order(&order.order_id.to_string()) else { continue };
        let filled = tracked.row.as_ref().and_then(|row| row.filled_quantity);
        if filled != Some(order.filled_quantity) || !tracked.is_confirmed() {
            mistakes.push(format!("order {order:?} is {tracked:?}"));
        }
    }
    let (positions, balance) = harness.sandbox.exchange(|exchange| {
        let positions = exchange.positions(&harness.alice, None).expect("a user");
        (positions, exchange.asset(&harness.alice).expect("a user"))
    });
    let position = |symbol: &str, quantity: Decimal, price: Decimal| format!("{symbol} {} {}", quantity.normalize(), price.normalize());
    let expected: Vec<String> = positions.iter().map(|of| position(&of.symbol, of.quantity, of.entry_price)).collect();
    let known: Vec<String> = state.positions().map(|of| position(&of.symbol, of.quantity, of.entry_price)).collect();
    if expected != known {
        mistakes.push(format!("positions {known:?}, expected {expected:?}"));
    }
    let known = state.balance().map(|balance| (balance.wallet_balance, balance.frozen_margin));
    if known != Some((balance.wallet_balance, balance.frozen_margin)) {
        mistakes.push(format!("balance {known:?}, expected {balance:?}"));
    }
}

/// No order that REST reported as final is open in a later event.
fn no_resurrection(events: &[UserUpdate], mistakes: &mut Vec<String>) {
    let mut final_orders = BTreeSet::new();
    for event in events {
        if let UserUpdate::OrderUpdate(order) = event {
            if order.confirmed_lifecycle() == Lifecycle::Final {
                final_orders.insert(order.id.clone());
            } else if final_orders.contains(&order.id) {
                mistakes.push(format!("order resurrected: {order:?}"));
            }
        }
    }
}

/// The outcome of each write is that of the exchange.
fn writes(harness: &Harness, outcomes: &[Reported], counts: &mut Counts, mistakes: &mut Vec<String>) {
    let orders = orders(harness);
    for write in outcomes {
        counts.writes += 1;
        let order = orders.get(write.client_order_id.as_str());
        let is_right = match (&write.result, write.is_cancellation) {
            (WriteResult::Unknown, _) => {
                counts.unknown += 1;
                true
            }
            (WriteResult::Accepted, false) => order.is_some(),
            (WriteResult::Rejected { .. }, false) => order.is_none(),
            (WriteResult::Accepted, true) => order.is_some_and(|order| !order.status.is_open()),
            (WriteResult::Rejected { is_too_late, text }, true) => {
                *is_too_late && order.is_none_or(|order| !order.status.is_open()) || text.contains("5003") || text.contains("429")
            }
        };
        if !is_right {
            mistakes.push(format!("write misreported: {write:?}, the order is {order:?}"));
        }
    }
}

/// The journal has the same events.
fn replay(harness: &Harness, events: &[UserUpdate], mistakes: &mut Vec<String>) {
    match replay_user(harness.journal.text().as_bytes()) {
        Ok((replayed, _)) if replayed.starts_with(events) => {}
        Ok((replayed, _)) => {
            let differing = replayed.iter().zip(events).position(|(replayed, event)| replayed != event);
            mistakes.push(format!("the replay differs at {differing:?} of {}", events.len()));
        }
        Err(error) => mistakes.push(format!("the journal cannot be replayed: {error}")),
    }
}

fn orders(harness: &Harness) -> BTreeMap<String, Order> {
    let orders = harness.sandbox.exchange(|exchange| exchange.all_orders());
    let of_alice = orders.into_iter().filter(|(user, _)| *user == harness.alice);
    of_alice.map(|(_, order)| (order.client_order_id.clone().unwrap_or_default(), order)).collect()
}
