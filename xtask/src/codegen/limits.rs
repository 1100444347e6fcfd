//! Documented limits and rules as code that runs before a request is sent.

use anyhow::Context as _;
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;
use sixmm_spec::model::{Api, Field, Kind, Rule, Shape, Type};

use super::{Target, docs, names};

/// `Validate` for a sent object.
pub(crate) fn validate_impl(target: &Target<'_>, named: &Type) -> anyhow::Result<TokenStream> {
    let Shape::Object { fields, rules } = &named.shape else { anyhow::bail!("`{}` is no object", named.name) };
    let name = names::ident(&named.name);
    let checks: Vec<TokenStream> = fields
        .iter()
        .filter_map(|field| {
            let ident = names::field(&field.name);
            if field.required {
                check(target.api, field, &quote! { self.#ident }, true)
            } else {
                let inner = check(target.api, field, &quote! { value }, false)?;
                Some(quote! { if let Some(value) = &self.#ident { #inner } })
            }
        })
        .collect();
    let access = |field: &Field| {
        let ident = names::field(&field.name);
        if field.required {
            quote! { Some(&self.#ident) }
        } else {
            quote! { self.#ident.as_ref() }
        }
    };
    let rules = rules.iter().map(|rule| self::rule(target.api, fields, rule, &access)).collect::<anyhow::Result<Vec<_>>>()?;
    let faults = if checks.is_empty() && rules.is_empty() {
        quote! { _ }
    } else {
        quote! { faults }
    };
    Ok(quote! {
        impl ::sixmm_core::Validate for #name {
            fn validate(&self, #faults: &mut ::sixmm_core::Faults) {
                #(#checks)*
                #(#rules)*
            }
        }
    })
}

/// The checks of an operation's parameters, which stand in locals of type `Option`.
pub(crate) fn parameter_checks(api: &Api, fields: &[Field], rules: &[Rule]) -> anyhow::Result<TokenStream> {
    let checks = fields.iter().filter_map(|field| {
        let ident = names::field(&field.name);
        let inner = check(api, field, &quote! { value }, false)?;
        Some(quote! { if let Some(value) = &#ident { #inner } })
    });
    let access = |field: &Field| {
        let ident = names::field(&field.name);
        quote! { #ident.as_ref() }
    };
    let checks: Vec<TokenStream> = checks.collect();
    let rules = rules.iter().map(|rule| self::rule(api, fields, rule, &access)).collect::<anyhow::Result<Vec<_>>>()?;
    if checks.is_empty() && rules.is_empty() {
        return Ok(TokenStream::new());
    }
    Ok(quote! {
        let faults = call.faults();
        #(#checks)*
        #(#rules)*
    })
}

/// The check of one field's value: the place itself, or a reference to it.
fn check(api: &Api, field: &Field, place: &TokenStream, is_place: bool) -> Option<TokenStream> {
    let value = if is_place {
        quote! { &#place }
    } else {
        place.clone()
    };
    let number = if is_place {
        place.clone()
    } else {
        quote! { *#place }
    };
    let wire = &field.name;
    let (minimum, maximum) = (bound(field.limits.minimum), bound(field.limits.maximum));
    let limited = !field.limits.is_empty();
    match &field.kind {
        Kind::String if limited => Some(quote! { faults.length(#wire, #value, #minimum, #maximum); }),
        Kind::Secret if limited => Some(quote! { faults.length(#wire, #place.expose_secret(), #minimum, #maximum); }),
        Kind::Int32 | Kind::Int64 if limited => Some(quote! { faults.range(#wire, #number, #minimum, #maximum); }),
        Kind::List(item) => {
            let count = limited.then(|| quote! { faults.count(#wire, #place.len(), #minimum, #maximum); });
            let is_object =
                item.named().and_then(|name| api.type_named(name)).is_some_and(|named| matches!(named.shape, Shape::Object { .. }));
            let each = is_object.then(|| quote! { faults.each(#wire, #value); });
            (count.is_some() || each.is_some()).then(|| quote! { #count #each })
        }
        Kind::Named(name) => match &api.type_named(name)?.shape {
            Shape::Enum { extensible: None, .. } => {
                let name = names::ident(name);
                Some(quote! { faults.documented(#wire, #value, #place.is_documented(), crate::types::#name::DOCUMENTED); })
            }
            Shape::Id if limited => Some(quote! { faults.length(#wire, #place.as_str(), #minimum, #maximum); }),
            _ => None,
        },
        _ => None,
    }
}

fn bound(limit: Option<i64>) -> TokenStream {
    let limit = limit.map(proc_macro2::Literal::i64_unsuffixed);
    limit.map_or_else(|| quote! { None }, |limit| quote! { Some(#limit) })
}

fn rule(api: &Api, fields: &[Field], rule: &Rule, access: &dyn Fn(&Field) -> TokenStream) -> anyhow::Result<TokenStream> {
    let find =
        |name: &str| fields.iter().find(|field| field.name == name).with_context(|| format!("a rule names the unknown field `{name}`"));
    Ok(match rule {
        Rule::AnyOf(any_of) => {
            let present = any_of.iter().map(|name| Ok(presence(&access(find(name)?)))).collect::<anyhow::Result<Vec<_>>>()?;
            quote! { faults.any_of(&[#(#any_of),*], &[#(#present),*]); }
        }
        Rule::Require { field, when, unless } => {
            let present = presence(&access(find(field)?));
            let because = docs::requirement(rule);
            let all = |list: &[(String, Vec<Value>)]| {
                list.iter()
                    .map(|(name, values)| condition(api, find(name)?, values, &access(find(name)?)))
                    .collect::<anyhow::Result<Vec<_>>>()
            };
            let (when, unless) = (all(when)?, all(unless)?);
            let needed: Vec<TokenStream> = when.into_iter().chain(unless.into_iter().map(|condition| quote! { !#condition })).collect();
            quote! { if #(#needed)&&* { faults.required(#field, #present, #because); } }
        }
    })
}

fn presence(access: &TokenStream) -> TokenStream {
    quote! { #access.is_some() }
}

/// Whether a field has one of these values.
fn condition(api: &Api, field: &Field, values: &[Value], access: &TokenStream) -> anyhow::Result<TokenStream> {
    let values = values.iter().map(|value| rust_value(api, &field.kind, value)).collect::<anyhow::Result<Vec<_>>>()?;
    Ok(quote! { #access.is_some_and(|value| [#(#values),*].contains(value)) })
}

fn rust_value(api: &Api, kind: &Kind, value: &Value) -> anyhow::Result<TokenStream> {
    match (kind, value) {
        (Kind::Boolean, Value::Bool(value)) => Ok(quote! { #value }),
        (Kind::Named(name), _) => {
            let Some(Type { shape: Shape::Enum { values, .. }, .. }) = api.type_named(name) else {
                anyhow::bail!("a rule compares `{name}`, which is no enum")
            };
            let found =
                values.iter().find(|candidate| candidate.wire == *value).with_context(|| format!("`{name}` has no value {value}"))?;
            let (name, variant) = (names::ident(name), names::ident(&found.variant));
            Ok(quote! { crate::types::#name::#variant })
        }
        _ => anyhow::bail!("a rule compares a field with {value}: only enums and booleans can be compared"),
    }
}
