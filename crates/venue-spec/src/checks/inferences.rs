//! Checks `x-venue-inferred`, which names the aspects that the specification infers from the documentation. Each inferred aspect must exist
//! in the specification, and must not be marked as documented as well.

use super::index::SpecIndex;
use crate::cursor::Cursor;
use crate::diagnostic::Diagnostic;
use crate::tree::Value;

const INFERRED: &str = "x-venue-inferred";
const LIMITS: [&str; 7] = ["minLength", "maxLength", "pattern", "minimum", "maximum", "minItems", "maxItems"];

pub(crate) fn check(spec: &SpecIndex<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let parameters = spec.operations.iter().flat_map(|operation| operation.parameters.iter().map(|parameter| parameter.cursor.clone()));
    for parameter in parameters.chain(spec.components("parameters")) {
        let schema = parameter.get("schema");
        field(&parameter, schema.as_ref(), diagnostics);
        if let Some(schema) = &schema {
            field(schema, Some(schema), diagnostics);
        }
        let is_required = parameter.get("required").filter(|required| required.node.as_bool() == Some(true));
        for holder in schema.into_iter().chain([parameter.clone()]) {
            diagnostics.extend(required_and_inferred(&holder, is_required.as_ref()));
        }
    }
    let bodies = spec.operations.iter().filter_map(|operation| operation.request()?.get("schema"));
    let sent = spec.reachable(bodies);
    for schema in &spec.named {
        diagnostics.extend(empty_inference(schema));
        for property in schema.get("properties").iter().flat_map(Cursor::entries) {
            field(&property, Some(&property), diagnostics);
            let required: Vec<Cursor<'_>> = schema.get("required").iter().flat_map(Cursor::items).collect();
            let listed = required.into_iter().find(|item| item.node.as_str() == Some(property.name()));
            diagnostics.extend(required_and_inferred(&property, listed.as_ref()));
            let checked = inferred(&property, "required").filter(|_| !sent.contains(schema.name()));
            diagnostics.extend(checked.map(|required| {
                let diagnostic = required.error_at_head(format!("`{}` is not sent, so no client checks its fields", schema.name()));
                diagnostic.help("a field of a response that may be missing stays out of `required`, without a mark")
            }));
        }
        for position in schema.get("x-venue-positions").iter().flat_map(Cursor::items) {
            field(&position, Some(&position), diagnostics);
            diagnostics.extend(inferred(&position, "required").map(|required| {
                required
                    .error_at_head("every row has all of its positions")
                    .help("remove the mark, or write `nullable: true` at the position")
            }));
        }
        if let (Some(states), None) = (inferred(schema, "states"), schema.get("x-enum-states")) {
            diagnostics.push(states.error_at_head("inferred states of an enum without `x-enum-states`"));
        }
        exceptions(schema, diagnostics);
    }
    for operation in &spec.operations {
        exceptions(&operation.cursor, diagnostics);
    }
}

fn inferred<'d>(holder: &Cursor<'d>, aspect: &str) -> Option<Cursor<'d>> {
    holder.path(&[INFERRED, aspect])
}

fn empty_inference(holder: &Cursor<'_>) -> Option<Diagnostic> {
    let mark = holder.get(INFERRED).filter(|mark| matches!(mark.node.value, Value::Map(_)) && mark.node.entries().is_empty())?;
    Some(mark.error_at_head("an empty inference").help("name what is inferred, with the evidence behind it, or remove the mark"))
}

/// Every inferred aspect of a field is a property of the field's schema.
fn field(holder: &Cursor<'_>, schema: Option<&Cursor<'_>>, diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.extend(empty_inference(holder));
    let has = |keys: &[&str]| schema.is_some_and(|schema| keys.iter().any(|key| schema.node.get(key).is_some()));
    for (aspect, keys, missing) in [
        ("limits", LIMITS.as_slice(), "inferred limits of a value without limits"),
        ("items", &["items"], "inferred items of a value that is not a list"),
        ("unit", &["x-venue-unit"], "the inferred unit of a value without a unit"),
    ] {
        if let Some(cursor) = inferred(holder, aspect).filter(|_| !has(keys)) {
            let diagnostic = cursor.error_at_head(missing);
            diagnostics.push(
                diagnostic.help(format!("add {} beside it, or remove the inference", crate::message::list(keys.iter().copied(), "or"))),
            );
        }
    }
}

/// A field that the documentation requires is not marked as inferred.
fn required_and_inferred(holder: &Cursor<'_>, required: Option<&Cursor<'_>>) -> Option<Diagnostic> {
    let (mark, required) = (inferred(holder, "required")?, required?);
    let diagnostic = mark.error_at_head("required by the documentation, and yet inferred").related(required.head(), "required by this");
    Some(diagnostic.help("if it is an inference, take the field out of `required`: it is then checked only for callers that ask for it"))
}

/// Reports rules that mark their exception as inferred but have no exception (`unless`), and rules whose `x-venue-inferred` is empty.
fn exceptions(holder: &Cursor<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for rule in holder.get("x-venue-rules").iter().flat_map(Cursor::items) {
        if let (Some(unless), None) = (inferred(&rule, "unless"), rule.node.get("unless")) {
            diagnostics.push(unless.error_at_head("the inferred exception of a rule without `unless`"));
        }
        diagnostics.extend(empty_inference(&rule));
    }
}
