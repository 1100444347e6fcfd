//! The policy that a client applies to its calls: quotas, retries and reports.
//!
//! | file | contents |
//! | --- | --- |
//! | `runtime` | [`CallRuntime`]: the clocks, options, quotas and retry budget that all calls of a client share |
//! | `policy_steps` | the steps that [`CallRuntime`] adds to [`venue_core::Call::send`]: quota, retry decision, report |
//! | `observer` | [`Observer`]: reports for metrics |

mod observer;
mod policy_steps;
mod runtime;

pub use observer::{AttemptReport, CallReport, Followup, Observer, SlowDownReport, StreamChange, StreamReport, WaitFor, WaitReport};
pub use runtime::{CallRuntime, CallRuntimeBuilder};
