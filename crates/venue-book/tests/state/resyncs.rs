//! The limit of new subscriptions.

use std::time::Duration;

use venue_book::{BookSettings, VersionRule};

use crate::support::Machine;

/// Feeds a book whose exchange has the rule `FirstEqualsPrevious`. Returns the outputs after the snapshot.
fn subscribe_with_gap(machine: &mut Machine) -> Vec<String> {
    machine.resubscribe();
    machine.snapshot("! 16 b100:1");
    machine.update("+ 16-17 b100:2")
}

fn wrong_rule() -> Machine {
    Machine::subscribed(BookSettings::new().continuity(VersionRule::FirstFollowsPrevious).max_resyncs_per_minute(3))
}

#[test]
fn a_wrong_rule_makes_the_book_unverified_after_the_permitted_resyncs() {
    let mut machine = wrong_rule();
    let gap = "lost: a gap: versions 16 to 17 after version 16";
    for _ in 0..3 {
        assert_eq!(subscribe_with_gap(&mut machine), [gap, "resync"]);
    }
    assert_eq!(subscribe_with_gap(&mut machine), [gap, "unverified"]);
    assert!(machine.trust().starts_with("the continuity of the book is not verified"));
    assert_eq!(machine.update("+ 17-18 b100:3"), ["changed"]);
    assert_eq!(machine.content(), "18 b100:3", "the last known content follows the increments");
    machine.pass(Duration::from_secs(3600));
    assert_eq!(subscribe_with_gap(&mut machine), ["changed"], "no endless loop");
    assert_eq!(machine.state.status(machine.now).rule.as_deref(), Some("first version = previous version + 1"));
}

#[test]
fn the_limit_applies_to_any_minute() {
    let settings = BookSettings::new().continuity(VersionRule::FirstFollowsPrevious).max_resyncs_per_minute(3);
    // The rule counts as confirmed.
    let mut machine = Machine::subscribed(settings.confirmations(0));
    for _ in 0..10 {
        assert_eq!(subscribe_with_gap(&mut machine)[1], "resync");
        machine.pass(Duration::from_secs(20));
    }
    assert_eq!(machine.state.status(machine.now).recent_resyncs, 2);
}

#[test]
fn a_rule_that_is_never_confirmed_makes_the_book_unverified_even_if_subscriptions_are_slow() {
    let mut machine = wrong_rule();
    for _ in 0..3 {
        assert_eq!(subscribe_with_gap(&mut machine)[1], "resync");
        machine.pass(Duration::from_secs(3600));
    }
    assert_eq!(subscribe_with_gap(&mut machine)[1], "unverified");
    assert_eq!(machine.state.status(machine.now).recent_resyncs, 0);
    assert_eq!(machine.verify_again().last().map(String::as_str), Some("resync"));
}

#[test]
fn a_confirmation_of_the_rule_ends_the_limit_of_all_requests() {
    let settings = BookSettings::new().continuity(VersionRule::FirstEqualsPrevious).max_resyncs_per_minute(3);
    let mut machine = Machine::subscribed(settings);
    for round in 0..10 {
        machine.resubscribe();
        machine.snapshot("! 16");
        for version in 16..19 {
            machine.update(&format!("+ {version}-{}", version + 1));
        }
        assert_eq!(machine.trust(), "live", "round {round}");
        assert_eq!(machine.update("+ 30-31").last().map(String::as_str), Some("resync"), "round {round}");
        machine.pass(Duration::from_secs(60));
    }
}

#[test]
fn an_unverified_book_can_be_verified_again() {
    let mut machine = wrong_rule();
    for _ in 0..4 {
        subscribe_with_gap(&mut machine);
    }
    let expected = ["lost: the topic is subscribed again: the program verifies the book again", "resync"];
    assert_eq!(machine.verify_again(), expected);
    machine.resubscribe();
    machine.snapshot("! 16");
    for version in 17..19 {
        assert_eq!(machine.update(&format!("+ {version}-{version}")), ["changed"]);
    }
    assert_eq!(machine.update("+ 19-19"), ["live", "changed"]);
}

#[test]
fn verifying_again_has_no_effect_without_a_rule() {
    let mut machine = Machine::subscribed(BookSettings::new());
    assert!(machine.verify_again().is_empty());
}

#[test]
fn a_book_without_a_rule_also_limits_its_resyncs() {
    let mut machine = Machine::subscribed(BookSettings::new().max_resyncs_per_minute(1));
    assert_eq!(machine.snapshot("nonsense").last().map(String::as_str), Some("resync"));
    for repetition in 0..3 {
        machine.resubscribe();
        let printed = machine.snapshot("nonsense");
        assert_eq!(printed.len(), if repetition == 0 { 2 } else { 1 }, "{printed:?}");
        assert_ne!(printed.last().map(String::as_str), Some("resync"));
    }
    machine.pass(Duration::from_secs(60));
    machine.resubscribe();
    assert_eq!(machine.snapshot("nonsense").last().map(String::as_str), Some("resync"));
}
