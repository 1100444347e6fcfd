//! Connecting, authentication and closing.

use venue_stream::state::{Input, SubscriptionState};
use venue_stream::{Settings, TopicSettings};

use crate::support::{Machine, ms, secs};

fn with_authentication() -> Settings {
    Settings::new().authentication(secs(5))
}

#[test]
fn the_first_subscription_opens_the_connection() {
    let mut machine = Machine::new(Settings::new());
    assert_eq!(machine.state.next_deadline(), None);
    assert_eq!(machine.subscribe("a"), ["connect 1"]);
    assert_eq!(machine.subscribe("b"), [""; 0]);
    assert_eq!(machine.open(), ["a: connected 1", "b: connected 1", "send ping frame", "send sub 1 a"]);
}

#[test]
fn topics_are_subscribed_after_the_authentication_only() {
    let mut machine = Machine::new(with_authentication());
    machine.subscribe("a");
    assert_eq!(machine.open(), [""; 0]);
    assert_eq!(machine.text("auth ok"), ["a: connected 1", "send ping frame", "send sub 1 a"]);
    assert_eq!(machine.text("auth ok"), [""; 0]);
}

#[test]
fn a_login_message_is_sent_first() {
    let mut machine = Machine::new(with_authentication());
    machine.subscribe("a");
    assert_eq!(machine.step(Input::Opened { connection: 1, has_login: true }), ["send login"]);

    let mut machine = Machine::new(Settings::new());
    machine.subscribe("a");
    assert_eq!(
        machine.step(Input::Opened { connection: 1, has_login: true }),
        ["send login", "a: connected 1", "send ping frame", "send sub 1 a"]
    );
}

#[test]
fn rejected_credentials_end_the_connection() {
    let mut machine = Machine::new(with_authentication());
    machine.subscribe("a");
    machine.open();
    let printed = machine.text("auth no s3cret");
    assert_eq!(printed, ["disconnect 1", "a: disconnected: the server rejected the authentication: auth no [redacted]"]);
}

#[test]
fn credentials_that_are_revoked_later_end_the_connection() {
    let mut machine = Machine::subscribed(Settings::new(), &["a"], TopicSettings::new());
    assert_eq!(machine.text("auth no")[0], "disconnect 1");
}

#[test]
fn a_missing_confirmation_of_the_authentication_ends_the_connection() {
    let mut machine = Machine::new(with_authentication());
    machine.subscribe("a");
    machine.open();
    assert_eq!(machine.run(ms(4_999)), [""; 0]);
    let printed = machine.run(ms(1));
    assert_eq!(printed, ["disconnect 1", "a: disconnected: the server did not confirm the authentication in time"]);
}

#[test]
fn an_attempt_that_takes_too_long_is_given_up() {
    let mut machine = Machine::new(Settings::new().connect_timeout(secs(3)));
    machine.subscribe("a");
    assert_eq!(machine.run(secs(3)), ["disconnect 1", "a: disconnected: connecting took too long"]);
    assert_eq!(machine.step(Input::Opened { connection: 1, has_login: false }), [""; 0]);
}

#[test]
fn an_input_of_an_earlier_connection_has_no_effect() {
    let mut machine = Machine::subscribed(Settings::new(), &["a"], TopicSettings::new());
    machine.lose("reset");
    machine.run(secs(1));
    machine.open();
    assert_eq!(machine.state.connection(), 2);
    assert_eq!(machine.step(Input::Text { connection: 1, text: "a 1" }), [""; 0]);
    let why = venue_stream::DisconnectReason::Unresponsive;
    assert_eq!(machine.step(Input::Lost { connection: 1, why }), [""; 0]);
    assert!(machine.state.is_open());
}

#[test]
fn without_topics_a_lost_connection_is_not_replaced() {
    let mut machine = Machine::subscribed(Settings::new(), &["a"], TopicSettings::new());
    machine.unsubscribe("a");
    assert_eq!(machine.lose("reset"), ["disconnect 1"]);
    assert_eq!(machine.state.next_deadline(), None);
    // The pause after the loss still applies.
    assert_eq!(machine.subscribe("a"), [""; 0]);
    assert_eq!(machine.run(secs(1)), ["connect 2"]);
}

#[test]
fn the_pause_ends_without_an_attempt_if_the_last_topic_leaves() {
    let mut machine = Machine::subscribed(Settings::new(), &["a"], TopicSettings::new());
    machine.lose("reset");
    machine.unsubscribe("a");
    assert_eq!(machine.run(secs(100)), [""; 0]);
}

#[test]
fn closing_reports_the_end_to_all_topics_and_has_no_further_outputs() {
    let mut machine = Machine::subscribed(Settings::new(), &["a", "b"], TopicSettings::new());
    assert_eq!(machine.step(Input::Close), ["disconnect 1", "a: closed", "b: closed", "finished"]);
    assert_eq!(machine.step(Input::Close), [""; 0]);
    assert_eq!(machine.subscribe("a"), [""; 0]);
    assert_eq!(machine.run(secs(100)), [""; 0]);
}

#[test]
fn the_program_can_request_a_new_connection() {
    let mut machine = Machine::subscribed(Settings::new(), &["a"], TopicSettings::new());
    let printed = machine.step(Input::Reconnect);
    assert_eq!(printed, ["disconnect 1", "a: disconnected: the program requested a new connection"]);
    assert_eq!(machine.step(Input::Reconnect), [""; 0]);
    assert_eq!(machine.run(secs(1)), ["connect 2"]);
}

#[test]
fn the_state_of_a_subscription_is_visible() {
    let mut machine = Machine::new(Settings::new());
    let mut states = Vec::new();
    machine.subscribe("a");
    let key = machine.state.topic_key("a").expect("subscribed");
    let mut note = |machine: &Machine| states.push(machine.state.subscription_state(key).expect("a topic"));
    note(&machine);
    machine.open();
    note(&machine);
    machine.text("no 1");
    note(&machine);
    machine.run(secs(1));
    machine.text("ok 2");
    note(&machine);
    machine.resync("a");
    note(&machine);
    machine.lose("reset");
    note(&machine);
    use SubscriptionState::{Confirmed, Lost, Requested, Sent, Unsubscribing};
    assert_eq!(states, [Lost, Sent, Requested, Confirmed, Unsubscribing, Lost]);
}
