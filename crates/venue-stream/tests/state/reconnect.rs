//! The pauses and the rate of the attempts to connect.

use std::time::Duration;

use venue_stream::{Backoff, Reconnect, Settings, TopicSettings};

use crate::support::{Machine, ms, secs};

fn settings(reconnect: Reconnect) -> Settings {
    Settings::new().reconnect(reconnect)
}

/// The pauses before the next attempts, each of which fails at once.
fn pauses(machine: &mut Machine, count: usize) -> Vec<Duration> {
    let pause = |_| {
        machine.lose("refused");
        machine.run_to_deadline().0
    };
    (0..count).map(pause).collect()
}

#[test]
fn the_pauses_double_up_to_the_maximum() {
    let backoff = Backoff::new(ms(250), secs(1));
    let mut machine = Machine::new(settings(Reconnect::new().backoff(backoff)));
    machine.subscribe("a");
    let limits = [250, 500, 1000, 1000, 1000];
    for (pause, limit) in pauses(&mut machine, 5).into_iter().zip(limits.map(ms)) {
        assert!(limit / 2 <= pause && pause <= limit, "{pause:?} of {limit:?}");
    }
}

#[test]
fn a_connection_that_did_not_last_does_not_shorten_the_pauses() {
    let mut machine = Machine::new(settings(Reconnect::new().stable_after(secs(30))));
    machine.subscribe("a");
    for attempt in 1..5 {
        machine.open();
        machine.run(ms(100));
        machine.lose("reset");
        let pause = machine.run_to_deadline().0;
        assert!(pause >= ms(250 << (attempt - 1)), "attempt {attempt}: {pause:?}");
    }
}

#[test]
fn a_connection_that_lasted_starts_the_pauses_from_the_first() {
    let mut machine = Machine::new(settings(Reconnect::new().stable_after(secs(30))));
    machine.subscribe("a");
    pauses(&mut machine, 6);
    machine.open();
    machine.text("ok 1");
    machine.run(secs(30));
    machine.lose("reset");
    assert!(machine.run_to_deadline().0 <= ms(500));
}

#[test]
fn the_attempts_in_a_minute_are_limited() {
    let backoff = Backoff::new(Duration::ZERO, Duration::ZERO);
    let mut machine = Machine::new(settings(Reconnect::new().backoff(backoff).max_attempts_per_minute(4)));
    let start = machine.now;
    machine.subscribe("a");
    pauses(&mut machine, 3);
    assert!(machine.now.since(start) < ms(10));
    pauses(&mut machine, 1);
    assert_eq!(machine.now.since(start), secs(60));
    pauses(&mut machine, 3);
    assert!(machine.now.since(start) < secs(61));
    pauses(&mut machine, 1);
    assert!(machine.now.since(start) >= secs(120));
}

#[test]
fn the_connection_reconnects_for_ever_by_default() {
    let mut machine = Machine::new(Settings::new());
    machine.subscribe("a");
    pauses(&mut machine, 1_000);
    assert_eq!(machine.state.connection(), 1_001);
}

#[test]
fn a_limit_of_attempts_closes_the_connection() {
    let mut machine = Machine::new(settings(Reconnect::new().max_attempts(2)));
    machine.subscribe("a");
    assert_eq!(machine.lose("refused"), ["disconnect 1", "a: disconnected: the connection failed: refused"]);
    machine.run_to_deadline();
    let printed = machine.lose("refused");
    assert_eq!(printed, ["disconnect 2", "a: disconnected: the connection failed: refused", "a: closed", "finished"]);
}

#[test]
fn the_seed_determines_the_pauses() {
    let mut first = Machine::new(Settings::new());
    let mut second = first.clone();
    first.subscribe("a");
    second.subscribe("a");
    assert_eq!(pauses(&mut first, 10), pauses(&mut second, 10));
}

#[test]
fn all_topics_are_subscribed_again_after_a_reconnect() {
    let mut machine = Machine::subscribed(Settings::new(), &["a", "b", "c"], TopicSettings::new());
    machine.unsubscribe("b");
    machine.lose("reset");
    assert_eq!(machine.run(secs(1)), ["connect 2"]);
    assert_eq!(machine.open(), ["a: connected 2", "c: connected 2", "send ping frame", "send sub 2 a,c"]);
    assert_eq!(machine.text("a 1"), [""; 0]);
    assert_eq!(machine.text("ok 2"), ["a: subscribed", "a: update a 1", "c: subscribed"]);
}
