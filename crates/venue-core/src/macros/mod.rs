//! The macros that declare an exchange's types. Generated code calls these macros. The root of this crate exports them.

mod envelope;
mod json_schema;
mod open_enum;
mod string_id;
mod wire_object;
mod wire_tuple;
