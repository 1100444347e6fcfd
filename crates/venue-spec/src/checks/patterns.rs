//! Checks `pattern`, and the limits beside a reference: they belong to texts that are sent.

use super::index::{SpecIndex, members, title};
use crate::cursor::Cursor;
use crate::diagnostic::Diagnostic;
use crate::model::Pattern;

const LIMITS_OF_TEXTS: [&str; 3] = ["minLength", "maxLength", "pattern"];

pub(crate) fn check(spec: &SpecIndex<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for schema in spec.schemas() {
        if let Some(pattern) = schema.get("pattern") {
            match Pattern::parse(pattern.node.as_str().unwrap_or_default()) {
                Ok(parsed) => diagnostics.extend(["minLength", "maxLength"].iter().filter_map(|key| other_limit(&schema, &pattern, &parsed, key))),
                Err(problem) => diagnostics.push(
                    pattern
                        .error(format!("the pattern {problem}"))
                        .note("allowed: `^[CLASS]{MIN,MAX}$`, `^[CLASS]+$` and `^[CLASS]*$`, where the class has characters and ranges such as `A-Za-z0-9_-`")
                        .help("say a rule that has another form in `description`"),
                ),
            }
            diagnostics.extend(not_for_a_format(&schema, &pattern));
        }
        if let Some(pattern) = schema.path(&["items", "pattern"]) {
            let diagnostic = pattern.error_at_head("the pattern of the items of a list is not checked");
            diagnostics.push(diagnostic.help("say it in the `description` of the list"));
        }
        diagnostics.extend(limit_of_a_reference(spec, &schema));
    }
    only_received(spec, diagnostics);
}

/// Reports a length that differs from the length in the pattern.
fn other_limit(schema: &Cursor<'_>, pattern: &Cursor<'_>, parsed: &Pattern, key: &str) -> Option<Diagnostic> {
    let limit = schema.get(key)?;
    let number = limit.node.as_integer()?;
    let of_pattern = if key == "minLength" { parsed.minimum } else { parsed.maximum };
    let has_braces = parsed.maximum.is_some();
    let differs =
        of_pattern.is_some_and(|of_pattern| if has_braces { i64::from(of_pattern) != number } else { i64::from(of_pattern) > number });
    differs.then(|| {
        let message = format!("`{key}: {number}` differs from the length in the pattern `{}`", parsed.text);
        limit.error(message).related(pattern.node.span, "the pattern").help("write the same number in both places, or only the pattern")
    })
}

fn not_for_a_format(schema: &Cursor<'_>, pattern: &Cursor<'_>) -> Option<Diagnostic> {
    let is_decimal = schema.text("format") == Some("decimal");
    is_decimal.then(|| pattern.error_at_head("`pattern` of a decimal is not checked").help("say it in `description`"))
}

/// Reports limits beside a reference to another schema than a string id.
fn limit_of_a_reference(spec: &SpecIndex<'_>, schema: &Cursor<'_>) -> Option<Diagnostic> {
    schema.get("allOf").filter(|all| all.node.items().len() == 1)?;
    let limit = LIMITS_OF_TEXTS.iter().find_map(|key| schema.get(key))?;
    let target = spec.resolve(schema)?;
    let is_string_id = target.node.get("x-venue-id").is_some() && target.text("type") == Some("string");
    (!is_string_id).then(|| {
        let message = format!("`{}` beside a reference to {}, which is not a string id", limit.name(), title(&target));
        limit
            .error_at_head(message)
            .related(target.head(), "the schema")
            .help("only a string schema with `x-venue-id` has limits where it is used")
    })
}

/// Reports the pattern of a text that only responses contain. Such a pattern has no effect, because clients accept every text in a
/// response.
fn only_received(spec: &SpecIndex<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let bodies = spec.operations.iter().filter_map(|operation| operation.request()?.get("schema"));
    let sent = spec.reachable(bodies);
    for schema in spec.named.iter().filter(|schema| !sent.contains(schema.name())) {
        for member in members(schema) {
            let item = member.get("items").unwrap_or_else(|| member.clone());
            if let Some(pattern) = item.get("pattern") {
                let diagnostic = pattern.error_at_head(format!("`{}` is not sent, so no client checks its patterns", schema.name()));
                diagnostics.push(diagnostic.help("remove the pattern, or say it in `description`"));
            }
        }
    }
}
