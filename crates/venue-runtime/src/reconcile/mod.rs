//! Reconciliation: looking up orders to determine whether the exchange executed an order write whose response was lost. An order write is a
//! request that places, amends or cancels orders.
//!
//! The response to an order write can be lost, or it can contradict itself. If the client sent the request again, it could place the order
//! twice, so the client looks the order up instead.
//!
//! This module contains the parts that are the same for every exchange: the three outcomes of a write, the polling loop, the comparison of
//! a reported order with the order that was sent, and the evaluation of a batch response. The exchange's crate defines the types
//! ([`OrderTypes`]). For each type of order write, it implements [`Reconcile`], which sends one lookup and interprets the response.
//!
//! | module | contents |
//! | --- | --- |
//! | [`outcome`] | the three outcomes of a write: accepted, rejected, unknown |
//! | [`lookup`] | the result of one lookup |
//! | [`policy`] | how often an order is looked up, and for how long |
//! | [`attempt_log`] | when the requests of a write were sent, and when their signatures expire |
//! | [`mod@write`] | the traits that an exchange's crate implements |
//! | [`hints`] | messages of a private stream that end the pause before the next lookup |
//! | [`unresolved`] | a write whose outcome is unknown; saving and loading it |
//! | [`poll`] | the loop of lookups, which also repeats cancellations |
//! | [`json_fields`] | the fields of a received JSON object, including repeated and unexpected ones |
//! | [`difference`] | a field in which the reported order differs from the order that was sent |
//! | [`order_match`] | the comparison of a reported order with the order that was sent |
//! | [`batch_results`] | the results of the items of a batch, from the rows of its response |

pub mod attempt_log;
pub mod batch_results;
pub mod difference;
pub mod hints;
pub mod json_fields;
pub mod lookup;
pub mod order_match;
pub mod outcome;
pub mod policy;
pub mod poll;
pub mod unresolved;
pub mod write;

pub use attempt_log::AttemptLog;
pub use difference::Difference;
pub use hints::{LookupHints, OrderHint};
pub use lookup::{LastLookup, Lookup};
pub use order_match::{Differences, ExpectedOrder, ExpectedValue, SentOrder, Term, WriteStart};
pub use outcome::{ConfirmedBy, Outcome};
pub use policy::ReconcilePolicy;
pub use poll::settle;
pub use unresolved::{LoadError, OutcomeOf, Unresolved};
pub use write::{CancellablePlacement, Deadline, LookupOf, OrderTypes, Reconcile, ReconcileClient, ReconcileError, WriteResult};
