//! Checks that limits allow at least one value.

use super::index::SpecIndex;
use crate::cursor::Cursor;
use crate::diagnostic::Diagnostic;

pub(crate) fn check(spec: &SpecIndex<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for schema in spec.schemas() {
        for [least, most] in [["minimum", "maximum"], ["minLength", "maxLength"], ["minItems", "maxItems"]] {
            diagnostics.extend(empty_range(&schema, least, most));
        }
        if schema.text("format") == Some("int32") {
            diagnostics.extend(["minimum", "maximum"].iter().filter_map(|key| beyond_32_bits(&schema, key)));
        }
        diagnostics.extend(time(&schema));
        diagnostics.extend(id(&schema));
    }
}

fn empty_range(schema: &Cursor<'_>, least: &str, most: &str) -> Option<Diagnostic> {
    let (low, high) = (schema.get(least)?, schema.get(most)?);
    let (from, to) = (low.node.as_integer()?, high.node.as_integer()?);
    (from > to).then(|| {
        let message = format!("`{most}: {to}` is less than `{least}: {from}`");
        high.error(message).label("no value fits").related(low.node.span, format!("`{least}`"))
    })
}

fn beyond_32_bits(schema: &Cursor<'_>, key: &str) -> Option<Diagnostic> {
    let limit = schema.get(key)?;
    let number = limit.node.as_integer()?;
    let help = "write `format: int64`, or another limit";
    i32::try_from(number).is_err().then(|| limit.error(format!("`{key}: {number}` does not fit into `int32`")).help(help))
}

fn time(schema: &Cursor<'_>) -> Option<Diagnostic> {
    let unit = schema.get("x-venue-unit")?;
    if schema.text("type") == Some("string") {
        let other = ["format", "minLength", "maxLength", "pattern"].iter().find(|key| schema.node.get(key).is_some())?;
        let diagnostic = unit.error_at_head(format!("a time with `{other}`"));
        return Some(diagnostic.help("a time that is a text has digits and nothing else: remove one of the two"));
    }
    (schema.text("format") != Some("int64")).then(|| {
        unit.error_at_head("a time without `format: int64`")
            .note("milliseconds since 1970 do not fit into 32 bits, and seconds only until 2038")
            .help("write `format: int64` beside it")
    })
}

/// Keys that the schema of an id must not have. The limits of an id are written at the parameters and fields that send the id.
const NOT_OF_AN_ID: [&str; 8] = ["nullable", "default", "minLength", "maxLength", "pattern", "minimum", "maximum", "x-venue-unit"];

/// An id type is a component, because the Rust type has the name of the component.
fn id(schema: &Cursor<'_>) -> Option<Diagnostic> {
    let id = schema.get("x-venue-id").filter(|id| id.node.as_bool() == Some(true))?;
    let named = schema.pointer.strip_prefix("/components/schemas/").is_some_and(|rest| !rest.contains('/'));
    if !named {
        let diagnostic = id.error_at_head("an id type without a name");
        return Some(diagnostic.help("move it to `components.schemas.<Name>`, and write a `$ref` to it here"));
    }
    let is_integer = schema.text("type") == Some("integer");
    if is_integer && schema.text("format") != Some("int64") {
        let diagnostic = id.error_at_head("an integer id without `format: int64`").note("ids outgrow 32 bits");
        return Some(diagnostic.help("write `format: int64` beside it"));
    }
    let format = (!is_integer).then_some("format");
    let other = format.into_iter().chain(NOT_OF_AN_ID).find(|key| schema.node.get(key).is_some())?;
    let diagnostic = id.error_at_head(format!("an id type with `{other}`"));
    Some(match other {
        "minLength" | "maxLength" | "pattern" => {
            diagnostic.help("write it where the id is sent: `allOf: [{ $ref: … }]` with the limit beside it")
        }
        _ => diagnostic.help("an id is a text or an integer and nothing else: remove one of the two"),
    })
}
