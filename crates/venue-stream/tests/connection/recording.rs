//! Recordings, and their replay.

use std::io::Write;
use std::sync::{Arc, Mutex};

use futures_util::StreamExt;
use venue_stream::recording::{Replay, Replayed};
use venue_stream::{Buffering, Event, Settings, TopicSettings};

use crate::network::{Library, MemoryNetwork};
use crate::support::{Lines, secs};
use crate::{builder, with_both};

const TOPIC: TopicSettings = TopicSettings::new();

/// A sink that the test can read.
#[derive(Clone, Debug, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no panic").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Sink {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("no panic").clone()).expect("UTF-8")
    }
}

fn protocol() -> Lines {
    Lines { topics_per_request: 10, ..Lines::default() }
}

/// Records a connection with all kinds of inputs. Returns the recording and the events of the topics `a` and `b`.
async fn record(library: Library, send: &[&str]) -> (String, Vec<(&'static str, Event)>) {
    let sink = Sink::default();
    let (network, mut server) = MemoryNetwork::new(library);
    *network.refused.lock().expect("the only user") = 1;
    let connection = builder(network, Settings::new()).record(sink.clone()).build().expect("valid settings");
    let a = connection.subscribe("a", TOPIC.stale_after(secs(5)), Buffering::lossless(1000));
    let a = tokio::spawn(a.collect::<Vec<Event>>());
    let b = connection.subscribe("b", TOPIC.snapshot_then_updates(secs(20)), Buffering::lossless(1000));
    let b = tokio::spawn(b.collect::<Vec<Event>>());
    let (mut peer, _) = server.accept().await;
    peer.accept("sub").await;
    for text in send {
        peer.send(text).await;
    }
    tokio::time::sleep(secs(7)).await;
    connection.resync("b", "a gap } in \\ the \n data");
    peer.accept("unsub").await;
    peer.accept("sub").await;
    tokio::time::sleep(secs(1)).await;
    drop(peer);
    let (mut peer, _) = server.accept().await;
    peer.accept("sub").await;
    peer.send("a 2").await;
    tokio::time::sleep(secs(30)).await;
    connection.close();
    let mut events = Vec::new();
    for (name, subscription) in [("a", a), ("b", b)] {
        let collected = subscription.await.expect("no panic");
        events.extend(collected.into_iter().map(|event| (name, event)));
    }
    (sink.text(), events)
}

fn replay(recording: &str) -> Vec<Replayed> {
    let replay = Replay::new(protocol(), recording.as_bytes()).expect("a recording");
    replay.map(|event| event.expect("no difference")).collect()
}

#[test]
fn a_replay_gives_the_same_events() {
    with_both(|library| async move {
        let send = ["a 1", "b {\n\t\"text\": \"over \\n lines\"\r\n}", "???", "no 99", "hello"];
        let (recording, events) = record(library, &send).await;
        let replayed = replay(&recording);
        for topic in ["a", "b"] {
            let expected: Vec<_> = events.iter().filter(|(name, _)| *name == topic).map(|(_, event)| event.clone()).collect();
            let found: Vec<_> = replayed.iter().filter(|event| &*event.topic == topic).map(|event| event.event.clone()).collect();
            assert_eq!(found, expected, "{recording}");
            assert!(expected.len() > 6, "{expected:?}");
        }
        assert_eq!(replay(&recording), replayed);
    });
}

#[test]
fn a_recording_contains_no_secret() {
    with_both(|library| async move {
        let (recording, events) = record(library, &["a s3cret", "??? s3cret"]).await;
        assert!(!recording.contains("s3cret"), "{recording}");
        let replayed = replay(&recording);
        assert_eq!(replayed.len(), events.len());
    });
}

/// A sink that panics after some writes, and then at every use.
struct PanickingSink(u32);

impl Write for PanickingSink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 = self.0.checked_sub(1).expect("the sink panics");
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        panic!("the sink panics")
    }
}

#[test]
fn a_sink_that_panics_ends_the_recording_and_not_the_connection() {
    with_both(|library| async move {
        let (network, mut server) = MemoryNetwork::new(library);
        let connection = builder(network, Settings::new()).record(PanickingSink(60)).build().expect("valid settings");
        let mut a = connection.subscribe("a", TOPIC, Buffering::lossless(1000));
        let (mut peer, _) = server.accept().await;
        peer.accept("sub").await;
        for number in 0..100 {
            peer.send(&format!("a {number}")).await;
        }
        let mut data = 0;
        while data < 100 {
            data += usize::from(a.next().await.expect("an event").is_datum());
        }
        connection.close();
        assert_eq!(a.collect::<Vec<Event>>().await, [Event::Closed]);
    });
}

#[test]
fn the_text_of_a_recording_is_documented() {
    venue_test_support::virtual_time::run(async {
        let (recording, _) = record(Library::TokioWebsockets, &["a 1"]).await;
        let lines: Vec<&str> = recording.lines().collect();
        assert_eq!(lines[0], "venue-stream recording 1");
        assert!(lines[1].starts_with("settings {\"connect_timeout\":{\"secs\":10,\"nanos\":0},"), "{}", lines[1]);
        assert_eq!(lines[2..4], ["seed 7", "first-request 1000"]);
        let subscribe = "{\"stale_after\":{\"secs\":5,\"nanos\":0},\"resubscribes_when_stale\":false,\"snapshot_timeout\":null}";
        assert_eq!(lines[4], format!("0.000000000 0 subscribe {subscribe} a"));
        assert_eq!(lines[5], "0.000000000 1 connect");
        assert_eq!(lines[7], "0.000000000 1 lost {\"connect_failed\":\"connection refused\"}");
        assert_eq!(lines[8], "0.000000000 1 disconnect");
        let words: Vec<&str> = lines[9..].iter().filter_map(|line| line.split(' ').nth(2)).take(6).collect();
        assert_eq!(words, ["tick", "connect", "opened", ">ping", ">", "control"]);
        assert!(lines.iter().any(|line| line.ends_with(" < a 1")));
    });
}

#[test]
fn a_recording_that_was_changed_is_rejected_with_the_line() {
    venue_test_support::virtual_time::run(async {
        let (recording, _) = record(Library::TokioWebsockets, &["a 1"]).await;
        let check = |changed: String, line: usize, problem: &str| {
            let error = match Replay::new(protocol(), changed.as_bytes()) {
                Err(error) => error,
                Ok(replay) => replay.filter_map(Result::err).next().expect("an error"),
            };
            assert_eq!(error.line(), line, "{error}");
            assert!(error.to_string().contains(problem), "{error}");
        };
        check(recording.replacen("recording 1", "recording 2", 1), 1, "expected `venue-stream recording 1`");
        check(recording.replacen("seed 7", "seed x", 1), 3, "expected a number");
        check(recording.replacen("0.000000000 0 subscribe", "0.000000000 0 subscibe", 1), 5, "not a line of a recording");
        check(recording.replacen(" 1 connect\n", " 1 disconnect\n", 1), 6, "the replay sends `connect` here");
        check(recording.replacen("0.000000000 1 connect\n", "", 1), 6, "the replay sends `connect` before this line");
        check(recording.replacen("settings {", "settings {{", 1), 2, "the settings");
    });
}
