//! The two connections of a client, which are opened with the first subscription and closed after the last one.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use sixmm_api::operations::{CREATE_LISTEN_KEY, REFRESH_TOKEN};
use sixmm_api::reqwest::Url;
use sixmm_api::streams::WEBSOCKET;
use venue_core::http::HttpSettings;
use venue_stream::StreamConnection;

use super::book::OpenBooks;
use super::credentials::{AccessTokenSource, ConnectionSlot, ListenKeySource};
use super::protocol::{SentSecrets, StreamProtocol};
use super::reports::Reports;
use super::{ConnectionKind, StreamDecoder, StreamError, StreamSettings};
use crate::Error;
use crate::client_inner::ClientInner;

/// The connections of a client and of all of its clones.
pub(crate) struct StreamConnections {
    settings: StreamSettings,
    http: HttpSettings,
    url: String,
    public: Slot,
    private: Slot,
    pub(super) books: OpenBooks,
}

/// A connection while it has subscribers.
type Slot = Mutex<Weak<Connection>>;

/// An open connection. Each of its streams owns a reference to it.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) stream: Arc<StreamConnection>,
    pub(super) protocol: StreamProtocol,
    pub(super) reports: Reports,
}

impl StreamConnections {
    pub(crate) fn new(settings: StreamSettings, http: HttpSettings, base_url: &Url) -> Result<Self, StreamError> {
        let url = match &settings.url {
            Some(url) => checked_url(url)?,
            None => url_of_server(base_url),
        };
        Ok(Self { settings, http, url, public: Slot::default(), private: Slot::default(), books: OpenBooks::default() })
    }

    pub(super) fn decoder(&self) -> &Arc<dyn StreamDecoder> {
        &self.settings.decoder
    }

    /// The connection of this kind. Creates a connection if there is none.
    pub(super) fn get(&self, client: &ClientInner, kind: ConnectionKind) -> Result<Arc<Connection>, StreamError> {
        if kind == ConnectionKind::Private {
            self.check_credentials(client)?;
        }
        let mut slot = self.slot(kind);
        if let Some(connection) = slot.upgrade().filter(|connection| !connection.stream.is_closed()) {
            return Ok(connection);
        }
        let connection = Arc::new(self.open(client, kind)?);
        *slot = Arc::downgrade(&connection);
        Ok(connection)
    }

    /// Closes both connections.
    pub(super) fn close(&self) {
        for kind in [ConnectionKind::Public, ConnectionKind::Private] {
            let connection = self.slot(kind).upgrade();
            if let Some(connection) = connection {
                connection.stream.close();
            }
        }
    }

    fn slot(&self, kind: ConnectionKind) -> MutexGuard<'_, Weak<Connection>> {
        let slot = match kind {
            ConnectionKind::Public => &self.public,
            ConnectionKind::Private => &self.private,
        };
        slot.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn check_credentials(&self, client: &ClientInner) -> Result<(), StreamError> {
        let checked = if self.settings.uses_access_token {
            client.auth().session().check().map_err(|error| Error::from_veto(&REFRESH_TOKEN, error.into()))
        } else {
            client.auth().check_credentials(&CREATE_LISTEN_KEY).map_err(|veto| Error::from_veto(&CREATE_LISTEN_KEY, veto))
        };
        checked.map_err(StreamError::credentials)
    }

    fn open(&self, client: &ClientInner, kind: ConnectionKind) -> Result<Connection, StreamError> {
        let StreamSettings { connection: settings, authentication_timeout, recorder, uses_access_token, .. } = &self.settings;
        let reports = Reports::new(kind, Arc::clone(client.runtime()));
        let secrets = Arc::new(SentSecrets::default());
        let protocol = StreamProtocol::redacting(Arc::clone(&secrets));
        let slot = ConnectionSlot::default();
        let mut builder = StreamConnection::builder(protocol.clone(), &self.url)
            .http(self.http.clone())
            .time(Arc::clone(client.time()))
            .observer(Arc::new(reports.clone()));
        builder = match kind {
            ConnectionKind::Public => builder.settings(settings.clone()),
            ConnectionKind::Private => {
                let builder = builder.settings(settings.clone().authentication(*authentication_timeout));
                if *uses_access_token {
                    builder.credentials(AccessTokenSource::new(client.clone(), secrets))
                } else {
                    builder.credentials(ListenKeySource::new(client.clone(), reports.clone(), secrets, Arc::clone(&slot)))
                }
            }
        };
        if let Some(open) = recorder {
            builder = builder.record(open(kind).map_err(StreamError::recording)?);
        }
        let stream = Arc::new(builder.build().map_err(StreamError::connection)?);
        // The slot is empty, because it was just created.
        let _ = slot.set(Arc::downgrade(&stream));
        Ok(Connection { stream, protocol, reports })
    }
}

impl fmt::Debug for StreamConnections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamConnections").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// Checks the parts of an address that would be sent to the exchange or printed. The text of the error does not contain the address, which
/// may contain credentials. The connection also checks that `ws://` is used only for this machine.
fn checked_url(text: &str) -> Result<String, StreamError> {
    let invalid = |reason| Err(StreamError::address(reason));
    let Ok(url) = Url::parse(text) else { return invalid("not a URL") };
    if !matches!(url.scheme(), "ws" | "wss") {
        return invalid("the scheme is neither `wss` nor `ws`");
    }
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return invalid("credentials, a query and a fragment are not allowed, because the client adds the query");
    }
    Ok(text.to_owned())
}

/// The address of the streams of a server: the documented address for the production server, and otherwise the path `/ws` of the same
/// server.
fn url_of_server(base_url: &Url) -> String {
    let is_production = Url::parse(sixmm_api::Client::BASE_URL).is_ok_and(|production| production.origin() == base_url.origin());
    if is_production {
        return WEBSOCKET.to_owned();
    }
    // `http` becomes `ws`, and `https` becomes `wss`.
    let rest = base_url.as_str().strip_prefix("http").unwrap_or(base_url.as_str());
    format!("ws{}/ws", rest.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_no_query_and_no_credentials() {
        for url in [
            "ws.6mm.com/ws",
            "https://ws.6mm.com/ws",
            "wss://a@b/ws",
            "wss://b/ws?listenKey=never-print-this",
            "wss://b/ws#never-print-this",
        ] {
            let error = checked_url(url).expect_err("invalid").to_string();
            assert!(!error.contains("never-print-this"), "{error}");
        }
        assert!(checked_url("wss://ws.6mm.com/ws").is_ok());
    }

    #[test]
    fn the_streams_belong_to_the_host_of_the_base_url() {
        for (base_url, expected) in [
            ("https://api.6mm.com", "wss://ws.6mm.com/ws"),
            ("https://api.6mm.com:443/", "wss://ws.6mm.com/ws"),
            ("http://127.0.0.1:8080", "ws://127.0.0.1:8080/ws"),
            ("http://[::1]:8080/", "ws://[::1]:8080/ws"),
            ("https://gateway.example/6mm", "wss://gateway.example/6mm/ws"),
            ("https://api.6mm.com.example", "wss://api.6mm.com.example/ws"),
            ("https://api.6mm.com:8443", "wss://api.6mm.com:8443/ws"),
        ] {
            assert_eq!(url_of_server(&Url::parse(base_url).expect("a URL")), expected, "{base_url}");
        }
    }
}
