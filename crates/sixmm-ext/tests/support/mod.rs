//! The harness of the tests: a scripted exchange on the loopback interface, a client of the exchange, and a time that only the test
//! advances.

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
pub use venue_test_support::{Gate, MockResponse, RecordedRequest, log_capture, yield_until};

/// The time at which each test begins, in Unix milliseconds. It is a timestamp of the documentation.
pub const START: i64 = 1_772_710_377_808;

pub const ASSET: &str = "/v1/private/user/asset";
pub const KLINES: &str = "/v1/public/market/klines";
pub const LISTEN_KEY: &str = "/v1/private/user/listen-key";
pub const LOGIN: &str = "/v1/public/user/login";
pub const ORDER: &str = "/v1/private/order";
pub const PLACE: &str = "/v1/private/order/place";
pub const SYMBOLS: &str = "/v1/public/market/symbols";

/// The endpoint of the exchange's clock, and its response.
pub const CLOCK: ClockEndpoint = ClockEndpoint {
    path: "/v1/time",
    response: |now| MockResponse::ok(&json!({ "timestamp": now / 1000, "timestampMs": now, "iso": "", "timezone": "UTC" })),
};

/// A scripted exchange, the time of the exchange and of its clients, a client with an API key, and the client's observer.
pub struct Harness {
    pub time: ManualTime,
    pub server: MockExchange,
    pub client: Client,
    pub observer: RecordingObserver,
}

impl Harness {
    /// Starts the exchange. The script returns the response to each request, except for `GET /v1/time`, whose response is the time of the
    /// test.
    pub async fn new(script: impl Fn(&RecordedRequest) -> MockResponse + Send + Sync + 'static) -> Self {
        Self::with(script, |client| client).await
    }

    /// Starts the exchange, with further settings of the client.
    pub async fn with(
        script: impl Fn(&RecordedRequest) -> MockResponse + Send + Sync + 'static,
        configure: impl FnOnce(ClientBuilder) -> ClientBuilder,
    ) -> Self {
        let time = ManualTime::new(UnixMillis::new(START));
        let server = MockExchange::start(time.clone(), CLOCK, script).await;
        let observer = RecordingObserver::default();
        let builder = Client::builder().base_url(server.url()).api_key(new_key()).time(Arc::new(time.clone())).observer(observer.clone());
        let client = configure(builder).build().expect("a client of a server on this machine");
        Self { time, server, client, observer }
    }

    /// Starts the exchange, and logs the client in.
    pub async fn logged_in(script: impl Fn(&RecordedRequest) -> MockResponse + Send + Sync + 'static) -> Self {
        let harness = Self::new(move |request| if request.path == LOGIN { session("token-1") } else { script(request) }).await;
        harness.client.session().login(login_request()).await.expect("a session");
        harness
    }

    /// The time since the start of the test.
    pub fn now(&self) -> Duration {
        self.time.monotonic()
    }

    /// Waits for the future, and advances the time whenever a task sleeps and no response is in flight.
    pub async fn drive<T>(&self, future: impl Future<Output = T>) -> T {
        venue_test_support::drive(&self.time, future).await
    }
}

/// An API key that no other test of the process uses, because the process remembers the timestamps of each key.
pub fn new_key() -> ApiKey {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let id = format!("sixmm-ext-test-key-{:06}", COUNT.fetch_add(1, Ordering::Relaxed));
    ApiKey::new(id, "9f1c2e7ab04d4c55a8e1d7f36b20c94e").expect("a key")
}

pub fn login_request() -> sixmm_ext::requests::Login {
    sixmm_ext::requests::Login::new("alice", "yourPassword")
}

/// The response to a login: a session that expires after an hour.
pub fn session(token: &str) -> MockResponse {
    let data = json!({ "accessToken": token, "accessExpire": START / 1000 + 3600, "redirectPath": "/trade" });
    MockResponse::ok(&data).header("Set-Cookie", "sid=cookie-1; Path=/; HttpOnly; Secure")
}

/// The balance of an account that has 1000 USDT.
pub fn asset() -> MockResponse {
    let balance = json!({ "userId": "7", "assetType": "USDT", "walletBalance": "1000", "frozenMargin": "0", "usedMargin": "0" });
    MockResponse::ok(&json!({ "userAsset": balance }))
}
