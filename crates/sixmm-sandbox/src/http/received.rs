//! The record of every request: what a test proves with that nothing was sent twice.

use std::collections::VecDeque;

use serde::Serialize;

use crate::UnixMillis;
use crate::spec::Operation;

/// A request that arrived, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Received {
    /// Counts from 1, in the order of arrival.
    pub number: u64,
    /// When it was answered or given up, by the exchange's clock; Unix milliseconds.
    pub at: UnixMillis,
    /// What it asked for.
    pub operation: Operation,
    /// Its `X-Request-ID`, or the one that the exchange made.
    pub request_id: String,
    /// The user's id, if the credentials were good.
    pub user: Option<String>,
    /// Every `clientOrderId` that it named.
    pub client_order_ids: Vec<String>,
    /// The code that the exchange came to, `0` for success, whether or not a fault kept it from the client. `None` if a fault kept the
    /// request from the exchange: then it had no effect.
    pub code: Option<i64>,
}

impl Received {
    /// Whether the exchange carried it out.
    pub fn took_effect(&self) -> bool {
        self.code == Some(0)
    }
}

/// The latest requests, up to a number.
#[derive(Debug)]
pub(crate) struct Record {
    kept: usize,
    requests: VecDeque<Received>,
}

impl Record {
    pub(crate) fn new(kept: usize) -> Self {
        Self { kept, requests: VecDeque::new() }
    }

    pub(crate) fn add(&mut self, request: Received) {
        if self.requests.len() == self.kept {
            self.requests.pop_front();
        }
        if self.kept > 0 {
            self.requests.push_back(request);
        }
    }

    pub(crate) fn all(&self) -> Vec<Received> {
        self.requests.iter().cloned().collect()
    }
}
