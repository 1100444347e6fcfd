//! `StreamSettings`: the settings of a client's streams.

use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use venue_stream::{Heartbeat, Settings};

use super::{DefaultDecoder, StreamDecoder};

/// The settings of a client's streams, for [`ClientBuilder::streams`](crate::ClientBuilder::streams).
///
/// ```
/// use std::time::Duration;
/// use sixmm_ext::Client;
/// use sixmm_ext::streams::{Heartbeat, StreamSettings};
///
/// let heartbeat =
///     Heartbeat::new(Duration::from_secs(10), Duration::from_secs(5));
/// let client = Client::builder()
///     .streams(StreamSettings::new().heartbeat(heartbeat))
///     .build()?;
/// # Ok::<(), sixmm_ext::BuildError>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct StreamSettings {
    pub(super) url: Option<String>,
    pub(super) connection: Settings,
    pub(super) authentication_timeout: Duration,
    pub(super) decoder: Arc<dyn StreamDecoder>,
    pub(super) recorder: Option<Arc<OpenRecording>>,
    pub(super) uses_access_token: bool,
}

type OpenRecording = dyn Fn(ConnectionKind) -> io::Result<Box<dyn Write + Send>> + Send + Sync;

impl StreamSettings {
    /// Creates the default settings.
    pub fn new() -> Self {
        Self {
            url: None,
            connection: Settings::new(),
            authentication_timeout: Duration::from_secs(10),
            decoder: Arc::new(DefaultDecoder),
            recorder: None,
            uses_access_token: false,
        }
    }

    /// Sets the address of the streams: `wss://`, or `ws://` for a server on this machine. **The listen key is sent to this address.**
    ///
    /// By default, the address belongs to the client's base URL, so that a key is never sent to another host: for `https://api.6mm.com`, it
    /// is the documented `wss://ws.6mm.com/ws`. For any other base URL, such as `http://localhost:8080` of a local exchange, it is the path
    /// `/ws` of the same host and port: `ws://localhost:8080/ws`.
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.url = Some(url.into());
        self
    }

    /// Sets timeouts, reconnection, pauses between requests, and limits of both connections. The defaults are those of [`Settings::new`].
    /// The timeout of [`Settings::authentication`] has no effect: see [`authentication_timeout`](Self::authentication_timeout).
    pub fn connection(mut self, settings: Settings) -> Self {
        self.connection = settings;
        self
    }

    /// Sets how a connection checks that the exchange is alive: a ping every 15 seconds by default, with a reply within 10 seconds. The
    /// documentation states neither time. Call this method after [`connection`](Self::connection).
    pub fn heartbeat(mut self, heartbeat: Heartbeat) -> Self {
        self.connection = self.connection.heartbeat(heartbeat);
        self
    }

    /// Sets the time within which the exchange has to confirm the authentication of the private connection. 10 seconds by default.
    pub fn authentication_timeout(mut self, timeout: Duration) -> Self {
        self.authentication_timeout = timeout;
        self
    }

    /// Replaces the decoder of the undocumented data.
    pub fn decoder(mut self, decoder: impl StreamDecoder + 'static) -> Self {
        self.decoder = Arc::new(decoder);
        self
    }

    /// Records both connections: see [`recording`](venue_stream::recording) for the format. The function opens a file or another sink each
    /// time a connection is created. A sink must not block for long, so return a [`BufWriter`](io::BufWriter).
    ///
    /// Listen keys and access tokens are not recorded. The recording of the private connection contains the user's orders and balances.
    ///
    /// ```no_run
    /// use std::fs::File;
    /// use std::io::BufWriter;
    /// use sixmm_ext::streams::StreamSettings;
    ///
    /// let settings = StreamSettings::new().record(|connection| {
    ///     let file = File::create(format!("{connection}.recording"))?;
    ///     Ok(Box::new(BufWriter::new(file)))
    /// });
    /// ```
    pub fn record(mut self, open: impl Fn(ConnectionKind) -> io::Result<Box<dyn Write + Send>> + Send + Sync + 'static) -> Self {
        self.recorder = Some(Arc::new(open));
        self
    }

    /// Opens the private connection with the session's access token (`token`) instead of a listen key. Needs a login.
    ///
    /// The documentation calls `token` the compatible method. The token becomes a part of a URL, although the documentation's page on
    /// authentication advises against that, and the token allows more than to read the stream.
    ///
    /// Documentation: <https://docs.6mm.com/developer-api/websocket/private-user-channel>
    pub fn use_access_token(mut self) -> Self {
        self.uses_access_token = true;
        self
    }
}

impl Default for StreamSettings {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for StreamSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The URL has not been checked yet, so it may contain credentials.
        f.debug_struct("StreamSettings")
            .field("connection", &self.connection)
            .field("decoder", &self.decoder)
            .field("is_recording", &self.recorder.is_some())
            .field("uses_access_token", &self.uses_access_token)
            .finish_non_exhaustive()
    }
}

/// One of the two connections of a client. `Display` prints `public` or `private`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConnectionKind {
    /// The connection of all public topics.
    Public,
    /// The connection of the private channel, which is opened with credentials.
    Private,
}

impl ConnectionKind {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
        }
    }
}

impl fmt::Display for ConnectionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
