//! A stateful exchange for order writes: it records every write that arrives, does with it what it is told to, and knows what is true.
//!
//! | file | holds |
//! | --- | --- |
//! | `plan` | what it is told to do |
//! | `book` | the orders, and what the writes make of them |
//! | `trading` | a client of it |

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

/// The exchange. Clones are the same one.
#[derive(Clone)]
pub struct Exchange {
    time: ManualTime,
    state: Arc<Mutex<State>>,
}

struct State {
    plan: Plan,
    /// What is true.
    book: Book,
    /// What was true when the plan was made.
    before: Book,
    /// The writes that arrived since then, and their bodies as they came.
    writes: Vec<(String, String)>,
    /// How many questions were answered since then.
    questions: usize,
    /// What takes effect after so many questions.
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

    /// From now on. What is still to take effect does so first.
    pub fn plan(&self, plan: Plan) {
        self.catch_up();
        let mut state = self.state();
        state.before = state.book.clone();
        state.plan = plan;
        state.writes.clear();
        state.questions = 0;
    }

    /// What is still to take effect does so.
    pub fn catch_up(&self) {
        self.state().take_effect(usize::MAX, self.now());
    }

    /// What is true.
    pub fn book(&self) -> Book {
        self.state().book.clone()
    }

    /// Makes something else true, for what comes and what was.
    pub fn change(&self, change: impl FnOnce(&mut Book)) {
        let mut state = self.state();
        change(&mut state.book);
        state.before = state.book.clone();
    }

    /// The writes that arrived since the plan was made, and their bodies as they came.
    pub fn writes(&self) -> Vec<(String, String)> {
        self.state().writes.clone()
    }

    /// How many questions were answered since the plan was made.
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
            Effect::Now => state.book.carry_out(&seen.path, &body, now),
            Effect::After(questions) => {
                state.late.push((questions, seen.path.clone(), body));
                Value::Null
            }
            Effect::None => Value::Null,
        };
        if reply == Reply::Silence {
            // Nobody answers any more: whoever waits for it may give up at once.
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
            self.book.carry_out(&path, &body, now);
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
        path => panic!("{path} is no question about orders"),
    }
}

/// The rules of the only contract that has some.
fn contract() -> Value {
    json!({
        "symbol": "BTCUSDT", "baseAsset": "BTC", "quoteAsset": "USDT", "tickSize": "0.1", "stepSize": "0.001", "minQuantity": "0.002",
        "minNotional": "5", "maxLimitOrderQty": "100", "maxMarketOrderQty": "10", "maxOpenOrders": 200, "pricePrecision": 1,
        "defaultLeverage": 20, "defaultMarginMode": 1, "leverageTiers": [],
    })
}

/// That one, or the last one.
fn nth<T>(of: &[T], index: usize) -> &T {
    of.get(index).or(of.last()).expect("a plan")
}
