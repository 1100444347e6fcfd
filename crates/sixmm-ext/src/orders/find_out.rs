//! Finding out what became of an order write: by asking, never by sending it again.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use sixmm_api::{BoxFuture, Delivery};

use super::outcome::{Evidence, Outcome, Subject, Unresolved};
use crate::{CallOptions, Client, Error};

/// However short the delays are set, the exchange is not asked without a pause.
const SHORTEST_DELAY: Duration = Duration::from_millis(10);

/// A query that hangs must not use up the patience of all the others.
const LONGEST_ATTEMPT: Duration = Duration::from_secs(2);

/// How the client finds out what became of an order write whose answer was lost: how long it asks, and how often.
///
/// The first query goes out after `first_delay` (100 ms by default), each further one after twice the time, `max_delay` (2 s) at most, until
/// `patience` (10 s) is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resolution {
    pub(crate) first_delay: Duration,
    pub(crate) max_delay: Duration,
    pub(crate) patience: Duration,
}

impl Default for Resolution {
    /// From 100 ms to 2 s apart, for 10 s.
    fn default() -> Self {
        Self { first_delay: Duration::from_millis(100), max_delay: Duration::from_secs(2), patience: Duration::from_secs(10) }
    }
}

impl Resolution {
    /// How long to wait before the first query.
    #[must_use]
    pub fn first_delay(mut self, delay: Duration) -> Self {
        self.first_delay = delay;
        self
    }

    /// How long to wait between two queries, at most.
    #[must_use]
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// How long to go on asking. Zero asks once.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }
}

/// What is asked after an uncertain outcome.
pub(super) trait Question<T>: fmt::Debug + Send + Sync {
    /// Which order it is about.
    fn subject(&self) -> &Subject;

    /// Whom to ask.
    fn client(&self) -> &Client;

    /// Asks once.
    fn ask(&self, options: CallOptions) -> BoxFuture<'_, Result<Finding<T>, Error>>;
}

/// What one query shows.
pub(super) enum Finding<T> {
    /// It was carried out.
    CarriedOut(T),
    /// It was not, and will not be.
    Refused(Error),
    /// Not to be seen yet.
    Open(Evidence),
}

/// What the answer to a query shows. That there is no such order shows nothing yet.
pub(super) fn found<O, T>(answer: Result<O, Error>, judge: impl FnOnce(O) -> Finding<T>) -> Result<Finding<T>, Error> {
    match answer {
        Ok(order) => Ok(judge(order)),
        Err(error) if error.is_not_found() => Ok(Finding::Open(Evidence::NotFound)),
        Err(error) => Err(error),
    }
}

/// What an order write returned, seen as an outcome: whoever cannot be sure asks.
pub(super) async fn settle<T>(result: Result<T, Error>, question: impl FnOnce() -> Arc<dyn Question<T>>) -> Outcome<T> {
    match result {
        Ok(accepted) => Outcome::Accepted(accepted),
        Err(error) if error.delivery() < Delivery::Unknown => Outcome::Rejected(error),
        Err(cause) => ask(Unresolved { cause, evidence: Evidence::NotAsked, queries: 0, question: question() }).await,
    }
}

/// Asks until it is known, or the patience is over.
pub(super) async fn ask<T>(mut unresolved: Unresolved<T>) -> Outcome<T> {
    let question = Arc::clone(&unresolved.question);
    let Resolution { first_delay, max_delay, patience } = question.client().resolution();
    let time = question.client().time();
    let end = time.monotonic().saturating_add(patience);
    let mut delay = first_delay;
    loop {
        time.sleep(delay).await;
        let left = end.saturating_sub(time.monotonic()).max(max_delay);
        unresolved.queries += 1;
        match question.ask(CallOptions::default().timeout(left).attempt_timeout(LONGEST_ATTEMPT.min(left))).await {
            Ok(Finding::CarriedOut(accepted)) => return Outcome::Accepted(accepted),
            Ok(Finding::Refused(error)) => return Outcome::Rejected(error),
            Ok(Finding::Open(evidence)) => unresolved.evidence = evidence,
            Err(error) => unresolved.evidence = Evidence::QueryFailed(error),
        }
        delay = delay.saturating_mul(2).clamp(SHORTEST_DELAY, max_delay.max(SHORTEST_DELAY));
        if time.monotonic().saturating_add(delay) > end {
            return Outcome::Unknown(unresolved);
        }
    }
}
