//! What a client says of itself, and where it may send requests.

use sixmm_api::{Client, requests};
use sixmm_tests::{Answer, Server, client_of, fixture};

/// The text of a base URL that is refused.
fn check_refused(base_url: &str, problem: &str) {
    let error = Client::builder().base_url(base_url).build().expect_err(base_url);
    assert!(error.to_string().contains(problem), "{base_url}: {error}");
}

/// A base URL that is taken, and what it is taken as.
fn check_taken(base_url: &str, taken_as: &str) {
    let client = Client::builder().base_url(base_url).build().unwrap_or_else(|error| panic!("{base_url}: {error}"));
    assert_eq!(client.core().base_url().as_str(), taken_as);
}

#[test]
fn the_documented_server_is_the_default() {
    assert_eq!(Client::new().expect("a client").core().base_url().as_str(), "https://api.6mm.com/");
    assert_eq!(Client::BASE_URL, "https://api.6mm.com");
}

#[test]
fn https_goes_anywhere() {
    check_taken("https://example.com", "https://example.com/");
    check_taken("https://example.com:8443/prefix", "https://example.com:8443/prefix");
}

#[test]
fn http_goes_to_this_machine_alone() {
    check_taken("http://127.0.0.1:8080", "http://127.0.0.1:8080/");
    check_taken("http://127.8.8.8", "http://127.8.8.8/");
    check_taken("http://localhost:8080", "http://localhost:8080/");
    check_taken("http://[::1]:8080", "http://[::1]:8080/");
    for elsewhere in [
        "http://api.6mm.com",
        "http://192.168.0.1",
        "http://128.0.0.1",
        "http://0.0.0.0",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        "http://[::2]",
        "http://127.0.0.1@example.com",
    ] {
        check_refused(elsewhere, "use `https://`");
    }
}

#[test]
fn http_goes_elsewhere_only_if_asked_for_by_its_dangerous_name() {
    let builder = Client::builder().base_url("http://192.168.0.1").dangerously_allow_plain_http();
    assert!(builder.build().is_ok());
}

#[test]
fn a_base_url_holds_no_credentials() {
    for url in
        ["https://alice@example.com", "https://alice:password@example.com", "https://:password@example.com", "http://alice@127.0.0.1"]
    {
        check_refused(url, "credentials");
    }
}

#[test]
fn a_base_url_has_neither_query_nor_fragment() {
    check_refused("https://example.com/?a=b", "query");
    check_refused("https://example.com/#a", "fragment");
}

#[test]
fn what_is_no_url_for_http_is_refused() {
    for url in ["", "example.com", "/v1", "https://", "//example.com"] {
        check_refused(url, "not a URL");
    }
    for url in ["ftp://example.com", "file:///etc/passwd", "unix:/run/socket", "ws://127.0.0.1"] {
        check_refused(url, "is not supported");
    }
}

#[tokio::test]
async fn a_path_before_the_api_is_kept() {
    for prefix in ["/prefix", "/prefix/", "/a/b"] {
        let server = Server::start(Answer::json(200, fixture::success())).await;
        let client = Client::builder().base_url(format!("{}{prefix}", server.url())).build().expect("a client");
        let _ = client.send(requests::Positions::new().symbol("BTCUSDT")).await;
        let expected = format!("GET {}/v1/private/position/positions?symbol=BTCUSDT HTTP/1.1", prefix.trim_end_matches('/'));
        assert_eq!(server.take_only().request_line(), expected);
    }
}

#[tokio::test]
async fn the_user_agent_is_the_callers_if_there_is_one() {
    let server = Server::start(Answer::json(200, fixture::success())).await;
    let client = Client::builder().base_url(server.url()).user_agent("bot/1.0 (alice)").build().expect("a client");
    let _ = client.send(requests::Version::new()).await;
    assert_eq!(server.take_only().header("user-agent").as_deref(), Some("bot/1.0 (alice)"));
}

#[test]
fn a_user_agent_that_is_no_header_is_refused() {
    let error = Client::builder().user_agent("two\r\nlines").build().expect_err("no header");
    assert_eq!(error.to_string(), "user agent: not a text that fits into a header");
}

#[tokio::test]
async fn a_request_id_is_sent_as_it_was_set() {
    let server = Server::start(Answer::json(200, fixture::success())).await;
    let response = client_of(&server).send(requests::Logout::new().x_request_id("req-12345678")).await.expect("a success");
    assert_eq!(server.take_only().header("x-request-id").as_deref(), Some("req-12345678"));
    assert_eq!(response.request_id(), Some("req-12345678"));
}

#[tokio::test]
async fn a_clone_is_the_same_client() {
    let server = Server::start(Answer::json(200, fixture::success()).keeping()).await;
    let client = client_of(&server);
    let _ = client.send(requests::Version::new()).await;
    let _ = client.clone().send(requests::Version::new()).await;
    assert_eq!((server.connections(), server.received().len()), (1, 2));
}
