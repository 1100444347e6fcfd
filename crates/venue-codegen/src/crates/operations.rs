//! Generates `operations.rs`, the operation table.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use serde_json::Value;
use venue_spec::model::{Api, Aspect, Field, Kind, Operation, Shape, SuccessCondition};

use super::markdown::after;
use super::source_file::{File, doc};
use super::{Context, body_fields, docs, limits, names};

/// The file.
pub(super) fn file(context: &Context<'_>) -> anyhow::Result<String> {
    let api = context.api;
    let mut file =
        File::new(&context.target.specification, "The operation table: path, credentials, permission and parameters of each operation.");
    let schemes = api.schemes.iter().map(|scheme| {
        let gap = scheme.undocumented.as_ref().map(|gap| format!("\n\n{}", after("**Undocumented:**", gap))).unwrap_or_default();
        let words = doc(&format!("{}{gap}", scheme.description));
        let (constant, name) = (names::constant(&scheme.name), &scheme.name);
        quote! { #words pub const #constant: SecurityScheme = SecurityScheme(#name); }
    });
    let permissions = api.permissions.iter().map(|permission| {
        let words = doc(&format!("The permission `{permission}` of an API key."));
        let constant = names::constant(permission);
        quote! { #words pub const #constant: Permission = Permission(#permission); }
    });
    let has_conditions = api.operations.iter().any(|operation| !operation.success.is_empty());
    let conditions = has_conditions.then(|| quote! { ExpectedValue, });
    let more_conditions = has_conditions.then(|| quote! { SuccessCondition, });
    let has_rate_limits = api.operations.iter().any(|operation| operation.rate_limit.is_some());
    let rate_limits = has_rate_limits.then(|| quote! { RateLimit, RateLimitScope, });
    file.tokens(quote! {
        use ::venue_core::{
            #conditions Operation, Parameter, ParameterLocation, ParameterType, #rate_limits Repeatable, #more_conditions reqwest::Method,
        };
    })?;
    let use_permission = (!api.permissions.is_empty()).then(|| quote! { use ::venue_core::Permission; });
    file.tokens(quote! {
        /// The security schemes, by which requests authenticate.
        pub mod security {
            use ::venue_core::SecurityScheme;
            #(#schemes)*
        }

        /// The permissions that an API key can have.
        pub mod permission {
            #use_permission
            #(#permissions)*
        }
    })?;
    for operation in &api.operations {
        file.tokens(row(context, operation))?;
    }
    let constants = api.operations.iter().map(|operation| names::constant(&operation.id));
    file.tokens(quote! {
        /// All operations, in the order of the documentation.
        pub static ALL: &[&Operation] = &[#(&#constants),*];
    })?;
    Ok(file.finish())
}

fn row(context: &Context<'_>, operation: &Operation) -> TokenStream {
    let request = names::type_(&operation.id);
    let words = doc(&format!("[`{0}`](crate::requests::{0}): {1}.", request, operation.summary.trim_end_matches('.')));
    let (constant, method) = (names::constant(&operation.id), names::ident(&operation.method));
    let Operation { id, path, section, documentation, .. } = operation;
    let security = operation.security.iter().map(|schemes| {
        let schemes = schemes.iter().map(|scheme| names::constant(scheme));
        quote! { &[#(security::#schemes),*] }
    });
    let permission = match operation.permission.as_str() {
        "none" => quote! { None },
        name => {
            let constant = names::constant(name);
            quote! { Some(permission::#constant) }
        }
    };
    let repeatable = names::type_(&operation.repeatable);
    let order_write = operation.order_write.then(|| quote! { .order_write() });
    let server = operation.server.as_ref().map(|url| quote! { .with_server(#url) });
    let rate_limit = operation.rate_limit.map(|limit| {
        let (requests, seconds) = (Literal::u32_unsuffixed(limit.requests), Literal::u32_unsuffixed(limit.seconds));
        let scope = names::type_(limit.scope.as_str());
        quote! { .with_rate_limit(RateLimit::new(#requests, #seconds, RateLimitScope::#scope)) }
    });
    let conditions: Vec<TokenStream> = operation.success.iter().map(success_condition).collect();
    let success = (!conditions.is_empty()).then(|| quote! { .with_success(&[#(#conditions),*]) });
    let successor = operation.successor.as_ref().map(|id| quote! { .with_successor(#id) });
    let removed = operation.removed.then(|| quote! { .removed() });
    let of_body = body_fields(context.api, operation.body.as_ref()).iter().map(|field| parameter(context.api, "Body", field));
    let beside_body = operation.parameters.iter().map(|of| parameter(context.api, &location(&of.location), &of.field));
    let parameters: Vec<TokenStream> = beside_body.chain(of_body).collect();
    let parameters = (!parameters.is_empty()).then(|| quote! { .with_parameters(&[#(#parameters),*]) });
    quote! {
        #words
        pub static #constant: Operation = Operation::new(
            #id,
            Method::#method,
            #path,
            #section,
            &[#(#security),*],
            #permission,
            Repeatable::#repeatable,
            #documentation,
        )
        #server
        #order_write
        #rate_limit
        #success
        #successor
        #removed
        #parameters;
    }
}

fn success_condition(condition: &SuccessCondition) -> TokenStream {
    let SuccessCondition { field, expected } = condition;
    let expected = match expected {
        Value::Bool(value) => quote! { Boolean(#value) },
        Value::String(text) => quote! { Text(#text) },
        Value::Number(number) => {
            let number = Literal::i64_unsuffixed(number.as_i64().unwrap_or_default());
            quote! { Integer(#number) }
        }
        // The grammar allows no other value.
        _ => quote! { EmptyList },
    };
    quote! { SuccessCondition::new(#field, ExpectedValue::#expected) }
}

/// The variant of `ParameterLocation`: `query` → `Query`.
fn location(location: &str) -> String {
    names::type_(location).to_string()
}

/// A row of the table of parameters.
fn parameter(api: &Api, location: &str, field: &Field) -> TokenStream {
    let (name, location) = (&field.name, names::ident(location));
    let value_type = value_type(api, &field.kind);
    let summary = docs::summary(api, field);
    let required = field.required.then(|| quote! { .required() });
    let default = field.default.as_ref().map(|default| {
        let json = default.to_string();
        quote! { .with_default(#json) }
    });
    let is_documented = field.inferred.of(Aspect::Limits).is_none() && !field.limits.is_empty();
    let limits = is_documented.then(|| {
        let (minimum, maximum) = (limits::bound(field.limits.minimum), limits::bound(field.limits.maximum));
        quote! { .with_limits(#minimum, #maximum) }
    });
    let pattern = field.pattern.as_ref().filter(|_| field.inferred.of(Aspect::Limits).is_none()).map(|pattern| {
        let text = &pattern.text;
        quote! { .with_pattern(#text) }
    });
    quote! { Parameter::new(#name, ParameterLocation::#location, #value_type, #summary) #required #default #limits #pattern }
}

fn value_type(api: &Api, kind: &Kind) -> TokenStream {
    let variant = match kind {
        Kind::String => "Text",
        Kind::Decimal => "Decimal",
        Kind::Secret => "Secret",
        Kind::UnixMillis => "UnixMillis",
        Kind::UnixSeconds => "UnixSeconds",
        Kind::UnixMillisText => "UnixMillisText",
        Kind::UnixSecondsText => "UnixSecondsText",
        Kind::Int32 => "Int32",
        Kind::Int64 => "Int64",
        Kind::Boolean => "Boolean",
        Kind::Any => "Any",
        Kind::List(item) => {
            let item = value_type(api, item);
            return quote! { ParameterType::List(&#item) };
        }
        Kind::Named(name) => match api.type_named(name).map(|named| &named.shape) {
            Some(Shape::Enum { integer, .. }) => {
                let (name, variant) = (names::ident(name), names::ident(if *integer { "IntegerEnum" } else { "TextEnum" }));
                return quote! { ParameterType::#variant(crate::types::#name::DOCUMENTED) };
            }
            Some(Shape::Object { .. }) => return quote! { ParameterType::Object(#name) },
            Some(Shape::Id { integer: false }) => "Id",
            Some(Shape::Id { integer: true }) => "IntegerId",
            Some(Shape::Tuple { .. } | Shape::Undocumented) | None => "Any",
        },
    };
    let variant = names::ident(variant);
    quote! { ParameterType::#variant }
}
