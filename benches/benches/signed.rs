//! The number of instructions that prepare a signed request, counted by valgrind's callgrind. Run with `cargo xtask bench`.
//!
//! **Signed requests** (`prepare_get`, `prepare_post`). A hundred requests are prepared, and none is sent. The generated client runs from the
//! first builder to the call of `Client::execute`, with interceptors, credentials, the server's clock and a distinct timestamp for each
//! request. The hand-written clients build the same request with the time of this machine. HMAC-SHA256 is counted separately (`signing`),
//! over texts of the same lengths, and subtracted from every figure, because the comparison excludes cryptography. All clients sign with
//! the same prepared `HmacKey`.
//!
//! **Signing** (`sign`). The signature of a query and a body of 160 bytes in total, in hexadecimal. The minimum is four compressions of
//! SHA-256. Valgrind has no SHA instructions, so that the compressions cost more here than on most machines.
//! `cargo bench -p venue-runtime --bench sign` measures times.

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
    // The first use detects the features of the processor.
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
