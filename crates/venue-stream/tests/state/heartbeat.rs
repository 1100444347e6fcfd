//! The signs of life of a connection.

use venue_stream::{Heartbeat, Settings, TopicSettings};

use crate::support::{Lines, Machine, ms, secs};

/// A ping every 15 s, with a reply within 10 s.
fn machine() -> Machine {
    Machine::subscribed(Settings::new().heartbeat(Heartbeat::new(secs(15), secs(10))), &["a"], TopicSettings::new())
}

const UNRESPONSIVE: [&str; 2] = ["disconnect 1", "a: disconnected: the server sent nothing, although a reply was due"];

#[test]
fn a_ping_of_both_kinds_is_sent_at_each_interval() {
    let mut machine = machine();
    assert_eq!(machine.run(ms(14_999)), [""; 0]);
    assert_eq!(machine.run(ms(1)), ["send ping 2", "send ping frame"]);
    assert_eq!(machine.run(secs(15)), ["send ping 3", "send ping frame"]);
}

#[test]
fn an_exchange_without_its_own_ping_gets_only_the_ping_frame() {
    let mut machine = Machine::with_protocol(Lines { has_no_ping: true, ..Lines::default() }, Settings::new());
    machine.subscribe("a");
    machine.open();
    machine.text("ok 1");
    assert_eq!(machine.run(secs(15)), ["send ping frame"]);
}

#[test]
fn a_server_that_never_replied_to_a_ping_is_not_disconnected() {
    let mut machine = machine();
    let printed = machine.run(secs(3600));
    assert_eq!(printed.len(), 480, "only pings: {printed:?}");
    assert!(machine.state.is_open());
}

#[test]
fn a_server_that_replied_once_has_to_reply_in_time() {
    for reply in [|machine: &mut Machine| machine.text("pong 2"), Machine::pong_frame] {
        let mut machine = machine();
        machine.run(secs(15));
        reply(&mut machine);
        assert_eq!(machine.run(secs(15)), ["send ping 3", "send ping frame"]);
        assert_eq!(machine.run(ms(9_999)), [""; 0]);
        assert_eq!(machine.run(ms(1)), UNRESPONSIVE);
    }
}

#[test]
fn the_reply_to_the_first_ping_frame_is_enough() {
    let mut machine = machine();
    machine.pass(ms(40)).pong_frame();
    machine.run(ms(24_959));
    assert_eq!(machine.run(ms(1)), UNRESPONSIVE);
}

#[test]
fn every_frame_is_a_sign_of_life() {
    let frames: [fn(&mut Machine) -> Vec<String>; 4] =
        [|machine| machine.text("a 1"), |machine| machine.text("hello"), |machine| machine.text("???"), Machine::pong_frame];
    for frame in frames {
        let mut machine = machine();
        machine.pong_frame();
        machine.run(secs(24));
        frame(&mut machine);
        assert_eq!(machine.run(secs(15)), ["send ping 3", "send ping frame"]);
    }
}

#[test]
fn a_reply_on_an_earlier_connection_proves_nothing_about_this_one() {
    let mut machine = machine();
    machine.pong_frame();
    machine.lose("reset");
    machine.run(secs(1));
    machine.open();
    machine.text("ok 2");
    machine.run(secs(3600));
    assert!(machine.state.is_open());
}

#[test]
fn a_frame_that_waited_while_the_program_was_suspended_keeps_the_connection() {
    let mut machine = machine();
    machine.pong_frame();
    machine.run(secs(15));
    // The program sleeps for an hour. Then it sees the time and the frame at once.
    machine.pass(secs(3600));
    assert_eq!(machine.text("a 1"), ["send ping 3", "send ping frame", "a: update a 1"]);
}

#[test]
fn the_silence_limit_does_not_need_a_reply() {
    let heartbeat = Heartbeat::new(secs(15), secs(10)).silence_limit(secs(40));
    let mut machine = Machine::subscribed(Settings::new().heartbeat(heartbeat), &["a"], TopicSettings::new());
    assert_eq!(machine.run(ms(39_999)).len(), 4);
    assert_eq!(machine.run(ms(1)), UNRESPONSIVE);
}

#[test]
fn the_round_trip_time_is_measured_with_the_id_of_the_last_ping() {
    let mut machine = machine();
    machine.run(secs(15));
    assert_eq!(machine.state.round_trip(), None);
    machine.pass(ms(80)).text("pong 1");
    assert_eq!(machine.state.round_trip(), None);
    machine.pass(ms(3)).text("pong 2");
    assert_eq!(machine.state.round_trip(), Some(ms(83)));
}

#[test]
fn a_connection_that_is_silent_from_the_start_is_found_by_the_missing_acknowledgement() {
    let mut machine = Machine::new(Settings::new().ack_timeout(secs(10)));
    machine.subscribe("a");
    machine.open();
    assert_eq!(machine.run(secs(10)), UNRESPONSIVE);
}
