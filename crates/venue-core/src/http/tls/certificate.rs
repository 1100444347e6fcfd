//! Certificates: of certificate authorities, and of the client with its private key.

use std::fmt;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::ParsedCertificate;
use rustls::sign::CertifiedKey;

use super::provider;
use crate::BuildError;

/// An X.509 certificate, for example of a certificate authority.
#[derive(Clone)]
pub struct Certificate(pub(super) CertificateDer<'static>);

impl Certificate {
    /// Reads a certificate from DER.
    ///
    /// # Errors
    ///
    /// Returns an error if the bytes are not an X.509 certificate.
    pub fn from_der(der: impl Into<Vec<u8>>) -> Result<Self, BuildError> {
        let der = CertificateDer::from(der.into());
        ParsedCertificate::try_from(&der).map_err(|error| BuildError::from_source("TLS: not a certificate", error))?;
        Ok(Self(der))
    }

    /// Reads all certificates of a PEM text, in their order.
    ///
    /// # Errors
    ///
    /// Returns an error if the text contains no certificate, or if one of the certificates is invalid.
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

/// A client certificate and its private key, for servers that ask for a client certificate.
#[derive(Clone)]
pub struct Identity(pub(super) Arc<CertifiedKey>);

impl Identity {
    /// Reads an identity from PEM. `certificates` contains the client's certificate, followed by its intermediate certificates.
    /// `private_key` contains the private key (PKCS#8, PKCS#1 or SEC 1, without a passphrase). Both may be the same text.
    ///
    /// # Errors
    ///
    /// Returns an error if the certificate or the key is missing or invalid, or if they do not belong together.
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
