//! The checks and counts of cancellations: an order that was reported cancelled is not open afterwards, and each cancellation of an open
//! order is counted by its outcome.

use std::fmt;

use sixmm_ext::orders::OrderRef;
use sixmm_ext::types::CancelType;
use sixmm_sandbox::{Operation, UnixMillis};

use crate::ground_truth::GroundTruth;
use crate::writes::{Report, ReportedOutcome, Subject};

/// The cancellations of a run.
#[derive(Debug, Default)]
pub(crate) struct Cancellations {
    reported: Vec<ReportedCancelled>,
    ends: CancellationCounts,
}

/// A cancellation that the client reported as accepted.
#[derive(Debug)]
struct ReportedCancelled {
    write: usize,
    subject: Subject,
    /// When the write began, by the exchange's clock.
    began: UnixMillis,
}

/// The outcomes of cancellations of orders that were open when the write began.
#[derive(Debug, Default)]
pub(crate) struct CancellationCounts {
    accepted: u64,
    /// Rejected, because the order was final when the cancellation arrived.
    too_late: u64,
    /// Rejected, because the exchange rejected every attempt for its rate, its timestamp or its token.
    rejected_without_effect: u64,
    unknown: u64,
    /// Requests that were lost before they arrived.
    pub(crate) lost_before: usize,
    /// Requests whose response was lost after they took effect.
    pub(crate) lost_after: usize,
    /// Requests after the first request of a write.
    pub(crate) repeated: usize,
    /// Cancellations that ended as accepted although a request was lost before it arrived.
    pub(crate) accepted_after_loss: u64,
}

impl Cancellations {
    /// Records a report if it is the acceptance of a cancellation.
    pub(crate) fn note(&mut self, write: usize, subject: &Subject, began: UnixMillis) {
        if matches!(subject, Subject::Cancel(_) | Subject::CancelCondition(_) | Subject::CancelAll(_)) {
            self.reported.push(ReportedCancelled { write, subject: subject.clone(), began });
        }
    }

    /// Counts the outcome of a cancellation in the first report. `open` are the orders that were open when the write began.
    ///
    /// # Errors
    ///
    /// If the cancellation was rejected, the order is open, and the exchange may have executed an attempt.
    pub(crate) fn count(&mut self, write: usize, report: &Report, open: &[String], truth: &GroundTruth<'_>) -> Result<(), String> {
        let is_open = match &report.subject {
            Subject::Cancel(order) => {
                let Some(order) = truth.referred(order) else { return Ok(()) };
                if !open.contains(&order.order_id.to_string()) {
                    return Ok(());
                }
                order.status.is_open()
            }
            Subject::CancelCondition(id) => {
                let Some(condition) = truth.find_condition(|of| of.condition_id.to_string() == id.as_str()) else { return Ok(()) };
                if !open.contains(&condition.condition_id.to_string()) {
                    return Ok(());
                }
                condition.status.is_open()
            }
            _ => return Ok(()),
        };
        match &report.outcome {
            ReportedOutcome::Accepted(_) => {
                self.ends.accepted += 1;
                self.ends.accepted_after_loss += u64::from(truth.lost_cancellations(write)[0] > 0);
            }
            ReportedOutcome::Unknown(_) => self.ends.unknown += 1,
            ReportedOutcome::Rejected if !is_open => self.ends.too_late += 1,
            ReportedOutcome::Rejected if truth.cancellations(write).iter().all(|request| truth.was_rejected_without_effect(request)) => {
                self.ends.rejected_without_effect += 1
            }
            ReportedOutcome::Rejected => {
                let requests = truth.cancellations(write);
                return Err(format!(
                    "write {write}: a cancellation is rejected, and its order is open: {:?}: {}: {requests:?}",
                    report.subject, report.message
                ));
            }
        }
        Ok(())
    }

    /// The orders that were reported cancelled and are open after all requests have arrived.
    pub(crate) fn still_open(&self, truth: &GroundTruth<'_>) -> Vec<String> {
        let open = self.reported.iter().filter(|reported| is_open(&reported.subject, reported.began, truth));
        open.map(|ReportedCancelled { write, subject, .. }| format!("write {write}: was reported cancelled, and is open: {subject:?}"))
            .collect()
    }

    /// The counts of a run, with the counts of the requests that its writes sent.
    ///
    /// # Errors
    ///
    /// Requests that were repeated without a lookup in between, after an attempt that the exchange may have executed. Also requests that
    /// the exchange rejected as replayed, because each attempt needs a new signature.
    pub(crate) fn finish(mut self, writes: usize, truth: &GroundTruth<'_>) -> (CancellationCounts, Vec<String>) {
        let mut mistakes = Vec::new();
        for write in 0..writes {
            let requests = truth.cancellations(write);
            let [before, after] = truth.lost_cancellations(write);
            self.ends.lost_before += before;
            self.ends.lost_after += after;
            self.ends.repeated += requests.len().saturating_sub(1);
            if requests.first().is_some_and(|first| first.operation == Operation::BatchCancelOrders) {
                // The client repeats the cancellations of a batch as single requests, concurrently, each after a lookup of its order.
                let repeated = requests
                    .iter()
                    .filter(|request| request.operation == Operation::CancelOrder && !truth.was_rejected_without_effect(request));
                let (repeated, lookups) = (repeated.count(), truth.lookups(write));
                if repeated > lookups {
                    mistakes.push(format!("write {write}: {repeated} cancellations after {lookups} lookups: {requests:?}"));
                }
            } else {
                for pair in requests.windows(2) {
                    if !truth.was_rejected_without_effect(&pair[0]) && !truth.has_lookup_between(write, &pair[0], &pair[1]) {
                        mistakes.push(format!("write {write}: a cancellation was repeated without a lookup in between: {pair:?}"));
                    }
                }
            }
            if let Some(replayed) = requests.iter().find(|request| request.code == Some(3004)) {
                mistakes.push(format!("write {write}: a cancellation was repeated with the same signature: {replayed:?}"));
            }
        }
        (self.ends, mistakes)
    }
}

fn is_open(subject: &Subject, began: UnixMillis, truth: &GroundTruth<'_>) -> bool {
    match subject {
        Subject::Cancel(order) => is_order_open(order, truth),
        Subject::CancelCondition(id) => {
            truth.find_condition(|of| of.condition_id.to_string() == id.as_str()).is_some_and(|of| of.status.is_open())
        }
        // A cancel-all does not affect orders that arrived after the cancel-all began.
        Subject::CancelAll(CancelType::AllCondition) => truth.conditions().iter().any(|of| of.status.is_open() && of.created_at < began),
        Subject::CancelAll(_) => truth.orders().iter().any(|of| of.status.is_open() && of.created_at < began),
        Subject::Place(_) | Subject::PlaceCondition(_) | Subject::PlaceStrategy(_) | Subject::Amend(..) => false,
    }
}

fn is_order_open(order: &OrderRef, truth: &GroundTruth<'_>) -> bool {
    truth.referred(order).is_some_and(|order| order.status.is_open())
}

impl CancellationCounts {
    pub(crate) fn add(&mut self, other: &Self) {
        self.accepted += other.accepted;
        self.too_late += other.too_late;
        self.rejected_without_effect += other.rejected_without_effect;
        self.unknown += other.unknown;
        self.lost_before += other.lost_before;
        self.lost_after += other.lost_after;
        self.repeated += other.repeated;
        self.accepted_after_loss += other.accepted_after_loss;
    }
}

impl fmt::Display for CancellationCounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { accepted, too_late, rejected_without_effect, unknown, lost_before, lost_after, repeated, accepted_after_loss } = self;
        write!(f, "cancellations of open orders: accepted {accepted} (after a lost request {accepted_after_loss}), too late {too_late}, ")?;
        write!(
            f,
            "rejected without effect {rejected_without_effect}, unknown {unknown}; their requests: lost before arrival {lost_before}, "
        )?;
        write!(f, "response lost {lost_after}, repeated {repeated}")
    }
}
