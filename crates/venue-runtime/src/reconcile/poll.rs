//! The loop of lookups that decides the outcome of an order write.
//!
//! Placements and amendments are never sent again here. Their orders are looked up until a lookup decides the outcome or the deadline
//! passes. A cancellation is also sent again after each lookup that does not show that the order is final. A message of a private stream
//! that may concern the order ends the pause before the next lookup, and decides nothing ([`hints`](super::hints)).

use std::sync::Arc;
use std::time::Duration;

use venue_core::Delivery;

use super::attempt_log::AttemptLog;
use super::hints::{HintedPauses, OrderHint};
use super::lookup::Lookup;
use super::outcome::Outcome;
use super::policy::{LOOKUP_TIMEOUT, pause_before_lookup};
use super::unresolved::{OutcomeOf, Unresolved};
use super::write::{CancellablePlacement, Deadline, OrderTypes, Reconcile, ReconcileClient as _, ReconcileError as _};

/// Determines the outcome of an order write from the result of its request. If the exchange may have executed the request in spite of an
/// error, the write that the closure `write` returns is reconciled.
pub async fn settle<T, V: OrderTypes>(
    result: Result<T, V::Error>,
    log: &Arc<AttemptLog>,
    write: impl FnOnce() -> Arc<dyn Reconcile<V, T>>,
) -> OutcomeOf<V, T> {
    match result {
        Ok(accepted) => Outcome::Accepted(accepted),
        Err(error) if error.delivery() < Delivery::Unknown => Outcome::Rejected(error),
        Err(cause) => Unresolved::new(cause, Arc::clone(log), write()).reconcile().await,
    }
}

impl<T, V: OrderTypes> Unresolved<T, V> {
    /// Looks the order up again, until the outcome is known or the timeout of the client's [`ReconcilePolicy`](super::ReconcilePolicy) is
    /// exceeded. A placement or an amendment is not sent again. A cancellation is sent again as long as the order is open.
    pub async fn reconcile(self) -> OutcomeOf<V, T> {
        let policy = self.write.client().reconcile_policy();
        let end = if policy.is_single_lookup() { End::AfterOneLookup } else { End::AtDeadline };
        poll(self, policy.bound(), Start::LookUp(policy.initial_pause()), end).await
    }

    /// Looks the order up again, until the outcome is known or `timeout` is exceeded. `timeout` replaces the timeout of the client's
    /// policy, which [`reconcile`](Self::reconcile) uses. The policy still determines the pauses between the lookups.
    pub async fn reconcile_within(self, timeout: Duration) -> OutcomeOf<V, T> {
        let start = Start::LookUp(self.write.client().reconcile_policy().initial_pause());
        poll(self, timeout, start, End::AtDeadline).await
    }
}

impl<T: CancellablePlacement<V>, V: OrderTypes> Unresolved<T, V> {
    /// Cancels the order by its client order id, whether or not the exchange has received the order yet. After each lookup, the
    /// cancellation is sent again, until the order is final or the request that places it has expired. The outcomes of the cancellation
    /// mean:
    ///
    /// - [`Accepted`](Outcome::Accepted), or a rejection because the order can no longer be cancelled: the order is final.
    /// - [`Unknown`](Outcome::Unknown) with [`can_no_longer_arrive`](Self::can_no_longer_arrive): the order was not found, and the exchange
    ///   rejects the request that places it from now on.
    /// - Any other [`Unknown`](Outcome::Unknown): the order may still be open.
    ///
    /// Requests that were sent with a login instead of a signature do not expire. For such a request, `cancel` returns within the timeout
    /// of [`ReconcilePolicy`](super::ReconcilePolicy). For a signed request, `cancel` returns within that timeout or, if this is later, 2
    /// seconds after the request has expired.
    pub async fn cancel(self) -> OutcomeOf<V, T::Cancelled> {
        let client = self.write.client();
        let sent = self.write.sent_order().expect("a placement knows the order that it sent").clone();
        let cancellation = T::cancellation(client, self.order_key(), sent, Arc::clone(&self.log));
        let bound = client.reconcile_policy().bound();
        let left = self.log.until_expiry(client.clock());
        let timeout = left.map_or(bound, |left| bound.max(left.saturating_add(LOOKUP_TIMEOUT)));
        let log = Arc::new(AttemptLog::new(V::SIGNATURE_WINDOW));
        poll(Unresolved::new(self.cause().clone(), log, cancellation), timeout, Start::Send, End::AtDeadline).await
    }
}

/// How reconciliation begins.
enum Start {
    /// With a lookup after this pause.
    LookUp(Duration),
    /// By sending the cancellation.
    Send,
}

/// When reconciliation without a decision ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    AfterOneLookup,
    AtDeadline,
}

async fn poll<T, V: OrderTypes>(mut unresolved: Unresolved<T, V>, timeout: Duration, start: Start, end: End) -> OutcomeOf<V, T> {
    let write = Arc::clone(&unresolved.write);
    let log = Arc::clone(&unresolved.log);
    let expiring = write.expiring(&log);
    let client = write.client();
    let policy = client.reconcile_policy();
    let time = client.time();
    let deadline = Deadline::after(time, timeout);
    let mut delay = policy.next_delay(policy.initial_pause());
    let order = write.order_key();
    let may_concern = |hint: &OrderHint| V::may_concern(&order, hint);
    let mut pauses = HintedPauses::new(client.lookup_hints());
    match start {
        Start::LookUp(pause) => {
            pauses.sleep(time, pause.min(deadline.left()), may_concern).await;
        }
        Start::Send => {
            if let Some(accepted) = resend(&*write, &deadline, &log, &mut unresolved).await {
                return Outcome::Accepted(accepted);
            }
            // The first request is not a repetition.
            unresolved.resends = 0;
        }
    }
    loop {
        let is_expired = expiring.until_expiry(client.clock()).is_some_and(|left| left.is_zero());
        let short = write.can_resend().then(|| deadline.with_short_quota_wait());
        pauses.begin_lookup();
        match write.look_up(short.as_ref().unwrap_or(&deadline)).await {
            Ok(Lookup::Executed(accepted)) => return Outcome::Accepted(accepted),
            Ok(Lookup::Rejected(error)) => return Outcome::Rejected(error),
            Ok(Lookup::Undecided(shown)) => {
                let is_proof = is_expired && write.proves_expiry(&shown);
                unresolved.record_lookup(shown, is_proof);
            }
            Err(error) => unresolved.record_failed_lookup(error),
        }
        if unresolved.can_no_longer_arrive() && write.ends_at_expiry() {
            return Outcome::Unknown(unresolved);
        }
        if let Some(accepted) = resend(&*write, &deadline, &log, &mut unresolved).await {
            return Outcome::Accepted(accepted);
        }
        let until_expiry = expiring.until_expiry(client.clock()).filter(|left| !left.is_zero());
        let pause = pause_before_lookup(delay, until_expiry);
        if pause >= deadline.left() || end == End::AfterOneLookup {
            return Outcome::Unknown(unresolved);
        }
        let is_hinted = pauses.sleep(time, pause, may_concern).await;
        // A hint adds a lookup, and must not make the following pauses longer.
        if !is_hinted {
            delay = policy.next_delay(delay);
        }
    }
}

/// Sends a cancellation again. The error of a failed cancellation is ignored, because the next lookup of the order decides the outcome.
async fn resend<T, V: OrderTypes>(
    write: &dyn Reconcile<V, T>,
    deadline: &Deadline,
    log: &Arc<AttemptLog>,
    unresolved: &mut Unresolved<T, V>,
) -> Option<T> {
    if deadline.left().is_zero() {
        return None;
    }
    let request = write.resend(deadline.options(), log)?;
    unresolved.record_resend();
    request.await.ok()
}
