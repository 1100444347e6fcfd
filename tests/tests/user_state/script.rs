//! Random orders and cancellations of the user, trades of other participants, and losses of the connection.

use std::time::Duration;

use oorandom::Rand64;
use sixmm_ext::orders::OrderRef;
use sixmm_ext::types::ClientOrderId;
use sixmm_ext::{Decimal, NewOrder, Outcome};
use sixmm_sandbox::exchange::OrderSide;

use crate::faults::pick;
use crate::harness::{Harness, SYMBOL, sweep};

/// The reported outcome of a placement or a cancellation.
#[derive(Debug)]
pub(crate) struct Reported {
    pub(crate) client_order_id: ClientOrderId,
    pub(crate) is_cancellation: bool,
    pub(crate) result: WriteResult,
}

#[derive(Debug)]
pub(crate) enum WriteResult {
    Accepted,
    Rejected { is_too_late: bool, text: String },
    Unknown,
}

/// Trades for some seconds.
pub(crate) async fn trade(harness: &Harness, random: &mut Rand64) -> Vec<Reported> {
    let mut reported: Vec<Reported> = Vec::new();
    for _ in 0..8 + random.rand_range(0..6) {
        match random.rand_range(0..10) {
            0..=4 => reported.push(place(harness, random).await),
            5 | 6 => {
                let quantity = Decimal::new(1 + i64::try_from(random.rand_range(0..800)).expect("small"), 3);
                let (side, price) = if random.rand_range(0..2) == 0 { (OrderSide::Sell, 84_000) } else { (OrderSide::Buy, 86_000) };
                harness.sandbox.exchange(|exchange| sweep(exchange, side, price, quantity));
            }
            7 | 8 => {
                let placed: Vec<ClientOrderId> =
                    reported.iter().filter(|write| !write.is_cancellation).map(|write| write.client_order_id.clone()).collect();
                if !placed.is_empty() {
                    reported.push(cancel(harness, pick(&placed, random).clone()).await);
                }
            }
            _ => harness.sandbox.close_streams(),
        }
        tokio::time::sleep(Duration::from_millis(*pick(&[0, 20, 150, 900, 2_500], random))).await;
    }
    reported
}

async fn place(harness: &Harness, random: &mut Rand64) -> Reported {
    let quantity = Decimal::new(1 + i64::try_from(random.rand_range(0..500)).expect("small"), 3);
    let is_buy = random.rand_range(0..2) == 0;
    let new = |quantity| if is_buy { NewOrder::buy(SYMBOL, quantity) } else { NewOrder::sell(SYMBOL, quantity) };
    let order = match random.rand_range(0..3) {
        0 => new(quantity).market(),
        _ => new(quantity).limit(if is_buy { 84_500 } else { 85_500 }),
    };
    let place = harness.client.orders().place(order);
    let client_order_id = place.client_order_id().clone();
    Reported { client_order_id, is_cancellation: false, result: result(place.send().await) }
}

async fn cancel(harness: &Harness, id: ClientOrderId) -> Reported {
    let outcome = harness.client.orders().cancel(SYMBOL, OrderRef::ClientId(id.clone())).send().await;
    Reported { client_order_id: id, is_cancellation: true, result: result(outcome) }
}

fn result<T>(outcome: Outcome<T>) -> WriteResult {
    match outcome {
        Outcome::Accepted(_) => WriteResult::Accepted,
        Outcome::Rejected(error) => {
            WriteResult::Rejected { is_too_late: error.is_too_late() || error.is_not_found(), text: error.to_string() }
        }
        Outcome::Unknown(_) => WriteResult::Unknown,
    }
}
