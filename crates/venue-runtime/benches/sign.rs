//! Signing a payload of 160 bytes to hex, beside its floor and its peers: `cargo bench -p venue-runtime --bench sign`.
//!
//! The floor is the four compressions that it takes at least, in one call. The claim is at most 1.45 times that.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use sha2::block_api::compress256;
use venue_runtime::HmacKey;

const KEY: &[u8] = b"9f1c2e7ab04d4c55a8e1d7f36b20c94e";

fn sign(criterion: &mut Criterion) {
    let payload = [b'x'; 160];
    let (query, body) = payload.split_at(23);
    let mut group = criterion.benchmark_group("sign 160 bytes");

    let blocks = [[b'x'; 64]; 4];
    group.bench_function("floor: four compressions, one call", |bencher| {
        bencher.iter(|| {
            let mut state = [0x6a09_e667; 8];
            compress256(&mut state, black_box(&blocks));
            state
        });
    });

    let key = HmacKey::new(KEY);
    group.bench_function("HmacKey, one part", |bencher| bencher.iter(|| black_box(&key).sign(black_box(&[&payload]))));
    group.bench_function("HmacKey, two parts", |bencher| bencher.iter(|| black_box(&key).sign(black_box(&[query, body]))));

    let prepared = Hmac::<Sha256>::new_from_slice(KEY).expect("any length");
    group.bench_function("hmac, prepared, no hex", |bencher| {
        bencher.iter(|| black_box(&prepared).clone().chain_update(black_box(&payload)).finalize().into_bytes());
    });
    group.bench_function("hmac, prepared, hex on the stack", |bencher| {
        bencher.iter(|| hex(black_box(&prepared).clone().chain_update(black_box(&payload)).finalize().into_bytes().into()));
    });
    group.bench_function("hmac, with a new key each time, hex in a String", |bencher| {
        bencher.iter(|| {
            let keyed = Hmac::<Sha256>::new_from_slice(black_box(KEY)).expect("any length");
            hex_string(&keyed.chain_update(black_box(&payload)).finalize().into_bytes())
        });
    });
    group.finish();
}

fn lengths(criterion: &mut Criterion) {
    let key = HmacKey::new(KEY);
    let prepared = Hmac::<Sha256>::new_from_slice(KEY).expect("any length");
    let mut group = criterion.benchmark_group("sign other lengths");
    for length in [23, 64, 247, 248, 1000, 10_000] {
        let payload = vec![b'x'; length];
        group.bench_function(BenchmarkId::new("HmacKey", length), |bencher| {
            bencher.iter(|| black_box(&key).sign(black_box(&[payload.as_slice()])));
        });
        group.bench_function(BenchmarkId::new("hmac, prepared, hex on the stack", length), |bencher| {
            bencher.iter(|| hex(black_box(&prepared).clone().chain_update(black_box(&payload)).finalize().into_bytes().into()));
        });
    }
    group.finish();
}

/// The same as `HmacKey`'s, so that only the hashing differs.
fn hex(digest: [u8; 32]) -> [u8; 64] {
    let mut digits = [0; 64];
    for (pair, byte) in digits.as_chunks_mut().0.iter_mut().zip(digest) {
        let byte = u16::from(byte);
        let nibbles = ((byte >> 4) | (byte << 8)) & 0x0f0f;
        let is_letter = ((nibbles + 0x0606) >> 4) & 0x0101;
        *pair = (nibbles + 0x3030 + is_letter * 0x27).to_le_bytes();
    }
    digits
}

/// As the `hex` crate does it.
fn hex_string(digest: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    digest.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|nibble| char::from(DIGITS[usize::from(nibble)])).collect()
}

criterion_group!(benches, sign, lengths);
criterion_main!(benches);
