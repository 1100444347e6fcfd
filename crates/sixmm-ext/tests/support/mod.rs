//! A scripted exchange on this machine, a client of it, and time that moves only when a test says so.

#![allow(dead_code, unreachable_pub, unused_imports, reason = "each test binary uses a part of it")]

#[path = "../../../sixmm-auth/tests/support/capture.rs"]
pub mod capture;
mod diary;
pub mod exchange;
#[path = "../../../sixmm-auth/tests/support/server.rs"]
mod server;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;
use std::time::Duration;

use serde_json::json;
use sixmm_ext::{ApiKey, Client, ClientBuilder, Error, UnixMillis, types};
use venue_core::{ManualTime, TimeSource as _};

pub use diary::Diary;
pub use server::{Answer, Gate, Seen, Server};

/// The documentation's own timestamp.
pub const START: i64 = 1_772_710_377_808;

pub const ASSET: &str = "/v1/private/user/asset";
pub const KLINES: &str = "/v1/public/market/klines";
pub const LISTEN_KEY: &str = "/v1/private/user/listen-key";
pub const LOGIN: &str = "/v1/public/user/login";
pub const ORDER: &str = "/v1/private/order";
pub const PLACE: &str = "/v1/private/order/place";
pub const SYMBOLS: &str = "/v1/public/market/symbols";

/// An exchange, the time that it and its clients live in, a client with an API key, and what its observer was told.
pub struct World {
    pub time: ManualTime,
    pub server: Server,
    pub client: Client,
    pub diary: Diary,
}

impl World {
    /// The script answers all but `GET /v1/time`, which tells the time of the test.
    pub async fn new(script: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> Self {
        Self::with(script, |client| client).await
    }

    /// The same, with a client that is set up further.
    pub async fn with(
        script: impl Fn(&Seen) -> Answer + Send + Sync + 'static,
        configure: impl FnOnce(ClientBuilder) -> ClientBuilder,
    ) -> Self {
        let time = ManualTime::new(UnixMillis::new(START));
        let server = Server::start(time.clone(), script).await;
        let diary = Diary::default();
        let builder = Client::builder().base_url(server.url()).api_key(new_key()).time(Arc::new(time.clone())).observer(diary.clone());
        let client = configure(builder).build().expect("a client of a server on this machine");
        Self { time, server, client, diary }
    }

    /// Logs the client in, too.
    pub async fn logged_in(script: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> Self {
        let world = Self::new(move |seen| if seen.path == LOGIN { session("token-1") } else { script(seen) }).await;
        world.client.session().login(login_request()).await.expect("a session");
        world
    }

    /// How much time has passed.
    pub fn now(&self) -> Duration {
        self.time.monotonic()
    }

    /// Moves the time until the future is ready, whenever somebody sleeps. Not while something sleeps in the background; and not before the
    /// server's clock is known: who waits for it would run out of time.
    pub async fn drive<T>(&self, future: impl Future<Output = T>) -> T {
        let mut future = std::pin::pin!(future);
        let mut reading = None;
        std::future::poll_fn(|context| {
            let ready = future.as_mut().poll(context);
            if ready.is_ready() {
                return ready;
            }
            if reading.is_none() && self.client.clock().needs_sync().is_some() {
                reading = Some(Box::pin(self.client.sync_clock()));
            }
            if let Some(clock) = &mut reading {
                match clock.as_mut().poll(context) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(_) => reading = None,
                }
                // Whoever waited for it comes first.
                context.waker().wake_by_ref();
                if self.client.clock().needs_sync().is_none() {
                    return Poll::Pending;
                }
            }
            if self.time.advance_to_next_wake() {
                context.waker().wake_by_ref();
            }
            Poll::Pending
        })
        .await
    }
}

/// Unlike any other of the process, which remembers the timestamps of each.
pub fn new_key() -> ApiKey {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let id = format!("sixmm-ext-test-key-{:06}", COUNT.fetch_add(1, Ordering::Relaxed));
    ApiKey::new(id, "9f1c2e7ab04d4c55a8e1d7f36b20c94e").expect("a key")
}

pub fn login_request() -> sixmm_ext::requests::Login {
    sixmm_ext::requests::Login::new("alice", "yourPassword")
}

/// A session that is good for an hour.
pub fn session(token: &str) -> Answer {
    let data = json!({ "accessToken": token, "accessExpire": START / 1000 + 3600, "redirectPath": "/trade" });
    Answer::ok(&data).header("Set-Cookie", "sid=cookie-1; Path=/; HttpOnly; Secure")
}

/// The balance of an account that has 1000 USDT.
pub fn asset() -> Answer {
    let balance = json!({ "userId": "7", "assetType": "USDT", "walletBalance": "1000", "frozenMargin": "0", "usedMargin": "0" });
    Answer::ok(&json!({ "userAsset": balance }))
}

/// Lets others go on until it is true.
pub async fn until(is_true: impl Fn() -> bool) {
    for _ in 0..1_000_000 {
        if is_true() {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("it never became true");
}
