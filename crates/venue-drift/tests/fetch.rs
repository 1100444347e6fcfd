//! Downloads pages from a server on the loopback interface.

use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;
use venue_drift::fetch::{Fetched, Fetcher, Origin};
use venue_test_support::{MockResponse, MockServer, RecordedRequest};

fn fetcher() -> Fetcher {
    Fetcher { pause: Duration::ZERO, maximum_bytes: 1000, ..Fetcher::default() }
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

async fn fetch(server: &MockServer, folder: &Path) -> Result<Fetched, String> {
    let root = format!("{}/api", server.url());
    let origin = Origin { root: &root, index: "/llms.txt", suffix: ".md" };
    fetcher().fetch(origin, folder).await.map_err(|error| error.to_string().replace(&server.url(), "SERVER"))
}

/// Serves an index of two pages. A request with the current tag gets the status 304.
fn documentation(request: &RecordedRequest) -> MockResponse {
    match request.target().as_str() {
        "/llms.txt" => MockResponse::of_type(200, "text/plain", "- [A](/api/a.md)\n- [B](/api/b/c.md)\n"),
        "/api/a.md" if request.header("if-none-match") == Some("\"1\"") => MockResponse::status(304, ""),
        "/api/a.md" => MockResponse::of_type(200, "text/markdown", "# A\n").header("etag", "\"1\""),
        "/api/b/c.md" => MockResponse::of_type(200, "text/markdown", "# C\n"),
        _ => MockResponse::status(404, ""),
    }
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[tokio::test]
async fn the_index_comes_first_and_unchanged_pages_are_not_downloaded_again() {
    let (server, folder) = (MockServer::start(documentation).await, folder());
    let first = fetch(&server, folder.path()).await.expect("pages");
    assert_eq!(first.changed, names(&["a", "b/c"]));
    assert_eq!(std::fs::read_to_string(folder.path().join("b/c.md")).expect("a page"), "# C\n");
    let second = fetch(&server, folder.path()).await.expect("pages");
    assert_eq!(second, Fetched { unchanged: 2, ..Fetched::default() });
    let requests = server.requests();
    assert_eq!(requests[0].target(), "/llms.txt");
    assert!(requests.iter().all(|request| request.header("user-agent").is_some_and(|agent| agent.starts_with("venue-drift/"))));
}

#[tokio::test]
async fn a_page_that_the_index_no_longer_lists_is_deleted() {
    let (server, folder) = (MockServer::start(documentation).await, folder());
    fetch(&server, folder.path()).await.expect("pages");
    server.set_handler(|request| match request.target().as_str() {
        "/llms.txt" => MockResponse::of_type(200, "text/plain", "/api/a.md"),
        _ => documentation(request),
    });
    let fetched = fetch(&server, folder.path()).await.expect("pages");
    assert_eq!(fetched.removed, names(&["b/c"]));
    assert!(!folder.path().join("b/c.md").exists());
}

#[tokio::test]
async fn a_busy_server_is_asked_again_and_a_missing_page_is_not() {
    let (server, folder) = (MockServer::start(documentation).await, folder());
    server.enqueue(MockResponse::status(503, ""));
    server.enqueue(MockResponse::status(429, "").header("retry-after", "0"));
    fetch(&server, folder.path()).await.expect("pages after two failures");

    server.set_handler(|request| match request.target().as_str() {
        "/llms.txt" => MockResponse::of_type(200, "text/plain", "/api/gone.md"),
        _ => MockResponse::status(404, ""),
    });
    let before = server.requests().len();
    let error = fetch(&server, folder.path()).await.expect_err("no page");
    assert_eq!(error, "cannot download `SERVER/api/gone.md`: status 404 Not Found");
    assert_eq!(server.requests().len() - before, 2);
}

#[tokio::test]
async fn a_page_that_is_too_large_or_elsewhere_is_an_error() {
    let (server, folder) = (MockServer::start(documentation).await, folder());
    server.set_handler(|request| match request.target().as_str() {
        "/llms.txt" => MockResponse::of_type(200, "text/plain", "/api/a.md"),
        _ => MockResponse::of_type(200, "text/markdown", "x".repeat(2000)),
    });
    let error = fetch(&server, folder.path()).await.expect_err("too large");
    assert_eq!(error, "cannot download `SERVER/api/a.md`: the page has more than 1000 bytes");

    server.set_handler(|request| match request.target().as_str() {
        "/llms.txt" => MockResponse::of_type(200, "text/plain", "/api/a.md"),
        _ => MockResponse::status(302, "").header("location", "https://other.example/"),
    });
    let error = fetch(&server, folder.path()).await.expect_err("redirected");
    assert_eq!(error, "cannot download `SERVER/api/a.md`: status 302 Found, which redirects to `https://other.example/`");
}

#[tokio::test]
async fn an_index_without_pages_of_the_documentation_is_an_error() {
    let (server, folder) = (MockServer::responding(MockResponse::of_type(200, "text/plain", "nothing")).await, folder());
    let error = fetch(&server, folder.path()).await.expect_err("no pages");
    assert_eq!(error, "cannot download `SERVER/llms.txt`: the index lists 0 pages below `/api`");
}
