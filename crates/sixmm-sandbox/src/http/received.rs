//! The record of every request: what a test proves with that nothing was sent twice.

use std::collections::VecDeque;
use std::sync::Arc;

use serde::Serialize;

use super::request::RequestId;
use crate::UnixMillis;
use crate::spec::Operation;

/// The most bytes of an `X-Request-ID` or of a `clientOrderId` on record: as many as 128 characters can have.
const LONGEST_ON_RECORD: usize = 512;

/// The most client order ids of one request on record.
pub(super) const MOST_IDS_ON_RECORD: usize = 100;

/// The part of a text that the record keeps: its first 512 bytes, cut before a character that would be incomplete.
pub(super) fn cut(text: &str) -> &str {
    let mut end = text.len().min(LONGEST_ON_RECORD);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

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
    /// Its `X-Request-ID`, or the one that the exchange made. The first 512 bytes of a longer one.
    pub request_id: String,
    /// The user's id, if the credentials were good.
    pub user: Option<String>,
    /// Every `clientOrderId` that it named, if it came to be read: good credentials, the right form, and no fault that kept it away. At
    /// most the first 100 of them, and the first 512 bytes of a longer one (which is refused).
    pub client_order_ids: Vec<String>,
    /// The code that the exchange came to, `0` for success, whether or not a fault kept it from the client. `None` if a fault kept the
    /// request from the exchange.
    pub code: Option<i64>,
    /// What the exchange did.
    pub effect: Effect,
}

/// What the exchange did of what a request asked for.
///
/// To carry out a query is to answer it, to carry out a cancel-all to accept it. An order that is accepted and then `REJECTED` or
/// `CANCELED` at once, because it is maker-only or fill-or-kill, was carried out: it stands in the history. That a signature and the last
/// use of an API key are remembered is no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Effect {
    /// Nothing: the request was refused, every item of its batch was, or a fault kept it from the exchange.
    None,
    /// Some items of a batch were carried out, and others refused.
    Part,
    /// All of it.
    Whole,
    /// Nobody knows: the exchange failed in the middle of it, and answered with code 5001. That is a mistake in this sandbox.
    Unknown,
}

impl Received {
    /// Whether the exchange carried something of it out, for certain: see [`effect`](Self::effect) for how much.
    pub fn took_effect(&self) -> bool {
        matches!(self.effect, Effect::Part | Effect::Whole)
    }
}

/// A request as it is kept: what its tellers need is made when they ask.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) number: u64,
    pub(super) at: UnixMillis,
    pub(super) operation: Operation,
    pub(super) id: RequestId,
    pub(super) user: Option<Arc<str>>,
    pub(super) client_order_ids: Vec<String>,
    pub(super) code: Option<i64>,
    pub(super) effect: Effect,
}

impl From<&Kept> for Received {
    fn from(kept: &Kept) -> Self {
        let Kept { number, at, operation, code, effect, .. } = *kept;
        let (request_id, user) = (kept.id.to_string(), kept.user.as_deref().map(str::to_owned));
        Self { number, at, operation, request_id, user, client_order_ids: kept.client_order_ids.clone(), code, effect }
    }
}

/// The latest requests, up to a number.
#[derive(Debug)]
pub(crate) struct Record {
    kept: usize,
    requests: VecDeque<Kept>,
}

impl Record {
    pub(crate) fn new(kept: usize) -> Self {
        Self { kept, requests: VecDeque::new() }
    }

    pub(super) fn add(&mut self, request: Kept) {
        if self.requests.len() == self.kept {
            self.requests.pop_front();
        }
        if self.kept > 0 {
            self.requests.push_back(request);
        }
    }

    pub(crate) fn all(&self) -> Vec<Received> {
        self.requests.iter().map(Received::from).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(cut("short"), "short");
        assert_eq!(cut(&"x".repeat(513)), "x".repeat(512));
        // The 171st of these characters of three bytes would end at byte 513.
        assert_eq!(cut(&"€".repeat(200)), "€".repeat(170));
    }
}
