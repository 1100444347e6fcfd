//! Formats the rustdoc of generated items from the descriptions and other content of the specification.

mod examples;
mod rules;

use venue_spec::model::{Api, Aspect, EnumValue, Field, Inferences, Kind, Limits, Operation, Shape, Type};

use self::examples::example;
pub(super) use self::examples::first_example;
use self::rules::checked;
pub(super) use self::rules::{condition, conditions, requirement, rule};
use super::api_docs::rate_limit;
use super::markdown::{after, code};
use super::text::plural;
use super::{Context, body_rules, names};

const DEPRECATED: &str = "**Deprecated:** the exchange plans to remove this.";
const REMOVED: &str = "**Removed:** the exchange has removed the operation, so a client cannot send this request.";

/// The rustdoc of a request type.
pub(super) fn operation(context: &Context<'_>, operation: &Operation) -> String {
    let api = context.api;
    let mut text = format!("{}.\n\n{}\n", sentence(&operation.summary), operation.description);
    if operation.deprecated {
        let state = if operation.removed { REMOVED } else { DEPRECATED };
        let successor = operation.successor.as_ref().map(|id| format!(" Use [`{0}`] instead.", names::type_(id)));
        text.push_str(&format!("\n{state}{}\n", successor.unwrap_or_default()));
    }
    text.push_str(&format!("\n`{} {}`\n", operation.method, operation.path));
    if let Some(server) = &operation.server {
        text.push_str(&format!("\nServer: `{server}`\n"));
    }
    text.push_str(&format!(
        "\n| credentials | permission | repeatable (decided by this project) | documentation |\n| --- | --- | --- | --- |\n| {} | {} | {} | [{}]({}) |\n",
        credentials(operation),
        operation.permission,
        operation.repeatable,
        page(&operation.documentation),
        operation.documentation,
    ));
    if operation.repeatable == "once" && !operation.removed {
        text.push_str(
            "\n**Not repeatable:** the exchange may execute a second request as well. If the outcome of a request is unknown, query the \
             outcome before you send the request again.\n",
        );
    }
    if let Some(limit) = operation.rate_limit {
        text.push_str(&format!("\nRate limit: {}.\n", rate_limit(limit)));
    }
    let (list, schema) = (if operation.response.is_list { "a list of " } else { "" }, &operation.response.schema);
    let contains = if operation.removed { "contained" } else { "contains" };
    let answer = format!("The response {contains} {list}[`types::{schema}`](crate::types::{schema}):");
    text.push_str(&format!("\n{}\n", after(&answer, &operation.response.description)));
    if !operation.response.enveloped {
        text.push_str("\nA successful response has no envelope, so its HTTP status decides between success and failure.\n");
    }
    if !operation.success.is_empty() {
        text.push_str(&format!(
            "\nThe call succeeds only if the data has {}. Otherwise it fails with an error that \
             [`is_unmet_condition`](crate::Error::is_unmet_condition).\n",
            conditions(&operation.success)
        ));
    }
    checked(&mut text, operation.rules.iter().chain(body_rules(api, operation.body.as_ref())));
    inferred(&mut text, &operation.inferred);
    if let Some(gap) = &operation.response.undocumented {
        text.push_str(&format!("\n{}\n", after("**Undocumented:**", gap)));
    }
    let example = if operation.removed { String::new() } else { example(context, operation) };
    if !example.is_empty() {
        text.push_str(&format!("\n# Example\n\n{example}"));
    }
    text
}

/// The deprecation note of an operation: whether the exchange plans to remove or has removed the operation, and its successor. An example
/// is `` the exchange plans to remove the operation; use `requests::PlaceOrder` ``.
pub(super) fn deprecation(operation: &Operation) -> String {
    let state = if operation.removed { "the exchange has removed the operation" } else { "the exchange plans to remove the operation" };
    let successor = operation.successor.as_ref().map(|id| format!("; use `requests::{}`", names::type_(id)));
    format!("{state}{}", successor.unwrap_or_default())
}

/// The rustdoc of a named type.
pub(super) fn named(api: &Api, named: &Type) -> String {
    let mut text = format!("{}\n", named.description);
    if let Shape::Object { rules, .. } = &named.shape {
        checked(&mut text, rules.iter());
    }
    match &named.shape {
        Shape::Enum { extensible: Some(reason), .. } => {
            text.push_str(&format!("\n{}\n", after("A request may also contain a value that is not listed.", reason)));
        }
        Shape::Enum { .. } if named.sent && named.provisional.is_some() => {
            text.push_str(
                "\nThe documentation lists no values, so a request may also contain a value that is not listed here. With \
                 [`check_inferred`](crate::ClientBuilder::check_inferred), the client rejects such a request.\n",
            );
        }
        _ => {}
    }
    notes(&mut text, named.undocumented.as_deref(), named.provisional.as_deref());
    // The documentation of `is_open` and `is_final` already has the evidence for the states.
    inferred(&mut text, &named.inferred);
    let pages = pages(api, &named.name);
    if !pages.is_empty() {
        text.push_str(&format!("\nDocumentation: {}\n", pages.join(", ")));
    }
    text
}

/// The rustdoc of a value of an enum.
pub(super) fn value(value: &EnumValue) -> String {
    let mut text = format!("{}\n", after(&format!("{}:", code(&value.text())), &value.description));
    notes(&mut text, value.undocumented.as_deref(), value.provisional.as_deref());
    inferred(&mut text, &value.inferred);
    text
}

/// Links to the documentation of the operations that send or receive a type. After three links, only the number of further operations is
/// listed.
fn pages(api: &Api, name: &str) -> Vec<String> {
    const SHOWN: usize = 3;
    let users: Vec<&Operation> = api.operations.iter().filter(|operation| reaches(api, operation, name)).collect();
    let links = users.iter().take(SHOWN).map(|operation| format!("[{}]({})", operation.id, operation.documentation));
    let more = users.len().saturating_sub(SHOWN);
    let more = (more > 0).then(|| format!("and {more} more {}", plural(more, "operation")));
    links.chain(more).collect()
}

fn reaches(api: &Api, operation: &Operation, name: &str) -> bool {
    let mut open: Vec<&str> = operation.parameters.iter().filter_map(|parameter| parameter.field.kind.named()).collect();
    open.extend(operation.body.iter().map(|body| body.schema.as_str()));
    open.push(&operation.response.schema);
    // This search ends, because the checks of the specification reject schemas with cycles.
    while let Some(next) = open.pop() {
        if next == name {
            return true;
        }
        if let Some(fields) = api.type_named(next).and_then(super::fields_of) {
            open.extend(fields.iter().filter_map(|field| field.kind.named()));
        }
    }
    false
}

/// The rustdoc of a field of a type, or of a parameter. If `own_notes` is `false`, the provisional mark of the field is left out, because
/// it would repeat the mark of the type.
pub(super) fn field(api: &Api, field: &Field, own_notes: bool) -> String {
    let mut text = description(api, field);
    text.push('\n');
    if field.deprecated {
        text.push_str(&format!("\n{DEPRECATED}\n"));
    }
    let facts = facts(field);
    if !facts.is_empty() {
        text.push_str(&format!("\n{facts}\n"));
    }
    notes(&mut text, field.undocumented.as_deref(), field.provisional.as_deref().filter(|_| own_notes));
    inferred(&mut text, &field.inferred);
    text
}

/// The rustdoc of a position of a row.
pub(super) fn position(api: &Api, position: usize, field: &Field, own_notes: bool) -> String {
    let mut text = description(api, field);
    text.push_str(&format!("\n\nPosition {position} of the array, counted from 0.\n"));
    notes(&mut text, field.undocumented.as_deref(), field.provisional.as_deref().filter(|_| own_notes));
    inferred(&mut text, &field.inferred);
    text
}

/// The first line of the description of a field or a parameter.
pub(super) fn summary(api: &Api, field: &Field) -> String {
    description(api, field).lines().next().unwrap_or_default().to_owned()
}

/// The description of a field, or [`fallback`] if the field has none.
fn description(api: &Api, field: &Field) -> String {
    if field.description.is_empty() { fallback(api, field) } else { field.description.clone() }
}

/// The description of a field that has no description of its own: the first sentence of the description of its type.
fn fallback(api: &Api, field: &Field) -> String {
    let named = field.kind.named().and_then(|name| api.type_named(name));
    let words = named.map(|named| named.description.as_str()).filter(|words| !words.is_empty());
    // The summary is the first sentence of the first paragraph. Code must not be cut in the middle.
    let paragraph = words.and_then(|words| words.split("\n\n").next()).filter(|words| !words.starts_with("```"));
    paragraph.map_or_else(|| format!("{}.", code(&field.name)), |words| sentence(words.split(". ").next().unwrap_or(words)) + ".")
}

/// The rustdoc of a setter of the trading client. The rustdoc leaves out inferences, because the same field of the request type documents
/// them.
pub(super) fn setter(api: &Api, field: &Field) -> String {
    let mut text = description(api, field);
    text.push('\n');
    let facts = limits_and_default(field).join(" ");
    if !facts.is_empty() {
        text.push_str(&format!("\n{facts}\n"));
    }
    notes(&mut text, field.undocumented.as_deref(), field.provisional.as_deref());
    text
}

/// The rustdoc of a method of the trading client.
pub(super) fn client_method(operation: &Operation) -> String {
    let mut text = format!("{}.\n\n{}\n", sentence(&operation.summary), operation.description);
    match operation.repeatable.as_str() {
        "idempotent" => {
            text.push_str("\nThe request is idempotent, so the client retries it after a transient failure, as it retries a query.\n")
        }
        "once" => {
            text.push_str("\nThe request is not idempotent, so the client retries it only if the exchange certainly did not execute it.\n")
        }
        _ => {}
    }
    if let Some(gap) = &operation.response.undocumented {
        text.push_str(&format!("\n{}\n", after("**Undocumented:**", gap)));
    }
    text.push_str(&format!("\nDocumentation: <{}>\n", operation.documentation));
    text
}

fn facts(field: &Field) -> String {
    let mut facts = Vec::new();
    if names::field(&field.name) != field.name {
        facts.push(format!("Name in the API: {}.", code(&field.name)));
    }
    facts.extend(limits_and_default(field));
    facts.join(" ")
}

fn limits_and_default(field: &Field) -> Vec<String> {
    let mut facts = Vec::new();
    if let Some(limits) = self::limits(&field.kind, &field.limits) {
        let presumably = if field.inferred.of(Aspect::Limits).is_some() { "Presumably allowed" } else { "Allowed" };
        facts.push(format!("{presumably}: {limits}."));
    }
    if let Some(pattern) = &field.pattern {
        facts.push(format!("Pattern: {}.", code(&pattern.text)));
    }
    if let Some(default) = &field.default {
        facts.push(format!("Default of the server: {}.", code(&default.as_str().map_or_else(|| default.to_string(), str::to_owned))));
    }
    facts
}

/// Documented limits as text: `1 to 64 characters`.
pub(super) fn limits(kind: &Kind, limits: &Limits) -> Option<String> {
    let span = match (limits.minimum, limits.maximum) {
        (Some(minimum), Some(maximum)) => format!("{minimum} to {maximum}"),
        (Some(minimum), None) => format!("at least {minimum}"),
        (None, Some(maximum)) => format!("at most {maximum}"),
        (None, None) => return None,
    };
    let of = |unit: &str| format!("{span} {}", plural(limits.maximum.or(limits.minimum).unwrap_or_default(), unit));
    Some(match kind {
        Kind::String | Kind::Secret | Kind::Named(_) => of("character"),
        Kind::List(_) => of("item"),
        _ => span,
    })
}

fn notes(text: &mut String, undocumented: Option<&str>, provisional: Option<&str>) {
    if let Some(gap) = undocumented {
        text.push_str(&format!("\n{}\n", after("**Undocumented:**", gap)));
    }
    if let Some(evidence) = provisional {
        text.push_str(&format!("\n{}\n", after("**Provisional:**", evidence)));
    }
}

/// Lists the inferences about an item, each with its evidence.
fn inferred(text: &mut String, inferences: &Inferences) {
    for (aspect, evidence) in inferences.iter() {
        let about = match aspect {
            Aspect::Required => "this value is required. ",
            Aspect::Limits => "these limits apply. ",
            Aspect::Items => "the items have this type. ",
            Aspect::Unit => "the time has this unit. ",
            Aspect::States => "the documentation does not state which values are open and which are final. ",
            Aspect::Rule | Aspect::Unless | Aspect::Meaning => "",
        };
        let checked = if aspect.is_checked() { format!(" {ON_REQUEST}") } else { String::new() };
        text.push_str(&format!("\n**Inferred:** {about}{evidence}{checked}\n"));
    }
}

const ON_REQUEST: &str = "The client checks this only with [`check_inferred`](crate::ClientBuilder::check_inferred).";

/// The alternatives of credentials: `jwt, or apiKey + timestamp + signature`.
pub(super) fn credentials(operation: &Operation) -> String {
    let alternatives: Vec<String> =
        operation.security.iter().map(|schemes| if schemes.is_empty() { String::from("none") } else { schemes.join(" + ") }).collect();
    if alternatives.is_empty() { String::from("none") } else { alternatives.join(", or ") }
}

fn page(url: &str) -> &str {
    url.rsplit('/').next().unwrap_or(url)
}

fn sentence(text: &str) -> String {
    text.trim().trim_end_matches('.').to_owned()
}
