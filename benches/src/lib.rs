//! The code that the benchmarks measure, and the hand-written code that they compare it with.
//!
//! | module | contents |
//! | --- | --- |
//! | [`pages`] | responses of the exchange, as JSON |
//! | [`peers`] | hand-written types for these responses |
//! | [`calls`] | a call through the generated client, and the same call written by hand |
//! | [`signed`] | the preparation of a signed request, by the generated client and by two hand-written clients |
//! | [`placement`] | the placement of an order over a whole round trip, by the trading client and by a hand-written client |

pub mod calls;
mod new_order;
pub mod pages;
pub mod peers;
pub mod placement;
pub mod signed;
