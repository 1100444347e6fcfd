//! No secret is logged at any level by any crate, over TLS, while everything goes well. A process of its own: what it logs is captured as a
//! whole.

#[path = "http/tls_server.rs"]
#[expect(dead_code, reason = "the tests of TLS use the rest")]
mod tls_server;

use std::sync::Arc;

use serde_json::{Value, json};
use sixmm_ext::http::{CertificatePin, HttpSettings, Identity, Roots};
use sixmm_ext::{Client, NewOrder, UnixMillis, credentials::ApiKey, requests};
use venue_test_support::log_capture as capture;
use venue_test_support::virtual_time::VirtualTime;

use tls_server::{Authority, Setup, TlsServer};

/// The data of a placed order.
const PLACED: &str = r#"{"code":0,"message":"success","data":{"orderId":"1"},"requestId":"r"}"#;

const START: i64 = 1_772_710_377_808;
const KEY_ID: &str = "never-log-this-key-id-77e0b1";
const SECRET: &str = "never-log-this-api-secret-4d4c55a8e1d7";
const PASSWORD: &str = "never-log-this-password-90f1";
const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.a-token.c2lnbmF0dXJl";
const COOKIES: [&str; 2] = ["a-cookie-7c41d0", "another-cookie-93b2ff"];
const LISTEN_KEY: &str = "f57cb61ef604ce76be09e753a5dbdd8c";

fn respond(request: &str) -> (String, String) {
    let path = request.split([' ', '?']).nth(1).unwrap_or_default();
    let session = json!({ "accessToken": TOKEN, "accessExpire": START / 1000 + 86_400 });
    let cookie = |value: &str| format!("Set-Cookie: sid={value}; Path=/; HttpOnly; Secure\r\n");
    let (headers, data) = match path {
        "/v1/time" => (String::new(), json!({ "timestamp": START / 1000, "timestampMs": START, "iso": "", "timezone": "UTC" })),
        "/v1/public/user/login" => (cookie(COOKIES[0]), session),
        "/v1/public/user/refresh-token" => (cookie(COOKIES[1]), session),
        "/v1/private/user/listen-key" => (String::new(), json!({ "listenKey": LISTEN_KEY, "expireAt": START + 3_600_000 })),
        "/v1/private/order/place" => (String::new(), json!({ "orderId": "1" })),
        "/v1/private/user/asset" => (
            String::new(),
            json!({ "userAsset": { "userId": "7", "assetType": "USDT", "walletBalance": "1000", "frozenMargin": "0", "usedMargin": "0" } }),
        ),
        _ => (String::new(), Value::Object(serde_json::Map::new())),
    };
    (headers, json!({ "code": 0, "message": "success", "data": data, "requestId": "r" }).to_string())
}

/// Runs a test in the time of this machine: virtual time would end the waits for the server, which is a thread of its own.
fn run<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(test)
}

/// Signed calls, a login, a renewal, a listen key from its beginning to its end, and a logout.
async fn call_everything(client: &Client) {
    client.sync_clock().await.expect("the server's clock");
    client.account().asset().send().await.expect("a balance");
    assert!(client.orders().place(NewOrder::buy("BTCUSDT", 1).limit(85_000)).send().await.accepted().is_some());
    client.session().login(requests::Login::new("alice", PASSWORD)).await.expect("a session");
    client.send(requests::ApiKeys::new()).await.expect("keys");
    client.session().renew().await.expect("renewed");
    client.send(requests::CreateListenKey::new()).await.expect("a listen key");
    client.send(requests::RenewListenKey::new().listen_key(LISTEN_KEY)).await.expect("renewed");
    client.send(requests::CloseListenKey::new().listen_key(LISTEN_KEY)).await.expect("closed");
    client.session().renew().await.expect("renewed by the second cookie");
    client.session().logout().await.expect("logged out");
}

#[test]
fn no_crate_logs_a_secret_at_any_level() {
    capture::start();
    // A panic here is a failure of the test, and nothing that a library logged.
    drop(std::panic::take_hook());
    let (server, key_pem) = run(async {
        let (authority, clients) = (Authority::new(), Authority::new());
        let (certified, bot) = (authority.server("localhost"), clients.client());
        let server = TlsServer::start(Setup { clients_of: Some(&clients), respond, ..Setup::of(&certified) }).await;
        let http = HttpSettings::new()
            .no_proxy()
            .roots(Roots::only(authority.certificates()))
            .pins([CertificatePin::public_key_of(&certified.certificate()).expect("a certificate")])
            .client_identity(Identity::from_pem(&bot.certificate_pem, &bot.key_pem).expect("a certificate and its key"));
        let client = Client::builder()
            .base_url(server.url())
            .api_key(ApiKey::new(KEY_ID, SECRET).expect("a key"))
            .time(Arc::new(VirtualTime::starting_at(UnixMillis::new(START))))
            .http(http)
            .build()
            .expect("a client");
        capture::print_debug(&client);
        call_everything(&client).await;
        (server, bot.key_pem)
    });
    let logged = capture::take();
    let received = server.received();
    let sent = |secret: &str| received.iter().any(|request| request.contains(secret));
    assert!([KEY_ID, PASSWORD, TOKEN, COOKIES[0], COOKIES[1], LISTEN_KEY].into_iter().all(sent), "the client sent each of them");
    let signatures: Vec<&str> =
        received.iter().filter_map(|request| request.split_once("signature=")).map(|(_, rest)| &rest[..64]).collect();
    assert!(signatures.len() >= 5, "{} calls were signed", signatures.len());
    for from in ["rustls", "hyper_util", "call"] {
        assert!(logged.contains(from), "nothing of {from} is captured");
    }
    let secrets = [KEY_ID, SECRET, PASSWORD, TOKEN, COOKIES[0], COOKIES[1], LISTEN_KEY].into_iter().chain(signatures);
    for secret in secrets.chain(key_pem.lines().filter(|line| !line.starts_with("-----"))) {
        assert_eq!(logged.lines().find(|line| line.contains(secret)), None, "{secret}");
    }
    println!("{} bytes were logged", logged.len());
}
