//! How a client connects: its HTTP settings, and the transport that uses them.

mod byte_stream;
mod connector;
mod proxy;
mod resolver;
mod settings;
#[cfg(feature = "rustls")]
mod tls;
mod transport;

pub use byte_stream::{ByteStream, ByteStreamConnector};
pub use proxy::Proxy;
pub use settings::HttpSettings;
#[cfg(feature = "rustls")]
pub use tls::{Certificate, CertificatePin, Identity, Roots, TlsVersion};

pub(crate) use connector::Connector;
pub(crate) use transport::{HttpResponse, Transport, TransportError};
