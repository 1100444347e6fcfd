//! A replayed recording gives the books of the recorded connection.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use venue_book::state::State;
use venue_book::{Book, BookEvent, BookSettings, VersionRule};
use venue_core::{TimeSource, UnixMillis};
use venue_stream::StreamConnection;
use venue_stream::recording::Replay;
use venue_test_support::virtual_time::{self, VirtualTime};

use crate::connection_support::Lines as Protocol;
use crate::exchange::{Exchange, Form};
use crate::network::{Library, MemoryNetwork};
use crate::run::{WithTopic, accept, settings};
use crate::support::print_book;

/// A recording in memory.
#[derive(Clone, Default)]
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

/// The content of each change of a book, and whether the book was live.
type Contents = Vec<(String, bool)>;

fn book_settings() -> BookSettings {
    BookSettings::new().continuity(VersionRule::FirstFollowsPrevious).stale_after(Duration::from_secs(5)).resubscribe_when_stale()
}

async fn record(seed: u64) -> (Vec<u8>, BTreeMap<String, Contents>) {
    let form = Form { is_marked: seed.is_multiple_of(2), rule: VersionRule::FirstFollowsPrevious };
    let topics: Vec<String> = (0..3).map(|number| format!("book{number}")).collect();
    let exchange = Exchange::new(seed, form, &topics);
    let (network, server) = MemoryNetwork::new(Library::TokioWebsockets);
    let accepting = tokio::spawn(accept(server, exchange));
    let time: Arc<dyn TimeSource> = Arc::new(VirtualTime::starting_at(UnixMillis::new(1_000)));
    let sink = Sink::default();
    let connection = StreamConnection::builder(Protocol::default(), "ws://exchange.invalid/ws")
        .settings(settings())
        .time(Arc::clone(&time))
        .seed(seed)
        .record(sink.clone())
        .connect_with(Arc::new(network))
        .build()
        .expect("valid settings");
    let mut tasks = Vec::new();
    for topic in &topics {
        let settings = book_settings().time(Arc::clone(&time));
        let mut book = Book::subscribe(&connection, topic, Arc::new(WithTopic), settings).expect("a runtime");
        tasks.push(tokio::spawn(async move {
            let mut contents = Contents::new();
            loop {
                match book.changed().await {
                    BookEvent::Closed => return contents,
                    BookEvent::Changed => contents.push((print_book(book.last_known().view()), book.live().is_ok())),
                    _ => {}
                }
            }
        }));
    }
    tokio::time::sleep(Duration::from_secs(60)).await;
    accepting.abort();
    connection.close();
    let mut contents = BTreeMap::new();
    for (topic, task) in topics.into_iter().zip(tasks) {
        contents.insert(topic, task.await.expect("no panic"));
    }
    let recording = std::mem::take(&mut *sink.0.lock().expect("no panic"));
    (recording, contents)
}

#[test]
fn a_replay_gives_the_same_books_as_the_recorded_connection() {
    let mut live = 0;
    for seed in 1..=20 {
        let (recording, recorded) = virtual_time::run(record(seed));
        let mut states: BTreeMap<Arc<str>, State> = BTreeMap::new();
        let mut replayed: BTreeMap<Arc<str>, Contents> = BTreeMap::new();
        for event in Replay::new(Protocol::default(), recording.as_slice()).expect("a recording") {
            let event = event.expect("no difference");
            let new = || State::new(Arc::new(WithTopic), book_settings());
            let state = states.entry(Arc::clone(&event.topic)).or_insert_with(new);
            state.step(event.time, &event.event, &mut Vec::new());
            let content = (print_book(state.last_known()), state.live().is_ok());
            let contents = replayed.entry(event.topic).or_default();
            if contents.last() != Some(&content) {
                contents.push(content);
            }
        }
        for (topic, contents) in &recorded {
            // The events of the recorded book were merged if several messages arrived at once.
            let mut rest = replayed[topic.as_str()].iter().peekable();
            for content in contents {
                while rest.next_if(|replayed| *replayed != content).is_some() {}
                assert!(rest.peek().is_some(), "seed {seed}, {topic}: {content:?}");
            }
            let last = replayed[topic.as_str()].last().map(|(content, _)| content);
            assert_eq!(last, contents.last().map(|(content, _)| content), "seed {seed}, {topic}");
            live += contents.iter().filter(|(_, is_live)| *is_live).count();
        }
    }
    assert!(live > 1_000, "{live} live contents");
}
