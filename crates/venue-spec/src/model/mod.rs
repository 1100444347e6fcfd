//! What a sound specification says, typed: operations, parameters, schemas, limits and rules.
//!
//! The generator, the snapshots and whatever else works from a specification read this, never the YAML itself.

mod api;
mod inferences;
mod json;
mod read;
mod stream;

pub use api::{
    Api, Body, Condition, EnumValue, EnvelopeNames, Field, Kind, Limits, Operation, Parameter, Rule, Scheme, Section, Shape, States,
    SuccessResponse, Type,
};
pub use inferences::{Aspect, Inferences};
pub use stream::{Channel, Stream};
