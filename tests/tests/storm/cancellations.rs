//! What became of cancellations: nothing that was reported cancelled is open afterwards, and a cancellation of an open order ends in one of
//! a few ways, which are counted.

use std::fmt;

use sixmm_ext::OrderRef;
use sixmm_ext::types::CancelType;
use sixmm_sandbox::{Operation, UnixMillis};

use crate::truth::Truth;
use crate::writes::{Report, Said, Subject};

/// The cancellations of a run.
#[derive(Debug, Default)]
pub(crate) struct Cancellations {
    reported: Vec<ReportedCancelled>,
    ends: Ends,
}

/// Something that the client reported cancelled.
#[derive(Debug)]
struct ReportedCancelled {
    write: usize,
    subject: Subject,
    /// When the write began, by the exchange's clock.
    began: UnixMillis,
}

/// How cancellations of orders ended that were open when the write began.
#[derive(Debug, Default)]
pub(crate) struct Ends {
    accepted: u64,
    /// Rejected, because the order was final by then.
    too_late: u64,
    /// Rejected, because no attempt was let through: each was refused for its rate, its timestamp or its token.
    turned_away: u64,
    unknown: u64,
    /// Requests that were lost before they arrived.
    pub(crate) lost_before: usize,
    /// Requests whose response was lost after they took effect.
    pub(crate) lost_after: usize,
    /// Requests after the first one of a write.
    pub(crate) repeated: usize,
    /// Cancellations that ended as accepted although a request was lost before it arrived.
    pub(crate) accepted_after_loss: u64,
}

impl Cancellations {
    /// Notes a report that something is cancelled.
    pub(crate) fn note(&mut self, write: usize, subject: &Subject, began: UnixMillis) {
        if matches!(subject, Subject::Cancel(_) | Subject::CancelCondition(_) | Subject::CancelAll(_)) {
            self.reported.push(ReportedCancelled { write, subject: subject.clone(), began });
        }
    }

    /// Counts how a cancellation ended, as it was reported at first. `open` are the orders that were open when the write began.
    ///
    /// # Errors
    ///
    /// If it was rejected, the order is open, and an attempt may have been let through.
    pub(crate) fn count(&mut self, write: usize, report: &Report, open: &[String], truth: &Truth<'_>) -> Result<(), String> {
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
        match &report.said {
            Said::Accepted(_) => {
                self.ends.accepted += 1;
                self.ends.accepted_after_loss += u64::from(truth.lost_cancellations(write)[0] > 0);
            }
            Said::Unknown(_) => self.ends.unknown += 1,
            Said::Rejected if !is_open => self.ends.too_late += 1,
            Said::Rejected if truth.cancellations(write).iter().all(|request| truth.was_turned_away(request)) => self.ends.turned_away += 1,
            Said::Rejected => {
                let requests = truth.cancellations(write);
                return Err(format!(
                    "write {write}: a cancellation is rejected, and its order is open: {:?}: {}: {requests:?}",
                    report.subject, report.words
                ));
            }
        }
        Ok(())
    }

    /// What was reported cancelled, and is open when nothing is on its way any more.
    pub(crate) fn open_again(&self, truth: &Truth<'_>) -> Vec<String> {
        let open = self.reported.iter().filter(|reported| is_open(&reported.subject, reported.began, truth));
        open.map(|ReportedCancelled { write, subject, .. }| format!("write {write}: was reported cancelled, and is open: {subject:?}"))
            .collect()
    }

    /// The counts of a run, with those of the requests that its writes sent.
    ///
    /// # Errors
    ///
    /// Requests that were repeated without a lookup in between, after an attempt that may have been let through; and requests that the
    /// exchange knew already, since each has to be signed anew.
    pub(crate) fn finish(mut self, writes: usize, truth: &Truth<'_>) -> (Ends, Vec<String>) {
        let mut mistakes = Vec::new();
        for write in 0..writes {
            let requests = truth.cancellations(write);
            let [before, after] = truth.lost_cancellations(write);
            self.ends.lost_before += before;
            self.ends.lost_after += after;
            self.ends.repeated += requests.len().saturating_sub(1);
            if requests.first().is_some_and(|first| first.operation == Operation::BatchCancelOrders) {
                // The orders of a batch are cancelled again one by one, each after a lookup of its own, and side by side.
                let repeated =
                    requests.iter().filter(|request| request.operation == Operation::CancelOrder && !truth.was_turned_away(request));
                let (repeated, lookups) = (repeated.count(), truth.lookups(write));
                if repeated > lookups {
                    mistakes.push(format!("write {write}: {repeated} cancellations after {lookups} lookups: {requests:?}"));
                }
            } else {
                for pair in requests.windows(2) {
                    if !truth.was_turned_away(&pair[0]) && !truth.has_lookup_between(write, &pair[0], &pair[1]) {
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

fn is_open(subject: &Subject, began: UnixMillis, truth: &Truth<'_>) -> bool {
    match subject {
        Subject::Cancel(order) => is_order_open(order, truth),
        Subject::CancelCondition(id) => {
            truth.find_condition(|of| of.condition_id.to_string() == id.as_str()).is_some_and(|of| of.status.is_open())
        }
        // Orders that were placed afterwards, or arrived afterwards, are not among those that were cancelled.
        Subject::CancelAll(CancelType::AllCondition) => truth.conditions().iter().any(|of| of.status.is_open() && of.created_at < began),
        Subject::CancelAll(_) => truth.orders().iter().any(|of| of.status.is_open() && of.created_at < began),
        Subject::Place(_) | Subject::PlaceCondition(_) | Subject::PlaceStrategy(_) | Subject::Amend(..) => false,
    }
}

fn is_order_open(order: &OrderRef, truth: &Truth<'_>) -> bool {
    truth.referred(order).is_some_and(|order| order.status.is_open())
}

impl Ends {
    pub(crate) fn add(&mut self, other: &Self) {
        self.accepted += other.accepted;
        self.too_late += other.too_late;
        self.turned_away += other.turned_away;
        self.unknown += other.unknown;
        self.lost_before += other.lost_before;
        self.lost_after += other.lost_after;
        self.repeated += other.repeated;
        self.accepted_after_loss += other.accepted_after_loss;
    }
}

impl fmt::Display for Ends {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { accepted, too_late, turned_away, unknown, lost_before, lost_after, repeated, accepted_after_loss } = self;
        write!(f, "cancellations of open orders: accepted {accepted} (after a lost request {accepted_after_loss}), too late {too_late}, ")?;
        write!(f, "turned away {turned_away}, unknown {unknown}; their requests: lost before arrival {lost_before}, ")?;
        write!(f, "response lost {lost_after}, repeated {repeated}")
    }
}
