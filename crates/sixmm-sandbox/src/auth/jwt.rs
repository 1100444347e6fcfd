//! JSON Web Tokens (RFC 7519), signed with HS256. Tokens are not stored, because a token can be verified with the signing key, which stays
//! the same while the local exchange runs.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::deterministic_rng::hmac_sha256;

const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

/// Claims of an access token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Claims {
    /// The user's id.
    pub(crate) sub: String,
    /// Id of the session.
    pub(crate) sid: String,
    /// Issued at, Unix seconds.
    pub(crate) iat: i64,
    /// Expires at, Unix seconds.
    pub(crate) exp: i64,
    /// Id of the token, so that two tokens issued in the same second differ.
    pub(crate) jti: String,
}

/// Signs and verifies tokens with one key.
pub(crate) struct TokenSigner(Hmac<Sha256>);

impl TokenSigner {
    pub(crate) fn new(key: &[u8]) -> Self {
        Self(hmac_sha256(key))
    }

    /// Serialises claims and signs them.
    pub(crate) fn sign(&self, claims: &impl Serialize) -> String {
        let claims = serde_json::to_vec(claims).expect("claims consist of strings and numbers");
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(HEADER), URL_SAFE_NO_PAD.encode(claims));
        let mut mac = self.0.clone();
        mac.update(signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
    }

    /// Returns the claims of a token, or `None` if this key did not sign the token. The caller checks the expiry.
    pub(crate) fn verify<T: DeserializeOwned>(&self, token: &str) -> Option<T> {
        let (signed, signature) = token.rsplit_once('.')?;
        let mut mac = self.0.clone();
        mac.update(signed.as_bytes());
        mac.verify_slice(&URL_SAFE_NO_PAD.decode(signature).ok()?).ok()?;
        let (_, claims) = signed.split_once('.')?;
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims() -> Claims {
        Claims { sub: "1".into(), sid: "s".into(), iat: 1, exp: 2, jti: "j".into() }
    }

    #[test]
    fn a_verified_token_contains_the_signed_claims() {
        let tokens = TokenSigner::new(b"key");
        assert_eq!(tokens.verify(&tokens.sign(&claims())), Some(claims()));
    }

    #[test]
    fn a_corrupted_token_and_a_token_of_another_key_are_rejected() {
        let token = TokenSigner::new(b"key").sign(&claims());
        assert_eq!(TokenSigner::new(b"another").verify::<Claims>(&token), None);
        for place in 0..token.len() {
            let mut corrupted = token.clone().into_bytes();
            // Some bits of the last base64 digit encode no data. The token must be rejected even if only these bits were changed.
            corrupted[place] = if corrupted[place] == b'A' { b'B' } else { b'A' };
            let corrupted = String::from_utf8(corrupted).expect("ASCII");
            assert_eq!(TokenSigner::new(b"key").verify::<Claims>(&corrupted), None, "byte {place}");
        }
    }

    #[test]
    fn a_token_without_a_signature_is_rejected() {
        let token = TokenSigner::new(b"key").sign(&claims());
        let (signed, _) = token.rsplit_once('.').expect("three parts");
        assert_eq!(TokenSigner::new(b"key").verify::<Claims>(&format!("{signed}.")), None);
    }
}
