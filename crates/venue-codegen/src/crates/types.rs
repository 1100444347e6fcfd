//! Generates `types.rs`. The fields of objects come from the code that typify generated. Enums, ids and the envelope are generated from the
//! specification.

use std::collections::BTreeMap;

use anyhow::Context as _;
use proc_macro2::TokenStream;
use quote::quote;
use syn::visit_mut::VisitMut as _;
use syn::{Fields, ItemStruct, parse_quote};
use venue_spec::model::{Api, Aspect, EnumValue, Field, Kind, Shape, States, Type};

use super::short_paths::Shorten;
use super::source_file::{File, doc, doc_lines};
use super::{Context, docs, json_schema, limits, names, progenitor_spec, rust_types, type_builders};

/// Generates `types.rs`: all types without their builders.
pub(super) fn file(context: &Context<'_>, types: &BTreeMap<String, ItemStruct>) -> anyhow::Result<String> {
    let api = context.api;
    let mut file = File::new(
        &context.target.specification,
        "The types of which requests and responses consist.\n\nReceived types keep undocumented fields in `extra`. If the value of an optional field \
         does not have the documented type, the field is `None`, and `extra` keeps the JSON value. The exchange may add fields to every type, so \
         a program creates a value with the type's `builder()`, and the body of a request with the request type.",
    );
    file.tokens(quote! {
        pub mod builder;

        pub use ::venue_core::{Extra, Secret, UnixMillis, UnixSeconds, UnknownValue, Unreadable};
    })?;
    file.text(&envelope(context));
    for named in &api.types {
        match &named.shape {
            Shape::Object { fields, .. } => {
                let layout = types.get(&named.name).with_context(|| format!("progenitor generated no struct `{}`", named.name))?;
                file.tokens(object(context, named, fields, layout)?)?;
                if named.received {
                    file.text(&wire_object(named, fields));
                    if fields.iter().any(|field| matches!(field.kind, Kind::List(_))) {
                        file.tokens(completeness(named, fields))?;
                    }
                }
                if context.is_nested(named) {
                    file.tokens(limits::validate_impl(context, named)?)?;
                }
            }
            Shape::Enum { values, states, .. } => {
                file.text(&open_enum(context, named));
                if let Some(states) = states {
                    file.tokens(state_methods(named, values, states))?;
                }
            }
            Shape::Tuple { fields } => {
                let layout = types.get(&named.name).with_context(|| format!("progenitor generated no struct `{}`", named.name))?;
                file.tokens(object(context, named, fields, layout)?)?;
                file.text(&wire_tuple(named, fields));
            }
            Shape::Id { integer } => file.text(&format!(
                "::venue_core::{} {{\n{}    pub struct {};\n}}",
                if *integer { "integer_id!" } else { "string_id!" },
                doc_lines(&docs::named(api, named), "    "),
                named.name
            )),
            Shape::Undocumented => {
                let (words, name) = (doc(&docs::named(api, named)), names::ident(&named.name));
                file.tokens(quote! { #words pub type #name = ::venue_core::Undocumented; })?;
            }
        }
    }
    Ok(file.finish())
}

fn envelope(context: &Context<'_>) -> String {
    let names = &context.api.envelope;
    let codes = |codes: &[i64]| codes.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
    format!(
        "::venue_core::envelope! {{\n{}    pub struct {} {{\n        code: {:?} is [{}] uncertain [{}],\n        message: {:?},\n        data: {:?},\n        \
         request_id: {:?},\n    }}\n}}",
        doc_lines(&format!("{}\n\nDocumentation: <{}>", names.description, context.api.documentation), "    "),
        names.schema,
        names.code,
        codes(&names.success),
        codes(&names.uncertain),
        names.message,
        names.data,
        names.request_id,
    )
}

fn open_enum(context: &Context<'_>, named: &Type) -> String {
    let Shape::Enum { integer, values, .. } = &named.shape else { return String::new() };
    let mut text = format!("::venue_core::open_enum! {{\n{}", doc_lines(&docs::named(context.api, named), "    "));
    text.push_str(&format!("    pub enum {}: {} {{\n", named.name, if *integer { "i64" } else { "str" }));
    for value in values {
        text.push_str(&doc_lines(&docs::value(value), "        "));
        text.push_str(&format!("        {} = {},\n", value.variant, value.wire));
    }
    text.push_str("    }\n}");
    text
}

/// Generates `is_open` and `is_final` for an enum of states, so that programs need no lists of states of their own. Such a list would miss
/// a state that the exchange adds later.
fn state_methods(named: &Type, values: &[EnumValue], states: &States) -> TokenStream {
    let name = names::ident(&named.name);
    let evidence = named.inferred.of(Aspect::States).map(|evidence| format!("\n\n**Inferred:** {evidence}")).unwrap_or_default();
    let method = |method: &str, meaning: &str, listed: &[String]| {
        let variants = values.iter().filter(|value| listed.contains(&value.text())).map(|value| names::ident(&value.variant));
        let words: Vec<String> = listed.iter().map(|value| format!("`{value}`")).collect();
        let words = doc(&format!(
            "Whether the state is {meaning}. This is true for {}.\n\nA value that the specification does not list is neither open nor final.{evidence}",
            words.join(", ")
        ));
        let method = names::ident(method);
        quote! {
            #words
            #[must_use]
            pub const fn #method(&self) -> bool {
                matches!(self, #(Self::#variants)|*)
            }
        }
    };
    let is_open = method("is_open", "open, which means that it can still change", &states.open);
    let is_final = method("is_final", "final, which means that it no longer changes", &states.r#final);
    quote! { impl #name { #is_open #is_final } }
}

fn object(context: &Context<'_>, named: &Type, fields: &[Field], layout: &ItemStruct) -> anyhow::Result<TokenStream> {
    let mut item = layout.clone();
    Shorten { types: None }.visit_item_struct_mut(&mut item);
    let words = doc(&docs::named(context.api, named));
    let equality = if named.received {
        quote! { PartialEq }
    } else {
        context.equality(fields)
    };
    let is_nested = context.is_nested(named);
    // A body that is not part of another body is only serialized. For reading it and for its JSON Schema, a program uses the request
    // type.
    let serde = match (named.received, is_nested) {
        (true, _) => quote! {},
        (false, true) => quote! { , ::serde::Serialize, ::serde::Deserialize },
        (false, false) => quote! { , ::serde::Serialize },
    };
    // A misspelt name such as `reduceonly` must be an error, because the field would otherwise be ignored.
    let strict = is_nested.then(|| quote! { , deny_unknown_fields });
    let serde_names = named.sent.then(|| quote! { #[serde(rename_all = "camelCase" #strict)] });
    let schema_names = named.received.then(|| quote! { , rename_all = "camelCase" });
    let is_row = matches!(named.shape, Shape::Tuple { .. });
    // `wire_tuple!` implements `JsonSchema` for a row.
    let schema = ((named.received || is_nested) && !is_row).then(|| {
        let Shape::Object { rules, .. } = &named.shape else { return TokenStream::new() };
        let all: Vec<&Field> = fields.iter().collect();
        let rules = json_schema::rules(&all, rules.iter()).filter(|_| named.sent).map(|rules| quote! { , #rules });
        quote! {
            #[cfg_attr(
                feature = "schemars",
                derive(::schemars::JsonSchema),
                schemars(transform = ::venue_core::private::plain_schema #schema_names #rules)
            )]
        }
    });
    item.attrs = parse_quote! {
        #words
        #[derive(Clone, Debug, #equality #serde)]
        #schema
        #serde_names
        #[non_exhaustive]
    };
    let Fields::Named(named_fields) = &mut item.fields else { anyhow::bail!("`{}` has no named fields", named.name) };
    let mut by_name: BTreeMap<String, syn::Field> =
        std::mem::take(&mut named_fields.named).into_iter().filter_map(|field| Some((field.ident.as_ref()?.to_string(), field))).collect();
    for (position, field) in fields.iter().enumerate() {
        let ident = names::field(&field.name);
        let mut laid_out = by_name
            .remove(&ident.to_string())
            .with_context(|| format!("`{}`: progenitor calls the field `{}` something else than `{ident}`", named.name, field.name))?;
        let own_notes = named.provisional.is_none();
        let (words, attributes) = if is_row {
            (docs::position(context.api, position, field, own_notes), TokenStream::new())
        } else {
            (docs::field(context.api, field, own_notes), field_attributes(context, named, field))
        };
        let words = doc(&words);
        laid_out.attrs = parse_quote! { #words #attributes };
        named_fields.named.push(laid_out);
    }
    if is_row {
        named_fields.named.push(parse_quote! {
            /// The undocumented positions at the end of the array, with their indexes as names. Also contains the JSON of a documented
            /// position that may be `null`, if its value has an unexpected type. The field of this position is then `None`.
            pub extra: Extra
        });
    } else if named.received {
        named_fields.named.push(parse_quote! {
            /// The undocumented fields, unchanged. If the value of an optional field does not have the documented type, the field is
            /// `None`, and `extra` contains the JSON value.
            #[cfg_attr(feature = "schemars", schemars(skip))]
            pub extra: Extra
        });
    }
    if !type_builders::has_builder(context, named) {
        return Ok(quote! { #item });
    }
    let (name, builder_doc) = (&item.ident, doc(&format!("Returns an empty builder, [`builder::{}`].", item.ident)));
    let gate = gate(named);
    Ok(quote! {
        #item

        impl #name {
            #builder_doc
            #gate
            pub fn builder() -> builder::#name {
                builder::#name::default()
            }
        }
    })
}

/// The attribute by which a feature enables the builder of a received type. Only tests and mocks need these builders, and the builders
/// increase the build time.
pub(super) fn gate(named: &Type) -> Option<TokenStream> {
    (!named.sent).then(|| quote! { #[cfg(feature = "response-builders")] })
}

fn field_attributes(context: &Context<'_>, named: &Type, field: &Field) -> TokenStream {
    let rename = renamed(field);
    let is_option = !progenitor_spec::is_always_there(named, field);
    let with = schema_type(field, is_option);
    if named.received {
        // A list that is missing in the response is read as an empty list.
        let default = (!is_option && !field.required).then(|| quote! { default });
        let parts: Vec<TokenStream> = rename.into_iter().chain(default).chain(with).collect();
        return if parts.is_empty() {
            quote! {}
        } else {
            quote! { #[cfg_attr(feature = "schemars", schemars(#(#parts),*))] }
        };
    }
    let has_schema = context.is_nested(named);
    sent_field(context.api, field, Owner::Type { has_schema })
}

/// The attribute argument for the wire name of a field, unless `rename_all = "camelCase"` gives the same name.
pub(super) fn renamed(field: &Field) -> Option<TokenStream> {
    let wire = &field.name;
    (names::camel(&names::field(wire)) != *wire).then(|| quote! { rename = #wire })
}

/// The type that a sent field belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// A body, or an object in a body. It always implements serde's traits.
    Type { has_schema: bool },
    /// A request. Its serde traits and its JSON Schema need features.
    Request,
}

/// The attributes of a field that is sent.
pub(super) fn sent_field(api: &Api, field: &Field, owner: Owner) -> TokenStream {
    let is_option = !field.required;
    let with = schema_type(field, is_option);
    let representation = rust_types::representation(&field.kind).map(|representation| {
        let submodule = match (is_list(field), is_option) {
            (false, false) => "",
            (false, true) => "::optional",
            (true, false) => "::list",
            (true, true) => "::optional_list",
        };
        let with = format!("{}{submodule}", representation.module);
        quote! { with = #with }
    });
    let optional = is_option.then(|| quote! { skip_serializing_if = "Option::is_none" });
    // Serde reads a missing `Option` as `None`, unless the field has a `with`.
    let default = (is_option && representation.is_some()).then(|| quote! { default });
    let serde: Vec<TokenStream> = renamed(field).into_iter().chain(default).chain(optional).chain(representation).collect();
    let serde = (!serde.is_empty()).then(|| match owner {
        Owner::Type { .. } => quote! { #[serde(#(#serde),*)] },
        Owner::Request => quote! { #[cfg_attr(feature = "request-json", serde(#(#serde),*))] },
    });
    let has_schema = owner != (Owner::Type { has_schema: false });
    let parts: Vec<TokenStream> = with.into_iter().chain(json_schema::field(api, field)).collect();
    let schema = (has_schema && !parts.is_empty()).then(|| quote! { #[cfg_attr(feature = "schemars", schemars(#(#parts),*))] });
    quote! { #serde #schema }
}

fn is_list(field: &Field) -> bool {
    matches!(field.kind, Kind::List(_))
}

/// The attribute argument by which a decimal, or a time that JSON has as text, gets the JSON Schema of its wire format.
fn schema_type(field: &Field, is_option: bool) -> Option<TokenStream> {
    rust_types::representation(&field.kind).map(|representation| {
        let exact = representation.exact_type;
        let exact = if is_list(field) { format!("Vec<{exact}>") } else { exact.to_owned() };
        let with = if is_option { format!("Option<{exact}>") } else { exact };
        quote! { with = #with }
    })
}

/// Generates the code that reads and writes a received object, with one line for each field.
fn wire_object(named: &Type, fields: &[Field]) -> String {
    // If no field is documented, the JSON may not even be an object.
    let open = fields.iter().all(|field| field.provisional.is_some());
    let mut text = format!("::venue_core::wire_object! {{\n    {}{} {{\n", named.name, if open { " open" } else { "" });
    for field in fields {
        let presence = match (&field.kind, progenitor_spec::is_always_there(named, field)) {
            (Kind::List(_), true) => "list",
            (Kind::List(_), false) => "optional_list",
            (_, true) => "required",
            (_, false) => "optional",
        };
        let item = if let Kind::List(item) = &field.kind { item } else { &field.kind };
        let kind = rust_types::wire_type(item);
        text.push_str(&format!("        {presence} {} {:?} {kind};\n", names::field(&field.name), field.name));
    }
    text.push_str("    }\n}");
    text
}

/// Generates the code that reads and writes a row, with one line for each position.
fn wire_tuple(named: &Type, fields: &[Field]) -> String {
    let mut text = format!("::venue_core::wire_tuple! {{\n    {} {{\n", named.name);
    for field in fields {
        let presence = if field.required { "required" } else { "optional" };
        let kind = rust_types::wire_type(&field.kind);
        text.push_str(&format!("        {presence} {} {:?} {kind};\n", names::field(&field.name), field.name));
    }
    text.push_str("    }\n}");
    text
}

/// Generates the methods that report whether all rows of the lists of a response could be read.
fn completeness(named: &Type, fields: &[Field]) -> TokenStream {
    let name = names::ident(&named.name);
    let optional = fields.iter().filter(|field| matches!(field.kind, Kind::List(_)) && !progenitor_spec::is_always_there(named, field));
    let is_there = optional.map(|field| {
        let field = names::field(&field.name);
        quote! { && self.#field.is_some() }
    });
    quote! {
        impl #name {
            /// Whether the lists of this value contain all rows that the server sent. `false` if a row could not be read, or if a list is
            /// missing from the response. Check this before you conclude that an item does not exist because a list lacks the item.
            pub fn is_complete(&self) -> bool {
                self.extra.has_complete_lists() #(#is_there)*
            }

            /// The rows that are missing from the lists of this value because they could not be read. The slice has at most the first 1,000
            /// such rows.
            pub fn unreadable_rows(&self) -> &[Unreadable] {
                self.extra.unreadable_rows()
            }
        }
    }
}

/// The structs that progenitor generated, by name.
pub(super) fn layouts(module: &syn::ItemMod) -> BTreeMap<String, ItemStruct> {
    let items = module.content.iter().flat_map(|(_, items)| items);
    items
        .filter_map(|item| match item {
            syn::Item::Struct(item) => Some((item.ident.to_string(), item.clone())),
            _ => None,
        })
        .collect()
}

/// Whether two token streams have the same text.
pub(super) fn spells(tokens: &impl quote::ToTokens, text: &str) -> bool {
    tokens.to_token_stream().to_string().replace(' ', "") == text
}
