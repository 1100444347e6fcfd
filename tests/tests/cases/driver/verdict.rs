//! What a call reports, in neutral words.

use std::fmt;

use serde_json::Value;
use sixmm_ext::types::OrderStatus;
use sixmm_ext::{
    BoxFuture, Client, Error, Outcome, Unresolved,
    errors::Delivery,
    orders::{
        Amended, Cancelled, CancelledCondition, ConfirmedBy, LastLookup, LoadError, OrderRef, Placed, PlacedCondition, PlacedStrategy,
    },
};

/// What a call reports.
#[derive(Clone, Debug, Default)]
pub(crate) struct Verdict {
    /// The phrases of the call, or of each item of a batch.
    pub(crate) items: Vec<Vec<String>>,
    /// Everything that the report prints.
    pub(crate) words: String,
    /// What was read.
    pub(crate) value: Value,
    /// How often the exchange was asked, by the report.
    pub(crate) queries: usize,
}

/// A verdict, and what later steps refer to.
pub(super) type Reported = (Verdict, Vec<Last>);

/// What later steps refer to.
pub(super) enum Last {
    Placed(OrderRef),
    Unresolved(Unknown),
    Other,
}

/// What can be done about an unknown outcome.
pub(super) struct Unknown {
    pub(super) reconcile: Box<dyn FnOnce() -> BoxFuture<'static, Reported> + Send>,
    pub(super) cancel: Box<dyn FnOnce() -> BoxFuture<'static, Reported> + Send>,
    /// Saves the write, loads it with the client of a restarted process, and reconciles it.
    pub(super) restart: Box<dyn FnOnce(Client) -> BoxFuture<'static, Reported> + Send>,
}

impl Verdict {
    pub(crate) fn of<const N: usize>(phrases: [&str; N]) -> Self {
        Self { items: vec![phrases.map(str::to_owned).to_vec()], ..Self::default() }
    }

    pub(super) fn append(&mut self, other: Self) {
        self.items.extend(other.items);
        self.words.push_str(&other.words);
        self.queries += other.queries;
    }
}

/// The result of a write that was executed.
pub(super) trait Accepted: fmt::Debug + Sized + Send + Sync + 'static {
    fn phrases(&self) -> Vec<String>;

    /// Cancels the order whose placement is unknown.
    fn cancel(unresolved: Unresolved<Self>) -> BoxFuture<'static, Reported> {
        drop(unresolved);
        Box::pin(std::future::ready((Verdict::of(["not possible"]), Vec::new())))
    }

    /// Loads what a process before this one saved.
    fn load(client: &Client, saved: &str) -> Result<Unresolved<Self>, LoadError>;

    fn order(&self) -> Option<OrderRef> {
        None
    }
}

/// The outcomes of a batch.
pub(super) fn many<T: Accepted>(outcomes: Vec<Outcome<T>>) -> Reported {
    let mut verdict = Verdict::default();
    let mut all = Vec::new();
    for outcome in outcomes {
        let (own, last) = one(outcome);
        verdict.append(own);
        all.extend(last);
    }
    (verdict, all)
}

/// The outcome of a write.
pub(super) fn one<T: Accepted>(outcome: Outcome<T>) -> Reported {
    let words = format!("{outcome:?}\n");
    match outcome {
        Outcome::Accepted(accepted) => {
            let mut phrases = vec![String::from("accepted")];
            phrases.extend(accepted.phrases());
            let last = accepted.order().map_or(Last::Other, Last::Placed);
            (Verdict { items: vec![phrases], words, ..Verdict::default() }, vec![last])
        }
        Outcome::Rejected(error) => {
            let mut phrases = vec![String::from("rejected")];
            phrases.extend(of_error(&error));
            (Verdict { items: vec![phrases], words: format!("{words}{error}\n"), ..Verdict::default() }, vec![Last::Other])
        }
        Outcome::Unknown(unresolved) => {
            // What is saved is printed as well, to a file.
            let words = format!("{words}{unresolved}\n{}\n", unresolved.save());
            let queries = usize::try_from(unresolved.lookups()).unwrap_or(usize::MAX);
            let verdict = Verdict { items: vec![of_unknown(&unresolved)], words, queries, ..Verdict::default() };
            let (saved, placement) = (unresolved.save(), unresolved.clone());
            let reconcile = || -> BoxFuture<'static, Reported> { Box::pin(async move { one(unresolved.reconcile().await) }) };
            let restart = |client: Client| -> BoxFuture<'static, Reported> {
                Box::pin(async move {
                    match T::load(&client, &saved) {
                        Ok(unresolved) => one(unresolved.reconcile().await),
                        Err(error) => (Verdict { words: error.to_string(), ..Verdict::of(["cannot be loaded"]) }, Vec::new()),
                    }
                })
            };
            let cancel = Box::new(|| T::cancel(placement));
            (verdict, vec![Last::Unresolved(Unknown { reconcile: Box::new(reconcile), cancel, restart: Box::new(restart) })])
        }
    }
}

fn of_unknown<T>(unresolved: &Unresolved<T>) -> Vec<String> {
    let shown = match unresolved.last_lookup() {
        LastLookup::NotMade => String::from("not asked"),
        LastLookup::NotFound => String::from("not found"),
        LastLookup::Unchanged(status) => format!("still {status}"),
        LastLookup::StillOpen(count) => format!("still open {count}"),
        LastLookup::Unreadable => String::from("unreadable"),
        LastLookup::AnotherOrder => String::from("another order"),
        LastLookup::Differs { .. } => String::from("differs"),
        LastLookup::NotFoundAfterExpiry => String::from("not found"),
        LastLookup::Failed(_) => String::from("lookup failed"),
        other => other.to_string(),
    };
    let expired = unresolved.can_no_longer_arrive().then(|| String::from("can no longer arrive"));
    [String::from("unknown"), shown].into_iter().chain(expired).collect()
}

/// The parts of an error that a caller acts on.
pub(super) fn of_error(error: &Error) -> Vec<String> {
    let mut phrases = Vec::new();
    if let Some(code) = error.code() {
        let code = serde_json::to_value(&code).unwrap_or_default();
        phrases.push(format!("code {code}"));
    }
    if let Some(status) = error.order_status() {
        phrases.push(format!("order is {status}"));
    }
    if let Some(status) = error.status() {
        phrases.push(format!("status {}", status.as_u16()));
    }
    let predicates = [
        (error.delivery() == Delivery::NotSent, "not sent"),
        (error.is_too_late(), "too late"),
        (error.is_insufficient_balance(), "insufficient balance"),
        (error.is_rate_limited(), "rate limited"),
        (error.is_not_found(), "order not found"),
        (error.is_timeout(), "timeout"),
        (error.is_auth(), "auth"),
        (!error.field_errors().is_empty(), "wrong"),
        (error.api().is_some_and(sixmm_api::Error::is_decode_error), "unreadable"),
    ];
    phrases.extend(predicates.into_iter().filter(|(is_so, _)| *is_so).map(|(_, phrase)| phrase.to_owned()));
    phrases
}

fn confirmed(by: ConfirmedBy) -> String {
    String::from(if by == ConfirmedBy::Response { "by answer" } else { "by lookup" })
}

fn status(status: Option<&OrderStatus>) -> Option<String> {
    status.map(|status| format!("status {status}"))
}

/// The results whose unknown outcomes can be loaded are known to the client, and not by a name.
macro_rules! loaded {
    () => {
        fn load(client: &Client, saved: &str) -> Result<Unresolved<Self>, LoadError> {
            Unresolved::load(client, saved)
        }
    };
}

impl Accepted for Placed {
    loaded!();

    fn cancel(unresolved: Unresolved<Self>) -> BoxFuture<'static, Reported> {
        Box::pin(async move { one(unresolved.cancel().await) })
    }

    fn phrases(&self) -> Vec<String> {
        let known = [format!("order {}", self.order_id), format!("client order {}", self.client_order_id), confirmed(self.confirmed_by)];
        known.into_iter().chain(status(self.status.as_ref())).collect()
    }

    fn order(&self) -> Option<OrderRef> {
        Some(self.into())
    }
}

impl Accepted for Amended {
    loaded!();

    fn phrases(&self) -> Vec<String> {
        [format!("order {}", self.order_id), confirmed(self.confirmed_by)].into_iter().chain(status(self.status.as_ref())).collect()
    }
}

impl Accepted for Cancelled {
    loaded!();

    fn phrases(&self) -> Vec<String> {
        let order = match &self.order {
            OrderRef::Id(id) => format!("order {id}"),
            OrderRef::ClientId(id) => format!("client order {id}"),
        };
        [order, confirmed(self.confirmed_by)].into_iter().chain(status(self.status.as_ref())).collect()
    }
}

impl Accepted for PlacedCondition {
    loaded!();

    fn cancel(unresolved: Unresolved<Self>) -> BoxFuture<'static, Reported> {
        Box::pin(async move { one(unresolved.cancel().await) })
    }

    fn phrases(&self) -> Vec<String> {
        vec![format!("order {}", self.condition_id), format!("client order {}", self.client_order_id), confirmed(self.confirmed_by)]
    }
}

impl Accepted for CancelledCondition {
    loaded!();

    fn phrases(&self) -> Vec<String> {
        vec![format!("order {}", self.condition_id), confirmed(self.confirmed_by)]
    }
}

impl Accepted for PlacedStrategy {
    loaded!();

    fn phrases(&self) -> Vec<String> {
        let id = self.strategy_id.as_ref().map(|id| format!("strategy {id}"));
        [confirmed(self.confirmed_by)].into_iter().chain(id).collect()
    }
}

impl Accepted for () {
    loaded!();

    fn phrases(&self) -> Vec<String> {
        Vec::new()
    }
}
