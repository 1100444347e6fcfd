//! Middleware of the control interface: checks the host name, limits the time of a request, and converts a panic to an error response.

use std::any::Any;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;

use axum::extract::Request;
use axum::http::uri::Authority;
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::error_response;
use crate::http::accept::READ_TIMEOUT;

/// Handles a request and always returns a response.
pub(super) async fn handle(request: Request, next: Next) -> Response {
    if !is_for_loopback(&request) {
        let message = "the control interface accepts only the hosts `localhost`, `127.0.0.1` and `[::1]`: send one of these as `Host`";
        return error_response(StatusCode::MISDIRECTED_REQUEST, &message).into_response();
    }
    match tokio::time::timeout(READ_TIMEOUT, catch_panic(next.run(request))).await {
        Ok(Ok(response)) => response,
        Ok(Err(panic)) => {
            let message = format!(
                "internal error of the local exchange ({}): the request may have been executed in part",
                panic_message(panic.as_ref())
            );
            error_response(StatusCode::INTERNAL_SERVER_ERROR, &message).into_response()
        }
        Err(_) => {
            let message = format!("the body did not arrive within {} seconds", READ_TIMEOUT.as_secs());
            error_response(StatusCode::REQUEST_TIMEOUT, &message).into_response()
        }
    }
}

/// Whether the `Host` of a request is a loopback name of this machine.
///
/// A web page can make its own host name resolve to 127.0.0.1 (DNS rebinding). Without this check, the page could then read API keys from
/// the control interface through the user's browser. The check rejects such a request, because its `Host` header contains the host name of
/// the page.
fn is_for_loopback(request: &Request) -> bool {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
    let host = host.to_str().ok().and_then(|host| host.parse::<Authority>().ok());
    // The target of a request that is sent to a proxy has an authority, too.
    host.is_some_and(|host| is_loopback(&host)) && request.uri().authority().is_none_or(is_loopback)
}

fn is_loopback(authority: &Authority) -> bool {
    let has_user = authority.as_str().contains('@');
    let host = authority.host();
    !has_user && (host.eq_ignore_ascii_case("localhost") || matches!(host, "127.0.0.1" | "[::1]"))
}

/// Returns the output of a future, or the payload of its panic.
async fn catch_panic<T>(future: impl Future<Output = T>) -> Result<T, Box<dyn Any + Send>> {
    let mut future = pin!(future);
    poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
        Ok(polled) => polled.map(Ok),
        Err(panic) => std::task::Poll::Ready(Err(panic)),
    })
    .await
}

/// The message of a panic.
fn panic_message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("panic without a message")
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::routing::get;
    use axum::{Router, middleware};
    use tower_service::Service as _;

    use super::*;

    #[tokio::test]
    async fn a_panic_of_a_handler_is_returned_as_an_error() {
        async fn fails() {
            panic!("a limit was exceeded");
        }
        let mut router = Router::new().route("/", get(fails)).layer(middleware::from_fn(handle));
        let request = Request::builder().uri("/").header("Host", "localhost").body(Body::empty()).expect("a request");
        let response = router.call(request).await.expect("every request is answered");
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let body = to_bytes(response.into_body(), 1000).await.expect("a short body");
        assert!(String::from_utf8_lossy(&body).contains("a limit was exceeded"));
    }

    #[test]
    fn only_loopback_hosts_without_a_user_name_are_accepted() {
        for (host, expected) in [
            ("127.0.0.1", true),
            ("127.0.0.1:8607", true),
            ("localhost:1", true),
            ("LocalHost", true),
            ("[::1]:8607", true),
            ("evil.example", false),
            ("evil.example:8607", false),
            ("localhost.evil.example", false),
            ("127.0.0.1.evil.example", false),
            ("127.0.0.1@evil.example", false),
            ("evil@127.0.0.1", false),
            ("0.0.0.0", false),
            ("[::1", false),
            ("", false),
        ] {
            let request = Request::builder().uri("/").header("Host", host).body(Body::empty()).expect("a request");
            assert_eq!(is_for_loopback(&request), expected, "{host}");
        }
    }
}
