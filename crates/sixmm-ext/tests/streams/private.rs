//! The private events: the credentials of the connection, and the life of the listen key.

use std::time::Duration;

use serde_json::json;
use sixmm_ext::streams::{DisconnectReason, Event, StreamSettings, TopicStream, UserEvent};
use sixmm_ext::{Client, RetryPolicy, credentials::permission};
use venue_test_support::MockStreamServer;

use crate::stream_exchange::{AUTHENTICATED, KEYS, StreamExchange, listen_keys};
use crate::support::{LISTEN_KEY, LOGIN, MockResponse, RecordedRequest, START, login_request, session};

/// The documented private message.
const ORDER_EVENT: &str = r#"{"topic": "user.5794","ts": 1771047000000,"data": {"eventType": "ORDER_TRADE_UPDATE"}}"#;

fn user_events(exchange: &StreamExchange) -> TopicStream<UserEvent> {
    exchange.harness.client.streams().user_events().subscribe().expect("credentials")
}

/// An exchange whose clients do not repeat REST requests, because the pauses between retries would add to the time of a test.
async fn exchange_with(script: impl Fn(&RecordedRequest) -> MockResponse + Send + Sync + 'static) -> StreamExchange {
    StreamExchange::with(script, |client| client.retry(RetryPolicy::never()), StreamSettings::new()).await
}

#[tokio::test]
async fn private_events_arrive_over_a_connection_with_a_listen_key() {
    let mut exchange = StreamExchange::new().await;
    let mut events = user_events(&exchange);
    let mut peer = exchange.accept_private().await;
    assert_eq!(peer.listen_key(), KEYS[0]);
    peer.send(ORDER_EVENT).await;
    peer.send(r#"{"topic":"user.9","event":"data","ts":1,"data":{"eventType":"SOMETHING_NEW"}}"#).await;
    assert_eq!(exchange.names(&mut events, 2).await, ["Connected", "Subscribed"]);
    let topics = ["user.5794", "user.9"];
    let kinds = ["ORDER_TRADE_UPDATE", "SOMETHING_NEW"];
    for (topic, kind) in topics.into_iter().zip(kinds) {
        let event = exchange.next(&mut events).await;
        assert!(
            matches!(&event, Event::Update(event) if event.topic == topic && event.event_type.as_ref().is_some_and(|event| event.to_string() == kind)),
            "{event:?}"
        );
    }
    assert_eq!(exchange.key_requests(), ["POST "]);
}

#[tokio::test]
async fn two_subscribers_share_the_connection_and_the_key_and_the_last_one_closes_both() {
    let mut exchange = StreamExchange::new().await;
    let (first, mut second) = (user_events(&exchange), user_events(&exchange));
    let mut peer = exchange.accept_private().await;
    drop(first);
    peer.send(ORDER_EVENT).await;
    assert!(matches!(exchange.next(&mut second).await, Event::Update(_)));
    drop(second);
    assert!(exchange.harness.drive(peer.request()).await.is_none(), "no request, then the end");
    exchange.harness.drive(exchange.harness.server.until_seen(LISTEN_KEY, 2)).await;
    assert_eq!(exchange.key_requests(), ["POST ".to_owned(), format!("DELETE {}", KEYS[0])]);
    assert!(exchange.server.try_accept().is_none());
}

#[tokio::test]
async fn the_users_state_needs_a_runtime_even_if_the_private_connection_is_open() {
    let exchange = StreamExchange::new().await;
    let _events = user_events(&exchange);
    let client = exchange.harness.client.clone();
    let opened = std::thread::spawn(move || client.streams().user().subscribe().map(drop)).join();
    let error = opened.expect("no panic").expect_err("no runtime").to_string();
    assert!(error.contains("no tokio runtime"), "{error}");
}

#[tokio::test]
async fn a_valid_key_is_used_again_after_a_loss_of_the_connection() {
    let mut exchange = StreamExchange::new().await;
    let mut events = user_events(&exchange);
    for _ in 0..5 {
        let peer = exchange.accept_private().await;
        assert_eq!(peer.listen_key(), KEYS[0]);
        assert_eq!(exchange.names(&mut events, 2).await, ["Connected", "Subscribed"]);
        drop(peer);
        assert_eq!(exchange.names(&mut events, 1).await, ["Disconnected"]);
    }
    assert_eq!(exchange.key_requests(), ["POST "]);
}

#[tokio::test]
async fn a_rejected_key_is_closed_and_replaced() {
    let mut exchange = StreamExchange::new().await;
    let mut events = user_events(&exchange);
    let mut peer = exchange.accept().await;
    peer.send(&format!(r#"{{"event":"auth","success":false,"message":"unknown key {}"}}"#, KEYS[0])).await;
    peer.0.close(4001, "authentication failed").await;
    let event = exchange.next(&mut events).await;
    let Event::Disconnected { why: DisconnectReason::AuthenticationRejected(raw) } = &event else { panic!("{event:?}") };
    assert!(raw.as_str().contains("unknown key [redacted]"), "{raw}");
    let peer = exchange.accept_private().await;
    assert_eq!(peer.listen_key(), KEYS[1]);
    assert_eq!(exchange.names(&mut events, 2).await, ["Connected", "Subscribed"]);
    assert_eq!(exchange.key_requests(), ["POST ".to_owned(), format!("DELETE {}", KEYS[0]), "POST ".to_owned()]);
}

#[tokio::test]
async fn a_key_is_renewed_after_three_failures_before_the_authentication() {
    let mut exchange = StreamExchange::new().await;
    let events = user_events(&exchange);
    for _ in 0..3 {
        // The form of a rejection is not documented, so the exchange may only close the connection.
        let mut peer = exchange.accept().await;
        peer.0.close(1000, "").await;
        assert_eq!(peer.listen_key(), KEYS[0]);
    }
    let peer = exchange.accept_private().await;
    assert_eq!(peer.listen_key(), KEYS[0], "the exchange renewed the key, so the key is valid");
    assert_eq!(exchange.key_requests(), ["POST ".to_owned(), format!("PUT {}", KEYS[0])]);
    drop(events);
}

#[tokio::test]
async fn a_key_that_cannot_be_renewed_is_replaced_together_with_the_connection() {
    let script = |request: &RecordedRequest| {
        if request.method == "PUT" { MockResponse::refusal(2002, "Invalid parameter") } else { listen_keys(request) }
    };
    let mut exchange = exchange_with(script).await;
    let mut events = user_events(&exchange);
    let mut first = exchange.accept_private().await;
    assert_eq!(exchange.names(&mut events, 2).await, ["Connected", "Subscribed"]);
    // Replies to the pings until the key is replaced after half an hour.
    let time = exchange.harness.time.clone();
    let end = exchange.harness.drive(first.request()).await;
    assert_eq!(end, None, "the private connection sends no requests");
    assert!(venue_core::TimeSource::monotonic(&time) >= Duration::from_secs(30 * 60));
    let second = exchange.accept_private().await;
    assert_eq!(second.listen_key(), KEYS[1]);
    let event = exchange.next(&mut events).await;
    assert!(matches!(event, Event::Disconnected { why: DisconnectReason::Requested }), "{event:?}");
    assert_eq!(exchange.names(&mut events, 2).await, ["Connected", "Subscribed"]);
    assert_eq!(exchange.key_requests(), ["POST ".to_owned(), format!("PUT {}", KEYS[0]), "POST ".to_owned()]);
}

#[tokio::test]
async fn the_stream_waits_for_an_exchange_that_creates_no_key() {
    let script = |request: &RecordedRequest| {
        if request.method == "POST" && request.earlier < 2 { MockResponse::refusal(5001, "internal") } else { listen_keys(request) }
    };
    let mut exchange = exchange_with(script).await;
    let mut events = user_events(&exchange);
    for _ in 0..2 {
        let event = exchange.next(&mut events).await;
        assert!(
            matches!(&event, Event::Disconnected { why: DisconnectReason::CredentialsUnavailable(why) } if why.contains("create_listen_key"))
        );
    }
    let _peer = exchange.accept_private().await;
    assert_eq!(exchange.names(&mut events, 2).await, ["Connected", "Subscribed"]);
}

#[tokio::test]
async fn a_client_without_credentials_gets_an_error_before_any_request() {
    let mut server = MockStreamServer::start().await;
    let client = Client::builder().streams(StreamSettings::new().url(server.url())).build().expect("valid");
    let error = client.streams().user_events().subscribe().expect_err("no credentials");
    assert!(error.is_auth(), "{error}");
    assert!(!error.is_invalid_topic());
    tokio::task::yield_now().await;
    assert!(server.try_accept().is_none());
}

#[tokio::test]
async fn a_key_without_the_permission_read_gets_an_error_before_any_request() {
    let exchange = StreamExchange::with(listen_keys, |client| client.permissions(&[permission::TRADE]), StreamSettings::new()).await;
    let error = exchange.harness.client.streams().user_events().subscribe().expect_err("no permission");
    assert!(error.is_permission(), "{error}");
    assert!(exchange.key_requests().is_empty());
}

/// An exchange with a client that has no API key, and is logged in.
async fn logged_in(settings: StreamSettings) -> (MockStreamServer, venue_test_support::MockServer, Client) {
    let rest = venue_test_support::MockServer::start(|request| match &*request.path {
        LOGIN => session("token.of-a_login"),
        "/v1/time" => MockResponse::ok(&json!({ "timestamp": START / 1000, "timestampMs": START, "iso": "", "timezone": "UTC" })),
        _ => listen_keys(request),
    });
    let (rest, server) = (rest.await, MockStreamServer::start().await);
    let time = venue_core::ManualTime::new(sixmm_ext::UnixMillis::new(START));
    let builder = Client::builder().base_url(rest.url()).streams(settings.url(server.url())).time(std::sync::Arc::new(time));
    let client = builder.build().expect("valid");
    client.session().login(login_request()).await.expect("a session");
    (server, rest, client)
}

#[tokio::test]
async fn a_session_uses_a_listen_key_by_default() {
    let (mut server, rest, client) = logged_in(StreamSettings::new()).await;
    let events = client.streams().user_events().subscribe().expect("credentials");
    assert_eq!(server.accept().await.target(), format!("/ws?listenKey={}", KEYS[0]));
    assert_eq!(rest.seen_at(LISTEN_KEY).len(), 1);
    drop(events);
}

#[tokio::test]
async fn a_session_uses_its_token_only_on_request() {
    let (mut server, rest, client) = logged_in(StreamSettings::new().use_access_token()).await;
    let mut events = client.streams().user_events().subscribe().expect("credentials");
    let mut peer = server.accept().await;
    assert_eq!(peer.target(), "/ws?token=token.of-a_login");
    peer.send(AUTHENTICATED).await;
    assert!(matches!(events.next().await, Some(Event::Connected { connection: 1 })));
    assert!(rest.seen_at(LISTEN_KEY).is_empty());
    let error = Client::builder().streams(StreamSettings::new().use_access_token()).build().expect("valid");
    assert!(error.streams().user_events().subscribe().expect_err("not logged in").is_auth());
}
