//! The handle of a book over a connection.

#[path = "../../../venue-stream/tests/support/mod.rs"]
mod connection_support;
#[path = "../../../venue-stream/tests/support/network.rs"]
mod network;
#[path = "../support/mod.rs"]
mod support;

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use venue_book::{Book, BookEvent, BookSettings, Continuity, DecodeError, Depth, DepthDecoder, Link, NotLive, VersionRule, Versions};
use venue_core::{TimeSource, UnixMillis};
use venue_stream::{Buffering, Event, Settings, StreamConnection, TopicSettings};
use venue_test_support::virtual_time::{self, VirtualTime};

use connection_support::Lines as Protocol;
use network::{Library, MemoryNetwork, Peer, Server};
use support::{Lines, print_book};

/// Decodes the texts of the server, which begin with the topic.
#[derive(Debug)]
struct WithTopic;

impl DepthDecoder for WithTopic {
    fn decode(&self, message: &str, depth: &mut Depth) -> Result<(), DecodeError> {
        Lines.decode(message.split_once(' ').ok_or(DecodeError::new("no topic"))?.1, depth)
    }
}

fn connect() -> (StreamConnection, Server, Arc<dyn TimeSource>) {
    let (network, server) = MemoryNetwork::new(Library::TokioWebsockets);
    let time: Arc<dyn TimeSource> = Arc::new(VirtualTime::starting_at(UnixMillis::new(1_000)));
    let connection = StreamConnection::builder(Protocol::default(), "ws://exchange.invalid/ws")
        .settings(Settings::new())
        .time(Arc::clone(&time))
        .connect_with(Arc::new(network))
        .build()
        .expect("valid settings");
    (connection, server, time)
}

/// A book after its snapshot, and the server's side of the connection.
async fn book() -> (Book, StreamConnection, Peer) {
    let (connection, mut server, time) = connect();
    let settings = BookSettings::new().continuity(VersionRule::FirstFollowsPrevious).confirmations(1).time(time);
    let mut book = Book::subscribe(&connection, "a", Arc::new(WithTopic), settings).expect("a runtime");
    assert_eq!(book.live().map(drop), Err(NotLive::AwaitingSnapshot));
    let (mut peer, _) = server.accept().await;
    peer.accept("sub").await;
    peer.send("a! ! 16 b100:1 a101:2").await;
    assert_eq!(book.changed().await, BookEvent::Changed);
    (book, connection, peer)
}

#[test]
fn events_and_content_follow_the_messages() {
    virtual_time::run(async {
        let (mut book, connection, mut peer) = book().await;
        assert_eq!(book.live().map(drop), Err(NotLive::AwaitingConfirmation { missing: 1 }));
        assert_eq!(print_book(book.last_known().view()), "16 b100:1 a101:2");
        assert!(book.last_known().status().trust.is_err());
        peer.send("a+ + 17-17 b100:3").await;
        assert_eq!(book.changed().await, BookEvent::Live);
        assert_eq!(book.changed().await, BookEvent::Changed);
        let mut other = book.clone();
        {
            let live = book.live().expect("live");
            assert_eq!((live.version(), live.bids().len(), live.asks().len()), (Some(17), 1, 1));
            assert_eq!(print_book(live.view()), "17 b100:3 a101:2");
        }
        peer.send("a+ + 19-19 b100:4").await;
        assert!(matches!(book.changed().await, BookEvent::Lost(_)));
        peer.accept("unsub").await;
        peer.accept("sub").await;
        peer.send("a! ! 30 b99:1").await;
        assert_eq!(book.changed().await, BookEvent::Live);
        // A handle that did not wait learns of the loss first, and of everything else once.
        assert!(matches!(other.changed().await, BookEvent::Lost(_)));
        assert_eq!(other.changed().await, BookEvent::Live);
        assert_eq!(other.changed().await, BookEvent::Changed);
        connection.close();
        assert!(matches!(other.changed().await, BookEvent::Closed));
        assert!(matches!(other.changed().await, BookEvent::Closed));
        assert_eq!(book.live().map(drop), Err(NotLive::Closed));
        assert_eq!(print_book(book.last_known().view()), "30 b99:1");
    });
}

#[test]
fn a_stream_of_events_ends_after_the_end_of_the_topic() {
    virtual_time::run(async {
        let (book, connection, mut peer) = book().await;
        peer.send("a+ + 17-17 b100:3").await;
        let mut events = book.into_events();
        assert_eq!(events.next().await, Some(BookEvent::Live));
        assert_eq!(events.next().await, Some(BookEvent::Changed));
        connection.close();
        assert_eq!(events.next().await, Some(BookEvent::Closed));
        assert_eq!(events.next().await, None);
    });
}

#[test]
fn the_topic_is_unsubscribed_when_the_last_handle_is_dropped() {
    virtual_time::run(async {
        let (book, _connection, mut peer) = book().await;
        let other = book.clone();
        drop(book);
        let waiting = tokio::time::timeout(Duration::from_secs(5), peer.next()).await;
        assert!(waiting.is_err(), "{waiting:?}");
        drop(other);
        assert!(peer.accept("unsub").await.ends_with(" a"));
    });
}

#[test]
fn a_cancelled_wait_loses_no_event() {
    virtual_time::run(async {
        let (mut book, _connection, mut peer) = book().await;
        assert!(tokio::time::timeout(Duration::from_secs(1), book.changed()).await.is_err());
        peer.send("a+ + 17-17 b100:3").await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert!(tokio::time::timeout(Duration::ZERO, book.changed()).await.is_ok());
        assert_eq!(book.changed().await, BookEvent::Changed);
    });
}

#[test]
fn a_book_needs_a_runtime() {
    let (connection, _server, _time) = virtual_time::run(async { connect() });
    let error = Book::subscribe(&connection, "a", Arc::new(WithTopic), BookSettings::new()).expect_err("no runtime");
    assert!(error.to_string().starts_with("no tokio runtime"));
}

/// A rule that panics at a gap.
#[derive(Debug)]
struct Panicking;

impl Continuity for Panicking {
    fn name(&self) -> &str {
        "panics"
    }

    fn check(&self, previous: u64, increment: Versions) -> Link {
        assert_eq!(increment.first, Some(previous + 1), "a gap");
        Link::Continues
    }
}

#[test]
fn a_book_whose_task_panicked_is_closed_and_not_live() {
    virtual_time::run(async {
        let (connection, mut server, time) = connect();
        let settings = BookSettings::new().continuity(Panicking).confirmations(1).time(time);
        let mut book = Book::subscribe(&connection, "a", Arc::new(WithTopic), settings).expect("a runtime");
        let (mut peer, _) = server.accept().await;
        peer.accept("sub").await;
        peer.send("a! ! 16 b100:1 a101:2").await;
        peer.send("a+ + 17-17 b100:3").await;
        while book.changed().await != BookEvent::Live {}
        peer.send("a+ + 19-19 b100:4").await;
        while book.changed().await != BookEvent::Closed {}
        assert_eq!(book.live().map(drop), Err(NotLive::Closed));
    });
}

#[test]
fn a_reader_that_keeps_the_book_delays_its_messages_and_nothing_else() {
    virtual_time::run(async {
        let (mut book, connection, mut peer) = book().await;
        let mut other = connection.subscribe("b", TopicSettings::new(), Buffering::lossless(10));
        peer.accept("sub").await;
        while other.next().await != Some(Event::Subscribed) {}
        {
            // A task that waited for the lock with its thread would never end, because this thread also runs this future.
            let kept = book.last_known();
            peer.send("a+ + 17-17 b100:3").await;
            peer.send("b+ + 1").await;
            assert!(matches!(other.next().await, Some(Event::Update(_))), "the connection continues");
            assert_eq!(kept.version(), Some(16));
            assert_eq!(book.status().version, Some(16), "the thread can read the book again");
        }
        assert_eq!(book.changed().await, BookEvent::Live);
        assert_eq!(book.last_known().version(), Some(17));
    });
}
