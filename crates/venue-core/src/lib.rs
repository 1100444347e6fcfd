//! What every generated exchange client of this workspace stands on.
//!
//! Nothing here knows an exchange: the operations, their documentation, their types and their envelope come from the exchange's generated
//! crate, credentials from an [`Interceptor`] that its authentication crate implements.
//!
//! | module | holds |
//! | --- | --- |
//! | [`client`] | the base URL, the HTTP client and the interceptors that all calls of a client share |
//! | [`http`] | TLS, the proxy, name resolution, the connection pool |
//! | [`call`] | one call: parameters in, checked; attempts out; a [`Response`] or an [`Error`] back |
//! | [`operation`] | the row of the operation table: method, path, credentials, permission, repeatable, documentation page |
//! | [`mod@envelope`] | what a response's wrapper must tell: did it succeed, with which code, message and request id |
//! | [`request`] | a request as a value: what the generated request types implement, and how a client sends them |
//! | [`limits`] | documented limits, checked before anything is sent, all faults at once |
//! | [`time`] | the wall clock, the monotonic clock and sleeping, injected |
//! | [`wire`] | exact decimals, times, ids, secrets, open enums, objects that keep what they do not know |

mod bare_refusal;
pub mod call;
pub mod client;
mod conversion;
mod delivery;
pub mod envelope;
mod error;
pub mod http;
mod interceptor;
pub mod limits;
mod moment;
pub mod operation;
mod printable;
mod redaction;
pub mod request;
mod response;
pub mod time;
pub mod wire;

pub use call::Call;
pub use client::{BuildError, Client, ClientBuilder};
pub use conversion::ConversionError;
pub use delivery::Delivery;
pub use envelope::{Envelope, ReadError, Reading};
pub use error::Error;
pub use interceptor::{AnswerHead, Attempt, BoxFuture, Interceptor, Refusal, Verdict};
pub use limits::{Fault, Faults, Validate};
pub use moment::Moment;
pub use operation::{Operation, Parameter, ParameterLocation, ParameterType, Permission, Repeatable, SecurityScheme};
pub use printable::Printable;
pub use request::{PlainRequest, Request};
pub use response::Response;
#[cfg(feature = "test-util")]
pub use time::ManualTime;
pub use time::{SystemTime, TimeSource};
pub use wire::{ExactDecimal, Extra, NotExact, Secret, Undocumented, UnixMillis, UnixSeconds, UnknownValue, Unreadable};

pub use reqwest;

/// What the exported macros and the generated code need by path. Not a public interface.
#[doc(hidden)]
pub mod private {
    pub use crate::wire::private::*;
    pub use bytes;
    #[cfg(feature = "schemars")]
    pub use schemars;
    pub use serde;
    pub use serde_json;
}
