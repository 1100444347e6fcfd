//! What the benchmarks measure, and what they measure it against.
//!
//! | module | holds |
//! | --- | --- |
//! | [`pages`] | answers of the exchange, as JSON |
//! | [`peers`] | types for these answers, as one would write them by hand |
//! | [`calls`] | a call through the generated client, and the same call written by hand |
//! | [`signed`] | a signed request made ready to go out, by the generated client and in two ways by hand |
//! | [`placement`] | an order placed by the trading client over a whole round trip, and the same written by hand |
//! | [`exchange`] | a server that gives the same answer to everything |

pub mod calls;
pub mod exchange;
mod new_order;
pub mod pages;
pub mod peers;
pub mod placement;
pub mod signed;
