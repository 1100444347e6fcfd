//! Messages that cannot be read, and messages without a receiver.

use venue_stream::state::Input;
use venue_stream::{RawText, Settings, TopicSettings};

use crate::support::{Machine, ms};

fn machine() -> Machine {
    Machine::subscribed(Settings::new(), &["a", "b"], TopicSettings::new())
}

#[test]
fn an_unreadable_message_is_reported_to_its_topic() {
    assert_eq!(machine().text("a? s3cret"), ["a: unreadable a? [redacted]", "log a? [redacted]"]);
}

#[test]
fn an_unreadable_message_without_a_topic_is_reported_to_all() {
    assert_eq!(machine().text("???"), ["a: unreadable ???", "b: unreadable ???", "log ???"]);
}

#[test]
fn a_topic_that_is_not_subscribed_yet_cannot_have_missed_a_message() {
    let mut machine = machine();
    machine.subscribe("c");
    assert_eq!(machine.text("???").len(), 3);
}

#[test]
fn an_unreadable_message_before_the_acknowledgement_keeps_its_place() {
    let mut machine = machine();
    machine.subscribe("c");
    assert_eq!(machine.run(ms(100)), ["send sub 2 c"]);
    assert_eq!(machine.text("c 1"), [""; 0]);
    // The other topics learn of it at once.
    assert_eq!(machine.text("???"), ["a: unreadable ???", "b: unreadable ???", "log ???"]);
    assert_eq!(machine.text("c 2"), [""; 0]);
    assert_eq!(machine.text("c? 3"), ["log c? 3"]);
    let expected = ["c: subscribed", "c: update c 1", "c: unreadable ???", "c: update c 2", "c: unreadable c? 3"];
    assert_eq!(machine.text("ok 2"), expected);
}

#[test]
fn unreadable_messages_before_the_acknowledgement_are_limited_and_counted() {
    let mut machine = machine();
    machine.subscribe("c");
    machine.run(ms(100));
    for number in 0..200 {
        machine.text("c? x");
        machine.text("c? y");
        machine.text(&format!("c {number}"));
    }
    let printed = machine.text("ok 2");
    // Of each pair, the first is kept. 128 reports and 128 messages fit, and 72 of each do not.
    assert_eq!((printed.len(), printed[1].as_str(), printed[2].as_str()), (258, "c: unreadable c? x", "c: update c 0"));
    assert_eq!(printed[257], "c: lagged 216");
}

#[test]
fn an_unreadable_message_does_not_displace_a_large_snapshot() {
    let mut machine = machine();
    machine.subscribe("c");
    machine.run(ms(100));
    machine.text("???");
    let long = "x".repeat(300 << 10);
    machine.text(&format!("c {long}"));
    assert_eq!(machine.text("ok 2"), ["c: subscribed".to_owned(), "c: unreadable ???".to_owned(), format!("c: update c {long}")]);
}

#[test]
fn a_panic_of_the_adapter_makes_the_message_unreadable() {
    assert_eq!(machine().text("panic")[2], "log panic");
}

#[test]
fn a_binary_message_is_unreadable() {
    let mut machine = machine();
    let printed = machine.step(Input::Binary { connection: 1, length: 12 });
    assert_eq!(printed[0], "a: unreadable a binary message of 12 bytes");
}

#[test]
fn the_text_of_an_unreadable_message_is_cut_off_and_escaped() {
    let printed = machine().text(&format!("\u{1b}{}", "é".repeat(10_000)));
    assert!(printed[0].starts_with("a: unreadable \\u{1b}é"));
    assert!(printed[0].chars().count() < 600, "{}", printed[0].len());
    assert_eq!(RawText::new(&"é".repeat(10_000)).as_str().len(), RawText::MAX_BYTES);
}

#[test]
fn a_secret_at_the_cut_is_redacted_as_a_whole() {
    let printed = machine().text(&format!("{}s3cret", "x".repeat(RawText::MAX_BYTES - 3)));
    assert!(!printed[0].contains("s3c"));
}

#[test]
fn a_message_of_an_unknown_topic_has_no_effect() {
    assert_eq!(machine().text("zzz 1"), [""; 0]);
    assert_eq!(machine().text("hello"), [""; 0]);
    assert_eq!(machine().text("zzz? 1"), ["log zzz? 1"]);
}
