//! Signatures: the vectors of RFC 4231, the examples of an exchange's documentation, and a literal transcription of RFC 2104.

use proptest::prelude::*;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use venue_runtime::HmacKey;

/// RFC 4231, sections 4.2 to 4.8: key, data, digest. Of the fifth digest the RFC has only the first half.
const RFC_4231: [(&[u8], &[u8], &str); 7] = [
    (&[0x0b; 20], b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
    (b"Jefe", b"what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
    (&[0xaa; 20], &[0xdd; 50], "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
    (
        &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25],
        &[0xcd; 50],
        "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
    ),
    (&[0x0c; 20], b"Test With Truncation", "a3b6167473100ee06e0c796c2955552b"),
    (
        &[0xaa; 131],
        b"Test Using Larger Than Block-Size Key - Hash Key First",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    ),
    (
        &[0xaa; 131],
        b"This is a test using a larger than block-size key and a larger than block-size data. \
          The key needs to be hashed before being used by the HMAC algorithm.",
        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
    ),
];

#[test]
fn the_vectors_of_rfc_4231() {
    for (key, data, digest) in RFC_4231 {
        let signature = HmacKey::new(key).sign(&[data]);
        assert_eq!(&signature.as_str()[..digest.len()], digest);
    }
}

#[derive(Deserialize)]
struct Signed {
    name: String,
    secret: String,
    parts: Vec<String>,
    signature: String,
}

#[test]
fn the_examples_of_an_exchanges_documentation() {
    let examples: Vec<Signed> = serde_json::from_str(include_str!("fixtures/signatures.json")).expect("the fixture");
    assert_eq!(examples.len(), 9);
    for example in examples {
        let key = HmacKey::from(&example.secret.as_str().into());
        let parts = example.parts.iter().map(String::as_bytes).collect::<Vec<_>>();
        assert_eq!(key.sign(&parts).as_str(), example.signature, "{}", example.name);
    }
}

#[test]
fn texts_of_every_length_around_the_ends_of_blocks() {
    let payload = [0x5a; 600];
    for length in 0..=payload.len() {
        check(b"key", &[&payload[..length]]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_key_and_any_parts_sign_as_rfc_2104_does(
        key in prop::collection::vec(any::<u8>(), 0..200),
        parts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..6),
    ) {
        check(&key, &parts.iter().map(Vec::as_slice).collect::<Vec<_>>());
    }
}

fn check(key: &[u8], parts: &[&[u8]]) {
    let expected = rfc_2104(key, &parts.concat()).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    assert_eq!(HmacKey::new(key).sign(parts).as_str(), expected);
}

/// `H(K XOR opad, H(K XOR ipad, text))`, with the names of RFC 2104.
fn rfc_2104(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut block = if key.len() > 64 { Sha256::digest(key).to_vec() } else { key.to_vec() };
    block.resize(64, 0);
    let pad = |pad: u8| block.iter().map(|byte| byte ^ pad).collect::<Vec<u8>>();
    let inner = Sha256::digest([pad(0x36), text.to_vec()].concat());
    Sha256::digest([pad(0x5c), inner.to_vec()].concat()).to_vec()
}
