//! Seeded runs of books against a server and a network with faults, in virtual time.
//!
//! The server has the true book of each version. Whenever a book is live, its content has to equal the true book of its version.
//! `VENUE_BOOK_FAULT_RUNS` sets the number of the runs (300 by default), and `VENUE_BOOK_FAULT_SEED` the first seed. A run depends on nothing
//! but its seed.

#[path = "../../../venue-stream/tests/support/mod.rs"]
mod connection_support;
#[path = "../../../venue-stream/tests/support/network.rs"]
mod network;
#[allow(dead_code, reason = "the runs of venue-stream also use real time")]
#[path = "../../../venue-stream/tests/faults/pace.rs"]
mod pace;
#[path = "../../../venue-stream/tests/faults/proxy.rs"]
mod proxy;
#[path = "../support/mod.rs"]
mod support;

mod exchange;
mod isolation;
mod replay;
mod run;
mod true_book;

use venue_test_support::virtual_time;

fn variable(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().expect("a number"))
}

/// Runs every second seed, so that two tests share the runs.
fn check(offset: u64) {
    let first = variable("VENUE_BOOK_FAULT_SEED", 1) + offset;
    let runs = variable("VENUE_BOOK_FAULT_RUNS", 300) / 2;
    let mut total = run::Summary::default();
    for seed in (first..).step_by(2).take(runs.try_into().expect("a small number")) {
        println!("seed {seed}");
        total += virtual_time::run(run::run(seed));
    }
    println!("{total:?}");
    assert!(total.live_checks > 0 && total.losses > 0 && total.resubscriptions > 0 && total.restarts > 0);
}

#[test]
fn a_live_book_equals_the_exchanges_book_in_runs_with_odd_seeds() {
    check(0);
}

#[test]
fn a_live_book_equals_the_exchanges_book_in_runs_with_even_seeds() {
    check(1);
}
