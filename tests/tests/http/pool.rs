//! Unused connections.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sixmm_api::http::HttpSettings;
use sixmm_api::{Client, Delivery};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

use super::{PLACED, client, place_order};

/// A server that closes connections after a time without use, as all do. A request that comes later meets the end of the connection.
#[derive(Clone)]
struct Closing {
    url: String,
    keep_alive: Duration,
    connections: Arc<AtomicUsize>,
}

impl Closing {
    async fn after(keep_alive: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port on this machine");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let server = Self { url, keep_alive, connections: Arc::default() };
        let shared = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                shared.connections.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(shared.clone().serve(stream));
            }
        });
        server
    }

    async fn serve(self, mut stream: TcpStream) {
        let mut used = Instant::now();
        let mut request = Vec::new();
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = stream.read(&mut buffer).await {
            if used.elapsed() >= self.keep_alive {
                // The request and the end of the connection have crossed.
                return;
            }
            request.extend_from_slice(&buffer[..count]);
            if request.ends_with(b"}") {
                request.clear();
                let response =
                    format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{PLACED}", PLACED.len());
                stream.write_all(response.as_bytes()).await.expect("a client that waits");
                used = Instant::now();
            }
        }
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// A runtime whose time moves only when a test moves it.
fn run<T>(test: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().expect("a runtime");
    // As long as something blocks, tokio does not move its clock because everything waits: a test may wait for the network.
    let (_hold, held) = std::sync::mpsc::channel::<()>();
    runtime.spawn_blocking(move || held.recv());
    let outcome = runtime.block_on(test);
    drop(_hold);
    outcome
}

/// Places orders with pauses from nothing up to this, and counts those of unknown outcome.
async fn unknown_with_pauses_up_to(client: &Client, longest: Duration) -> u32 {
    let mut unknown = 0;
    for step in 0..=250 {
        tokio::time::advance(longest * step / 250).await;
        match place_order(client).await {
            Ok(_) => {}
            Err(error) => {
                assert_eq!(error.delivery(), Delivery::Unknown, "{error}");
                unknown += 1;
            }
        }
    }
    unknown
}

#[test]
fn no_order_is_of_unknown_outcome_because_a_usual_server_closed_an_unused_connection() {
    run(async {
        let server = Closing::after(Duration::from_secs(5)).await;
        let client = Client::builder().base_url(&server.url).build().expect("a client");
        assert_eq!(unknown_with_pauses_up_to(&client, Duration::from_secs(10)).await, 0);
    });
}

#[test]
fn no_order_is_of_unknown_outcome_below_an_idle_limit_that_was_set() {
    run(async {
        let server = Closing::after(Duration::from_secs(60)).await;
        let client = client(&server.url, HttpSettings::new().pool_idle_timeout(Duration::from_secs(55)));
        assert_eq!(unknown_with_pauses_up_to(&client, Duration::from_secs(100)).await, 0);
    });
}

#[test]
fn an_idle_limit_above_the_servers_leaves_outcomes_unknown() {
    run(async {
        let server = Closing::after(Duration::from_secs(5)).await;
        let client = client(&server.url, HttpSettings::new().pool_idle_timeout(Duration::from_secs(90)));
        assert!(unknown_with_pauses_up_to(&client, Duration::from_secs(10)).await > 50);
    });
}

#[test]
fn a_connection_is_used_again_below_the_idle_limit() {
    run(async {
        let server = Closing::after(Duration::from_secs(5)).await;
        let client = Client::builder().base_url(&server.url).build().expect("a client");
        for _ in 0..10 {
            tokio::time::advance(Duration::from_millis(3_500)).await;
            place_order(&client).await.expect("placed");
        }
        assert_eq!(server.connections(), 1);
    });
}

#[test]
fn without_kept_connections_each_order_has_one_of_its_own() {
    run(async {
        let server = Closing::after(Duration::from_secs(5)).await;
        let client = client(&server.url, HttpSettings::new().pool_max_idle(0));
        for _ in 0..3 {
            place_order(&client).await.expect("placed");
        }
        assert_eq!(server.connections(), 3);
    });
}
