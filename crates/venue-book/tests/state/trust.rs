//! When a book is live.

use std::time::Duration;

use venue_book::{BookSettings, VersionRule};
use venue_stream::Event;

use crate::support::Machine;

const RULE: VersionRule = VersionRule::FirstFollowsPrevious;

/// A live book of version 16 whose rule needs no confirmation.
fn live() -> Machine {
    let mut machine = Machine::subscribed(BookSettings::new().continuity(RULE).confirmations(0));
    assert_eq!(machine.snapshot("! 16 b100:1 a101:2"), ["live", "changed"]);
    machine
}

#[test]
fn a_book_without_a_rule_is_readable_and_never_live() {
    let mut machine = Machine::subscribed(BookSettings::new());
    assert_eq!(machine.snapshot("! 16 b100:1 a101:2"), ["changed"]);
    assert_eq!(machine.update("+ 90-99 b100:3"), ["changed"]);
    assert_eq!(machine.content(), "99 b100:3 a101:2");
    assert!(machine.trust().starts_with("the continuity of the book is not verified"));
    assert!(machine.state.live().is_err());
}

#[test]
fn a_rule_has_to_be_confirmed_before_a_book_is_live() {
    let mut machine = Machine::subscribed(BookSettings::new().continuity(RULE).confirmations(2));
    assert_eq!(machine.trust(), "the snapshot has not arrived");
    assert_eq!(machine.snapshot("! 16 b100:1 a101:2"), ["changed"]);
    assert_eq!(machine.trust(), "2 more increments have to satisfy the continuity rule");
    assert_eq!(machine.update("+ 17-19 b100:3"), ["changed"]);
    assert_eq!(machine.update("+ 20-20 b100:4"), ["live", "changed"]);
    assert_eq!(machine.trust(), "live");
}

#[test]
fn a_loss_before_the_confirmation_starts_the_confirmation_again() {
    let mut machine = Machine::subscribed(BookSettings::new().continuity(RULE).confirmations(2));
    machine.snapshot("! 16");
    machine.update("+ 17-17");
    machine.resubscribe();
    machine.snapshot("! 18");
    assert_eq!(machine.trust(), "2 more increments have to satisfy the continuity rule");
}

#[test]
fn a_confirmed_rule_makes_later_snapshots_live_at_once() {
    let mut machine = live();
    assert_eq!(machine.resubscribe(), ["lost: the topic is subscribed again: the server did not acknowledge the subscription in time"]);
    assert_eq!(machine.trust(), "the topic is subscribed again: the server did not acknowledge the subscription in time");
    assert_eq!(machine.content(), "16 b100:1 a101:2");
    assert_eq!(machine.snapshot("! 30 b99:1"), ["live", "changed"]);
    assert_eq!(machine.content(), "30 b99:1");
}

#[test]
fn a_new_snapshot_replaces_a_live_book_completely() {
    let mut machine = live();
    assert_eq!(machine.snapshot("! 20 b90:1"), ["changed"]);
    assert_eq!((machine.content(), machine.trust()), ("20 b90:1".to_owned(), "live".to_owned()));
}

#[test]
fn a_disconnected_book_waits_for_the_next_snapshot() {
    let mut machine = live();
    assert_eq!(machine.disconnect(), ["lost: the connection was lost: the server sent nothing, although a reply was due"]);
    assert!(machine.disconnect().is_empty(), "the loss was reported before");
    machine.step(&Event::Connected { connection: 2 });
    machine.step(&Event::Subscribed);
    assert!(machine.update("+ 17-17 b1:1").is_empty(), "an increment before the snapshot");
    assert_eq!(machine.snapshot("! 30"), ["live", "changed"]);
}

#[test]
fn a_stale_book_is_live_again_after_an_increment_that_continues_it() {
    let mut machine = live();
    assert_eq!(machine.stale(), ["lost: the topic is silent"]);
    assert!(machine.update("+ 12-16 b100:9").is_empty(), "an outdated increment proves nothing");
    assert_eq!(machine.trust(), "the topic is silent");
    assert_eq!(machine.update("+ 17-17 b100:2"), ["live", "changed"]);
}

#[test]
fn a_loss_is_reported_again_only_if_its_effect_is_stronger() {
    let connection_lost = ["lost: the connection was lost: the server sent nothing, although a reply was due"];
    let mut machine = live();
    machine.stale();
    assert!(machine.unreadable().is_empty(), "a second doubt");
    assert_eq!(machine.disconnect(), connection_lost);
    let mut machine = live();
    assert_eq!(machine.unreadable(), ["lost: a message of the connection could not be read"]);
    assert_eq!(machine.update("+ 19-19"), ["lost: a gap: versions 19 to 19 after version 16", "resync"]);
    let mut machine = live();
    assert_eq!(machine.update("+ 19-19")[1], "resync");
    assert!(machine.disconnect().is_empty(), "the book was lost before");
    machine.step(&Event::Subscribed);
    assert_eq!(machine.snapshot("+ 20-20"), ["lost: the first message is no snapshot", "resync"]);
}

#[test]
fn an_unreadable_message_is_harmless_if_the_next_increment_continues_the_book() {
    let mut machine = live();
    assert_eq!(machine.unreadable(), ["lost: a message of the connection could not be read"]);
    assert_eq!(machine.update("+ 17-17 b100:2"), ["live", "changed"]);
    machine.unreadable();
    assert_eq!(machine.update("+ 19-19 b100:2"), ["lost: a gap: versions 19 to 19 after version 17", "resync"]);
}

#[test]
fn a_lost_connection_before_the_first_snapshot_is_the_reason_and_no_event() {
    let mut machine = Machine::subscribed(BookSettings::new().continuity(RULE));
    assert!(machine.disconnect().is_empty());
    assert_eq!(machine.trust(), "the connection was lost: the server sent nothing, although a reply was due");
}

#[test]
fn a_rejected_subscription_is_reported_once_also_before_the_first_snapshot() {
    let mut machine = Machine::new(BookSettings::new().continuity(RULE));
    let lost = |text| format!("lost: the topic is subscribed again: the server rejected the subscription: {text}");
    assert_eq!(machine.reject("unknown contract"), [lost("unknown contract")]);
    assert!(machine.reject("unknown contract").is_empty() && machine.reject("unknown contract").is_empty());
    assert_eq!(machine.reject("not now"), [lost("not now")]);
    assert_eq!(machine.trust(), "the topic is subscribed again: the server rejected the subscription: not now");
    machine.step(&Event::Subscribed);
    machine.snapshot("! 16 b100:1 a101:2");
    machine.update("+ 17-17");
    assert_eq!(machine.reject("not now"), [lost("not now")]);
}

#[test]
fn a_crossed_or_locked_book_is_lost_before_the_change_is_reported() {
    let mut machine = live();
    assert_eq!(machine.update("+ 17-17 b101:1"), ["lost: a crossed book: bid 101, ask 101", "resync", "changed"]);
    assert_eq!(machine.trust(), "a crossed book: bid 101, ask 101");
    let mut machine = live();
    assert_eq!(machine.snapshot("! 17 b102:1 a101:1"), ["lost: a crossed book: bid 102, ask 101", "resync", "changed"]);
    assert!(machine.update("+ 18-18 b102:0").is_empty(), "the rest of the subscription is discarded");
}

#[test]
fn a_book_is_lost_if_only_levels_beyond_the_cap_are_left() {
    let mut machine = Machine::subscribed(BookSettings::new().continuity(RULE).confirmations(0).max_levels(1));
    assert_eq!(machine.snapshot("! 16 b100:1 b99:1"), ["live", "changed"]);
    assert_eq!(machine.content(), "16 b100:1");
    assert_eq!(machine.update("+ 17-17 b100:0"), ["lost: only levels beyond the cap are left", "resync", "changed"]);
}

#[test]
fn dropped_messages_make_the_book_subscribe_again() {
    let mut machine = live();
    assert_eq!(machine.step(&Event::Lagged { skipped: 7 }), ["lost: 7 messages were dropped", "resync"]);
    assert!(machine.update("+ 17-17").is_empty());
}

#[test]
fn a_message_that_cannot_be_decoded_makes_the_book_subscribe_again() {
    for message in ["nonsense", "+ 17-17 b1:x", "+ 17-17 b100:-1", "panic"] {
        let mut machine = live();
        let printed = machine.update(message);
        assert!(
            printed.len() == 2 && printed[0].starts_with("lost: a message could not be decoded") && printed[1] == "resync",
            "{printed:?}"
        );
        assert_eq!(machine.content(), "16 b100:1 a101:2", "nothing of the message is applied");
    }
}

#[test]
fn a_closed_book_keeps_its_content_and_is_not_live() {
    let mut machine = live();
    assert_eq!(machine.step(&Event::Closed), ["closed"]);
    assert_eq!((machine.content(), machine.trust()), ("16 b100:1 a101:2".to_owned(), "the topic is closed".to_owned()));
    assert!(machine.snapshot("! 20").is_empty());
}

#[test]
fn an_unverified_book_applies_increments_after_a_loss_until_the_next_snapshot() {
    let mut machine = Machine::subscribed(BookSettings::new());
    assert!(machine.update("+ 1-1 b1:1").is_empty(), "an increment before the snapshot");
    machine.snapshot("! 16 b100:1");
    assert_eq!(machine.step(&Event::Lagged { skipped: 7 }), ["lost: 7 messages were dropped", "resync"]);
    assert_eq!(machine.update("+ 30-30 b100:2"), ["changed"]);
    assert!(machine.state.status(machine.now).loss.is_some());
    machine.resubscribe();
    machine.snapshot("! 40 b100:3");
    assert!(machine.state.status(machine.now).loss.is_none());
}

#[test]
fn the_status_names_rule_version_and_age() {
    let mut machine = live();
    machine.pass(Duration::from_secs(3));
    let status = machine.state.status(machine.now);
    assert_eq!(status.rule.as_deref(), Some("first version = previous version + 1"));
    assert_eq!((status.version, status.age, status.recent_resyncs), (Some(16), Some(Duration::from_secs(3)), 0));
    assert_eq!((status.trust, status.loss), (Ok(()), None));
}
