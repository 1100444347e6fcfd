//! A typed model of a checked specification: operations, parameters, schemas, limits and rules.
//!
//! The generator and all other tools read this model and not the YAML. The model can rely on the checks of
//! [`Document::parse`](crate::Document::parse), so that most of its fields are not optional.

mod api;
mod inferences;
mod json;
mod pattern;
mod read;
mod stream;

pub use api::{
    Api, Body, ClientMethod, Condition, EnumValue, EnvelopeNames, Field, Kind, Lifecycle, Limits, Operation, Parameter, RateLimit,
    RateLimitScope, Rule, Scheme, Section, Server, Shape, States, SuccessCondition, SuccessResponse, Type,
};
pub use inferences::{Aspect, Inferences};
pub use pattern::Pattern;
pub use stream::{Channel, Heartbeat, Message, Snapshot, Stream, StreamRequest, TopicParameter};
