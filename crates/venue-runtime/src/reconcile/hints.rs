//! Hints that an order may have changed, which trigger the next lookup of an unresolved order write at once.
//!
//! A message of a private stream can show that a lost request was executed. The message decides nothing, because streams lose, repeat and
//! reorder messages. It only ends the pause before the next lookup of each write that it may concern.

use std::collections::VecDeque;
use std::fmt;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::{Either, select};
use tokio::sync::watch;
use venue_core::TimeSource;

/// The number of recent hints that are kept for reconciliations that are busy with a lookup.
const MAX_HINTS: usize = 256;
/// The largest number of lookups of one reconciliation that hints trigger.
const MAX_HINTED_LOOKUPS: u32 = 8;
/// The shortest pause between a lookup and a lookup that a hint triggers.
const MIN_HINTED_PAUSE: Duration = Duration::from_millis(10);

/// The order that a private message is about. A field that the message does not contain is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrderHint {
    /// The contract.
    pub symbol: Option<String>,
    /// The exchange's id of the order.
    pub order_id: Option<String>,
    /// The program's id of the order.
    pub client_order_id: Option<String>,
}

impl OrderHint {
    /// Whether the message may be about the order with these ids. Two ids of the same kind decide. Without such a pair, the message may be
    /// about each order of its contract.
    ///
    /// ```
    /// use venue_runtime::reconcile::OrderHint;
    ///
    /// let hint = OrderHint {
    ///     symbol: Some("BTCUSDT".into()),
    ///     order_id: Some("7".into()),
    ///     client_order_id: None,
    /// };
    /// assert!(hint.may_concern(Some("BTCUSDT"), Some("7"), None));
    /// assert!(hint.may_concern(Some("BTCUSDT"), None, Some("mine-1")));
    /// assert!(!hint.may_concern(Some("BTCUSDT"), Some("8"), None));
    /// assert!(!hint.may_concern(Some("ETHUSDT"), None, None));
    /// ```
    #[must_use]
    pub fn may_concern(&self, symbol: Option<&str>, order_id: Option<&str>, client_order_id: Option<&str>) -> bool {
        let equal = |of_hint: &Option<String>, of_order: Option<&str>| Some(of_hint.as_deref()? == of_order?);
        equal(&self.symbol, symbol) != Some(false)
            && equal(&self.order_id, order_id).or_else(|| equal(&self.client_order_id, client_order_id)).unwrap_or(true)
    }
}

/// Distributes [`OrderHint`]s to all reconciliations of a client.
///
/// The number of additional requests is limited: hints trigger at most 8 lookups of a reconciliation, each at least 10 ms after the end of
/// the previous lookup. Without a hint, the lookups of a reconciliation are the same as without this type.
pub struct LookupHints {
    recent: Mutex<Recent>,
    next: watch::Sender<u64>,
}

#[derive(Default)]
struct Recent {
    hints: VecDeque<OrderHint>,
    /// The position of the next hint.
    next: u64,
}

impl LookupHints {
    /// No hint yet.
    #[must_use]
    pub fn new() -> Self {
        Self { recent: Mutex::default(), next: watch::Sender::new(0) }
    }

    /// Triggers the next lookup of each write that the message may concern.
    pub fn notify(&self, hint: OrderHint) {
        let mut recent = self.lock();
        if recent.hints.len() == MAX_HINTS {
            recent.hints.pop_front();
        }
        recent.hints.push_back(hint);
        recent.next += 1;
        let next = recent.next;
        drop(recent);
        self.next.send_replace(next);
    }

    fn position(&self) -> u64 {
        self.lock().next
    }

    /// Whether a hint since `position` satisfies the condition. Hints that are no longer kept satisfy each condition.
    fn has_match(&self, position: u64, may_concern: &impl Fn(&OrderHint) -> bool) -> (bool, u64) {
        let recent = self.lock();
        let since = recent.next.saturating_sub(position);
        let kept = recent.hints.len();
        let skip = kept.saturating_sub(usize::try_from(since).unwrap_or(usize::MAX));
        let is_lost = since > kept as u64;
        (is_lost || recent.hints.iter().skip(skip).any(may_concern), recent.next)
    }

    /// Waits for a hint after `position` that satisfies the condition.
    async fn wait(&self, position: &mut u64, may_concern: impl Fn(&OrderHint) -> bool) {
        let mut changes = self.next.subscribe();
        loop {
            // A hint that arrives after this line wakes `changed`.
            changes.borrow_and_update();
            let (has_match, next) = self.has_match(*position, &may_concern);
            *position = next;
            if has_match || changes.changed().await.is_err() {
                return;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Recent> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for LookupHints {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for LookupHints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LookupHints").field("next", &self.position()).finish_non_exhaustive()
    }
}

/// The pauses of one reconciliation, which hints can end.
pub(super) struct HintedPauses<'a> {
    hints: Option<&'a LookupHints>,
    /// The position of the first hint that no lookup has covered.
    position: u64,
    left: u32,
}

impl<'a> HintedPauses<'a> {
    pub(super) fn new(hints: Option<&'a LookupHints>) -> Self {
        Self { hints, position: hints.map_or(0, LookupHints::position), left: MAX_HINTED_LOOKUPS }
    }

    /// A lookup begins. It covers all hints until now.
    pub(super) fn begin_lookup(&mut self) {
        self.position = self.hints.map_or(0, LookupHints::position);
    }

    /// Sleeps for `pause`, or until a hint that satisfies the condition. Returns whether a hint ended the pause.
    pub(super) async fn sleep(&mut self, time: &Arc<dyn TimeSource>, pause: Duration, may_concern: impl Fn(&OrderHint) -> bool) -> bool {
        let Some(hints) = self.hints.filter(|_| self.left > 0) else {
            time.sleep(pause).await;
            return false;
        };
        let begin = time.monotonic();
        let hint = async {
            hints.wait(&mut self.position, may_concern).await;
            let rest = MIN_HINTED_PAUSE.saturating_sub(time.monotonic().saturating_sub(begin));
            if !rest.is_zero() {
                time.sleep(rest).await;
            }
        };
        let is_hinted = matches!(select(pin!(time.sleep(pause)), pin!(hint)).await, Either::Right(_));
        self.left -= u32::from(is_hinted);
        is_hinted
    }
}

#[cfg(test)]
mod tests {
    use venue_test_support::virtual_time::{VirtualTime, run};

    use super::*;

    fn hint(order_id: &str) -> OrderHint {
        OrderHint { order_id: Some(order_id.to_owned()), ..OrderHint::default() }
    }

    fn time() -> Arc<dyn TimeSource> {
        Arc::new(VirtualTime::starting_at(venue_core::UnixMillis::new(0)))
    }

    const LONG: Duration = Duration::from_secs(2);

    #[test]
    fn a_hint_ends_only_the_pauses_of_the_writes_that_it_may_concern() {
        run(async {
            let (hints, time) = (LookupHints::new(), time());
            let mut pauses = HintedPauses::new(Some(&hints));
            hints.notify(hint("1"));
            pauses.sleep(&time, LONG, |hint| hint.may_concern(None, Some("2"), None)).await;
            assert_eq!(time.monotonic(), LONG);
            hints.notify(hint("2"));
            pauses.sleep(&time, LONG, |hint| hint.may_concern(None, Some("2"), None)).await;
            // The wait of tokio's virtual time is rounded up to a millisecond.
            assert!(time.monotonic() <= LONG + Duration::from_millis(11), "{:?}", time.monotonic());
        });
    }

    #[test]
    fn a_hint_before_the_lookup_does_not_end_the_pause_after_it() {
        run(async {
            let (hints, time) = (LookupHints::new(), time());
            let mut pauses = HintedPauses::new(Some(&hints));
            hints.notify(hint("1"));
            pauses.begin_lookup();
            assert!(!pauses.sleep(&time, LONG, |_| true).await, "no hint ended the pause");
            assert_eq!(time.monotonic(), LONG);
        });
    }

    #[test]
    fn a_flood_of_hints_triggers_eight_lookups() {
        run(async {
            let (hints, time) = (LookupHints::new(), time());
            let mut pauses = HintedPauses::new(Some(&hints));
            let mut short = 0;
            for _ in 0..100 {
                pauses.begin_lookup();
                for order in 0..1000 {
                    hints.notify(hint(&order.to_string()));
                }
                let begin = time.monotonic();
                let is_hinted = pauses.sleep(&time, LONG, |_| true).await;
                let pause = time.monotonic() - begin;
                assert_eq!(is_hinted, pause < LONG);
                assert!(pause >= MIN_HINTED_PAUSE);
                short += u32::from(pause < LONG);
            }
            assert_eq!(short, MAX_HINTED_LOOKUPS);
        });
    }
}
