//! A typed model of a checked specification: operations, parameters, schemas, limits and rules.
//!
//! The generator and all other tools read this model and not the YAML. The model can rely on the checks of
//! [`Document::parse`](crate::Document::parse), so that most of its fields are not optional.

mod api;
mod inferences;
mod json;
mod operation;
mod pattern;
mod read;
mod rule;
mod schema;
mod stream;

pub use api::{Api, EnvelopeNames, Lifecycle, Scheme, Section, Server};
pub use inferences::{Aspect, Inferences};
pub use operation::{Body, ClientMethod, Operation, Parameter, RateLimit, RateLimitScope, SuccessCondition, SuccessResponse};
pub use pattern::Pattern;
pub use rule::{Condition, Rule};
pub use schema::{EnumValue, Field, Kind, Limits, Shape, States, Type};
pub use stream::{Channel, Heartbeat, Message, Snapshot, Stream, StreamRequest, TopicParameter};
