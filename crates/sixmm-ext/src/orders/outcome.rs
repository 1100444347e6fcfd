//! What became of an order write.

use super::unresolved::Unresolved;
use crate::Error;

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
    /// The answer was lost or contradicted itself; a lookup shows it.
    Query,
}
