//! A connection over both WebSocket libraries, in virtual time.

#[path = "../support/network.rs"]
mod network;
#[path = "../support/mod.rs"]
mod support;

mod batches;
mod credentials;
mod failures;
mod observer;
mod recording;
mod subscribers;

use std::sync::Arc;

use futures_util::StreamExt;
use venue_core::UnixMillis;
use venue_stream::{Settings, StreamConnection, StreamConnectionBuilder, Subscription};
use venue_test_support::virtual_time::{self, VirtualTime};

use network::{Library, MemoryNetwork, Server};
use support::{Lines, print_event};

/// Runs a test with each library.
fn with_both<F: Future<Output = ()>>(test: impl Fn(Library) -> F) {
    for library in Library::BOTH {
        println!("{library:?}");
        virtual_time::run(test(library));
    }
}

fn builder(network: MemoryNetwork, settings: Settings) -> StreamConnectionBuilder {
    StreamConnection::builder(Lines { topics_per_request: 10, ..Lines::default() }, "ws://exchange.invalid/ws")
        .settings(settings)
        .time(Arc::new(VirtualTime::starting_at(UnixMillis::new(1_000))))
        .seed(7)
        .connect_with(Arc::new(network))
}

fn connect(library: Library, settings: Settings) -> (StreamConnection, Server) {
    let (network, server) = MemoryNetwork::new(library);
    (builder(network, settings).build().expect("valid settings"), server)
}

/// Prints the next event.
async fn next(subscription: &mut Subscription) -> String {
    subscription.next().await.map_or_else(|| "the end".to_owned(), |event| print_event(&event))
}

async fn expect(subscription: &mut Subscription, expected: &[&str]) {
    for expected in expected {
        assert_eq!(next(subscription).await, *expected);
    }
}
