//! The user's state of `sixmm-ext` against the local exchange, under random faults of the private stream and of REST, in virtual time.
//!
//! In each run, a user trades while messages are lost, repeated, reordered and corrupted, the connection is lost, the listen key expires, and
//! requests fail. After the faults, the state is compared with that of the exchange: each fill was reported once, no final order became
//! open again, orders, positions and balance are equal, and the outcome of each order write was reported correctly.
//!
//! | file | contents |
//! | --- | --- |
//! | `faults` | the fault rules of a run |
//! | `harness` | the exchange, the client and the reader of the events |
//! | `script` | random orders, cancellations and trades of other participants |
//! | `verify` | the comparison with the state of the exchange |
//! | `behaviour` | single situations |
//! | `clock` | the exchange's clock cannot be read at the start |
//! | `journal` | outputs that fail, and files that a killed program left |
//! | `examples` | the examples that follow the user's state |
//!
//! `SIXMM_USER_STATE_RUNS` is the number of runs, 300 by default. `SIXMM_USER_STATE_SEED` is the seed of the first run, 0 by default. A
//! failure contains its seed.

mod behaviour;
mod clock;
mod examples;
mod faults;
mod harness;
mod journal;
mod script;
mod verify;

use harness::Harness;
use oorandom::Rand64;
use venue_test_support::virtual_time;

/// The default number of runs.
const RUNS: u64 = 300;

#[test]
fn under_all_faults_no_fill_is_lost_doubled_or_resurrected_and_no_write_is_misreported() {
    let first = number("SIXMM_USER_STATE_SEED", 0);
    let mut counts = verify::Counts::default();
    for seed in first..first + number("SIXMM_USER_STATE_RUNS", RUNS) {
        virtual_time::run(run(seed, &mut counts));
    }
    println!("{counts:?}");
    assert!(counts.fills > 0 && counts.corrections > 0 && counts.faults > 0, "the runs tested nothing: {counts:?}");
    assert_eq!(counts.mistakes, Vec::<String>::new());
}

async fn run(seed: u64, counts: &mut verify::Counts) {
    let mut random = Rand64::new(seed.into());
    let harness = Harness::new(seed).await;
    faults::add(&harness, &mut random);
    let outcomes = script::trade(&harness, &mut random).await;
    harness.end_faults().await;
    verify::verify(harness, outcomes, counts).await;
}

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).map_or(usual, |text| text.parse().unwrap_or_else(|_| panic!("{name} is not a number: {text:?}")))
}
