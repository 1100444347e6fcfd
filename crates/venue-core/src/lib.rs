//! The exchange-independent part of every generated exchange client of this workspace.
//!
//! No item of this crate names an exchange. An exchange's generated crate contains the operations, their documentation, their types and
//! their envelope. The exchange's authentication crate adds credentials as an [`Interceptor`]. A [`CallPolicy`] adds quotas and retries.
//!
//! | module | contents |
//! | --- | --- |
//! | [`client`] | the base URL, the HTTP client, the interceptors and the policy that all calls of a client share |
//! | [`http`] | TLS, the proxy, name resolution, the connection pool |
//! | [`call`] | a call before it is sent: the checked parameters of its request |
//! | `pipeline` | the steps of a call, from its deadline to its [`Response`] or [`Error`], in one function |
//! | [`CallContext`] | one call in progress: deadline, attempt, time spent |
//! | [`CallPolicy`] | the trait through which quotas, retries and reports plug in |
//! | [`operation`] | the properties of an operation: method, path, credentials, permission, repeatable, documentation page |
//! | [`mod@envelope`] | the fields of a response's envelope: success, code, message, request id |
//! | [`request`] | the trait of the generated request types, and the functions that send a request |
//! | [`validation`] | checks of a request before it is sent, with all errors at once |
//! | [`StreamChannel`] | one channel of a WebSocket stream, for the generated tables |
//! | [`time`] | the wall clock, the monotonic clock and sleeping, which tests can replace |
//! | [`wire`] | exact decimals, times, ids, secrets, open enums, objects that keep unknown fields |

pub mod call;
pub mod client;
mod context;
mod conversion;
mod delivery;
pub mod envelope;
mod error;
mod error_without_data;
mod escaped_text;
pub mod http;
mod interceptor;
mod macros;
pub mod operation;
mod options;
mod ordinal;
pub mod panics;
mod pipeline;
mod policy;
mod rate_limit;
mod redaction;
pub mod request;
mod response;
mod stream_channel;
mod success_condition;
pub mod time;
pub mod validation;
mod veto;
pub mod wire;

pub use call::{Call, SendObserver};
pub use client::{BuildError, Client, ClientBuilder};
pub use context::CallContext;
pub use conversion::ConversionError;
pub use delivery::Delivery;
pub use envelope::{BareEnvelope, Envelope, ReadError, Reading};
pub use error::Error;
pub use escaped_text::EscapedText;
pub use interceptor::{Attempt, BoxFuture, Interceptor, ResponseHead, Retry};
pub use operation::{Operation, Parameter, ParameterLocation, ParameterType, Permission, Repeatable, SecurityScheme};
pub use options::{CallOptions, RetryPolicy};
pub use ordinal::Ordinal;
pub use policy::{CallEnd, CallPolicy};
pub use rate_limit::{RateLimit, RateLimitScope};
pub use request::{PlainRequest, Request};
pub use response::Response;
pub use stream_channel::StreamChannel;
pub use success_condition::{ExpectedValue, SuccessCondition};
#[cfg(feature = "test-util")]
pub use time::ManualTime;
pub use time::{SystemTime, TimeSource};
pub use validation::{FieldError, FieldErrorKind, TextPattern, Validate, ValidationErrors};
pub use veto::{Veto, VetoKind};
pub use wire::{
    ExactDecimal, Extra, List, ParseDecimalError, ParseEnumError, Secret, Undocumented, UnixMillis, UnixSeconds, UnknownValue, Unreadable,
};

pub use reqwest;

/// Items that the exported macros and the generated code refer to by path. They are not part of the public interface.
#[doc(hidden)]
pub mod private {
    pub use crate::wire::private::*;
    pub use bytes;
    #[cfg(feature = "schemars")]
    pub use schemars;
    pub use serde;
    pub use serde_json;
}
