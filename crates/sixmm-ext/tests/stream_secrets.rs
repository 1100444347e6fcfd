//! No listen key and no access token is printed by the streams. This test has its own process, because it captures the output of the whole
//! process.

mod support;

#[path = "support/stream_exchange.rs"]
mod stream_exchange;

use std::io::{self, Write};

use serde_json::json;
use sixmm_ext::observer::{Observer, StreamReport};
use sixmm_ext::streams::{Event, StreamSettings, UserUpdate};
use sixmm_ext::{Client, RetryPolicy};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use venue_test_support::{MockServer, MockStreamServer, find_secret};

use stream_exchange::{KEYS, StreamExchange, listen_keys};
use support::{LOGIN, MockResponse, RecordedRequest, START, log_capture, login_request, session};

/// A key that the URL contains percent-encoded.
const ENCODED_KEY: &str = "k+3/Zq9 w7x=Yt2&vB8";

const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.a-stream-token.c2lnbmF0dXJl";

/// Prints every report and every recorded line.
#[derive(Debug)]
struct Printing;

impl Observer for Printing {
    fn stream(&self, report: &StreamReport<'_>) {
        log_capture::print_debug(report);
    }
}

impl Write for Printing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        log_capture::print(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn recorded() -> StreamSettings {
    StreamSettings::new().record(|_| Ok(Box::new(Printing)))
}

/// How the server fails. Each failure repeats the key where a server might repeat it.
#[derive(Clone, Copy, Debug)]
enum Mode {
    Rejected,
    CloseFrame,
    Undecodable,
    UnreadableText,
    /// The server repeats the key as the URL contains it.
    Encoded,
    NoKey,
}

async fn fail(mode: Mode) {
    let script = move |request: &RecordedRequest| match mode {
        Mode::NoKey if request.earlier == 0 => {
            let secrets = json!({ "listenKey": [KEYS[0]] });
            MockResponse::json(200, &json!({ "code": 5001, "message": format!("key {} failed", KEYS[0]), "data": secrets }))
        }
        Mode::Encoded if request.method == "POST" => MockResponse::ok(&json!({ "listenKey": ENCODED_KEY, "expireAt": START + 3_600_000 })),
        _ => listen_keys(request),
    };
    let configure = |client: sixmm_ext::ClientBuilder| client.retry(RetryPolicy::never()).observer(Printing);
    let mut exchange = StreamExchange::with(script, configure, recorded()).await;
    let settings = exchange.harness.client.streams().user_events();
    log_capture::print_debug(&settings);
    let mut events = settings.subscribe().expect("credentials");
    let mut peers = Vec::new();
    for number in 0..2 {
        if !(matches!(mode, Mode::NoKey) && number == 0) {
            let mut peer = exchange.accept().await;
            let key = peer.listen_key().to_owned();
            match mode {
                Mode::Rejected => peer.send(&format!(r#"{{"event":"auth","success":false,"message":"listenKey {key}"}}"#)).await,
                Mode::CloseFrame => peer.0.close(4001, &format!("listenKey {key}")).await,
                Mode::Undecodable => {
                    peer.send(stream_exchange::AUTHENTICATED).await;
                    peer.send(&format!(r#"{{"topic":"user.1","ts":1,"data":"listenKey={key}"}}"#)).await;
                }
                Mode::UnreadableText | Mode::Encoded => {
                    peer.send(stream_exchange::AUTHENTICATED).await;
                    peer.send(&format!("listenKey={key}")).await;
                }
                Mode::NoKey => peer.send(stream_exchange::AUTHENTICATED).await,
            }
            peers.push(peer);
        }
        let mut event = exchange.next(&mut events).await;
        while !event.is_loss_of_trust() {
            event = exchange.next(&mut events).await;
        }
        log_capture::print_debug(&event);
        peers.clear();
        log_capture::print_debug(&events);
        log_capture::print_debug(&exchange.harness.client);
        log_capture::print_debug(&exchange.harness.client.streams());
        if let Event::Disconnected { why } = event {
            log_capture::print(&why);
        } else if number == 0 {
            exchange.next(&mut events).await;
        }
        if matches!(mode, Mode::NoKey) {
            break;
        }
    }
    exchange.harness.client.streams().close();
    assert!(exchange.harness.drive(events.next()).await.is_some());
}

/// A session whose token is rejected twice.
async fn fail_with_token() {
    let rest = MockServer::start(|request| match &*request.path {
        LOGIN => session(TOKEN),
        "/v1/time" => MockResponse::ok(&json!({ "timestamp": START / 1000, "timestampMs": START, "iso": "", "timezone": "UTC" })),
        _ => MockResponse::refusal(1004, "Session expired"),
    });
    let (rest, mut server) = (rest.await, MockStreamServer::start().await);
    let settings = recorded().use_access_token().url(server.url());
    let time = venue_core::ManualTime::new(sixmm_ext::UnixMillis::new(START));
    let builder = Client::builder().base_url(rest.url()).streams(settings).observer(Printing).time(std::sync::Arc::new(time.clone()));
    log_capture::print_debug(&builder);
    let client = builder.build().expect("valid");
    client.session().login(login_request()).await.expect("a session");
    let mut events = client.streams().user_events().subscribe().expect("credentials");
    let mut peer = server.accept().await;
    assert!(peer.target().contains(TOKEN));
    peer.send(&format!(r#"{{"event":"auth","success":false,"message":"token {TOKEN}"}}"#)).await;
    for _ in 0..2 {
        let event = venue_test_support::drive(&time, events.next()).await.expect("an event");
        log_capture::print_debug(&event);
    }
}

/// The responses of a server that does not switch to WebSocket and repeats the key. `{key}` is the key.
const HANDSHAKES: [&str; 5] = [
    "HTTP/1.1 401 Unauthorized {key}\r\nX-Key: {key}\r\nContent-Length: 50\r\n\r\nlistenKey {key} is not valid",
    "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/ws?listenKey={key}\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {key}\r\n\r\n",
    "HTTP/1.1 {key}\r\n{key}\r\n\r\n",
    "{key}\r\n\r\n",
];

/// The user's state and its journal, while each handshake fails in another way.
async fn fail_handshakes() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("ws://{}/ws", listener.local_addr().expect("an address"));
    let script = |request: &RecordedRequest| listen_keys(request);
    let harness =
        support::Harness::with(script, |client| client.streams(recorded().url(url)).retry(RetryPolicy::never()).observer(Printing));
    let harness = harness.await;
    let mut user = harness.client.streams().user().journal(Printing).subscribe().expect("credentials");
    let mut losses = 0;
    let server = async {
        for response in HANDSHAKES {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut head = vec![0; 4096];
            let length = stream.read(&mut head).await.expect("a request");
            let head = String::from_utf8_lossy(&head[..length]);
            let (_, key) = head.split_once("listenKey=").expect("a listen key");
            let key = key.split(' ').next().unwrap_or_default();
            stream.write_all(response.replace("{key}", key).as_bytes()).await.expect("the client reads");
        }
    };
    let client = async {
        while losses < HANDSHAKES.len() {
            let update = user.next().await.expect("an event");
            losses += usize::from(matches!(update, UserUpdate::TrustLost(_)));
            log_capture::print_debug(&update);
            log_capture::print_debug(&user.state());
            log_capture::print_debug(&user);
        }
    };
    harness.drive(async { tokio::join!(server, client) }).await;
}

#[test]
fn no_listen_key_and_no_token_is_printed() {
    log_capture::start();
    let check = |mode: &str, printed: &str, visible: &str| {
        for secret in KEYS.into_iter().chain([TOKEN, ENCODED_KEY]) {
            assert_eq!(find_secret(printed, secret), None, "{mode}: {secret}");
        }
        for visible in ["StreamReport", "venue-stream recording 1", visible] {
            assert!(printed.contains(visible), "{mode}: `{visible}` is not printed");
        }
        println!("{mode}: {} bytes printed", printed.len());
    };
    for (mode, visible) in [
        (Mode::Rejected, "listenKey [redacted]"),
        (Mode::CloseFrame, "listenKey [redacted]"),
        (Mode::Undecodable, "listenKey=[redacted]"),
        (Mode::UnreadableText, "listenKey=[redacted]"),
        (Mode::Encoded, "listenKey=[redacted]"),
        (Mode::NoKey, "create_listen_key"),
    ] {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(fail(mode));
        check(&format!("{mode:?}"), &log_capture::take(), visible);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(fail_with_token());
    check("token", &log_capture::take(), "token [redacted]");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(fail_handshakes());
    check("handshakes", &log_capture::take(), "connecting failed");
}
