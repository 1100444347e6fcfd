//! Sends the same calls as BitMart's official Python client, and compares the requests.
//!
//! `tests/python/bitmart/official_client.py` records the requests of the official client. The step `clients` of CI records them again. Each
//! difference must be listed in `differences.json` as a mistake of the official client, with evidence.

mod calls;
mod recording;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use bitmart_api::{Client, Decimal, Operation, ParameterLocation, Request, operations};
use bitmart_auth::{ApiKey, Auth};
use ring::hmac;
use serde_json::{Value, json};
use venue_test_support::{MockResponse, MockServer, RecordedRequest};

use recording::{Difference, Recording, RequestParts};

/// The credentials of the documentation's signature example, which the recording uses as well.
const KEY: &str = "80618e45710812162b04892c7ee5ead4a3cc3e56";
const SECRET: &str = "6c6c98544461bbe71db2bca4c6d7fd0021e0ba9efc215f9c6ad41852df9d9df9";
const MEMO: &str = "test001";

const SPOT_HOST: &str = "api-cloud.bitmart.com";
const FUTURES_HOST: &str = "api-cloud-v2.bitmart.com";

/// Sends calls to a server for each documented host, and stores what arrived.
pub(crate) struct Comparison {
    client: Client,
    servers: [(&'static str, MockServer); 2],
    arrived: BTreeMap<&'static str, RequestParts>,
    signatures: usize,
}

impl Comparison {
    async fn new() -> Self {
        let [spot, futures] = [MockServer::start(respond).await, MockServer::start(respond).await];
        let builder = Client::builder().base_url(spot.url()).server(format!("https://{FUTURES_HOST}"), futures.url());
        let unauthenticated = builder.build().expect("a client");
        let key = ApiKey::new(KEY, SECRET).and_then(|key| key.with_memo(MEMO)).expect("a key");
        let auth = Auth::builder(&unauthenticated).api_key(key).build();
        auth.sync_clock().await.expect("a clock");
        Self { client: auth.client(), servers: [(SPOT_HOST, spot), (FUTURES_HOST, futures)], arrived: BTreeMap::new(), signatures: 0 }
    }

    /// Sends a call that the official client makes under this name.
    pub(crate) async fn send<R: Request>(&mut self, name: &'static str, request: R) {
        let before = self.counts();
        // The response does not fit most operations, so an error is expected, but only after the request was sent.
        let outcome = self.client.send(request).await;
        let after = self.counts();
        let changed: Vec<usize> = (0..2).filter(|index| after[*index] != before[*index]).collect();
        let [index] = changed[..] else { panic!("{name}: nothing was sent, or at two servers: {:?}", outcome.err()) };
        assert_eq!(after[index], before[index] + 1, "{name}: more than one request was sent");
        let (host, server) = &self.servers[index];
        let request = server.requests().pop().expect("a request");
        self.signatures += usize::from(verify(&request, name));
        let is_new = self.arrived.insert(name, RequestParts::of(&request, host)).is_none();
        assert!(is_new, "{name} is sent twice");
    }

    fn counts(&self) -> [usize; 2] {
        [0, 1].map(|index| self.servers[index].1.requests().len())
    }
}

/// The system time, and a success without data for everything else.
fn respond(request: &RecordedRequest) -> MockResponse {
    let now = std::time::UNIX_EPOCH.elapsed().expect("a time after 1970").as_millis();
    let data = if request.path == operations::SYSTEM_TIME.path {
        json!({ "server_time": u64::try_from(now).expect("milliseconds") })
    } else {
        json!({})
    };
    MockResponse::json(200, &json!({ "code": 1000, "message": "OK", "trace": "", "data": data }))
}

/// Verifies the signature over the bytes that arrived, with another HMAC implementation. Whether there is one.
fn verify(request: &RecordedRequest, name: &str) -> bool {
    let Some(signature) = request.header("x-bm-sign") else { return false };
    let timestamp = request.header("x-bm-timestamp").expect("a signature needs a timestamp");
    let message = [timestamp.as_bytes(), b"#", MEMO.as_bytes(), b"#", &request.body].concat();
    let expected = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes()), &message);
    assert_eq!(signature, expected.as_ref().iter().map(|byte| format!("{byte:02x}")).collect::<String>(), "{name}");
    true
}

/// An exact decimal with the decimal places of the text.
pub(crate) fn decimal(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

#[tokio::test]
async fn the_official_client_sends_the_same_requests() {
    let recording = Recording::read();
    let mut comparison = Comparison::new().await;
    calls::send_all(&mut comparison).await;

    let names = |recorded: &Recording| recorded.calls.iter().map(|call| call.call.clone()).collect::<BTreeSet<_>>();
    let sent = comparison.arrived.keys().map(|name| String::from(*name)).collect::<BTreeSet<_>>();
    assert_eq!(names(&recording), sent, "the recording (left) and this test (right) have different calls");
    assert_eq!(comparison.signatures, recording.calls.iter().filter(|call| call.signature == "valid").count());

    let found: BTreeSet<Difference> =
        recording.calls.iter().flat_map(|call| call.differences(&comparison.arrived[call.call.as_str()])).collect();
    let explained = recording::explained_differences();
    let unexplained: Vec<_> = found.difference(&explained).collect();
    assert!(unexplained.is_empty(), "{} differences are not explained: {unexplained:#?}", unexplained.len());
    let gone: Vec<_> = explained.difference(&found).collect();
    assert!(gone.is_empty(), "{} explained differences no longer occur: remove them from differences.json: {gone:#?}", gone.len());

    let differing = found.iter().map(|difference| &difference.call).collect::<BTreeSet<_>>().len();
    println!(
        "{}: {} calls compared, {} equal in every part, {differing} with {} explained differences, {} signatures verified",
        recording.client,
        recording.calls.len(),
        recording.calls.len() - differing,
        found.len(),
        comparison.signatures
    );
}

#[test]
fn every_operation_that_the_official_client_has_is_compared() {
    let recording = Recording::read();
    let compared: BTreeSet<(&str, &str)> = recording.calls.iter().map(|call| (&*call.method, &*call.path)).collect();
    let others: BTreeSet<(&str, &str)> =
        recording.other_methods.iter().map(|other| other.endpoint.split_once(' ').expect("a method and a path")).collect();
    for operation in operations::ALL {
        let endpoint = (operation.method.as_str(), operation.path);
        assert_ne!(compared.contains(&endpoint), operation.is_removed, "{operation}: compared exactly if BitMart has not removed it");
        assert!(!others.contains(&endpoint), "{operation}: a method of the official client is not compared");
    }
    let unknown = compared.iter().filter(|endpoint| !operations::ALL.iter().any(|operation| is_at(operation, endpoint)));
    assert_eq!(unknown.count(), 0, "an endpoint is not in the specification");
}

fn is_at(operation: &Operation, endpoint: &(&str, &str)) -> bool {
    (operation.method.as_str(), operation.path) == *endpoint
}

/// The snapshot lists the parameters that no compared call sends: those that the official client does not know.
#[test]
fn the_compared_calls_send_nearly_every_parameter() {
    let recording = Recording::read();
    let (mut total, mut missing) = (0, String::new());
    for operation in operations::ALL.iter().filter(|operation| !operation.is_removed) {
        let mut sent = BTreeSet::new();
        for call in recording.calls.iter().filter(|call| is_at(operation, &(&*call.method, &*call.path))) {
            sent.extend(call.query.iter().map(|(name, _)| name.clone()));
            if let Some(Value::Object(fields)) = call.body_json() {
                sent.extend(fields.into_iter().map(|(name, _)| name));
            }
        }
        for parameter in operation.parameters {
            assert!(matches!(parameter.location, ParameterLocation::Query | ParameterLocation::Body), "{operation}: {}", parameter.name);
            total += 1;
            if !sent.contains(parameter.name) {
                writeln!(missing, "{}: {}", operation.id, parameter.name).expect("a string");
            }
        }
    }
    insta::assert_snapshot!(format!("{total} parameters, of which no compared call sends:\n{missing}"));
}
