//! `client.rs`: the client with a method for each operation.

use quote::quote;

use super::markdown::after;
use super::source_file::{File, doc};
use super::{Context, docs, names};

/// The file.
pub(super) fn file(context: &Context<'_>) -> anyhow::Result<String> {
    let api = context.api;
    let mut file = File::new(&context.target.specification, "The client: a method for each operation, by section of the documentation.");
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
            let words = doc(&docs::operation(context, operation));
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
