//! What each failure is to a caller: a table of all predicates, and every text.

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

use crate::support::{ASSET, Answer, ORDER, PLACE, Seen, World, asset};

/// What goes wrong.
#[derive(Clone, Copy, Debug)]
enum Failure {
    Code(i64),
    Http(u16),
    HtmlOf(u16),
    NoAnswerInTime,
    Disconnected,
    Torn,
    NobodyThere,
    NobodyThereFromTheStart,
    Undecodable,
    WithoutData,
    InvalidHere,
    WithoutCredentials,
    WithoutPermission,
    OutOfTime,
    NoTimeAtAll,
}

use Failure::*;

/// All that is not a documented code.
const OTHERS: [Failure; 20] = [
    Code(1005),
    Code(7777),
    Http(401),
    Http(403),
    Http(404),
    Http(429),
    Http(500),
    HtmlOf(502),
    HtmlOf(200),
    NoAnswerInTime,
    Disconnected,
    Torn,
    NobodyThere,
    NobodyThereFromTheStart,
    Undecodable,
    WithoutData,
    InvalidHere,
    WithoutCredentials,
    WithoutPermission,
    OutOfTime,
];

impl Failure {
    fn all() -> Vec<Self> {
        let mut all: Vec<_> = sixmm_tests::fixture::error_codes().into_iter().map(Code).collect();
        all.extend(OTHERS);
        all.push(NoTimeAtAll);
        all
    }

    fn name(self) -> String {
        match self {
            Code(code) => format!("code {code}"),
            Http(status) => format!("HTTP {status}, empty"),
            HtmlOf(status) => format!("HTTP {status}, HTML"),
            NoAnswerInTime => "no answer in time".into(),
            Disconnected => "connection closed".into(),
            Torn => "connection closed in the answer".into(),
            NobodyThere => "nobody there".into(),
            NobodyThereFromTheStart => "nobody there, clock never read".into(),
            Undecodable => "success, data of another type".into(),
            WithoutData => "success without data".into(),
            InvalidHere => "invalid, refused here".into(),
            WithoutCredentials => "no credentials, refused here".into(),
            WithoutPermission => "no permission, refused here".into(),
            OutOfTime => "the quota is free too late".into(),
            NoTimeAtAll => "no time at all".into(),
        }
    }

    fn answer(self) -> Answer {
        match self {
            Code(code) => Answer::refusal(code, "as the exchange words it"),
            Http(status) => Answer::of_type(status, "text/plain", ""),
            HtmlOf(status) => Answer::of_type(status, "text/html", "<html>Bad gateway</html>"),
            NoAnswerInTime => Answer::silence(),
            Torn => Answer::ok(&json!({})).torn(),
            Undecodable => Answer::ok(&json!([1])),
            WithoutData => Answer::json(200, &json!({ "code": 0, "message": "success", "requestId": "req-test" })),
            // The rest goes wrong before an answer.
            _ => Answer::closed(),
        }
    }

    fn options(self) -> CallOptions {
        match self {
            OutOfTime => CallOptions::new().no_retry().timeout(Duration::from_secs(1)),
            NoTimeAtAll => CallOptions::new().no_retry().timeout(Duration::ZERO),
            _ => CallOptions::new().no_retry(),
        }
    }

    /// A world in which it is about to happen.
    async fn world(self) -> World {
        let script = move |seen: &Seen| match &*seen.path {
            // The balance, once; the order is never found.
            ASSET if seen.earlier == 0 => asset(),
            ASSET | PLACE => self.answer(),
            ORDER => Answer::refusal(3003, "Order not found"),
            _ => Answer::ok(&json!({})),
        };
        let world = World::with(script, |client| match self {
            WithoutPermission => client.permissions(&[]),
            OutOfTime => {
                let one_an_hour = Quota::per_minute(NonZeroU32::MIN);
                client.quotas(Quotas::unlimited().group(quotas::ORDERS, one_an_hour).group(quotas::ACCOUNT, one_an_hour))
            }
            _ => client,
        })
        .await;
        match self {
            WithoutPermission => {}
            NobodyThereFromTheStart => world.server.stop(),
            _ => drop(world.client.account().asset().send().await.expect("well so far")),
        }
        match self {
            NobodyThere => world.server.stop(),
            // Then timeouts are over at once.
            NoAnswerInTime => tokio::time::pause(),
            OutOfTime => drop(world.drive(place(&world.client, CallOptions::new(), "1")).await),
            _ => {}
        }
        world
    }

    fn client(self, world: &World) -> Client {
        match self {
            WithoutCredentials => Client::builder().base_url(world.server.url()).build().expect("a client"),
            _ => world.client.clone(),
        }
    }

    /// Reading fails like this.
    async fn read(self) -> Error {
        let world = self.world().await;
        let client = self.client(&world);
        if let InvalidHere = self {
            let call = client.orders().get("BTCUSDT", sixmm_ext::types::OrderId::from(""));
            return world.drive(call.options(self.options()).send()).await.expect_err("it goes wrong");
        }
        world.drive(client.account().asset().options(self.options()).send()).await.expect_err("it goes wrong")
    }

    /// Placing an order fails like this; and whether its outcome is known.
    async fn place(self) -> (Error, &'static str) {
        let world = self.world().await;
        let quantity = if let InvalidHere = self { "-1" } else { "0.1" };
        match world.drive(place(&self.client(&world), self.options(), quantity)).await {
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
fn every_failure_has_the_predicates_that_a_caller_acts_on() {
    let mut table = format!("{:<32} {:<48} an order\n", "", "a query");
    for failure in Failure::all() {
        let read = run(failure.read());
        let (placed, outcome) = run(failure.place());
        writeln!(table, "{:<32} {:<48} {outcome}: {}", failure.name(), predicates(&read), predicates(&placed)).expect("a string");
    }
    insta::assert_snapshot!(table);
}

#[test]
fn every_failure_says_what_happened_and_what_to_do() {
    let mut texts = String::new();
    for failure in OTHERS.into_iter().chain([Code(3001), NoTimeAtAll]) {
        let (error, _) = run(failure.place());
        let sources: String = std::iter::successors(std::error::Error::source(&error), |error| error.source())
            .map(|source| format!("\n    because {source}"))
            .collect();
        writeln!(texts, "{}\n    {error}{sources}", failure.name()).expect("a string");
    }
    insta::assert_snapshot!(texts);
}

#[test]
fn every_documented_code_is_a_variant_of_its_own() {
    for code in sixmm_tests::fixture::error_codes() {
        let error = run(Code(code).read());
        assert!(!matches!(error.code(), None | Some(ErrorCode::Unknown(_))), "{code}");
    }
}

#[test]
fn an_error_knows_its_operation_its_request_id_and_its_attempts() {
    let error = run(Code(3001).read());
    assert_eq!((error.operation().id, error.request_id(), error.attempts()), ("user_asset", Some("req-test"), 1));
    assert_eq!(error.message(), Some("as the exchange words it"));
    assert_eq!(error.status().map(|status| status.as_u16()), Some(200));
    for nothing_sent in [InvalidHere, WithoutCredentials, WithoutPermission, OutOfTime, NoTimeAtAll] {
        assert_eq!(run(nothing_sent.place()).0.attempts(), 0, "{nothing_sent:?}");
    }
}

#[test]
fn a_declared_permission_is_checked_before_anything_is_sent() {
    run(async {
        let world = World::with(|_| asset(), |client| client.permissions(&[permission::READ])).await;
        world.client.account().asset().send().await.expect("may be read");
        assert!(world.client.positions().open().send().await.expect_err("may not trade").is_permission());
        assert_eq!(world.server.seen().len(), 1);
    });
}

#[tokio::test]
async fn a_session_that_is_over_is_a_matter_of_credentials() {
    let world = World::logged_in(|_| Answer::refusal(1004, "Token revoked")).await;
    for _ in 0..2 {
        let error = world.client.api_keys().list().send().await.expect_err("revoked");
        assert!(error.is_auth() && !error.is_retryable(), "{error}");
    }
    assert_eq!(world.server.seen().len(), 2, "the login, and one call");
}

#[tokio::test]
async fn a_session_that_could_not_be_renewed_is_worth_another_try() {
    let world = World::logged_in(|_| Answer::of_type(502, "text/html", "<html>")).await;
    world.time.advance(Duration::from_secs(2 * 3600));
    let error = world.drive(world.client.api_keys().delete("1001").send()).await.expect_err("not renewed");
    assert!(error.is_retryable() && !error.is_auth() && !error.is_unknown_outcome(), "{error}");
    assert!(world.server.seen_at("/v1/private/user/api-key/delete").is_empty());
}
