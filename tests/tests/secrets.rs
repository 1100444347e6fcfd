//! No password, token, key or signature is printed by a request, a builder, a response, an error with its sources, or a client.

use std::error::Error as _;
use std::fmt::Debug;
use std::time::Duration;

use sixmm_api::{Attempt, BoxFuture, Client, Error, Interceptor, Veto, requests, types};
use sixmm_tests::{client_of, fixture, server_with_data};
use venue_core::reqwest::{Request, Url};
use venue_test_support::{MockResponse, MockServer, closed_port, find_secret};

const SECRET: &str = "hunter2hunter2hunter2hunter2";

/// Neither form of `Debug` contains the secret, a part of the secret, or an encoded form. Both contain `visible`, so that a `Debug` that
/// prints nothing fails.
#[track_caller]
fn check(shown: &dyn Debug, visible: &str) {
    for text in [format!("{shown:?}"), format!("{shown:#?}")] {
        check_text(&text);
        assert!(text.contains(visible), "`{visible}` is missing: {text}");
    }
}

#[track_caller]
fn check_text(text: &str) {
    assert!(!text.contains("hunter2"), "{text}");
    assert_eq!(find_secret(text, "hunter2hunter2"), None);
}

/// The text of an error, its `Debug`, and all of its sources contain no secret.
#[track_caller]
fn check_error(error: &Error) {
    check(error, "Error");
    check_text(&error.to_string());
    let mut source = error.source();
    while let Some(cause) = source {
        check_text(&format!("{cause} {cause:?} {cause:#?}"));
        source = cause.source();
    }
}

/// An interceptor that puts the secret into the query and into a header.
#[derive(Debug)]
struct Sign;

impl Interceptor for Sign {
    fn on_attempt<'a>(&'a self, request: &'a mut Request, _: Attempt) -> BoxFuture<'a, Result<(), Veto>> {
        request.url_mut().query_pairs_mut().append_pair("signature", SECRET);
        request.headers_mut().insert("x-api-key", SECRET.parse().expect("a header"));
        Box::pin(std::future::ready(Ok(())))
    }
}

fn signing(url: String) -> Client {
    let builder = Client::builder().base_url(url).interceptor(Sign).timeout(Duration::from_millis(100));
    builder.build().expect("a client")
}

#[test]
fn requests_and_their_bodies_do_not_show_secrets() {
    let login = requests::Login::new("alice", SECRET);
    check(&login, "alice");
    check(&login.into_body(), "alice");
    let ticket = requests::ExchangeTicket::new(SECRET);
    check(&ticket, "ExchangeTicket");
    check(&ticket.into_body(), "ExchangeTicketRequest");
    let embed = requests::ExchangeEmbedToken::new(SECRET, "channel-001");
    check(&embed, "channel-001");
    check(&embed.into_body(), "channel-001");
    let renew = requests::RenewListenKey::new().listen_key(SECRET);
    check(&renew, "RenewListenKey");
    check(&renew.into_body(), "ListenKeyRequest");
    check(&requests::CloseListenKey::new().listen_key(SECRET), "CloseListenKey");
}

#[test]
fn calls_do_not_show_secrets() {
    let client = Client::new().expect("a client");
    let mut call = client.core().call(&sixmm_api::operations::LOGIN);
    call.query("signature", Some(&SECRET));
    call.header("x-api-key", Some(&SECRET));
    call.json(Some(&requests::Login::new("alice", SECRET).into_body()));
    check(&call, "login");
}

#[tokio::test]
async fn answers_do_not_show_secrets() {
    let check_data = async |data: String| {
        let server = server_with_data(&data).await;
        let client = client_of(&server);
        check(&client.send(requests::Login::new("alice", "yourPassword")).await, "login");
        check(&client.send(requests::RefreshToken::new()).await, "refresh_token");
        check(&client.send(requests::ExchangeTicket::new("ticket-001")).await, "exchange_ticket");
        check(&client.send(requests::CreateListenKey::new()).await, "create_listen_key");
        check(&client.send(requests::CreateApiKey::new("external-service-prod")).await, "create_api_key");
        check(&client.send(requests::Logout::new()).await, "logout");
    };
    check_data(format!(r#"{{"accessToken":"{SECRET}","accessExpire":1769676656,"refreshToken":"{SECRET}"}}"#)).await;
    check_data(format!(r#"{{"listenKey":"{SECRET}","expireAt":1777539918867,"previous":{{"key":["{SECRET}"]}}}}"#)).await;
    check_data(format!(r#"{{"apiKey":"fx_xxxxxxxxxxxxxxxxxxxxxxxx","apiSecret":"{SECRET}"}}"#)).await;
}

#[tokio::test]
async fn the_data_of_an_answer_do_not_show_secrets() {
    let server = server_with_data(&format!(r#"{{"accessToken":"{SECRET}","accessExpire":1769676656,"redirectPath":"/"}}"#)).await;
    let session = client_of(&server).send(requests::ExchangeTicket::new("ticket-001")).await.expect("a success").into_data().expect("data");
    assert_eq!(session.access_token.expose_secret(), SECRET);
    check(&session, "1769676656");
    check(&types::builder::TicketSession::from(session), "1769676656");
}

#[tokio::test]
async fn the_cookie_of_a_session_is_not_shown() {
    let body = fixture::answer("login");
    let lines = format!("Set-Cookie: session={SECRET}\r\nContent-Length: {}\r\n", body.len());
    let server = MockServer::responding(MockResponse::head(200, &lines, body.as_bytes())).await;
    let response = client_of(&server).send(requests::Login::new("alice", "yourPassword")).await;
    check(&response, "Response");
    assert!(response.expect("a success").headers().contains_key("set-cookie"));
    server.set_response(MockResponse::head(401, &format!("Set-Cookie: session={SECRET}\r\nContent-Length: 0\r\n"), b""));
    check_error(&client_of(&server).send(requests::Login::new("alice", "yourPassword")).await.expect_err("a failure"));
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_is_not_quoted() {
    let server = MockServer::responding(MockResponse::closed()).await;
    let client = client_of(&server);
    for data in [
        format!(r#"{{"accessToken":"x","accessExpire":"{SECRET}"}}"#),
        format!(r#"{{"accessToken":["{SECRET}"],"accessExpire":1}}"#),
        format!(r#"{{"accessToken":{{"{SECRET}":1}},"accessExpire":1}}"#),
        format!(r#"{{"accessToken":"x","accessExpire":{{"{SECRET}":"{SECRET}"}}}}"#),
        format!(r#"{{"{SECRET}":"{SECRET}"}}"#),
        format!(r#""{SECRET}""#),
        format!(r#"["{SECRET}"]"#),
        format!(r#"{{"accessToken":"x","accessExpire":"a, expected {SECRET}"}}"#),
        format!(r#"{{"accessToken":"x","accessExpire":"`{SECRET}`\", expected {SECRET}"}}"#),
        format!(r#"{{"accessToken":"x","accessExpire":1,"accessToken":"{SECRET}"}}"#),
    ] {
        server.set_response(MockResponse::json(200, format!(r#"{{"code":0,"data":{data}}}"#)));
        let error = client.send(requests::Login::new("alice", "yourPassword")).await.expect_err("another shape");
        assert!(error.is_decode_error(), "{error}");
        check_error(&error);
    }
}

#[tokio::test]
async fn a_secret_that_came_as_a_number_is_not_quoted() {
    for number in ["2222222222222222", "-2222222222222222", "2222.2222", "22222222222222222222222222"] {
        let server = server_with_data(&format!(r#"{{"listenKey":{number},"expireAt":1777539918867}}"#)).await;
        let error = client_of(&server).send(requests::CreateListenKey::new()).await.expect_err("not a text");
        assert!(!format!("{error:?}").contains("2222"), "{error}");
    }
}

#[tokio::test]
async fn an_envelope_that_cannot_be_read_is_not_quoted() {
    let server = MockServer::responding(MockResponse::closed()).await;
    let client = client_of(&server);
    for body in [
        format!(r#"{{"code":"{SECRET}"}}"#),
        format!(r#"{{"code":{{"{SECRET}":0}}}}"#),
        format!(r#"{{"{SECRET}":0}}"#),
        format!(r#""{SECRET}""#),
        format!(r#"{{"code":0,"data":{{"accessToken":"{SECRET}"#),
        format!("<html><body>{SECRET}</body></html>"),
    ] {
        server.set_response(MockResponse::json(200, &body));
        let error = client.send(requests::Login::new("alice", "yourPassword")).await.expect_err("no envelope");
        assert!(error.is_unexpected_response(), "{error}");
        check_error(&error);
    }
}

#[tokio::test]
async fn where_a_redirect_points_is_not_shown() {
    let lines = format!("Location: https://example.com/?token={SECRET}\r\nContent-Length: 0\r\n");
    let server = MockServer::responding(MockResponse::head(302, &lines, b"")).await;
    check_error(&signing(server.url()).send(requests::UserInfo::new()).await.expect_err("a redirect"));
}

#[tokio::test]
async fn a_failure_on_the_way_does_not_show_the_signature() {
    let server = MockServer::responding(MockResponse::closed()).await;
    for answer in [
        MockResponse::closed(),
        MockResponse::silence(),
        MockResponse::raw(*b"SSH-2.0-OpenSSH_9.6\r\n"),
        MockResponse::head(200, "Content-Length: 1000\r\n", SECRET.as_bytes()),
        MockResponse::head(200, "Content-Length: 1000\r\n", SECRET.as_bytes()).stalling(),
        MockResponse::head(200, "Transfer-Encoding: chunked\r\n", format!("{SECRET}\r\n").as_bytes()),
        MockResponse::of_type(502, "text/html", SECRET),
    ] {
        server.set_response(answer);
        check_error(&signing(server.url()).send(requests::UserInfo::new()).await.expect_err("a failure"));
        let sent = server.take_only_request();
        assert!(sent.request_line().contains(SECRET), "the signature was sent");
    }
}

#[tokio::test]
async fn a_refused_connection_does_not_show_the_signature() {
    let url = format!("http://{}", closed_port().await);
    let error = signing(url).send(requests::UserInfo::new()).await.expect_err("no server");
    assert!(error.is_connect_error());
    check_error(&error);
}

#[tokio::test]
async fn a_url_that_an_interceptor_broke_is_not_shown() {
    #[derive(Debug)]
    struct Break(&'static str);

    impl Interceptor for Break {
        fn on_attempt<'a>(&'a self, request: &'a mut Request, _: Attempt) -> BoxFuture<'a, Result<(), Veto>> {
            *request.url_mut() = Url::parse(&self.0.replace("SECRET", SECRET)).expect("a URL");
            Box::pin(std::future::ready(Ok(())))
        }
    }

    for url in ["ftp://127.0.0.1/?signature=SECRET", "data:SECRET", "unix:/SECRET", "http://SECRET:SECRET@127.0.0.1:9/?signature=SECRET"] {
        let client = Client::builder().base_url("http://127.0.0.1:9").interceptor(Break(url)).build().expect("a client");
        check_error(&client.send(requests::UserInfo::new()).await.expect_err("not sent"));
    }
}

#[tokio::test]
async fn a_broken_limit_does_not_show_the_value() {
    let client = Client::new().expect("a client");
    let long = SECRET.repeat(10);
    check_error(&client.send(requests::Login::new(long.as_str(), long.as_str())).await.expect_err("too long"));
    let header = format!("{SECRET}\n");
    check_error(&client.send(requests::Login::new("alice", "").x_request_id(header.as_str())).await.expect_err("no header"));
}

#[test]
fn a_client_and_its_builder_do_not_show_credentials_of_the_url() {
    for url in [
        format!("https://alice:{SECRET}@example.com"),
        format!("https://{SECRET}@example.com"),
        format!("https://example.com/?key={SECRET}"),
    ] {
        let builder = Client::builder().base_url(&url);
        check(&builder, "ClientBuilder");
        let error = builder.build().expect_err("credentials");
        check(&error, "base URL");
        check_text(&error.to_string());
    }
    check(&signing("http://127.0.0.1:9".to_owned()), "127.0.0.1:9");
}

#[test]
fn an_unwrapped_error_does_not_show_secrets_in_the_panic() {
    let unwrapped = std::panic::catch_unwind(|| {
        venue_test_support::runtime().block_on(async {
            let server = server_with_data(&format!(r#"{{"accessToken":"x","accessExpire":"{SECRET}"}}"#)).await;
            client_of(&server).send(requests::Login::new("alice", SECRET)).await.expect("it cannot be read");
        });
    });
    let panic = unwrapped.expect_err("it panics");
    let text = panic.downcast_ref::<String>().expect("a text");
    assert!(text.contains("it cannot be read") && !text.contains("hunter2"), "{text}");
}

/// An interceptor that also redacts its secret.
#[derive(Debug)]
struct SignAndRedact;

impl Interceptor for SignAndRedact {
    fn on_attempt<'a>(&'a self, request: &'a mut Request, attempt: Attempt) -> BoxFuture<'a, Result<(), Veto>> {
        Sign.on_attempt(request, attempt)
    }

    fn redact(&self, text: &mut String, _: Attempt) {
        *text = text.replace("hunter2", "*");
    }
}

/// The printed status of an order.
async fn printed_status(status: &str) -> String {
    let order = serde_json::json!({ "orderId": "1", "symbol": "BTCUSDT", "status": status });
    let server = server_with_data(&order.to_string()).await;
    let client = Client::builder().base_url(server.url()).interceptor(SignAndRedact).build().expect("a client");
    let order = client.send(requests::Order::new("BTCUSDT").order_id("1")).await.expect("an order").into_data().expect("data");
    check(&order, "BTCUSDT");
    let status = order.status.expect("a status");
    assert!(!status.is_documented());
    format!("{status} {status:?}")
}

#[tokio::test]
async fn a_status_that_repeats_the_request_is_redacted() {
    assert_eq!(printed_status("key hunter2, query a=b").await, r#"key *, query a=b Unknown("key *, query a=b")"#);
}

#[tokio::test]
async fn a_status_that_would_drive_a_terminal_is_escaped() {
    assert_eq!(printed_status("X\n\u{1b}[31m").await, r#"X\n\u{1b}[31m Unknown("X\n\u{1b}[31m")"#);
}

#[tokio::test]
async fn a_status_of_100_kilobytes_is_shortened() {
    assert!(printed_status(&"hunter2 ".repeat(12_500)).await.len() < 200);
}

#[tokio::test]
async fn enum_values_in_a_list_are_redacted_too() {
    let row = serde_json::json!({ "orderId": "1", "symbol": "BTCUSDT", "side": SECRET, "type": SECRET, "positionSide": SECRET });
    let server = server_with_data(&serde_json::json!({ "list": [row.clone(), row] }).to_string()).await;
    let client = Client::builder().base_url(server.url()).interceptor(SignAndRedact).build().expect("a client");
    check(&client.send(requests::CurrentOrders::new()).await.expect("orders"), "BTCUSDT");
}
