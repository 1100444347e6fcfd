//! Generates `client.rs`: the client that sends requests.

use quote::quote;

use super::source_file::{File, doc};
use super::{Context, api_docs, docs};

/// The file.
pub(super) fn file(context: &Context<'_>) -> anyhow::Result<String> {
    let api = context.api;
    let mut file = File::new(&context.target.specification, "The client that sends requests.");
    let lifecycle = api.lifecycle.as_ref().map(|lifecycle| format!("**End of the exchange:** {}\n\n", api_docs::lifecycle(lifecycle)));
    let words = doc(&format!(
        "A client of the {}. A clone is cheap, because it shares the connections of the original.\n\n{}# Example\n\n{}",
        api.title,
        lifecycle.unwrap_or_default(),
        docs::first_example(context)
    ));
    let server = api.servers.first().map_or("", |server| &server.url);
    let urls = api.servers.iter().map(|server| &server.url);
    let has_several = api.servers.len() > 1;
    let documented_servers = has_several.then(|| quote! { .documented_servers(Self::SERVERS) });
    let servers_doc = doc(&api_docs::server_list(api));
    let base_url_doc = doc(&format!("The URL of the documented server, `{server}`."));
    file.tokens(quote! {
        #words
        #[derive(Clone, Debug)]
        pub struct Client {
            core: ::venue_core::Client,
        }

        impl Client {
            #base_url_doc
            pub const BASE_URL: &'static str = #server;

            #servers_doc
            pub const SERVERS: &'static [&'static str] = &[#(#urls),*];

            /// Creates a client that sends requests without credentials to the documented server.
            ///
            /// # Errors
            ///
            /// Returns an error if TLS cannot be set up on this machine.
            pub fn new() -> Result<Self, crate::BuildError> {
                Self::builder().build()
            }

            /// Returns a builder for a client with another server, other timeouts, or interceptors, for example an interceptor that signs
            /// requests.
            pub fn builder() -> crate::ClientBuilder<Self> {
                crate::ClientBuilder::new(Self::BASE_URL, concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
                    #documented_servers
            }

            /// Sends a request. The module [`requests`](crate::requests) has a type for each operation.
            ///
            /// # Errors
            ///
            /// Returns an error without sending the request if the request breaks a documented limit, or an inferred limit that this client
            /// checks. Returns an error after sending if the request does not reach the exchange, if the exchange rejects it, or if the
            /// response is not as documented. If a write [may have been executed](crate::Error::may_have_been_executed), query
            /// whether the exchange executed the write before you send it again.
            pub async fn send<R: ::venue_core::Request>(
                &self,
                request: R,
            ) -> Result<::venue_core::Response<R::Envelope>, crate::Error> {
                ::venue_core::request::send(&self.core, request).await
            }

            /// Returns the `venue-core` client, which contains the base URL, the HTTP client and the interceptors that all calls share.
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
    Ok(file.finish())
}
