//! The raw query of a signed request: which bytes are signed, and how the signature is verified.
//!
//! Written from the vendor's page on request signing, and deliberately independent of the client's code:
//! <https://docs.6mm.com/developer-api/request-signing>.

use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::UnixMillis;

/// The raw query of a signed request with its timestamp and signature. The query is not percent-decoded, because the signature covers the
/// raw bytes. The type has no `Debug`, because it contains a signature.
#[derive(Clone, Copy)]
pub(crate) struct SignedQuery<'a> {
    raw: &'a str,
    timestamp: &'a str,
    signature: &'a str,
}

impl<'a> SignedQuery<'a> {
    /// Finds the parameters `timestamp` and `signature` in a raw query. Returns `None` if either parameter is missing or appears twice.
    pub(crate) fn new(raw: &'a str) -> Option<Self> {
        let mut timestamp = None;
        let mut signature = None;
        for pair in raw.split('&') {
            let (found, value) = match (pair.strip_prefix("timestamp="), pair.strip_prefix("signature=")) {
                (Some(value), _) => (&mut timestamp, value),
                (_, Some(value)) => (&mut signature, value),
                _ => continue,
            };
            if found.replace(value).is_some() {
                return None;
            }
        }
        Some(Self { raw, timestamp: timestamp?, signature: signature? })
    }

    /// The signed timestamp. Only decimal digits without leading zeros are accepted.
    pub(crate) fn timestamp(self) -> Option<UnixMillis> {
        let digits = self.timestamp;
        let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0'));
        digits.parse().ok().filter(|_| is_plain).map(UnixMillis::new)
    }

    /// Verifies the signature, which must be the HMAC-SHA256 of the query without the parameter `signature`, followed directly by the body.
    /// The comparison takes constant time. Returns the bytes of a valid signature, by which the caller detects replays.
    pub(crate) fn verify(self, key: &Hmac<Sha256>, body: &[u8]) -> Option<[u8; 32]> {
        let signature = digest(self.signature)?;
        let mut mac = key.clone();
        let mut signed = self.raw.split('&').filter(|pair| !pair.starts_with("signature="));
        if let Some(first) = signed.next() {
            mac.update(first.as_bytes());
        }
        for pair in signed {
            mac.update(b"&");
            mac.update(pair.as_bytes());
        }
        mac.update(body);
        mac.verify_slice(&signature).ok()?;
        Some(signature)
    }
}

/// Decodes a signature of 64 hexadecimal digits. Only lower-case digits are accepted, as the documentation requires.
fn digest(hex: &str) -> Option<[u8; 32]> {
    let hex: &[u8; 64] = hex.as_bytes().try_into().ok()?;
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(hex.as_chunks::<2>().0) {
        *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
    }
    Some(bytes)
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;
    use crate::deterministic_rng::hmac_sha256;

    #[derive(Deserialize)]
    struct Vectors {
        #[serde(rename = "apiSecret")]
        api_secret: String,
        cases: Vec<Case>,
    }

    #[derive(Deserialize)]
    struct Case {
        name: String,
        url: String,
        body: Option<String>,
    }

    impl Case {
        fn query(&self) -> &str {
            self.url.split_once('?').expect("every case has a query").1
        }

        fn body(&self) -> &[u8] {
            self.body.as_deref().unwrap_or_default().as_bytes()
        }
    }

    fn vectors() -> Vectors {
        serde_json::from_str(include_str!("../../tests/fixtures/signing_vectors.json")).expect("the fixture is JSON")
    }

    #[test]
    fn the_nine_documented_signatures_are_accepted() {
        let Vectors { api_secret, cases } = vectors();
        assert_eq!(cases.len(), 9);
        for case in cases {
            let signed = SignedQuery::new(case.query()).expect("timestamp and signature are there");
            assert_eq!(signed.timestamp(), Some(UnixMillis::new(1_772_710_377_808)), "{}", case.name);
            assert!(signed.verify(&hmac_sha256(api_secret.as_bytes()), case.body()).is_some(), "{}", case.name);
        }
    }

    #[test]
    fn a_change_of_any_byte_is_rejected() {
        let Vectors { api_secret, cases } = vectors();
        let key = hmac_sha256(api_secret.as_bytes());
        for case in cases {
            for position in 0..case.query().len() {
                let mut query = case.query().as_bytes().to_vec();
                query[position] ^= 1;
                let query = String::from_utf8(query).expect("the flipped bit keeps ASCII");
                let accepted = SignedQuery::new(&query).is_some_and(|signed| signed.verify(&key, case.body()).is_some());
                assert!(!accepted, "{}, byte {position}", case.name);
            }
            for position in 0..case.body().len() {
                let mut body = case.body().to_vec();
                body[position] ^= 1;
                let signed = SignedQuery::new(case.query()).expect("the query is unchanged");
                assert_eq!(signed.verify(&key, &body), None, "{}, byte {position} of the body", case.name);
            }
        }
    }

    #[test]
    fn upper_case_hexadecimal_digits_are_rejected() {
        assert_eq!(digest(&"AB".repeat(32)), None);
        assert_eq!(digest(&"ab".repeat(32)), Some([0xab; 32]));
    }

    #[test]
    fn a_parameter_whose_name_starts_with_signature_is_signed() {
        let key = hmac_sha256(b"a secret");
        let query = |value| format!("signatureType={value}&timestamp=1772710377808");
        let mut mac = key.clone();
        mac.update(query(1).as_bytes());
        let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        let is_accepted = |query: String| {
            let query = format!("{query}&signature={hex}");
            SignedQuery::new(&query).expect("both are there").verify(&key, b"").is_some()
        };
        assert!(is_accepted(query(1)));
        assert!(!is_accepted(query(2)));
    }

    #[test]
    fn a_second_signature_is_rejected() {
        assert!(SignedQuery::new("signature=a&timestamp=1&signature=b").is_none());
    }

    #[test]
    fn a_second_timestamp_is_rejected() {
        assert!(SignedQuery::new("timestamp=1&timestamp=1&signature=b").is_none());
    }

    #[test]
    fn a_timestamp_consists_of_decimal_digits() {
        let timestamp = |text: &str| SignedQuery::new(&format!("timestamp={text}&signature=a")).and_then(SignedQuery::timestamp);
        assert_eq!((timestamp("1772710377808"), timestamp("0")), (Some(UnixMillis::new(1_772_710_377_808)), Some(UnixMillis::new(0))));
        for text in ["+1772710377808", "001772710377808", "-1", "00", "", " 1", "1.0", "%31", "now", "99999999999999999999"] {
            assert_eq!(timestamp(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_signature_can_be_anywhere_in_the_query(pairs in prop::collection::vec("[a-z]{1,5}=[a-zA-Z0-9%+]{0,8}", 0..6), position in 0_usize..8, body in ".{0,40}") {
            let key = hmac_sha256(b"a secret");
            let mut pairs: Vec<String> = pairs.into_iter().filter(|pair| !pair.starts_with("signature=")).collect();
            pairs.insert(0, "timestamp=1772710377808".to_owned());
            let mut mac = key.clone();
            mac.update(pairs.join("&").as_bytes());
            mac.update(body.as_bytes());
            let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
            pairs.insert(position.min(pairs.len()), format!("signature={hex}"));
            let query = pairs.join("&");
            let signed = SignedQuery::new(&query).expect("both are there");
            prop_assert_eq!(signed.verify(&key, body.as_bytes()), digest(&hex));
        }
    }
}
