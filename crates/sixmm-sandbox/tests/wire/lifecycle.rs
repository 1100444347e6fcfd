//! Starting and stopping an exchange.

use std::time::Duration;

use serde_json::json;
use sixmm_sandbox::exchange::Config;
use sixmm_sandbox::{Builder, Clock, Fault, FaultRule, Operation, Permissions, Sandbox, UnixMillis, User};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{START, builder, get, post, start};

#[tokio::test]
async fn two_exchanges_with_one_seed_issue_the_same_keys_but_share_no_state() {
    let (first, second) = (start().await, start().await);
    assert_ne!(first.address(), second.address());
    let keys = [&first, &second].map(|sandbox| crate::support::key(sandbox, "alice").api_key);
    assert_eq!(keys[0], keys[1]);
    first.advance(Duration::from_secs(1));
    assert_ne!(first.now(), second.now());
}

#[tokio::test]
async fn after_a_restart_with_the_same_time_order_ids_repeat() {
    let mut first_ids = Vec::new();
    for price in ["80000", "70000"] {
        let sandbox = start().await;
        let key = crate::support::key(&sandbox, "alice");
        let order = json!({ "symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "price": price, "quantity": "0.1" });
        let placed = post("/v1/private/order/place", order).signed(&key, START).send(&sandbox).await.data();
        first_ids.push(placed["orderId"].clone());
    }
    assert_eq!(first_ids[0], first_ids[1], "as the help of `--manual-clock` documents");
}

#[tokio::test]
async fn another_seed_issues_other_keys() {
    let (first, second) = (start().await, builder().seed(8).start().await.expect("a port is free"));
    assert_ne!(crate::support::key(&first, "alice").api_key, crate::support::key(&second, "alice").api_key);
}

#[tokio::test]
async fn a_dropped_exchange_closes_its_listener_and_its_connections() {
    let sandbox = start().await;
    let address = sandbox.address();
    let mut stream = TcpStream::connect(address).await.expect("the exchange listens");
    // Sends one request over a persistent connection.
    stream.write_all(b"GET /v1/time HTTP/1.1\r\nHost: sandbox\r\n\r\n").await.expect("the exchange reads");
    let mut byte = [0];
    stream.read_exact(&mut byte).await.expect("the exchange answers");
    drop(sandbox);
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.ok();
    // The listener is closed by its own task, which runs while this task waits.
    while TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_head_request_is_rejected_with_405() {
    let sandbox = start().await;
    let mut stream = TcpStream::connect(sandbox.address()).await.expect("the exchange listens");
    stream.write_all(b"HEAD /v1/time HTTP/1.1\r\nHost: sandbox\r\nConnection: close\r\n\r\n").await.expect("the exchange reads");
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.expect("the exchange answers");
    assert!(bytes.starts_with(b"HTTP/1.1 405 "), "{}", String::from_utf8_lossy(&bytes));
    assert!(sandbox.requests().is_empty());
}

#[tokio::test]
async fn a_delayed_request_gets_no_response_after_the_exchange_is_dropped() {
    let sandbox = start().await;
    sandbox.faults().add(FaultRule::new(Fault::Delay { millis: 50 }).on([Operation::ServerTime])).expect("a valid rule");
    let mut stream = TcpStream::connect(sandbox.address()).await.expect("the exchange listens");
    stream.write_all(&get("/v1/time").bytes()).await.expect("the exchange reads");
    while sandbox.faults().hits().is_empty() {
        tokio::task::yield_now().await;
    }
    drop(sandbox);
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.ok();
    assert_eq!(bytes, b"");
}

#[tokio::test]
async fn a_port_in_use_is_an_error() {
    let sandbox = start().await;
    let error = builder().port(sandbox.address().port()).start().await.expect_err("the port is taken");
    assert_eq!(error.to_string(), format!("cannot listen on port {} of 127.0.0.1. Port 0 selects a free port", sandbox.address().port()));
}

#[tokio::test]
async fn invalid_users_are_rejected() {
    for (users, expected) in [
        (vec![User::new("al")], "`al` has 2 characters: a user name must have 3 to 32"),
        (vec![User::new("alice").password("")], "the password of `alice` has 0 characters: a password must have 1 to 64"),
        (vec![User::new("alice"), User::new("alice")], "two users have the name `alice`"),
    ] {
        let builder = users.into_iter().fold(Sandbox::builder(), |builder, user| builder.user(user));
        assert_eq!(builder.start().await.expect_err("no such user").to_string(), expected);
    }
}

#[tokio::test]
async fn an_unknown_user_name_is_an_error() {
    let sandbox = start().await;
    assert_eq!(sandbox.user_id("carol").expect_err("no carol").to_string(), "no user has the name `carol`");
}

#[tokio::test]
async fn the_log_contains_the_result_of_each_request() {
    let sandbox = start().await;
    get("/v1/time").header("X-Request-ID", "one").send(&sandbox).await;
    get("/v1/private/user/info").send(&sandbox).await;
    let received = sandbox.requests();
    let actual: Vec<_> = received.iter().map(|request| (request.number, request.operation, request.code, request.took_effect())).collect();
    assert_eq!(actual, [(1, Operation::ServerTime, Some(0), true), (2, Operation::UserInfo, Some(1001), false)]);
    assert_eq!(received[0].request_id, "one");
}

#[tokio::test]
async fn the_log_keeps_the_configured_number_of_requests() {
    let sandbox = builder().keep_requests(2).start().await.expect("a port is free");
    for _ in 0..3 {
        get("/v1/time").send(&sandbox).await;
    }
    assert_eq!(sandbox.requests().iter().map(|request| request.number).collect::<Vec<_>>(), [2, 3]);
}

#[tokio::test]
async fn debug_output_contains_no_secret() {
    let sandbox = start().await;
    let key = crate::support::key(&sandbox, "alice");
    let secret = secrecy::ExposeSecret::expose_secret(&key.api_secret).to_owned();
    let user = User::new("alice").password("a password");
    let printed = format!("{sandbox:?} {key:?} {user:?} {:?}", builder().user(user.clone()));
    assert!(!printed.contains(&secret) && !printed.contains("a password"), "{printed}");
}

/// The first API key, which depends on the seed, and the start time.
async fn key_and_start(builder: Builder) -> (String, i64) {
    let sandbox = builder.user(User::new("alice")).start().await.expect("a port is free");
    (sandbox.api_key("alice", Permissions::READ).expect("alice is a user").api_key, sandbox.now().as_millis())
}

#[tokio::test]
async fn the_builder_overrides_seed_and_start_of_the_configuration() {
    let time = UnixMillis::new;
    let config = || Config::new().seed(41).start(time(1_000));
    let (of_41, started) = key_and_start(Sandbox::builder().config(config())).await;
    assert_eq!(started, 1_000, "the clock starts at the start time of the configuration");
    let other = Sandbox::builder().seed(42).clock(Clock::manual(time(2_000)));
    let (of_42, started) = key_and_start(other.config(config())).await;
    assert_eq!(started, 2_000);
    assert_ne!(of_41, of_42);
    for builder in [Sandbox::builder().seed(41).config(config().seed(42)), Sandbox::builder().config(Config::new().seed(41))] {
        assert_eq!(key_and_start(builder).await.0, of_41);
    }
}
