//! Seeded runs with faults of the exchange and of the network, in virtual time.
//!
//! `SIXMM_BOOK_FAULT_RUNS` sets the number of the runs, and `SIXMM_BOOK_FAULT_SEED` the first seed. A run lasts one minute with faults and
//! 160 seconds without, the last 60 of which need no new subscription. A new subscription is delayed by up to 30 seconds.

use std::ops::AddAssign;
use std::time::Duration;

use oorandom::Rand64;
use sixmm_ext::streams::{BookEvent, NotLive, OrderBook};
use sixmm_sandbox::{AckForm, MalformedForm, StreamFault, StreamFaultRule, StreamFrame};
use tokio::time::{Instant, timeout_at};
use venue_test_support::virtual_time;

use crate::exchange::{Continuity, Exchange, Outcome, SYMBOLS, combinations, right, wrong};

/// The new subscriptions that a book may request in a minute.
const MAX_RESYNCS: usize = 5;

/// The rule of the books in a run.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Rule {
    Right,
    Wrong,
    Missing,
}

/// The sums of all runs.
#[derive(Clone, Copy, Debug, Default)]
struct Summary {
    runs: u64,
    /// The number of runs whose rule is not the exchange's.
    never_live: u64,
    live_checks: u64,
    losses: u64,
    unverified: u64,
    subscriptions: usize,
    faults: usize,
}

impl AddAssign for Summary {
    fn add_assign(&mut self, other: Self) {
        self.runs += other.runs;
        self.never_live += other.never_live;
        self.live_checks += other.live_checks;
        self.losses += other.losses;
        self.unverified += other.unverified;
        self.subscriptions += other.subscriptions;
        self.faults += other.faults;
    }
}

fn variable(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().expect("a number"))
}

#[test]
fn a_live_book_equals_the_exchanges_book_in_all_runs_with_faults() {
    let first = variable("SIXMM_BOOK_FAULT_SEED", 1);
    let runs = variable("SIXMM_BOOK_FAULT_RUNS", 12);
    let mut total = Summary::default();
    for seed in first..first + runs {
        println!("seed {seed}");
        total += virtual_time::run(run(seed)).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
    }
    println!("{total:?}");
    assert!(total.live_checks > 0 && total.losses > 0 && total.faults > 0, "{total:?}");
}

/// Adds faults with random probabilities.
fn add_faults(exchange: &Exchange, random: &mut Rand64) -> Outcome {
    use StreamFault::{AckForm as Form, Close, Delay, Drop, Duplicate, HalfOpen, Lose, Malformed, Reorder, Stall, Truncate};
    let acknowledgements = [Lose, Duplicate, Reorder, Form { form: AckForm::NumericId }, Form { form: AckForm::Result }];
    let messages = [
        (Lose, 0.03),
        (Duplicate, 0.05),
        (Reorder, 0.03),
        (Delay { millis: random.rand_range(1..3_000) }, 0.02),
        (Malformed { form: MalformedForm::Json }, 0.01),
        (Malformed { form: MalformedForm::Utf8 }, 0.003),
        (Malformed { form: MalformedForm::Opcode }, 0.003),
        (Malformed { form: MalformedForm::Masked }, 0.003),
        (Malformed { form: MalformedForm::Binary }, 0.003),
        (Truncate, 0.005),
        (Close { code: 1012 }, 0.005),
        (Drop, 0.005),
        (HalfOpen, 0.003),
        (Stall, 0.005),
    ];
    let rules = acknowledgements.into_iter().map(|fault| (fault, 0.1, vec![StreamFrame::Ack]));
    let rules = rules.chain(messages.into_iter().map(|(fault, probability)| (fault, probability, vec![])));
    for (fault, probability, frames) in rules {
        if random.rand_range(0..2) == 0 {
            continue;
        }
        let rule = StreamFaultRule::new(fault).on_frames(frames).with_probability(probability);
        exchange.sandbox.stream_faults().add(rule).map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// Runs a seed. A quarter of the seeds has a wrong rule, and another quarter none.
async fn run(seed: u64) -> Outcome<Summary> {
    let mut random = Rand64::new(u128::from(seed));
    let (form, exchanges_rule) = combinations().nth(usize::try_from(random.rand_range(0..4))?).ok_or("one of four")?;
    let rule = [Rule::Right, Rule::Right, Rule::Wrong, Rule::Missing][usize::try_from(seed % 4)?];
    let exchange = Exchange::start(1_000_000 + seed, form, exchanges_rule).await?;
    let continuity = match rule {
        Rule::Right => Some(right(exchanges_rule)),
        Rule::Wrong => Some(wrong(exchanges_rule)),
        Rule::Missing => None,
    };
    add_faults(&exchange, &mut random)?;
    let mut books = Vec::new();
    for symbol in SYMBOLS {
        books.push((symbol, subscribe(&exchange, symbol, continuity)?));
    }
    let mut summary = Summary { runs: 1, never_live: u64::from(rule != Rule::Right), ..Summary::default() };
    follow(&exchange, &mut books, rule, 60, &mut summary).await;
    summary.faults = exchange.sandbox.stream_faults().hits().iter().filter(|hit| hit.fault != StreamFault::Delay { millis: 0 }).count();
    exchange.sandbox.stream_faults().clear();
    // The rule that counts the subscriptions was removed with the others.
    let count = StreamFaultRule::new(StreamFault::Delay { millis: 0 }).on_frames([StreamFrame::Snapshot]);
    exchange.sandbox.stream_faults().add(count).map_err(|error| error.to_string())?;
    follow(&exchange, &mut books, rule, 100, &mut summary).await;
    let before: usize = SYMBOLS.iter().map(|symbol| exchange.subscriptions(symbol)).sum();
    let losses = follow(&exchange, &mut books, rule, 60, &mut summary).await;
    summary.subscriptions = SYMBOLS.iter().map(|symbol| exchange.subscriptions(symbol)).sum();
    assert_eq!(summary.subscriptions, before, "a subscription without a fault: {form:?}, {exchanges_rule:?}, {rule:?}, {losses:?}");
    for (symbol, book) in &books {
        let status = book.status();
        match rule {
            Rule::Right => assert_eq!(status.trust, Ok(()), "{form:?}, {exchanges_rule:?}: {status:?}"),
            _ => assert_eq!(status.trust, Err(NotLive::UnverifiedContinuity), "{form:?}, {exchanges_rule:?}, {rule:?}: {status:?}"),
        }
        if rule == Rule::Right {
            exchange.check_is_current(symbol, book);
        }
    }
    Ok(summary)
}

fn subscribe(exchange: &Exchange, symbol: &str, rule: Option<Continuity>) -> Outcome<OrderBook> {
    let streams = exchange.client.streams();
    let settings = streams.book(symbol).max_resyncs_per_minute(MAX_RESYNCS).stale_after(Duration::from_secs(10)).resubscribe_when_stale();
    Ok(match rule {
        Some(rule) => settings.continuity(rule).subscribe()?,
        None => settings.subscribe()?,
    })
}

/// Checks both books at each of their events, for some seconds. Returns the losses of trust with their times.
async fn follow(
    exchange: &Exchange,
    books: &mut [(&'static str, OrderBook)],
    rule: Rule,
    seconds: u64,
    summary: &mut Summary,
) -> Vec<String> {
    let end = Instant::now() + Duration::from_secs(seconds);
    let [(first_symbol, first), (second_symbol, second)] = books else { panic!("two books") };
    let (mut one, mut two) = (Summary::default(), Summary::default());
    let (first, second) = tokio::join!(
        follow_book(exchange, first_symbol, first, rule, end, &mut one),
        follow_book(exchange, second_symbol, second, rule, end, &mut two)
    );
    *summary += one;
    *summary += two;
    [first, second].concat()
}

async fn follow_book(
    exchange: &Exchange,
    symbol: &'static str,
    book: &mut OrderBook,
    rule: Rule,
    end: Instant,
    summary: &mut Summary,
) -> Vec<String> {
    let mut losses = Vec::new();
    while let Ok(event) = timeout_at(end, book.changed()).await {
        let is_live = exchange.check_live(symbol, book);
        assert!(rule == Rule::Right || !is_live, "{symbol} is live with the rule {rule:?}");
        summary.live_checks += u64::from(is_live);
        match event {
            BookEvent::Lost(reason) => {
                summary.losses += 1;
                losses.push(format!("{symbol}, {:?} before the end: {reason}", end - Instant::now()));
            }
            BookEvent::Unverified => {
                summary.unverified += 1;
                if rule == Rule::Right {
                    book.verify_again();
                }
            }
            BookEvent::Closed => panic!("{symbol} is closed"),
            _ => {}
        }
    }
    losses
}
