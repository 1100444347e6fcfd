//! A request without a connection was not sent, whichever timeout ended the call.

use std::sync::Arc;
use std::time::Duration;

use sixmm_api::http::HttpSettings;
use sixmm_api::{Client, Delivery, Error, requests, reqwest};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use venue_test_support::virtual_time::run;
use venue_test_support::{MockResponse, MockServer};

use super::tls_server::Authority;
use super::{PLACED, place_order};

/// A timeout that is much shorter than the timeout of connecting.
const ATTEMPT: Duration = Duration::from_millis(700);

fn check_not_sent(error: &Error) {
    assert_eq!(error.delivery(), Delivery::NotSent, "{error}");
    assert!(error.is_connect_error() && error.is_timeout() && !error.is_interrupted(), "{error:?}");
    assert_eq!(error.to_string(), "place_order (POST /v1/private/order/place): not sent: connecting to the exchange timed out");
}

fn impatient(url: impl Into<String>, http: HttpSettings) -> Client {
    let builder = Client::builder().base_url(url).timeout(ATTEMPT).connect_timeout(Duration::from_secs(5));
    builder.http(http).build().expect("a client")
}

/// A port that answers no `SYN`, because its accept queue is full. The returned connections fill the queue.
#[cfg(target_os = "linux")]
async fn full_port() -> (String, TcpListener, Vec<TcpStream>) {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind(([127, 0, 0, 1], 0).into()).expect("a port");
    let listener = socket.listen(1).expect("listening");
    let address = listener.local_addr().expect("an address");
    let mut queued = Vec::new();
    while let Ok(Ok(stream)) = tokio::time::timeout(Duration::from_secs(1), TcpStream::connect(address)).await {
        queued.push(stream);
        assert!(queued.len() < 16, "the queue does not fill");
    }
    (format!("http://{address}"), listener, queued)
}

#[cfg(target_os = "linux")]
#[test]
fn an_order_whose_syn_is_not_answered_was_not_sent() {
    run(async {
        let (url, _listener, _queued) = full_port().await;
        check_not_sent(&place_order(&impatient(url, HttpSettings::new())).await.expect_err("no connection"));
    });
}

#[cfg(target_os = "linux")]
#[test]
fn an_order_that_connecting_took_too_long_for_was_not_sent() {
    run(async {
        let (url, _listener, _queued) = full_port().await;
        let client = Client::builder().base_url(url).connect_timeout(ATTEMPT).build().expect("a client");
        check_not_sent(&place_order(&client).await.expect_err("no connection"));
    });
}

#[cfg(target_os = "linux")]
#[test]
fn a_cancellation_whose_syn_is_not_answered_was_not_sent() {
    run(async {
        let (url, _listener, _queued) = full_port().await;
        let call = impatient(url, HttpSettings::new());
        let error = call.send(requests::CancelOrder::new().symbol("BTCUSDT").order_id("1")).await.expect_err("no connection");
        assert_eq!((error.delivery(), error.is_connect_error()), (Delivery::NotSent, true), "{error}");
    });
}

/// A resolver that never returns.
struct NoAddress;

impl reqwest::dns::Resolve for NoAddress {
    fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
        Box::pin(std::future::pending())
    }
}

#[test]
fn an_order_whose_host_is_not_resolved_in_time_was_not_sent() {
    run(async {
        let client = impatient("http://localhost:1", HttpSettings::new().dns_resolver(Arc::new(NoAddress)));
        check_not_sent(&place_order(&client).await.expect_err("no address"));
    });
}

#[test]
fn an_order_whose_tls_handshake_is_not_answered_was_not_sent() {
    run(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("https://localhost:{}", listener.local_addr().expect("an address").port());
        let roots = sixmm_api::http::Roots::only(Authority::new().certificates());
        let client = impatient(url, HttpSettings::new().no_proxy().roots(roots));
        check_not_sent(&place_order(&client).await.expect_err("no handshake"));
    });
}

#[tokio::test]
async fn an_order_that_went_out_on_a_kept_connection_may_have_been_executed() {
    let server = MockServer::responding(MockResponse::json(200, PLACED)).await;
    // The timeout is long enough for a response of this machine.
    let client = Client::builder().base_url(server.url()).timeout(Duration::from_secs(1)).build().expect("a client");
    place_order(&client).await.expect("placed");
    server.set_response(MockResponse::silence());
    let error = place_order(&client).await.expect_err("no response");
    assert_eq!((error.delivery(), error.is_connect_error(), error.is_timeout()), (Delivery::Unknown, false, true), "{error}");
    assert_eq!((server.connections(), server.requests().len()), (1, 2));
}
