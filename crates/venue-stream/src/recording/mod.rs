//! Recordings of connections, and their replay.
//!
//! A recording contains all inputs of the [state machine](crate::state) with their times. The state machine reads no clock and no random
//! number of its own, so [`Replay`] produces the same events again, including the times of the messages.
//!
//! # Format
//!
//! A recording is UTF-8 text with one entry in each line. It begins with four lines:
//!
//! ```text
//! venue-stream recording 1
//! settings {"connect_timeout":{"secs":10,"nanos":0},…}
//! seed 7
//! first-request 1772007814666
//! ```
//!
//! Each further line has the time of the monotonic clock in seconds with nine decimals, the number of the connection, a word, and the rest
//! of the line, separated by single spaces:
//!
//! | word | rest | meaning |
//! | --- | --- | --- |
//! | `subscribe` | settings as JSON, topic | input: the program subscribes |
//! | `unsubscribe` | topic | input: the last subscriber left |
//! | `resync` | reason as JSON, topic | input: a subscriber found an error |
//! | `opened` | `login` or nothing | input: the transport is open |
//! | `<` | text | input: a text message was received |
//! | `binary` | length | input: a binary message was received |
//! | `control` | `ping` or `pong` | input: a control frame was received |
//! | `lost` | reason as JSON | input: the connection was lost |
//! | `reconnect`, `tick`, `close` | | input |
//! | `>` | text | output: a text message was sent |
//! | `>ping`, `>login` | | output: a ping frame or the login message was sent |
//! | `connect`, `disconnect` | | output |
//!
//! In a text, `\n`, `\r` and `\\` stand for a line feed, a carriage return and a backslash. All other characters are unchanged.
//!
//! ```text
//! 5.000000000 0 subscribe {"stale_after":null,…} trades
//! 5.000000000 1 connect
//! 5.120400000 1 opened
//! 5.120400000 1 > sub 1 trades
//! 5.201000300 1 < ok 1
//! 5.310000000 1 < trades 17
//! ```
//!
//! [`Protocol::redact`](crate::Protocol::redact) removes secrets from all texts. The login message is not recorded. If a message of a topic
//! contains a secret, the replayed message contains the redacted text.

mod format;
mod recorder;
mod replay;

pub use replay::{Replay, ReplayError, Replayed};

pub(crate) use recorder::Recorder;
