//! Seeded runs against a server and a network with faults.
//!
//! `VENUE_STREAM_FAULT_RUNS` sets the number of the runs in virtual time (200 by default, half of them with each library), and
//! `VENUE_STREAM_FAULT_SEED` the first seed. A run depends on nothing but its seed. `VENUE_STREAM_FAULT_RECORDINGS` names a folder for a
//! recording of each run.

#[path = "../support/network.rs"]
mod network;
#[path = "../support/mod.rs"]
mod support;

mod exchange;
mod pace;
mod proxy;
mod run;
mod sockets;
mod subscriber;

use network::Library;
use venue_test_support::virtual_time;

fn variable(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().expect("a number"))
}

/// Runs every second seed in virtual time.
fn check_in_memory(library: Library, offset: u64) {
    let first = variable("VENUE_STREAM_FAULT_SEED", 1) + offset;
    let runs = variable("VENUE_STREAM_FAULT_RUNS", 200) / 2;
    let mut total = run::Summary::default();
    for seed in (first..).step_by(2).take(runs.try_into().expect("a small number")) {
        println!("seed {seed}");
        total += virtual_time::run(run::in_memory(seed, library));
    }
    println!("{total:?}");
    assert!(total.connections > 0 && total.data > 0 && total.losses > 0);
}

#[test]
fn every_loss_is_reported_and_every_subscription_is_restored_with_tokio_websockets() {
    check_in_memory(Library::TokioWebsockets, 0);
}

#[test]
fn every_loss_is_reported_and_every_subscription_is_restored_with_tungstenite() {
    check_in_memory(Library::Tungstenite, 1);
}

#[test]
fn every_loss_is_reported_and_every_subscription_is_restored_over_sockets() {
    let mut total = run::Summary::default();
    venue_test_support::runtime().block_on(async {
        let mut runs = tokio::task::JoinSet::new();
        for seed in 1..=20 {
            runs.spawn(run::over_sockets(seed, Library::BOTH[usize::from(seed % 2 == 0)]));
        }
        while let Some(summary) = runs.join_next().await {
            total += summary.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
        }
    });
    println!("{total:?}");
    assert!(total.connections > 20 && total.losses > 0);
}
