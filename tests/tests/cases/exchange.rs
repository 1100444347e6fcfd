//! The script: which answer follows which request, and what the orders are meanwhile.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::json;
use tokio::time::Instant;

use crate::answer::{Answer, How, Http, Written};
use crate::book::{Book, is_lookup, success};
use crate::expectation::Route;
use crate::model::Ready;
use crate::request::Request;

/// The documentation's own timestamp, at which every case begins.
pub(crate) const START: i64 = 1_772_710_377_808;

/// The scripted exchange. Clones are the same one.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    born: Instant,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    step: Option<Ready>,
    step_began: Instant,
    book: Book,
    has_effect: bool,
    /// The effect that comes after so many lookups.
    late: Option<(usize, Book)>,
    lookups: usize,
    writes: usize,
    reads: usize,
    others: BTreeMap<String, usize>,
    tokens: usize,
    requests: Vec<Request>,
    mistakes: Vec<String>,
}

/// What the server does with a connection.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    Bytes { http: Http, body: Vec<u8> },
    Close,
    Hang,
}

impl Exchange {
    pub(crate) fn new() -> Self {
        let now = Instant::now();
        let state = State {
            step: None,
            step_began: now,
            book: Book::default(),
            has_effect: false,
            late: None,
            lookups: 0,
            writes: 0,
            reads: 0,
            others: BTreeMap::new(),
            tokens: 0,
            requests: Vec::new(),
            mistakes: Vec::new(),
        };
        Self { born: now, state: Arc::new(Mutex::new(state)) }
    }

    /// From now on this step is the script. A step that scripts no orders of its own goes on with those that there are.
    pub(crate) fn begin(&self, step: &Ready, is_first: bool) {
        let mut state = self.state();
        if is_first || !step.step.writes.is_empty() {
            state.book = step.step.before.clone().unwrap_or_default();
            state.has_effect = false;
            state.late = None;
        }
        state.step = Some(step.clone());
        state.step_began = Instant::now();
        (state.lookups, state.writes, state.reads) = (0, 0, 0);
        state.others.clear();
        state.requests.clear();
    }

    /// The requests of the step, and what the case file gets wrong.
    pub(crate) fn requests(&self) -> (Vec<Request>, Vec<String>) {
        let state = self.state();
        (state.requests.clone(), state.mistakes.clone())
    }

    /// The exchange's own time.
    fn now(&self) -> i64 {
        START + i64::try_from(self.born.elapsed().as_millis()).unwrap_or(i64::MAX)
    }

    /// What a request is answered, and after how long.
    pub(crate) fn answer(&self, mut request: Request) -> (std::time::Duration, Reply) {
        let mut state = self.state();
        request.at = state.step_began.elapsed();
        let role = state.role(&request);
        let answer = state.scripted(&role, &request);
        state.requests.push(request.clone());
        if role == Role::Write {
            state.take_effect(&answer, &request);
        }
        let before = state.step.as_ref().and_then(|step| step.step.before.clone()).unwrap_or_default();
        let usual = |state: &mut State| match role {
            Role::Lookup => state.book.answer(&request),
            Role::Write | Role::Read if state.has_success() => state.success(&request),
            _ => state.usual(&request, self.now()),
        };
        let reply = match answer.how {
            How::Usual => {
                let headers = request.cookie_of_a_session(state.tokens + 1).into_iter().collect();
                Reply::Bytes { body: usual(&mut state).into_bytes(), http: Http { status: 200, headers, ..Http::default() } }
            }
            How::Before => Reply::Bytes { body: before.answer(&request).into_bytes(), http: Http { status: 200, ..Http::default() } },
            How::Http(http) => {
                let body = http.body.clone().unwrap_or_else(|| usual(&mut state).into_bytes());
                Reply::Bytes { body: fill(&request, body), http }
            }
            How::Close => Reply::Close,
            How::Hang => Reply::Hang,
        };
        if role == Role::Lookup {
            state.lookups += 1;
            if state.late.as_ref().is_some_and(|(lookups, _)| *lookups <= state.lookups) {
                let (_, book) = state.late.take().unwrap_or_default();
                (state.book, state.has_effect) = (book, true);
            }
        }
        (answer.delay, reply)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no case panics while it holds the lock")
    }
}

/// What a request is to the step.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Role {
    Write,
    Lookup,
    Read,
    /// A route that the case scripts by itself, or one that every exchange has.
    Other(Option<String>),
}

impl State {
    fn role(&self, request: &Request) -> Role {
        let Some(step) = &self.step else { return Role::Other(None) };
        // The route with the most parameters comes first.
        let scripted = step.step.on.keys().filter(|route| Route::parse(route).is(step, request));
        if let Some(route) = scripted.max_by_key(|route| route.len()) {
            return Role::Other(Some(route.clone()));
        }
        match () {
            () if step.is_write(request) => Role::Write,
            () if step.is_own(request) => Role::Read,
            () if is_lookup(request) => Role::Lookup,
            () => Role::Other(None),
        }
    }

    fn scripted(&mut self, role: &Role, request: &Request) -> Answer {
        let Some(step) = &self.step else { return Answer::default() };
        let (answers, index): (&[Written], _) = match role {
            Role::Write => (&step.step.writes, &mut self.writes),
            Role::Lookup => (&step.step.lookups, &mut self.lookups.clone()),
            Role::Read => (&step.step.answers, &mut self.reads),
            Role::Other(Some(route)) => (&step.step.on[route], self.others.entry(route.clone()).or_default()),
            Role::Other(None) => (&[], &mut 0),
        };
        let written = answers.get(*index).or(answers.last());
        *index += 1;
        let mut answer = match written.map_or_else(|| Ok(Answer::default()), |written| written.answer(&step.standard)) {
            Ok(answer) => answer,
            Err(mistake) => {
                self.mistakes.push(mistake);
                Answer::default()
            }
        };
        // A write without a scripted answer is executed.
        answer.effect |= *role == Role::Write && written.is_none();
        if let (How::Http(http), Role::Write | Role::Read | Role::Other(_)) = (&mut answer.how, role) {
            http.headers.iter_mut().for_each(|header| *header = request.fill(header));
        }
        answer
    }

    fn take_effect(&mut self, answer: &Answer, request: &Request) {
        let after = self.step.as_ref().and_then(|step| step.step.after.clone()).unwrap_or_default().filled(request);
        if let Some(lookups) = answer.late {
            self.late = Some((lookups, after));
        } else if answer.effect {
            (self.book, self.has_effect) = (after, true);
        }
    }

    fn has_success(&self) -> bool {
        self.step.as_ref().is_some_and(|step| !step.standard.success.is_empty())
    }

    fn success(&self, request: &Request) -> String {
        let data = self.step.as_ref().map_or("null", |step| &step.standard.success);
        format!(r#"{{"code":0,"message":"success","data":{},"requestId":"r"}}"#, request.fill(data))
    }

    /// What every exchange has: a clock and sessions.
    fn usual(&mut self, request: &Request, now: i64) -> String {
        match request.path.as_str() {
            "/v1/time" => success(&json!({ "timestamp": now / 1000, "timestampMs": now, "iso": "", "timezone": "UTC" })),
            "/v1/public/user/login" | "/v1/public/user/refresh-token" => {
                self.tokens += 1;
                let token = format!("token-{}", self.tokens);
                success(&json!({ "accessToken": token, "accessExpire": now / 1000 + 3600 }))
            }
            "/v1/public/market/symbols" => success(&json!({ "list": [{
                "symbol": "BTCUSDT", "baseAsset": "BTC", "quoteAsset": "USDT", "tickSize": "0.1", "stepSize": "0.001",
                "minQuantity": "0.002", "minNotional": "5", "maxLimitOrderQty": "100", "maxMarketOrderQty": "10", "maxOpenOrders": 200,
                "pricePrecision": 1, "defaultLeverage": 20, "defaultMarginMode": 1, "leverageTiers": [],
            }] })),
            "/v1/public/market/klines" => success(&json!({ "list": candles(request) })),
            path => {
                self.mistakes.push(format!("nothing is scripted for {} {path}", request.method));
                success(&json!(null))
            }
        }
    }
}

/// The body with the request's parameters in it, if it is text.
fn fill(request: &Request, body: Vec<u8>) -> Vec<u8> {
    String::from_utf8(body).map_or_else(|error| error.into_bytes(), |text| request.fill(&text).into_bytes())
}

/// A contract whose candlesticks begin a day before the case.
fn candles(request: &Request) -> Vec<serde_json::Value> {
    let number = |name: &str| request.parameter(name).and_then(|number| number.parse::<i64>().ok());
    let length = match request.parameter("interval") {
        Some("1h") => 3_600_000,
        Some("1d") => 86_400_000,
        _ => 60_000,
    };
    let (from, to) = (number("startTime").unwrap_or_default(), number("endTime").unwrap_or(i64::MAX));
    let first = (START - 86_400_000) / length;
    let times = (first..=START / length).map(|candle| candle * length).filter(|time| (from..=to).contains(time));
    let limit = number("limit").and_then(|limit| usize::try_from(limit).ok()).unwrap_or(500);
    times
        .take(limit)
        .map(|time| {
            json!({ "openTime": time, "open": "1", "high": "1", "low": "1", "close": "1", "volume": "1", "closeTime": time + length - 1 })
        })
        .collect()
}
