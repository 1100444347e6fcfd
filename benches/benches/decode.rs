//! The duration of a decode, measured by criterion. Run with `cargo xtask bench`. Only the ratios are compared with a limit.
//!
//! The measurement contains one decode of the bytes into the envelope and all of its data, without dropping the result.

use std::hint::black_box;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main};
use serde::de::DeserializeOwned;
use sixmm_api::types::{Envelope, Klines, OrderList};
use sixmm_benches::pages;
use sixmm_benches::peers::{self, flatten, plain};

fn klines(criterion: &mut Criterion) {
    let page = pages::klines(500);
    let mut group = criterion.benchmark_group("decode_klines");
    decode::<Envelope<Klines>>(&mut group, "ours", &page);
    decode::<peers::Envelope<plain::Klines>>(&mut group, "by_hand", &page);
    decode::<peers::Envelope<flatten::Klines>>(&mut group, "flatten", &page);
    group.finish();
}

fn orders(criterion: &mut Criterion) {
    let page = pages::orders(100);
    let mut group = criterion.benchmark_group("decode_orders");
    decode::<Envelope<OrderList>>(&mut group, "ours", &page);
    decode::<peers::Envelope<plain::OrderList>>(&mut group, "by_hand", &page);
    decode::<peers::Envelope<flatten::OrderList>>(&mut group, "flatten", &page);
    group.finish();
}

fn decode<T: DeserializeOwned>(group: &mut BenchmarkGroup<'_, WallTime>, name: &str, page: &[u8]) {
    group.bench_function(name, |bencher| {
        bencher.iter_with_large_drop(|| serde_json::from_slice::<T>(black_box(page)).expect("the shape of the page"));
    });
}

criterion_group!(benches, klines, orders);
criterion_main!(benches);
