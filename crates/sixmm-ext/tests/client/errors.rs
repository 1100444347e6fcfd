//! The error of each failure: a table of all predicates, and every error text.

use std::fmt::Write as _;
use std::num::NonZeroU32;
use std::time::Duration;

use serde_json::json;
use sixmm_ext::types::ErrorCode;
use sixmm_ext::{
    CallOptions, Client, Error, NewOrder, Outcome,
    credentials::permission,
    quotas::{self, Quota, Quotas},
};

use crate::support::{ASSET, Harness, MockResponse, ORDER, PLACE, RecordedRequest, asset};

/// A failure of a call.
#[derive(Clone, Copy, Debug)]
enum Failure {
    Code(i64),
    Http(u16),
    Html(u16),
    NoResponse,
    Disconnected,
    TruncatedResponse,
    ServerUnreachable,
    ServerNeverReachable,
    Undecodable,
    WithoutData,
    InvalidRequest,
    WithoutCredentials,
    WithoutPermission,
    QuotaExceedsDeadline,
    ZeroTimeout,
}

use Failure::*;

/// All failures except for the documented error codes.
const OTHERS: [Failure; 20] = [
    Code(1005),
    Code(7777),
    Http(401),
    Http(403),
    Http(404),
    Http(429),
    Http(500),
    Html(502),
    Html(200),
    NoResponse,
    Disconnected,
    TruncatedResponse,
    ServerUnreachable,
    ServerNeverReachable,
    Undecodable,
    WithoutData,
    InvalidRequest,
    WithoutCredentials,
    WithoutPermission,
    QuotaExceedsDeadline,
];

impl Failure {
    fn all() -> Vec<Self> {
        let mut all: Vec<_> = sixmm_tests::fixture::error_codes().into_iter().map(Code).collect();
        all.extend(OTHERS);
        all.push(ZeroTimeout);
        all
    }

    fn name(self) -> String {
        match self {
            Code(code) => format!("code {code}"),
            Http(status) => format!("HTTP {status}, empty"),
            Html(status) => format!("HTTP {status}, HTML"),
            NoResponse => "no response".into(),
            Disconnected => "connection closed".into(),
            TruncatedResponse => "truncated response".into(),
            ServerUnreachable => "server unreachable".into(),
            ServerNeverReachable => "server never reachable, clock not read".into(),
            Undecodable => "success, data of another type".into(),
            WithoutData => "success without data".into(),
            InvalidRequest => "invalid, rejected before sending".into(),
            WithoutCredentials => "no credentials, rejected before sending".into(),
            WithoutPermission => "no permission, rejected before sending".into(),
            QuotaExceedsDeadline => "the quota has no free slot before the deadline".into(),
            ZeroTimeout => "zero timeout".into(),
        }
    }

    fn response(self) -> MockResponse {
        match self {
            Code(code) => MockResponse::refusal(code, "message of the exchange"),
            Http(status) => MockResponse::of_type(status, "text/plain", ""),
            Html(status) => MockResponse::of_type(status, "text/html", "<html>Bad gateway</html>"),
            NoResponse => MockResponse::silence(),
            TruncatedResponse => MockResponse::ok(&json!({})).torn(),
            Undecodable => MockResponse::ok(&json!([1])),
            WithoutData => MockResponse::json(200, &json!({ "code": 0, "message": "success", "requestId": "req-test" })),
            // The other failures happen before a response.
            _ => MockResponse::closed(),
        }
    }

    fn options(self) -> CallOptions {
        match self {
            QuotaExceedsDeadline => CallOptions::new().no_retry().timeout(Duration::from_secs(1)),
            ZeroTimeout => CallOptions::new().no_retry().timeout(Duration::ZERO),
            _ => CallOptions::new().no_retry(),
        }
    }

    /// A harness in which the next call has this failure.
    async fn harness(self) -> Harness {
        let script = move |request: &RecordedRequest| match &*request.path {
            // The first request for the balance succeeds, and the order is never found.
            ASSET if request.earlier == 0 => asset(),
            ASSET | PLACE => self.response(),
            ORDER => MockResponse::refusal(3003, "Order not found"),
            _ => MockResponse::ok(&json!({})),
        };
        let harness = Harness::with(script, |client| match self {
            WithoutPermission => client.permissions(&[]),
            QuotaExceedsDeadline => {
                let one_per_minute = Quota::per_minute(NonZeroU32::MIN);
                client.quotas(Quotas::unlimited().group(quotas::ORDERS, one_per_minute).group(quotas::ACCOUNT, one_per_minute))
            }
            _ => client,
        })
        .await;
        match self {
            WithoutPermission => {}
            ServerNeverReachable => harness.server.stop(),
            _ => drop(harness.client.account().asset().send().await.expect("the balance")),
        }
        match self {
            ServerUnreachable => harness.server.stop(),
            // Without a response, the paused time advances, so timeouts pass immediately.
            NoResponse => tokio::time::pause(),
            QuotaExceedsDeadline => drop(harness.drive(place(&harness.client, CallOptions::new(), "1")).await),
            _ => {}
        }
        harness
    }

    fn client(self, harness: &Harness) -> Client {
        match self {
            WithoutCredentials => Client::builder().base_url(harness.server.url()).build().expect("a client"),
            _ => harness.client.clone(),
        }
    }

    /// Returns the error of a read with this failure.
    async fn read(self) -> Error {
        let harness = self.harness().await;
        let client = self.client(&harness);
        if let InvalidRequest = self {
            let call = client.orders().get("BTCUSDT", sixmm_ext::types::OrderId::from(""));
            return harness.drive(call.options(self.options()).send()).await.expect_err("it goes wrong");
        }
        harness.drive(client.account().asset().options(self.options()).send()).await.expect_err("it goes wrong")
    }

    /// Returns the error of placing an order with this failure, and whether the outcome is known.
    async fn place(self) -> (Error, &'static str) {
        let harness = self.harness().await;
        let quantity = if let InvalidRequest = self { "-1" } else { "0.1" };
        match harness.drive(place(&self.client(&harness), self.options(), quantity)).await {
            Outcome::Rejected(error) => (error, "rejected"),
            Outcome::Unknown(unresolved) => (unresolved.cause().clone(), "unknown"),
            Outcome::Accepted(placed) => panic!("{self:?}: {placed:?}"),
        }
    }
}

async fn place(client: &Client, options: CallOptions, quantity: &str) -> Outcome<sixmm_ext::orders::Placed> {
    client.orders().place(NewOrder::buy("BTCUSDT", quantity).limit("85000").client_order_id("mine")).options(options).send().await
}

fn predicates(error: &Error) -> String {
    let all = [
        ("retryable", error.is_retryable()),
        ("auth", error.is_auth()),
        ("permission", error.is_permission()),
        ("rate_limited", error.is_rate_limited()),
        ("not_found", error.is_not_found()),
        ("insufficient_balance", error.is_insufficient_balance()),
        ("duplicate", error.is_duplicate()),
        ("invalid_request", error.is_invalid_request()),
        ("too_late", error.is_too_late()),
        ("unknown_outcome", error.is_unknown_outcome()),
        ("timeout", error.is_timeout()),
        ("connect", error.is_connect()),
    ];
    let names: Vec<_> = all.iter().filter(|(_, is_true)| *is_true).map(|(name, _)| *name).collect();
    if names.is_empty() { String::from("-") } else { names.join(", ") }
}

fn run<T>(future: impl Future<Output = T>) -> T {
    venue_test_support::runtime().block_on(future)
}

#[test]
fn every_failure_has_the_predicates_that_a_caller_needs() {
    let mut table = format!("{:<48} {:<48} an order\n", "", "a query");
    for failure in Failure::all() {
        let read = run(failure.read());
        let (placed, outcome) = run(failure.place());
        writeln!(table, "{:<48} {:<48} {outcome}: {}", failure.name(), predicates(&read), predicates(&placed)).expect("a string");
    }
    insta::assert_snapshot!(table);
}

#[test]
fn the_text_of_every_failure_names_the_cause_and_the_remedy() {
    let mut texts = String::new();
    for failure in OTHERS.into_iter().chain([Code(3001), ZeroTimeout]) {
        let (error, _) = run(failure.place());
        let sources: String = std::iter::successors(std::error::Error::source(&error), |error| error.source())
            .map(|source| format!("\n    because {source}"))
            .collect();
        writeln!(texts, "{}\n    {error}{sources}", failure.name()).expect("a string");
    }
    insta::assert_snapshot!(texts);
}

#[test]
fn every_documented_code_has_its_own_variant() {
    for code in sixmm_tests::fixture::error_codes() {
        let error = run(Code(code).read());
        assert!(!matches!(error.code(), None | Some(ErrorCode::Unknown(_))), "{code}");
    }
}

#[test]
fn an_error_contains_its_operation_its_request_id_and_its_attempts() {
    let error = run(Code(3001).read());
    assert_eq!((error.operation().id, error.request_id(), error.attempts()), ("user_asset", Some("req-test"), 1));
    assert_eq!(error.message(), Some("message of the exchange"));
    assert_eq!(error.status().map(|status| status.as_u16()), Some(200));
    for nothing_sent in [InvalidRequest, WithoutCredentials, WithoutPermission, QuotaExceedsDeadline, ZeroTimeout] {
        assert_eq!(run(nothing_sent.place()).0.attempts(), 0, "{nothing_sent:?}");
    }
}

#[test]
fn a_declared_permission_is_checked_before_the_request_is_sent() {
    run(async {
        let harness = Harness::with(|_| asset(), |client| client.permissions(&[permission::READ])).await;
        harness.client.account().asset().send().await.expect("may be read");
        assert!(harness.client.positions().open().send().await.expect_err("may not trade").is_permission());
        assert_eq!(harness.server.seen().len(), 1);
    });
}

#[tokio::test]
async fn a_revoked_session_is_an_authentication_error() {
    let harness = Harness::logged_in(|_| MockResponse::refusal(1004, "Token revoked")).await;
    for _ in 0..2 {
        let error = harness.client.api_keys().list().send().await.expect_err("revoked");
        assert!(error.is_auth() && !error.is_retryable(), "{error}");
    }
    assert_eq!(harness.server.seen().len(), 2, "the login, and one call");
}

#[tokio::test]
async fn a_failed_renewal_of_a_session_is_retryable() {
    let harness = Harness::logged_in(|_| MockResponse::of_type(502, "text/html", "<html>")).await;
    harness.time.advance(Duration::from_secs(2 * 3600));
    let error = harness.drive(harness.client.api_keys().delete("1001").send()).await.expect_err("not renewed");
    assert!(error.is_retryable() && !error.is_auth() && !error.is_unknown_outcome(), "{error}");
    assert!(harness.server.seen_at("/v1/private/user/api-key/delete").is_empty());
}
