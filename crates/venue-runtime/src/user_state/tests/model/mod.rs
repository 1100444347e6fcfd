//! A random model test: a tiny exchange, a private stream and a REST API with faults, in virtual time.
//!
//! `VENUE_USER_STATE_RUNS` is the number of runs, 100 by default. `VENUE_USER_STATE_SEED` is the seed of the first run. A failure contains
//! its seed.

mod checks;
mod exchange;
mod faults;

use std::collections::{BTreeMap, BTreeSet};

use fastrand::Rng;
use faults::Faults;

use super::*;

/// The latest arrival of a message after its change.
const LATEST_MESSAGE: u64 = 5_000;
/// The time after the end of all faults in which the state becomes equal to the exchange's, and confirmed.
const QUIESCENCE: u64 = 120_000;
/// The time in which `Reconciled` follows `Subscribed`, if no request fails.
const LATEST_RECONCILED: u64 = 90_000;

#[derive(Clone, Copy, Debug, PartialEq)]
struct Model;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct ModelFill {
    fill: Fill,
    time: i64,
}

impl AccountTypes for Model {
    type Order = Order;
    type Fill = ModelFill;
    type Position = (String, i64);
    type Balance = i64;

    fn order(order: &Order) -> Option<OrderFacts> {
        Simple::order(order)
    }

    fn fill(fill: &ModelFill) -> Option<FillFacts> {
        Some(FillFacts { time: UnixMillis::new(fill.time), ..Simple::fill(&fill.fill)? })
    }

    fn position_key(position: &(String, i64)) -> String {
        position.0.clone()
    }
}

fn endpoint(read: &Read) -> usize {
    match read {
        Read::OpenOrders => 0,
        Read::Order { .. } => 1,
        Read::Fills { .. } => 2,
        Read::FillsOfOrder { .. } => 3,
        Read::Positions => 4,
        Read::Balance => 5,
    }
}

#[derive(Debug)]
enum Action {
    Trade,
    Input(Input<Model>),
    Respond(ReadId, Read, u64),
}

/// The versions of a value, with the times of their changes.
type Versions<T> = Vec<(u64, T)>;

struct Run {
    seed: u64,
    random: Rng,
    faults: Faults,
    machine: UserStateMachine<Model>,
    now: u64,
    end: u64,
    sequence: u64,
    queue: BTreeMap<(u64, u64), Action>,
    orders: BTreeMap<String, Versions<Order>>,
    fills: Versions<ModelFill>,
    position: Versions<i64>,
    balance: Versions<i64>,
    changed_at: u64,
    /// Whether messages were lost because the stream was not subscribed.
    has_gap: bool,
    /// Whether orders change faster than they can be queried.
    is_storm: bool,
    /// The orders and trades of delivered messages.
    announced: BTreeSet<String>,
    with_symbol: BTreeSet<String>,
    /// The final orders of the results of queries.
    ended: BTreeSet<String>,
    final_orders: BTreeSet<String>,
    reported: BTreeSet<String>,
    incomplete: BTreeSet<Part>,
    /// Changes that the next `Reconciled` has to name.
    unnamed: BTreeSet<Correction>,
    reconciled: u64,
    subscribed_at: Option<u64>,
    last_reads: BTreeMap<Option<Part>, u64>,
    log: Vec<String>,
}

impl Run {
    fn new(seed: u64) -> Self {
        let mut random = Rng::with_seed(seed);
        let faults = Faults::new(&mut random);
        let end = if random.u8(..10) == 0 { 120_000 } else { random.u64(2_000..40_000) };
        let mut run = Self {
            seed,
            random,
            faults,
            machine: UserStateMachine::new(UserStateSettings::new(UnixMillis::new(1_000_000))),
            now: 0,
            end,
            sequence: 0,
            queue: BTreeMap::new(),
            orders: BTreeMap::new(),
            fills: Vec::new(),
            position: vec![(0, 0)],
            balance: vec![(0, 0)],
            changed_at: 0,
            is_storm: false,
            has_gap: false,
            announced: BTreeSet::new(),
            with_symbol: BTreeSet::new(),
            ended: BTreeSet::new(),
            final_orders: BTreeSet::new(),
            reported: BTreeSet::new(),
            incomplete: BTreeSet::new(),
            unnamed: BTreeSet::new(),
            reconciled: 0,
            subscribed_at: None,
            last_reads: BTreeMap::new(),
            log: Vec::new(),
        };
        run.plan();
        run
    }

    fn check(&self, is_true: bool, text: impl FnOnce() -> String) {
        if !is_true {
            let log = self.log[self.log.len().saturating_sub(4000)..].join("\n");
            panic!("seed {} at {} of {}: {}\n{:?}\n{log}", self.seed, self.now, self.end, text(), self.faults);
        }
    }

    fn happens(&mut self, percent: u8) -> bool {
        self.random.u8(..100) < percent
    }

    fn push(&mut self, time: u64, action: Action) {
        self.sequence += 1;
        self.queue.insert((time, self.sequence), action);
    }

    fn plan(&mut self) {
        self.push(0, Action::Input(Input::Subscribed));
        let pause = [33, 200, 1_000, 5_000][self.random.usize(..4)];
        // A storm lasts 20 seconds.
        self.is_storm = pause == 33;
        let last = if self.is_storm { self.end.min(20_000) } else { self.end };
        let mut time = 0;
        while time < last {
            self.push(time, Action::Trade);
            time += 1 + self.random.u64(..2 * pause);
        }
        let losses = if self.random.bool() { 0 } else { self.random.u64(..6) };
        for _ in 0..losses {
            let time = self.random.u64(..self.end);
            let loss = match self.random.u8(..6) {
                0 => LossOfTrust::Stale,
                1 => LossOfTrust::Lagged(1),
                2 => LossOfTrust::Unreadable,
                3 => {
                    self.push(time, Action::Input(Input::Refresh));
                    continue;
                }
                4 => LossOfTrust::Resync("test".to_owned()),
                _ => LossOfTrust::Disconnected("test".to_owned()),
            };
            if !loss.continues() {
                let again = time + self.random.u64(..8_000);
                self.push(again, Action::Input(Input::Subscribed));
            }
            self.push(time, Action::Input(Input::TrustLost(loss)));
        }
    }

    fn step(&mut self, input: Input<Model>) {
        match &input {
            Input::Notice(notice) => {
                if !self.machine.state().is_subscribed() {
                    self.has_gap = true;
                    return;
                }
                if let Notice::Order(OrderNotice { order_id: Some(id), symbol, trade, .. }) = notice {
                    self.announced.insert(id.clone());
                    self.announced.extend(trade.as_ref().map(|trade| trade.id.clone()));
                    if symbol.is_some() {
                        self.with_symbol.insert(id.clone());
                    }
                }
            }
            Input::Subscribed | Input::Refresh => self.subscribed_at = Some(self.now),
            Input::TrustLost(loss) => self.subscribed_at = loss.continues().then_some(self.now),
            Input::Read(_, ReadResult { rows: Rows::Orders(rows), .. }) if rows.len() == 1 => {
                self.ended.extend(rows.iter().filter(|row| row.is_final).map(|row| row.id.clone()));
            }
            _ => {}
        }
        self.log.push(format!("{} {input:?}", self.now));
        let is_wakeup = input == Input::Wakeup;
        let before = self.machine.next_wakeup();
        let now = Moment { monotonic: Duration::from_millis(self.now), exchange: UnixMillis::new(millis(self.now)) };
        let outputs = self.machine.step(now, input);
        let next = self.machine.next_wakeup();
        self.check(!is_wakeup || !outputs.is_empty() || next > before, || "a wakeup made no progress".to_owned());
        self.check(next > now.monotonic, || format!("the next wakeup at {next:?} has passed"));
        for output in outputs {
            self.log.push(format!("{}   {output:?}", self.now));
            match output {
                Output::Read(id, read) => self.send(id, read),
                Output::Event(event) => self.event(event),
            }
        }
        self.check_state();
    }

    fn send(&mut self, id: ReadId, read: Read) {
        let is_single = matches!(read, Read::Order { .. } | Read::FillsOfOrder { .. });
        let (key, interval) = if is_single { (None, 200) } else { (Some(read.part()), 500) };
        let last = self.last_reads.insert(key, self.now);
        self.check(last.is_none_or(|last| self.now - last >= interval), || format!("{read:?} is too early"));
        let latency = if self.now > self.end { 20 } else { self.random.u64(..=self.faults.latency) };
        let lag = if self.now > self.end { 0 } else { self.random.u64(..=self.faults.lags[endpoint(&read)]) };
        let seen = (self.now + self.random.u64(..=latency)).saturating_sub(lag);
        self.push(self.now + latency, Action::Respond(id, read, seen));
    }

    fn run_until(&mut self, end: u64) {
        loop {
            let wakeup = u64::try_from(self.machine.next_wakeup().as_millis()).expect("small").max(self.now);
            let next = self.queue.keys().next().map(|(time, _)| *time);
            if next.is_none_or(|next| next > wakeup) {
                if wakeup > end {
                    break;
                }
                self.now = wakeup;
                self.step(Input::Wakeup);
                continue;
            }
            if next.is_some_and(|next| next > end) {
                break;
            }
            let Some(((time, _), action)) = self.queue.pop_first() else { break };
            self.now = time;
            match action {
                Action::Trade => self.trade(),
                Action::Input(input) => self.step(input),
                Action::Respond(id, read, seen) => {
                    let result = self.respond(&read, seen);
                    self.step(Input::Read(id, result));
                }
            }
        }
        self.now = end;
    }

    fn run(mut self) -> (u64, u64) {
        self.run_until(self.end + 10_000);
        let state = self.machine.state();
        if !state.is_subscribed() || Part::ALL.into_iter().any(|part| state.part(part).trust == Trust::NotPermitted) {
            self.step(Input::Subscribed);
        }
        self.run_until(self.end + 10_000 + QUIESCENCE);
        let is_unknown = |order: &TrackedOrder<Model>| order.row.is_none() && !self.with_symbol.contains(&order.id);
        let has_unknown = self.machine.state().open_orders().any(is_unknown);
        for part in Part::ALL {
            let trust = self.machine.state().part(part).trust;
            let is_expected = trust == Trust::Confirmed || (part == Part::Orders && has_unknown && trust == Trust::Undecided);
            self.check(is_expected, || format!("{part} are {trust:?}"));
        }
        if !has_unknown {
            self.check_orders();
        }
        self.check_fills();
        self.check_position();
        self.check_balance();
        self.check(self.reconciled > 0 && self.unnamed.is_empty(), || format!("not reconciled: {:?}", self.unnamed));
        (u64::try_from(self.reported.len()).unwrap_or_default(), self.reconciled)
    }
}

fn millis(time: u64) -> i64 {
    1_000_000 + i64::try_from(time).expect("small")
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name} is not a number: {text:?}")))
}

#[test]
fn under_random_faults_the_state_becomes_equal_to_the_state_of_the_exchange() {
    let first = number("VENUE_USER_STATE_SEED", 0);
    let (mut fills, mut reconciled) = (0, 0);
    for seed in first..first + number("VENUE_USER_STATE_RUNS", 100) {
        let counts = Run::new(seed).run();
        (fills, reconciled) = (fills + counts.0, reconciled + counts.1);
    }
    assert!(fills > 0 && reconciled > 0, "the runs tested nothing: {fills} {reconciled}");
}
