//! Versions and markers of messages.

use std::time::Duration;

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
    for version in 1..=10 {
        assert!(machine.update(&format!("+ {version}-{version}")).is_empty());
    }
    assert_eq!(machine.trust(), "live");
    assert_eq!(machine.update("+ 11-11"), ["lost: an outdated increment: version 11 after version 1600"]);
    for version in 12..100 {
        assert!(machine.update(&format!("+ {version}-{version}")).is_empty());
    }
    assert_eq!(
        machine.update("+ 100-100"),
        ["lost: increments that do not follow version 1600: the exchange has probably restarted its versions", "resync"]
    );
}

#[test]
fn increments_older_than_the_snapshot_are_no_loss_if_the_next_increment_continues_the_book() {
    let mut machine = subscribed(VersionRule::FirstFollowsPrevious);
    machine.snapshot("! 1600");
    for version in 1550..=1600 {
        machine.update(&format!("+ {version}-{version}"));
    }
    assert_eq!(machine.trust(), "an outdated increment: version 1560 after version 1600");
    assert_eq!(machine.update("+ 1601-1601"), ["live", "changed"]);
}

#[test]
fn an_increment_older_than_the_snapshot_is_a_doubt_if_it_is_late() {
    let mut machine = subscribed(VersionRule::FirstFollowsPrevious);
    machine.snapshot("! 1600");
    machine.pass(Duration::from_secs(2));
    assert!(machine.update("+ 1598-1598").is_empty());
    machine.pass(Duration::from_millis(1));
    assert!(machine.update("+ 1600-1600").is_empty(), "an increment that changes nothing");
    assert_eq!(machine.update("+ 1599-1599"), ["lost: an outdated increment: version 1599 after version 1600"]);
    assert_eq!(machine.update("+ 1601-1601"), ["live", "changed"]);
}

/// A live book of version 17 that an increment has continued.
fn continued() -> Machine {
    let mut machine = subscribed(VersionRule::FirstFollowsPrevious);
    machine.snapshot("! 16 b100:1");
    assert_eq!(machine.update("+ 17-17 b100:2"), ["changed"]);
    machine
}

#[test]
fn a_restart_of_the_versions_makes_the_book_doubtful_at_once() {
    let mut machine = continued();
    assert_eq!(machine.update("+ 1-1 b90:1"), ["lost: an outdated increment: version 1 after version 17"]);
    assert!(machine.state.live().is_err());
}

#[test]
fn a_late_increment_does_not_make_the_book_subscribe_again() {
    let mut machine = continued();
    for version in 18..1000 {
        assert_eq!(machine.update(&format!("+ {version}-{version} b100:{version}")).last().map(String::as_str), Some("changed"));
        assert_eq!(machine.trust(), "live");
        let late = machine.update(&format!("+ {0}-{0} b100:9", version - 3));
        assert_eq!(late, [format!("lost: an outdated increment: version {} after version {version}", version - 3)]);
    }
    assert_eq!(machine.state.status(machine.now).recent_resyncs, 0);
}

#[test]
fn a_repetition_of_the_last_increment_is_harmless() {
    let mut machine = continued();
    for version in 18..1000 {
        let increment = format!("+ {version}-{version} b100:{version} a101:{version} a101:0");
        assert_eq!(machine.update(&increment), ["changed"]);
        assert!(machine.update(&increment).is_empty());
        assert_eq!(machine.trust(), "live");
    }
}

#[test]
fn repetitions_and_signs_of_life_do_not_count_as_late_increments() {
    let mut machine = continued();
    for _ in 0..1_000 {
        assert!(machine.update("+ 17-17 b100:2").is_empty());
        assert!(machine.update("+ 17-17").is_empty());
    }
    assert_eq!(machine.trust(), "live");
    assert_eq!(machine.update("+ 16-16"), ["lost: an outdated increment: version 16 after version 17"]);
    assert_eq!(machine.update("+ 18-18"), ["live", "changed"]);
}

#[test]
fn an_increment_of_the_books_version_with_other_levels_is_a_loss() {
    let mut machine = continued();
    assert!(machine.update("+ 17-17").is_empty(), "some servers send empty increments of the present version");
    assert_eq!(
        machine.update("+ 17-17 b99:1"),
        ["lost: increments that do not follow version 17: the exchange has probably restarted its versions", "resync"]
    );
}

#[test]
fn versions_that_restart_and_reach_the_version_of_the_book_do_not_continue_it() {
    let mut machine = continued();
    let mut outputs = Vec::new();
    for version in 12..30 {
        outputs.extend(machine.update(&format!("+ {version}-{version} b90:{version}")));
        assert!(machine.state.live().is_err());
    }
    let expected = [
        "lost: an outdated increment: version 12 after version 17",
        "lost: increments that do not follow version 17: the exchange has probably restarted its versions",
        "resync",
    ];
    assert_eq!(outputs, expected);
}

#[test]
fn many_outdated_increments_after_one_that_continued_the_book_are_a_loss() {
    let mut machine = subscribed(VersionRule::FirstFollowsPrevious);
    machine.snapshot("! 1600");
    machine.update("+ 1601-1601");
    assert_eq!(machine.update("+ 1-1"), ["lost: an outdated increment: version 1 after version 1601"]);
    for version in 2..=10 {
        assert!(machine.update(&format!("+ {version}-{version}")).is_empty());
    }
    assert_eq!(
        machine.update("+ 11-11"),
        ["lost: increments that do not follow version 1601: the exchange has probably restarted its versions", "resync"]
    );
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
