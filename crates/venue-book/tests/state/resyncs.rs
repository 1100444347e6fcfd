//! The limit of new subscriptions.

use std::time::Duration;

use venue_book::{BookSettings, VersionRule};
use venue_stream::MonotonicTime;

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
    assert_eq!(subscribe_with_gap(&mut machine), [gap, "unverified", "changed"]);
    assert!(machine.trust().starts_with("the continuity of the book is not verified"));
    assert_eq!(machine.content(), "17 b100:2", "the increment that contradicts the rule is not missing in the last known content");
    assert_eq!(machine.update("+ 17-18 b100:3"), ["changed"]);
    assert_eq!(machine.content(), "18 b100:3", "the last known content follows the increments");
    machine.pass(Duration::from_secs(3600));
    assert_eq!(subscribe_with_gap(&mut machine), ["changed"], "no endless loop");
    assert_eq!(machine.state.status(machine.now).rule.as_deref(), Some("first version = previous version + 1"));
}

#[test]
fn the_reason_of_a_loss_stays_while_the_topic_is_subscribed_again() {
    let mut machine = wrong_rule();
    subscribe_with_gap(&mut machine);
    let gap = "a gap: versions 16 to 17 after version 16";
    machine.resubscribe();
    assert_eq!(machine.trust(), gap);
    machine.disconnect();
    assert!(machine.trust().starts_with("the connection was lost"), "{}", machine.trust());
}

#[test]
fn the_limit_applies_to_any_minute() {
    let settings = BookSettings::new().continuity(VersionRule::FirstFollowsPrevious).max_resyncs_per_minute(3);
    let mut machine = Machine::subscribed(settings.confirmations(0));
    for _ in 0..10 {
        machine.resubscribe();
        machine.snapshot("! 16 b100:1");
        assert_eq!(machine.update("+ 17-17 b100:2"), ["changed"], "the rule is confirmed");
        assert_eq!(machine.update("+ 19-19 b100:3")[1], "resync");
        machine.pass(Duration::from_secs(20));
    }
    assert_eq!(machine.state.status(machine.now).recent_resyncs, 2);
}

/// Returns the number of new subscriptions that a book requests in an hour. The exchange sends a snapshot to each subscription and
/// then an increment each second, and each new subscription takes 13 seconds, so that the limit of a minute is never reached.
fn requests_in_an_hour(rule: VersionRule, feed: VersionRule, confirmations: Option<u32>, is_adverse: bool, seed: u64) -> usize {
    let mut random = fastrand::Rng::with_seed(seed);
    let settings = BookSettings::new().continuity(rule);
    let mut machine = Machine::subscribed(confirmations.into_iter().fold(settings, BookSettings::confirmations));
    let (mut version, mut requests, mut is_first, mut number) = (1_000, 0, true, 0);
    while machine.now < MonotonicTime::from_start(Duration::from_secs(3_600)) {
        let printed = if is_first {
            (is_first, number) = (false, 0);
            machine.snapshot(&format!("! {version} b100:1"))
        } else {
            number += 1;
            // The exchange of an adverse feed sends as many increments of one version as confirm a rule by chance.
            let by_chance = confirmations.unwrap_or(3).max(1);
            let is_single = if is_adverse { number <= by_chance } else { random.u32(0..3) == 0 };
            let (previous, span) = (version, if feed == VersionRule::Contiguous || is_single { 1 } else { 2 });
            version += span;
            machine.update(&match feed {
                VersionRule::FirstFollowsPrevious => format!("+ {}-{version} b100:{version}", previous + 1),
                VersionRule::FirstEqualsPrevious => format!("+ {previous}-{version} b100:{version}"),
                _ => format!("+ {version} b100:{version}"),
            })
        };
        machine.pass(Duration::from_secs(1));
        if printed.iter().any(|output| output == "resync") {
            requests += 1;
            machine.pass(Duration::from_secs(12));
            machine.resubscribe();
            is_first = true;
        }
    }
    assert!(machine.trust().starts_with("the continuity of the book is not verified"), "{rule:?} {feed:?} {confirmations:?}");
    requests
}

#[test]
fn a_wrong_rule_ends_unverified_even_if_it_is_satisfied_by_chance_and_needs_no_confirmation() {
    let rules = [VersionRule::FirstFollowsPrevious, VersionRule::FirstEqualsPrevious, VersionRule::Contiguous];
    for (rule, feed) in rules.into_iter().flat_map(|rule| rules.map(|feed| (rule, feed))).filter(|(rule, feed)| rule != feed) {
        for confirmations in [Some(0), Some(1), None] {
            for seed in 0..20 {
                for is_adverse in [false, true] {
                    let requests = requests_in_an_hour(rule, feed, confirmations, is_adverse, seed);
                    // A rule that is not satisfied before the first gap ends after 5 requests. The others end after 50.
                    let limit = if rule == VersionRule::Contiguous { 50 } else { 5 };
                    assert!(requests <= limit, "{rule:?} {feed:?} {confirmations:?} {is_adverse} {seed}: {requests} requests");
                }
            }
        }
    }
}

#[test]
fn losses_do_not_make_a_right_rule_unverified_if_long_sequences_satisfy_it() {
    let mut machine = Machine::subscribed(BookSettings::new().continuity(VersionRule::FirstFollowsPrevious));
    for round in 0..200 {
        machine.resubscribe();
        machine.snapshot("! 16");
        for version in 17..117 {
            machine.update(&format!("+ {version}-{version}"));
        }
        assert_eq!(machine.trust(), "live", "round {round}");
        assert_eq!(machine.update("+ 130-130").last().map(String::as_str), Some("resync"), "round {round}");
        machine.pass(Duration::from_secs(20));
    }
}

#[test]
fn requests_without_a_continuing_increment_between_them_are_limited_for_a_confirmed_rule() {
    let mut machine = Machine::subscribed(BookSettings::new().continuity(VersionRule::FirstFollowsPrevious).confirmations(1));
    machine.snapshot("! 16");
    assert_eq!(machine.update("+ 17-17"), ["live", "changed"]);
    assert_eq!(machine.update("garbage").last().map(String::as_str), Some("resync"));
    for request in 1..=6 {
        machine.pass(Duration::from_secs(3600));
        machine.resubscribe();
        let expected = if request <= 5 { "resync" } else { "unverified" };
        assert_eq!(machine.snapshot("garbage").last().map(String::as_str), Some(expected), "request {request}");
    }
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

#[test]
fn a_book_that_becomes_unverified_by_a_snapshot_uses_it() {
    let settings = BookSettings::new().continuity(VersionRule::Contiguous).max_resyncs_per_minute(0);
    let mut machine = Machine::subscribed(settings);
    let ambiguous = "lost: the first message can be a snapshot or an increment";
    assert_eq!(machine.snapshot("? 16 b100:1"), [ambiguous, "unverified", "changed"]);
    assert_eq!(machine.update("+ 17-17 b100:2"), ["changed"]);
    assert_eq!(machine.content(), "17 b100:2");
}

#[test]
fn a_book_without_a_rule_subscribes_again_as_soon_as_the_limit_permits() {
    let mut machine = Machine::subscribed(BookSettings::new().max_resyncs_per_minute(1));
    machine.snapshot("! 16 b100:1 a101:1");
    assert_eq!(machine.update("+ 17-17 b102:1")[1], "resync");
    machine.resubscribe();
    machine.snapshot("! 18 b100:1 a101:1");
    assert_eq!(machine.update("+ 19-19 b102:1")[1], "unverified");
    machine.pass(Duration::from_secs(59));
    assert_eq!(machine.update("+ 20-20 b103:1"), ["changed"]);
    machine.pass(Duration::from_secs(1));
    assert_eq!(machine.update("+ 21-21 b104:1"), ["resync", "changed"]);
    assert_eq!(machine.update("+ 22-22 b105:1"), ["changed"], "requested once");
}
