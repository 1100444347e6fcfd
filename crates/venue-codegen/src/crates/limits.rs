//! Generates the checks of limits and rules that run before a request is sent. Documented limits and rules are always checked. Inferred
//! limits and rules are checked only if the caller asks for that.

use anyhow::Context as _;
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;
use venue_spec::model::{Api, Aspect, Condition, Field, Kind, Pattern, Rule, Shape, Type};

use super::{Context, docs, names};

/// Generates the implementation of `Validate` for a sent object.
pub(super) fn validate_impl(context: &Context<'_>, named: &Type) -> anyhow::Result<TokenStream> {
    let Shape::Object { fields, rules } = &named.shape else { anyhow::bail!("`{}` is no object", named.name) };
    let name = names::ident(&named.name);
    let checks = checks(context.api, &fields.iter().collect::<Vec<_>>(), rules.iter())?;
    let validation = parameter(&checks);
    Ok(quote! {
        impl ::venue_core::Validate for #name {
            fn validate(&self, #validation: &mut ::venue_core::ValidationErrors) {
                #checks
            }
        }
    })
}

/// The name of the generated parameter that collects failed checks. It is `_` if nothing is checked.
pub(super) fn parameter(checks: &TokenStream) -> TokenStream {
    if checks.is_empty() {
        quote! { _ }
    } else {
        quote! { validation }
    }
}

/// Generates the checks of an object: of each field by its limits, and of several fields together by rules. Checks of documented limits and
/// rules come before checks of inferred limits and rules.
pub(super) fn checks<'a>(api: &Api, fields: &[&Field], rules: impl Iterator<Item = &'a Rule>) -> anyhow::Result<TokenStream> {
    let (mut documented, mut inferred) = (TokenStream::new(), TokenStream::new());
    let mut add = |check: TokenStream, is_inferred: bool| {
        if is_inferred { inferred.extend(check) } else { documented.extend(check) }
    };
    for field in fields {
        let ident = names::field(&field.name);
        for (check, is_inferred) in check(api, field, &Access::of(field)) {
            add(
                if field.required {
                    check
                } else {
                    quote! { if let Some(value) = &self.#ident { #check } }
                },
                is_inferred,
            );
        }
        if field.inferred.of(Aspect::Required).is_some() {
            let (wire, present) = (&field.name, presence(field));
            add(quote! { validation.present(#wire, #present); }, true);
        }
    }
    for rule in rules {
        add(self::rule(api, fields, rule)?, rule.evidence().is_some());
    }
    let inferred = (!inferred.is_empty()).then(|| quote! { validation.inferred(|validation| { #inferred }); });
    Ok(quote! { #documented #inferred })
}

/// Expressions for the value of a field in a check.
struct Access {
    /// A reference to the value.
    reference: TokenStream,
    /// A copy of a value that can be copied.
    copy: TokenStream,
    /// The receiver of a method call.
    receiver: TokenStream,
}

impl Access {
    fn of(field: &Field) -> Self {
        let ident = names::field(&field.name);
        if field.required {
            Self { reference: quote! { &self.#ident }, copy: quote! { self.#ident }, receiver: quote! { self.#ident } }
        } else {
            Self { reference: quote! { value }, copy: quote! { *value }, receiver: quote! { value } }
        }
    }
}

/// Generates the checks of a field's value. The `bool` of each check is whether the checked limit is inferred.
fn check(api: &Api, field: &Field, value: &Access) -> Vec<(TokenStream, bool)> {
    let wire = &field.name;
    let Access { reference, copy, receiver } = value;
    let (minimum, maximum) = (bound(field.limits.minimum), bound(field.limits.maximum));
    let limited = !field.limits.is_empty();
    let infers = |aspect| field.inferred.of(aspect).is_some();
    let limit = |check: TokenStream| vec![(check, infers(Aspect::Limits))];
    match &field.kind {
        Kind::String | Kind::Secret if field.pattern.is_some() => {
            let text = if field.kind == Kind::Secret {
                quote! { #receiver.expose_secret() }
            } else {
                reference.clone()
            };
            let pattern = pattern(field);
            limit(quote! { validation.pattern(#wire, #text, &#pattern); })
        }
        Kind::String if limited => limit(quote! { validation.length(#wire, #reference, #minimum, #maximum); }),
        Kind::Secret if limited => limit(quote! { validation.length(#wire, #receiver.expose_secret(), #minimum, #maximum); }),
        Kind::Int32 | Kind::Int64 if limited => limit(quote! { validation.range(#wire, #copy, #minimum, #maximum); }),
        Kind::List(item) => {
            let count = limited.then(|| limit(quote! { validation.count(#wire, #receiver.len(), #minimum, #maximum); }));
            let is_object =
                item.named().and_then(|name| api.type_named(name)).is_some_and(|named| matches!(named.shape, Shape::Object { .. }));
            let each = is_object.then(|| (quote! { validation.each(#wire, #reference); }, infers(Aspect::Items)));
            count.into_iter().flatten().chain(each).collect()
        }
        Kind::Named(name) => match api.type_named(name) {
            Some(Type { shape: Shape::Enum { extensible: None, .. }, provisional, .. }) => {
                let name = names::ident(name);
                let known = quote! { crate::types::#name::DOCUMENTED };
                let check = quote! { validation.documented(#wire, #reference, #receiver.is_documented(), #known); };
                // The documentation does not list the values of a provisional enum.
                vec![(check, provisional.is_some())]
            }
            Some(Type { shape: Shape::Id { integer: true }, .. }) => {
                vec![(quote! { validation.integer_id(#wire, #receiver.as_str()); }, false)]
            }
            Some(Type { shape: Shape::Id { .. }, .. }) if field.pattern.is_some() => {
                let pattern = pattern(field);
                limit(quote! { validation.pattern(#wire, #receiver.as_str(), &#pattern); })
            }
            Some(Type { shape: Shape::Id { .. }, .. }) if limited => {
                limit(quote! { validation.length(#wire, #receiver.as_str(), #minimum, #maximum); })
            }
            Some(Type { shape: Shape::Id { .. }, .. }) => vec![(quote! { validation.not_empty(#wire, #receiver.as_str()); }, false)],
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// The pattern of a field as a Rust expression. If the pattern does not limit the length, the expression has the length limits of the
/// field.
fn pattern(field: &Field) -> TokenStream {
    let Some(Pattern { text, ranges, minimum, maximum }) = &field.pattern else { return TokenStream::new() };
    let ranges = ranges.iter().map(|(first, last)| quote! { (#first, #last) });
    let length = |own: &Option<u32>, limit: Option<i64>| bound(own.map(i64::from).or(limit));
    let (minimum, maximum) = (length(minimum, field.limits.minimum), length(maximum, field.limits.maximum));
    quote! { ::venue_core::TextPattern::new(#text, &[#(#ranges),*]).with_length(#minimum, #maximum) }
}

/// A limit as a Rust expression.
pub(super) fn bound(limit: Option<i64>) -> TokenStream {
    let limit = limit.map(proc_macro2::Literal::i64_unsuffixed);
    limit.map_or_else(|| quote! { None }, |limit| quote! { Some(#limit) })
}

fn rule(api: &Api, fields: &[&Field], rule: &Rule) -> anyhow::Result<TokenStream> {
    let find = |name: &str| {
        fields.iter().copied().find(|field| field.name == name).with_context(|| format!("a rule names the unknown field `{name}`"))
    };
    Ok(match &rule.condition {
        Condition::AnyOf(any_of) => {
            let present = any_of.iter().map(|name| Ok(choice(find(name)?))).collect::<anyhow::Result<Vec<_>>>()?;
            quote! { validation.any_of(&[#(#any_of),*], &[#(#present),*]); }
        }
        Condition::OneOf(one_of) => {
            let present = one_of.iter().map(|name| Ok(choice(find(name)?))).collect::<anyhow::Result<Vec<_>>>()?;
            quote! { validation.one_of(&[#(#one_of),*], &[#(#present),*]); }
        }
        Condition::Require { field, when, unless } => {
            let present = presence(find(field)?);
            let because = docs::requirement(&rule.condition);
            let all = |list: &[(String, Vec<Value>)]| {
                list.iter().map(|(name, values)| condition(api, find(name)?, values)).collect::<anyhow::Result<Vec<_>>>()
            };
            let (when, unless) = (all(when)?, all(unless)?);
            let needed: Vec<TokenStream> = when.into_iter().chain(unless.into_iter().map(|condition| quote! { !#condition })).collect();
            quote! { if #(#needed)&&* { validation.required(#field, #present, #because); } }
        }
    })
}

fn presence(field: &Field) -> TokenStream {
    let ident = names::field(&field.name);
    if field.required {
        quote! { true }
    } else {
        quote! { self.#ident.is_some() }
    }
}

/// Whether a field counts as set in a rule that requires one of several fields. An empty list does not count.
fn choice(field: &Field) -> TokenStream {
    let ident = names::field(&field.name);
    match (&field.kind, field.required) {
        (Kind::List(_), true) => quote! { !self.#ident.is_empty() },
        (Kind::List(_), false) => quote! { self.#ident.as_ref().is_some_and(|list| !list.is_empty()) },
        _ => presence(field),
    }
}

/// Whether a field has one of these values.
fn condition(api: &Api, field: &Field, values: &[Value]) -> anyhow::Result<TokenStream> {
    let ident = names::field(&field.name);
    let values = values.iter().map(|value| rust_value(api, &field.kind, value)).collect::<anyhow::Result<Vec<_>>>()?;
    Ok(if field.required {
        quote! { [#(#values),*].contains(&self.#ident) }
    } else {
        quote! { self.#ident.as_ref().is_some_and(|value| [#(#values),*].contains(value)) }
    })
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
