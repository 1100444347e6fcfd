//! Versions and markers of messages.

use venue_book::{BookSettings, VersionRule};

use crate::support::Machine;

fn subscribed(rule: VersionRule) -> Machine {
    Machine::subscribed(BookSettings::new().continuity(rule).confirmations(0))
}

#[test]
fn an_outdated_increment_is_discarded() {
    let mut machine = subscribed(VersionRule::FirstFollowsPrevious);
    machine.snapshot("! 16 b100:1");
    assert!(machine.update("+ 10-16 b100:9").is_empty());
    assert_eq!((machine.content(), machine.trust()), ("16 b100:1".to_owned(), "live".to_owned()));
}

#[test]
fn only_outdated_increments_are_a_loss() {
    let mut machine = subscribed(VersionRule::FirstFollowsPrevious);
    machine.snapshot("! 1600");
    for version in 1..100 {
        assert!(machine.update(&format!("+ {version}-{version}")).is_empty());
    }
    assert_eq!(machine.update("+ 100-100"), ["lost: only outdated increments after version 1600", "resync"]);
}

#[test]
fn a_gap_makes_the_book_subscribe_again_and_discards_the_rest() {
    let mut machine = subscribed(VersionRule::FirstEqualsPrevious);
    machine.snapshot("! 16 b100:1");
    assert_eq!(machine.update("+ 17-19 b100:3"), ["lost: a gap: versions 17 to 19 after version 16", "resync"]);
    assert!(machine.update("+ 16-20 b100:4").is_empty());
    assert_eq!(machine.content(), "16 b100:1");
    machine.resubscribe();
    assert_eq!(machine.snapshot("! 20 b100:5"), ["live", "changed"]);
}

#[test]
fn a_message_without_a_version_cannot_be_verified() {
    let mut machine = subscribed(VersionRule::Contiguous);
    assert_eq!(machine.snapshot("! - b100:1"), ["lost: a message without a version", "resync"]);
    let mut machine = subscribed(VersionRule::Contiguous);
    machine.snapshot("! 16 b100:1");
    assert_eq!(machine.update("+ - b100:2"), ["lost: a message without a version", "resync"]);
}

#[test]
fn the_marker_of_a_message_has_precedence_over_its_place() {
    let mut machine = subscribed(VersionRule::FirstFollowsPrevious);
    assert_eq!(machine.snapshot("+ 16-17 b100:1"), ["lost: the first message is no snapshot", "resync"]);
    let mut machine = subscribed(VersionRule::FirstFollowsPrevious);
    assert_eq!(machine.update("! 16 b100:1"), ["live", "changed"]);
    assert_eq!(machine.snapshot("+ 17-17 b100:2"), ["changed"], "a marked increment that another layer takes for a snapshot");
    assert_eq!(machine.content(), "17 b100:2");
}

#[test]
fn the_first_message_without_a_marker_is_the_snapshot() {
    let mut machine = subscribed(VersionRule::FirstFollowsPrevious);
    assert_eq!(machine.snapshot("? 16 b100:1"), ["live", "changed"]);
    assert_eq!(machine.update("? 17-18 b100:2"), ["changed"]);
    assert_eq!(machine.content(), "18 b100:2");
}

#[test]
fn a_late_increment_without_a_marker_is_no_snapshot_after_a_repeated_subscription() {
    let mut machine = subscribed(VersionRule::FirstFollowsPrevious);
    machine.snapshot("? 16 b100:1");
    machine.resubscribe();
    let expected = ["lost: the first message can be a snapshot or an increment", "resync"];
    assert_eq!(machine.snapshot("? 17-17 b100:2"), expected);
    assert!(machine.update("? 20 b100:5").is_empty(), "the snapshot is not recognised any more");
    machine.resubscribe();
    assert_eq!(machine.snapshot("? 20 b100:5"), ["live", "changed"]);
}

#[test]
fn a_rule_without_first_versions_accepts_no_snapshot_without_a_marker() {
    let mut machine = subscribed(VersionRule::Contiguous);
    assert_eq!(machine.snapshot("? 16 b100:1"), ["lost: the first message can be a snapshot or an increment", "resync"]);
    machine.resubscribe();
    assert_eq!(machine.snapshot("! 16 b100:1"), ["live", "changed"]);
}
