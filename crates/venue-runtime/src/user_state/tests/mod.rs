mod model;
mod queries;
mod rounds;

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

    /// Passes an input, and answers all requests at once.
    fn step(&mut self, input: Input<Simple>) {
        let mut inputs = std::collections::VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            let now = Moment { monotonic: self.now, exchange: UnixMillis::new(self.exchange_time()) };
            for output in self.machine.step(now, input) {
                match output {
                    Output::Event(event) => self.events.push(event),
                    Output::Read(id, read) => {
                        self.reads.push(read.clone());
                        inputs.push_back(Input::Read(id, self.answer(&read)));
                    }
                }
            }
        }
    }

    /// The time of the exchange, which is later than the fills.
    fn exchange_time(&self) -> i64 {
        2_000_000 + i64::try_from(self.now.as_millis()).expect("small")
    }

    fn answer(&self, read: &Read) -> ReadResult<Simple> {
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
            &AccountEvent::Incomplete { part, ref reason } => Some((part, reason.as_str())),
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

#[test]
fn a_message_is_provisional_until_a_row_shows_it() {
    let mut account = Account::reconciled();
    account.orders = vec![order("1", false, 0)];
    account.step(notice("1", Lifecycle::Open, 2));
    assert_eq!((account.order("1").is_confirmed(), account.machine.state().part(Part::Orders).trust), (false, Trust::Provisional));
    account.orders = vec![order("1", false, 2)];
    account.fills = vec![fill("a", "1", 2)];
    account.run(Duration::from_secs(3));
    assert_eq!((account.order("1").is_confirmed(), account.machine.state().part(Part::Orders).trust), (true, Trust::Confirmed));
    assert_eq!(account.fills(), ["a"]);
}

#[test]
fn only_a_query_ends_an_order_and_nothing_opens_it_again() {
    let mut account = Account::reconciled();
    (account.open, account.orders) = (vec![order("1", false, 0)], vec![order("1", false, 0)]);
    account.step(Input::Subscribed);
    account.run(Duration::from_secs(2));
    // The absence in the list and "not found" prove nothing.
    (account.open, account.orders) = (vec![], vec![]);
    account.step(Input::Subscribed);
    account.run(Duration::from_secs(60));
    assert_eq!(account.order("1").confirmed_lifecycle(), Lifecycle::Open);
    // A final row in a list causes a query.
    account.open = vec![order("1", true, 0)];
    account.run(Duration::from_secs(60));
    assert_eq!(account.order("1").confirmed_lifecycle(), Lifecycle::Open);
    account.orders = vec![order("1", true, 0)];
    account.run(Duration::from_secs(60));
    assert_eq!(account.order("1").confirmed_lifecycle(), Lifecycle::Final);
    account.clear();
    (account.open, account.orders) = (vec![order("1", false, 0)], vec![order("1", false, 0)]);
    account.step(notice("1", Lifecycle::Open, 0));
    account.step(Input::Subscribed);
    account.run(Duration::from_secs(60));
    assert_eq!(account.order("1").lifecycle(), Lifecycle::Final);
    assert!(!account.events.iter().any(|event| matches!(event, AccountEvent::OrderUpdate(_))));
}

#[test]
fn a_false_message_is_discarded_after_six_contradicting_rows() {
    let mut account = Account::reconciled();
    account.orders = vec![order("1", false, 0)];
    account.step(notice("1", Lifecycle::Final, 5));
    account.run(Duration::from_secs(24));
    let queries = account.reads.iter().filter(|read| matches!(read, Read::Order { .. })).count();
    assert_eq!((queries, account.order("1").lifecycle()), (6, Lifecycle::Open));
    account.run(Duration::from_secs(4));
    let is_corrected = |event: &AccountEvent<Simple>| matches!(event, AccountEvent::Reconciled { corrections } if corrections.contains(&Correction::NoticeDiscarded("1".to_owned())));
    assert!(account.events.iter().any(is_corrected), "{:?}", account.events);
}

#[test]
fn the_fills_of_a_response_are_reported_oldest_first() {
    let mut account = Account::reconciled();
    let at = |id, time| Fill { time, ..fill(id, "1", 1) };
    account.fills = vec![at("c", 1_000_003), at("b", 1_000_002), at("a", 1_000_001)];
    account.orders = vec![order("1", true, 3)];
    account.step(Input::Subscribed);
    assert_eq!(account.fills(), ["a", "b", "c"]);
}

#[test]
fn a_fill_counts_once_and_a_missing_fill_is_searched_by_its_order() {
    let mut account = Account::reconciled();
    account.fills = vec![fill("a", "1", 2), fill("a", "1", 2)];
    account.orders = vec![order("1", false, 2)];
    account.step(Input::Subscribed);
    account.run(Duration::from_secs(70));
    assert_eq!((account.fills(), account.machine.state().fill_count()), (vec!["a"], 1));
    account.orders = vec![order("1", false, 5)];
    account.step(notice("1", Lifecycle::Open, 5));
    account.run(Duration::from_secs(5));
    assert!(account.reads.iter().any(|read| matches!(read, Read::FillsOfOrder { id, .. } if id == "1")));
    assert_eq!(account.machine.state().part(Part::Fills).trust, Trust::Provisional);
    account.fills.push(fill("b", "1", 3));
    account.run(Duration::from_secs(40));
    assert_eq!(account.fills(), ["a", "b"]);
    assert!(account.machine.state().is_confirmed());
}

#[test]
fn an_incomplete_response_removes_nothing_and_is_read_again() {
    let mut account = Account::reconciled();
    account.positions = vec!["X".to_owned()];
    account.step(Input::Subscribed);
    account.run(Duration::from_secs(2));
    account.clear();
    account.fills = vec![fill("a", "1", 2)];
    (account.positions, account.failure) = (vec![], Some(ReadFailure::Incomplete("a row is missing".to_owned())));
    account.step(Input::Subscribed);
    account.run(Duration::from_secs(20));
    assert_eq!(account.machine.state().positions().count(), 1);
    // The pauses double, so four parts need few requests: 0, 1, 3, 7 and 15 seconds.
    assert_eq!(account.reads.iter().filter(|read| !matches!(read, Read::Order { .. })).count(), 4 * 5);
    // A fill of an incomplete list is counted, but the next reading does not begin with it.
    let since = |account: &Account| {
        account.reads.iter().filter_map(|read| if let Read::Fills { since } = read { Some(since.as_millis()) } else { None }).max()
    };
    assert_eq!((account.fills(), since(&account)), (vec!["a"], Some(0)));
    assert!(!account.events.iter().any(|event| matches!(event, AccountEvent::Reconciled { .. })));
    account.failure = None;
    account.orders = vec![order("1", true, 2)];
    account.run(Duration::from_secs(70));
    assert!(account.events.contains(&AccountEvent::PositionClosed("X".to_owned())));
    assert!(account.machine.state().is_confirmed());
    // 60 seconds before the last fill.
    assert_eq!(since(&account), Some(940_000));
}

#[test]
fn a_flood_of_messages_causes_few_requests() {
    let mut account = Account::reconciled();
    account.orders = vec![order("1", false, 0)];
    for _ in 0..1000 {
        account.step(notice("1", Lifecycle::Open, 0));
        account.step(Input::Notice(Notice::Other));
        account.run(Duration::from_millis(10));
    }
    // In 10 seconds: 5 queries a second, and 2 readings of each of 4 parts a second.
    assert!(account.reads.len() <= 10 * 5 + 10 * 2 * 4 + 10, "{}", account.reads.len());
}

#[test]
fn losses_of_trust_are_reported_and_read_again() {
    for loss in [LossOfTrust::Stale, LossOfTrust::Lagged(3), LossOfTrust::Unreadable] {
        let mut account = Account::reconciled();
        account.step(Input::TrustLost(loss.clone()));
        account.run(Duration::from_secs(2));
        assert_eq!(account.events.first(), Some(&AccountEvent::TrustLost(loss)));
        assert_eq!(account.events.last(), Some(&AccountEvent::Reconciled { corrections: vec![] }));
    }
    let mut account = Account::reconciled();
    account.step(Input::TrustLost(LossOfTrust::Disconnected("test".to_owned())));
    account.run(Duration::from_secs(40));
    assert!(account.events.len() == 1 && !account.machine.state().is_confirmed() && account.reads.len() == 4);
    account.step(Input::Subscribed);
    account.run(Duration::from_secs(2));
    assert!(account.machine.state().is_confirmed());
}

#[test]
fn without_a_permission_the_messages_stay_provisional_and_cause_no_request() {
    let mut account = Account::new();
    account.failure = Some(ReadFailure::NotPermitted("Trade is missing".to_owned()));
    account.step(Input::Subscribed);
    account.run(Duration::from_secs(2));
    account.clear();
    account.step(notice("1", Lifecycle::Open, 0));
    account.step(notice("1", Lifecycle::Final, 5));
    account.run(Duration::from_secs(100));
    assert_eq!((account.order("1").is_confirmed(), account.order("1").lifecycle()), (false, Lifecycle::Final));
    assert_eq!((account.events.len(), account.reads.len()), (2, 0), "{:?}", account.events);
    // The next subscription tries again, and names each part only once.
    account.step(Input::Subscribed);
    account.run(Duration::from_secs(2));
    assert_eq!(account.reads.len(), 4);
    assert!(!account.events.iter().any(|event| matches!(event, AccountEvent::NotPermitted { .. })));
}

#[test]
fn the_same_inputs_as_json_have_the_same_outputs() {
    let inputs = [
        Input::Subscribed,
        notice("1", Lifecycle::Open, 2),
        Input::TrustLost(LossOfTrust::Lagged(3)),
        Input::Read(1, ReadResult { rows: Rows::Orders(vec![order("2", false, 0)]), failure: None }),
        Input::Refresh,
        Input::Wakeup,
    ];
    let run = |inputs: Vec<Input<Simple>>| {
        let mut machine = UserStateMachine::new(UserStateSettings::new(UnixMillis::new(0)));
        let step = |(second, input)| {
            let now = Moment { monotonic: Duration::from_secs(second), exchange: UnixMillis::new(0) };
            machine.step(now, input)
        };
        (0..).zip(inputs).flat_map(step).collect::<Vec<_>>()
    };
    let text = serde_json::to_string(&inputs).expect("JSON");
    let outputs = run(inputs.to_vec());
    assert_eq!(outputs, run(serde_json::from_str(&text).expect("the same inputs")));
    assert!(outputs.len() > 8, "{outputs:?}");
}

#[test]
fn a_final_order_that_left_the_state_does_not_become_open_again() {
    let mut account = Account::reconciled();
    for id in 0..1_200 {
        let id = id.to_string();
        account.orders = vec![order(&id, true, 0)];
        account.step(notice(&id, Lifecycle::Final, 0));
        account.run(Duration::from_millis(300));
    }
    assert_eq!((account.machine.state().orders.len(), account.machine.state().open_orders().count()), (1_000, 0));
    account.clear();
    (account.open, account.orders) = (vec![order("7", false, 0)], vec![order("7", false, 0)]);
    account.step(notice("7", Lifecycle::Open, 0));
    account.run(Duration::from_secs(40));
    assert_eq!(account.machine.state().open_orders().count(), 0);
    assert!(!account.events.iter().any(|event| matches!(event, AccountEvent::OrderUpdate(_))));
}

#[test]
fn a_loss_of_trust_has_a_text() {
    let texts = [
        LossOfTrust::Disconnected("connection refused".to_owned()),
        LossOfTrust::Stale,
        LossOfTrust::Lagged(3),
        LossOfTrust::Unreadable,
        LossOfTrust::Resync("the listen key was replaced".to_owned()),
        LossOfTrust::Closed,
    ];
    assert_eq!(
        texts.map(|loss| loss.to_string()),
        [
            "the connection was lost: connection refused",
            "the private stream is silent",
            "3 messages were dropped",
            "a message could not be read",
            "the private stream is subscribed again: the listen key was replaced",
            "the private stream is closed",
        ]
    );
}
