//! `operations.rs`: the operation table.

use proc_macro2::TokenStream;
use quote::quote;
use venue_spec::model::Operation;

use super::markdown::after;
use super::source_file::{File, doc};
use super::{Context, names};

/// The file.
pub(super) fn file(context: &Context<'_>) -> anyhow::Result<String> {
    let api = context.api;
    let mut file =
        File::new(&context.target.specification, "The operation table: what the specification says of each operation, beyond its types.");
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
    file.tokens(quote! {
        use ::venue_core::{Operation, Repeatable, reqwest::Method};
    })?;
    file.tokens(quote! {
        /// Ways to authenticate.
        pub mod security {
            use ::venue_core::SecurityScheme;
            #(#schemes)*
        }

        /// What an API key can be allowed to do.
        pub mod permission {
            use ::venue_core::Permission;
            #(#permissions)*
        }
    })?;
    for operation in &api.operations {
        file.tokens(row(operation))?;
    }
    let constants = api.operations.iter().map(|operation| names::constant(&operation.id));
    file.tokens(quote! {
        /// Every operation, in the order of the documentation.
        pub static ALL: &[&Operation] = &[#(&#constants),*];
    })?;
    Ok(file.finish())
}

fn row(operation: &Operation) -> TokenStream {
    let words = doc(&format!("[`Client::{0}`](crate::Client::{0}): {1}.", operation.id, operation.summary.trim_end_matches('.'),));
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
        );
    }
}
