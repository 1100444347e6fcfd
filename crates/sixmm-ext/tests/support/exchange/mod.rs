//! A scripted exchange with state for order writes. The exchange records every write, and its plan decides whether a write is executed. A
//! test can compare the outcomes that the client reports with the true state of the orders.
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

use super::{MockResponse, RecordedRequest};

pub use book::Book;
pub use plan::{Effect, LookupReply, Plan, Reply};
pub use trading::{PausedRuntime, Trading, run};

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
    lookup_count: usize,
    /// The writes that take effect after a number of lookups, each with this number.
    late: Vec<(usize, String, Value)>,
}

impl Exchange {
    pub fn new(time: ManualTime) -> Self {
        let state = State {
            plan: Plan::normal(),
            book: Book::default(),
            before: Book::default(),
            writes: Vec::new(),
            lookup_count: 0,
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
        state.lookup_count = 0;
    }

    /// Executes all writes with a delayed effect.
    pub fn catch_up(&self) {
        self.state().take_effect(usize::MAX, self.now());
    }

    /// The true state of the orders.
    pub fn book(&self) -> Book {
        self.state().book.clone()
    }

    /// Changes the state of the orders, and the state that stale responses report.
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
    pub fn lookup_count(&self) -> usize {
        self.state().lookup_count
    }

    /// Returns the response to a request.
    pub fn respond(&self, request: &RecordedRequest) -> MockResponse {
        if request.method == "GET" { self.look_up(request) } else { self.write(request) }
    }

    fn write(&self, request: &RecordedRequest) -> MockResponse {
        let now = self.now();
        let mut state = self.state();
        let body: Value = serde_json::from_slice(&request.body).expect("JSON");
        let (effect, reply) = *nth(&state.plan.writes, state.writes.len());
        state.writes.push((request.path.clone(), String::from_utf8(request.body.clone()).expect("text")));
        let data = match effect {
            Effect::Now => state.book.execute(&request.path, &body, now),
            Effect::After(lookups) => {
                state.late.push((lookups, request.path.clone(), body));
                Value::Null
            }
            Effect::None => Value::Null,
        };
        if reply == Reply::Silence {
            // The response never arrives, so the timeout of the client may pass immediately.
            tokio::spawn(tokio::time::advance(Duration::from_secs(60)));
        }
        reply.response(&data)
    }

    fn look_up(&self, request: &RecordedRequest) -> MockResponse {
        let mut state = self.state();
        let reply = *nth(&state.plan.lookups, state.lookup_count);
        state.lookup_count += 1;
        let lookups = state.lookup_count;
        let response = match reply {
            LookupReply::Current => lookup_response(&state.book, request),
            LookupReply::Stale => lookup_response(&state.before, request),
            LookupReply::Html => MockResponse::of_type(502, "text/html", "<html>a gateway</html>"),
            LookupReply::Closed => MockResponse::closed(),
            LookupReply::UnexpectedData => MockResponse::ok(&json!({ "rows": 7 })),
            LookupReply::Rejection(code) => MockResponse::refusal(code, "rejected by the test"),
        };
        state.take_effect(lookups, self.now());
        response
    }

    fn now(&self) -> i64 {
        self.time.wall().as_millis()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic")
    }
}

impl State {
    /// Executes the writes that take effect after at most this number of lookups.
    fn take_effect(&mut self, lookups: usize, now: i64) {
        let (due, later) = std::mem::take(&mut self.late).into_iter().partition(|(after, ..)| *after <= lookups);
        self.late = later;
        for (_, path, body) in due {
            self.book.execute(&path, &body, now);
        }
    }
}

/// The response to a lookup of orders in this state.
fn lookup_response(book: &Book, request: &RecordedRequest) -> MockResponse {
    let symbol = request.parameter("symbol");
    let is_first_page = request.parameter("page").is_none_or(|page| page == "1");
    match &*request.path {
        path if path == ORDER_QUERY.path => {
            book.order(request).map_or_else(|| MockResponse::refusal(3003, "Order not found"), MockResponse::ok)
        }
        path if path == CURRENT_ORDERS.path => MockResponse::ok(&json!({ "list": book.open(symbol) })),
        path if path == CURRENT_CONDITION_ORDERS.path => MockResponse::ok(&json!({ "list": book.condition_orders(true, symbol) })),
        path if path == CONDITION_ORDER_HISTORY.path => {
            let since = request.parameter("startTime").map_or(0, |time| time.parse().expect("milliseconds"));
            let mut list = if is_first_page { book.condition_orders(false, symbol) } else { Vec::new() };
            list.retain(|order| order["createdAt"].as_i64() >= Some(since));
            MockResponse::ok(&json!({ "list": list }))
        }
        path if path == SYMBOLS.path => MockResponse::ok(&json!({ "list": [contract()] })),
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
