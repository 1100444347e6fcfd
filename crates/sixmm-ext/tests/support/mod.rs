//! A scripted exchange on the loopback interface, a client of the exchange, and a time that only the test advances.

#![allow(dead_code, unreachable_pub, unused_imports, reason = "each test binary uses a part of it")]

pub mod exchange;
mod recording_observer;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::json;
use sixmm_ext::{Client, ClientBuilder, Error, UnixMillis, credentials::ApiKey, types};
use venue_core::{ManualTime, TimeSource as _};
use venue_test_support::{ClockEndpoint, MockExchange};

pub use recording_observer::RecordingObserver;
pub use venue_test_support::{Gate, MockResponse as Answer, RecordedRequest as Seen, log_capture as capture, yield_until as until};

/// The documentation's own timestamp.
pub const START: i64 = 1_772_710_377_808;

pub const ASSET: &str = "/v1/private/user/asset";
pub const KLINES: &str = "/v1/public/market/klines";
pub const LISTEN_KEY: &str = "/v1/private/user/listen-key";
pub const LOGIN: &str = "/v1/public/user/login";
pub const ORDER: &str = "/v1/private/order";
pub const PLACE: &str = "/v1/private/order/place";
pub const SYMBOLS: &str = "/v1/public/market/symbols";

/// How 6MM reports its time.
pub const CLOCK: ClockEndpoint = ClockEndpoint {
    path: "/v1/time",
    response: |now| Answer::ok(&json!({ "timestamp": now / 1000, "timestampMs": now, "iso": "", "timezone": "UTC" })),
};

/// A scripted exchange, the time of the exchange and of its clients, a client with an API key, and the client's observer.
pub struct World {
    pub time: ManualTime,
    pub server: MockExchange,
    pub client: Client,
    pub observer: RecordingObserver,
}

impl World {
    /// The script answers all requests except `GET /v1/time`, which reports the time of the test.
    pub async fn new(script: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> Self {
        Self::with(script, |client| client).await
    }

    /// The same exchange, with further settings of the client.
    pub async fn with(
        script: impl Fn(&Seen) -> Answer + Send + Sync + 'static,
        configure: impl FnOnce(ClientBuilder) -> ClientBuilder,
    ) -> Self {
        let time = ManualTime::new(UnixMillis::new(START));
        let server = MockExchange::start(time.clone(), CLOCK, script).await;
        let observer = RecordingObserver::default();
        let builder = Client::builder().base_url(server.url()).api_key(new_key()).time(Arc::new(time.clone())).observer(observer.clone());
        let client = configure(builder).build().expect("a client of a server on this machine");
        Self { time, server, client, observer }
    }

    /// The same exchange, with a client that is also logged in.
    pub async fn logged_in(script: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> Self {
        let world = Self::new(move |seen| if seen.path == LOGIN { session("token-1") } else { script(seen) }).await;
        world.client.session().login(login_request()).await.expect("a session");
        world
    }

    /// How much time has passed.
    pub fn now(&self) -> Duration {
        self.time.monotonic()
    }

    /// Waits for the future, and advances the time whenever a task sleeps and no response is under way.
    pub async fn drive<T>(&self, future: impl Future<Output = T>) -> T {
        venue_test_support::drive(&self.time, future).await
    }
}

/// A key that no other test of the process uses: the process remembers the timestamps of each key.
pub fn new_key() -> ApiKey {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let id = format!("sixmm-ext-test-key-{:06}", COUNT.fetch_add(1, Ordering::Relaxed));
    ApiKey::new(id, "9f1c2e7ab04d4c55a8e1d7f36b20c94e").expect("a key")
}

pub fn login_request() -> sixmm_ext::requests::Login {
    sixmm_ext::requests::Login::new("alice", "yourPassword")
}

/// The response to a login: a session that expires after an hour.
pub fn session(token: &str) -> Answer {
    let data = json!({ "accessToken": token, "accessExpire": START / 1000 + 3600, "redirectPath": "/trade" });
    Answer::ok(&data).header("Set-Cookie", "sid=cookie-1; Path=/; HttpOnly; Secure")
}

/// The balance of an account that has 1000 USDT.
pub fn asset() -> Answer {
    let balance = json!({ "userId": "7", "assetType": "USDT", "walletBalance": "1000", "frozenMargin": "0", "usedMargin": "0" });
    Answer::ok(&json!({ "userAsset": balance }))
}
