//! Generates `requests.rs`: a request type for each operation, with all parameters and all fields of the body.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use venue_spec::model::{Field, Kind, Operation, Rule, Shape};

use super::source_file::{File, doc};
use super::{Context, body_fields, body_rules, docs, json_schema, limits, names, rust_types, setters, types};

/// The file.
pub(super) fn file(context: &Context<'_>) -> anyhow::Result<String> {
    let mut file = File::new(&context.target.specification, &module_doc(context));
    file.tokens(quote! { use crate::types; })?;
    for operation in &context.api.operations {
        file.tokens(request(context, operation)?)?;
    }
    Ok(file.finish())
}

fn module_doc(context: &Context<'_>) -> String {
    let sections = context.api.sections.iter().map(|section| {
        let requests: Vec<String> =
            context.api.operations_of(&section.name).map(|operation| format!("[`{}`]", names::type_(&operation.id))).collect();
        let page = section.documentation.as_ref().map(|url| format!("\n\nDocumentation: <{url}>")).unwrap_or_default();
        format!("# {}\n\n{}{page}\n\nRequests: {}\n\n", section.name, section.description, requests.join(", "))
    });
    format!(
        "Request types: one for each operation, in the order of the documentation's sections.\n\n`new` creates a request from the parameters that \
         the documentation requires. Every other parameter has a setter. [`Client::send`](crate::Client::send) checks the documented limits \
         before it sends the request. If the request breaks limits, the error lists all of them, and nothing is sent. Limits that are \
         inferred from the documentation are marked as inferred, and the client checks them only with \
         [`check_inferred`](crate::ClientBuilder::check_inferred).\n\nWith the feature `request-json`, a request can be deserialized from JSON. \
         The JSON contains the parameters by their names in the exchange's API, and a name that the operation does not have is an error. A \
         request can also be serialized to JSON, unless it contains a secret.\n\n{}",
        sections.collect::<String>()
    )
}

/// The fields of a request: first the parameters, then the fields of the body.
pub(super) fn fields<'a>(context: &Context<'a>, operation: &'a Operation) -> Vec<&'a Field> {
    let parameters = operation.parameters.iter().map(|parameter| &parameter.field);
    parameters.chain(body_fields(context.api, operation.body.as_ref())).collect()
}

/// The rules of a request: first the rules over parameters, then the rules over fields of the body.
fn rules<'a>(context: &Context<'a>, operation: &'a Operation) -> impl Iterator<Item = &'a Rule> {
    operation.rules.iter().chain(body_rules(context.api, operation.body.as_ref()))
}

fn request(context: &Context<'_>, operation: &Operation) -> anyhow::Result<TokenStream> {
    let fields = fields(context, operation);
    let name = names::type_(&operation.id);
    let words = doc(&docs::operation(context, operation));
    let owned: Vec<Field> = fields.iter().copied().cloned().collect();
    let equality = context.equality(&owned);
    let serialize = (!holds_secret(context, &fields)).then(|| quote! { , ::serde::Serialize });
    let rules = json_schema::rules(&fields, rules(context, operation)).map(|rules| quote! { , #rules });
    let default = fields.iter().all(|field| !field.required).then(|| quote! { , Default });
    let definitions = fields.iter().map(|field| {
        let (ident, words) = (names::field(&field.name), doc(&docs::field(context.api, field, true)));
        let ty = rust_types::rust_type(&field.kind, &quote! { types });
        let ty = if field.required {
            ty
        } else {
            quote! { Option<#ty> }
        };
        let attributes = types::sent_field(context.api, field, types::Owner::Request);
        quote! { #words #attributes pub #ident: #ty }
    });
    let constructor = constructor(operation, &fields);
    let note = docs::deprecation(operation);
    let removed = operation.removed.then(|| quote! { #[deprecated(note = #note)] });
    let setters = fields.iter().filter(|field| !field.required).map(|field| setter(context, field));
    let into_body = into_body(context, operation);
    let is_sendable = !operation.removed;
    let implementation = if is_sendable { implementation(context, operation, &fields)? } else { TokenStream::new() };
    let plain = (is_sendable && !operation.order_write).then(|| quote! { impl ::venue_core::PlainRequest for #name {} });
    let must_use = is_sendable.then(|| quote! { #[must_use = "a request does nothing until a client sends it"] });
    Ok(quote! {
        #words
        #[derive(Clone, Debug, #equality #default)]
        #[cfg_attr(
            feature = "request-json",
            derive(::serde::Deserialize #serialize),
            serde(rename_all = "camelCase", deny_unknown_fields)
        )]
        #[cfg_attr(
            feature = "schemars",
            derive(::schemars::JsonSchema),
            schemars(transform = ::venue_core::private::plain_schema #rules)
        )]
        #[non_exhaustive]
        #must_use
        #removed
        pub struct #name {
            #(#definitions),*
        }

        impl #name {
            #constructor
            #(#setters)*
            #into_body
        }

        #implementation
        #plain
    })
}

/// Whether a request contains a secret, at any depth. The search ends, because the checks of the specification reject schemas with
/// cycles.
fn holds_secret(context: &Context<'_>, fields: &[&Field]) -> bool {
    fields.iter().any(|field| kind_holds_secret(context, &field.kind))
}

fn kind_holds_secret(context: &Context<'_>, kind: &Kind) -> bool {
    match kind {
        Kind::Secret => true,
        Kind::List(item) => kind_holds_secret(context, item),
        Kind::Named(name) => match context.api.type_named(name).map(|named| &named.shape) {
            Some(Shape::Object { fields, .. }) => fields.iter().any(|field| kind_holds_secret(context, &field.kind)),
            _ => false,
        },
        _ => false,
    }
}

fn constructor(operation: &Operation, fields: &[&Field]) -> TokenStream {
    let arguments = fields.iter().filter(|field| field.required).map(|field| {
        let (ident, ty) = (names::field(&field.name), rust_types::rust_type(&field.kind, &quote! { types }));
        quote! { #ident: impl Into<#ty> }
    });
    let values = fields.iter().map(|field| {
        let ident = names::field(&field.name);
        if field.required {
            quote! { #ident: #ident.into() }
        } else {
            quote! { #ident: None }
        }
    });
    let required: Vec<String> = fields.iter().filter(|field| field.required).map(|field| format!("`{}`", field.name)).collect();
    let words = if required.is_empty() {
        String::from("Creates a request without optional parameters.")
    } else {
        format!("Creates a request from the required parameters: {}.", required.join(", "))
    };
    let words = doc(&words);
    let many = (required.len() > 7).then(|| quote! { #[expect(clippy::too_many_arguments, reason = "one for each required parameter")] });
    let note = docs::deprecation(operation);
    let deprecated = (operation.deprecated && !operation.removed).then(|| quote! { #[deprecated(note = #note)] });
    quote! {
        #words
        #many
        #deprecated
        pub fn new(#(#arguments),*) -> Self {
            Self { #(#values),* }
        }
    }
}

fn setter(context: &Context<'_>, field: &Field) -> TokenStream {
    let (ident, method) = (names::field(&field.name), method(field));
    let ty = rust_types::rust_type(&field.kind, &quote! { types });
    let words = doc(&docs::summary(context.api, field));
    let deprecated = setters::deprecated(field);
    quote! {
        #words
        #deprecated
        pub fn #method(mut self, value: impl Into<#ty>) -> Self {
            self.#ident = Some(value.into());
            self
        }
    }
}

/// The name of a setter. It is the name of the field, unless a request already has another method of this name.
pub(super) fn method(field: &Field) -> Ident {
    let name = names::field(&field.name);
    if ["new", "into_body"].iter().any(|own| name == own) { names::ident(&format!("{name}_")) } else { name }
}

/// Generates the method that creates the body.
fn into_body(context: &Context<'_>, operation: &Operation) -> Option<TokenStream> {
    let body = operation.body.as_ref()?;
    let schema = names::ident(&body.schema);
    let fields: Vec<Ident> = body_fields(context.api, Some(body)).iter().map(|field| names::field(&field.name)).collect();
    Some(quote! {
        /// Returns the JSON body of the request, without the parameters outside of the body.
        #[must_use]
        pub fn into_body(self) -> types::#schema {
            types::#schema { #(#fields: self.#fields),* }
        }
    })
}

fn implementation(context: &Context<'_>, operation: &Operation, fields: &[&Field]) -> anyhow::Result<TokenStream> {
    let (name, constant) = (names::type_(&operation.id), names::constant(&operation.id));
    let (envelope, data_type) = response_types(context, operation);
    let checks = limits::checks(context.api, fields, rules(context, operation))?;
    let validation = limits::parameter(&checks);
    let parts = operation
        .parameters
        .iter()
        .map(|parameter| {
            let (ident, wire) = (names::field(&parameter.field.name), &parameter.field.name);
            let value = if parameter.field.required {
                quote! { Some(&self.#ident) }
            } else {
                quote! { self.#ident.as_ref() }
            };
            match parameter.location.as_str() {
                "query" => Ok(quote! { call.query(#wire, #value); }),
                "header" => Ok(quote! { call.header(#wire, #value); }),
                "path" => Ok(quote! { call.path(#wire, #value); }),
                other => anyhow::bail!("`{}`: a parameter in `{other}` cannot be generated yet", operation.id),
            }
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    let json = operation.body.as_ref().map(|_| quote! { call.json(Some(&self.into_body())); });
    let call = if parts.is_empty() && json.is_none() {
        quote! { _ }
    } else {
        quote! { call }
    };
    let is_documented = has_data(context, operation);
    let (data, response, result) = if is_documented {
        (data_type, quote! { response }, quote! { response.into_data() })
    } else {
        (quote! { () }, quote! { _ }, quote! { Ok(()) })
    };
    Ok(quote! {
        impl ::venue_core::Request for #name {
            const OPERATION: &'static ::venue_core::Operation = &crate::operations::#constant;
            type Envelope = #envelope;
            type Data = #data;

            fn check(&self, #validation: &mut ::venue_core::ValidationErrors) {
                #checks
            }

            fn write(self, #call: &mut ::venue_core::Call<'_>) {
                #(#parts)*
                #json
            }

            fn data(#response: ::venue_core::Response<Self::Envelope>) -> Result<Self::Data, crate::Error> {
                #result
            }
        }
    })
}

/// The type of the whole response, and the type of its data.
fn response_types(context: &Context<'_>, operation: &Operation) -> (TokenStream, TokenStream) {
    let (envelope, schema) = (names::ident(&context.api.envelope.schema), names::ident(&operation.response.schema));
    let data = if operation.response.is_list {
        quote! { ::venue_core::List<types::#schema> }
    } else {
        quote! { types::#schema }
    };
    let envelope = if operation.response.enveloped {
        quote! { types::#envelope<#data> }
    } else {
        quote! { ::venue_core::BareEnvelope<#data, types::#envelope<::venue_core::Undocumented>> }
    };
    (envelope, data)
}

/// Whether a caller needs the data of the response. A caller does not need the undocumented data of a write, because such data only
/// confirms the write.
pub(super) fn has_data(context: &Context<'_>, operation: &Operation) -> bool {
    let is_undocumented =
        context.api.type_named(&operation.response.schema).is_some_and(|named| matches!(named.shape, Shape::Undocumented));
    operation.repeatable == "safe" || operation.response.is_list || !is_undocumented
}
