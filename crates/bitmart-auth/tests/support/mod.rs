//! A scripted exchange on the loopback interface, credentials for it, and a time that only the test advances.

#![allow(dead_code, unreachable_pub, unused_imports, reason = "each test binary uses a part of it")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bitmart_api::{Client, Error, Operation, Undocumented, UnixMillis, types};
use bitmart_auth::{ApiKey, Auth, AuthBuilder, BitMart, ServerClock};
use serde::Serialize;
use serde_json::json;
use venue_core::{ManualTime, TimeSource as _};
use venue_runtime::{CallRuntime, CallRuntimeBuilder};
use venue_test_support::{ClockEndpoint, MockExchange};

pub use venue_test_support::{MockResponse, RecordedRequest, log_capture as capture};

/// The timestamp of the documentation's signature example.
pub const START: i64 = 1_589_793_796_145;

/// The secret and the memo of the same example.
pub const API_SECRET: &str = "6c6c98544461bbe71db2bca4c6d7fd0021e0ba9efc215f9c6ad41852df9d9df9";
pub const API_MEMO: &str = "test001";

pub const TIME: &str = "/system/time";

/// How BitMart reports its time.
const CLOCK: ClockEndpoint = ClockEndpoint { path: TIME, response: |now| success(&json!({ "server_time": now })) };

/// A scripted exchange, the time of the exchange and of its clients, and a client without credentials.
pub struct World {
    pub time: ManualTime,
    pub server: MockExchange,
    pub unauthenticated: Client,
}

impl World {
    /// The script answers all requests except `GET /system/time`. That endpoint reports the time of the test, shifted by
    /// [`MockExchange::be_ahead`].
    pub async fn new(script: impl Fn(&RecordedRequest) -> MockResponse + Send + Sync + 'static) -> Self {
        let time = ManualTime::new(UnixMillis::new(START));
        let server = MockExchange::start(time.clone(), CLOCK, script).await;
        let builder = Client::builder().base_url(server.url()).timeout(Duration::from_secs(60));
        Self { time, server, unauthenticated: builder.build().expect("a client") }
    }

    /// The same exchange and a client with BitMart's quotas and retries.
    pub async fn with_policy(script: impl Fn(&RecordedRequest) -> MockResponse + Send + Sync + 'static) -> Self {
        Self::with_runtime(|runtime| runtime, script).await
    }

    /// The same exchange and a client with BitMart's policy and these settings of the runtime.
    pub async fn with_runtime(
        settings: impl FnOnce(CallRuntimeBuilder) -> CallRuntimeBuilder,
        script: impl Fn(&RecordedRequest) -> MockResponse + Send + Sync + 'static,
    ) -> Self {
        let Self { time, server, unauthenticated } = Self::new(script).await;
        let runtime = settings(CallRuntime::builder(BitMart).time(Arc::new(time.clone()))).build();
        let unauthenticated = Client::from(unauthenticated.core().with_policy(runtime));
        Self { time, server, unauthenticated }
    }

    /// Waits for the future, and advances the time whenever a task sleeps and no response is under way.
    pub async fn drive<T>(&self, future: impl Future<Output = T>) -> T {
        venue_test_support::drive(&self.time, future).await
    }

    /// The time since the start of the test.
    pub fn elapsed(&self) -> Duration {
        self.time.monotonic()
    }

    pub fn builder(&self) -> AuthBuilder {
        Auth::builder(&self.unauthenticated).clock(Arc::new(ServerClock::new(Arc::new(self.time.clone()))))
    }

    pub fn with_key(&self) -> Auth {
        self.builder().api_key(new_key()).build()
    }
}

/// An access key that no other test of the process uses: the process remembers the timestamps of each key.
pub fn new_key_id() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    format!("bitmart-test-key-{:06}", COUNT.fetch_add(1, Ordering::Relaxed))
}

pub fn new_key_without_memo() -> ApiKey {
    ApiKey::new(new_key_id(), API_SECRET).expect("a key")
}

pub fn new_key() -> ApiKey {
    new_key_without_memo().with_memo(API_MEMO).expect("a memo")
}

/// The envelope of a success around these data.
pub fn success(data: &serde_json::Value) -> MockResponse {
    MockResponse::json(200, &json!({ "code": 1000, "message": "OK", "trace": "886fb6ae-456b-4654-b4e0-d681ac05cea1", "data": data }))
}

/// The envelope of a rejection, with the empty data of most spot errors.
pub fn rejection(status: u16, code: i64, message: &str) -> MockResponse {
    MockResponse::json(status, &json!({ "code": code, "message": message, "trace": "1e17720f-27c9-4b91-b0b7-3b1e4b7d9fd5", "data": {} }))
}

/// Calls an operation with this body, whatever the type of its data is.
pub async fn call(client: &Client, operation: &'static Operation, body: Option<&impl Serialize>) -> Result<(), Error> {
    let mut call = client.core().call(operation);
    call.json(body);
    call.send::<types::Envelope<Undocumented>>().await.map(drop)
}

/// The timestamp of a SIGNED request, in milliseconds since 1970.
pub fn timestamp(request: &RecordedRequest) -> i64 {
    request.header("x-bm-timestamp").expect("a timestamp").parse().expect("a number")
}
