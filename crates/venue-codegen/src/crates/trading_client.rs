//! Generates `calls.rs` and `groups.rs` of the trading client.
//!
//! Two kinds of types of the trading client are hand-written: `Call<R>`, which contains a client and a request and sends the request, and a
//! type for each group of methods, such as `Account`. For an operation with the mark `x-venue-client-method: account.change_logs`, this
//! module generates the method `Account::change_logs`, which returns a call, and the setters of this call (`impl Call<requests::…>`). The
//! arguments of the method are the fields that the request requires, including those that are inferred to be required.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use venue_spec::model::{Aspect, ClientMethod, Field, Kind, Operation, Shape};

use super::source_file::{File, doc};
use super::{Context, docs, names, requests, rust_types, setters};

/// The names of the hand-written methods of `Call`. The setter of a field with such a name gets an underscore at the end.
const CALL_METHODS: [&str; 6] = ["items", "new", "options", "pages", "send", "send_with_metadata"];

/// Generates `calls.rs`.
pub(super) fn calls(context: &Context<'_>) -> anyhow::Result<String> {
    let mut file = File::new(&context.target.specification, "Setters of `Call`: a method for each optional parameter of a request.");
    let api = names::ident(&context.target.crate_ident());
    let setters: Vec<(Ident, Vec<TokenStream>)> = marked(context)
        .map(|(operation, _)| {
            let fields = requests::fields(context, operation);
            let optional = fields.into_iter().filter(|field| !is_argument(field));
            (names::type_(&operation.id), optional.map(|field| setter(context, field)).collect())
        })
        .filter(|(_, setters): &(Ident, Vec<TokenStream>)| !setters.is_empty())
        .collect();
    let types = uses_types(&setters.iter().flat_map(|(_, setters)| setters.clone()).collect());
    file.tokens(quote! { use #api::{requests #types}; use crate::call::Call; })?;
    for (request, setters) in setters {
        file.tokens(quote! { impl Call<requests::#request> { #(#setters)* } })?;
    }
    Ok(file.finish())
}

/// Generates `groups.rs`.
pub(super) fn groups(context: &Context<'_>) -> anyhow::Result<String> {
    let mut file = File::new(
        &context.target.specification,
        "The methods of the client's groups. Each method returns a `Call`, which sends the request of one operation.",
    );
    let api = names::ident(&context.target.crate_ident());
    let mut groups: Vec<(&str, TokenStream)> = Vec::new();
    for (operation, ClientMethod { group, name }) in marked(context) {
        let method = method(context, operation, name);
        match groups.iter_mut().find(|(known, _)| known == group) {
            Some((_, methods)) => methods.extend(method),
            None => groups.push((group, method)),
        }
    }
    let types = uses_types(&groups.iter().map(|(_, methods)| methods.clone()).collect());
    file.tokens(quote! { use #api::{requests #types}; use crate::call::Call; })?;
    for (group, methods) in groups {
        let group = names::type_(group);
        file.tokens(quote! { impl crate::#group<'_> { #methods } })?;
    }
    Ok(file.finish())
}

/// The operations for which a method is generated, each with the group and the name of the method.
fn marked<'a>(context: &Context<'a>) -> impl Iterator<Item = (&'a Operation, &'a ClientMethod)> {
    let sendable = context.api.operations.iter().filter(|operation| !operation.removed);
    sendable.filter_map(|operation| Some((operation, operation.client_method.as_ref()?)))
}

/// The second item of the `use` list, `types`, if the code refers to generated types.
fn uses_types(code: &TokenStream) -> Option<TokenStream> {
    code.to_string().contains("types ::").then(|| quote! { , types })
}

/// Whether a field is an argument of the method. This is the case if the documentation requires the field, or if the specification infers
/// that the field is required.
fn is_argument(field: &Field) -> bool {
    field.required || field.inferred.of(Aspect::Required).is_some()
}

fn setter(context: &Context<'_>, field: &Field) -> TokenStream {
    let (ident, name) = (names::field(&field.name), setter_name(field));
    let ty = rust_types::rust_type(&field.kind, &quote! { types });
    let words = doc(&docs::setter(context.api, field));
    let deprecated = setters::deprecated(field);
    quote! {
        #words
        #deprecated
        pub fn #name(mut self, value: impl Into<#ty>) -> Self {
            self.request.#ident = Some(value.into());
            self
        }
    }
}

/// The name of a setter. `X-Request-ID` is a header, and its setter is `request_id`.
fn setter_name(field: &Field) -> Ident {
    let name = names::field(&field.name).to_string();
    let name = name.strip_prefix("x_").unwrap_or(&name);
    if CALL_METHODS.contains(&name) { names::ident(&format!("{name}_")) } else { names::ident(name) }
}

fn method(context: &Context<'_>, operation: &Operation, name: &str) -> TokenStream {
    let (name, request) = (names::ident(name), names::type_(&operation.id));
    let words = doc(&docs::client_method(operation));
    let fields = requests::fields(context, operation);
    let (required, inferred): (Vec<&Field>, Vec<&Field>) =
        fields.into_iter().filter(|field| is_argument(field)).partition(|field| field.required);
    let arguments = required.iter().chain(&inferred).map(|field| argument(context, field));
    let values = required.iter().map(|field| value(field));
    let setters = inferred.iter().map(|field| {
        let (setter, value) = (requests::method(field), value(field));
        quote! { .#setter(#value) }
    });
    let deprecated = operation.deprecated.then(|| {
        let note = docs::deprecation(operation);
        quote! {
            #[deprecated(note = #note)]
            #[expect(deprecated, reason = "the request is deprecated, as this method is")]
        }
    });
    quote! {
        #words
        #deprecated
        pub fn #name(&self, #(#arguments),*) -> Call<requests::#request> {
            Call::new(self.client, requests::#request::new(#(#values),*)#(#setters)*)
        }
    }
}

/// Formats an argument of a method. The argument of a string, an id or a 64-bit integer can be of any type that converts to it. The
/// argument of a list of strings can be any iterator.
fn argument(context: &Context<'_>, field: &Field) -> TokenStream {
    let ident = names::field(&field.name);
    let ty = rust_types::rust_type(&field.kind, &quote! { types });
    let is_id = |name: &str| context.api.type_named(name).is_some_and(|named| matches!(named.shape, Shape::Id { .. }));
    match &field.kind {
        Kind::String | Kind::Secret | Kind::Int64 | Kind::UnixMillis | Kind::UnixSeconds | Kind::UnixMillisText | Kind::UnixSecondsText => {
            quote! { #ident: impl Into<#ty> }
        }
        Kind::Named(name) if is_id(name) => quote! { #ident: impl Into<#ty> },
        kind if is_list_of_texts(kind) => quote! { #ident: impl IntoIterator<Item = impl Into<String>> },
        _ => quote! { #ident: #ty },
    }
}

fn value(field: &Field) -> TokenStream {
    let ident = names::field(&field.name);
    if is_list_of_texts(&field.kind) {
        quote! { #ident.into_iter().map(Into::into).collect::<Vec<String>>() }
    } else {
        quote! { #ident }
    }
}

fn is_list_of_texts(kind: &Kind) -> bool {
    matches!(kind, Kind::List(item) if **item == Kind::String)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{VALID, generated};

    #[test]
    fn a_marked_operation_gets_setters_and_a_method() {
        let edits = [
            (
                "      x-venue-repeatable: safe\n      parameters:\n        - $ref",
                "      x-venue-repeatable: safe\n      x-venue-client-method: trading.list\n      parameters:\n        - $ref",
            ),
            (
                "        - name: side\n          in: query\n          description: Only this side.\n",
                concat!(
                    "        - name: pages\n          in: query\n          description: How many pages.\n          deprecated: true\n",
                    "          schema: { type: integer, format: int32 }\n        - name: side\n          in: query\n",
                    "          description: Only this side.\n          x-venue-inferred: { required: The example has it. }\n",
                ),
            ),
        ];
        let source = edits.iter().fold(VALID.to_owned(), |source, (from, to)| {
            assert_eq!(source.matches(from).count(), 1, "{from}");
            source.replace(from, to)
        });
        let files = generated(&source).1;
        let text = |name: &str| &files.iter().find(|file| file.path.ends_with(name)).expect("the file").text;
        insta::assert_snapshot!("calls", text("crates/venue-client/src/generated/calls.rs"));
        insta::assert_snapshot!("groups", text("crates/venue-client/src/generated/groups.rs"));
    }
}
