//! The base URL, the user agent and the request id of a client.

use sixmm_api::{Client, requests};
use sixmm_tests::{client_of, fixture};
use venue_test_support::{MockResponse, MockServer};

/// Checks that the client rejects a base URL with this problem.
fn check_refused(base_url: &str, problem: &str) {
    let error = Client::builder().base_url(base_url).build().expect_err(base_url);
    assert!(error.to_string().contains(problem), "{base_url}: {error}");
}

/// Checks that the client accepts a base URL, and its normalised form.
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
fn https_is_allowed_to_any_host() {
    check_taken("https://example.com", "https://example.com/");
    check_taken("https://example.com:8443/prefix", "https://example.com:8443/prefix");
}

#[test]
fn http_is_allowed_only_to_this_machine() {
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
fn http_to_another_host_needs_the_dangerous_setting() {
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
fn a_text_that_is_not_an_http_url_is_rejected() {
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
        let server = MockServer::responding(MockResponse::json(200, fixture::success())).await;
        let client = Client::builder().base_url(format!("{}{prefix}", server.url())).build().expect("a client");
        let _ = client.send(requests::Positions::new().symbol("BTCUSDT")).await;
        let expected = format!("GET {}/v1/private/position/positions?symbol=BTCUSDT HTTP/1.1", prefix.trim_end_matches('/'));
        assert_eq!(server.take_only_request().request_line(), expected);
    }
}

#[tokio::test]
async fn the_user_agent_can_be_set() {
    let server = MockServer::responding(MockResponse::json(200, fixture::success())).await;
    let client = Client::builder().base_url(server.url()).user_agent("bot/1.0 (alice)").build().expect("a client");
    let _ = client.send(requests::Version::new()).await;
    assert_eq!(server.take_only_request().header("user-agent"), Some("bot/1.0 (alice)"));
}

#[test]
fn a_user_agent_that_is_not_a_valid_header_is_rejected() {
    let error = Client::builder().user_agent("two\r\nlines").build().expect_err("no header");
    assert_eq!(error.to_string(), "user agent: contains characters that an HTTP header cannot contain");
}

#[tokio::test]
async fn a_request_id_is_sent_as_it_was_set() {
    let server = MockServer::responding(MockResponse::json(200, fixture::success())).await;
    let response = client_of(&server).send(requests::Logout::new().x_request_id("req-12345678")).await.expect("a success");
    assert_eq!(server.take_only_request().header("x-request-id"), Some("req-12345678"));
    assert_eq!(response.request_id(), Some("req-12345678"));
}

#[tokio::test]
async fn a_clone_is_the_same_client() {
    let server = MockServer::responding(MockResponse::json(200, fixture::success())).await;
    let client = client_of(&server);
    let _ = client.send(requests::Version::new()).await;
    let _ = client.clone().send(requests::Version::new()).await;
    assert_eq!((server.connections(), server.requests().len()), (1, 2));
}
