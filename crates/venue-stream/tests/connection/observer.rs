//! Reports to an observer.

use std::sync::{Arc, Mutex};

use venue_stream::{Buffering, DisconnectReason, Event, RawText, Settings, StreamObserver, TopicSettings};

use crate::network::MemoryNetwork;
use crate::support::{print_event, secs};
use crate::{builder, expect, next, with_both};

/// Prints the reports.
#[derive(Debug, Default)]
struct Reports(Mutex<Vec<String>>);

impl Reports {
    fn push(&self, report: String) {
        self.0.lock().expect("no panic").push(report);
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().expect("no panic"))
    }
}

impl StreamObserver for Reports {
    fn on_connecting(&self, connection: u64) {
        self.push(format!("connecting {connection}"));
    }

    fn on_connected(&self, connection: u64) {
        self.push(format!("connected {connection}"));
    }

    fn on_disconnected(&self, connection: u64, why: Option<&DisconnectReason>) {
        self.push(format!("disconnected {connection}: {}", why.map_or_else(|| "closed".to_owned(), ToString::to_string)));
    }

    fn on_topic_event(&self, topic: &str, event: &Event) {
        self.push(format!("{topic}: {}", print_event(event)));
    }

    fn on_unreadable(&self, raw: &RawText) {
        self.push(format!("unreadable {raw}"));
        panic!("a panic of the observer, which the test expects");
    }
}

#[test]
fn the_observer_learns_everything_but_messages() {
    with_both(|library| async move {
        let reports = Arc::new(Reports::default());
        let (network, mut server) = MemoryNetwork::new(library);
        let connection = builder(network, Settings::new()).observer(reports.clone()).build().expect("valid settings");
        let settings = TopicSettings::new().stale_after(secs(5));
        let mut a = connection.subscribe("a", settings, Buffering::bounded(10));
        let _second = connection.subscribe("a", settings, Buffering::Conflate);
        let (mut peer, _) = server.accept().await;
        peer.accept("sub").await;
        expect(&mut a, &["connected 1", "subscribed"]).await;
        assert_eq!(reports.take(), ["connecting 1", "connected 1", "a: connected 1", "a: subscribed"]);
        peer.send("a 1").await;
        expect(&mut a, &["update a 1", "stale since 0 ms"]).await;
        peer.send("???").await;
        expect(&mut a, &["unreadable ???"]).await;
        assert_eq!(reports.take(), ["a: stale since 0 ms", "a: unreadable ???", "unreadable ???"]);
        connection.reconnect();
        let why = "the program requested a new connection";
        assert_eq!(next(&mut a).await, format!("disconnected: {why}"));
        assert_eq!(reports.take(), [format!("disconnected 1: {why}"), format!("a: disconnected: {why}")]);
        let (_peer, _) = server.accept().await;
        expect(&mut a, &["connected 2"]).await;
        reports.take();
        connection.close();
        assert_eq!(reports.take(), ["disconnected 2: closed", "a: closed"]);
    });
}
