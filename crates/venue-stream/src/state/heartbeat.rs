//! The signs of life of an open connection.

use std::time::Duration;

use crate::{Backoff, Heartbeat, MonotonicTime, RequestId};

/// What is known about the life of the server on one connection.
#[derive(Clone, Debug)]
pub(super) struct Liveness {
    pub(super) opened: MonotonicTime,
    pub(super) last_frame: MonotonicTime,
    next_ping: MonotonicTime,
    /// The first ping since the last inbound frame.
    unanswered_ping: Option<MonotonicTime>,
    /// Whether the server has replied to a ping on this connection.
    has_replied: bool,
    last_ping: Option<(RequestId, MonotonicTime)>,
    pub(super) round_trip: Option<Duration>,
}

impl Liveness {
    pub(super) fn new(now: MonotonicTime, settings: &Heartbeat) -> Self {
        Self {
            opened: now,
            last_frame: now,
            next_ping: now + interval(settings),
            unanswered_ping: None,
            has_replied: false,
            last_ping: None,
            round_trip: None,
        }
    }

    pub(super) fn on_frame(&mut self, now: MonotonicTime) {
        self.last_frame = now;
        self.unanswered_ping = None;
    }

    pub(super) fn on_reply(&mut self, id: Option<RequestId>, now: MonotonicTime) {
        self.has_replied = true;
        if let Some((ping, sent)) = self.last_ping
            && id == Some(ping)
        {
            self.round_trip = Some(now.since(sent));
        }
    }

    pub(super) fn on_ping(&mut self, id: RequestId, now: MonotonicTime, settings: &Heartbeat) {
        self.unanswered_ping.get_or_insert(now);
        self.last_ping = Some((id, now));
        self.next_ping = now + interval(settings);
    }

    /// Notes the ping frame that is sent when the connection is open.
    pub(super) fn on_first_ping(&mut self, now: MonotonicTime) {
        self.unanswered_ping.get_or_insert(now);
    }

    pub(super) fn is_ping_due(&self, now: MonotonicTime) -> bool {
        now >= self.next_ping
    }

    pub(super) fn is_dead(&self, now: MonotonicTime, settings: &Heartbeat) -> bool {
        self.death(settings).is_some_and(|death| now >= death)
    }

    pub(super) fn next_deadline(&self, settings: &Heartbeat) -> MonotonicTime {
        self.death(settings).map_or(self.next_ping, |death| death.min(self.next_ping))
    }

    /// When the connection counts as dead, unless a frame arrives before.
    fn death(&self, settings: &Heartbeat) -> Option<MonotonicTime> {
        let without_reply = self.unanswered_ping.filter(|_| self.has_replied).map(|ping| ping + settings.reply_timeout);
        let silent = settings.silence_limit.map(|limit| self.last_frame + limit);
        without_reply.into_iter().chain(silent).min()
    }
}

/// An interval of zero would send pings in a loop.
fn interval(settings: &Heartbeat) -> Duration {
    settings.interval.max(Backoff::MIN)
}
