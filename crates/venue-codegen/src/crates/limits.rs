//! Limits and rules as code that runs before a request is sent: the documented ones always, the inferred ones if the caller asks for them.

use anyhow::Context as _;
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;
use venue_spec::model::{Api, Aspect, Condition, Field, Kind, Rule, Shape, Type};

use super::{Context, docs, names, rust_types};

/// `Validate` for a sent object, and the checks that its builder makes, too.
pub(super) fn validate_impl(context: &Context<'_>, named: &Type) -> anyhow::Result<TokenStream> {
    let Shape::Object { fields, rules } = &named.shape else { anyhow::bail!("`{}` is no object", named.name) };
    let name = names::ident(&named.name);
    let checked = checked_fields(context.api, named);
    if checked.is_empty() {
        return Ok(quote! {
            impl ::venue_core::Validate for #name {
                fn validate(&self, _: &mut ::venue_core::ValidationErrors) {}
            }
        });
    }
    let parameters = checked.iter().map(|field| {
        let ident = names::field(&field.name);
        let ty = rust_types::rust_type(&field.kind, &TokenStream::new());
        quote! { #ident: Option<&#ty> }
    });
    let arguments = checked.iter().map(|field| {
        let ident = names::field(&field.name);
        if field.required {
            quote! { Some(&self.#ident) }
        } else {
            quote! { self.#ident.as_ref() }
        }
    });
    let access = |field: &Field| {
        let ident = names::field(&field.name);
        quote! { #ident }
    };
    let checks = Checks::new(context.api, fields, rules, &access)?.into_tokens();
    let many = (checked.len() >= 7).then(|| quote! { #[expect(clippy::too_many_arguments, reason = "a field each")] });
    Ok(quote! {
        impl #name {
            /// Checks each field, and several together; `None` is not set.
            #many
            pub(crate) fn check(validation: &mut ::venue_core::ValidationErrors, #(#parameters),*) {
                #checks
            }
        }

        impl ::venue_core::Validate for #name {
            fn validate(&self, validation: &mut ::venue_core::ValidationErrors) {
                Self::check(validation, #(#arguments),*);
            }
        }
    })
}

/// The checks of an object or of parameters.
struct Checks {
    documented: Vec<TokenStream>,
    inferred: Vec<TokenStream>,
}

impl Checks {
    fn new(api: &Api, fields: &[Field], rules: &[Rule], access: &dyn Fn(&Field) -> TokenStream) -> anyhow::Result<Self> {
        let mut checks = Self { documented: Vec::new(), inferred: Vec::new() };
        for field in fields {
            let (wire, value) = (&field.name, access(field));
            for (check, is_inferred) in check(api, field, &quote! { value }) {
                let check = quote! { if let Some(value) = #value { #check } };
                checks.add(check, is_inferred);
            }
            if field.inferred.of(Aspect::Required).is_some() {
                let present = presence(&value);
                checks.add(quote! { validation.present(#wire, #present); }, true);
            }
        }
        for rule in rules {
            checks.add(self::rule(api, fields, rule, access)?, rule.evidence().is_some());
        }
        Ok(checks)
    }

    fn add(&mut self, check: TokenStream, is_inferred: bool) {
        if is_inferred { self.inferred.push(check) } else { self.documented.push(check) }
    }

    fn is_empty(&self) -> bool {
        self.documented.is_empty() && self.inferred.is_empty()
    }

    fn into_tokens(self) -> TokenStream {
        let Self { documented, inferred } = self;
        let inferred = (!inferred.is_empty()).then(|| quote! { validation.inferred(|validation| { #(#inferred)* }); });
        quote! { #(#documented)* #inferred }
    }
}

/// The fields of a sent object that have a limit, or that a rule speaks of.
pub(super) fn checked_fields<'a>(api: &Api, named: &'a Type) -> Vec<&'a Field> {
    let Shape::Object { fields, rules } = &named.shape else { return Vec::new() };
    let in_rules: Vec<&str> = rules.iter().flat_map(fields_of).collect();
    let is_checked = |field: &&Field| {
        in_rules.contains(&field.name.as_str())
            || field.inferred.of(Aspect::Required).is_some()
            || !check(api, field, &quote! { value }).is_empty()
    };
    fields.iter().filter(is_checked).collect()
}

fn fields_of(rule: &Rule) -> Vec<&str> {
    match &rule.condition {
        Condition::AnyOf(fields) => fields.iter().map(String::as_str).collect(),
        Condition::Require { field, when, unless } => {
            std::iter::once(field.as_str()).chain(when.iter().chain(unless).map(|(field, _)| field.as_str())).collect()
        }
    }
}

/// The checks of an operation's parameters, which stand in locals of type `Option`.
pub(super) fn parameter_checks(api: &Api, fields: &[Field], rules: &[Rule]) -> anyhow::Result<TokenStream> {
    let access = |field: &Field| {
        let ident = names::field(&field.name);
        quote! { #ident.as_ref() }
    };
    let checks = Checks::new(api, fields, rules, &access)?;
    if checks.is_empty() {
        return Ok(TokenStream::new());
    }
    let checks = checks.into_tokens();
    Ok(quote! {
        let validation = call.validation();
        #checks
    })
}

/// The checks of one field's value, which is a reference to it, each with whether its limit is inferred.
fn check(api: &Api, field: &Field, value: &TokenStream) -> Vec<(TokenStream, bool)> {
    let wire = &field.name;
    let (minimum, maximum) = (bound(field.limits.minimum), bound(field.limits.maximum));
    let limited = !field.limits.is_empty();
    let infers = |aspect| field.inferred.of(aspect).is_some();
    let limit = |check: TokenStream| vec![(check, infers(Aspect::Limits))];
    match &field.kind {
        Kind::String if limited => limit(quote! { validation.length(#wire, #value, #minimum, #maximum); }),
        Kind::Secret if limited => limit(quote! { validation.length(#wire, #value.expose_secret(), #minimum, #maximum); }),
        Kind::Int32 | Kind::Int64 if limited => limit(quote! { validation.range(#wire, *#value, #minimum, #maximum); }),
        Kind::List(item) => {
            let count = limited.then(|| limit(quote! { validation.count(#wire, #value.len(), #minimum, #maximum); }));
            let is_object =
                item.named().and_then(|name| api.type_named(name)).is_some_and(|named| matches!(named.shape, Shape::Object { .. }));
            let each = is_object.then(|| (quote! { validation.each(#wire, #value); }, infers(Aspect::Items)));
            count.into_iter().flatten().chain(each).collect()
        }
        Kind::Named(name) => match api.type_named(name) {
            Some(Type { shape: Shape::Enum { extensible: None, .. }, provisional, .. }) => {
                let name = names::ident(name);
                let check = quote! { validation.documented(#wire, #value, #value.is_documented(), crate::types::#name::DOCUMENTED); };
                // The documentation does not list the values of a provisional enum.
                vec![(check, provisional.is_some())]
            }
            Some(Type { shape: Shape::Id, .. }) if limited => {
                limit(quote! { validation.length(#wire, #value.as_str(), #minimum, #maximum); })
            }
            Some(Type { shape: Shape::Id, .. }) => vec![(quote! { validation.not_empty(#wire, #value.as_str()); }, false)],
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn bound(limit: Option<i64>) -> TokenStream {
    let limit = limit.map(proc_macro2::Literal::i64_unsuffixed);
    limit.map_or_else(|| quote! { None }, |limit| quote! { Some(#limit) })
}

fn rule(api: &Api, fields: &[Field], rule: &Rule, access: &dyn Fn(&Field) -> TokenStream) -> anyhow::Result<TokenStream> {
    let find =
        |name: &str| fields.iter().find(|field| field.name == name).with_context(|| format!("a rule names the unknown field `{name}`"));
    Ok(match &rule.condition {
        Condition::AnyOf(any_of) => {
            let present = any_of.iter().map(|name| Ok(presence(&access(find(name)?)))).collect::<anyhow::Result<Vec<_>>>()?;
            quote! { validation.any_of(&[#(#any_of),*], &[#(#present),*]); }
        }
        Condition::Require { field, when, unless } => {
            let present = presence(&access(find(field)?));
            let because = docs::requirement(&rule.condition);
            let all = |list: &[(String, Vec<Value>)]| {
                list.iter()
                    .map(|(name, values)| condition(api, find(name)?, values, &access(find(name)?)))
                    .collect::<anyhow::Result<Vec<_>>>()
            };
            let (when, unless) = (all(when)?, all(unless)?);
            let needed: Vec<TokenStream> = when.into_iter().chain(unless.into_iter().map(|condition| quote! { !#condition })).collect();
            quote! { if #(#needed)&&* { validation.required(#field, #present, #because); } }
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
