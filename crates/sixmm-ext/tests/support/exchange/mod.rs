//! A scripted exchange with state for order writes. It records every write, executes it or not according to a plan, and knows the true
//! state of all orders.
//!
//! | file | contents |
//! | --- | --- |
//! | `plan` | the effects and responses of the next writes, and the responses to lookups |
//! | `book` | the orders, and the execution of writes |
//! | `trading` | a client of the exchange |

mod book;
mod plan;
mod trading;

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use serde_json::{Value, json};
use sixmm_api::operations::{CONDITION_ORDER_HISTORY, CURRENT_CONDITION_ORDERS, CURRENT_ORDERS, ORDER as ORDER_QUERY, SYMBOLS};
use venue_core::{ManualTime, TimeSource as _};

use super::{Answer, Seen};

pub use book::Book;
pub use plan::{Effect, Look, Plan, Reply};
pub use trading::{Paused, Trading, run};

/// The exchange. Clones share their state.
#[derive(Clone)]
pub struct Exchange {
    time: ManualTime,
    state: Arc<Mutex<State>>,
}

struct State {
    plan: Plan,
    /// The true state of the orders.
    book: Book,
    /// The state of the orders when the plan was made.
    before: Book,
    /// The paths and bodies of all writes since the plan was made.
    writes: Vec<(String, String)>,
    /// The number of lookups since the plan was made.
    questions: usize,
    /// The writes that take effect after a number of lookups.
    late: Vec<(usize, String, Value)>,
}

impl Exchange {
    pub fn new(time: ManualTime) -> Self {
        let state = State {
            plan: Plan::well(),
            book: Book::default(),
            before: Book::default(),
            writes: Vec::new(),
            questions: 0,
            late: Vec::new(),
        };
        Self { time, state: Arc::new(Mutex::new(state)) }
    }

    /// Sets the plan of the next writes. Writes with a delayed effect are executed first.
    pub fn plan(&self, plan: Plan) {
        self.catch_up();
        let mut state = self.state();
        state.before = state.book.clone();
        state.plan = plan;
        state.writes.clear();
        state.questions = 0;
    }

    /// Executes all writes with a delayed effect.
    pub fn catch_up(&self) {
        self.state().take_effect(usize::MAX, self.now());
    }

    /// The true state of the orders.
    pub fn book(&self) -> Book {
        self.state().book.clone()
    }

    /// Changes the state of the orders, also the state that stale responses show.
    pub fn change(&self, change: impl FnOnce(&mut Book)) {
        let mut state = self.state();
        change(&mut state.book);
        state.before = state.book.clone();
    }

    /// The paths and bodies of all writes since the plan was made.
    pub fn writes(&self) -> Vec<(String, String)> {
        self.state().writes.clone()
    }

    /// The number of lookups since the plan was made.
    pub fn questions(&self) -> usize {
        self.state().questions
    }

    /// Answers a request.
    pub fn answer(&self, seen: &Seen) -> Answer {
        if seen.method == "GET" { self.question(seen) } else { self.write(seen) }
    }

    fn write(&self, seen: &Seen) -> Answer {
        let now = self.now();
        let mut state = self.state();
        let body: Value = serde_json::from_slice(&seen.body).expect("JSON");
        let (effect, reply) = *nth(&state.plan.writes, state.writes.len());
        state.writes.push((seen.path.clone(), String::from_utf8(seen.body.clone()).expect("text")));
        let data = match effect {
            Effect::Now => state.book.execute(&seen.path, &body, now),
            Effect::After(questions) => {
                state.late.push((questions, seen.path.clone(), body));
                Value::Null
            }
            Effect::None => Value::Null,
        };
        if reply == Reply::Silence {
            // The response never comes, so that the timeout of the client may pass immediately.
            tokio::spawn(tokio::time::advance(Duration::from_secs(60)));
        }
        reply.answer(&data)
    }

    fn question(&self, seen: &Seen) -> Answer {
        let mut state = self.state();
        let look = *nth(&state.plan.looks, state.questions);
        state.questions += 1;
        let questions = state.questions;
        let answer = match look {
            Look::Truth => tell(&state.book, seen),
            Look::Stale => tell(&state.before, seen),
            Look::Html => Answer::of_type(502, "text/html", "<html>a gateway</html>"),
            Look::Closed => Answer::closed(),
            Look::Strange => Answer::ok(&json!({ "rows": 7 })),
            Look::Refusal(code) => Answer::refusal(code, "said the test"),
        };
        state.take_effect(questions, self.now());
        answer
    }

    fn now(&self) -> i64 {
        self.time.wall().as_millis()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic")
    }
}

impl State {
    fn take_effect(&mut self, questions: usize, now: i64) {
        let (due, later) = std::mem::take(&mut self.late).into_iter().partition(|(after, ..)| *after <= questions);
        self.late = later;
        for (_, path, body) in due {
            self.book.execute(&path, &body, now);
        }
    }
}

fn tell(book: &Book, seen: &Seen) -> Answer {
    let symbol = seen.parameter("symbol");
    let is_first_page = seen.parameter("page").is_none_or(|page| page == "1");
    match &*seen.path {
        path if path == ORDER_QUERY.path => book.order(seen).map_or_else(|| Answer::refusal(3003, "Order not found"), Answer::ok),
        path if path == CURRENT_ORDERS.path => Answer::ok(&json!({ "list": book.open(symbol) })),
        path if path == CURRENT_CONDITION_ORDERS.path => Answer::ok(&json!({ "list": book.conditions_that(true, symbol) })),
        path if path == CONDITION_ORDER_HISTORY.path => {
            let since = seen.parameter("startTime").map_or(0, |time| time.parse().expect("milliseconds"));
            let mut list = if is_first_page { book.conditions_that(false, symbol) } else { Vec::new() };
            list.retain(|order| order["createdAt"].as_i64() >= Some(since));
            Answer::ok(&json!({ "list": list }))
        }
        path if path == SYMBOLS.path => Answer::ok(&json!({ "list": [contract()] })),
        path => panic!("{path} is not a lookup of orders"),
    }
}

/// The trading rules of the only contract with rules.
fn contract() -> Value {
    json!({
        "symbol": "BTCUSDT", "baseAsset": "BTC", "quoteAsset": "USDT", "tickSize": "0.1", "stepSize": "0.001", "minQuantity": "0.002",
        "minNotional": "5", "maxLimitOrderQty": "100", "maxMarketOrderQty": "10", "maxOpenOrders": 200, "pricePrecision": 1,
        "defaultLeverage": 20, "defaultMarginMode": 1, "leverageTiers": [],
    })
}

/// The element at this index, or the last element.
fn nth<T>(of: &[T], index: usize) -> &T {
    of.get(index).or(of.last()).expect("a plan")
}
