//! Quotas, retries and reports of calls: the policy of a client.
//!
//! | file | contents |
//! | --- | --- |
//! | `runtime` | [`CallRuntime`]: what all calls of a client share |
//! | `steps` | the steps that [`CallRuntime`] adds to [`venue_core::Call::send`]: quota, retry decision, report |
//! | `observer` | [`Observer`]: reports for metrics |

mod observer;
mod runtime;
mod steps;

pub use observer::{AttemptReport, CallReport, Followup, Observer, SlowDownReport, WaitFor, WaitReport};
pub use runtime::{CallRuntime, CallRuntimeBuilder};
