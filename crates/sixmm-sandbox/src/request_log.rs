//! The log of requests, which lets a test prove that a request was sent only once.

use std::collections::VecDeque;
use std::sync::Arc;

use serde::Serialize;

use crate::UnixMillis;
use crate::request_id::RequestId;
use crate::spec::Operation;

/// Maximum number of client order ids per logged request.
pub(crate) const MAX_LOGGED_CLIENT_ORDER_IDS: usize = 100;

/// A logged request with its result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LoggedRequest {
    /// Sequence number, starting at 1, by order of arrival.
    pub number: u64,
    /// Time at which the request was executed or rejected, or at which a fault ended it, by the clock of the local exchange, in Unix
    /// milliseconds.
    pub at: UnixMillis,
    /// Operation of the request.
    pub operation: Operation,
    /// `X-Request-ID` of the request, or the id that the exchange generated if the client sent none. At most 512 bytes.
    pub request_id: String,
    /// The user's id, if the credentials were valid.
    pub user: Option<String>,
    /// The first 100 client order ids of the request, each truncated to 512 bytes. The list is empty if the request was not authenticated,
    /// if its parameters were invalid, or if a fault ended it before it was executed.
    pub client_order_ids: Vec<String>,
    /// The code with which the exchange executed or rejected the request (`0` is success), even if a fault replaced the response. `None` if
    /// a fault ended the request before it was executed.
    pub code: Option<i64>,
    /// How much of the request was executed.
    pub effect: Effect,
}

/// How much of a request was executed.
///
/// A query counts as executed if it succeeds, and a cancel-all if it is accepted. A maker-only or fill-or-kill order that is accepted and
/// immediately `REJECTED` or `CANCELED` counts as executed, because it appears in the order history. A request that changes only the stored
/// signatures or the last use of an API key does not count as executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Effect {
    /// Nothing was executed, because the request or all items of its batch were rejected, or because a fault ended the request before its
    /// execution.
    None,
    /// Some items of a batch were executed, the others were rejected.
    Partial,
    /// All of it.
    Complete,
    /// Unknown, because an internal error of the sandbox interrupted the request. The response has code 5001.
    Unknown,
}

impl LoggedRequest {
    /// Whether the request was executed, completely or in part. Returns false if this is unknown. [`effect`](Self::effect) distinguishes
    /// these cases.
    pub fn took_effect(&self) -> bool {
        matches!(self.effect, Effect::Partial | Effect::Complete)
    }
}

/// A request as it is stored. [`LoggedRequest`] is built when the log is read.
#[derive(Debug)]
pub(crate) struct LogEntry {
    pub(crate) number: u64,
    pub(crate) at: UnixMillis,
    pub(crate) operation: Operation,
    pub(crate) id: RequestId,
    pub(crate) user: Option<Arc<str>>,
    pub(crate) client_order_ids: Vec<String>,
    pub(crate) code: Option<i64>,
    pub(crate) effect: Effect,
}

impl From<&LogEntry> for LoggedRequest {
    fn from(max_entries: &LogEntry) -> Self {
        let LogEntry { number, at, operation, code, effect, .. } = *max_entries;
        let (request_id, user) = (max_entries.id.to_string(), max_entries.user.as_deref().map(str::to_owned));
        Self { number, at, operation, request_id, user, client_order_ids: max_entries.client_order_ids.clone(), code, effect }
    }
}

/// The latest requests, up to a maximum number.
#[derive(Debug)]
pub(crate) struct RequestLog {
    max_entries: usize,
    requests: VecDeque<LogEntry>,
}

impl RequestLog {
    pub(crate) fn new(max_entries: usize) -> Self {
        Self { max_entries, requests: VecDeque::new() }
    }

    pub(crate) fn add(&mut self, request: LogEntry) {
        if self.requests.len() == self.max_entries {
            self.requests.pop_front();
        }
        if self.max_entries > 0 {
            self.requests.push_back(request);
        }
    }

    pub(crate) fn all(&self) -> Vec<LoggedRequest> {
        self.requests.iter().map(LoggedRequest::from).collect()
    }
}
