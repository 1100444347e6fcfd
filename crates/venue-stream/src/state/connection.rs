//! Connecting, authentication, loss and closing of the connection.

use super::heartbeat::Liveness;
use super::{Output, State, TopicKey};
use crate::{DisconnectReason, Event, MonotonicTime};

/// The progress of the connection.
#[derive(Clone, Debug)]
pub(super) enum Phase {
    /// No topic has subscribers, and no connection is open.
    Idle,
    /// The pause before the next attempt.
    Waiting {
        until: MonotonicTime,
    },
    Connecting {
        deadline: MonotonicTime,
    },
    Authenticating {
        deadline: MonotonicTime,
        liveness: Liveness,
    },
    Open {
        liveness: Liveness,
    },
    /// Closed for good.
    Closed,
}

impl Phase {
    pub(super) fn liveness(&self) -> Option<&Liveness> {
        match self {
            Self::Authenticating { liveness, .. } | Self::Open { liveness } => Some(liveness),
            Self::Idle | Self::Waiting { .. } | Self::Connecting { .. } | Self::Closed => None,
        }
    }

    pub(super) fn liveness_mut(&mut self) -> Option<&mut Liveness> {
        match self {
            Self::Authenticating { liveness, .. } | Self::Open { liveness } => Some(liveness),
            Self::Idle | Self::Waiting { .. } | Self::Connecting { .. } | Self::Closed => None,
        }
    }
}

impl State {
    /// Starts an attempt, or the pause before it.
    pub(super) fn connect(&mut self, outputs: &mut Vec<Output>) {
        let until = self.attempts.next(&self.settings.reconnect);
        if self.now < until {
            self.phase = Phase::Waiting { until };
            return;
        }
        self.attempts.on_attempt(self.now, &self.settings.reconnect);
        self.connection += 1;
        self.phase = Phase::Connecting { deadline: self.now + self.settings.connect_timeout };
        outputs.push(Output::Connect { connection: self.connection });
    }

    pub(super) fn on_opened(&mut self, has_login: bool, outputs: &mut Vec<Output>) {
        if !matches!(self.phase, Phase::Connecting { .. }) {
            return;
        }
        let liveness = Liveness::new(self.now, &self.settings.heartbeat);
        if has_login {
            outputs.push(Output::SendLogin);
        }
        match self.settings.authentication_timeout {
            Some(timeout) => self.phase = Phase::Authenticating { deadline: self.now + timeout, liveness },
            None => self.open(liveness, outputs),
        }
    }

    pub(super) fn on_authenticated(&mut self, outputs: &mut Vec<Output>) {
        if let Phase::Authenticating { liveness, .. } = &self.phase {
            self.open(liveness.clone(), outputs);
        }
    }

    fn open(&mut self, mut liveness: Liveness, outputs: &mut Vec<Output>) {
        // The reply shows that this server replies to pings. Without it, a connection that dies before the first interval would not be
        // noticed.
        liveness.on_first_ping(self.now);
        self.phase = Phase::Open { liveness };
        self.report_to_all(&Event::Connected { connection: self.connection }, outputs);
        outputs.push(Output::SendPing);
        for index in 0..self.topics.len() {
            if self.topics.get(index).is_some_and(|topic| topic.is_subscribed_by_server) {
                self.confirm(index, outputs);
            }
        }
    }

    /// Ends the connection or the attempt to connect, and starts the pause before the next attempt.
    pub(super) fn lose(&mut self, why: DisconnectReason, outputs: &mut Vec<Output>) {
        let lasted = match &self.phase {
            Phase::Open { liveness } => Some(self.now.since(liveness.opened)),
            Phase::Connecting { .. } | Phase::Authenticating { .. } => None,
            Phase::Idle | Phase::Waiting { .. } | Phase::Closed => return,
        };
        outputs.push(Output::Disconnect { connection: self.connection });
        self.attempts.on_loss(self.now, lasted, &self.settings.reconnect, &mut self.random);
        self.reset_topics();
        self.report_to_all(&Event::Disconnected { why: why.clone() }, outputs);
        self.last_loss = Some(why);
        self.phase = Phase::Idle;
        if self.attempts.are_exhausted(&self.settings.reconnect) {
            self.close(outputs);
        } else if !self.topics.is_empty() {
            self.connect(outputs);
        }
    }

    /// Marks all subscriptions as lost, and removes topics without subscribers.
    fn reset_topics(&mut self) {
        self.pending.clear();
        self.next_request = MonotonicTime::default();
        for index in 0..self.topics.len() {
            match self.topics.get_mut(index) {
                Some(topic) if topic.is_wanted => topic.reset(),
                Some(_) => self.topics.remove(index),
                None => {}
            }
        }
    }

    pub(super) fn reconnect(&mut self, outputs: &mut Vec<Output>) {
        if self.phase.liveness().is_some() {
            self.lose(DisconnectReason::Requested, outputs);
        }
    }

    pub(super) fn close(&mut self, outputs: &mut Vec<Output>) {
        match self.phase {
            Phase::Closed => return,
            Phase::Connecting { .. } | Phase::Authenticating { .. } | Phase::Open { .. } => {
                outputs.push(Output::Disconnect { connection: self.connection });
            }
            Phase::Idle | Phase::Waiting { .. } => {}
        }
        self.report_to_all(&Event::Closed, outputs);
        self.pending.clear();
        for index in 0..self.topics.len() {
            self.topics.remove(index);
        }
        self.phase = Phase::Closed;
        outputs.push(Output::Finished);
    }

    /// Reports an event to all topics with subscribers.
    pub(super) fn report_to_all(&self, event: &Event, outputs: &mut Vec<Output>) {
        let wanted = self.topics.iter().filter(|(_, topic)| topic.is_wanted);
        outputs.extend(wanted.map(|(index, _)| Output::Event { topic: TopicKey(index), event: event.clone() }));
    }
}
