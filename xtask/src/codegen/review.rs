//! The API as a reviewer reads it: a page for each operation, each schema and each stream, from the specification and from the generated code.

#[cfg(test)]
use std::collections::BTreeMap;

use anyhow::Context as _;
use quote::ToTokens;
use syn::{ImplItem, Item};
use venue_spec::model::{Api, Channel, EnumValue, Field, Inferences, Kind, Operation, Rule, Shape, Stream, Type};

use super::docs;
#[cfg(test)]
use crate::files::GeneratedFile;

/// Pages by name: `operations/place_order`, `schemas/Order`, `streams/websocket`.
#[cfg(test)]
pub(crate) fn pages(api: &Api, generated: &[GeneratedFile]) -> anyhow::Result<BTreeMap<String, String>> {
    let builders = parsed(generated, "generated/builder.rs")?;
    let types = parsed(generated, "generated/types.rs")?;
    let operations =
        api.operations.iter().map(|operation| Ok((format!("operations/{}", operation.id), self::operation(api, operation, &builders)?)));
    let schemas = api.types.iter().map(|named| Ok((format!("schemas/{}", named.name), schema(named, &types)?)));
    let streams = api.streams.iter().map(|stream| Ok((format!("streams/{}", stream.name), self::stream(stream))));
    operations.chain(schemas).chain(streams).collect()
}

#[cfg(test)]
fn parsed(generated: &[GeneratedFile], path: &str) -> anyhow::Result<syn::File> {
    let file = generated.iter().find(|file| file.path.ends_with(path)).with_context(|| format!("`{path}` was not generated"))?;
    Ok(syn::parse_file(&file.text)?)
}

/// The page of an operation. `builders` is the generated file of builders.
///
/// # Errors
///
/// If the generated code does not have the operation.
pub(crate) fn operation(api: &Api, operation: &Operation, builders: &syn::File) -> anyhow::Result<String> {
    let mut page = format!("{} {}\n{}\n", operation.method, operation.path, operation.summary);
    let mut fact = |name: &str, value: &str| page.push_str(&format!("  {name:<14}{value}\n"));
    fact("section", &operation.section);
    fact("page", &operation.documentation);
    fact("credentials", &docs::credentials(operation));
    fact("permission", &operation.permission);
    fact("repeatable", &operation.repeatable);
    page.push_str(&inferred(&operation.inferred));
    let mut fact = |name: &str, value: &str| page.push_str(&format!("  {name:<14}{value}\n"));
    if operation.deprecated {
        fact("deprecated", "the exchange means to remove it");
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
    let body_rules = operation.body.as_ref().and_then(|body| api.type_named(&body.schema)).map(rules_of).unwrap_or_default();
    page.push_str(&rules(operation.rules.iter().chain(body_rules)));
    page.push_str(&format!("\nanswer  {}\n", operation.response.schema));
    page.push_str(&note("undocumented", operation.response.undocumented.as_deref()));
    page.push_str(&example(operation.response.example.as_ref()));
    page.push_str(&format!("\nrust\n{}", signature(operation, builders)?));
    Ok(page)
}

fn rules_of(named: &Type) -> &[Rule] {
    match &named.shape {
        Shape::Object { rules, .. } => rules,
        _ => &[],
    }
}

fn rules<'a>(rules: impl Iterator<Item = &'a Rule>) -> String {
    let lines: String =
        rules.map(|rule| format!("  {}{}\n", if rule.evidence().is_some() { "inferred: " } else { "" }, docs::rule(rule))).collect();
    if lines.is_empty() { lines } else { format!("\nrules\n{lines}") }
}

fn example(example: Option<&serde_json::Value>) -> String {
    example.map(|example| format!("  example  {example}\n")).unwrap_or_default()
}

/// The call as Rust sees it, read from the generated code.
fn signature(operation: &Operation, builders: &syn::File) -> anyhow::Result<String> {
    let name = super::names::type_(&operation.id);
    let methods = builders.items.iter().find_map(|item| match item {
        Item::Impl(item) if item.self_ty.to_token_stream().to_string().starts_with(&format!("{name} <")) => Some(item),
        _ => None,
    });
    let methods = methods.with_context(|| format!("no builder for `{}`", operation.id))?;
    let mut text = format!("  client.{}()\n", operation.id);
    let mut answer = String::new();
    for member in &methods.items {
        let ImplItem::Fn(method) = member else { continue };
        match method.sig.ident.to_string().as_str() {
            "new" | "body_map" => {}
            "body" => text.push_str("    .body(Into<builder>)\n"),
            "send" => answer = format!("    .send().await {}\n", compact(&method.sig.output)),
            name => text.push_str(&format!("    .{name}({})\n", accepted(method))),
        }
    }
    Ok(text + &answer)
}

/// What a setter takes: `TryInto<OrderSide>`.
fn accepted(method: &syn::ImplItemFn) -> String {
    let bounds = method.sig.generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    bounds
        .filter_map(|predicate| match predicate {
            syn::WherePredicate::Type(bound) => Some(compact(&bound.bounds)),
            _ => None,
        })
        .find(|bound| bound.contains("TryInto"))
        .unwrap_or_default()
        .replace("std::convert::", "")
}

/// The page of a stream.
pub(crate) fn stream(stream: &Stream) -> String {
    let mut page = format!("{}\n{}\n  {:<14}{}\n", stream.url, stream.description, "page", stream.documentation);
    page.push_str("\nauthentication\n");
    page.extend(stream.authentication.iter().map(|(name, origin)| format!("  {name:<14}{origin}\n")));
    page.push_str("\nchannels\n");
    page.extend(stream.channels.iter().map(channel));
    page + &format!("\nrust\n  streams::{}\n", super::names::constant(&stream.name))
}

/// A channel's line on the page of its stream.
pub(crate) fn channel(channel: &Channel) -> String {
    let access = if channel.private { "private" } else { "public" };
    let line = format!("  {:<34}{access:<9}{}\n", channel.topic, channel.description);
    line + &note("undocumented", channel.undocumented.as_deref())
}

/// The page of a schema. `types` is the generated file of types.
///
/// # Errors
///
/// If the generated code does not have the schema.
pub(crate) fn schema(named: &Type, types: &syn::File) -> anyhow::Result<String> {
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
        Shape::Id => page.push_str("\nid: a string\n"),
        Shape::Undocumented => page.push_str("\nraw JSON\n"),
    }
    Ok(page)
}

fn layout<'a>(named: &Type, types: &'a syn::File) -> Option<&'a syn::ItemStruct> {
    types.items.iter().find_map(|item| match item {
        Item::Struct(item) if item.ident == named.name => Some(item),
        _ => None,
    })
}

/// A field in Rust.
fn rust(field: &Field, layout: &syn::ItemStruct) -> Option<String> {
    let ident = super::names::field(&field.name);
    let laid_out = layout.fields.iter().find(|candidate| candidate.ident.as_ref() == Some(&ident))?;
    Some(format!("{ident}: {}", compact(&laid_out.ty)))
}

/// A field's lines on the page of its schema.
pub(crate) fn field(named: &Type, field: &Field, types: &syn::File) -> String {
    let rust = layout(named, types).and_then(|layout| rust(field, layout));
    line(field, rust, named.provisional.is_none())
}

/// A value's line on the page of its enum.
pub(crate) fn value(value: &EnumValue) -> String {
    let mut text = format!("  {:<28}{:<28}{}\n", value.text(), value.variant, value.description);
    for (name, words) in [("undocumented", &value.undocumented), ("provisional", &value.provisional)] {
        text.push_str(&indented(&note(name, words.as_deref())));
    }
    text.push_str(&indented(&inferred(&value.inferred)));
    text
}

/// The lines of a field or a parameter.
pub(crate) fn line(field: &Field, rust: Option<String>, own_notes: bool) -> String {
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

fn compact(tokens: &impl ToTokens) -> String {
    let mut text = tokens.to_token_stream().to_string();
    for (spaced, tight) in [(" :: ", "::"), (":: ", "::"), (" < ", "<"), (" <", "<"), ("< ", "<"), (" >", ">"), (" ,", ",")] {
        text = text.replace(spaced, tight);
    }
    text = text.replace("crate::", "").replace("venue_core::", "").replace("rust_decimal::", "");
    text.trim_start_matches("::").replace("<::", "<").replace("->", "-> ").replace("->  ", "-> ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use venue_spec::Document;

    use super::*;
    use crate::checkout::root;
    use crate::diff::VALID;
    use crate::specs::{SPECS, Spec};

    fn spec_pages(spec: &Spec, source: String) -> BTreeMap<String, String> {
        let document = Document::parse(spec.path, source).unwrap_or_else(|report| panic!("{report}"));
        let generated = crate::codegen::generate(spec, &document).expect("it can be generated");
        pages(&Api::new(&document), &generated).expect("what was generated can be read")
    }

    fn source(spec: &Spec) -> String {
        std::fs::read_to_string(root().join(spec.path)).expect("the specification can be read")
    }

    fn folder(spec: &Spec) -> std::path::PathBuf {
        root().join("crates").join(spec.api_crate).join("snapshots")
    }

    #[test]
    fn the_api_is_what_was_reviewed() {
        for spec in &SPECS {
            for (name, page) in spec_pages(spec, source(spec)) {
                let (group, item) = name.split_once('/').expect("a group and a name");
                let mut settings = insta::Settings::clone_current();
                settings.set_snapshot_path(folder(spec).join(group));
                settings.set_prepend_module_to_snapshot(false);
                settings.set_omit_expression(true);
                settings.bind(|| insta::assert_snapshot!(item, page));
            }
        }
    }

    #[test]
    fn no_snapshot_outlives_what_it_shows() {
        for spec in &SPECS {
            let wanted: BTreeSet<String> = spec_pages(spec, source(spec)).into_keys().map(|name| format!("{name}.snap")).collect();
            assert_eq!(snapshots_below(&folder(spec)), wanted);
        }
    }

    fn snapshots_below(folder: &Path) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for group in std::fs::read_dir(folder).expect("the folder of snapshots").map(|entry| entry.expect("an entry").path()) {
            for file in std::fs::read_dir(&group).expect("a folder of snapshots").map(|entry| entry.expect("an entry").path()) {
                // What insta leaves beside a snapshot that differs is not one.
                if file.extension().is_some_and(|extension| extension == "snap") {
                    found.insert(file.strip_prefix(folder).expect("below").display().to_string());
                }
            }
        }
        found
    }

    #[test]
    fn what_the_exchange_means_to_remove_is_deprecated_in_rust() {
        let spec = &SPECS[0];
        let old = "x-venue-repeatable: once\n      parameters";
        let source = VALID.replacen(old, &old.replacen("once\n", "once\n      deprecated: true\n", 1), 1);
        let document = Document::parse(spec.path, source).unwrap_or_else(|report| panic!("{report}"));
        let generated = crate::codegen::generate(spec, &document).expect("it can be generated");
        let client = parsed(&generated, "client.rs").expect("what was generated can be read");
        let methods = client.items.iter().filter_map(|item| if let Item::Impl(item) = item { Some(&item.items) } else { None }).flatten();
        let deprecated = methods.filter_map(|method| match method {
            ImplItem::Fn(method) if method.attrs.iter().any(|attribute| attribute.path().is_ident("deprecated")) => Some(&method.sig.ident),
            _ => None,
        });
        assert_eq!(deprecated.map(ToString::to_string).collect::<Vec<_>>(), ["place_order"]);
    }

    /// What a reviewer relies on: an edit of one field shows up in the pages that it touches, and nowhere else.
    #[test]
    fn a_change_of_one_field_changes_only_its_own_pages() {
        let spec = &SPECS[0];
        let check = |from: &str, to: &str, touched: &[&str]| {
            assert_eq!(VALID.matches(from).count(), 1, "the edit must apply once: {from}");
            let (old, new) = (spec_pages(spec, VALID.to_owned()), spec_pages(spec, VALID.replacen(from, to, 1)));
            let changed: BTreeSet<&str> =
                new.iter().filter(|(name, page)| old.get(*name) != Some(page)).map(|(name, _)| name.as_str()).collect();
            assert_eq!(changed, touched.iter().copied().collect());
        };
        // A limit of a field that is sent: the schema alone.
        check("maxItems: 2", "maxItems: 3", &["schemas/PlaceOrder"]);
        let field = "        fieldOfThisTest:\n          type: integer\n          description: Made up.\n";
        // A new field of an answer: the schema alone.
        let before = "        createdAt:\n";
        check(before, &format!("{field}{before}"), &["schemas/Order"]);
        // A new field of a request: the schema, and the call that can now set it.
        let before = "        stops:\n";
        check(before, &format!("{field}{before}"), &["operations/place_order", "schemas/PlaceOrder"]);
        // What the exchange means to remove: the operation, or the schema of the field.
        let repeatable =
            "x-venue-repeatable: once\n      parameters:\n        - $ref: '#/components/parameters/RequestId'\n      requestBody";
        check(repeatable, &repeatable.replacen("once\n", "once\n      deprecated: true\n", 1), &["operations/place_order"]);
        check("maxItems: 2", "maxItems: 2\n          deprecated: true", &["schemas/PlaceOrder"]);
        // The address of a stream: its page.
        check("wss://stream.example.com/ws", "wss://ws.example.com/ws", &["streams/websocket"]);
    }
}
