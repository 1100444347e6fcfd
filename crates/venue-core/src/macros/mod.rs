//! The macros that declare an exchange's types. Generated code calls them; each is exported at the root of this crate.

mod envelope;
mod json_schema;
mod open_enum;
mod string_id;
mod wire_object;
