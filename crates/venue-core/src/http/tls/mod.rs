//! TLS settings: the trusted certificate authorities, certificate pins, the client certificate, and the minimum version.
//!
//! Certificates are verified by rustls's webpki or by the verifier of the platform, never by code of this crate. A pin is an additional
//! check of a verified certificate.

mod certificate;
mod pin;

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
use rustls::sign::SingleCertAndKey;
use rustls::{ClientConfig, RootCertStore};
use tokio_rustls::TlsConnector;

pub use certificate::{Certificate, Identity};
pub use pin::CertificatePin;

pub(super) use pin::pin_mismatch;

use pin::PinVerifier;

use crate::BuildError;

/// The trusted certificate authorities. By default those of the platform.
#[derive(Clone, Debug, Default)]
pub struct Roots(Trust);

#[derive(Clone, Debug, Default)]
enum Trust {
    #[default]
    Platform,
    #[cfg(not(target_os = "android"))]
    PlatformAnd(Vec<Certificate>),
    Only(Vec<Certificate>),
}

impl Roots {
    /// Trusts the authorities of the platform.
    #[must_use]
    pub fn platform() -> Self {
        Self(Trust::Platform)
    }

    /// Trusts these certificates in addition to the authorities of the platform, for example the certificate of a proxy that inspects TLS.
    /// This setting also works on a machine that has no trusted authorities. It is not available on Android, whose verifier does not
    /// support additional root certificates.
    #[cfg(not(target_os = "android"))]
    #[must_use]
    pub fn platform_and(certificates: impl IntoIterator<Item = Certificate>) -> Self {
        Self(Trust::PlatformAnd(certificates.into_iter().collect()))
    }

    /// Trusts only these certificates, and not the authorities of the platform. [`build`](crate::ClientBuilder::build) rejects an empty
    /// list.
    #[must_use]
    pub fn only(certificates: impl IntoIterator<Item = Certificate>) -> Self {
        Self(Trust::Only(certificates.into_iter().collect()))
    }
}

/// A TLS version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum TlsVersion {
    /// TLS 1.2.
    #[default]
    Tls12,
    /// TLS 1.3.
    Tls13,
}

/// The TLS part of [`HttpSettings`](super::HttpSettings).
#[derive(Clone, Debug, Default)]
pub(crate) struct TlsSettings {
    pub(in crate::http) roots: Roots,
    pub(in crate::http) pins: Option<Vec<CertificatePin>>,
    pub(in crate::http) identity: Option<Identity>,
    pub(in crate::http) min_version: TlsVersion,
}

impl TlsSettings {
    /// Creates the TLS connector for connections to the exchange.
    pub(super) fn connector(&self) -> Result<TlsConnector, BuildError> {
        let mut verifier = self.verifier()?;
        if let Some(pins) = &self.pins {
            if pins.is_empty() {
                return Err(BuildError::new("TLS: the list of pins is empty, so that no server could match one".to_owned()));
            }
            verifier = Arc::new(PinVerifier { inner: verifier, pins: pins.clone() });
        }
        self.configure(verifier, self.identity.as_ref())
    }

    /// Creates the TLS connector for connections to an `https://` proxy.
    pub(super) fn proxy_connector(&self) -> Result<TlsConnector, BuildError> {
        self.configure(self.verifier()?, None)
    }

    /// Rejects TLS settings for an `http://` base URL, because they would have no effect.
    pub(super) fn reject_without_tls(&self) -> Result<(), BuildError> {
        let is_set = self.pins.is_some()
            || self.identity.is_some()
            || self.min_version != TlsVersion::default()
            || !matches!(self.roots.0, Trust::Platform);
        if is_set {
            let problem = "TLS: roots, pins, a client identity or a lowest version are set, but the base URL is `http://`; use `https://`, or \
                           leave these settings out for a server on this machine";
            return Err(BuildError::new(problem.to_owned()));
        }
        Ok(())
    }

    fn configure(&self, verifier: Arc<dyn ServerCertVerifier>, identity: Option<&Identity>) -> Result<TlsConnector, BuildError> {
        let versions: &[_] = match self.min_version {
            TlsVersion::Tls12 => &[&rustls::version::TLS13, &rustls::version::TLS12],
            TlsVersion::Tls13 => &[&rustls::version::TLS13],
        };
        let config = ClientConfig::builder_with_provider(provider())
            .with_protocol_versions(versions)
            .map_err(|error| BuildError::from_source("TLS cannot be set up", error))?
            .dangerous()
            .with_custom_certificate_verifier(verifier);
        let mut config = match identity {
            Some(identity) => config.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(Arc::clone(&identity.0)))),
            None => config.with_no_client_auth(),
        };
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsConnector::from(Arc::new(config)))
    }

    fn verifier(&self) -> Result<Arc<dyn ServerCertVerifier>, BuildError> {
        use rustls_platform_verifier::Verifier;

        match &self.roots.0 {
            Trust::Platform => Verifier::new(provider()).map(|verifier| Arc::new(verifier) as _).map_err(without_roots),
            #[cfg(not(target_os = "android"))]
            Trust::PlatformAnd(extra) => {
                let extra = extra.iter().map(|certificate| certificate.0.clone());
                Verifier::new_with_extra_roots(extra, provider()).map(|verifier| Arc::new(verifier) as _).map_err(without_roots)
            }
            Trust::Only(only) => {
                let mut roots = RootCertStore::empty();
                for certificate in only {
                    roots.add(certificate.0.clone()).map_err(|error| BuildError::from_source("TLS: not a root certificate", error))?;
                }
                let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider()).build();
                verifier.map(|verifier| verifier as _).map_err(|error| BuildError::from_source("TLS: no root certificate is given", error))
            }
        }
    }
}

fn without_roots(error: rustls::Error) -> BuildError {
    let problem = "TLS: the platform's root certificates cannot be loaded; install them (the package `ca-certificates`), set `SSL_CERT_FILE` or \
                   `SSL_CERT_DIR` to a bundle that exists, or give them with `HttpSettings::roots`";
    BuildError::from_source(problem, error)
}

/// The cryptography provider of rustls. It is passed explicitly, because the program may have installed another provider as the default.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}
