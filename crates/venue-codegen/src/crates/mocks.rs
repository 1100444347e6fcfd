//! Generates the typed mocks. They are progenitor's mocks, changed so that their responses have the envelope of the exchange.

use quote::quote;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ImplItem, Item, parse_quote};
use venue_spec::model::Operation;

use super::source_file::{File, doc};
use super::{Context, names};

/// The file.
pub(super) fn file(context: &Context<'_>, mut mocks: syn::File) -> anyhow::Result<String> {
    Outside { api_crate: names::ident(&context.target.crate_ident()) }.visit_file_mut(&mut mocks);
    let mut file = File::new(
        &context.target.specification,
        "Typed mocks. [`MockServerExt`] has a method for each operation. The closure argument of the method sets the expected request and the \
         response.",
    );
    for item in &mut mocks.items {
        match item {
            Item::Mod(module) => {
                let (_, items) = module.content.get_or_insert_with(Default::default);
                for item in items {
                    adapt(context, item);
                }
            }
            Item::Trait(item) => {
                for member in &mut item.items {
                    let syn::TraitItem::Fn(method) = member else { continue };
                    if let Some(operation) = context.api.operations.iter().find(|operation| method.sig.ident == operation.id.as_str()) {
                        let words = doc(&format!(
                            "Mocks `{} {}`: {}.\n\nDocumentation: <{}>",
                            operation.method,
                            operation.path,
                            operation.summary.trim_end_matches('.'),
                            operation.documentation
                        ));
                        method.attrs = parse_quote! { #words };
                    }
                }
            }
            _ => {}
        }
    }
    file.tokens(quote! { #mocks })?;
    Ok(file.finish())
}

fn adapt(context: &Context<'_>, item: &mut Item) {
    let name = match item {
        Item::Struct(item) => item.ident.to_string(),
        Item::Impl(item) => match &*item.self_ty {
            syn::Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default(),
            _ => return,
        },
        _ => return,
    };
    let Some((operation, is_when)) = operation_of(context, &name) else { return };
    match item {
        Item::Struct(item) => {
            let what = if is_when { "The requests that a mock expects" } else { "The response of a mock" };
            let words = doc(&format!("{what}, for `{} {}`.", operation.method, operation.path));
            item.attrs = parse_quote! { #words };
        }
        Item::Impl(item) => {
            PlainPath(&operation.path).visit_item_impl_mut(item);
            if operation.response.enveloped {
                let envelope = names::ident(&context.api.envelope.schema);
                Enveloped { api_crate: names::ident(&context.target.crate_ident()), envelope }.visit_item_impl_mut(item);
            }
            for member in &mut item.items {
                let ImplItem::Fn(method) = member else { continue };
                let words = doc(&method_doc(operation, &method.sig.ident.to_string(), is_when));
                method.attrs = parse_quote! { #words };
            }
            if !is_when {
                item.items.extend(refusals(context, operation));
            }
        }
        _ => {}
    }
}

fn operation_of<'a>(context: &Context<'a>, name: &str) -> Option<(&'a Operation, bool)> {
    context.api.operations.iter().find_map(|operation| {
        let prefix = names::type_(&operation.id).to_string();
        match name.strip_prefix(&prefix)? {
            "When" => Some((operation, true)),
            "Then" => Some((operation, false)),
            _ => None,
        }
    })
}

fn method_doc(operation: &Operation, method: &str, is_when: bool) -> String {
    match (method, is_when) {
        ("new", true) => String::from("Wraps httpmock's `When`, and expects the method and path of the operation."),
        ("new", false) => String::from("Wraps httpmock's `Then`."),
        ("into_inner", true) => String::from("Returns httpmock's `When`, for expectations that this type does not have."),
        ("into_inner", false) => String::from("Returns httpmock's `Then`, for responses that the specification does not allow."),
        ("body", true) => String::from("Expects `value` as the JSON body."),
        ("ok", false) if !operation.response.enveloped => {
            String::from("Responds with a success. The body is `value`, without an envelope.")
        }
        ("ok", false) => String::from("Responds with a success. The envelope contains `value` as its data."),
        _ => operation
            .parameters
            .iter()
            .find(|parameter| names::field(&parameter.field.name) == method)
            .map(|parameter| format!("Expects the {} parameter `{}`.", parameter.location, parameter.field.name))
            .unwrap_or_default(),
    }
}

/// The methods of a mock that return an error of the exchange. They are the same for every operation with an envelope.
fn refusals(context: &Context<'_>, operation: &Operation) -> Vec<ImplItem> {
    let (api_crate, envelope) = (names::ident(&context.target.crate_ident()), names::ident(&context.api.envelope.schema));
    let refusal: ImplItem = if operation.response.enveloped {
        parse_quote! {
            /// Responds with HTTP 200 and an envelope that contains this error code. The documentation does not state the HTTP status
            /// of an error code, so 200 is the choice of this mock. Use [`envelope`](Self::envelope) for another status.
            pub fn refusal(self, code: i64, message: &str) -> Self {
                self.envelope(200, &#api_crate::types::#envelope::<()>::failure(code, message))
            }
        }
    } else {
        parse_quote! {
            /// Responds with HTTP 400 and an envelope that contains this error code. A successful response of this operation has no
            /// envelope, so the HTTP status must report the failure. Use [`envelope`](Self::envelope) for another status.
            pub fn refusal(self, code: i64, message: &str) -> Self {
                self.envelope(400, &#api_crate::types::#envelope::<()>::failure(code, message))
            }
        }
    };
    vec![
        parse_quote! {
            /// Responds with this HTTP status, and with `envelope` as the JSON body.
            pub fn envelope<T: ::serde::Serialize>(self, status: u16, envelope: &#api_crate::types::#envelope<T>) -> Self {
                Self(self.0.status(status).header("content-type", "application/json").json_body_obj(envelope))
            }
        },
        refusal,
    ]
}

/// Replaces the paths of the generated crate by paths that are valid in the crate of the mocks.
struct Outside {
    api_crate: proc_macro2::Ident,
}

impl VisitMut for Outside {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        if let Some(first) = path.segments.first_mut()
            && (first.ident == "crate" || first.ident == "venue_core")
        {
            first.ident = self.api_crate.clone();
            path.leading_colon = Some(Default::default());
        }
        visit_mut::visit_path_mut(self, path);
    }
}

/// Makes a mock compare a path without parameters as text. Progenitor generates a regular expression for every path, but only a path with
/// parameters needs a regular expression.
struct PlainPath<'a>(&'a str);

impl VisitMut for PlainPath<'_> {
    fn visit_expr_method_call_mut(&mut self, call: &mut syn::ExprMethodCall) {
        visit_mut::visit_expr_method_call_mut(self, call);
        if call.method == "path_matches" && !self.0.contains('{') {
            let path = self.0;
            call.method = names::ident("path");
            call.args = parse_quote! { #path };
        }
    }
}

/// Puts the responses of a mock into the envelope.
struct Enveloped {
    api_crate: proc_macro2::Ident,
    envelope: proc_macro2::Ident,
}

impl VisitMut for Enveloped {
    fn visit_item_impl_mut(&mut self, item: &mut syn::ItemImpl) {
        let is_then = matches!(&*item.self_ty, syn::Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident.to_string().ends_with("Then")));
        if is_then {
            visit_mut::visit_item_impl_mut(self, item);
        }
    }

    fn visit_expr_method_call_mut(&mut self, call: &mut syn::ExprMethodCall) {
        visit_mut::visit_expr_method_call_mut(self, call);
        if call.method == "json_body_obj"
            && let Some(value) = call.args.first_mut()
        {
            let (Self { api_crate, envelope }, inner): (_, Expr) = (&self, value.clone());
            *value = parse_quote! { &#api_crate::types::#envelope::success(#inner) };
        }
    }
}
