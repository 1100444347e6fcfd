//! An exchange on this machine that keeps the bytes of every request and answers by a script, and time that moves only when a test says so.

#![allow(dead_code, unreachable_pub, unused_imports, reason = "each test binary uses a part of it")]

pub mod capture;
mod retry;
mod server;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::json;
use sixmm_api::{Client, UnixMillis, types};
use sixmm_auth::{ApiKey, Auth, AuthBuilder, ServerClock};
use venue_core::{ManualTime, TimeSource as _};

pub use retry::Retry;
pub use server::{Answer, Gate, Seen, Server};

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
/// Accepts a token alone.
pub const API_KEYS: &str = "/v1/private/user/api-key/list";
/// Public, and says more to somebody who is logged in.
pub const LEADERBOARD: &str = "/v1/public/leaderboard/pnl";

/// An exchange, the time that it and its clients live in, and a client without credentials.
pub struct World {
    pub time: ManualTime,
    pub server: Server,
    pub plain: Client,
}

impl World {
    /// The script answers all but `GET /v1/time`, which tells the time of the test, moved by [`Server::be_ahead`].
    pub async fn new(script: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> Self {
        Self::at(ManualTime::new(UnixMillis::new(START)), script).await
    }

    /// Logins and renewals succeed, with tokens that are good for `life` seconds, unless the script says otherwise. What it leaves open is
    /// answered with [`anything`].
    pub async fn issuing(life: i64, script: impl Fn(&Seen) -> Option<Answer> + Send + Sync + 'static) -> Self {
        let time = ManualTime::new(UnixMillis::new(START));
        let issuer = Issuer { time: time.clone(), life, count: AtomicU64::new(0) };
        Self::at(time, move |seen| script(seen).or_else(|| issuer.answer(seen)).unwrap_or_else(anything)).await
    }

    async fn at(time: ManualTime, script: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> Self {
        let server = Server::start(time.clone(), script).await;
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

    /// Logged in, with `token-1`, if the world issues them.
    pub async fn logged_in(&self) -> Auth {
        let auth = self.builder().build();
        auth.session().login(login_request()).await.expect("a session");
        auth
    }

    /// Moves this world's time until the future is ready, whenever somebody sleeps.
    pub async fn drive<T>(&self, future: impl Future<Output = T>) -> T {
        let mut future = std::pin::pin!(future);
        std::future::poll_fn(|context| {
            let ready = future.as_mut().poll(context);
            if ready.is_pending() && self.time.advance_to_next_wake() {
                context.waker().wake_by_ref();
            }
            ready
        })
        .await
    }
}

/// How many turns of the runtime are enough for every answer on this machine to arrive.
const TURNS: usize = 2_000;

impl World {
    /// Moves this world's time until the future is ready, whenever a task sleeps and no answer is on its way: for servers that hang.
    pub async fn drive_slowly<T>(&self, future: impl Future<Output = T>) -> T {
        let mut future = std::pin::pin!(future);
        let mut turns = 0;
        std::future::poll_fn(|context| {
            let ready = future.as_mut().poll(context);
            if ready.is_pending() {
                turns += 1;
                if turns % TURNS == 0 {
                    self.time.advance_to_next_wake();
                }
                context.waker().wake_by_ref();
            }
            ready
        })
        .await
    }
}

/// Unlike any other of the process, which remembers the timestamps of each.
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

/// What most operations are content with.
pub fn anything() -> Answer {
    Answer::ok(&json!({}))
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

/// Begins and renews sessions: `token-1` and `sid=cookie-1`, `token-2` and `sid=cookie-2`, and so on, each good for `life` seconds.
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
