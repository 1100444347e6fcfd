//! `client.rs` and `operations.rs`: the client with a method for each operation, and the operation table.

use proc_macro2::TokenStream;
use quote::quote;
use venue_spec::model::Operation;

use super::prose::after;
use super::text::{File, doc};
use super::{Target, docs, names};

/// The client.
pub(crate) fn client(target: &Target<'_>) -> anyhow::Result<String> {
    let api = target.api;
    let mut file = File::new(target.spec.path, "The client: a method for each operation, by section of the documentation.");
    let words = doc(&format!(
        "A client of the {}. Cheap to clone.\n\nThe documentation has these sections:\n\n{}",
        api.title,
        api.sections.iter().map(|section| after(&format!("- {}:", section.name), &section.description) + "\n").collect::<String>(),
    ));
    let server = &api.server;
    let base_url_doc = doc(&format!("The documented server: `{server}`."));
    file.tokens(quote! {
        use crate::builder;

        #words
        #[derive(Clone, Debug)]
        pub struct Client {
            core: ::venue_core::Client,
        }

        impl Client {
            #base_url_doc
            pub const BASE_URL: &'static str = #server;

            /// A client without credentials, of the documented server.
            ///
            /// # Errors
            ///
            /// If TLS cannot be set up on this machine.
            pub fn new() -> Result<Self, crate::BuildError> {
                Self::builder().build()
            }

            /// Sets up a client: server, timeouts, interceptors that sign.
            pub fn builder() -> crate::ClientBuilder<Self> {
                crate::ClientBuilder::new(Self::BASE_URL, concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
            }

            /// What all calls share.
            #[must_use]
            pub fn core(&self) -> &::venue_core::Client {
                &self.core
            }
        }

        impl From<::venue_core::Client> for Client {
            fn from(core: ::venue_core::Client) -> Self {
                Self { core }
            }
        }
    })?;
    for section in &api.sections {
        let methods = api.operations_of(&section.name).map(|operation| {
            let words = doc(&docs::operation(target, operation));
            let (method, builder) = (names::ident(&operation.id), names::type_(&operation.id));
            let deprecated = operation.deprecated.then(|| quote! { #[deprecated(note = "the exchange means to remove it")] });
            quote! {
                #words
                #deprecated
                pub fn #method(&self) -> builder::#builder<'_> {
                    builder::#builder::new(&self.core)
                }
            }
        });
        let page = section.documentation.as_ref().map(|url| format!("\n\nDocumentation: <{url}>")).unwrap_or_default();
        let words = doc(&format!("# {}\n\n{}{page}", section.name, section.description));
        file.tokens(quote! {
            #words
            impl Client {
                #(#methods)*
            }
        })?;
    }
    Ok(file.finish())
}

/// The operation table.
pub(crate) fn operations(target: &Target<'_>) -> anyhow::Result<String> {
    let api = target.api;
    let mut file = File::new(target.spec.path, "The operation table: what the specification says of each operation, beyond its types.");
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
