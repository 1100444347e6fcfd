//! What all runs come to, in one line.

use std::collections::BTreeMap;
use std::fmt;

use crate::cancellations::Ends;
use crate::world::{Credentials, World};
use crate::writes::{Report, Said};
use crate::{weather, writes};

/// Counts over all runs.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    runs: u64,
    /// Runs in which the client logged in, instead of using an API key.
    sessions: u64,
    /// How many there were of each kind.
    writes: BTreeMap<&'static str, u64>,
    accepted: u64,
    rejected: u64,
    pub(crate) unknown: u64,
    /// Unknown outcomes that became known when the faults had ended.
    pub(crate) settled: u64,
    pub(crate) questions: u64,
    requests: u64,
    /// Refused orders that were reported as taken, because the answer told no state.
    stateless: u64,
    pub(crate) cancellations: Ends,
    hits: BTreeMap<String, u64>,
    twice: usize,
    lost: usize,
    wrong: usize,
    pub(crate) mistakes: Vec<String>,
}

impl Tally {
    /// A report, as it was at first.
    pub(crate) fn count(&mut self, report: &Report) {
        *self.writes.entry(report.kind()).or_default() += 1;
        *match report.said {
            Said::Accepted(_) => &mut self.accepted,
            Said::Rejected => &mut self.rejected,
            Said::Unknown(_) => &mut self.unknown,
        } += 1;
    }

    /// A run that is over.
    pub(crate) fn add(&mut self, hits: BTreeMap<String, u64>, world: &World) {
        self.runs += 1;
        self.sessions += u64::from(world.credentials == Credentials::Session);
        self.requests += world.sandbox.requests().len() as u64;
        for (kind, times) in hits {
            *self.hits.entry(kind).or_default() += times;
        }
    }

    /// What is wrong with a run: sent twice, lost, reported wrongly.
    pub(crate) fn judged(&mut self, seed: u64, stateless: u64, [twice, lost, wrong]: [Vec<String>; 3]) {
        self.stateless += stateless;
        self.twice += twice.len();
        self.lost += lost.len();
        self.wrong += wrong.len();
        self.mistakes.extend([twice, lost, wrong].into_iter().flatten().map(|mistake| format!("seed {seed}: {mistake}")));
    }

    /// Nothing went wrong, and the storm was one.
    pub(crate) fn check(&self, runs: u64) {
        assert!(self.mistakes.is_empty(), "{} mistakes: {:#?}", self.mistakes.len(), &self.mistakes[..self.mistakes.len().min(10)]);
        if runs >= crate::RUNS {
            assert_eq!(self.hits.len(), weather::KINDS, "every fault struck: {:?}", self.hits);
            assert_eq!(self.writes.len(), writes::KINDS, "every kind of write was tried: {:?}", self.writes);
            assert!(self.cancellations.lost_before > 0 && self.cancellations.lost_after > 0, "cancellations were lost: {self}");
            assert!(self.cancellations.accepted_after_loss > 0, "a cancellation that was lost got out: {self}");
            assert!(self.unknown > 0 && self.settled > 0, "something was unknown, and became known");
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { runs, sessions, accepted, rejected, unknown, settled, questions, requests, stateless, twice, lost, wrong, .. } = self;
        let (writes, hits): (u64, u64) = (self.writes.values().sum(), self.hits.values().sum());
        write!(f, "storm: {runs} runs ({sessions} by login), {writes} order writes (")?;
        each(f, &self.writes)?;
        write!(f, ") in {requests} requests, {questions} of them questions; {hits} faults hit (")?;
        each(f, &self.hits)?;
        write!(f, "); accepted {accepted}, rejected {rejected}, unknown {unknown}, settled later {settled}; ")?;
        write!(f, "sent twice {twice}, lost {lost}, wrong {wrong}; refused, and accepted because a fault hid the state: {stateless}; ")?;
        write!(f, "{}", self.cancellations)
    }
}

fn each(f: &mut fmt::Formatter<'_>, counts: &BTreeMap<impl fmt::Display, u64>) -> fmt::Result {
    for (index, (name, times)) in counts.iter().enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        write!(f, "{comma}{name} {times}")?;
    }
    Ok(())
}
