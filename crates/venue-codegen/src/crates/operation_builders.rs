//! `builder.rs`: a builder for each operation. Progenitor lays them out; what they send, and how, is ours.

use anyhow::Context as _;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::visit_mut::VisitMut as _;
use syn::{ImplItem, Item, ItemImpl, ItemMod, parse_quote};
use venue_spec::model::{Field, Operation, Shape};

use super::short_paths::Shorten;
use super::source_file::{File, doc};
use super::type_builders::Messages;
use super::{Context, docs, limits, names, setters};

/// The file.
pub(super) fn file(context: &Context<'_>, module: &ItemMod) -> anyhow::Result<String> {
    let mut file = File::new(
        &context.target.specification,
        "A builder for each operation: set what it needs, then `send()`.\n\nLimits that the documentation states are checked by `send()`, which \
         reports every fault at once and sends nothing. Limits that are inferred from the documentation are marked as such, and checked \
         only with [`check_inferred`](crate::ClientBuilder::check_inferred).",
    );
    file.tokens(quote! { use crate::types; })?;
    for operation in &context.api.operations {
        let (layout, methods) =
            find(module, operation).with_context(|| format!("progenitor generated no builder for `{}`", operation.id))?;
        file.tokens(builder(context, operation, layout, methods)?)?;
    }
    Ok(file.finish())
}

fn find<'a>(module: &'a ItemMod, operation: &Operation) -> Option<(&'a syn::ItemStruct, &'a ItemImpl)> {
    let name = names::type_(&operation.id);
    let items = module.content.as_ref().map(|(_, items)| items)?;
    let layout = items.iter().find_map(|item| match item {
        Item::Struct(item) if item.ident == name => Some(item),
        _ => None,
    })?;
    let methods = items.iter().find_map(|item| match item {
        Item::Impl(item) => match &*item.self_ty {
            syn::Type::Path(path) if path.path.segments.last()?.ident == name => Some(item),
            _ => None,
        },
        _ => None,
    })?;
    Some((layout, methods))
}

fn builder(context: &Context<'_>, operation: &Operation, layout: &syn::ItemStruct, methods: &ItemImpl) -> anyhow::Result<TokenStream> {
    let mut layout = layout.clone();
    let words = doc(&format!("Builds a call of [`Client::{0}`](crate::Client::{0}).", operation.id));
    layout.attrs = parse_quote! { #words #[derive(Clone, Debug)] #[must_use = "a call does nothing until it is sent"] };
    let body = operation.body.as_ref().map(|body| names::ident(&body.schema));
    for field in &mut layout.fields {
        match (field.ident.as_ref().map(ToString::to_string).as_deref(), &body) {
            (Some("client"), _) => field.ty = parse_quote! { &'a ::venue_core::Client },
            // Progenitor's is a `Result`, which here is never an error: the body's builder holds its own.
            (Some("body"), Some(body)) => field.ty = parse_quote! { types::builder::#body },
            _ => {}
        }
    }
    let mut methods = methods.clone();
    let send = send(context, operation)?;
    let body_setters = body_setters(context, operation);
    methods
        .items
        .retain(|item| !matches!(item, ImplItem::Fn(method) if ["send", "body", "body_map"].iter().any(|name| method.sig.ident == name)));
    for item in &mut methods.items {
        let ImplItem::Fn(method) = item else { continue };
        if method.sig.ident == "new" {
            method.vis = parse_quote! { pub(crate) };
            method.sig.inputs = parse_quote! { client: &'a ::venue_core::Client };
            FirstFields { body: body.as_ref() }.visit_impl_item_fn_mut(method);
            continue;
        }
        if let Some(parameter) = operation.parameters.iter().find(|parameter| method.sig.ident == names::field(&parameter.field.name)) {
            let words = doc(&docs::field(context.api, &parameter.field, true));
            *method = setters::holding(&parameter.field, !parameter.field.required, &quote! { types }, &words);
        }
    }
    if let Some(body) = &body {
        methods.items.push(parse_quote! {
            /// Changes the body's builder.
            pub fn body_map<F>(mut self, change: F) -> Self
            where
                F: FnOnce(types::builder::#body) -> types::builder::#body,
            {
                self.body = change(self.body);
                self
            }
        });
        methods.items.push(parse_quote! {
            /// Sets the whole body at once: finished, or still a builder.
            pub fn body(mut self, body: impl Into<types::builder::#body>) -> Self {
                self.body = body.into();
                self
            }
        });
    }
    methods.items.sort_by_key(|item| position(operation, item));
    methods.items.extend(body_setters);
    methods.items.push(parse_quote! { #send });
    Messages.visit_item_impl_mut(&mut methods);
    let mut shorten = Shorten { types: Some("types") };
    shorten.visit_item_struct_mut(&mut layout);
    shorten.visit_item_impl_mut(&mut methods);
    Ok(quote! { #layout #methods })
}

/// The order of the documentation: what starts a call, its parameters, its body.
fn position(operation: &Operation, item: &ImplItem) -> usize {
    let ImplItem::Fn(method) = item else { return 0 };
    let parameter = operation.parameters.iter().position(|parameter| method.sig.ident == names::field(&parameter.field.name));
    match parameter {
        Some(index) => index + 1,
        None if method.sig.ident == "new" => 0,
        None => usize::MAX,
    }
}

fn body_fields<'a>(context: &Context<'a>, operation: &Operation) -> &'a [Field] {
    let body = operation.body.as_ref().and_then(|body| context.api.type_named(&body.schema));
    match body.map(|named| &named.shape) {
        Some(Shape::Object { fields, .. }) => fields,
        _ => &[],
    }
}

/// The body's fields can be set on the operation itself, so that a call reads the same whether it has a query or a body.
fn body_setters(context: &Context<'_>, operation: &Operation) -> Vec<ImplItem> {
    let taken: Vec<_> = operation.parameters.iter().map(|parameter| names::field(&parameter.field.name)).collect();
    let free = body_fields(context, operation).iter().filter(|field| {
        let ident = names::field(&field.name);
        !taken.contains(&ident) && ["body", "body_map", "new", "send"].iter().all(|own| ident != own)
    });
    free.map(|field| {
        let words = doc(&docs::field(context.api, field, true));
        ImplItem::Fn(setters::forwarding(field, &quote! { types }, &words))
    })
    .collect()
}

/// The path from a builder to the wire, in the order of the documentation.
fn send(context: &Context<'_>, operation: &Operation) -> anyhow::Result<TokenStream> {
    let fields: Vec<Field> = operation.parameters.iter().map(|parameter| parameter.field.clone()).collect();
    let idents: Vec<_> = fields.iter().map(|field| names::field(&field.name)).collect();
    let body = operation.body.as_ref().map(|_| format_ident!("body"));
    let all = idents.iter().chain(&body);
    let constant = names::constant(&operation.id);
    let takes = fields.iter().map(|field| {
        let (ident, wire) = (names::field(&field.name), &field.name);
        let flatten = (!field.required).then(|| quote! { .flatten() });
        quote! { let #ident = call.take(#wire, #ident)#flatten; }
    });
    let checks = limits::parameter_checks(context.api, &fields, &operation.rules)?;
    let parts = operation
        .parameters
        .iter()
        .map(|parameter| {
            let (ident, wire) = (names::field(&parameter.field.name), &parameter.field.name);
            match parameter.location.as_str() {
                "query" => Ok(quote! { call.query(#wire, #ident.as_ref()); }),
                "header" => Ok(quote! { call.header(#wire, #ident.as_ref()); }),
                "path" => Ok(quote! { call.path(#wire, #ident.as_ref()); }),
                other => anyhow::bail!("`{}`: a parameter in `{other}` cannot be generated yet", operation.id),
            }
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    let json = body.as_ref().map(|_| {
        quote! {
            let body = body.finish(call.validation());
            call.json(body.as_ref());
        }
    });
    let data = names::ident(&operation.response.schema);
    let words = doc(&format!(
        "Sends it.\n\n# Errors\n\nIf it breaks a documented limit, or an inferred one if those are checked (nothing is sent), does not reach the exchange, is refused by it, or the \
         answer is not what the documentation describes: see [`Error`](crate::Error).{}",
        if operation.repeatable == "once" {
            " If it [may have been carried out](crate::Error::may_have_been_carried_out), find out what became of it before sending it again."
        } else {
            ""
        },
    ));
    Ok(quote! {
        #words
        pub async fn send(self) -> Result<crate::Response<types::#data>, crate::Error> {
            let Self { client, #(#all),* } = self;
            let mut call = client.call(&crate::operations::#constant);
            #(#takes)*
            #checks
            #(#parts)*
            #json
            call.send().await
        }
    })
}

/// What a builder starts with: `client: client` → `client`, and the body's builder without progenitor's `Ok` around it.
struct FirstFields<'a> {
    body: Option<&'a syn::Ident>,
}

impl syn::visit_mut::VisitMut for FirstFields<'_> {
    fn visit_field_value_mut(&mut self, value: &mut syn::FieldValue) {
        let syn::Member::Named(name) = &value.member else { return };
        if matches!(&value.expr, syn::Expr::Path(path) if path.path.is_ident(name)) {
            value.colon_token = None;
        }
        if let Some(body) = self.body.filter(|_| name == "body") {
            value.expr = parse_quote! { types::builder::#body::default() };
        }
    }
}
