//! A scripted exchange on the loopback interface, credentials for it, and a time that only the test advances.

#![allow(dead_code, unreachable_pub, unused_imports, reason = "each test binary uses a part of it")]

mod retry;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::json;
use sixmm_api::{Client, UnixMillis, types};
use sixmm_auth::{ApiKey, Auth, AuthBuilder, ServerClock};
use venue_core::{ManualTime, TimeSource as _};
use venue_test_support::{ClockEndpoint, MockExchange};

pub use retry::RetryWhenBusy;
pub use venue_test_support::{Gate, MockResponse as Answer, RecordedRequest as Seen, log_capture as capture, yield_until as until};

/// The documentation's own timestamp.
pub const START: i64 = 1_772_710_377_808;

/// The secret of the signing vectors.
pub const API_SECRET: &str = "9f1c2e7ab04d4c55a8e1d7f36b20c94e";

pub const PASSWORD: &str = "correct-horse-battery-staple";

pub const LOGIN: &str = "/v1/public/user/login";
pub const REFRESH: &str = "/v1/public/user/refresh-token";
pub const TICKET: &str = "/v1/public/agent-sso/exchange-ticket";
pub const EMBED: &str = "/v1/public/agent-sso/exchange-embed-token";
pub const LOGOUT: &str = "/v1/private/user/logout";
/// Accepts an API key or a token.
pub const ASSET: &str = "/v1/private/user/asset";
/// Accepts only a token.
pub const API_KEYS: &str = "/v1/private/user/api-key/list";
/// Public. The response contains more for a user who is logged in.
pub const LEADERBOARD: &str = "/v1/public/leaderboard/pnl";

/// How 6MM reports its time.
const CLOCK: ClockEndpoint = ClockEndpoint {
    path: "/v1/time",
    response: |now| Answer::ok(&json!({ "timestamp": now / 1000, "timestampMs": now, "iso": "", "timezone": "UTC" })),
};

/// A scripted exchange, the time of the exchange and of its clients, and a client without credentials.
pub struct World {
    pub time: ManualTime,
    pub server: MockExchange,
    pub plain: Client,
}

impl World {
    /// The script answers all requests except `GET /v1/time`. That endpoint reports the time of the test, shifted by
    /// [`MockExchange::be_ahead`].
    pub async fn new(script: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> Self {
        Self::at(ManualTime::new(UnixMillis::new(START)), script).await
    }

    /// Logins and renewals for which the script has no response succeed, with tokens that expire after `life` seconds. All other requests
    /// without a response of the script are answered with [`anything`].
    pub async fn issuing(life: i64, script: impl Fn(&Seen) -> Option<Answer> + Send + Sync + 'static) -> Self {
        let time = ManualTime::new(UnixMillis::new(START));
        let issuer = Issuer { time: time.clone(), life, count: AtomicU64::new(0) };
        Self::at(time, move |seen| script(seen).or_else(|| issuer.answer(seen)).unwrap_or_else(anything)).await
    }

    async fn at(time: ManualTime, script: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> Self {
        let server = MockExchange::start(time.clone(), CLOCK, script).await;
        // Tests that wait for a timeout set their own.
        let plain = Client::builder().base_url(server.url()).timeout(Duration::from_secs(60)).build().expect("a client");
        Self { time, server, plain }
    }

    pub fn clock(&self) -> Arc<ServerClock> {
        Arc::new(ServerClock::new(Arc::new(self.time.clone())))
    }

    pub fn builder(&self) -> AuthBuilder {
        Auth::builder(&self.plain).clock(self.clock())
    }

    pub fn with_key(&self) -> Auth {
        self.builder().api_key(new_key()).build()
    }

    /// A session with `token-1`, if the exchange issues tokens.
    pub async fn logged_in(&self) -> Auth {
        let auth = self.builder().build();
        auth.session().login(login_request()).await.expect("a session");
        auth
    }

    /// Waits for the future, and advances the time whenever a task sleeps and no response is under way.
    pub async fn drive<T>(&self, future: impl Future<Output = T>) -> T {
        venue_test_support::drive(&self.time, future).await
    }
}

/// A key id that no other test of the process uses: the process remembers the timestamps of each key.
pub fn new_key_id() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    format!("sixmm-test-key-{:06}", COUNT.fetch_add(1, Ordering::Relaxed))
}

pub fn new_key() -> ApiKey {
    ApiKey::new(new_key_id(), API_SECRET).expect("a key")
}

pub fn login_request() -> sixmm_api::requests::Login {
    sixmm_api::requests::Login::new("alice", PASSWORD)
}

/// A success without data, which is enough for most operations.
pub fn anything() -> Answer {
    Answer::ok(&json!({}))
}

/// Answers logins and renewals with `token-1` and `sid=cookie-1`, `token-2` and `sid=cookie-2`, and so on. Each token expires after `life`
/// seconds.
struct Issuer {
    time: ManualTime,
    life: i64,
    count: AtomicU64,
}

impl Issuer {
    fn answer(&self, seen: &Seen) -> Option<Answer> {
        let is_renewal = seen.path == REFRESH;
        if !is_renewal && ![LOGIN, TICKET, EMBED].contains(&&*seen.path) {
            return None;
        }
        if is_renewal && seen.header("cookie").is_none() {
            return Some(Answer::refusal(1001, "No authentication"));
        }
        let number = self.count.fetch_add(1, Ordering::Relaxed) + 1;
        let expires = self.time.wall().as_millis() / 1000 + self.life;
        let data = json!({ "accessToken": format!("token-{number}"), "accessExpire": expires, "redirectPath": "/trade" });
        Some(Answer::ok(&data).header("Set-Cookie", &format!("sid=cookie-{number}; Path=/; HttpOnly; Secure")))
    }
}
