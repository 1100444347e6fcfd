//! Formats the rustdoc of generated items from the descriptions and other content of the specification.

use venue_spec::model::{
    Api, Aspect, Body, Condition, EnumValue, Field, Inferences, Kind, Limits, Operation, Rule, Shape, SuccessCondition, Type,
};

use super::api_docs::rate_limit;
use super::markdown::{after, code};
use super::{Context, names};

const DEPRECATED: &str = "**Deprecated:** the exchange plans to remove this.";

/// The rustdoc of a request type.
pub(super) fn operation(context: &Context<'_>, operation: &Operation) -> String {
    let api = context.api;
    let mut text = format!("{}.\n\n{}\n", sentence(&operation.summary), operation.description);
    if operation.removed {
        let successor = operation.successor.as_ref().map(|id| format!(" Use [`{0}`] instead.", names::type_(id)));
        text.push_str(&format!(
            "\n**Removed:** the exchange has removed the operation, so a client cannot send this request.{}\n",
            successor.unwrap_or_default()
        ));
    } else if operation.deprecated {
        let successor = operation.successor.as_ref().map(|id| format!(" Use [`{0}`] instead.", names::type_(id)));
        text.push_str(&format!("\n{DEPRECATED}{}\n", successor.unwrap_or_default()));
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

/// The values of the data that a success requires: `` `code` = 0 and `failIds` = [] ``.
pub(super) fn conditions(conditions: &[SuccessCondition]) -> String {
    let each = conditions.iter().map(|condition| format!("`{} = {}`", condition.field, condition.expected));
    each.collect::<Vec<_>>().join(" and ")
}

/// The example of the first operation that needs no credentials and is not deprecated. If there is none, the example of the first operation
/// that still exists.
pub(super) fn first_example(context: &Context<'_>) -> String {
    let operation = context.api.operations.iter().find(|operation| operation.security.is_empty() && !operation.deprecated);
    operation
        .or_else(|| context.api.operations.iter().find(|operation| !operation.removed))
        .map(|operation| example(context, operation))
        .unwrap_or_default()
}

/// Formats an example that rustdoc compiles. The example sends a request with the documented example values, and with every other
/// parameter that a rule requires.
fn example(context: &Context<'_>, operation: &Operation) -> String {
    let documented = operation.body.as_ref().and_then(|body| body.example.as_ref());
    let fields = super::requests::fields(context, operation);
    let rules: Vec<&Rule> = operation.rules.iter().chain(body_rules(context.api, operation.body.as_ref())).collect();
    let Some(call) = (Values { api: context.api, documented }).call(&fields, &rules, "    ") else { return String::new() };
    let mut uses = vec!["Client"];
    uses.extend(["ExactDecimal"].into_iter().filter(|name| call.contains(*name)));
    uses.push("requests");
    uses.extend(["types"].into_iter().filter(|_| call.contains("types::")));
    let deprecated = if operation.deprecated { "# #![allow(deprecated)]\n" } else { "" };
    format!(
        "```no_run\n{deprecated}use {}::{{{}}};\n\n# async fn example(client: &Client) -> Result<(), Box<dyn std::error::Error>> {{\nlet request = \
         requests::{}::new{call};\nlet response = client.send(request).await?;\nprintln!(\"{{:?}}\", response.data());\n# Ok(())\n# }}\n```\n",
        context.target.crate_ident(),
        uses.join(", "),
        names::type_(&operation.id),
    )
}

/// The example values of fields.
struct Values<'a> {
    api: &'a Api,
    /// The documented example of an object. It takes precedence over the examples of its fields.
    documented: Option<&'a serde_json::Value>,
}

impl Values<'_> {
    fn of(&self, field: &Field) -> Option<serde_json::Value> {
        self.documented.and_then(|body| body.get(&field.name)).or(field.example.as_ref()).cloned()
    }

    /// The fields that an example sets: required fields, fields with a documented example, and fields that a rule requires for these
    /// values.
    fn shown<'f>(&self, fields: &[&'f Field], rules: &[&Rule]) -> Vec<&'f Field> {
        let mut shown: Vec<&Field> = fields.iter().copied().filter(|field| is_usual(field) || self.of(field).is_some()).collect();
        for rule in rules {
            let missing = match &rule.condition {
                Condition::AnyOf(names) | Condition::OneOf(names) if !shown.iter().any(|field| names.contains(&field.name)) => {
                    names.first()
                }
                Condition::Require { field, when, unless } => {
                    let chosen = |(name, values): &(String, Vec<serde_json::Value>)| {
                        shown
                            .iter()
                            .find(|field| field.name == *name)
                            .and_then(|field| first_value(self.api, field, self.of(field)))
                            .is_some_and(|value| values.contains(&value))
                    };
                    (when.iter().all(chosen) && !unless.iter().any(chosen)).then_some(field)
                }
                Condition::AnyOf(_) | Condition::OneOf(_) => None,
            };
            let missing = missing.and_then(|name| fields.iter().copied().find(|field| field.name == *name));
            shown.extend(missing.filter(|missing| !shown.iter().any(|field| field.name == missing.name)));
        }
        fields.iter().copied().filter(|field| shown.iter().any(|shown| shown.name == field.name)).collect()
    }

    /// Formats the code that creates the request of an example: the arguments of `new`, and the calls of setters after it. Returns `None`
    /// if there is no value for a required field.
    fn call(&self, fields: &[&Field], rules: &[&Rule], indentation: &str) -> Option<String> {
        let shown = self.shown(fields, rules);
        let value = |field: &Field| rust_value(self.api, &field.kind, self.of(field).as_ref());
        let arguments = fields.iter().filter(|field| field.required).map(|field| value(field)).collect::<Option<Vec<_>>>()?;
        let optional = shown.iter().filter(|field| !field.required && !field.deprecated);
        let setters = optional.filter_map(|field| Some(format!("\n{indentation}.{}({})", super::requests::method(field), value(field)?)));
        Some(format!("({}){}", arguments.join(", "), setters.collect::<String>()))
    }

    /// Formats the calls of the setters of a builder.
    fn setters(&self, fields: &[&Field], rules: &[&Rule]) -> String {
        let value = |field: &Field| rust_value(self.api, &field.kind, self.of(field).as_ref());
        let shown = self.shown(fields, rules);
        shown.into_iter().filter_map(|field| Some(format!(".{}({})", names::field(&field.name), value(field)?))).collect()
    }
}

/// Whether the field is required, either by the documentation or by an inference.
fn is_usual(field: &Field) -> bool {
    field.required || field.inferred.of(Aspect::Required).is_some()
}

/// The value of a field in the example: the documented value, or the first value of an enum.
fn first_value(api: &Api, field: &Field, documented: Option<serde_json::Value>) -> Option<serde_json::Value> {
    documented.or_else(|| match &api.type_named(field.kind.named()?)?.shape {
        Shape::Enum { values, .. } => values.first().map(|value| value.wire.clone()),
        _ => None,
    })
}

/// Formats an example value as a Rust expression. If no value is documented, makes up a value of the type. Returns `None` if no value of
/// the type can be made up.
fn rust_value(api: &Api, kind: &Kind, value: Option<&serde_json::Value>) -> Option<String> {
    let text = value.map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    Some(match kind {
        Kind::String | Kind::Secret => format!("{:?}", text.unwrap_or_else(|| String::from("…"))),
        Kind::Decimal => decimal(&text.unwrap_or_else(|| String::from("1"))),
        Kind::UnixMillis | Kind::UnixSeconds | Kind::UnixMillisText | Kind::UnixSecondsText | Kind::Int64 => {
            format!("{}_i64", text.unwrap_or_else(|| String::from("1")))
        }
        Kind::Int32 => text.unwrap_or_else(|| String::from("1")),
        Kind::Boolean => text?,
        Kind::Any => return None,
        Kind::List(item) if matches!(**item, Kind::String) => {
            let items: Vec<String> = value?.as_array()?.iter().map(|item| format!("{item}.to_string()")).collect();
            format!("vec![{}]", items.join(", "))
        }
        Kind::List(item) => {
            let Shape::Object { fields, rules } = &api.type_named(item.named()?)?.shape else { return None };
            let documented = value.and_then(|list| list.get(0));
            let setters = Values { api, documented }.setters(&fields.iter().collect::<Vec<_>>(), &rules.iter().collect::<Vec<_>>());
            format!("vec![types::{}::builder(){setters}.build()?]", item.named()?)
        }
        Kind::Named(name) => match &api.type_named(name)?.shape {
            Shape::Enum { values, .. } => {
                let found = values.iter().find(|candidate| Some(candidate.text()) == text).or_else(|| values.first())?;
                format!("types::{name}::{}", found.variant)
            }
            Shape::Id { .. } => format!("{:?}", text.unwrap_or_else(|| String::from("…"))),
            Shape::Object { .. } | Shape::Tuple { .. } | Shape::Undocumented => return None,
        },
    })
}

/// Formats a decimal as a Rust expression: an integer, or a text that is parsed exactly.
fn decimal(text: &str) -> String {
    let is_integer = text.len() < 10 && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_integer { text.to_owned() } else { format!("\"{text}\".parse::<ExactDecimal>()?") }
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
    let more = (users.len() > SHOWN).then(|| format!("and {} more operations", users.len() - SHOWN));
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
    let mut text = if field.description.is_empty() { fallback(api, field) } else { field.description.clone() };
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
    let mut text = if field.description.is_empty() { fallback(api, field) } else { field.description.clone() };
    text.push_str(&format!("\n\nPosition {position} of the array, counted from 0.\n"));
    notes(&mut text, field.undocumented.as_deref(), field.provisional.as_deref().filter(|_| own_notes));
    inferred(&mut text, &field.inferred);
    text
}

/// The first line of the description of a field or a parameter.
pub(super) fn summary(api: &Api, field: &Field) -> String {
    let text = if field.description.is_empty() { fallback(api, field) } else { field.description.clone() };
    text.lines().next().unwrap_or_default().to_owned()
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
    let mut text = if field.description.is_empty() { fallback(api, field) } else { field.description.clone() };
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
    Some(match kind {
        Kind::String | Kind::Secret | Kind::Named(_) => format!("{span} characters"),
        Kind::List(_) => format!("{span} items"),
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

/// Lists the rules over several fields: first those that the documentation states, then those that are inferred from it.
fn checked<'a>(text: &mut String, rules: impl Iterator<Item = &'a Rule>) {
    let (inferred, documented): (Vec<&Rule>, Vec<&Rule>) = rules.partition(|rule| rule.evidence().is_some());
    let list = |rules: &[&Rule]| rules.iter().map(|rule| format!("- {}\n", self::rule(rule))).collect::<String>();
    if !documented.is_empty() {
        text.push_str(&format!(
            "\nBefore the client sends the request, it checks the limits of each field and these rules:\n\n{}",
            list(&documented)
        ));
    }
    if !inferred.is_empty() {
        text.push_str(&format!(
            "\n**Inferred** rules, which the client checks only with [`check_inferred`](crate::ClientBuilder::check_inferred):\n\n{}",
            list(&inferred)
        ));
    }
}

/// A rule as text, with the evidence for its inferred parts.
pub(super) fn rule(rule: &Rule) -> String {
    let mut text = condition(&rule.condition);
    if let Some(evidence) = rule.inferred.of(Aspect::Unless) {
        text.push_str(&format!(". The exception is inferred: {evidence}"));
    }
    if let Some(evidence) = rule.evidence() {
        text.push_str(&format!(". {evidence}"));
    }
    text
}

/// A condition as text.
pub(super) fn condition(condition: &Condition) -> String {
    match condition {
        Condition::AnyOf(fields) => format!("at least one of {} is required", ticked(fields)),
        Condition::OneOf(fields) => format!("exactly one of {} is required", ticked(fields)),
        Condition::Require { field, .. } => format!("`{field}` is required {}", requirement(condition)),
    }
}

/// The cases in which a field is required, as text: `when …, unless …`.
pub(super) fn requirement(condition: &Condition) -> String {
    let Condition::Require { when, unless, .. } = condition else { return String::new() };
    let conditions = |list: &[(String, Vec<serde_json::Value>)], glue: &str| {
        let each = list.iter().map(|(field, values)| {
            let values: Vec<String> = values.iter().map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned)).collect();
            format!("`{field}` is {}", either(&values))
        });
        each.collect::<Vec<_>>().join(glue)
    };
    let mut words = Vec::new();
    if !when.is_empty() {
        words.push(format!("when {}", conditions(when, " and ")));
    }
    if !unless.is_empty() {
        words.push(format!("unless {}", conditions(unless, " or ")));
    }
    words.join(", ")
}

fn either(values: &[String]) -> String {
    match values {
        [] => String::new(),
        [one] => format!("`{one}`"),
        [first @ .., last] => format!("{} or `{last}`", first.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", ")),
    }
}

fn ticked(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

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

pub(super) fn body_fields<'a>(api: &'a Api, body: Option<&Body>) -> &'a [Field] {
    match body.and_then(|body| api.type_named(&body.schema)).map(|named| &named.shape) {
        Some(Shape::Object { fields, .. }) => fields,
        _ => &[],
    }
}

pub(super) fn body_rules<'a>(api: &'a Api, body: Option<&Body>) -> &'a [Rule] {
    match body.and_then(|body| api.type_named(&body.schema)).map(|named| &named.shape) {
        Some(Shape::Object { rules, .. }) => rules,
        _ => &[],
    }
}
