//! What became of an order write.

use std::fmt;
use std::sync::Arc;

use sixmm_api::types::{ClientOrderId, ConditionId, OrderId, OrderStatus};
use sixmm_core::Printable;

use crate::Error;
use crate::orders::find_out::{self, Question};

/// What became of an order write. There are three answers, and each needs another reaction:
///
/// ```
/// # use sixmm_ext::{Error, Outcome, Placed};
/// # async fn handle(outcome: Outcome<Placed>) {
/// match outcome {
///     Outcome::Accepted(placed) => println!("{} is {:?}", placed.order_id, placed.status),
///     Outcome::Rejected(error) => println!("nothing happened: {error}"),
///     Outcome::Unknown(unresolved) => {
///         // Do not place it again. It may stand.
///         println!("{unresolved}");
///         let outcome = unresolved.ask_again().await;
/// #       drop(outcome);
///     }
/// }
/// # }
/// ```
///
/// An order that was accepted need not stand: one that may only rest in the book, or fills at once or not at all, can be accepted and over.
/// [`Placed::status`](crate::Placed::status) tells.
///
/// `Unknown` comes only after the client has already asked the exchange several times: see [`Resolution`](crate::Resolution).
#[derive(Clone, Debug)]
#[must_use = "an order whose outcome is unknown may stand"]
pub enum Outcome<T> {
    /// It was carried out.
    Accepted(T),
    /// It was not carried out, and will not be.
    Rejected(Error),
    /// It may have been carried out, or may still be. Do not repeat it: ask again, or look at the account.
    Unknown(Unresolved<T>),
}

impl<T> Outcome<T> {
    /// What was carried out, or the error: for an unknown outcome the one that left it open, which names the order, and of which
    /// [`Error::is_unknown_outcome`] is true. Whoever uses this must ask that before repeating anything.
    ///
    /// # Errors
    ///
    /// If it was rejected, or its outcome is unknown.
    pub fn into_result(self) -> Result<T, Error> {
        match self {
            Self::Accepted(accepted) => Ok(accepted),
            Self::Rejected(error) => Err(error),
            Self::Unknown(unresolved) => Err(unresolved.into_error()),
        }
    }

    /// What was carried out, if it was.
    #[must_use]
    pub fn accepted(&self) -> Option<&T> {
        match self {
            Self::Accepted(accepted) => Some(accepted),
            _ => None,
        }
    }

    /// Why it was not carried out, if it was not.
    #[must_use]
    pub fn rejected(&self) -> Option<&Error> {
        match self {
            Self::Rejected(error) => Some(error),
            _ => None,
        }
    }

    /// What is open, if it is.
    #[must_use]
    pub fn unknown(&self) -> Option<&Unresolved<T>> {
        match self {
            Self::Unknown(unresolved) => Some(unresolved),
            _ => None,
        }
    }
}

/// How it is known that something was carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfirmedBy {
    /// The exchange's answer to the request.
    Answer,
    /// The answer was lost; the order was found by asking for it.
    Query,
}

/// An order write whose outcome is unknown, and what is needed to find out.
pub struct Unresolved<T> {
    pub(super) cause: Error,
    pub(super) evidence: Evidence,
    pub(super) queries: u32,
    pub(super) question: Arc<dyn Question<T>>,
}

/// What the last query showed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Evidence {
    /// Nobody was asked.
    NotAsked,
    /// The exchange does not know the order. It may still be on its way: 6MM does not say how long a request may wait inside. The longer ago
    /// it was sent, the less likely it is to appear; its signature is refused after ten seconds.
    NotFound,
    /// The order exists, and what was asked for has not happened to it yet.
    Unchanged(OrderStatus),
    /// So many orders are still open.
    StillOpen(usize),
    /// The answer has not the shape that is assumed: the documentation gives none for it.
    Unreadable,
    /// There is an order of this id that is not the one that was sent: the id had been used before.
    AnotherOrder,
    /// The exchange could not be asked.
    QueryFailed(Error),
}

/// Which order it is about; neither id if it is about all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Subject {
    /// The contract; `None` if it is about all of them.
    pub symbol: Option<String>,
    /// Your id.
    pub client_order_id: Option<ClientOrderId>,
    /// The exchange's id.
    pub order_id: Option<OrderId>,
    /// The exchange's id of a condition order.
    pub condition_id: Option<ConditionId>,
}

impl<T> Unresolved<T> {
    /// The error that left it open.
    #[must_use]
    pub fn cause(&self) -> &Error {
        &self.cause
    }

    /// The error that left it open, which says as well what is about it, and which order to look for.
    fn into_error(self) -> Error {
        let words = self.since();
        self.cause.saying(words)
    }

    /// What was done since, and what to do.
    fn since(&self) -> String {
        let asked = match self.queries {
            0 => String::from("not asked since"),
            1 => format!("asked once since: {}", self.evidence),
            times => format!("asked {times} times since: {}", self.evidence),
        };
        format!("{asked}; do not repeat it: ask again for {}, or look at the account", self.subject())
    }

    /// What the last query showed.
    #[must_use]
    pub fn evidence(&self) -> &Evidence {
        &self.evidence
    }

    /// How often the exchange was asked.
    #[must_use]
    pub fn queries(&self) -> u32 {
        self.queries
    }

    /// Which order it is about.
    #[must_use]
    pub fn subject(&self) -> &Subject {
        self.question.subject()
    }

    /// Asks the exchange again, several times and backing off, as long as [`Resolution`](crate::Resolution) says. Changes nothing there.
    pub async fn ask_again(self) -> Outcome<T> {
        find_out::ask(self).await
    }
}

impl<T> Clone for Unresolved<T> {
    fn clone(&self) -> Self {
        Self { cause: self.cause.clone(), evidence: self.evidence.clone(), queries: self.queries, question: Arc::clone(&self.question) }
    }
}

impl<T> fmt::Debug for Unresolved<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unresolved")
            .field("subject", self.subject())
            .field("cause", &self.cause)
            .field("evidence", &self.evidence)
            .field("queries", &self.queries)
            .finish_non_exhaustive()
    }
}

impl<T> fmt::Display for Unresolved<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.cause, self.since())
    }
}

/// `` the order `sx-01JD6V3Y9V6Q2T0ZK4M8XW5N3C` of BTCUSDT ``
impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self { client_order_id: Some(id), .. } => write!(f, "the order `{}`", Printable::new(id.as_str()))?,
            Self { order_id: Some(id), .. } => write!(f, "the order {}", Printable::new(id.as_str()))?,
            Self { condition_id: Some(id), .. } => write!(f, "the condition order {}", Printable::new(id.as_str()))?,
            _ => f.write_str("the open orders")?,
        }
        self.symbol.as_ref().map_or(Ok(()), |symbol| write!(f, " of {}", Printable::new(symbol)))
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAsked => f.write_str("nobody was asked"),
            Self::NotFound => f.write_str("the exchange does not know the order yet"),
            Self::Unchanged(status) => write!(f, "the order is {status}, and unchanged so far"),
            Self::StillOpen(1) => f.write_str("one order is still open"),
            Self::StillOpen(count) => write!(f, "{count} orders are still open"),
            Self::Unreadable => f.write_str("what the exchange says of the order cannot be read"),
            Self::AnotherOrder => f.write_str("the id belongs to another order, which had it before"),
            Self::QueryFailed(error) => write!(f, "the exchange could not be asked ({error})"),
        }
    }
}
