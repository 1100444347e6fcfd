//! The ten order writes, each against an exchange that knows what is true.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};
use sixmm_ext::types::{BboPriceType, CancelType, TimeInForce};
use sixmm_ext::{AmendItem, Client, ConditionOrder, Order, Outcome, Strategy};

use crate::support::exchange::{Book, Plan, Trading};

/// What changes something.
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

    /// Whether it is sent again while the order is open.
    pub(crate) fn is_repeated(self) -> bool {
        matches!(self, Self::Cancel | Self::CancelCondition | Self::CancelBatch)
    }

    /// Whether the answer has to bring an id.
    pub(crate) fn needs_data(self) -> bool {
        matches!(self, Self::Place | Self::PlaceCondition | Self::PlaceStrategy)
    }
}

/// What the client said of one order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    Accepted,
    Rejected,
    Unknown,
}

/// One order of a write: what the client said of it, in few and in many words, and how often it took effect.
pub(crate) struct Told {
    pub(crate) said: Said,
    pub(crate) words: String,
    pub(crate) took_effect: usize,
    /// When everything had taken effect that was still on its way.
    pub(crate) in_the_end: usize,
}

/// A write, and what became of it.
pub(crate) struct Done {
    pub(crate) told: Vec<Told>,
    /// How many requests arrived that change something.
    pub(crate) sent: usize,
    /// How many lookups arrived.
    pub(crate) lookups: usize,
}

/// Whether one order of the write took effect, and how often.
type Effect = Box<dyn Fn(&Book) -> usize>;

/// How a write is tried.
#[derive(Clone, Debug)]
pub(crate) struct Try {
    pub(crate) plan: Plan,
    /// Which of many orders; 0 is a limit order, and a bracket around it.
    pub(crate) draw: u32,
    /// How often to ask again for what is unknown.
    pub(crate) asks_again: usize,
}

/// Carries out a write of new orders under a plan.
pub(crate) async fn carry_out(trading: &Trading, client: &Client, write: Write, plan: Try) -> Done {
    let draw = plan.draw;
    let symbol = new_symbol();
    let symbol = symbol.as_str();
    let orders = client.orders();
    match write {
        Write::Place => {
            let place = orders.place(an_order(symbol, draw));
            let effects = vec![placed(place.client_order_id().as_str())];
            judge(trading, symbol, plan, async { vec![place.send().await] }, effects).await
        }
        Write::PlaceCondition => {
            let place = orders.place_condition(a_condition(symbol, draw));
            let effects = vec![placed(place.client_order_id().as_str())];
            judge(trading, symbol, plan, async { vec![place.send().await] }, effects).await
        }
        Write::PlaceStrategy => {
            let place = orders.place_strategy(a_strategy(symbol, draw));
            let effects = vec![placed(place.client_order_ids()[0].as_str())];
            judge(trading, symbol, plan, async { vec![place.send().await] }, effects).await
        }
        Write::PlaceBatch => {
            let place = orders.place_batch([0, 1, 2].map(|more| an_order(symbol, draw + more)));
            let effects = place.client_order_ids().iter().map(|id| placed(id.as_str())).collect();
            judge(trading, symbol, plan, place.send(), effects).await
        }
        Write::Amend => {
            let id = open_orders(trading, symbol, 1).remove(0);
            let amend = orders.amend(symbol, id.as_str()).price("85100").total_quantity("0.2");
            judge(trading, symbol, plan, async { vec![amend.send().await] }, vec![amended(&id)]).await
        }
        Write::AmendBatch => {
            let ids = open_orders(trading, symbol, 3);
            let amend = orders.amend_batch(symbol, ids.iter().map(|id| AmendItem::new(id.as_str()).price("85100").total_quantity("0.2")));
            judge(trading, symbol, plan, amend.send(), ids.iter().map(|id| amended(id)).collect()).await
        }
        Write::Cancel => {
            let id = open_orders(trading, symbol, 1).remove(0);
            let cancel = orders.cancel(symbol, sixmm_ext::types::OrderId::from(&id));
            judge(trading, symbol, plan, async { vec![cancel.send().await] }, vec![cancelled(&id)]).await
        }
        Write::CancelBatch => {
            let ids = open_orders(trading, symbol, 3);
            let cancel = orders.cancel_batch(ids.iter().map(|id| (symbol, id.as_str())));
            judge(trading, symbol, plan, cancel.send(), ids.iter().map(|id| cancelled(id)).collect()).await
        }
        Write::CancelCondition => {
            let id = waiting_condition(trading, symbol);
            let cancel = orders.cancel_condition(symbol, id.as_str());
            judge(trading, symbol, plan, async { vec![cancel.send().await] }, vec![condition_cancelled(&id)]).await
        }
        Write::CancelAll => {
            open_orders(trading, symbol, 3);
            let cancel = orders.cancel_all().symbol(symbol).kind(CancelType::AllNormal);
            let contract = symbol.to_owned();
            let effect: Effect = Box::new(move |book| usize::from(book.open(Some(&contract)).is_empty()));
            judge(trading, symbol, plan, async { vec![cancel.send().await] }, vec![effect]).await
        }
    }
}

async fn judge<T: fmt::Debug>(
    trading: &Trading,
    symbol: &str,
    plan: Try,
    write: impl Future<Output = Vec<Outcome<T>>>,
    effects: Vec<Effect>,
) -> Done {
    trading.exchange.plan(plan.plan);
    let mut outcomes = Vec::new();
    for mut outcome in trading.drive(write).await {
        for _ in 0..plan.asks_again {
            outcome = match outcome {
                Outcome::Unknown(unresolved) => trading.drive(unresolved.ask_again()).await,
                certain => certain,
            };
        }
        outcomes.push(outcome);
    }
    // A cancellation that an earlier write gave up waiting for may arrive now.
    let sent = trading.exchange.writes().iter().filter(|(_, body)| body.contains(symbol)).count();
    let lookups = trading.exchange.questions();
    let book = trading.exchange.book();
    trading.exchange.catch_up();
    let in_the_end = trading.exchange.book();
    assert_eq!(outcomes.len(), effects.len(), "an outcome for each order");
    let told = outcomes.into_iter().zip(effects).map(|(outcome, effect)| Told {
        said: match &outcome {
            Outcome::Accepted(_) => Said::Accepted,
            Outcome::Rejected(_) => Said::Rejected,
            Outcome::Unknown(_) => Said::Unknown,
        },
        words: format!("{outcome:?}"),
        took_effect: effect(&book),
        in_the_end: effect(&in_the_end),
    });
    Done { told: told.collect(), sent, lookups }
}

/// A normal order of one kind or another.
fn an_order(symbol: &str, draw: u32) -> Order {
    let quantity = format!("0.{}", 1 + draw / 8 % 9);
    let draft = if draw.is_multiple_of(2) { Order::buy(symbol, quantity) } else { Order::sell(symbol, quantity) };
    match draw % 7 {
        1 => draft.market().reduce_only(),
        2 => draft.best_price(BboPriceType::Opponent1),
        3 => draft.limit("85000.5").maker_only(),
        4 => Order::close_long(symbol).market(),
        5 => draft.limit(85_001).time_in_force(TimeInForce::Ioc),
        _ => draft.limit("85000"),
    }
}

fn a_condition(symbol: &str, draw: u32) -> ConditionOrder {
    match draw % 5 {
        1 => Order::sell(symbol, "0.1").stop("80000").limit("79900"),
        2 => Order::sell(symbol, "0.1").take_profit("90000").reduce_only(),
        3 => Order::buy(symbol, "0.3").trailing_stop("1").activate_at("90000"),
        4 => Order::close_short(symbol).take_profit(70_000).limit(70_010),
        _ => Order::close_long(symbol).stop("80000"),
    }
}

fn a_strategy(symbol: &str, draw: u32) -> Strategy {
    match draw % 4 {
        1 => Strategy::one_triggers_other(an_order(symbol, draw), a_condition(symbol, draw)),
        2 => Strategy::one_cancels_other(a_condition(symbol, draw), an_order(symbol, draw)),
        3 => Strategy::one_cancels_other(an_order(symbol, draw), an_order(symbol, draw + 1)),
        _ => {
            let take_profit = Order::sell(symbol, "0.1").take_profit("90000").reduce_only();
            Strategy::bracket(an_order(symbol, draw), take_profit, Order::sell(symbol, "0.1").stop("80000").reduce_only())
        }
    }
}

/// A contract that no other write of the test is about.
fn new_symbol() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    format!("C{}USDT", COUNT.fetch_add(1, Ordering::Relaxed))
}

/// So many open orders, by their ids.
pub(crate) fn open_orders(trading: &Trading, symbol: &str, count: usize) -> Vec<String> {
    let mut ids = Vec::new();
    trading.exchange.change(|book| {
        for number in 0..count {
            let order = json!({
                "symbol": symbol, "type": "LIMIT", "side": "BUY", "price": "85000", "quantity": "0.1",
                "clientOrderId": format!("{symbol}-{number}"),
            });
            let answer = book.execute(sixmm_api::operations::PLACE_ORDER.path, &order, crate::support::START - 3_600_000);
            ids.push(text(&answer, "orderId").to_owned());
        }
    });
    ids
}

pub(crate) fn waiting_condition(trading: &Trading, symbol: &str) -> String {
    let mut id = String::new();
    trading.exchange.change(|book| {
        let order = json!({ "symbol": symbol, "side": "SELL", "quantity": "0.1", "stopPrice": "80000", "clientOrderId": symbol });
        let answer = book.execute(sixmm_api::operations::PLACE_CONDITION_ORDER.path, &order, crate::support::START - 3_600_000);
        id = text(&answer, "conditionId").to_owned();
    });
    id
}

fn placed(id: &str) -> Effect {
    let id = id.to_owned();
    Box::new(move |book| book.orders.iter().chain(&book.conditions).filter(|order| text(order, "clientOrderId") == id).count())
}

fn amended(id: &str) -> Effect {
    let id = id.to_owned();
    let is_it = move |order: &&Value| text(order, "orderId") == id && order["price"] == "85100" && order["quantity"] == "0.2";
    Box::new(move |book| book.orders.iter().filter(&is_it).count())
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
