//! How many instructions a signed request takes until it can be sent, by valgrind's callgrind: `cargo xtask bench`.
//!
//! **Signed requests** (`prepare_get`, `prepare_post`). A hundred requests are made ready to go out, and nothing is sent: ours from the first
//! builder to where `Client::execute` would be called, with interceptors, credentials, the server's clock and a timestamp of its own for each;
//! the others until they hold the same request, with this machine's time as it is. HMAC-SHA256 is counted apart (`signing`), over texts
//! of the same lengths, and taken off every figure: what is compared is everything but cryptography. All sign with the same prepared
//! `HmacKey`, so that the same is taken off each.
//!
//! **Signing** (`sign`). A query and a body, 160 bytes together, to hex; the least that it takes are four compressions of SHA-256. Valgrind
//! knows no SHA instructions, so that the compressions weigh more here than on most machines: `cargo bench -p venue-runtime --bench sign`
//! measures times.

#![expect(missing_docs, reason = "gungraun's macros make a module of every benchmark")]

use std::hint::black_box;

use gungraun::prelude::*;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use sha2::block_api::compress256;
use sixmm_benches::signed::{ByHand, Generated, Signing, Tuned};
use venue_runtime::{HmacKey, Signature};

const CALLS: u32 = 100;

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn generated(call: fn(&Generated, u32) -> Outcome) -> Generated {
    let client = Generated::new().expect("a client");
    call(&client, 1).expect("it stops where it would be sent");
    client
}

fn by_hand(call: fn(&ByHand, u32) -> Outcome) -> ByHand {
    let client = ByHand::new().expect("a client");
    call(&client, 1).expect("prepared");
    client
}

fn tuned(call: fn(&Tuned, u32) -> Outcome) -> Tuned {
    let client = Tuned::new().expect("two URLs");
    call(&client, 1).expect("prepared");
    client
}

#[library_benchmark]
#[bench::ours(generated(Generated::order_history))]
fn prepare_get_ours(client: Generated) -> Generated {
    black_box(client.order_history(CALLS)).expect("as before");
    client
}

#[library_benchmark]
#[bench::by_hand(by_hand(ByHand::order_history))]
fn prepare_get_by_hand(client: ByHand) -> ByHand {
    black_box(client.order_history(CALLS)).expect("as before");
    client
}

#[library_benchmark]
#[bench::tuned(tuned(Tuned::order_history))]
fn prepare_get_tuned(client: Tuned) -> Tuned {
    black_box(client.order_history(CALLS)).expect("as before");
    client
}

#[library_benchmark]
#[bench::signing(Signing::order_history().expect("text"))]
fn prepare_get_signing(signing: Signing) -> Signing {
    signing.sign(CALLS);
    signing
}

#[library_benchmark]
#[bench::ours(generated(Generated::place_order))]
fn prepare_post_ours(client: Generated) -> Generated {
    black_box(client.place_order(CALLS)).expect("as before");
    client
}

#[library_benchmark]
#[bench::by_hand(by_hand(ByHand::place_order))]
fn prepare_post_by_hand(client: ByHand) -> ByHand {
    black_box(client.place_order(CALLS)).expect("as before");
    client
}

#[library_benchmark]
#[bench::tuned(tuned(Tuned::place_order))]
fn prepare_post_tuned(client: Tuned) -> Tuned {
    black_box(client.place_order(CALLS)).expect("as before");
    client
}

#[library_benchmark]
#[bench::signing(Signing::place_order().expect("text"))]
fn prepare_post_signing(signing: Signing) -> Signing {
    signing.sign(CALLS);
    signing
}

const SECRET: &[u8] = b"9f1c2e7ab04d4c55a8e1d7f36b20c94e";
const QUERY: [u8; 23] = *b"timestamp=1772710377808";
const BODY: [u8; 137] = [b'x'; 137];

fn blocks() -> [[u8; 64]; 4] {
    // At its first use, it finds out which processor this is.
    compress256(&mut [0; 8], &[[0; 64]]);
    [[b'x'; 64]; 4]
}

#[library_benchmark]
#[bench::ours(HmacKey::new(SECRET))]
fn sign_ours(key: HmacKey) -> (HmacKey, Signature) {
    let signature = black_box(&key).sign(black_box(&[&QUERY, &BODY]));
    (key, signature)
}

#[library_benchmark]
#[bench::hmac(Hmac::new_from_slice(SECRET).expect("any length"))]
fn sign_hmac(key: Hmac<Sha256>) -> (Hmac<Sha256>, [u8; 64]) {
    let digest = black_box(&key).clone().chain_update(black_box(QUERY)).chain_update(black_box(BODY)).finalize();
    let mut digits = [0; 64];
    hex::encode_to_slice(digest.into_bytes(), &mut digits).expect("two digits for each byte");
    (key, black_box(digits))
}

#[library_benchmark]
#[bench::compressions(blocks())]
fn sign_compressions(blocks: [[u8; 64]; 4]) -> [u32; 8] {
    let mut state = [0x6a09_e667; 8];
    compress256(&mut state, black_box(&blocks));
    black_box(state)
}

library_benchmark_group!(name = prepare_get, benchmarks = [prepare_get_ours, prepare_get_by_hand, prepare_get_tuned, prepare_get_signing]);
library_benchmark_group!(
    name = prepare_post,
    benchmarks = [prepare_post_ours, prepare_post_by_hand, prepare_post_tuned, prepare_post_signing]
);
library_benchmark_group!(name = sign, benchmarks = [sign_ours, sign_hmac, sign_compressions]);

main!(library_benchmark_groups = [prepare_get, prepare_post, sign]);
