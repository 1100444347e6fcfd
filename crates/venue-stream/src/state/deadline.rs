//! Deadlines that have passed, and the next deadline.

use super::connection::Phase;
use super::topic;
use super::{Output, State};
use crate::{DisconnectReason, MonotonicTime, Request, ResyncReason};

impl State {
    /// Handles all deadlines that have passed.
    pub(super) fn on_deadlines(&mut self, outputs: &mut Vec<Output>) {
        let now = self.now;
        match &self.phase {
            Phase::Waiting { until } if now >= *until => self.connect(outputs),
            Phase::Connecting { deadline } if now >= *deadline => self.lose(DisconnectReason::ConnectTimeout, outputs),
            Phase::Authenticating { deadline, .. } if now >= *deadline => {
                self.lose(DisconnectReason::AuthenticationTimeout, outputs);
            }
            Phase::Authenticating { liveness, .. } | Phase::Open { liveness } if liveness.is_dead(now, &self.settings.heartbeat) => {
                self.lose(DisconnectReason::Unresponsive, outputs);
            }
            _ => {}
        }
        if self.is_open() {
            for index in 0..self.topics.len() {
                self.on_topic_deadline(index, outputs);
            }
        }
        self.send_ping(outputs);
    }

    fn on_topic_deadline(&mut self, index: usize, outputs: &mut Vec<Output>) {
        let now = self.now;
        let Some(topic) = self.topics.get(index) else { return };
        match topic.phase {
            topic::Phase::Sent { at, deadline } if now >= deadline => {
                let last_frame = self.phase.liveness().map(|liveness| liveness.last_frame);
                if last_frame.is_some_and(|last| last <= at) {
                    // The server sent nothing at all, so the other topics are affected too.
                    self.lose(DisconnectReason::Unresponsive, outputs);
                } else {
                    self.retry_subscription(index, ResyncReason::Unacknowledged, outputs);
                }
            }
            topic::Phase::Unsubscribing { deadline } if now >= deadline => self.on_unsubscribed(index),
            topic::Phase::Confirmed => {
                if topic.stale_at().is_some_and(|deadline| now >= deadline) {
                    self.report_stale(index, outputs);
                }
                let snapshot_due = self.topics.get(index).and_then(topic::Topic::snapshot_due);
                if snapshot_due.is_some_and(|deadline| now >= deadline) {
                    self.resync_topic(index, ResyncReason::SnapshotMissing, outputs);
                }
            }
            _ => {}
        }
    }

    fn send_ping(&mut self, outputs: &mut Vec<Output>) {
        let now = self.now;
        if !self.phase.liveness().is_some_and(|liveness| liveness.is_ping_due(now)) {
            return;
        }
        let id = self.take_request_id();
        if let Some(text) = self.protocol.encode(id, Request::Ping) {
            outputs.push(Output::SendText(text));
        }
        outputs.push(Output::SendPing);
        if let Some(liveness) = self.phase.liveness_mut() {
            liveness.on_ping(id, now, &self.settings.heartbeat);
        }
    }

    pub(super) fn earliest_deadline(&self) -> Option<MonotonicTime> {
        match &self.phase {
            Phase::Idle | Phase::Closed => None,
            Phase::Waiting { until } => Some(*until),
            Phase::Connecting { deadline } => Some(*deadline),
            Phase::Authenticating { deadline, liveness } => Some(liveness.next_deadline(&self.settings.heartbeat).min(*deadline)),
            Phase::Open { liveness } => {
                let topics = self.earliest_topic_deadline();
                let alive = liveness.next_deadline(&self.settings.heartbeat);
                Some(topics.map_or(alive, |topics| topics.min(alive)))
            }
        }
    }
}
