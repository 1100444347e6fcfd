//! Certificate pins: an additional check of a verified certificate.

use std::fmt;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, OtherError, SignatureScheme};

use super::Certificate;
use crate::BuildError;

/// The SHA-256 digest of a server's public key or certificate. A client with pins connects only to a server that matches at least one pin.
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
    /// Returns an error if the certificate's public key cannot be read.
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

/// Verifies a certificate with `inner`, and then requires that it matches a pin.
#[derive(Debug)]
pub(super) struct PinVerifier {
    pub(super) inner: Arc<dyn ServerCertVerifier>,
    pub(super) pins: Vec<CertificatePin>,
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
        // Only the server's own certificate is compared. A server can send any other certificate as an intermediate certificate.
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

/// Finds the [`PinMismatch`] in an error of a TLS stream, so that the client can print a readable message. rustls itself would print the
/// `PinMismatch` with `Debug`.
pub(in crate::http) fn pin_mismatch<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a (dyn std::error::Error + Send + Sync)> {
    let error = error.downcast_ref::<std::io::Error>()?.get_ref()?.downcast_ref::<rustls::Error>()?;
    match error {
        rustls::Error::InvalidCertificate(CertificateError::Other(OtherError(reason))) if reason.is::<PinMismatch>() => Some(&**reason),
        _ => None,
    }
}
