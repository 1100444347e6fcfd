//! TLS settings: the trusted certificate authorities, certificate pins, the client certificate, and the minimum version.
//!
//! rustls's webpki or the platform's verifier verifies certificates, never code of this crate. A pin is an additional check of a verified
//! certificate.

use std::fmt;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, OtherError, RootCertStore, SignatureScheme};
use tokio_rustls::TlsConnector;

use crate::BuildError;

/// An X.509 certificate, for example of a certificate authority.
#[derive(Clone)]
pub struct Certificate(CertificateDer<'static>);

impl Certificate {
    /// Reads a certificate from DER.
    ///
    /// # Errors
    ///
    /// If the bytes are not an X.509 certificate.
    pub fn from_der(der: impl Into<Vec<u8>>) -> Result<Self, BuildError> {
        let der = CertificateDer::from(der.into());
        ParsedCertificate::try_from(&der).map_err(|error| BuildError::from_source("TLS: not a certificate", error))?;
        Ok(Self(der))
    }

    /// Reads all certificates of a PEM text, in their order.
    ///
    /// # Errors
    ///
    /// If the text contains no certificate, or an invalid one.
    pub fn all_from_pem(pem: impl AsRef<[u8]>) -> Result<Vec<Self>, BuildError> {
        let certificates = CertificateDer::pem_slice_iter(pem.as_ref())
            .map(|der| Self::from_der(der.map_err(|error| BuildError::from_source("TLS: not PEM", error))?.to_vec()))
            .collect::<Result<Vec<_>, _>>()?;
        if certificates.is_empty() {
            return Err(BuildError::new("TLS: the PEM text contains no certificate".to_owned()));
        }
        Ok(certificates)
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({} bytes)", self.0.len())
    }
}

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
    /// Also works on a machine without authorities. Not available on Android, whose verifier does not support additional roots.
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

/// The SHA-256 digest of a server's public key or certificate. A client with pins connects only to a server that matches one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CertificatePin {
    subject: PinSubject,
    digest: [u8; 32],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PinSubject {
    PublicKey,
    Certificate,
}

impl CertificatePin {
    /// Creates a pin from the digest of the public key (the DER of the certificate's `SubjectPublicKeyInfo`). The public key usually stays
    /// the same when the certificate is renewed.
    ///
    /// ```text
    /// openssl x509 -in server.pem -noout -pubkey \
    ///     | openssl pkey -pubin -outform der | openssl dgst -sha256
    /// ```
    #[must_use]
    pub fn public_key_sha256(digest: [u8; 32]) -> Self {
        Self { subject: PinSubject::PublicKey, digest }
    }

    /// Creates a pin from the digest of the complete certificate (its DER). Every renewal of the certificate changes the digest.
    #[must_use]
    pub fn certificate_sha256(digest: [u8; 32]) -> Self {
        Self { subject: PinSubject::Certificate, digest }
    }

    /// Creates a pin from the public key of a certificate.
    ///
    /// # Errors
    ///
    /// If the certificate's public key cannot be read.
    pub fn public_key_of(certificate: &Certificate) -> Result<Self, BuildError> {
        let digest = PinSubject::PublicKey.digest(&certificate.0);
        Ok(Self::public_key_sha256(digest.map_err(|error| BuildError::from_source("TLS: not a certificate", error))?))
    }

    fn matches(&self, certificate: &CertificateDer<'_>) -> Result<bool, rustls::Error> {
        Ok(self.subject.digest(certificate)? == self.digest)
    }
}

impl PinSubject {
    fn digest(self, certificate: &CertificateDer<'_>) -> Result<[u8; 32], rustls::Error> {
        let digest = match self {
            Self::PublicKey => sha256(&ParsedCertificate::try_from(certificate)?.subject_public_key_info()),
            Self::Certificate => sha256(certificate),
        };
        Ok(digest)
    }
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut digest = [0; 32];
    digest.copy_from_slice(ring::digest::digest(&ring::digest::SHA256, bytes).as_ref());
    digest
}

/// A client certificate and its private key, for servers that ask for a client certificate.
#[derive(Clone)]
pub struct Identity(Arc<CertifiedKey>);

impl Identity {
    /// Reads an identity from PEM. `certificates` contains the client's certificate, followed by its intermediate certificates.
    /// `private_key` contains the private key (PKCS#8, PKCS#1 or SEC 1, without a passphrase). Both may be the same text.
    ///
    /// # Errors
    ///
    /// If the certificate or the key is missing or invalid, or if they do not belong together.
    pub fn from_pem(certificates: impl AsRef<[u8]>, private_key: impl AsRef<[u8]>) -> Result<Self, BuildError> {
        let chain = Certificate::all_from_pem(certificates)?.into_iter().map(|certificate| certificate.0).collect();
        // The error of the library is dropped, because it may contain a part of the key.
        let key = PrivateKeyDer::from_pem_slice(private_key.as_ref())
            .map_err(|_| BuildError::new("TLS: the client's private key is not PEM, or is encrypted".to_owned()))?;
        let identity = CertifiedKey::from_der(chain, key, &provider())
            .map_err(|error| BuildError::from_source("TLS: the client's certificate and private key do not fit together", error))?;
        Ok(Self(Arc::new(identity)))
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({} certificates, [redacted])", self.0.cert.len())
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
    pub(super) roots: Roots,
    pub(super) pins: Option<Vec<CertificatePin>>,
    pub(super) identity: Option<Identity>,
    pub(super) min_version: TlsVersion,
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

/// The cryptography provider. It is passed explicitly, because the process-wide default may be another one.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// Verifies a certificate with `inner`, and then requires that it matches a pin.
#[derive(Debug)]
struct PinVerifier {
    inner: Arc<dyn ServerCertVerifier>,
    pins: Vec<CertificatePin>,
}

impl ServerCertVerifier for PinVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let verified = self.inner.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)?;
        // Intermediate certificates are not compared, because any server can present the certificate of another one as an intermediate.
        for pin in &self.pins {
            if pin.matches(end_entity)? {
                return Ok(verified);
            }
        }
        Err(CertificateError::Other(OtherError(Arc::new(PinMismatch))).into())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

/// The error for a valid certificate of a server that matches no pin.
#[derive(Debug)]
struct PinMismatch;

impl fmt::Display for PinMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the server's certificate matches none of the pins")
    }
}

impl std::error::Error for PinMismatch {}

/// Finds the [`PinMismatch`] in an error of a TLS stream. The `Display` of rustls prints it as Rust source.
pub(super) fn pin_mismatch<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a (dyn std::error::Error + Send + Sync)> {
    let error = error.downcast_ref::<std::io::Error>()?.get_ref()?.downcast_ref::<rustls::Error>()?;
    match error {
        rustls::Error::InvalidCertificate(CertificateError::Other(OtherError(reason))) if reason.is::<PinMismatch>() => Some(&**reason),
        _ => None,
    }
}
