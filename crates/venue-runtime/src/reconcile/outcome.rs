//! The three outcomes of an order write.

use serde::{Deserialize, Serialize};

/// The outcome of an order write: accepted, rejected or unknown. The caller must handle each of the three differently.
///
/// - `T` is the result of an accepted write, such as the order that was placed.
/// - `E` is the error of a rejected write.
/// - `U` is the write whose outcome is unknown. The write names its order, and can be reconciled further.
///
/// `Unknown` is returned after the client has looked the order up until the timeout of its [`ReconcilePolicy`](super::ReconcilePolicy), or
/// until the exchange can no longer accept the requests of the write.
///
/// An outcome has no JSON form. Store an accepted result with serde, an error as text, and an unknown outcome with
/// [`save`](super::Unresolved::save), because only a client can continue to reconcile it.
///
/// An accepted order is not necessarily open, because the exchange can accept an immediate-or-cancel or a maker-only order and cancel it
/// immediately. The status in the result shows whether the order is open.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "an order whose outcome is unknown may exist"]
pub enum Outcome<T, E, U> {
    /// The exchange executed the write.
    Accepted(T),
    /// The exchange did not execute the write, and will not execute it.
    Rejected(E),
    /// The exchange may have executed the write, or may still execute it. Do not send the write again, but continue to reconcile it.
    Unknown(U),
}

impl<T, E, U> Outcome<T, E, U> {
    /// Whether the exchange executed the write.
    #[must_use]
    pub const fn is_accepted(&self) -> bool {
        matches!(self, Self::Accepted(_))
    }

    /// Whether the exchange certainly did not execute the write.
    #[must_use]
    pub const fn is_rejected(&self) -> bool {
        matches!(self, Self::Rejected(_))
    }

    /// Whether it is not known if the exchange executed the write.
    #[must_use]
    pub const fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }

    /// The result of an accepted write. `None` for the other outcomes.
    #[must_use]
    pub const fn accepted(&self) -> Option<&T> {
        match self {
            Self::Accepted(accepted) => Some(accepted),
            _ => None,
        }
    }

    /// The error of a rejected write. `None` for the other outcomes.
    #[must_use]
    pub const fn rejected(&self) -> Option<&E> {
        match self {
            Self::Rejected(error) => Some(error),
            _ => None,
        }
    }

    /// The write whose outcome is unknown. `None` for the other outcomes.
    #[must_use]
    pub const fn unknown(&self) -> Option<&U> {
        match self {
            Self::Unknown(unresolved) => Some(unresolved),
            _ => None,
        }
    }

    /// Converts the result of an accepted write with the closure `convert`. An unknown outcome keeps the original type of the result, so
    /// reconciling the write later returns a result that was not converted.
    ///
    /// ```
    /// use venue_runtime::reconcile::Outcome;
    ///
    /// let outcome: Outcome<&str, (), ()> = Outcome::Accepted("order 7");
    /// assert_eq!(outcome.map(str::len), Outcome::Accepted(7));
    /// ```
    pub fn map<R>(self, convert: impl FnOnce(T) -> R) -> Outcome<R, E, U> {
        match self {
            Self::Accepted(accepted) => Outcome::Accepted(convert(accepted)),
            Self::Rejected(error) => Outcome::Rejected(error),
            Self::Unknown(unresolved) => Outcome::Unknown(unresolved),
        }
    }

    /// Returns the result of an accepted write, for use with `?`. A rejected outcome and an unknown outcome both become errors.
    ///
    /// The message of the error of an unknown outcome names the order. Before a caller sends a write again after an error, it must check
    /// that the error is not the error of an unknown outcome.
    ///
    /// # Errors
    ///
    /// Returns an error if the write was rejected, or if its outcome is unknown.
    pub fn into_result(self) -> Result<T, E>
    where
        U: Into<E>,
    {
        match self {
            Self::Accepted(accepted) => Ok(accepted),
            Self::Rejected(error) => Err(error),
            Self::Unknown(unresolved) => Err(unresolved.into()),
        }
    }
}

/// The confirmation that the exchange executed a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum ConfirmedBy {
    /// The exchange's response to the write.
    Response,
    /// A lookup, because the response was lost or contradicted itself.
    Lookup,
}

#[cfg(test)]
mod tests {
    use super::*;

    type Sample = Outcome<u8, String, &'static str>;

    const ACCEPTED: Sample = Outcome::Accepted(7);
    const UNKNOWN: Sample = Outcome::Unknown("order 7 is unknown");

    fn rejected() -> Sample {
        Outcome::Rejected(String::from("too small"))
    }

    #[test]
    fn exactly_one_predicate_holds_for_each_outcome() {
        let predicates = |outcome: &Sample| [outcome.is_accepted(), outcome.is_rejected(), outcome.is_unknown()];
        assert_eq!(predicates(&ACCEPTED), [true, false, false]);
        assert_eq!(predicates(&rejected()), [false, true, false]);
        assert_eq!(predicates(&UNKNOWN), [false, false, true]);
    }

    #[test]
    fn map_changes_the_accepted_value_only() {
        assert_eq!(ACCEPTED.map(u32::from).accepted(), Some(&7));
        assert_eq!(rejected().map(u32::from).rejected().map(String::as_str), Some("too small"));
        assert_eq!(UNKNOWN.map(u32::from).unknown(), Some(&"order 7 is unknown"));
    }

    #[test]
    fn an_unknown_outcome_is_an_error_of_its_own() {
        assert_eq!(ACCEPTED.into_result(), Ok(7));
        assert_eq!(rejected().into_result(), Err(String::from("too small")));
        assert_eq!(UNKNOWN.into_result(), Err(String::from("order 7 is unknown")));
    }
}
