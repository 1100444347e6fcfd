//! The settings of a connection.

use std::fmt;
use std::io::Write;
use std::sync::Arc;

use venue_core::http::{ByteStreamConnector, HttpSettings};
use venue_core::{SystemTime, TimeSource};

use super::StreamConnection;
use super::core::Shared;
use super::driver::Driver;
use crate::recording::Recorder;
use crate::state::State;
use crate::transport::{Connect, WebSocketConnect};
use crate::{CredentialSource, Error, Protocol, Settings, StreamObserver};

/// Builds a [`StreamConnection`].
#[must_use]
pub struct StreamConnectionBuilder {
    protocol: Arc<dyn Protocol>,
    url: String,
    settings: Settings,
    http: HttpSettings,
    allows_plain: bool,
    credentials: Option<Arc<dyn CredentialSource>>,
    time: Arc<dyn TimeSource>,
    seed: Option<u64>,
    sink: Option<Box<dyn Write + Send>>,
    connect: Option<Arc<dyn Connect>>,
    observer: Option<Arc<dyn StreamObserver>>,
}

impl StreamConnectionBuilder {
    pub(super) fn new(protocol: Arc<dyn Protocol>, url: String) -> Self {
        Self {
            protocol,
            url,
            settings: Settings::new(),
            http: HttpSettings::new(),
            allows_plain: false,
            credentials: None,
            time: Arc::new(SystemTime),
            seed: None,
            sink: None,
            connect: None,
            observer: None,
        }
    }

    /// Sets timeouts, heartbeat, reconnect and limits.
    pub fn settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// Sets TLS, the proxy and name resolution. The settings of the connection pool have no effect.
    pub fn http(mut self, http: HttpSettings) -> Self {
        self.http = http;
        self
    }

    /// Allows a `ws://` URL of another machine. Everyone on the network path can then read and change all messages.
    pub fn dangerously_allow_plain(mut self) -> Self {
        self.allows_plain = true;
        self
    }

    /// Asks this source for credentials before each attempt to connect.
    pub fn credentials(mut self, source: impl CredentialSource + 'static) -> Self {
        self.credentials = Some(Arc::new(source));
        self
    }

    /// Replaces the clock and the timer, for example by virtual time.
    pub fn time(mut self, time: Arc<dyn TimeSource>) -> Self {
        self.time = time;
        self
    }

    /// Determines the random parts of all pauses. By default, each connection has other pauses.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Records all messages and inputs of the connection: see [`recording`](crate::recording).
    ///
    /// The connection writes to the sink itself, so the sink must not block for long: pass a [`BufWriter`](std::io::BufWriter) of a local
    /// file. It must not use the connection. If writing fails, the recording ends and the connection continues.
    pub fn record(mut self, sink: impl Write + Send + 'static) -> Self {
        self.sink = Some(Box::new(sink));
        self
    }

    /// Reports connections, losses and topics to this observer, for example for metrics.
    pub fn observer(mut self, observer: Arc<dyn StreamObserver>) -> Self {
        self.observer = Some(observer);
        self
    }

    /// Replaces the WebSocket library and the network. The URL, the HTTP settings and the message size have no effect then.
    #[cfg(feature = "test-util")]
    pub fn connect_with(mut self, connect: Arc<dyn Connect>) -> Self {
        self.connect = Some(connect);
        self
    }

    /// Builds the connection and starts its task. The connection is opened with the first subscription.
    ///
    /// # Errors
    ///
    /// Returns an error if the URL is not valid, an HTTP setting cannot be applied, or the caller is not in a tokio runtime.
    pub fn build(self) -> Result<StreamConnection, Error> {
        let runtime = tokio::runtime::Handle::try_current()
            .map_err(|_| Error::new("no tokio runtime: build the connection inside of a runtime, which runs its task"))?;
        let connect = match self.connect {
            Some(connect) => connect,
            None => web_socket(&self.url, &self.settings, &self.http, self.allows_plain)?,
        };
        let seed = self.seed.unwrap_or_else(|| fastrand::u64(..));
        // Numbers of a later start of the program are larger, so that its requests do not repeat the ids of an earlier start.
        let first_request = u64::try_from(self.time.wall().as_millis()).unwrap_or(1);
        let recorder = self.sink.map(|sink| Recorder::new(sink, Arc::clone(&self.protocol), &self.settings, seed, first_request));
        let write_timeout = self.settings.write_timeout;
        let state = State::new(self.protocol, self.settings, seed, first_request);
        let shared = Arc::new(Shared::new(state, self.time, recorder, self.observer));
        runtime.spawn(Driver::new(Arc::clone(&shared), connect, self.credentials, write_timeout));
        Ok(StreamConnection::new(shared))
    }
}

fn web_socket(url: &str, settings: &Settings, http: &HttpSettings, allows_plain: bool) -> Result<Arc<dyn Connect>, Error> {
    let Some(rest) = url.strip_prefix("ws") else {
        return Err(Error::new("the URL of a stream has to begin with `wss://`, or with `ws://` for this machine"));
    };
    let connector = ByteStreamConnector::new(&format!("http{rest}"), settings.connect_timeout, http, allows_plain)?;
    Ok(Arc::new(WebSocketConnect::new(connector, url.to_owned(), settings.max_message_size)))
}

impl fmt::Debug for StreamConnectionBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The URL has not been checked yet, so it may contain credentials.
        f.debug_struct("StreamConnectionBuilder")
            .field("protocol", &self.protocol)
            .field("settings", &self.settings)
            .field("http", &self.http)
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}
