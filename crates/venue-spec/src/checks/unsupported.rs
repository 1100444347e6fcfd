//! Reports constructs that are valid `OpenAPI` but that the generator does not support. Without this check, rustc would report an
//! error in the generated code instead.

use super::index::{Operation, SpecIndex};
use crate::cursor::Cursor;
use crate::diagnostic::Diagnostic;
use crate::rust_names::snake;

pub(crate) fn check(spec: &SpecIndex<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for schema in &spec.named {
        diagnostics.extend(named(schema));
        for property in schema.get("properties").iter().flat_map(Cursor::entries) {
            diagnostics.extend(extra(&property));
        }
    }
    for operation in &spec.operations {
        diagnostics.extend(body(spec, operation));
        for parameter in &operation.parameters {
            diagnostics.extend(list(spec, &parameter.cursor, &parameter.listed));
        }
    }
    for schema in spec.schemas() {
        diagnostics.extend(nested_decimals(&schema));
        diagnostics.extend(limited_decimal(&schema));
    }
}

/// A named schema must be an object, a row, an enum, an id, or undocumented.
fn named(schema: &Cursor<'_>) -> Option<Diagnostic> {
    let is_named = ["enum", "x-venue-id", "x-venue-positions"].iter().any(|key| schema.node.get(key).is_some());
    let kind = schema.text("type").filter(|kind| *kind != "object" && !is_named)?;
    let diagnostic = schema.error_at_head(format!("the schema `{}` is a named {kind}, which cannot be generated yet", schema.name()));
    let diagnostic = diagnostic.note("only objects, rows (`x-venue-positions`), enums and ids (`x-venue-id`) have names");
    Some(diagnostic.help(match kind {
        "array" => "write the list out where it is used: as a field, or as the data of a response",
        _ => "write it out where it is used",
    }))
}

/// Reports a field whose Rust name is `extra`. Generated response types keep unknown fields in a field of this name.
fn extra(property: &Cursor<'_>) -> Option<Diagnostic> {
    (snake(property.name()) == "extra").then(|| {
        property
            .error_at_head(format!("`{}` is `extra` in Rust, where unknown fields are kept", property.name()))
            .help("leave the property out, with a comment: unknown fields are kept anyway")
    })
}

/// Reports a body without documented fields. The builder of an operation needs fields to set.
fn body(spec: &SpecIndex<'_>, operation: &Operation<'_>) -> Option<Diagnostic> {
    let schema = operation.request()?.get("schema")?;
    let resolved = spec.resolve(&schema)?;
    resolved.node.get("properties").is_none().then(|| {
        schema
            .error_at_head(format!("the body of {} is not an object, which cannot be generated yet", operation.name()))
            .related(resolved.head(), "the schema")
            .help("write an object with the fields that are known, or leave the operation out, with a comment")
    })
}

fn list(spec: &SpecIndex<'_>, parameter: &Cursor<'_>, listed: &Cursor<'_>) -> Option<Diagnostic> {
    let schema = spec.resolve(&parameter.get("schema")?)?;
    (schema.text("type") == Some("array")).then(|| {
        listed
            .error_at_head("a list as a parameter, which cannot be generated yet")
            .help("teach `crates/venue-codegen` how the exchange writes it first")
    })
}

fn nested_decimals(schema: &Cursor<'_>) -> Option<Diagnostic> {
    let items = schema.get("items").filter(|items| items.text("type") == Some("array"))?;
    (items.path(&["items", "format"])?.node.as_str() == Some("decimal")).then(|| {
        items
            .error_at_head("a list of lists of decimals, which cannot be generated yet")
            .help("describe it undocumented as a whole for now")
    })
}

fn limited_decimal(schema: &Cursor<'_>) -> Option<Diagnostic> {
    if schema.text("format") != Some("decimal") {
        return None;
    }
    let limit = ["minLength", "maxLength"].iter().find_map(|key| schema.get(key))?;
    Some(limit.error_at_head(format!("`{}` of a decimal is not checked", limit.name())).help("say it in `description`"))
}
