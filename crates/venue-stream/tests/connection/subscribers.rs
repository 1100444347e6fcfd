//! Subscriptions that share a connection.

use futures_util::{FutureExt, StreamExt};
use venue_stream::{Buffering, Settings, TopicSettings};

use crate::support::secs;
use crate::{connect, expect, next, with_both};

const TOPIC: TopicSettings = TopicSettings::new();
const BUFFER: Buffering = Buffering::bounded(100);

#[test]
fn a_subscriber_gets_the_messages_of_its_topic() {
    with_both(|library| async move {
        let (connection, mut server) = connect(library, Settings::new());
        let mut a = connection.subscribe("a", TOPIC, BUFFER);
        let mut b = connection.subscribe("b", TOPIC, BUFFER);
        let (mut peer, _) = server.accept().await;
        assert_eq!(peer.accept("sub").await, "sub 1000 a,b");
        peer.send("a 1").await;
        peer.send("b 2").await;
        expect(&mut a, &["connected 1", "subscribed", "update a 1"]).await;
        expect(&mut b, &["connected 1", "subscribed", "update b 2"]).await;
        assert!(connection.is_open());
        assert!(a.next().now_or_never().is_none());
    });
}

#[test]
fn subscribers_of_one_topic_share_a_subscription_and_have_their_own_buffers() {
    with_both(|library| async move {
        let (connection, mut server) = connect(library, Settings::new());
        let mut fast = connection.subscribe("a", TOPIC, BUFFER);
        let (mut peer, _) = server.accept().await;
        peer.accept("sub").await;
        expect(&mut fast, &["connected 1", "subscribed"]).await;
        let mut slow = connection.subscribe("a", TOPIC, Buffering::Conflate);
        for number in 0..10 {
            peer.send(&format!("a {number}")).await;
        }
        for number in 0..10 {
            assert_eq!(next(&mut fast).await, format!("update a {number}"));
        }
        expect(&mut slow, &["connected 1", "subscribed", "update a 9"]).await;

        drop(fast);
        peer.send("a 10").await;
        assert_eq!(next(&mut slow).await, "update a 10");
        drop(slow);
        assert_eq!(peer.next().await.as_deref(), Some("unsub 1001 a"));
    });
}

#[test]
fn the_connection_ends_with_its_last_handle_and_subscription() {
    with_both(|library| async move {
        let (connection, mut server) = connect(library, Settings::new());
        let subscription = connection.subscribe("a", TOPIC, BUFFER);
        let (mut peer, _) = server.accept().await;
        peer.accept("sub").await;
        drop(connection);
        peer.send("a 1").await;
        drop(subscription);
        // The subscription and its connection end at the same moment.
        let mut last = peer.next().await;
        if last.as_deref() == Some("unsub 1001 a") {
            last = peer.next().await;
        }
        assert_eq!(last.as_deref(), Some("close"));
        assert_eq!(peer.next().await, None);
    });
}

#[test]
fn closing_ends_all_streams() {
    with_both(|library| async move {
        let (connection, mut server) = connect(library, Settings::new());
        let mut a = connection.subscribe("a", TOPIC, BUFFER);
        let (mut peer, _) = server.accept().await;
        peer.accept("sub").await;
        expect(&mut a, &["connected 1", "subscribed"]).await;
        connection.close();
        expect(&mut a, &["closed", "the end", "the end"]).await;
        let mut late = connection.subscribe("a", TOPIC, BUFFER);
        expect(&mut late, &["closed", "the end"]).await;
        assert_eq!(peer.next().await.as_deref(), Some("close"));
    });
}

#[test]
fn a_subscriber_can_resynchronize_its_topic() {
    with_both(|library| async move {
        let (connection, mut server) = connect(library, Settings::new());
        let topic = TOPIC.snapshot_then_updates(secs(5));
        let mut book = connection.subscribe("book", topic, BUFFER);
        let mut trades = connection.subscribe("trades", TOPIC, BUFFER);
        let (mut peer, _) = server.accept().await;
        peer.accept("sub").await;
        peer.send("book 1").await;
        peer.send("book 3").await;
        expect(&mut book, &["connected 1", "subscribed", "snapshot book 1", "update book 3"]).await;
        book.resync("version 2 is missing");
        assert_eq!(next(&mut book).await, "resync: a subscriber requested it: version 2 is missing");
        assert_eq!(peer.accept("unsub").await, "unsub 1001 book");
        assert_eq!(peer.accept("sub").await, "sub 1002 book");
        peer.send("book 9").await;
        expect(&mut book, &["subscribed", "snapshot book 9"]).await;
        peer.send("trades 1").await;
        expect(&mut trades, &["connected 1", "subscribed", "update trades 1"]).await;
    });
}

#[test]
fn a_topic_that_is_silent_is_reported_to_its_subscriber() {
    with_both(|library| async move {
        let (connection, mut server) = connect(library, Settings::new());
        let mut a = connection.subscribe("a", TOPIC.stale_after(secs(5)), BUFFER);
        let (mut peer, _) = server.accept().await;
        peer.accept("sub").await;
        expect(&mut a, &["connected 1", "subscribed", "stale since 0 ms"]).await;
        peer.send("a 1").await;
        expect(&mut a, &["update a 1", "stale since 5000 ms"]).await;
        // A subscriber that joins later learns about the staleness.
        let mut late = connection.subscribe("a", TOPIC, BUFFER);
        expect(&mut late, &["connected 1", "subscribed", "stale since 5000 ms"]).await;
    });
}
