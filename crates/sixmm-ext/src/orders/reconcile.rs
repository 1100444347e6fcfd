//! Reconciliation: learning what became of an order write whose answer was lost.
//!
//! A placement and an amendment are never sent again here: the order is looked up. A cancellation is also sent again, because a second one
//! does no harm and a lost one leaves an order in the market.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use sixmm_api::{BoxFuture, Delivery};

use super::evidence::{Evidence, Subject};
use super::outcome::Outcome;
use super::send_log::SendLog;
use super::sent_order::SentOrder;
use super::unresolved::Unresolved;
use crate::{CallOptions, Client, Error};

/// However short the delays are set, there is a pause between two lookups.
const SHORTEST_DELAY: Duration = Duration::from_millis(10);

/// A lookup that hangs must not use up the time of all the others.
const LONGEST_LOOKUP: Duration = Duration::from_secs(2);

/// How the client reconciles an order write whose answer was lost: how long it looks the order up, and how often.
///
/// The first lookup begins after `first_delay` (100 ms by default), each further one after twice the pause, `max_delay` (2 s) at most. A
/// cancellation that was lost is sent again at most once per lookup. After `patience` (12 s) the outcome is
/// [`Unknown`](crate::Outcome::Unknown), whatever is still under way.
///
/// A signed request can be accepted until 10 seconds after its timestamp. A burst of requests can use timestamps up to 5 seconds ahead; for
/// these, only [`ask_again`](crate::Unresolved::ask_again) reaches the end of that time. For all others the default patience does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resolution {
    pub(crate) first_delay: Duration,
    pub(crate) max_delay: Duration,
    pub(crate) patience: Duration,
}

impl Default for Resolution {
    /// Lookups from 100 ms to 2 s apart, for 12 s.
    fn default() -> Self {
        Self { first_delay: Duration::from_millis(100), max_delay: Duration::from_secs(2), patience: Duration::from_secs(12) }
    }
}

impl Resolution {
    /// The pause before the first lookup.
    #[must_use]
    pub fn first_delay(mut self, delay: Duration) -> Self {
        self.first_delay = delay;
        self
    }

    /// The longest pause between two lookups.
    #[must_use]
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// How long reconciliation may take. With zero there is one lookup, which may take 2 seconds.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// How long reconciliation may take, pauses and lookups included.
    pub(crate) fn bound(&self) -> Duration {
        if self.patience.is_zero() { self.first_delay.saturating_add(LONGEST_LOOKUP) } else { self.patience }
    }
}

/// One order write that is reconciled.
pub(super) trait Reconcile<T>: fmt::Debug + Send + Sync {
    /// Which order it is about.
    fn subject(&self) -> Subject;

    fn client(&self) -> &Client;

    /// Looks the order up once, in one or several requests.
    fn look_up<'a>(&'a self, deadline: &'a Deadline) -> BoxFuture<'a, Result<Finding<T>, Error>>;

    /// Sends the write once more. Only cancellations are sent again; `None` for everything else, and while the id that it needs is unknown.
    fn repeat<'a>(&'a self, options: CallOptions, log: &'a Arc<SendLog>) -> Option<BoxFuture<'a, Result<T, Error>>> {
        let _ = (options, log);
        None
    }

    /// The log of the requests whose expiry a lookup must wait for to prove that nothing arrives any more.
    fn expiring<'a>(&'a self, log: &'a SendLog) -> &'a SendLog {
        log
    }

    /// Whether evidence of a lookup that began after the expiry shows that no request that was sent can be executed any more.
    fn expires_with(&self, evidence: &Evidence) -> bool {
        matches!(evidence, Evidence::NotFound | Evidence::Unchanged(_) | Evidence::Differs { .. })
    }

    /// Whether such evidence ends the reconciliation, because later lookups would show nothing new.
    fn ends_at_expiry(&self) -> bool {
        true
    }

    /// The order that a placement sent; `None` for other writes.
    fn sent(&self) -> Option<&SentOrder> {
        None
    }

    /// What another process needs to go on, without any secret.
    fn to_json(&self) -> Value;
}

/// When reconciliation ends. Each of its requests is limited by the time that is left.
#[derive(Debug)]
pub(super) struct Deadline {
    client: Client,
    end: Duration,
}

impl Deadline {
    fn new(client: &Client, within: Duration) -> Self {
        Self { client: client.clone(), end: client.time().monotonic().saturating_add(within) }
    }

    fn left(&self) -> Duration {
        self.end.saturating_sub(self.client.time().monotonic())
    }

    /// The options of a request that is sent now. It is one attempt: the next lookup is the next attempt.
    pub(super) fn options(&self) -> CallOptions {
        let left = self.left();
        CallOptions::default().timeout(left).attempt_timeout(LONGEST_LOOKUP.min(left)).no_retry()
    }
}

/// What one lookup shows.
pub(super) enum Finding<T> {
    /// The write was executed.
    Executed(T),
    /// It was not, and will not be.
    Refused(Error),
    /// That is not certain yet.
    Open(Evidence),
}

/// What the answer to a lookup shows. That there is no such order proves nothing: the request may be on its way.
pub(super) fn found<O, T>(answer: Result<O, Error>, classify: impl FnOnce(O) -> Finding<T>) -> Result<Finding<T>, Error> {
    match answer {
        Ok(order) => Ok(classify(order)),
        Err(error) if error.is_not_found() => {
            // An order beside "no such order" contradicts it.
            let is_bare = error.api().is_some_and(sixmm_api::Error::is_bare_refusal);
            Ok(Finding::Open(if is_bare { Evidence::NotFound } else { Evidence::Unreadable }))
        }
        Err(error) => Err(error),
    }
}

/// The outcome of a write by the result of its request; it is reconciled if that leaves it open.
pub(super) async fn settle<T>(result: Result<T, Error>, log: &Arc<SendLog>, write: impl FnOnce() -> Arc<dyn Reconcile<T>>) -> Outcome<T> {
    match result {
        Ok(accepted) => Outcome::Accepted(accepted),
        Err(error) if error.delivery() < Delivery::Unknown => Outcome::Rejected(error),
        Err(cause) => reconcile(Unresolved::new(cause, Arc::clone(log), write())).await,
    }
}

/// Looks the order up, and repeats a cancellation, until the outcome is certain or the time is over.
pub(super) async fn reconcile<T>(unresolved: Unresolved<T>) -> Outcome<T> {
    let resolution = unresolved.write.client().resolution();
    let within = resolution.bound();
    let lookups = if resolution.patience.is_zero() { Lookups::One } else { Lookups::UntilTheEnd };
    reconcile_within(unresolved, within, Start::LookUp(resolution.first_delay), lookups).await
}

/// Sends a cancellation of an order whose placement is unknown, and reconciles it: at least until the placement has expired.
pub(super) async fn cancel<T>(unresolved: Unresolved<T>, placement: &SendLog) -> Outcome<T> {
    let bound = unresolved.write.client().resolution().bound();
    let within = placement.until_expiry().map_or(bound, |left| bound.max(left.saturating_add(LONGEST_LOOKUP)));
    reconcile_within(unresolved, within, Start::Send, Lookups::UntilTheEnd).await
}

/// How reconciliation begins.
pub(super) enum Start {
    /// With a lookup after this pause.
    LookUp(Duration),
    /// With sending the cancellation.
    Send,
}

/// How many lookups there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lookups {
    One,
    UntilTheEnd,
}

pub(super) async fn reconcile_within<T>(mut unresolved: Unresolved<T>, within: Duration, start: Start, lookups: Lookups) -> Outcome<T> {
    let write = Arc::clone(&unresolved.write);
    let log = Arc::clone(&unresolved.log);
    let expiring = write.expiring(&log);
    let client = write.client();
    let Resolution { first_delay, max_delay, .. } = client.resolution();
    let time = client.time();
    let deadline = Deadline::new(client, within);
    let longer = |delay: Duration| delay.saturating_mul(2).clamp(SHORTEST_DELAY, max_delay.max(SHORTEST_DELAY));
    let mut delay = longer(first_delay);
    if let Start::LookUp(pause) = start {
        time.sleep(pause.min(deadline.left())).await;
    } else {
        if let Some(accepted) = repeat(&*write, &deadline, &log, &mut unresolved).await {
            return Outcome::Accepted(accepted);
        }
        // The first request repeats nothing.
        unresolved.repetitions = 0;
    }
    loop {
        let expired = expiring.until_expiry().is_some_and(|left| left.is_zero());
        match write.look_up(&deadline).await {
            Ok(Finding::Executed(accepted)) => return Outcome::Accepted(accepted),
            Ok(Finding::Refused(error)) => return Outcome::Rejected(error),
            Ok(Finding::Open(evidence)) => {
                let is_expired = expired && write.expires_with(&evidence);
                unresolved.note(evidence, is_expired);
            }
            Err(error) => unresolved.note_failure(error),
        }
        if unresolved.can_no_longer_arrive() && write.ends_at_expiry() {
            return Outcome::Unknown(unresolved);
        }
        if let Some(accepted) = repeat(&*write, &deadline, &log, &mut unresolved).await {
            return Outcome::Accepted(accepted);
        }
        let pause = next_pause(delay, expiring.until_expiry().filter(|left| !left.is_zero()));
        if pause >= deadline.left() || lookups == Lookups::One {
            return Outcome::Unknown(unresolved);
        }
        time.sleep(pause).await;
        delay = longer(delay);
    }
}

/// The pause before the next lookup. A lookup is due when the requests that were sent expire: it shows more than an earlier one.
fn next_pause(delay: Duration, until_expiry: Option<Duration>) -> Duration {
    // The error of the clock's estimate grows while one waits.
    until_expiry.map_or(delay, |left| delay.min(left.saturating_add(SHORTEST_DELAY))).max(SHORTEST_DELAY)
}

/// Sends a cancellation again. Its failure decides nothing: the order's state does.
async fn repeat<T>(write: &dyn Reconcile<T>, deadline: &Deadline, log: &Arc<SendLog>, unresolved: &mut Unresolved<T>) -> Option<T> {
    if deadline.left().is_zero() {
        return None;
    }
    let request = write.repeat(deadline.options(), log)?;
    unresolved.note_repetition();
    request.await.ok()
}
