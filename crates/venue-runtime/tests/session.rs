//! A session of an exchange whose tokens live for an hour.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use venue_core::reqwest::Method;
use venue_core::reqwest::header::{HeaderMap, HeaderValue, SET_COOKIE};
use venue_core::{
    Attempt, BoxFuture, Client, ClientBuilder, Error, ManualTime, Operation, Repeatable, Secret, TimeSource as _, UnixMillis, UnixSeconds,
};
use venue_runtime::session::{AvailableSession, IssuedToken};
use venue_runtime::{ClockSync, ServerClock, TimeServer, TimeServerError, TokenServer, TokenSession};

static LOGIN: Operation = operation("login", "/user/login");
static REFRESH: Operation = operation("refresh", "/user/refresh");
static LOGOUT: Operation = operation("logout", "/user/logout");
static ORDER: Operation = operation("order", "/order");

const fn operation(id: &'static str, path: &'static str) -> Operation {
    Operation::new(id, Method::POST, path, "user", &[], None, Repeatable::Once, "")
}

/// The exchange. It numbers its tokens, and the clock of its server is the test's clock.
#[derive(Clone)]
struct Exchange {
    time: ManualTime,
    renewals: Arc<AtomicU32>,
}

impl Exchange {
    fn token(&self, operation: &'static Operation, number: u32) -> IssuedToken {
        let mut headers = HeaderMap::new();
        headers.insert(SET_COOKIE, HeaderValue::from_str(&format!("sid=cookie{number}; Path=/user")).expect("a header"));
        let expires = UnixSeconds::new(self.time.wall().as_millis() / 1000 + 3600);
        IssuedToken { secret: Secret::from(format!("token{number}").as_str()), expires, operation, headers }
    }
}

impl TokenServer for Exchange {
    fn refresh_operation(&self) -> &'static Operation {
        &REFRESH
    }

    fn logout_operation(&self) -> &'static Operation {
        &LOGOUT
    }

    fn refresh(&self, _: Client) -> BoxFuture<'_, Result<IssuedToken, Error>> {
        let number = self.renewals.fetch_add(1, Ordering::Relaxed) + 1;
        Box::pin(std::future::ready(Ok(self.token(&REFRESH, number))))
    }

    fn logout(&self, _: Client) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn is_renewal_rejected(&self, _: &Error) -> bool {
        false
    }
}

impl TimeServer for Exchange {
    fn server_time(&self) -> BoxFuture<'_, Result<UnixMillis, TimeServerError>> {
        Box::pin(std::future::ready(Ok(self.time.wall())))
    }
}

fn new_session() -> (Exchange, TokenSession) {
    let exchange = Exchange { time: ManualTime::new(UnixMillis::new(1_798_761_600_000)), renewals: Arc::default() };
    let client = ClientBuilder::<Client>::new("http://127.0.0.1:1", "test").build().expect("a client");
    let clock = ClockSync::new(exchange.clone(), Arc::new(ServerClock::new(Arc::new(exchange.time.clone()))));
    let session = TokenSession::new(exchange.clone(), client, Vec::new(), clock);
    (exchange, session)
}

async fn bearer(session: &TokenSession) -> String {
    let header = session.bearer(Attempt::new(&ORDER, 1)).await.expect("a token");
    assert!(header.is_sensitive());
    header.to_str().expect("text").to_owned()
}

#[tokio::test]
async fn a_token_is_renewed_a_minute_before_it_expires() {
    let (exchange, session) = new_session();
    session.begin(exchange.token(&LOGIN, 0));
    assert_eq!(bearer(&session).await, "Bearer token0");
    exchange.time.advance(Duration::from_secs(3539));
    assert_eq!(bearer(&session).await, "Bearer token0");
    exchange.time.advance(Duration::from_secs(1));
    assert_eq!(bearer(&session).await, "Bearer token1");
    assert_eq!(exchange.renewals.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_renewal_replaces_the_cookie_that_the_next_renewal_sends() {
    let (exchange, session) = new_session();
    session.begin(exchange.token(&LOGIN, 0));
    session.renew().await.expect("a renewal");
    for operation in [&REFRESH, &LOGOUT] {
        assert_eq!(session.cookie_header(operation).expect("a session").expect("a cookie"), "sid=cookie1");
    }
}

#[tokio::test]
async fn a_logout_ends_the_session_and_a_login_starts_another() {
    let (exchange, session) = new_session();
    assert!(!session.check().expect_err("no login").has_begun());
    session.begin(exchange.token(&LOGIN, 0));
    assert!(matches!(session.available(), AvailableSession::TokenAndCookie));
    session.logout().await.expect("a logout");
    let error = session.check().expect_err("a logout");
    assert!(error.has_begun() && error.needs_login());
    session.begin(exchange.token(&LOGIN, 7));
    assert_eq!(bearer(&session).await, "Bearer token7");
}

#[tokio::test]
async fn tokens_and_cookies_are_neither_printed_nor_left_in_texts() {
    let (exchange, session) = new_session();
    let issued = exchange.token(&LOGIN, 0);
    let printed = format!("{issued:?}");
    session.begin(issued);
    let mut text = String::from("token0 of cookie0 is not valid");
    session.redact(&mut text);
    assert_eq!(text, "[redacted] of [redacted] is not valid");
    let printed = format!("{printed} {session:?}");
    assert!(!printed.contains("token0") && !printed.contains("cookie0"), "{printed}");
}
