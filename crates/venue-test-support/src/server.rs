//! The scripted HTTP/1.1 server.

use std::collections::VecDeque;
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};

use crate::{MockResponse, RecordedRequest};

type Handler = dyn Fn(&RecordedRequest) -> MockResponse + Send + Sync;

/// An HTTP server on the loopback interface that records all requests and sends scripted responses. All clones refer to the same server.
/// The server ends when [`stop`](Self::stop) is called, or when the runtime that started it ends.
#[derive(Clone)]
pub struct MockServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: AbortHandle,
}

struct Shared {
    handler: Mutex<Arc<Handler>>,
    log: Mutex<Log>,
}

#[derive(Default)]
struct Log {
    /// Responses that take precedence over the handler's.
    queue: VecDeque<MockResponse>,
    connections: usize,
    requests: Vec<RecordedRequest>,
}

impl MockServer {
    /// Starts a server that answers each request with the response of this function.
    ///
    /// # Panics
    ///
    /// Panics if the loopback interface has no free port.
    pub async fn start(handler: impl Fn(&RecordedRequest) -> MockResponse + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port of the loopback interface");
        Self::serve(listener, Arc::new(handler))
    }

    /// Starts a server that answers every request with this response.
    ///
    /// # Panics
    ///
    /// Panics if the loopback interface has no free port.
    pub async fn responding(response: MockResponse) -> Self {
        Self::start(move |_| response.clone()).await
    }

    /// Starts a server on a separate thread, which ends with the process. Benchmarks use such a server, so that they measure only the
    /// client's work.
    ///
    /// # Panics
    ///
    /// Panics if the loopback interface has no free port, or the thread cannot be started.
    #[must_use]
    pub fn start_on_thread(handler: impl Fn(&RecordedRequest) -> MockResponse + Send + Sync + 'static) -> Self {
        let (sender, receiver) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            runtime().block_on(async {
                sender.send(Self::start(handler).await).expect("the caller waits for the server");
                std::future::pending::<()>().await;
            });
        });
        receiver.recv().expect("a server")
    }

    fn serve(listener: TcpListener, handler: Arc<Handler>) -> Self {
        let address = listener.local_addr().expect("the address that was bound");
        let shared = Arc::new(Shared { handler: Mutex::new(handler), log: Mutex::default() });
        let accepting = tokio::spawn(accept(listener, Arc::clone(&shared))).abort_handle();
        Self { address, shared, accepting }
    }

    /// Answers all further requests with the responses of this function.
    pub fn set_handler(&self, handler: impl Fn(&RecordedRequest) -> MockResponse + Send + Sync + 'static) {
        *self.shared.handler.lock().expect("no test panics while it holds the lock") = Arc::new(handler);
    }

    /// Answers all further requests with this response.
    pub fn set_response(&self, response: MockResponse) {
        self.set_handler(move |_| response.clone());
    }

    /// Adds this response to the queue. Each request takes the next response of the queue. If the queue is empty, the server calls its
    /// handler.
    pub fn enqueue(&self, response: MockResponse) {
        self.shared.log().queue.push_back(response);
    }

    /// Closes all connections and the port.
    pub fn stop(&self) {
        self.accepting.abort();
    }

    /// The base URL of the server.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The address that the server listens at.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The number of connections so far.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.shared.log().connections
    }

    /// All requests so far.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.shared.log().requests.clone()
    }

    /// All requests with this path so far.
    #[must_use]
    pub fn seen_at(&self, path: &str) -> Vec<RecordedRequest> {
        self.shared.log().requests.iter().filter(|request| request.path == path).cloned().collect()
    }

    /// Removes the recorded requests, and returns the only one.
    ///
    /// # Panics
    ///
    /// Panics if the number of requests is not one.
    #[must_use]
    pub fn take_only_request(&self) -> RecordedRequest {
        let mut requests = std::mem::take(&mut self.shared.log().requests);
        assert_eq!(requests.len(), 1, "exactly one request was expected");
        requests.remove(0)
    }

    /// Waits until the server has received this number of requests with a path.
    pub async fn until_seen(&self, path: &str, count: usize) {
        yield_until(|| self.seen_at(path).len() >= count).await;
    }
}

impl fmt::Debug for MockServer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("MockServer").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Shared {
    fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().expect("no test panics while it holds the lock")
    }

    /// Records a request.
    fn respond(&self, mut request: RecordedRequest) -> MockResponse {
        let mut log = self.log();
        request.earlier = log.requests.iter().filter(|seen| seen.path == request.path && seen.method == request.method).count();
        log.requests.push(request.clone());
        let queued = log.queue.pop_front();
        drop(log);
        queued.unwrap_or_else(|| {
            let handler = Arc::clone(&self.handler.lock().expect("no test panics while it holds the lock"));
            handler(&request)
        })
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    // The connections are dropped with this task.
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        shared.log().connections += 1;
        connections.spawn(serve(stream, Arc::clone(&shared)));
    }
}

async fn serve(mut stream: TcpStream, shared: Arc<Shared>) {
    stream.set_nodelay(true).expect("an option of every TCP socket");
    let mut buffer = Vec::new();
    while let Some(request) = RecordedRequest::read(&mut stream, &mut buffer).await {
        if !shared.respond(request).send(&mut stream).await {
            return;
        }
    }
}

/// An address of the loopback interface at which no server listens.
///
/// # Panics
///
/// Panics if the loopback interface has no free port.
pub async fn closed_port() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port of the loopback interface");
    listener.local_addr().expect("the address that was bound")
}

/// A runtime that runs all tasks on the current thread.
///
/// # Panics
///
/// Panics if the operating system provides no event queue.
#[must_use]
pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// Yields to the other tasks until a condition is true.
///
/// # Panics
///
/// Panics if the condition is still false after a million turns.
pub async fn yield_until(is_true: impl Fn() -> bool) {
    for _ in 0..1_000_000 {
        if is_true() {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("the condition never became true");
}
