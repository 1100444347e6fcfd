//! Statistics over all runs, printed in one line.

use std::collections::BTreeMap;
use std::fmt;

use crate::cancellations::CancellationCounts;
use crate::harness::{Credentials, Harness};
use crate::writes::{Report, ReportedOutcome};
use crate::{faults, writes};

/// Counts over all runs.
#[derive(Debug, Default)]
pub(crate) struct Stats {
    runs: u64,
    /// Runs in which the client logged in, instead of using an API key.
    sessions: u64,
    /// The number of writes of each kind.
    writes: BTreeMap<&'static str, u64>,
    accepted: u64,
    rejected: u64,
    pub(crate) unknown: u64,
    /// Unknown outcomes that were resolved after the faults had ended.
    pub(crate) resolved: u64,
    pub(crate) lookups: u64,
    requests: u64,
    /// Rejected orders that the client reported as accepted, because the response contained no state.
    stateless: u64,
    pub(crate) cancellations: CancellationCounts,
    hits: BTreeMap<String, u64>,
    twice: usize,
    lost: usize,
    wrong: usize,
    pub(crate) mistakes: Vec<String>,
}

impl Stats {
    /// Counts the first report of a write.
    pub(crate) fn count(&mut self, report: &Report) {
        *self.writes.entry(report.kind()).or_default() += 1;
        *match report.outcome {
            ReportedOutcome::Accepted(_) => &mut self.accepted,
            ReportedOutcome::Rejected => &mut self.rejected,
            ReportedOutcome::Unknown(_) => &mut self.unknown,
        } += 1;
    }

    /// Adds the counts of a complete run.
    pub(crate) fn add(&mut self, hits: BTreeMap<String, u64>, harness: &Harness) {
        self.runs += 1;
        self.sessions += u64::from(harness.credentials == Credentials::Session);
        self.requests += harness.sandbox.requests().len() as u64;
        for (kind, times) in hits {
            *self.hits.entry(kind).or_default() += times;
        }
    }

    /// Adds the mistakes of a run: orders sent twice, lost orders, and wrong reports.
    pub(crate) fn add_mistakes(&mut self, seed: u64, stateless: u64, [twice, lost, wrong]: [Vec<String>; 3]) {
        self.stateless += stateless;
        self.twice += twice.len();
        self.lost += lost.len();
        self.wrong += wrong.len();
        self.mistakes.extend([twice, lost, wrong].into_iter().flatten().map(|mistake| format!("seed {seed}: {mistake}")));
    }

    /// Checks that no mistake was found, and that all kinds of faults and writes occurred.
    pub(crate) fn check(&self, runs: u64) {
        assert!(self.mistakes.is_empty(), "{} mistakes: {:#?}", self.mistakes.len(), &self.mistakes[..self.mistakes.len().min(10)]);
        if runs >= crate::RUNS {
            assert_eq!(self.hits.len(), faults::KINDS, "every kind of fault occurred: {:?}", self.hits);
            assert_eq!(self.writes.len(), writes::KINDS, "every kind of write was tried: {:?}", self.writes);
            assert!(self.cancellations.lost_before > 0 && self.cancellations.lost_after > 0, "cancellations were lost: {self}");
            assert!(self.cancellations.accepted_after_loss > 0, "a cancellation was accepted after a lost request: {self}");
            assert!(self.unknown > 0 && self.resolved > 0, "an outcome was unknown, and was resolved");
        }
    }
}

impl fmt::Display for Stats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { runs, sessions, accepted, rejected, unknown, resolved, lookups, requests, stateless, twice, lost, wrong, .. } = self;
        let (writes, hits): (u64, u64) = (self.writes.values().sum(), self.hits.values().sum());
        write!(f, "fault injection: {runs} runs ({sessions} by login), {writes} order writes (")?;
        each(f, &self.writes)?;
        write!(f, ") in {requests} requests, {lookups} of them lookups; {hits} faults hit (")?;
        each(f, &self.hits)?;
        write!(f, "); accepted {accepted}, rejected {rejected}, unknown {unknown}, resolved later {resolved}; ")?;
        write!(
            f,
            "sent twice {twice}, lost {lost}, wrong {wrong}; rejected, and reported as accepted because a fault removed the state: {stateless}; "
        )?;
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
