//! What happens around one call: its deadline, its quota, its attempts, what is told about it.
//!
//! | file | holds |
//! | --- | --- |
//! | `options` | [`CallOptions`]: how long a call may take, and how often it is tried |
//! | `exchange` | [`Exchange`]: what an exchange's crate has to say |
//! | `runtime` | [`Runtime`]: what all calls of a client share |
//! | `context` | [`CallContext`]: one call, from its start to its report |
//! | `scope` | deadline, admission and retries, as seen by the attempts |
//! | `interceptors` | where a scope hooks into [`venue_core::Call`] |
//! | `observer` | [`Observer`]: what is told to metrics |
//! | `panics` | panics of the program's own code end where they happen |
//! | `out_of_time` | [`OutOfTime`]: why an attempt was not even sent |

mod context;
mod exchange;
mod interceptors;
mod observer;
mod options;
mod out_of_time;
mod panics;
mod runtime;
mod scope;

pub use context::CallContext;
pub use exchange::Exchange;
pub use interceptors::redact;
pub use observer::{AttemptReport, CallReport, Next, Observer, SlowDownReport, WaitFor, WaitReport};
pub use options::CallOptions;
pub use out_of_time::OutOfTime;
pub use runtime::{Runtime, RuntimeBuilder};
