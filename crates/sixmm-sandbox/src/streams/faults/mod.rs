//! Faults of streams on demand: rules that inject faults into messages, and a log of the faults that had an effect.
//!
//! Faults are selected when a message is queued, while the state of the exchange is locked. The same commands in the same order therefore
//! have the same faults in each run.

mod fault;
mod rule;

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;

pub use fault::{AckForm, MalformedForm, StreamFault};
pub use rule::{StreamFaultRule, StreamFrame};

use crate::UnixMillis;
use crate::deterministic_rng::DeterministicRng;
use crate::faults::{FaultRuleId, InvalidFaultRule};

/// A fault that had an effect on a message of a stream.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StreamHit {
    /// When the message was queued, by the exchange's clock, in Unix milliseconds.
    pub at: UnixMillis,
    /// Number of the connection, starting at 1, by order of arrival.
    pub connection: u64,
    /// The kind of the message.
    pub frame: StreamFrame,
    /// The topic of the message, or the first topic of an acknowledgement.
    pub topic: Option<String>,
    /// The rule that injected the fault.
    pub rule: FaultRuleId,
    /// The fault.
    pub fault: StreamFault,
}

/// The active fault rules of streams, and the log of their hits.
pub struct StreamFaults(Mutex<State>);

struct State {
    rng: DeterministicRng,
    last_id: u64,
    rules: Vec<ActiveRule>,
    hits: VecDeque<StreamHit>,
    max_hits: usize,
}

struct ActiveRule {
    id: FaultRuleId,
    rule: StreamFaultRule,
    /// How many matching messages the rule still lets pass.
    skip: u32,
    /// How many more messages the rule can select. `None` is unlimited.
    left: Option<u32>,
}

/// A message that faults may select.
pub(super) struct Selection<'a> {
    pub(super) at: UnixMillis,
    pub(super) connection: u64,
    pub(super) frame: StreamFrame,
    pub(super) topics: &'a [&'a str],
    /// Whether a listen key opened the connection.
    pub(super) has_listen_key: bool,
}

impl StreamFaults {
    pub(crate) fn new(seed: u64, max_hits: usize) -> Self {
        let rng = DeterministicRng::new(seed, "stream faults");
        Self(Mutex::new(State { rng, last_id: 0, rules: Vec::new(), hits: VecDeque::new(), max_hits }))
    }

    /// Adds a rule, which applies to messages that are queued from now on.
    ///
    /// # Errors
    ///
    /// Returns an error if the probability is not between 0 and 1, the count is 0, the close code cannot be sent, or the rule has more than
    /// 100 topics or a topic of more than 100 bytes.
    pub fn add(&self, rule: StreamFaultRule) -> Result<FaultRuleId, InvalidFaultRule> {
        rule.check()?;
        let mut state = self.lock();
        state.last_id += 1;
        let id = FaultRuleId::new(state.last_id);
        let (skip, left) = (rule.skip, rule.count);
        state.rules.push(ActiveRule { id, rule, skip, left });
        Ok(id)
    }

    /// Removes a rule. Returns false if no rule has this id. A connection on which the rule stalled a topic or stopped all bytes does not
    /// recover.
    pub fn remove(&self, id: FaultRuleId) -> bool {
        let mut state = self.lock();
        let before = state.rules.len();
        state.rules.retain(|active| active.id != id);
        state.rules.len() != before
    }

    /// Removes all rules, as [`remove`](Self::remove) does. The log of hits is kept.
    pub fn clear(&self) {
        self.lock().rules.clear();
    }

    /// Returns the active rules in the order in which they were added, each with its remaining number of hits.
    pub fn rules(&self) -> Vec<(FaultRuleId, StreamFaultRule, Option<u32>)> {
        self.lock().rules.iter().map(|active| (active.id, active.rule.clone(), active.left)).collect()
    }

    /// Returns the logged hits, oldest first. [`keep_requests`](crate::Builder::keep_requests) limits the length of this log.
    pub fn hits(&self) -> Vec<StreamHit> {
        self.lock().hits.iter().cloned().collect()
    }

    /// Selects the faults of a message, and logs them as hits.
    pub(super) fn select(&self, message: &Selection<'_>) -> Vec<StreamFault> {
        let mut state = self.lock();
        let State { rng, rules, hits, max_hits, .. } = &mut *state;
        let mut selected = Vec::new();
        for active in rules.iter_mut() {
            let fault = active.rule.fault;
            let has_effect = match fault {
                StreamFault::AckForm { .. } => message.frame == StreamFrame::Ack,
                StreamFault::ExpireKey => message.has_listen_key,
                _ => true,
            };
            if !has_effect || !active.rule.selects(message.frame, message.topics) {
                continue;
            }
            if active.skip > 0 {
                active.skip -= 1;
                continue;
            }
            if active.rule.probability < 1.0 && rng.unit() >= active.rule.probability {
                continue;
            }
            active.left = active.left.map(|left| left - 1);
            let Selection { at, connection, frame, topics, .. } = *message;
            let (topic, rule) = (topics.first().map(|topic| (*topic).to_owned()), active.id);
            tracing::info!(connection, ?frame, topic, %rule, ?fault, "injected a fault into a stream");
            if hits.len() >= *max_hits {
                hits.pop_front();
            }
            if *max_hits > 0 {
                hits.push_back(StreamHit { at, connection, frame, topic, rule, fault });
            }
            selected.push(fault);
            if fault.ends_message() {
                break;
            }
        }
        rules.retain(|active| active.left != Some(0));
        selected
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StreamFault {
    /// Whether no further fault can apply to the message.
    fn ends_message(self) -> bool {
        !matches!(self, Self::Delay { .. } | Self::Duplicate | Self::Reorder | Self::AckForm { .. } | Self::SlowBytes { .. })
    }
}

impl fmt::Debug for StreamFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamFaults").field("rules", &self.rules()).finish_non_exhaustive()
    }
}
