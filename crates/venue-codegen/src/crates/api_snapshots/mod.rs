//! The snapshots of the API: a text page for each operation, each schema and each stream. A page shows the wire format from the
//! specification and the Rust items from the generated code, so that a reviewer sees both in one diff.

mod generated_code;
mod streams;

use std::collections::BTreeMap;

use anyhow::Context as _;
use venue_spec::model::{Api, EnumValue, Field, Inferences, Kind, Operation, Rule, Shape, Type};

pub use self::generated_code::GeneratedCode;
use self::generated_code::{layout, rust, signature};
use self::streams::{channel, stream};
use super::{api_docs, docs};

/// The pages of a specification and of the code that was generated from it.
pub struct Pages {
    api: Api,
    code: GeneratedCode,
}

impl Pages {
    /// Creates pages from a specification and generated code. The code may be of another revision than the specification, because each page
    /// only needs the Rust items that it shows.
    #[must_use]
    pub fn new(api: Api, code: GeneratedCode) -> Self {
        Self { api, code }
    }

    /// Returns all pages by name: `operations/place_order`, `schemas/Order`, `streams/websocket`.
    ///
    /// # Errors
    ///
    /// Returns an error if the generated code lacks an operation or a schema.
    pub fn all(&self) -> anyhow::Result<BTreeMap<String, String>> {
        let Self { api, code } = self;
        let operations = api.operations.iter().map(|of| Ok((format!("operations/{}", of.id), operation(api, of, &code.requests)?)));
        let schemas = api.types.iter().map(|named| Ok((format!("schemas/{}", named.name), schema(named, &code.types)?)));
        let streams = api.streams.iter().map(|of| Ok((format!("streams/{}", of.name), stream(of))));
        operations.chain(schemas).chain(streams).collect()
    }

    /// The page of an operation; `None` if the specification or the code lacks the operation.
    #[must_use]
    pub fn operation(&self, id: &str) -> Option<String> {
        let found = self.api.operations.iter().find(|operation| operation.id == id)?;
        operation(&self.api, found, &self.code.requests).ok()
    }

    /// The lines of a parameter on the page of its operation.
    #[must_use]
    pub fn parameter(&self, operation: &str, location: &str, name: &str) -> Option<String> {
        let operation = self.api.operations.iter().find(|candidate| candidate.id == operation)?;
        let found = operation.parameters.iter().find(|parameter| parameter.location == location && parameter.field.name == name)?;
        Some(line(&found.field, None, true))
    }

    /// The page of a schema; `None` if the specification or the code lacks the schema.
    #[must_use]
    pub fn schema(&self, name: &str) -> Option<String> {
        schema(self.api.type_named(name)?, &self.code.types).ok()
    }

    /// The lines of a field on the page of its schema.
    #[must_use]
    pub fn field(&self, schema: &str, name: &str) -> Option<String> {
        let named = self.api.type_named(schema)?;
        let fields = super::fields_of(named)?;
        let found = fields.iter().find(|field| field.name == name)?;
        let rust = layout(named, &self.code.types).and_then(|layout| rust(found, layout));
        Some(line(found, rust, named.provisional.is_none()))
    }

    /// The line of a value on the page of its enum.
    #[must_use]
    pub fn value(&self, schema: &str, text: &str) -> Option<String> {
        let Shape::Enum { values, .. } = &self.api.type_named(schema)?.shape else { return None };
        values.iter().find(|value| value.text() == text).map(value)
    }

    /// The page of a stream.
    #[must_use]
    pub fn stream(&self, name: &str) -> Option<String> {
        self.api.streams.iter().find(|stream| stream.name == name).map(stream)
    }

    /// The line of a channel on the page of its stream.
    #[must_use]
    pub fn channel(&self, stream: &str, topic: &str) -> Option<String> {
        let stream = self.api.streams.iter().find(|candidate| candidate.name == stream)?;
        stream.channels.iter().find(|channel| channel.topic == topic).map(channel)
    }
}

fn operation(api: &Api, operation: &Operation, requests: &syn::File) -> anyhow::Result<String> {
    let mut page = format!("{} {}\n{}\n", operation.method, operation.path, operation.summary);
    let mut fact = |name: &str, value: &str| page.push_str(&format!("  {name:<14}{value}\n"));
    if let Some(server) = &operation.server {
        fact("server", server);
    }
    fact("section", &operation.section);
    fact("page", &operation.documentation);
    fact("credentials", &docs::credentials(operation));
    fact("permission", &operation.permission);
    fact("repeatable", &operation.repeatable);
    if let Some(limit) = operation.rate_limit {
        fact("rate limit", &api_docs::rate_limit(limit));
    }
    page.push_str(&inferred(&operation.inferred));
    let mut fact = |name: &str, value: &str| page.push_str(&format!("  {name:<14}{value}\n"));
    match (operation.removed, operation.deprecated) {
        (true, _) => fact("removed", "the exchange has removed it"),
        (false, true) => fact("deprecated", "the exchange plans to remove this"),
        (false, false) => {}
    }
    if let Some(successor) = &operation.successor {
        fact("successor", successor);
    }
    let mut locations: Vec<&str> = operation.parameters.iter().map(|parameter| parameter.location.as_str()).collect();
    locations.dedup();
    for location in locations {
        page.push_str(&format!("\n{location}\n"));
        let fields = operation.parameters.iter().filter(|parameter| parameter.location == location);
        page.extend(fields.map(|parameter| line(&parameter.field, None, true)));
    }
    if let Some(body) = &operation.body {
        page.push_str(&format!("\nbody  {}\n", body.schema));
        page.push_str(&example(body.example.as_ref()));
    }
    page.push_str(&rules(operation.rules.iter().chain(super::body_rules(api, operation.body.as_ref()))));
    let (list, bare) =
        (if operation.response.is_list { "list of " } else { "" }, if operation.response.enveloped { "" } else { ", without an envelope" });
    page.push_str(&format!("\nresponse  {list}{}{bare}\n", operation.response.schema));
    if !operation.success.is_empty() {
        page.push_str(&note("success", Some(&docs::conditions(&operation.success))));
    }
    page.push_str(&note("undocumented", operation.response.undocumented.as_deref()));
    page.push_str(&example(operation.response.example.as_ref()));
    page.push_str(&format!("\nrust\n{}", signature(operation, requests)?));
    Ok(page)
}

fn rules<'a>(rules: impl Iterator<Item = &'a Rule>) -> String {
    let lines: String =
        rules.map(|rule| format!("  {}{}\n", if rule.evidence().is_some() { "inferred: " } else { "" }, docs::rule(rule))).collect();
    if lines.is_empty() { lines } else { format!("\nrules\n{lines}") }
}

fn example(example: Option<&serde_json::Value>) -> String {
    example.map(|example| format!("  example  {example}\n")).unwrap_or_default()
}

fn schema(named: &Type, types: &syn::File) -> anyhow::Result<String> {
    let direction = match (named.sent, named.received) {
        (true, true) => "sent and received",
        (true, false) => "sent",
        (false, true) => "received",
        (false, false) => "documentation of values",
    };
    let mut page = format!("{} ({direction})\n{}\n", named.name, named.description);
    page.push_str(&note("undocumented", named.undocumented.as_deref()));
    page.push_str(&note("provisional", named.provisional.as_deref()));
    page.push_str(&inferred(&named.inferred));
    match &named.shape {
        Shape::Object { fields, rules } => {
            let layout = layout(named, types).with_context(|| format!("no struct `{}`", named.name))?;
            page.push('\n');
            for field in fields {
                page.push_str(&line(field, rust(field, layout), named.provisional.is_none()));
            }
            page.push_str(&self::rules(rules.iter()));
        }
        Shape::Enum { integer, values, extensible, states } => {
            page.push_str(&format!("\nenum of {}\n", if *integer { "integers" } else { "strings" }));
            page.push_str(&note("extensible", extensible.as_deref()));
            page.extend(values.iter().map(self::value));
            if let Some(states) = states {
                page.push_str(&format!("  {:<14}{}\n  {:<14}{}\n", "open", states.open.join(", "), "final", states.r#final.join(", ")));
            }
        }
        Shape::Tuple { fields } => {
            let layout = layout(named, types).with_context(|| format!("no struct `{}`", named.name))?;
            page.push_str("\narray, by position\n");
            for field in fields {
                page.push_str(&line(field, rust(field, layout), named.provisional.is_none()));
            }
        }
        Shape::Id { integer: false } => page.push_str("\nid: a string\n"),
        Shape::Id { integer: true } => page.push_str("\nid: an integer\n"),
        Shape::Undocumented => page.push_str("\nraw JSON\n"),
    }
    Ok(page)
}

fn value(value: &EnumValue) -> String {
    let mut text = format!("  {:<27} {:<27} {}\n", value.text(), value.variant, value.description);
    for (name, words) in [("undocumented", &value.undocumented), ("provisional", &value.provisional)] {
        text.push_str(&indented(&note(name, words.as_deref())));
    }
    text.push_str(&indented(&inferred(&value.inferred)));
    text
}

/// The lines of a field or a parameter.
fn line(field: &Field, rust: Option<String>, own_notes: bool) -> String {
    let presence = if field.required { "required" } else { "optional" };
    let rust = rust.map(|rust| format!("  {rust}")).unwrap_or_default();
    let mut text = format!("  {:<22}{presence}  {:<24}{rust}", field.name, wire(&field.kind)).trim_end().to_owned();
    text.push('\n');
    if field.deprecated {
        text.push_str("      deprecated\n");
    }
    if let Some(limits) = docs::limits(&field.kind, &field.limits) {
        text.push_str(&format!("      limit         {limits}\n"));
    }
    if let Some(pattern) = &field.pattern {
        text.push_str(&format!("      pattern       {}\n", pattern.text));
    }
    if let Some(default) = &field.default {
        text.push_str(&format!("      default       {default}\n"));
    }
    let notes = [("undocumented", field.undocumented.as_deref()), ("provisional", field.provisional.as_deref().filter(|_| own_notes))];
    text.extend(notes.into_iter().map(|(name, words)| indented(&note(name, words))));
    text + &indented(&inferred(&field.inferred))
}

fn indented(lines: &str) -> String {
    lines.lines().map(|line| format!("    {line}\n")).collect()
}

fn inferred(inferences: &Inferences) -> String {
    inferences.iter().map(|(aspect, evidence)| note("inferred", Some(&format!("{}: {evidence}", aspect.as_str())))).collect()
}

/// The type as the specification writes it.
fn wire(kind: &Kind) -> String {
    match kind {
        Kind::String => String::from("string"),
        Kind::Decimal => String::from("decimal string"),
        Kind::Secret => String::from("secret string"),
        Kind::UnixMillis => String::from("int64, ms"),
        Kind::UnixSeconds => String::from("int64, s"),
        Kind::UnixMillisText => String::from("string, ms"),
        Kind::UnixSecondsText => String::from("string, s"),
        Kind::Int32 => String::from("int32"),
        Kind::Int64 => String::from("int64"),
        Kind::Boolean => String::from("boolean"),
        Kind::Any => String::from("any"),
        Kind::List(item) => format!("list of {}", wire(item)),
        Kind::Named(name) => name.clone(),
    }
}

fn note(name: &str, words: Option<&str>) -> String {
    words.map(|words| format!("  {name:<14}{words}\n")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use syn::{ImplItem, Item};

    use super::super::tests::{VALID, generated};
    use super::generated_code::compact;
    use super::*;

    fn pages(source: &str) -> BTreeMap<String, String> {
        let (_, files) = generated(source);
        let pages = files.into_iter().filter_map(|file| {
            let name = file.path.strip_prefix("crates/venue-api/snapshots").ok()?.with_extension("");
            Some((name.display().to_string(), file.text))
        });
        pages.collect()
    }

    #[test]
    fn what_the_exchange_means_to_remove_is_deprecated_in_rust() {
        let old = "x-venue-repeatable: once\n      parameters";
        let source = VALID.replacen(old, &old.replacen("once\n", "once\n      deprecated: true\n", 1), 1);
        let (_, files) = generated(&source);
        let requests = files.iter().find(|file| file.path.ends_with("generated/requests.rs")).expect("the requests are generated");
        let requests = syn::parse_file(&requests.text).expect("the requests are Rust");
        let implementations = requests.items.iter().filter_map(|item| if let Item::Impl(item) = item { Some(item) } else { None });
        let deprecated = implementations.flat_map(|item| item.items.iter().map(move |member| (item, member)));
        let deprecated = deprecated.filter_map(|(item, member)| match member {
            ImplItem::Fn(method) if method.attrs.iter().any(|attribute| attribute.path().is_ident("deprecated")) => {
                Some(format!("{}::{}", compact(&item.self_ty), method.sig.ident))
            }
            _ => None,
        });
        assert_eq!(deprecated.collect::<Vec<_>>(), ["PlaceOrder::new"]);
    }

    /// Reviewers rely on this: an edit of one field changes only the pages that show the field.
    #[test]
    fn a_change_of_one_field_changes_only_its_own_pages() {
        let check = |from: &str, to: &str, touched: &[&str]| {
            assert_eq!(VALID.matches(from).count(), 1, "the edit must apply once: {from}");
            let (old, new) = (pages(VALID), pages(&VALID.replacen(from, to, 1)));
            let changed: BTreeSet<&str> =
                new.iter().filter(|(name, page)| old.get(*name) != Some(page)).map(|(name, _)| name.as_str()).collect();
            assert_eq!(changed, touched.iter().copied().collect());
        };
        // A limit of a sent field changes only the page of the schema.
        check("maxItems: 2", "maxItems: 3", &["schemas/PlaceOrder"]);
        let field = "        fieldOfThisTest:\n          type: integer\n          description: Made up.\n";
        // A new field of a response changes only the page of the schema.
        let before = "        createdAt:\n";
        check(before, &format!("{field}{before}"), &["schemas/Order"]);
        // A new field of a request changes the page of the schema, and the page of the operation that can now set the field.
        let before = "        stops:\n";
        check(before, &format!("{field}{before}"), &["operations/place_order", "schemas/PlaceOrder"]);
        // A deprecation changes the page of the operation, or the page of the schema of the deprecated field.
        let repeatable =
            "x-venue-repeatable: once\n      parameters:\n        - $ref: '#/components/parameters/RequestId'\n      requestBody";
        check(repeatable, &repeatable.replacen("once\n", "once\n      deprecated: true\n", 1), &["operations/place_order"]);
        check("maxItems: 2", "maxItems: 2\n          deprecated: true", &["schemas/PlaceOrder"]);
        // The address of a stream changes the page of the stream.
        check("wss://stream.example.com/ws", "wss://ws.example.com/ws", &["streams/websocket"]);
    }
}
