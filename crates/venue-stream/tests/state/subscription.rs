//! The subscriptions of topics, which are independent of each other.

use venue_stream::{Settings, TopicSettings};

use crate::support::{Lines, Machine, ms, secs};

fn open(protocol: Lines, topics: &[&str]) -> Machine {
    let mut machine = Machine::with_protocol(protocol, Settings::new());
    for topic in topics {
        machine.subscribe(topic);
    }
    machine.open();
    machine
}

fn batches() -> Lines {
    Lines { topics_per_request: 3, ..Lines::default() }
}

#[test]
fn a_topic_is_active_after_its_acknowledgement_only() {
    let mut machine = open(Lines::default(), &["a"]);
    assert_eq!(machine.text("a 1"), [""; 0]);
    assert_eq!(machine.text("a 2"), [""; 0]);
    assert_eq!(machine.text("ok 1"), ["a: subscribed", "a: update a 1", "a: update a 2"]);
    assert_eq!(machine.text("a 3"), ["a: update a 3"]);
}

#[test]
fn messages_before_the_acknowledgement_are_limited_and_counted() {
    let mut machine = open(Lines::default(), &["a"]);
    for number in 0..262 {
        machine.text(&format!("a {number}"));
    }
    let printed = machine.text("ok 1");
    assert_eq!(printed.len(), 1 + 256 + 1);
    assert_eq!(printed[1], "a: update a 0");
    assert_eq!(printed[257], "a: lagged 6");
}

#[test]
fn a_long_message_before_the_acknowledgement_is_kept_if_it_is_the_first() {
    let long = "x".repeat(300 << 10);
    let mut machine = open(Lines::default(), &["a"]);
    machine.text(&format!("a {long}"));
    machine.text("a 2");
    let printed = machine.text("ok 1");
    assert_eq!(printed.len(), 3);
    assert_eq!(printed[1], format!("a: update a {long}"));
    assert_eq!(printed[2], "a: lagged 1");
}

#[test]
fn requests_are_sent_with_the_stated_interval() {
    let mut machine = open(Lines::default(), &["a", "b", "c"]);
    assert_eq!(machine.run(ms(99)), [""; 0]);
    assert_eq!(machine.run(ms(1)), ["send sub 2 b"]);
    assert_eq!(machine.run(ms(100)), ["send sub 3 c"]);
}

#[test]
fn topics_share_requests_up_to_the_limit_of_the_protocol() {
    let mut machine = open(batches(), &["a", "b", "c", "d"]);
    assert_eq!(machine.run(ms(100)), ["send sub 2 d"]);
    assert_eq!(machine.text("ok 1 a,c"), ["a: subscribed", "c: subscribed"]);
    assert_eq!(machine.text("ok 1 b"), ["b: subscribed"]);
}

#[test]
fn an_acknowledgement_without_an_id_is_about_its_topics() {
    let mut machine = open(batches(), &["a", "b"]);
    assert_eq!(machine.text("ok - b"), ["b: subscribed"]);
    assert_eq!(machine.text("ok -"), [""; 0]);
}

#[test]
fn a_rejected_topic_is_repeated_separately_and_after_a_pause() {
    let mut machine = open(batches(), &["a", "b"]);
    let printed = machine.text("no 1");
    let rejected = |topic| format!("{topic}: resync: the server rejected the subscription: no 1");
    assert_eq!(printed, [rejected("a"), rejected("b")]);
    let mut printed = machine.run(ms(350));
    printed.sort();
    assert!(printed == ["send sub 2 a", "send sub 3 b"] || printed == ["send sub 2 b", "send sub 3 a"], "{printed:?}");
}

#[test]
fn a_topic_that_is_rejected_for_ever_is_closed_and_the_others_continue() {
    let mut machine = open(Lines::default(), &["a", "b"]);
    let printed = machine.text("never 1");
    assert_eq!(printed, ["a: resync: the server rejected the subscription: never 1", "a: closed"]);
    machine.run(ms(100));
    assert_eq!(machine.text("ok 2"), ["b: subscribed"]);
    assert_eq!(machine.state.topic_names().collect::<Vec<_>>(), ["b"]);
}

#[test]
fn the_pauses_of_a_rejected_topic_grow_and_other_topics_are_not_delayed() {
    let mut machine = open(Lines::default(), &["a"]);
    let mut request = 1;
    for limit in [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000].map(ms) {
        machine.text(&format!("no {request}"));
        let from = machine.now;
        let mut printed = Vec::new();
        while !printed.iter().any(|output: &String| output.ends_with(" a")) {
            printed = machine.run_to_deadline().1;
        }
        let pause = machine.now.since(from);
        assert!(limit / 2 <= pause && pause <= limit, "{pause:?} of {limit:?}");
        request = printed.iter().find_map(|output| output.strip_prefix("send sub ")?.strip_suffix(" a")?.parse().ok()).expect("an id");
    }
    machine.text(&format!("no {request}"));
    machine.run(ms(100));
    assert!(machine.subscribe("b").iter().any(|output| output.ends_with(" b")));
}

#[test]
fn a_missing_acknowledgement_affects_only_its_topic() {
    let mut machine = open(Lines::default(), &["a", "b"]);
    machine.run(ms(100));
    machine.text("ok 2");
    let printed = machine.run(ms(9_900));
    assert_eq!(printed, ["a: resync: the server did not acknowledge the subscription in time"]);
    assert_eq!(machine.run(ms(250)), ["send sub 3 a"]);
    assert_eq!(machine.text("b 1"), ["b: update b 1"]);
}

#[test]
fn an_acknowledgement_after_the_timeout_still_counts() {
    let mut machine = open(Lines::default(), &["a"]);
    machine.text("hello");
    machine.pass(ms(1)).text("hello");
    machine.run(secs(10));
    assert_eq!(machine.text("ok 1"), ["a: subscribed"]);
    assert_eq!(machine.run(secs(1)), [""; 0]);
}

#[test]
fn an_acknowledgement_of_a_subscription_that_was_given_up_has_no_effect() {
    let mut machine = open(Lines::default(), &["a"]);
    machine.text("hello");
    machine.pass(ms(1)).text("hello");
    assert_eq!(machine.run(secs(11)).last().expect("a request"), "send sub 2 a");
    assert_eq!(machine.text("ok 1"), ["a: subscribed"]);
    machine.pass(ms(100)).resync("a");
    machine.text("ok 3");
    assert_eq!(machine.text("ok 2"), [""; 0]);
}

#[test]
fn a_late_acknowledgement_of_a_removed_topic_does_not_confirm_the_next_topic() {
    let mut machine = open(Lines::default(), &["a"]);
    assert_eq!(machine.pass(secs(1)).unsubscribe("a"), ["send unsub 2 a"]);
    machine.text("ok 2");
    assert_eq!(machine.subscribe("b"), ["b: connected 1"]);
    assert_eq!(machine.text("ok 1"), [""; 0]);
    assert_eq!(machine.run(ms(100)), ["send sub 3 b"]);
    assert_eq!(machine.text("ok 3"), ["b: subscribed"]);
}

#[test]
fn a_gap_resynchronizes_one_topic_and_the_others_see_nothing() {
    let mut machine = Machine::subscribed(Settings::new(), &["a", "b"], TopicSettings::new());
    assert_eq!(machine.pass(secs(1)).resync("a"), ["a: resync: a subscriber requested it: a gap", "send unsub 2 a"]);
    assert_eq!(machine.text("a 1"), [""; 0], "a message of the subscription that was given up");
    assert_eq!(machine.text("b 1"), ["b: update b 1"]);
    assert_eq!(machine.text("ok 2"), [""; 0]);
    assert_eq!(machine.run(ms(250)), ["send sub 3 a"]);
    assert_eq!(machine.text("ok 3"), ["a: subscribed"]);
}

#[test]
fn a_second_resync_during_the_first_has_no_effect() {
    let mut machine = Machine::subscribed(Settings::new(), &["a"], TopicSettings::new());
    machine.resync("a");
    assert_eq!(machine.resync("a"), [""; 0]);
    machine.run(ms(100));
    machine.text("ok 2");
    machine.run(ms(250));
    assert_eq!(machine.resync("a"), [""; 0]);
}

#[test]
fn an_unacknowledged_unsubscription_does_not_prevent_the_new_subscription() {
    let mut machine = Machine::subscribed(Settings::new(), &["a"], TopicSettings::new());
    assert_eq!(machine.pass(secs(1)).resync("a").last().expect("a request"), "send unsub 2 a");
    assert_eq!(machine.run(secs(10)), ["send sub 3 a"]);
}

#[test]
fn an_exchange_without_unsubscription_is_subscribed_again_at_once() {
    let mut machine = open(Lines { has_no_unsubscribe: true, ..Lines::default() }, &["a"]);
    machine.text("ok 1");
    machine.run(secs(1));
    assert_eq!(machine.resync("a"), ["a: resync: a subscriber requested it: a gap"]);
    assert_eq!(machine.run(ms(250)), ["send sub 3 a"]);
}

/// Reports a gap whenever the topic is confirmed, for this number of tenths of a second. Returns the number of subscriptions.
fn subscriptions_with_gaps(machine: &mut Machine, tenths: u32) -> usize {
    let mut printed = Vec::new();
    for _ in 0..tenths {
        let mut new = machine.resync("a");
        machine.accept(&mut new);
        printed.extend(new);
        printed.extend(machine.run_accepting(ms(100)));
    }
    printed.iter().filter(|output| output.starts_with("send sub")).count()
}

#[test]
fn resyncs_that_do_not_help_become_rarer() {
    let mut machine = Machine::subscribed(Settings::new(), &["a"], TopicSettings::new());
    let subscriptions = subscriptions_with_gaps(&mut machine, 600);
    // The limits of the pauses are 250 ms, 500 ms, 1 s, 2 s, 4 s, 8 s, 16 s and 30 s. Each pause is at least half of its limit.
    assert!((6..=9).contains(&subscriptions), "{subscriptions} subscriptions in a minute");
}

#[test]
fn the_pauses_begin_again_after_the_data_were_continuous() {
    let mut machine = Machine::subscribed(Settings::new(), &["a"], TopicSettings::new());
    subscriptions_with_gaps(&mut machine, 600);
    machine.run_accepting(secs(60));
    machine.text("a 1");
    assert!(subscriptions_with_gaps(&mut machine, 50) >= 3);
}

#[test]
fn unsubscribing_ends_the_events_at_once() {
    let mut machine = Machine::subscribed(Settings::new(), &["a", "b"], TopicSettings::new());
    assert_eq!(machine.pass(secs(1)).unsubscribe("a"), ["send unsub 2 a"]);
    assert_eq!(machine.text("a 1"), [""; 0]);
    assert_eq!(machine.state.topic_key("a"), None);
    assert_eq!(machine.text("ok 2"), [""; 0]);
}

#[test]
fn a_topic_that_was_never_sent_is_unsubscribed_without_a_request() {
    let mut machine = open(Lines::default(), &["a", "b"]);
    assert_eq!(machine.unsubscribe("b"), [""; 0]);
    assert_eq!(machine.run(secs(1)), [""; 0]);
}

#[test]
fn a_topic_can_be_subscribed_again_while_it_is_unsubscribed() {
    let mut machine = Machine::subscribed(Settings::new(), &["a"], TopicSettings::new());
    machine.pass(secs(1)).unsubscribe("a");
    assert_eq!(machine.subscribe("a"), ["a: connected 1"]);
    assert_eq!(machine.text("a 1"), [""; 0]);
    machine.text("ok 2");
    assert_eq!(machine.run(ms(100)), ["send sub 3 a"]);
    assert_eq!(machine.text("ok 3"), ["a: subscribed"]);
}

#[test]
fn a_topic_of_the_server_is_confirmed_without_a_request() {
    let mut machine = Machine::new(Settings::new().authentication(secs(5)));
    machine.subscribe("user");
    machine.open();
    assert_eq!(machine.text("user 1"), [""; 0]);
    assert_eq!(machine.text("auth ok"), ["user: connected 1", "send ping frame", "user: subscribed", "user: update user 1"]);
    assert_eq!(machine.subscribe("user2"), ["user2: connected 1", "user2: subscribed"]);
    assert_eq!(machine.resync("user"), ["user: resync: a subscriber requested it: a gap", "user: subscribed"]);
    assert_eq!(machine.unsubscribe("user"), [""; 0]);
}

#[test]
fn the_first_unmarked_message_is_the_snapshot_of_a_topic_that_has_one() {
    let settings = TopicSettings::new().snapshot_then_updates(secs(10));
    let mut machine = Machine::subscribed(Settings::new(), &["a"], settings);
    assert_eq!(machine.text("a 1"), ["a: snapshot a 1"]);
    assert_eq!(machine.text("a 2"), ["a: update a 2"]);
    assert_eq!(machine.text("a! 3"), ["a: snapshot a! 3"]);
    machine.pass(secs(1)).resync("a");
    machine.text("ok 2");
    machine.run(ms(250));
    machine.text("a 4");
    assert_eq!(machine.text("ok 3"), ["a: subscribed", "a: snapshot a 4"]);
}

#[test]
fn a_snapshot_that_is_not_sent_is_requested_again() {
    let settings = TopicSettings::new().snapshot_then_updates(secs(5));
    let mut machine = Machine::subscribed(Settings::new(), &["a", "b"], settings);
    machine.text("b 1");
    // An update is marked as an update, so it is no snapshot.
    machine.text("a+ 1");
    assert_eq!(machine.run(secs(5)), ["a: resync: the server sent no snapshot in time", "send unsub 2 a"]);
}

#[test]
fn another_subscriber_of_a_topic_with_snapshots_gets_a_new_snapshot() {
    let settings = TopicSettings::new().snapshot_then_updates(secs(5));
    let mut machine = Machine::subscribed(Settings::new(), &["a"], settings);
    machine.text("a 1");
    let printed = machine.pass(secs(1)).subscribe_with("a", settings);
    assert_eq!(printed, ["a: resync: another subscriber needs a snapshot", "send unsub 2 a"]);
    assert_eq!(machine.subscribe_with("a", settings), [""; 0]);
}
