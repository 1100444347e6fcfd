//! The exchange and the account of the tests.

mod model;
mod queries;
mod rounds;
mod rules;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use venue_core::{ExactDecimal, UnixMillis};

use super::*;

/// A simple exchange.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Simple;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Order {
    id: String,
    is_final: bool,
    filled: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Fill {
    id: String,
    order: String,
    quantity: i64,
    time: i64,
}

impl AccountTypes for Simple {
    type Order = Order;
    type Fill = Fill;
    type Position = String;
    type Balance = i64;

    fn order(order: &Order) -> Option<OrderFacts> {
        (!order.id.is_empty()).then(|| OrderFacts {
            id: order.id.clone(),
            symbol: Some("X".to_owned()),
            lifecycle: if order.is_final { Lifecycle::Final } else { Lifecycle::Open },
            filled: Some(ExactDecimal(order.filled.into())),
            updated_at: None,
        })
    }

    fn fill(fill: &Fill) -> Option<FillFacts> {
        (!fill.id.is_empty()).then(|| FillFacts {
            key: fill.id.clone(),
            trade_id: fill.id.clone(),
            order_id: fill.order.clone(),
            symbol: "X".to_owned(),
            quantity: ExactDecimal(fill.quantity.into()),
            time: UnixMillis::new(fill.time),
        })
    }

    /// A position is its key, perhaps with a quantity after a space.
    fn position_key(position: &String) -> String {
        position.split(' ').next().unwrap_or_default().to_owned()
    }
}

fn order(id: &str, is_final: bool, filled: i64) -> Order {
    Order { id: id.to_owned(), is_final, filled }
}

fn fill(id: &str, order: &str, quantity: i64) -> Fill {
    Fill { id: id.to_owned(), order: order.to_owned(), quantity, time: 1_000_000 }
}

fn notice(id: &str, lifecycle: Lifecycle, filled: i64) -> Input<Simple> {
    Input::Notice(Notice::Order(OrderNotice {
        order_id: Some(id.to_owned()),
        symbol: Some("X".to_owned()),
        lifecycle: Some(lifecycle),
        filled: Some(ExactDecimal(filled.into())),
        ..OrderNotice::default()
    }))
}

/// What REST returns, and the state machine.
struct Account {
    machine: UserStateMachine<Simple>,
    now: Duration,
    open: Vec<Order>,
    orders: Vec<Order>,
    fills: Vec<Fill>,
    positions: Vec<String>,
    /// The failure of all requests.
    failure: Option<ReadFailure>,
    /// The orders whose single requests fail.
    failing: Vec<&'static str>,
    events: Vec<AccountEvent<Simple>>,
    reads: Vec<Read>,
}

impl Account {
    fn new() -> Self {
        Self {
            machine: UserStateMachine::new(UserStateSettings::new(UnixMillis::new(0))),
            now: Duration::ZERO,
            open: Vec::new(),
            orders: Vec::new(),
            fills: Vec::new(),
            positions: Vec::new(),
            failure: None,
            failing: Vec::new(),
            events: Vec::new(),
            reads: Vec::new(),
        }
    }

    /// An account that was reconciled.
    fn reconciled() -> Self {
        let mut account = Self::new();
        account.step(Input::Subscribed);
        // The second reading is after 5 seconds.
        account.run(Duration::from_secs(10));
        account.clear();
        account
    }

    fn clear(&mut self) {
        (self.events, self.reads) = (Vec::new(), Vec::new());
    }

    /// Passes an input, and the responses to all requests at once.
    fn step(&mut self, input: Input<Simple>) {
        let mut inputs = std::collections::VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            let now = Moment { monotonic: self.now, exchange: UnixMillis::new(self.exchange_time()) };
            for output in self.machine.step(now, input) {
                match output {
                    Output::Event(event) => self.events.push(event),
                    Output::Read(id, read) => {
                        self.reads.push(read.clone());
                        inputs.push_back(Input::Read(id, self.response(&read)));
                    }
                }
            }
        }
    }

    /// The time of the exchange, which is later than the fills.
    fn exchange_time(&self) -> i64 {
        2_000_000 + i64::try_from(self.now.as_millis()).expect("small")
    }

    fn response(&self, read: &Read) -> ReadResult<Simple> {
        let rows = match read {
            Read::OpenOrders => Rows::Orders(self.open.clone()),
            Read::Order { id, .. } => Rows::Orders(self.orders.iter().filter(|order| order.id == *id).cloned().collect()),
            Read::Fills { .. } => Rows::Fills(self.fills.clone()),
            Read::FillsOfOrder { id, .. } => Rows::Fills(self.fills.iter().filter(|fill| fill.order == *id).cloned().collect()),
            Read::Positions => Rows::Positions(self.positions.clone()),
            Read::Balance => Rows::Balance(Some(7)),
        };
        let is_missing = matches!((read, &rows), (Read::Order { .. }, Rows::Orders(orders)) if orders.is_empty());
        let is_failing = matches!(read, Read::Order { id, .. } | Read::FillsOfOrder { id, .. } if self.failing.contains(&id.as_str()));
        if is_failing {
            let rows = if read.part() == Part::Fills { Rows::Fills(Vec::new()) } else { Rows::Orders(Vec::new()) };
            return ReadResult { rows, failure: Some(ReadFailure::Incomplete("status 500".to_owned())) };
        }
        ReadResult { rows, failure: self.failure.clone().or(is_missing.then_some(ReadFailure::NotFound)) }
    }

    /// Lets time pass.
    fn run(&mut self, duration: Duration) {
        let end = self.now + duration;
        while self.machine.next_wakeup() <= end {
            self.now = self.now.max(self.machine.next_wakeup());
            self.step(Input::Wakeup);
        }
        self.now = end;
    }

    fn fills(&self) -> Vec<&str> {
        let fill = |event| match event {
            &AccountEvent::Fill(Fill { ref id, .. }) => Some(id.as_str()),
            _ => None,
        };
        self.events.iter().filter_map(fill).collect()
    }

    fn order(&self, id: &str) -> &TrackedOrder<Simple> {
        self.machine.state().order(id).expect("an order")
    }

    fn trust(&self, part: Part) -> Trust {
        self.machine.state().part(part).trust
    }

    /// The queries of single orders: part and id.
    fn queries(&self) -> Vec<(Part, &str)> {
        let query = |read: &'_ Read| matches!(read, Read::Order { .. } | Read::FillsOfOrder { .. });
        let id = |read| match read {
            &Read::Order { ref id, .. } | &Read::FillsOfOrder { ref id, .. } => id.as_str(),
            _ => "",
        };
        self.reads.iter().filter(|read| query(read)).map(|read| (read.part(), id(read))).collect()
    }

    /// The reasons of the events `Incomplete`.
    fn incomplete(&self) -> Vec<(Part, &str)> {
        let reason = |event| match event {
            &AccountEvent::Incomplete { part, ref reason, .. } => Some((part, reason.as_str())),
            _ => None,
        };
        self.events.iter().filter_map(reason).collect()
    }

    /// The corrections of each `Reconciled`.
    fn reconciled_with(&self) -> Vec<&[Correction]> {
        let events = self.events.iter();
        events
            .filter_map(|event| match event {
                AccountEvent::Reconciled { corrections } => Some(corrections.as_slice()),
                _ => None,
            })
            .collect()
    }
}
