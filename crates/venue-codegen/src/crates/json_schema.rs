//! Generates attributes that add limits and rules to the JSON Schema of a sent type, because the Rust type does not express them. With
//! these attributes, the schema rejects the same requests that the client rejects before sending.

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;
use venue_spec::model::{Api, Aspect, Condition, Field, Kind, Rule, Shape};

/// Attributes of a field: its documented limits, and the values of an enum that is closed.
pub(super) fn field(api: &Api, field: &Field) -> Vec<TokenStream> {
    // Inferred limits are checked only on request, so the schema does not contain them.
    let limits = field.inferred.of(Aspect::Limits).is_none().then_some(&field.limits);
    let (minimum, maximum) = (limits.and_then(|limits| limits.minimum), limits.and_then(|limits| limits.maximum));
    let named = field.kind.named().and_then(|name| api.type_named(name)).filter(|named| named.provisional.is_none());
    let named = named.map(|named| &named.shape);
    let pattern = field.pattern.as_ref().filter(|_| limits.is_some()).map(|pattern| {
        let text = &pattern.text;
        quote! { extend("pattern" = #text) }
    });
    let (least, most) = match (&field.kind, named) {
        // The schema of the type is `integer`, which has no characters.
        (Kind::Named(_), Some(Shape::Id { integer: true })) => return Vec::new(),
        (Kind::List(_), _) => ("minItems", "maxItems"),
        (Kind::Int32 | Kind::Int64, _) => ("minimum", "maximum"),
        (Kind::String | Kind::Secret, _) | (Kind::Named(_), Some(Shape::Id { .. })) => ("minLength", "maxLength"),
        (Kind::Named(_), Some(Shape::Enum { values, extensible: None, .. })) => {
            let mut values: Vec<TokenStream> = values.iter().map(|value| literal(&value.wire)).collect();
            if !field.required {
                values.push(quote! { null });
            }
            return vec![quote! { extend("enum" = [#(#values),*]) }];
        }
        _ => return Vec::new(),
    };
    let limit = |key: &str, limit: Option<i64>| {
        let limit = proc_macro2::Literal::i64_unsuffixed(limit?);
        Some(quote! { extend(#key = #limit) })
    };
    let is_id = matches!(named, Some(Shape::Id { .. })) && matches!(field.kind, Kind::Named(_));
    // An id is never empty.
    let minimum = if is_id { minimum.or(Some(1)) } else { minimum };
    let limits: Vec<TokenStream> = limit(least, minimum).into_iter().chain(limit(most, maximum)).chain(pattern).collect();
    if limits.is_empty() || !(is_id || field.kind == Kind::Secret) {
        return limits;
    }
    // The schema of the type is defined elsewhere. Strict validators require the type beside the limit.
    let ty = if field.required {
        quote! { "string" }
    } else {
        quote! { ["string", "null"] }
    };
    [quote! { extend("type" = #ty) }].into_iter().chain(limits).collect()
}

/// The attribute of an object with conditions over several fields.
pub(super) fn rules<'a>(fields: &[&Field], rules: impl Iterator<Item = &'a Rule>) -> Option<TokenStream> {
    let rules: Vec<TokenStream> = rules.filter(|rule| rule.evidence().is_none()).map(|rule| self::rule(fields, rule)).collect();
    (!rules.is_empty()).then(|| quote! { extend("allOf" = [#(#rules),*]) })
}

fn rule(fields: &[&Field], rule: &Rule) -> TokenStream {
    match &rule.condition {
        Condition::AnyOf(names) => {
            let each = names.iter().map(|name| choice(fields, name));
            quote! { { "anyOf": [#(#each),*] } }
        }
        Condition::OneOf(names) => {
            let each = names.iter().map(|name| choice(fields, name));
            quote! { { "oneOf": [#(#each),*] } }
        }
        Condition::Require { field, when, unless } => {
            let present = present(field);
            let when = when.iter().map(|(field, values)| one_of(field, values));
            let unless = unless.iter().map(|(field, values)| {
                let one_of = one_of(field, values);
                quote! { { "not": #one_of } }
            });
            let conditions = when.chain(unless);
            quote! { { "if": { "allOf": [#(#conditions),*] }, "then": #present } }
        }
    }
}

/// A schema for objects in which the field counts as set by a rule that requires one of several fields. An empty list does not count.
fn choice(fields: &[&Field], name: &str) -> TokenStream {
    if fields.iter().any(|field| field.name == name && matches!(field.kind, Kind::List(_))) {
        quote! { { "type": "object", "required": [#name], "properties": { #name: { "type": "array", "minItems": 1 } } } }
    } else {
        present(name)
    }
}

/// A schema for objects that have the field with a value other than `null`. A field that is `null` counts as missing.
fn present(field: &str) -> TokenStream {
    quote! { { "type": "object", "required": [#field], "properties": { #field: { "not": { "type": "null" } } } } }
}

fn one_of(field: &str, values: &[Value]) -> TokenStream {
    let values = values.iter().map(literal);
    quote! { { "type": "object", "required": [#field], "properties": { #field: { "enum": [#(#values),*] } } } }
}

fn literal(value: &Value) -> TokenStream {
    match value {
        Value::String(text) => quote! { #text },
        Value::Bool(flag) => quote! { #flag },
        other => {
            let number = proc_macro2::Literal::i64_unsuffixed(other.as_i64().unwrap_or_default());
            quote! { #number }
        }
    }
}
