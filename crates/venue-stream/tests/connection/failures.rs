//! Connections that fail in all ways.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_websockets::CloseCode;
use venue_stream::{Buffering, Heartbeat, Settings, Subscription, TopicSettings};

use crate::network::{Library, MemoryNetwork, Peer, Server};
use crate::support::{ms, secs};
use crate::{builder, connect, expect, next, with_both};

const TOPIC: TopicSettings = TopicSettings::new();
const BUFFER: Buffering = Buffering::bounded(100);

/// A connection with the topic `a` confirmed.
async fn subscribed(library: Library, settings: Settings) -> (Subscription, Peer, Server) {
    let (connection, mut server) = connect(library, settings);
    let mut subscription = connection.subscribe("a", TOPIC, BUFFER);
    let (mut peer, _) = server.accept().await;
    peer.accept("sub").await;
    expect(&mut subscription, &["connected 1", "subscribed"]).await;
    (subscription, peer, server)
}

/// The server accepts the next connection and the subscription.
async fn expect_recovery(subscription: &mut Subscription, server: &mut Server) -> Peer {
    let (mut peer, _) = server.accept().await;
    assert!(peer.accept("sub").await.ends_with(" a"));
    peer.send("a after").await;
    expect(subscription, &["connected 2", "subscribed", "update a after"]).await;
    peer
}

#[test]
fn a_close_frame_is_reported_with_its_code() {
    with_both(|library| async move {
        let (mut a, mut peer, mut server) = subscribed(library, Settings::new()).await;
        let close = tokio_websockets::Message::close(Some(CloseCode::SERVICE_RESTART), "maintenance of s3cret");
        futures_util::SinkExt::send(&mut peer.0, close).await.expect("connected");
        assert_eq!(next(&mut a).await, "disconnected: the server closed the connection (code 1012): maintenance of [redacted]");
        expect_recovery(&mut a, &mut server).await;
    });
}

#[test]
fn the_end_of_the_connection_without_a_close_frame_is_reported() {
    with_both(|library| async move {
        let (mut a, peer, mut server) = subscribed(library, Settings::new()).await;
        drop(peer);
        assert!(next(&mut a).await.starts_with("disconnected: the connection failed: "));
        expect_recovery(&mut a, &mut server).await;
    });
}

#[test]
fn frames_that_violate_the_protocol_end_the_connection() {
    let invalid: [&[u8]; 6] = [
        // A reserved bit, an unknown opcode, and a masked frame of the server.
        &[0xf1, 0x00],
        &[0x83, 0x00],
        &[0x81, 0x80, 1, 2, 3, 4],
        // A text that is not UTF-8, and a continuation without a beginning.
        &[0x81, 0x02, 0xc3, 0x28],
        &[0x80, 0x01, 0x20],
        // A frame that announces 2^40 bytes.
        &[0x81, 127, 0, 0, 1, 0, 0, 0, 0, 0],
    ];
    for bytes in invalid {
        with_both(|library| async move {
            let (mut a, peer, mut server) = subscribed(library, Settings::new()).await;
            let mut raw = peer.into_raw();
            raw.write_all(bytes).await.expect("connected");
            let event = next(&mut a).await;
            assert!(event.starts_with("disconnected: the connection failed: "), "{bytes:?}: {event}");
            expect_recovery(&mut a, &mut server).await;
        });
    }
}

#[test]
fn a_frame_that_is_cut_off_ends_the_connection() {
    with_both(|library| async move {
        let (mut a, peer, mut server) = subscribed(library, Settings::new()).await;
        let mut raw = peer.into_raw();
        raw.write_all(&[0x81, 0x10, b'a', b' ']).await.expect("connected");
        drop(raw);
        assert!(next(&mut a).await.starts_with("disconnected: "));
        expect_recovery(&mut a, &mut server).await;
    });
}

#[test]
fn a_message_that_is_too_large_ends_the_connection_also_in_fragments() {
    with_both(|library| async move {
        let (mut a, mut peer, mut server) = subscribed(library, Settings::new()).await;
        peer.send(&format!("a {}", "x".repeat(40_000))).await;
        assert!(next(&mut a).await.starts_with("update a xxx"));
        let mut raw = peer.into_raw();
        let mut fragment = vec![0x01, 126, 0x80, 0x00];
        fragment.extend(std::iter::repeat_n(b'x', 0x8000));
        tokio::spawn(async move {
            for _ in 0..4 {
                let _ = raw.write_all(&fragment).await;
                fragment[0] = 0x00;
            }
            // The client may write a close frame.
            let _ = raw.read_to_end(&mut Vec::new()).await;
        });
        assert!(next(&mut a).await.starts_with("disconnected: the connection failed: "));
        expect_recovery(&mut a, &mut server).await;
    });
}

#[test]
fn bytes_that_arrive_one_by_one_are_put_together() {
    with_both(|library| async move {
        let (mut a, peer, _server) = subscribed(library, Settings::new()).await;
        let mut raw = peer.into_raw();
        // Two fragments with a ping between them.
        let frames = [b"\x01\x03a 4".as_slice(), b"\x89\x00", b"\x80\x012"].concat();
        for byte in frames {
            raw.write_all(&[byte]).await.expect("connected");
            tokio::time::sleep(ms(10)).await;
        }
        assert_eq!(next(&mut a).await, "update a 42");
    });
}

#[test]
fn a_connection_that_is_half_open_is_replaced_after_a_missing_reply() {
    with_both(|library| async move {
        let settings = Settings::new().heartbeat(Heartbeat::new(secs(15), secs(10)));
        let (mut a, mut peer, mut server) = subscribed(library, settings).await;
        // The library of the server replies to the ping frame while it reads.
        assert!(peer.next().await.expect("a ping").starts_with("ping "));
        assert!(tokio::time::timeout(secs(1), peer.next()).await.is_err());
        let start = tokio::time::Instant::now();
        let event = next(&mut a).await;
        assert_eq!(event, "disconnected: the server sent nothing, although a reply was due");
        // The next ping is sent 15 s after the first one.
        assert_eq!(start.elapsed(), secs(24));
        expect_recovery(&mut a, &mut server).await;
    });
}

#[test]
fn a_server_that_does_not_read_is_disconnected() {
    with_both(|library| async move {
        let (network, mut server) = MemoryNetwork::with_capacity(library, 512);
        let settings = Settings::new().ack_timeout(secs(1000)).write_timeout(secs(10)).request_interval(ms(1));
        let connection = builder(network, settings).build().expect("valid settings");
        let mut a = connection.subscribe("a", TOPIC, BUFFER);
        let (mut peer, _) = server.accept().await;
        peer.accept("sub").await;
        expect(&mut a, &["connected 1", "subscribed"]).await;
        let others: Vec<_> =
            (0..100).map(|number| connection.subscribe(&format!("a-topic-with-a-long-name-{number}"), TOPIC, BUFFER)).collect();
        assert_eq!(next(&mut a).await, "disconnected: the server did not accept a request in time");
        drop((others, peer));
    });
}

#[test]
fn attempts_that_are_refused_are_repeated() {
    with_both(|library| async move {
        let (network, mut server) = MemoryNetwork::new(library);
        *network.refused.lock().expect("the only user") = 2;
        let connection = builder(network, Settings::new()).build().expect("valid settings");
        let mut a = connection.subscribe("a", TOPIC, BUFFER);
        let refused = "disconnected: connecting failed: connection refused";
        expect(&mut a, &[refused, refused]).await;
        let (mut peer, _) = server.accept().await;
        peer.accept("sub").await;
        expect(&mut a, &["connected 3", "subscribed"]).await;
    });
}

#[test]
fn a_response_that_is_no_websocket_handshake_is_reported() {
    with_both(|library| async move {
        let (connection, mut server) = connect(library, Settings::new());
        let mut a = connection.subscribe("a", TOPIC, BUFFER);
        let mut raw = server.accept_raw().await;
        raw.write_all(b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n").await.expect("connected");
        let event = next(&mut a).await;
        assert!(event.starts_with("disconnected: connecting failed: ") && event.contains("503"), "{event}");
    });
}

#[test]
fn a_handshake_without_a_response_is_given_up() {
    with_both(|library| async move {
        let (connection, mut server) = connect(library, Settings::new().connect_timeout(secs(3)));
        let mut a = connection.subscribe("a", TOPIC, BUFFER);
        let _silent = server.accept_raw().await;
        assert_eq!(next(&mut a).await, "disconnected: connecting took too long");
    });
}

#[test]
fn the_streams_end_if_the_runtime_ends() {
    let (connection, subscription) = venue_test_support::virtual_time::run(async {
        let (connection, server) = connect(Library::TokioWebsockets, Settings::new());
        let subscription = connection.subscribe("a", TOPIC, BUFFER);
        tokio::task::yield_now().await;
        drop(server);
        (connection, subscription)
    });
    let mut subscription = subscription;
    venue_test_support::virtual_time::run(async {
        let mut events = Vec::new();
        while events.last().is_none_or(|event| event != "the end") {
            events.push(next(&mut subscription).await);
        }
        assert!(events.contains(&"closed".to_owned()), "{events:?}");
        let mut late = connection.subscribe("b", TOPIC, BUFFER);
        expect(&mut late, &["closed", "the end"]).await;
    });
    drop(connection);
}
