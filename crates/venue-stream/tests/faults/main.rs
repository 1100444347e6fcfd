//! Seeded runs against a server and a network with faults.
//!
//! `VENUE_STREAM_FAULT_RUNS` sets the number of the runs in virtual time (200 by default), and `VENUE_STREAM_FAULT_SEED` the first seed. A
//! run depends on nothing but its seed. `VENUE_STREAM_FAULT_RECORDINGS` names a folder for a recording of each run.

#[path = "../support/network.rs"]
mod network;
#[path = "../support/mod.rs"]
mod support;

mod exchange;
mod proxy;
mod run;
mod subscriber;

use network::Library;
use venue_test_support::virtual_time;

fn variable(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().expect("a number"))
}

#[test]
fn every_loss_of_trust_is_reported_and_every_subscription_is_restored() {
    let first = variable("VENUE_STREAM_FAULT_SEED", 1);
    let mut total = run::Summary::default();
    for seed in first..first + variable("VENUE_STREAM_FAULT_RUNS", 200) {
        let library = if seed % 2 == 0 { Library::TokioWebsockets } else { Library::Tungstenite };
        println!("seed {seed} with {library:?}");
        total += virtual_time::run(run::run(seed, library));
    }
    println!("{total:?}");
    assert!(total.connections > 0 && total.data > 0 && total.losses > 0);
}
