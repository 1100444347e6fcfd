//! Tests of the choice of servers.

#![expect(unreachable_pub, dead_code, reason = "`envelope!` declares public items")]

use reqwest::Method;

use super::*;
use crate::{Client, ClientBuilder, Repeatable};

const SPOT: &str = "https://spot.example.com";
const FUTURES: &str = "https://futures.example.com/api";

static SPOT_TIME: Operation = Operation::new("spot_time", Method::GET, "/time", "", &[], None, Repeatable::Safe, "");
static FUTURES_TIME: Operation =
    Operation::new("futures_time", Method::GET, "/time", "", &[], None, Repeatable::Safe, "").with_server(FUTURES);

fn builder() -> ClientBuilder<Client> {
    ClientBuilder::new(SPOT, "example").documented_servers(&[SPOT, FUTURES])
}

/// The URLs of a call of each operation.
fn check(builder: ClientBuilder<Client>, spot: &str, futures: &str) {
    let client = builder.build().expect("a client");
    let urls = [&SPOT_TIME, &FUTURES_TIME].map(|operation| client.call(operation).request().url().to_string());
    assert_eq!(urls, [spot, futures]);
    assert_eq!(client.operation_url(&FUTURES_TIME).as_str(), futures);
}

#[test]
fn an_operation_is_sent_to_its_documented_server() {
    check(builder(), "https://spot.example.com/time", "https://futures.example.com/api/time");
}

#[test]
fn a_base_url_replaces_every_server() {
    check(builder().base_url("http://127.0.0.1:7/x"), "http://127.0.0.1:7/x/time", "http://127.0.0.1:7/x/time");
}

#[test]
fn one_server_can_be_replaced_and_takes_precedence_over_the_base_url() {
    let proxy = "https://proxy.example.org";
    check(builder().server(FUTURES, proxy), "https://spot.example.com/time", "https://proxy.example.org/time");
    check(builder().server(SPOT, proxy), "https://proxy.example.org/time", "https://futures.example.com/api/time");
    for both in [
        builder().server(FUTURES, "http://localhost:2").base_url("http://localhost:1"),
        builder().base_url("http://localhost:1").server(FUTURES, "http://localhost:2"),
    ] {
        check(both, "http://localhost:1/time", "http://localhost:2/time");
    }
    check(builder().server(FUTURES, SPOT).server(FUTURES, proxy), "https://spot.example.com/time", "https://proxy.example.org/time");
}

#[test]
fn a_client_of_an_exchange_with_one_server_can_replace_it_by_its_url() {
    let client = ClientBuilder::<Client>::new(SPOT, "example").server(SPOT, FUTURES).build().expect("a client");
    assert_eq!(client.base_url().as_str(), FUTURES);
    assert_eq!(client.server_of(&FUTURES_TIME), client.base_url());
}

#[test]
fn an_unsuitable_server_is_an_error_that_does_not_print_it() {
    let check = |builder: ClientBuilder<Client>, error: &str| {
        assert_eq!(builder.build().expect_err("no client").to_string(), error);
    };
    check(
        builder().server("https://key:hunter2@example.com", SPOT),
        "server: the URL to replace is not a documented one; documented: `https://spot.example.com`, `https://futures.example.com/api`",
    );
    check(
        ClientBuilder::new("https://key:hunter2@example.com", "example").server(FUTURES, SPOT),
        "base URL: it must not contain credentials",
    );
    check(
        builder().server(FUTURES, "http://example.com"),
        "server: `http://` to another machine would send orders and credentials in the clear; use `https://`",
    );
    check(builder().server(FUTURES, "https://example.com/?key=hunter2"), "server: it must not have a query or a fragment");
    check(
        builder().server(FUTURES, "http://127.0.0.1:7"),
        "server: the servers of a client must have one scheme, but there is an `http://` URL beside an `https://` URL",
    );
}

#[tokio::test]
async fn an_operation_of_an_unknown_server_is_not_sent_to_the_base_url() {
    crate::envelope! {
        /// An envelope.
        pub struct Example {
            code: "code" is [0] uncertain [],
            message: "message",
            data: "data",
            request_id: "trace",
        }
    }
    let closed = "http://127.0.0.1:1";
    let send = async |builder: ClientBuilder<Client>, operation| {
        let result = builder.build().expect("a client").call(operation).send::<Example<crate::Undocumented>>().await;
        result.map(drop).expect_err("no server listens")
    };
    let single = || ClientBuilder::<Client>::new(closed, "example");
    let error = send(single(), &FUTURES_TIME).await;
    assert!(error.is_vetoed(), "{error}");
    assert_eq!(
        error.to_string(),
        "futures_time (GET /time): not sent: the operation belongs to the server `https://futures.example.com/api`, for which the client \
         has no URL: use the `builder` of the generated client, or set a base URL"
    );
    assert!(send(single(), &SPOT_TIME).await.is_connect_error());
    assert!(send(single().base_url(closed), &FUTURES_TIME).await.is_connect_error());
    assert!(send(builder().base_url(closed), &FUTURES_TIME).await.is_connect_error());
}
