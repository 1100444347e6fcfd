//! The kinds of faults of streams, with their parameters.

use serde::{Deserialize, Serialize};

use crate::faults::no_parameters;

/// A fault that the sandbox injects into a message of a stream.
///
/// If several rules select the same message, their faults apply in the order in which the rules were added. After a fault that ends the
/// message ([`Drop`](Self::Drop), [`HalfOpen`](Self::HalfOpen), [`Close`](Self::Close), [`Lose`](Self::Lose), [`Stall`](Self::Stall),
/// [`Truncate`](Self::Truncate), [`Malformed`](Self::Malformed), [`ExpireKey`](Self::ExpireKey)), no further fault applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "kind",
    expecting = "an object with its kind, such as {\"kind\": \"drop\"}"
)]
#[non_exhaustive]
pub enum StreamFault {
    /// Closes the socket instead of sending the message, without a close frame.
    ///
    /// JSON: `{"kind": "drop"}`.
    #[serde(deserialize_with = "no_parameters")]
    Drop,
    /// Sends no more bytes from this message on, and reads and ignores what the client sends. The socket stays open until the client closes
    /// it.
    ///
    /// JSON: `{"kind": "halfOpen"}`.
    #[serde(deserialize_with = "no_parameters")]
    HalfOpen,
    /// Sends a close frame instead of the message, and closes the socket.
    ///
    /// JSON: `{"kind": "close", "code": 1012}`.
    Close {
        /// The close code, from 1000 to 4999.
        code: u16,
    },
    /// Does not send the message. With [`StreamFrame::Data`](crate::StreamFrame::Data) these are lost increments, with [`StreamFrame::User`](crate::StreamFrame::User) lost private messages,
    /// with [`StreamFrame::Snapshot`](crate::StreamFrame::Snapshot) a snapshot that is never sent, and with [`StreamFrame::Ack`](crate::StreamFrame::Ack) a missing acknowledgement.
    ///
    /// JSON: `{"kind": "lose"}`.
    #[serde(deserialize_with = "no_parameters")]
    Lose,
    /// Sends no more messages of the topic on this connection until the client subscribes to the topic again. Other topics continue. The
    /// private channel has no subscription, so it stays stalled until the client connects again.
    ///
    /// JSON: `{"kind": "stall"}`.
    #[serde(deserialize_with = "no_parameters")]
    Stall,
    /// Delays the message, and all later messages of the connection. The delay is in the exchange's time: with a [manual
    /// clock](crate::Clock::manual), the message is sent when the clock was advanced far enough.
    ///
    /// JSON: `{"kind": "delay", "millis": 250}`.
    Delay {
        /// The delay in milliseconds.
        millis: u64,
    },
    /// Sends the message twice.
    ///
    /// JSON: `{"kind": "duplicate"}`.
    #[serde(deserialize_with = "no_parameters")]
    Duplicate,
    /// Sends the message after the next message of the connection. With [`StreamFrame::Snapshot`](crate::StreamFrame::Snapshot), the first increment arrives before the
    /// snapshot, as can happen when a client connects again. With [`StreamFrame::Ack`](crate::StreamFrame::Ack), the snapshot arrives before the acknowledgement.
    ///
    /// JSON: `{"kind": "reorder"}`.
    #[serde(deserialize_with = "no_parameters")]
    Reorder,
    /// Changes the form of an acknowledgement. Has no effect on other messages.
    ///
    /// JSON: `{"kind": "ackForm", "form": "numericId"}`.
    AckForm {
        /// The form.
        form: AckForm,
    },
    /// Sends the message one byte at a time, with a pause before each byte. The pauses are in real time, even with a [manual
    /// clock](crate::Clock::manual).
    ///
    /// JSON: `{"kind": "slowBytes", "millis": 10}`.
    SlowBytes {
        /// The pause before each byte, in milliseconds.
        millis: u64,
    },
    /// Sends the first half of the message's frame and closes the socket.
    ///
    /// JSON: `{"kind": "truncate"}`.
    #[serde(deserialize_with = "no_parameters")]
    Truncate,
    /// Sends a malformed frame in the place of the message.
    ///
    /// JSON: `{"kind": "malformed", "form": "json"}`.
    Malformed {
        /// The form.
        form: MalformedForm,
    },
    /// Ends the validity of the listen key that opened the connection, instead of sending the message. The server then closes the
    /// connection as after an expiry. Has no effect on a connection without a listen key.
    ///
    /// JSON: `{"kind": "expireKey"}`.
    #[serde(deserialize_with = "no_parameters")]
    ExpireKey,
}

/// Another form of an acknowledgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum AckForm {
    /// The id is a number, if it consists of digits.
    NumericId,
    /// There is no id.
    WithoutId,
    /// There is no list of topics.
    WithoutData,
    /// `{"id": "7", "result": "success"}`.
    Result,
}

/// A form of a malformed frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum MalformedForm {
    /// A text frame with the first half of the text, which is not JSON.
    Json,
    /// A text frame whose last byte is not UTF-8.
    Utf8,
    /// A frame with a reserved opcode.
    Opcode,
    /// A masked frame, which a server must not send.
    Masked,
    /// A binary frame.
    Binary,
}
