//! A scripted server, an exchange of three words, and an observer that writes everything down.

use std::future::pending;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use venue_core::{
    Client, ClientBuilder, Error, Interceptor, ManualTime, Operation, Repeatable, Response, TimeSource as _, UnixMillis, reqwest::Method,
};
use venue_runtime::call::{AttemptReport, CallReport, SlowDownReport, WaitReport};
use venue_runtime::{CallOptions, Exchange, Observer, QuotaGroup, Runtime, RuntimeBuilder};

pub(crate) static SAFE: Operation = operation("get_order", "reads", Repeatable::Safe);
pub(crate) static IDEMPOTENT: Operation = operation("cancel_order", "cancels", Repeatable::Idempotent);
pub(crate) static ONCE: Operation = operation("place_order", "orders", Repeatable::Once);

const fn operation(id: &'static str, section: &'static str, repeatable: Repeatable) -> Operation {
    Operation::new(id, Method::POST, "/order", section, &[], None, repeatable, "https://docs.example.com/order")
}

/// 7 is its "too many requests", after which nothing was done; 8 and 9 pass by themselves, and after 8 a write may stand.
#[derive(Debug)]
struct Example;

impl Exchange for Example {
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

/// What the server does with a request.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    Http {
        status: u16,
        headers: String,
        body: String,
    },
    /// The connection is closed instead.
    Closed,
    /// The connection is closed within the body.
    Torn,
    Silence,
}

impl Answer {
    pub(crate) fn code(code: i64) -> Self {
        Self::status(200, &format!(r#"{{"code":{code},"requestId":"req-1","data":1}}"#))
    }

    pub(crate) fn status(status: u16, body: &str) -> Self {
        Self::Http { status, headers: String::new(), body: body.into() }
    }

    pub(crate) fn retry_after(self, value: &str) -> Self {
        match self {
            Self::Http { status, headers, body } => Self::Http { status, headers: format!("{headers}Retry-After: {value}\r\n"), body },
            other => other,
        }
    }

    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Http { status, headers, body } => {
                format!("HTTP/1.1 {status} .\r\nContent-Length: {}\r\n{headers}\r\n{body}", body.len()).into_bytes()
            }
            Self::Torn => b"HTTP/1.1 200 .\r\nContent-Length: 100\r\n\r\n{".to_vec(),
            Self::Closed | Self::Silence => Vec::new(),
        }
    }
}

/// Answers with the script's answers, one after the other, and then with the last one again and again.
async fn serve(listener: TcpListener, script: Vec<Answer>, seen: Arc<Mutex<usize>>) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(connection(stream, script.clone(), Arc::clone(&seen)));
    }
}

async fn connection(mut stream: TcpStream, script: Vec<Answer>, seen: Arc<Mutex<usize>>) {
    let mut buffer = Vec::new();
    loop {
        // The requests have no body.
        while !buffer.ends_with(b"\r\n\r\n") {
            match stream.read_buf(&mut buffer).await {
                Ok(1..) => {}
                _ => return,
            }
        }
        buffer.clear();
        let answer = {
            let mut seen = seen.lock().expect("no panic");
            let answer = script.get(*seen).or(script.last()).expect("a script").clone();
            *seen += 1;
            answer
        };
        if let Answer::Silence = answer {
            pending::<()>().await;
        }
        let written = stream.write_all(&answer.bytes()).await;
        if written.is_err() || !matches!(answer, Answer::Http { .. }) {
            return;
        }
    }
}

/// Writes down what it is told.
#[derive(Debug, Default)]
pub(crate) struct Diary(Mutex<Vec<String>>);

impl Diary {
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

impl Observer for Diary {
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
    pub(crate) runtime: Arc<Runtime>,
    pub(crate) client: Client,
    pub(crate) diary: Arc<Diary>,
    address: SocketAddr,
    seen: Arc<Mutex<usize>>,
}

impl World {
    pub(crate) async fn new(script: &[Answer]) -> Self {
        Self::with(script, |runtime| runtime).await
    }

    pub(crate) async fn with(script: &[Answer], configure: impl FnOnce(RuntimeBuilder) -> RuntimeBuilder) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let seen = Arc::new(Mutex::new(0));
        // Without a script there is nobody to connect to.
        if !script.is_empty() {
            tokio::spawn(serve(listener, script.to_vec(), Arc::clone(&seen)));
        }
        let time = ManualTime::new(UnixMillis::new(784_111_740_000));
        let diary = Arc::new(Diary::default());
        let runtime = Runtime::builder(Example).time(Arc::new(time.clone())).jitter_seed(7).observer(Arc::clone(&diary) as _);
        let client = ClientBuilder::<Client>::new(format!("http://{address}"), "test").build().expect("a client");
        Self { time, runtime: configure(runtime).build(), client, diary, address, seen }
    }

    /// With this interceptor, as another crate would add one.
    pub(crate) fn intercepted(mut self, interceptor: impl Interceptor + 'static) -> Self {
        let client = ClientBuilder::<Client>::new(format!("http://{}", self.address), "test").interceptor(interceptor);
        self.client = client.build().expect("a client");
        self
    }

    /// How many requests arrived.
    pub(crate) fn seen(&self) -> usize {
        *self.seen.lock().expect("no panic")
    }

    pub(crate) fn now(&self) -> Duration {
        self.time.monotonic()
    }

    /// A call, whose waits take no time.
    pub(crate) async fn call(&self, operation: &'static Operation, options: &CallOptions) -> Result<Response<Reply>, Error> {
        self.drive(self.start(operation, options)).await
    }

    /// A call, whose time somebody else moves.
    pub(crate) async fn start(&self, operation: &'static Operation, options: &CallOptions) -> Result<Response<Reply>, Error> {
        let context = self.runtime.call(options);
        let client = self.client.with_interceptors(context.around(self.client.interceptors()));
        context.run(operation, client.call(operation).send()).await
    }

    /// Moves the time until the future is ready, whenever somebody sleeps.
    pub(crate) async fn drive<T>(&self, future: impl Future<Output = T>) -> T {
        let mut future = std::pin::pin!(future);
        std::future::poll_fn(|context| {
            let ready = future.as_mut().poll(context);
            if ready.is_pending() && self.time.advance_to_next_wake() {
                context.waker().wake_by_ref();
            }
            ready
        })
        .await
    }
}
