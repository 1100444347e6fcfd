//! A scripted server with an endpoint that reports the time.

use std::ops::Deref;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use venue_core::{ManualTime, TimeSource as _};

use crate::{MockResponse, MockServer, RecordedRequest};

/// The endpoint at which an exchange reports its time.
#[derive(Clone, Copy, Debug)]
pub struct ClockEndpoint {
    /// The path of the endpoint.
    pub path: &'static str,
    /// The response at a time in milliseconds since 1970.
    pub response: fn(i64) -> MockResponse,
}

/// A [`MockServer`] with an endpoint that reports the time of a [`ManualTime`]. A script answers all other requests.
#[derive(Debug)]
pub struct MockExchange {
    server: MockServer,
    endpoint: ClockEndpoint,
    clock: Arc<Clock>,
}

type Script = dyn Fn(&RecordedRequest) -> MockResponse + Send + Sync;

struct Clock {
    time: ManualTime,
    ahead: AtomicI64,
    /// Replaces the endpoint's own response.
    script: Mutex<Option<Box<Script>>>,
}

impl MockExchange {
    /// Starts the server.
    ///
    /// # Panics
    ///
    /// Panics if the loopback interface has no free port.
    pub async fn start(
        time: ManualTime,
        endpoint: ClockEndpoint,
        script: impl Fn(&RecordedRequest) -> MockResponse + Send + Sync + 'static,
    ) -> Self {
        let clock = Arc::new(Clock { time, ahead: AtomicI64::new(0), script: Mutex::default() });
        let shared = Arc::clone(&clock);
        let server = MockServer::start(
            move |request| {
                if request.path == endpoint.path { shared.respond(request, endpoint) } else { script(request) }
            },
        );
        Self { server: server.await, endpoint, clock }
    }

    /// Sets how many milliseconds the server's clock is ahead of the [`ManualTime`]. If the number is negative, the server's clock is
    /// behind.
    pub fn be_ahead(&self, milliseconds: i64) {
        self.clock.ahead.store(milliseconds, Ordering::SeqCst);
    }

    /// Replaces the responses to requests for the server's time: from now on, the closure `script` returns these responses.
    ///
    /// # Panics
    ///
    /// Panics if an earlier function panicked.
    pub fn set_time_script(&self, script: impl Fn(&RecordedRequest) -> MockResponse + Send + Sync + 'static) {
        *self.clock.script.lock().expect("no panic") = Some(Box::new(script));
    }

    /// The server's time in milliseconds since 1970.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.clock.now()
    }

    /// All requests so far, except those for the time.
    #[must_use]
    pub fn seen(&self) -> Vec<RecordedRequest> {
        let mut requests = self.server.requests();
        requests.retain(|request| request.path != self.endpoint.path);
        requests
    }
}

impl Deref for MockExchange {
    type Target = MockServer;

    fn deref(&self) -> &MockServer {
        &self.server
    }
}

impl Clock {
    fn now(&self) -> i64 {
        self.time.wall().as_millis() + self.ahead.load(Ordering::SeqCst)
    }

    fn respond(&self, request: &RecordedRequest, endpoint: ClockEndpoint) -> MockResponse {
        let script = self.script.lock().expect("no panic");
        script.as_ref().map_or_else(|| (endpoint.response)(self.now()), |script| script(request))
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Clock").field("now", &self.now()).finish_non_exhaustive()
    }
}
