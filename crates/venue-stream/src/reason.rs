//! Why a connection was lost, and why a topic resynchronizes.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::RawText;

/// Why a connection was lost or could not be opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DisconnectReason {
    /// There were no credentials for the connection. Contains the message of the [`CredentialError`](crate::CredentialError).
    CredentialsUnavailable(String),
    /// TCP, TLS, the proxy or the WebSocket handshake failed.
    ConnectFailed(String),
    /// The connection was not open within [`Settings::connect_timeout`](crate::Settings::connect_timeout).
    ConnectTimeout,
    /// The server rejected the credentials, or revoked them later.
    AuthenticationRejected(RawText),
    /// The server did not confirm the authentication in time.
    AuthenticationTimeout,
    /// The server sent a close frame.
    ClosedByServer {
        /// The status code of RFC 6455, section 7.4. 1005 if the close frame contained none.
        code: u16,
        /// The server's text, redacted.
        text: RawText,
    },
    /// The connection ended without a close frame, or a frame violated RFC 6455 or a size limit.
    ConnectionFailed(String),
    /// The server stopped sending frames although it has to: see [`Heartbeat`](crate::Heartbeat).
    Unresponsive,
    /// The server did not accept the bytes of a request in time.
    WriteTimeout,
    /// The program requested a new connection.
    Requested,
}

impl fmt::Display for DisconnectReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CredentialsUnavailable(detail) => write!(f, "no credentials for the connection: {detail}"),
            Self::ConnectFailed(detail) => write!(f, "connecting failed: {detail}"),
            Self::ConnectTimeout => f.write_str("connecting took too long"),
            Self::AuthenticationRejected(raw) => write!(f, "the server rejected the authentication: {raw}"),
            Self::AuthenticationTimeout => f.write_str("the server did not confirm the authentication in time"),
            Self::ClosedByServer { code, text } => write!(f, "the server closed the connection (code {code}): {text}"),
            Self::ConnectionFailed(detail) => write!(f, "the connection failed: {detail}"),
            Self::Unresponsive => f.write_str("the server sent nothing, although a reply was due"),
            Self::WriteTimeout => f.write_str("the server did not accept a request in time"),
            Self::Requested => f.write_str("the program requested a new connection"),
        }
    }
}

/// Why a topic is subscribed again, so that the data that was received before is no longer continued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ResyncReason {
    /// A subscriber found a gap or a contradiction in the data. Contains the subscriber's explanation.
    Requested(String),
    /// The server rejected the subscription. The connection repeats the subscription after a pause.
    Rejected(RawText),
    /// The server did not acknowledge the subscription in time.
    Unacknowledged,
    /// The server sent no snapshot in time.
    SnapshotMissing,
    /// No message arrived within the topic's staleness limit, and the topic's settings request a new subscription in this case.
    Stale,
    /// Another subscriber joined a topic whose snapshot the server sends only once per subscription.
    NewSubscriber,
}

impl fmt::Display for ResyncReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Requested(detail) => write!(f, "a subscriber requested it: {detail}"),
            Self::Rejected(raw) => write!(f, "the server rejected the subscription: {raw}"),
            Self::Unacknowledged => f.write_str("the server did not acknowledge the subscription in time"),
            Self::SnapshotMissing => f.write_str("the server sent no snapshot in time"),
            Self::Stale => f.write_str("no message arrived within the staleness limit"),
            Self::NewSubscriber => f.write_str("another subscriber needs a snapshot"),
        }
    }
}
