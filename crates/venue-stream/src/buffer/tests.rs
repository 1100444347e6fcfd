//! Tests of the queue of unread events.

use proptest::prelude::*;

use super::*;
use crate::{DisconnectReason, MonotonicTime, RawText, ResyncReason};

fn update(text: &str) -> Event {
    Event::Update(Message::new(text, MonotonicTime::default()))
}

/// Prints the events that a subscriber reads.
fn read(buffer: &mut Buffer) -> Vec<String> {
    std::iter::from_fn(|| buffer.pop()).map(|event| print(&event)).collect()
}

fn print(event: &Event) -> String {
    match event {
        Event::Update(message) => message.text().to_owned(),
        Event::Lagged { skipped } => format!("lagged {skipped}"),
        Event::Disconnected { .. } => "disconnected".to_owned(),
        Event::Connected { connection } => format!("connected {connection}"),
        Event::Resync { .. } => "resync".to_owned(),
        Event::Stale { since } => format!("stale {}", since.as_duration().as_secs()),
        Event::Unreadable { raw } => format!("unreadable {raw}"),
        other => format!("{other:?}").to_lowercase(),
    }
}

fn event(text: &str) -> Event {
    let (word, number) = text.split_once(' ').unwrap_or((text, "0"));
    let number: u64 = number.parse().expect("a number");
    match word {
        "connected" => Event::Connected { connection: number },
        "subscribed" => Event::Subscribed,
        "stale" => Event::Stale { since: MonotonicTime::from_start(std::time::Duration::from_secs(number)) },
        "resync" => Event::Resync { why: ResyncReason::Requested(String::new()) },
        "lagged" => Event::Lagged { skipped: number },
        "unreadable" => Event::Unreadable { raw: RawText::new(&number.to_string()) },
        "disconnected" => Event::Disconnected { why: DisconnectReason::Unresponsive },
        "closed" => Event::Closed,
        _ => update(text),
    }
}

fn check(policy: Buffering, pushed: &[&str], expected: &[&str]) {
    let mut buffer = Buffer::new(policy);
    pushed.iter().for_each(|text| buffer.push(event(text)));
    assert_eq!(read(&mut buffer), expected, "{pushed:?}");
}

#[test]
fn conflation_keeps_the_newest_message() {
    check(Buffering::Conflate, &["a", "b", "c"], &["c"]);
    check(Buffering::Conflate, &["a", "stale 1", "b", "c"], &["stale 1", "c"]);
    check(Buffering::Conflate, &["a", "stale 1", "b", "stale 2"], &["stale 1", "b", "stale 2"]);
}

#[test]
fn a_bounded_buffer_keeps_the_newest_messages_and_counts_the_others() {
    let two = Buffering::bounded(2);
    check(two, &["a", "b"], &["a", "b"]);
    check(two, &["a", "b", "c", "d", "e"], &["lagged 3", "d", "e"]);
    check(two, &["subscribed", "a", "b", "c"], &["subscribed", "lagged 1", "b", "c"]);
}

#[test]
fn a_lossless_buffer_keeps_the_oldest_messages_and_counts_the_others() {
    let two = Buffering::lossless(2);
    check(two, &["a", "b", "c", "d", "e"], &["a", "b", "lagged 3"]);
    let mut buffer = Buffer::new(two);
    ["a", "b", "c"].iter().for_each(|text| buffer.push(event(text)));
    assert_eq!(buffer.pop().map(|event| print(&event)).as_deref(), Some("a"));
    buffer.push(event("d"));
    assert_eq!(read(&mut buffer), ["b", "lagged 1", "d"]);
}

#[test]
fn a_lost_message_is_reported_after_the_subscription_that_it_belongs_to() {
    let one = Buffering::bounded(1);
    let lost = ["a", "b", "disconnected", "connected 2", "subscribed", "c", "d"];
    check(one, &lost, &["disconnected", "connected 2", "subscribed", "lagged 3", "d"]);
    check(one, &["a", "b", "disconnected", "connected 2", "subscribed"], &["lagged 1", "b", "disconnected", "connected 2", "subscribed"]);
}

#[test]
fn a_reconnect_replaces_the_events_of_earlier_connections() {
    let cycle = ["connected 1", "subscribed", "stale 1", "resync", "subscribed", "disconnected"];
    let pushed: Vec<_> = cycle.iter().copied().cycle().take(60).chain(["connected 9"]).collect();
    check(Buffering::Conflate, &pushed, &["disconnected", "connected 9"]);
}

#[test]
fn a_resync_replaces_the_events_of_earlier_subscriptions() {
    let pushed = ["connected 1", "subscribed", "stale 1", "resync", "subscribed", "resync", "subscribed"];
    check(Buffering::Conflate, &pushed, &["connected 1", "resync", "subscribed"]);
}

#[test]
fn a_second_unreadable_message_between_two_messages_is_counted() {
    check(Buffering::bounded(9), &["unreadable 1", "unreadable 2", "unreadable 3", "a"], &["unreadable 1", "lagged 2", "a"]);
}

#[test]
fn the_bytes_of_the_texts_are_limited_too() {
    let limited = Buffering::Bounded { messages: std::num::NonZeroUsize::MAX, bytes: 10 };
    check(limited, &["aaaa", "bbbb", "cccc"], &["lagged 1", "bbbb", "cccc"]);
    check(limited, &["aaaa", "bbbbbbbbbbbb", "cccc"], &["lagged 2", "cccc"]);
    let lossless = Buffering::Lossless { messages: std::num::NonZeroUsize::MAX, bytes: 10 };
    check(lossless, &["aaaa", "bbbb", "cccc", "dd"], &["aaaa", "bbbb", "lagged 1", "dd"]);
}

/// Reads the first event and the events that are taken in advance.
fn take(buffer: &mut Buffer) -> (Option<String>, Vec<String>) {
    let mut ahead = VecDeque::new();
    let first = buffer.take(&mut ahead);
    (first.map(|event| print(&event)), ahead.iter().map(print).collect())
}

fn texts(numbers: std::ops::Range<u32>) -> Vec<String> {
    numbers.map(|number| number.to_string()).collect()
}

#[test]
fn messages_that_are_taken_in_advance_count_towards_the_limits() {
    let mut buffer = Buffer::new(Buffering::bounded(16));
    texts(0..16).iter().for_each(|text| buffer.push(update(text)));
    assert_eq!(take(&mut buffer), (Some("0".to_owned()), texts(1..3)));
    texts(16..20).iter().for_each(|text| buffer.push(update(text)));
    assert_eq!(buffer.messages, 14);
    assert_eq!(take(&mut buffer), (Some("lagged 3".to_owned()), texts(6..8)));
}

#[test]
fn only_messages_are_taken_in_advance_and_none_of_a_conflated_or_small_buffer() {
    let mut buffer = Buffer::new(Buffering::lossless(64));
    ["a", "b", "disconnected", "connected 2", "subscribed", "c"].iter().for_each(|text| buffer.push(event(text)));
    assert_eq!(take(&mut buffer), (Some("a".to_owned()), vec!["b".to_owned()]));
    assert_eq!(take(&mut buffer), (Some("disconnected".to_owned()), vec![]));
    for policy in [Buffering::Conflate, Buffering::bounded(7), Buffering::Bounded { messages: std::num::NonZeroUsize::MAX, bytes: 7 }] {
        let mut buffer = Buffer::new(policy);
        ["stale 1", "a", "b"].iter().for_each(|text| buffer.push(event(text)));
        assert_eq!(take(&mut buffer).1, Vec::<String>::new(), "{policy:?}");
    }
}

/// A valid sequence of events of a topic, from random choices.
fn sequence(choices: &[u8]) -> Vec<Event> {
    let (mut connection, mut is_connected, mut is_subscribed) = (0, false, false);
    let mut events = Vec::new();
    for (number, choice) in choices.iter().enumerate() {
        events.push(match choice {
            _ if !is_connected => {
                connection += 1;
                is_connected = true;
                Event::Connected { connection }
            }
            0 => {
                (is_connected, is_subscribed) = (false, false);
                event("disconnected")
            }
            _ if !is_subscribed => {
                is_subscribed = true;
                Event::Subscribed
            }
            1 => {
                is_subscribed = false;
                event("resync")
            }
            2 => event(&format!("stale {number}")),
            3 => event(&format!("unreadable {number}")),
            4 => event("lagged 2"),
            _ => update(&number.to_string()),
        });
    }
    // The sequence ends with a message.
    if !is_connected {
        events.push(Event::Connected { connection: connection + 1 });
    }
    if !is_subscribed {
        events.push(Event::Subscribed);
    }
    events.push(update("end"));
    events
}

/// The events up to and including the next message.
fn segments(events: &[Event]) -> Vec<&[Event]> {
    events.split_inclusive(Event::is_datum).collect()
}

fn skipped(events: &[Event]) -> u64 {
    let lagged = |event: &Event| if let Event::Lagged { skipped } = event { *skipped } else { 0 };
    events.iter().map(lagged).sum()
}

fn count(events: &[Event], is_counted: fn(&Event) -> bool) -> u64 {
    events.iter().filter(|event| is_counted(event)).count().try_into().expect("a small number")
}

fn is_unreadable(event: &Event) -> bool {
    matches!(event, Event::Unreadable { .. })
}

fn last(events: &[Event], is_kind: fn(&Event) -> bool) -> Option<(usize, &Event)> {
    events.iter().enumerate().rfind(|(_, event)| is_kind(event))
}

/// Checks the events that a subscriber read against all events that were reported in the same time.
fn check_segment(reported: &[Event], read: &[Event], is_conflated: bool) -> Result<(), TestCaseError> {
    let dropped = count(reported, Event::is_datum) - 1;
    let folded = count(reported, is_unreadable) - count(read, is_unreadable);
    if !is_conflated {
        prop_assert_eq!(skipped(read), dropped + folded + skipped(reported));
    }
    let kinds: [fn(&Event) -> bool; 4] = [
        |event| matches!(event, Event::Disconnected { .. }),
        |event| matches!(event, Event::Connected { .. }),
        |event| matches!(event, Event::Resync { .. }),
        |event| matches!(event, Event::Subscribed),
    ];
    // A part of the events may have been read before the others were reported.
    let after = |events: &[Event], is_kind| last(events, is_kind).map_or(0, |(index, _)| index);
    let (reported_now, read_now) = (&reported[after(reported, kinds[0])..], &read[after(read, kinds[0])..]);
    for kind in kinds {
        prop_assert_eq!(last(read_now, kind).map(|(_, event)| event), last(reported_now, kind).map(|(_, event)| event));
    }
    let is_restart: fn(&Event) -> bool = |event| matches!(event, Event::Disconnected { .. } | Event::Resync { .. });
    let is_stale: fn(&Event) -> bool = |event| matches!(event, Event::Stale { .. });
    let (reported_now, read_now) = (&reported[after(reported, is_restart)..], &read[after(read, is_restart)..]);
    prop_assert_eq!(last(read_now, is_stale).map(|(_, event)| event), last(reported_now, is_stale).map(|(_, event)| event));
    let subscribed = last(reported, kinds[3]).map_or(0, |(index, _)| index);
    if !is_conflated && count(&reported[subscribed..], Event::is_datum) > 1 {
        let lagged = last(read, |event| matches!(event, Event::Lagged { .. })).map(|(index, _)| index);
        prop_assert!(lagged >= last(read, kinds[3]).map(|(index, _)| index), "a loss before the subscription");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn taking_messages_in_advance_changes_no_order(choices in prop::collection::vec(0..20_u8, 0..300)) {
        let reported = sequence(&choices);
        let (mut one_by_one, mut in_advance) = (Buffer::new(Buffering::bounded(1_024)), Buffer::new(Buffering::bounded(1_024)));
        reported.iter().for_each(|event| one_by_one.push(event.clone()));
        reported.iter().for_each(|event| in_advance.push(event.clone()));
        let expected: Vec<_> = std::iter::from_fn(|| one_by_one.pop()).collect();
        let mut read = Vec::new();
        let mut ahead = VecDeque::new();
        while let Some(event) = in_advance.take(&mut ahead) {
            prop_assert!(ahead.len() <= MAX_TAKEN && ahead.iter().all(Event::is_datum));
            read.push(event);
            read.extend(ahead.drain(..));
        }
        prop_assert_eq!(read, expected);
    }

    #[test]
    fn every_loss_of_trust_is_read_before_the_next_message(
        choices in prop::collection::vec(0..20_u8, 0..300),
        pauses in prop::collection::vec(0..40_usize, 1..20),
        policy in prop_oneof![Just(Buffering::Conflate), Just(Buffering::bounded(3)), Just(Buffering::lossless(3))],
    ) {
        let reported = sequence(&choices);
        let mut buffer = Buffer::new(policy);
        let mut read = Vec::new();
        let mut pauses = pauses.into_iter().cycle();
        let mut pause = pauses.next().unwrap_or_default();
        for event in &reported {
            buffer.push(event.clone());
            prop_assert!(buffer.messages <= 3 && buffer.events.len() <= 4 * 7 + 3, "{:?}", buffer.events);
            if pause == 0 {
                read.extend(std::iter::from_fn(|| buffer.pop()));
                pause = pauses.next().unwrap_or_default();
            }
            pause = pause.saturating_sub(1);
        }
        read.extend(std::iter::from_fn(|| buffer.pop()));
        prop_assert_eq!(buffer.bytes, 0);

        let mut rest = &reported[..];
        for segment in segments(&read) {
            let Some(datum) = segment.last().filter(|event| event.is_datum()) else { break };
            let end = rest.iter().position(|event| event == datum);
            prop_assert!(end.is_some(), "a message that was not reported, or in another order");
            let (until, later) = rest.split_at(end.unwrap_or(0) + 1);
            check_segment(until, segment, policy == Buffering::Conflate)?;
            rest = later;
        }
    }
}
