//! The messages of a topic: snapshots and increments.

use std::time::Duration;

use venue_core::panics::contain_panic;
use venue_stream::{Message, MonotonicTime};

use super::progress::{Content, Subscription};
use super::{Output, State};
use crate::levels::BookSide;
use crate::{BookEvent, Depth, Link, LossReason, Versions};

/// The number of outdated increments in succession that count as a loss. The exchange has probably restarted its versions.
const MAX_OUTDATED: u32 = 100;
/// The number of outdated increments in succession that are usual after a snapshot.
const USUAL_OUTDATED: u32 = 10;
/// The time for which outdated increments are usual after a snapshot.
const USUAL_DELAY: Duration = Duration::from_secs(2);

impl State {
    pub(super) fn on_message(&mut self, now: MonotonicTime, message: &Message, is_first: bool, outputs: &mut Vec<Output>) {
        if self.subscription != Subscription::Confirmed {
            return;
        }
        self.request_again(now, outputs);
        let mut depth = std::mem::take(&mut self.depth);
        depth.clear();
        let decoded = contain_panic(|| self.decoder.decode(message.text(), &mut depth));
        match decoded {
            Ok(Ok(())) => self.on_depth(now, message.received(), &depth, is_first, outputs),
            Ok(Err(error)) => self.fail(now, LossReason::Undecodable(error.to_string().into()), outputs),
            Err(_) => self.fail(now, LossReason::Undecodable("the decoder panicked".into()), outputs),
        }
        self.depth = depth;
    }

    pub(super) fn on_depth(
        &mut self,
        now: MonotonicTime,
        received: MonotonicTime,
        depth: &Depth,
        is_first: bool,
        outputs: &mut Vec<Output>,
    ) {
        let was_live = self.is_live();
        self.received = Some(received);
        if depth.is_snapshot.unwrap_or(is_first) {
            self.on_snapshot(now, depth, was_live, outputs);
        } else if is_first && self.content == Content::Awaiting {
            self.fail(now, LossReason::SnapshotMissing, outputs);
        } else {
            self.on_increment(now, depth, was_live, outputs);
        }
    }

    fn on_snapshot(&mut self, now: MonotonicTime, depth: &Depth, was_live: bool, outputs: &mut Vec<Output>) {
        if let Some(reason) = self.reason_to_refuse(depth) {
            self.fail(now, reason, outputs);
            // A book that became unverified uses the snapshot in spite of its rule.
            if self.active_rule().is_some() {
                return;
            }
        }
        self.levels.replace(depth);
        self.version = depth.version;
        self.outdated = 0;
        self.snapshot_time = now;
        self.has_continued = false;
        self.complete_change(now, was_live, outputs);
    }

    /// Why the rule does not permit this snapshot.
    fn reason_to_refuse(&self, depth: &Depth) -> Option<LossReason> {
        let rule = self.active_rule()?;
        let Some(last) = depth.version else { return Some(LossReason::MissingVersion) };
        let versions = Versions { first: depth.first_version, last };
        let is_ambiguous = depth.is_snapshot.is_none() && !rule.rule.accepts_unmarked_snapshot(versions);
        is_ambiguous.then_some(LossReason::AmbiguousSnapshot)
    }

    fn on_increment(&mut self, now: MonotonicTime, depth: &Depth, was_live: bool, outputs: &mut Vec<Output>) {
        let Some(rule) = self.active_rule() else { return self.apply_unverified(now, depth, outputs) };
        if !matches!(self.content, Content::Complete | Content::Doubtful) {
            return;
        }
        let (Some(previous), Some(last)) = (self.version, depth.version) else {
            return self.on_gap(now, LossReason::MissingVersion, depth, outputs);
        };
        match rule.rule.check(previous, Versions { first: depth.first_version, last }) {
            Link::Continues => {
                if let Some(rule) = &mut self.rule {
                    rule.confirmed = rule.needed.min(rule.confirmed.saturating_add(1));
                }
                self.levels.apply(depth);
                self.version = Some(last);
                self.outdated = 0;
                self.has_continued = true;
                self.budget.count_continued();
                self.complete_change(now, was_live, outputs);
            }
            Link::Outdated => self.on_outdated(now, previous, last, depth, outputs),
            Link::Gap => self.on_gap(now, LossReason::Gap { previous, first: depth.first_version, last }, depth, outputs),
        }
    }

    /// Loses trust because of an increment, which is discarded unless the book became unverified: its rule is probably wrong then.
    fn on_gap(&mut self, now: MonotonicTime, reason: LossReason, depth: &Depth, outputs: &mut Vec<Output>) {
        self.fail(now, reason, outputs);
        if self.active_rule().is_none() {
            self.apply_unverified(now, depth, outputs);
        }
    }

    /// Discards an outdated increment, and checks whether the exchange may have restarted its versions.
    ///
    /// Example: a book of version 17 gets the increments 1 to 17 and then 18, because the versions restarted. The first increment makes the
    /// book doubtful, and the eleventh is a loss. If the versions restart at 12, increment 17 is a loss, because it would change the book.
    /// Without these losses, increment 18 would end the doubt of a wrong book.
    fn on_outdated(&mut self, now: MonotonicTime, previous: u64, last: u64, depth: &Depth, outputs: &mut Vec<Output>) {
        if last == previous && self.levels.is_unchanged_by(depth) {
            // A repetition of the last increment, or a sign of life in a quiet market.
            return;
        }
        self.outdated += 1;
        let is_unusual = self.outdated > USUAL_OUTDATED;
        let (is_doubtful, is_lost) = if self.has_continued {
            (true, is_unusual || last == previous)
        } else {
            (is_unusual || now.since(self.snapshot_time) > USUAL_DELAY, self.outdated >= MAX_OUTDATED)
        };
        if is_lost {
            self.fail(now, LossReason::NoProgress { version: previous }, outputs);
        } else if is_doubtful {
            self.doubt(LossReason::Outdated { previous, last }, outputs);
        }
    }

    /// Applies an increment whose continuity is unknown.
    fn apply_unverified(&mut self, now: MonotonicTime, depth: &Depth, outputs: &mut Vec<Output>) {
        if matches!(self.content, Content::Awaiting | Content::Refused) {
            return;
        }
        self.levels.apply(depth);
        self.version = depth.version;
        if self.content == Content::Broken || self.loss == Some(LossReason::Unreadable) {
            outputs.push(Output::Event(BookEvent::Changed));
        } else {
            self.complete_change(now, false, outputs);
        }
    }

    /// Checks the changed levels, and reports the change.
    fn complete_change(&mut self, now: MonotonicTime, was_live: bool, outputs: &mut Vec<Output>) {
        // Until the checks below, so that a failed check is reported for a book that was not live as well.
        self.content = Content::Complete;
        if self.levels.is_crossed() {
            let best = |side| self.levels.get(side, 0).unwrap_or_default().0;
            let reason = LossReason::Crossed { bid: best(BookSide::Bids), ask: best(BookSide::Asks) };
            self.fail(now, reason, outputs);
        } else if self.levels.is_depleted() {
            self.fail(now, LossReason::Depleted, outputs);
        } else {
            self.loss = None;
            // Reported before the change, so that a reader of the events trusts the change.
            if !was_live && self.is_live() {
                outputs.push(Output::Event(BookEvent::Live));
            }
        }
        outputs.push(Output::Event(BookEvent::Changed));
    }
}
