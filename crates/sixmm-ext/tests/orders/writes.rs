//! The ten order writes, each executed against an exchange whose order book shows the true effect.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};
use sixmm_ext::types::{BboPriceType, CancelType, TimeInForce};
use sixmm_ext::{Client, NewConditionOrder, NewOrder, NewStrategy, Outcome, orders::AmendItem};

use crate::support::exchange::{Book, Plan, Trading};

/// An order write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Write {
    Place,
    PlaceCondition,
    PlaceStrategy,
    Amend,
    Cancel,
    CancelCondition,
    PlaceBatch,
    AmendBatch,
    CancelBatch,
    CancelAll,
}

impl Write {
    pub(crate) const ALL: [Self; 10] = [
        Self::Place,
        Self::PlaceCondition,
        Self::PlaceStrategy,
        Self::Amend,
        Self::Cancel,
        Self::CancelCondition,
        Self::PlaceBatch,
        Self::AmendBatch,
        Self::CancelBatch,
        Self::CancelAll,
    ];

    pub(crate) fn is_batch(self) -> bool {
        matches!(self, Self::PlaceBatch | Self::AmendBatch | Self::CancelBatch)
    }

    /// Whether the client sends the write again while the order is open.
    pub(crate) fn is_repeated(self) -> bool {
        matches!(self, Self::Cancel | Self::CancelCondition | Self::CancelBatch)
    }

    /// Whether the response must contain the id of the new order.
    pub(crate) fn needs_data(self) -> bool {
        matches!(self, Self::Place | Self::PlaceCondition | Self::PlaceStrategy)
    }
}

/// The outcome that the client reports for one order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ReportedOutcome {
    Accepted,
    Rejected,
    Unknown,
}

/// One order of a write.
pub(crate) struct OrderReport {
    pub(crate) outcome: ReportedOutcome,
    /// The `Debug` text of the outcome.
    pub(crate) text: String,
    /// How often the write took effect when the outcome was reported.
    pub(crate) effects: usize,
    /// How often the write took effect after all requests in flight had arrived.
    pub(crate) final_effects: usize,
}

/// The result of a write.
pub(crate) struct WriteRun {
    pub(crate) reports: Vec<OrderReport>,
    /// The number of write requests that arrived.
    pub(crate) sent: usize,
    /// The number of lookups that arrived.
    pub(crate) lookups: usize,
}

/// Counts in the order book how often the write took effect for one order.
type Effect = Box<dyn Fn(&Book) -> usize>;

/// The conditions of a write.
#[derive(Clone, Debug)]
pub(crate) struct Trial {
    pub(crate) plan: Plan,
    /// Selects the kind of order. 0 is a limit order, and a bracket with a limit order.
    pub(crate) draw: u32,
    /// How often an unknown outcome is reconciled again.
    pub(crate) reconciles: usize,
}

/// Executes a write of new orders under these conditions.
pub(crate) async fn execute(trading: &Trading, client: &Client, write: Write, trial: Trial) -> WriteRun {
    let draw = trial.draw;
    let symbol = new_symbol();
    let symbol = symbol.as_str();
    let orders = client.orders();
    match write {
        Write::Place => {
            let place = orders.place(an_order(symbol, draw));
            let effects = vec![placed(place.client_order_id().as_str())];
            run_write(trading, symbol, trial, async { vec![place.send().await] }, effects).await
        }
        Write::PlaceCondition => {
            let place = orders.place_condition(a_condition(symbol, draw));
            let effects = vec![placed(place.client_order_id().as_str())];
            run_write(trading, symbol, trial, async { vec![place.send().await] }, effects).await
        }
        Write::PlaceStrategy => {
            let place = orders.place_strategy(a_strategy(symbol, draw));
            let effects = vec![placed(place.client_order_ids()[0].as_str())];
            run_write(trading, symbol, trial, async { vec![place.send().await] }, effects).await
        }
        Write::PlaceBatch => {
            let place = orders.place_batch([0, 1, 2].map(|more| an_order(symbol, draw + more)));
            let effects = place.client_order_ids().iter().map(|id| placed(id.as_str())).collect();
            run_write(trading, symbol, trial, place.send(), effects).await
        }
        Write::Amend => {
            let id = open_orders(trading, symbol, 1).remove(0);
            let amend = orders.amend(symbol, id.as_str()).price("85100").total_quantity("0.2");
            run_write(trading, symbol, trial, async { vec![amend.send().await] }, vec![amended(&id)]).await
        }
        Write::AmendBatch => {
            let ids = open_orders(trading, symbol, 3);
            let amend = orders.amend_batch(symbol, ids.iter().map(|id| AmendItem::new(id.as_str()).price("85100").total_quantity("0.2")));
            run_write(trading, symbol, trial, amend.send(), ids.iter().map(|id| amended(id)).collect()).await
        }
        Write::Cancel => {
            let id = open_orders(trading, symbol, 1).remove(0);
            let cancel = orders.cancel(symbol, sixmm_ext::types::OrderId::from(&id));
            run_write(trading, symbol, trial, async { vec![cancel.send().await] }, vec![cancelled(&id)]).await
        }
        Write::CancelBatch => {
            let ids = open_orders(trading, symbol, 3);
            let cancel = orders.cancel_batch(ids.iter().map(|id| (symbol, id.as_str())));
            run_write(trading, symbol, trial, cancel.send(), ids.iter().map(|id| cancelled(id)).collect()).await
        }
        Write::CancelCondition => {
            let id = waiting_condition(trading, symbol);
            let cancel = orders.cancel_condition(symbol, id.as_str());
            run_write(trading, symbol, trial, async { vec![cancel.send().await] }, vec![condition_cancelled(&id)]).await
        }
        Write::CancelAll => {
            open_orders(trading, symbol, 3);
            let cancel = orders.cancel_all().symbol(symbol).kind(CancelType::AllNormal);
            let contract = symbol.to_owned();
            let effect: Effect = Box::new(move |book| usize::from(book.open(Some(&contract)).is_empty()));
            run_write(trading, symbol, trial, async { vec![cancel.submit().await] }, vec![effect]).await
        }
    }
}

/// Sends a write, and compares the reported outcomes with the order book.
async fn run_write<T: fmt::Debug>(
    trading: &Trading,
    symbol: &str,
    trial: Trial,
    write: impl Future<Output = Vec<Outcome<T>>>,
    effects: Vec<Effect>,
) -> WriteRun {
    trading.exchange.plan(trial.plan);
    let mut outcomes = Vec::new();
    for mut outcome in trading.drive(write).await {
        for _ in 0..trial.reconciles {
            outcome = match outcome {
                Outcome::Unknown(unresolved) => trading.drive(unresolved.reconcile()).await,
                certain => certain,
            };
        }
        outcomes.push(outcome);
    }
    // A cancellation of an earlier write, whose timeout has passed, may arrive now. Only requests of this contract are counted.
    let sent = trading.exchange.writes().iter().filter(|(_, body)| body.contains(symbol)).count();
    let lookups = trading.exchange.lookup_count();
    let book = trading.exchange.book();
    trading.exchange.catch_up();
    let final_book = trading.exchange.book();
    assert_eq!(outcomes.len(), effects.len(), "an outcome for each order");
    let reports = outcomes.into_iter().zip(effects).map(|(outcome, effect)| OrderReport {
        outcome: match &outcome {
            Outcome::Accepted(_) => ReportedOutcome::Accepted,
            Outcome::Rejected(_) => ReportedOutcome::Rejected,
            Outcome::Unknown(_) => ReportedOutcome::Unknown,
        },
        text: format!("{outcome:?}"),
        effects: effect(&book),
        final_effects: effect(&final_book),
    });
    WriteRun { reports: reports.collect(), sent, lookups }
}

/// A normal order of the kind that `draw` selects.
fn an_order(symbol: &str, draw: u32) -> NewOrder {
    let quantity = format!("0.{}", 1 + draw / 8 % 9);
    let draft = if draw.is_multiple_of(2) { NewOrder::buy(symbol, quantity) } else { NewOrder::sell(symbol, quantity) };
    match draw % 7 {
        1 => draft.market().reduce_only(),
        2 => draft.best_price(BboPriceType::Opponent1),
        3 => draft.limit("85000.5").maker_only(),
        4 => NewOrder::close_long(symbol).market(),
        5 => draft.limit(85_001).time_in_force(TimeInForce::Ioc),
        _ => draft.limit("85000"),
    }
}

fn a_condition(symbol: &str, draw: u32) -> NewConditionOrder {
    match draw % 5 {
        1 => NewOrder::sell(symbol, "0.1").stop("80000").limit("79900"),
        2 => NewOrder::sell(symbol, "0.1").take_profit("90000").reduce_only(),
        3 => NewOrder::buy(symbol, "0.3").trailing_stop("1").activate_at("90000"),
        4 => NewOrder::close_short(symbol).take_profit(70_000).limit(70_010),
        _ => NewOrder::close_long(symbol).stop("80000"),
    }
}

fn a_strategy(symbol: &str, draw: u32) -> NewStrategy {
    match draw % 4 {
        1 => NewStrategy::one_triggers_other(an_order(symbol, draw), a_condition(symbol, draw)),
        2 => NewStrategy::one_cancels_other(a_condition(symbol, draw), an_order(symbol, draw)),
        3 => NewStrategy::one_cancels_other(an_order(symbol, draw), an_order(symbol, draw + 1)),
        _ => {
            let take_profit = NewOrder::sell(symbol, "0.1").take_profit("90000").reduce_only();
            NewStrategy::bracket(an_order(symbol, draw), take_profit, NewOrder::sell(symbol, "0.1").stop("80000").reduce_only())
        }
    }
}

/// A contract that no other write of the test uses.
fn new_symbol() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    format!("C{}USDT", COUNT.fetch_add(1, Ordering::Relaxed))
}

/// Adds `count` open orders to the order book. Returns their ids.
pub(crate) fn open_orders(trading: &Trading, symbol: &str, count: usize) -> Vec<String> {
    let mut ids = Vec::new();
    trading.exchange.change(|book| {
        for number in 0..count {
            let order = json!({
                "symbol": symbol, "type": "LIMIT", "side": "BUY", "price": "85000", "quantity": "0.1",
                "clientOrderId": format!("{symbol}-{number}"),
            });
            let response = book.execute(sixmm_api::operations::PLACE_ORDER.path, &order, crate::support::START - 3_600_000);
            ids.push(text(&response, "orderId").to_owned());
        }
    });
    ids
}

/// Adds an open condition order to the order book. Returns its id.
pub(crate) fn waiting_condition(trading: &Trading, symbol: &str) -> String {
    let mut id = String::new();
    trading.exchange.change(|book| {
        let order = json!({ "symbol": symbol, "side": "SELL", "quantity": "0.1", "stopPrice": "80000", "clientOrderId": symbol });
        let response = book.execute(sixmm_api::operations::PLACE_CONDITION_ORDER.path, &order, crate::support::START - 3_600_000);
        id = text(&response, "conditionId").to_owned();
    });
    id
}

fn placed(id: &str) -> Effect {
    let id = id.to_owned();
    Box::new(move |book| book.orders.iter().chain(&book.conditions).filter(|order| text(order, "clientOrderId") == id).count())
}

fn amended(id: &str) -> Effect {
    let id = id.to_owned();
    let is_amended = move |order: &&Value| text(order, "orderId") == id && order["price"] == "85100" && order["quantity"] == "0.2";
    Box::new(move |book| book.orders.iter().filter(&is_amended).count())
}

fn cancelled(id: &str) -> Effect {
    let id = id.to_owned();
    Box::new(move |book| book.orders.iter().filter(|order| text(order, "orderId") == id && text(order, "status") == "CANCELED").count())
}

fn condition_cancelled(id: &str) -> Effect {
    let id = id.to_owned();
    Box::new(move |book| {
        book.conditions.iter().filter(|order| text(order, "conditionId") == id && text(order, "status") == "CANCELLED").count()
    })
}

fn text<'a>(order: &'a Value, field: &str) -> &'a str {
    order[field].as_str().unwrap_or_default()
}
