//! Name resolution by the operating system or by a resolver of the program.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use reqwest::dns::Resolve;
use tower_service::Service;

/// The resolver of a connector. A clone shares the resolver.
#[derive(Clone)]
pub(super) enum Resolver {
    System(GaiResolver),
    Custom(Arc<dyn Resolve>),
}

impl Resolver {
    pub(super) fn new(custom: Option<Arc<dyn Resolve>>) -> Self {
        custom.map_or_else(|| Self::System(GaiResolver::new()), Self::Custom)
    }
}

impl Service<Name> for Resolver {
    type Response = Box<dyn Iterator<Item = SocketAddr> + Send>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, io::Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), io::Error>> {
        // Both kinds of resolvers are always ready.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        match self {
            Self::System(system) => {
                let addresses = system.call(name);
                Box::pin(async move { Ok(Box::new(addresses.await?) as _) })
            }
            Self::Custom(custom) => {
                let addresses = name.as_str().parse().map(|name| custom.resolve(name));
                Box::pin(async move {
                    let addresses = addresses.map_err(io::Error::other)?.await.map_err(io::Error::other)?;
                    Ok(addresses as _)
                })
            }
        }
    }
}
