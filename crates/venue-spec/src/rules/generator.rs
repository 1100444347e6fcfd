//! What is sound, and cannot be generated yet: refused with its place, so that nobody has to find out from rustc.

use super::spec::{Operation, Spec};
use crate::diagnostic::Diagnostic;
use crate::names::snake;
use crate::place::Place;

pub(crate) fn check(spec: &Spec<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for schema in &spec.named {
        diagnostics.extend(named(schema));
        for property in schema.get("properties").iter().flat_map(Place::entries) {
            diagnostics.extend(extra(&property));
        }
    }
    for operation in &spec.operations {
        diagnostics.extend(body(spec, operation));
        for parameter in &operation.parameters {
            diagnostics.extend(list(spec, &parameter.place, &parameter.listed));
        }
    }
    for schema in spec.schemas() {
        diagnostics.extend(nested_decimals(&schema));
        diagnostics.extend(limited_decimal(&schema));
    }
}

/// A named schema is an object, an enum, an id, or undocumented as a whole.
fn named(schema: &Place<'_>) -> Option<Diagnostic> {
    let is_named = schema.node.get("enum").is_some() || schema.node.get("x-venue-id").is_some();
    let kind = schema.text("type").filter(|kind| *kind != "object" && !is_named)?;
    let diagnostic = schema.error_at_head(format!("the schema `{}` is a named {kind}, which cannot be generated yet", schema.name()));
    let diagnostic = diagnostic.note("only objects, enums and ids (`x-venue-id`) have names");
    Some(diagnostic.help(match kind {
        // Where it is a whole body or answer, to write it out there is refused, too.
        "array" => {
            "as a field: write the list out there. As a whole answer: write `x-undocumented` and no `type`, and the JSON is kept as it came"
        }
        _ => "write it out where it is used",
    }))
}

/// Received objects keep what they do not know in a field of this name.
fn extra(property: &Place<'_>) -> Option<Diagnostic> {
    (snake(property.name()) == "extra").then(|| {
        property
            .error_at_head(format!("`{}` is `extra` in Rust, where unknown fields are kept", property.name()))
            .help("leave it out, with a comment: it is kept all the same")
    })
}

/// A call sets the fields of its body: there must be some.
fn body(spec: &Spec<'_>, operation: &Operation<'_>) -> Option<Diagnostic> {
    let schema = operation.request()?.get("schema")?;
    let resolved = spec.resolve(&schema)?;
    resolved.node.get("properties").is_none().then(|| {
        schema
            .error_at_head(format!("the body of {} is no object, which cannot be generated yet", operation.name()))
            .related(resolved.head(), "the schema")
            .help("write an object with the fields that are known, or leave the operation out, with a comment")
    })
}

fn list(spec: &Spec<'_>, parameter: &Place<'_>, listed: &Place<'_>) -> Option<Diagnostic> {
    let schema = spec.resolve(&parameter.get("schema")?)?;
    (schema.text("type") == Some("array")).then(|| {
        listed
            .error_at_head("a list as a parameter, which cannot be generated yet")
            .help("teach `crates/venue-codegen` how the exchange writes it first")
    })
}

fn nested_decimals(schema: &Place<'_>) -> Option<Diagnostic> {
    let items = schema.get("items").filter(|items| items.text("type") == Some("array"))?;
    (items.path(&["items", "format"])?.node.as_str() == Some("decimal")).then(|| {
        items
            .error_at_head("a list of lists of decimals, which cannot be generated yet")
            .help("describe it undocumented as a whole for now")
    })
}

fn limited_decimal(schema: &Place<'_>) -> Option<Diagnostic> {
    if schema.text("format") != Some("decimal") {
        return None;
    }
    let limit = ["minLength", "maxLength"].iter().find_map(|key| schema.get(key))?;
    Some(limit.error_at_head(format!("`{}` of a decimal is not checked", limit.name())).help("say it in `description`"))
}
