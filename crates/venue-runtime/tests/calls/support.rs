//! A scripted server, the policy of an invented exchange, and an observer that records all reports.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use venue_core::{
    Client, ClientBuilder, Error, Interceptor, ManualTime, Operation, Repeatable, Response, TimeSource as _, UnixMillis, reqwest::Method,
    reqwest::header::HeaderMap,
};
use venue_runtime::call::{AttemptReport, CallReport, SlowDownReport, WaitReport};
use venue_runtime::{CallOptions, CallRuntime, CallRuntimeBuilder, ExchangePolicy, Observer, QuotaGroup};
use venue_test_support::{MockResponse, MockServer, closed_port};

pub(crate) static SAFE: Operation = operation("get_order", "reads", Repeatable::Safe);
pub(crate) static IDEMPOTENT: Operation = operation("cancel_order", "cancels", Repeatable::Idempotent);
pub(crate) static ONCE: Operation = operation("place_order", "orders", Repeatable::Once);

const fn operation(id: &'static str, section: &'static str, repeatable: Repeatable) -> Operation {
    Operation::new(id, Method::POST, "/order", section, &[], None, repeatable, "https://docs.example.com/order")
}

/// An exchange with three error codes. Code 7 means too many requests, and the exchange did not execute the request. Codes 8 and 9 are
/// transient, and after code 8 a write may have been executed.
#[derive(Debug)]
struct Example;

impl ExchangePolicy for Example {
    fn group(&self, operation: &Operation) -> QuotaGroup {
        QuotaGroup(operation.section)
    }

    fn is_rate_limited(&self, error: &Error) -> bool {
        error.code() == Some(7)
    }

    fn is_transient(&self, error: &Error) -> bool {
        matches!(error.code(), Some(8 | 9))
    }

    fn is_resendable(&self, error: &Error) -> bool {
        error.code() == Some(7)
    }

    fn rate_limit_pause(&self, headers: &HeaderMap) -> Option<Duration> {
        headers.get("x-window")?.to_str().ok()?.parse().ok().map(Duration::from_secs)
    }
}

venue_core::envelope! {
    /// The envelope of the example.
    pub struct ExampleEnvelope {
        code: "code" is [0] uncertain [8],
        message: "message",
        data: "data",
        request_id: "requestId",
    }
}

pub(crate) type Reply = ExampleEnvelope<u32>;

/// A response of the scripted server.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    Http {
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: String,
    },
    /// The server closes the connection before the response.
    Closed,
    /// The server closes the connection within the body.
    Torn,
    /// The server keeps the connection open and sends nothing.
    Silence,
}

impl Answer {
    pub(crate) fn code(code: i64) -> Self {
        Self::status(200, &format!(r#"{{"code":{code},"requestId":"req-1","data":1}}"#))
    }

    pub(crate) fn status(status: u16, body: &str) -> Self {
        Self::Http { status, headers: Vec::new(), body: body.into() }
    }

    pub(crate) fn retry_after(self, value: &str) -> Self {
        self.header("Retry-After", value)
    }

    /// The same response with another header.
    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        if let Self::Http { headers, .. } = &mut self {
            headers.push((name, value.to_owned()));
        }
        self
    }

    fn response(&self) -> MockResponse {
        match self {
            Self::Http { status, headers, body } => {
                let response = MockResponse::status(*status, body);
                headers.iter().fold(response, |response, (name, value)| response.header(name, value))
            }
            Self::Torn => MockResponse::status(200, r#"{"code":0}"#).torn(),
            Self::Closed => MockResponse::closed(),
            Self::Silence => MockResponse::silence(),
        }
    }
}

/// Records every report as a line of text.
#[derive(Debug, Default)]
pub(crate) struct RecordingObserver(Mutex<Vec<String>>);

impl RecordingObserver {
    pub(crate) fn lines(&self) -> Vec<String> {
        self.0.lock().expect("no panic").clone()
    }

    pub(crate) fn of(&self, what: &str) -> Vec<String> {
        self.lines().iter().filter_map(|line| line.strip_prefix(what)).map(|line| line.trim().to_owned()).collect()
    }

    fn note(&self, line: String) {
        self.0.lock().expect("no panic").push(line);
    }
}

impl Observer for RecordingObserver {
    fn attempt(&self, report: &AttemptReport<'_>) {
        let AttemptReport { operation, group, number, elapsed, failure, .. } = report;
        let end = failure.map_or(String::from("succeeded"), |(_, next)| format!("{next:?}"));
        self.note(format!("attempt {number} of {} ({group}) {elapsed:?}: {end}", operation.id));
    }

    fn wait(&self, report: &WaitReport) {
        self.note(format!("wait {:?} {:?}", report.wait_for, report.duration));
    }

    fn slow_down(&self, report: &SlowDownReport) {
        self.note(format!("slow_down {} {:?}", report.group, report.pause));
    }

    fn call(&self, report: &CallReport<'_>) {
        let CallReport { operation, attempts, elapsed, waited, request_id, error, .. } = report;
        let end = if error.is_some() { "failed" } else { "succeeded" };
        self.note(format!("call {} {end}, {attempts} attempts, {elapsed:?}, waited {waited:?}, {request_id:?}", operation.id));
    }
}

pub(crate) struct World {
    pub(crate) time: ManualTime,
    pub(crate) runtime: Arc<CallRuntime>,
    pub(crate) client: Client,
    pub(crate) observer: Arc<RecordingObserver>,
    base_url: String,
    server: Option<MockServer>,
}

impl World {
    pub(crate) async fn new(script: &[Answer]) -> Self {
        Self::with(script, |runtime| runtime).await
    }

    pub(crate) async fn with(script: &[Answer], configure: impl FnOnce(CallRuntimeBuilder) -> CallRuntimeBuilder) -> Self {
        let (server, base_url) = match script.to_vec().split_last() {
            Some((last, first)) => {
                let server = MockServer::responding(last.response()).await;
                first.iter().for_each(|answer| server.enqueue(answer.response()));
                (Some(server.clone()), server.url())
            }
            // Without a script, the client cannot connect.
            None => (None, format!("http://{}", closed_port().await)),
        };
        let time = ManualTime::new(UnixMillis::new(784_111_740_000));
        let observer = Arc::new(RecordingObserver::default());
        let runtime = CallRuntime::builder(Example).time(Arc::new(time.clone())).jitter_seed(7).observer(Arc::clone(&observer) as _);
        let client = ClientBuilder::<Client>::new(base_url.as_str(), "test").build().expect("a client");
        Self { time, runtime: configure(runtime).build(), client, observer, base_url, server }
    }

    /// The same world, with this interceptor in the client, as another crate would add an interceptor.
    pub(crate) fn intercepted(mut self, interceptor: impl Interceptor + 'static) -> Self {
        let client = ClientBuilder::<Client>::new(self.base_url.as_str(), "test").interceptor(interceptor);
        self.client = client.build().expect("a client");
        self
    }

    /// How many requests arrived.
    pub(crate) fn seen(&self) -> usize {
        self.server.as_ref().map_or(0, |server| server.requests().len())
    }

    pub(crate) fn now(&self) -> Duration {
        self.time.monotonic()
    }

    /// A call whose waits advance the time of the test.
    pub(crate) async fn call(&self, operation: &'static Operation, options: &CallOptions) -> Result<Response<Reply>, Error> {
        self.drive(self.start(operation, options)).await
    }

    /// A call that leaves the time of the test to the caller.
    pub(crate) async fn start(&self, operation: &'static Operation, options: &CallOptions) -> Result<Response<Reply>, Error> {
        self.client.with_policy(Arc::clone(&self.runtime) as _).call(operation).options(options).send().await
    }

    /// Waits for the future, and advances the time whenever a task sleeps and no response is under way.
    pub(crate) async fn drive<T>(&self, future: impl Future<Output = T>) -> T {
        venue_test_support::drive(&self.time, future).await
    }
}
