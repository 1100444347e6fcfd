//! Topics that are silent on a connection that is alive.

use venue_stream::{Heartbeat, Settings, TopicSettings};

use crate::support::{Machine, ms, secs};

fn machine(topics: &[&str]) -> Machine {
    Machine::subscribed(Settings::new(), topics, TopicSettings::new().stale_after(secs(5)))
}

#[test]
fn a_silent_topic_is_reported_at_its_limit_although_others_are_alive() {
    let mut machine = machine(&["a", "b"]);
    machine.pass(secs(3)).text("b 1");
    assert_eq!(machine.run(ms(1_999)), [""; 0]);
    assert_eq!(machine.run(ms(1)), ["a: stale since 1000 ms"]);
    assert_eq!(machine.run(secs(3)), ["b: stale since 4000 ms"]);
    assert!(machine.state.is_open());
}

#[test]
fn staleness_is_reported_once_until_the_next_message() {
    let mut machine = machine(&["a"]);
    assert_eq!(machine.run(secs(14)), ["a: stale since 1000 ms"]);
    assert_eq!(machine.text("a 1"), ["a: update a 1"]);
    assert_eq!(machine.run(secs(5)).last().expect("an event"), "a: stale since 15000 ms");
}

#[test]
fn a_topic_that_was_stale_is_found_again_without_another_deadline() {
    let settings = Settings::new().heartbeat(Heartbeat::new(secs(3600), secs(10)));
    let mut machine = Machine::subscribed(settings, &["a"], TopicSettings::new().stale_after(secs(5)));
    machine.run(secs(10));
    machine.text("a 1");
    assert_eq!(machine.run(secs(5)), ["a: stale since 11000 ms"]);
}

#[test]
fn staleness_is_reported_before_a_message_that_arrives_after_the_limit() {
    let mut machine = machine(&["a"]);
    machine.pass(secs(6));
    assert_eq!(machine.text("a 1"), ["a: stale since 1000 ms", "a: update a 1"]);
}

#[test]
fn control_frames_do_not_keep_a_topic_alive() {
    let mut machine = machine(&["a"]);
    for _ in 0..4 {
        machine.pass(secs(1)).pong_frame();
    }
    assert_eq!(machine.pass(secs(1)).pong_frame(), ["a: stale since 1000 ms"]);
}

#[test]
fn a_topic_without_a_limit_is_never_stale() {
    let mut machine = Machine::subscribed(Settings::new(), &["a"], TopicSettings::new());
    assert!(machine.run(secs(3600)).iter().all(|output| output.starts_with("send ping")));
}

#[test]
fn a_stale_topic_is_subscribed_again_if_the_settings_request_it() {
    let settings = TopicSettings::new().stale_after(secs(5)).resubscribe_when_stale();
    let mut machine = Machine::subscribed(Settings::new(), &["a", "b"], settings);
    machine.pass(secs(4)).text("b 1");
    let printed = machine.run(secs(1));
    let resync = "a: resync: no message arrived within the staleness limit";
    assert_eq!(printed, ["a: stale since 1000 ms", resync, "send unsub 2 a"]);
    assert_eq!(machine.text("ok 2"), [""; 0]);
    assert_eq!(machine.run(ms(250)), ["send sub 3 a"]);
    assert_eq!(machine.text("ok 3"), ["a: subscribed"]);
}

#[test]
fn the_limit_begins_again_with_a_new_connection() {
    let mut machine = machine(&["a"]);
    machine.run(secs(4));
    machine.lose("reset");
    machine.run(secs(1));
    machine.open();
    machine.pass(secs(3)).text("ok 2");
    assert_eq!(machine.run(ms(4_999)), [""; 0]);
    assert_eq!(machine.run(ms(1)).len(), 1);
}

#[test]
fn the_shortest_limit_of_all_subscribers_applies() {
    let mut machine = machine(&["a"]);
    machine.subscribe_with("a", TopicSettings::new().stale_after(secs(2)));
    machine.subscribe_with("a", TopicSettings::new().stale_after(secs(9)));
    machine.subscribe("a");
    assert_eq!(machine.run(secs(2)), ["a: stale since 1000 ms"]);
}
