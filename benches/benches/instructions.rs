//! The number of instructions of a call and of a decode, counted by valgrind's callgrind. Run with `cargo xtask bench`.
//!
//! **Calls.** A hundred calls one after the other over an open connection to a server on another thread. The count contains all
//! instructions of the client's thread from the first builder to the last decoded response: the crate under test, reqwest, hyper, tokio
//! and the C library. It contains neither the kernel nor the server's thread. The server delays each response, so that the client always
//! sleeps when the response arrives and every run takes the same steps. The response is small (two candlesticks, one placed order), so
//! that the cost of a call is larger than the cost of decoding.
//!
//! **Placement.** A hundred signed orders, each from the order as a value to its reported outcome, by `sixmm-ext` and by a client on reqwest
//! that signs, sends and decodes, and that does not reconcile a lost response.
//!
//! **Pages.** One decode of the bytes into the envelope and all of its data, without dropping the result.

#![expect(missing_docs, reason = "gungraun's macros make a module of every benchmark")]

use std::hint::black_box;

use gungraun::prelude::*;
use serde_json::from_slice;
use sixmm_api::types::{Envelope, Klines, OrderList};
use sixmm_api::{Client, Reading};
use sixmm_benches::calls::{ByHand, Connected};
use sixmm_benches::pages;
use sixmm_benches::peers::{self, flatten, plain};
use sixmm_benches::placement;

const CALLS: u32 = 100;

fn generated(response: &[u8], call: fn(&Connected<Client>, u32) -> Outcome) -> Connected<Client> {
    let connected = Connected::generated(response).expect("a loopback interface");
    call(&connected, 1).expect("the answer of the page");
    connected
}

fn by_hand(response: &[u8], call: fn(&Connected<ByHand>, u32) -> Outcome) -> Connected<ByHand> {
    let connected = Connected::by_hand(response).expect("a loopback interface");
    call(&connected, 1).expect("the answer of the page");
    connected
}

type Outcome = Result<(), Box<dyn std::error::Error>>;

#[library_benchmark]
#[bench::ours(generated(&pages::klines(2), Connected::<Client>::klines))]
fn get_klines_ours(connected: Connected<Client>) -> Connected<Client> {
    black_box(connected.klines(CALLS)).expect("it answered before");
    connected
}

#[library_benchmark]
#[bench::by_hand(by_hand(&pages::klines(2), Connected::<ByHand>::klines))]
fn get_klines_by_hand(connected: Connected<ByHand>) -> Connected<ByHand> {
    black_box(connected.klines(CALLS)).expect("it answered before");
    connected
}

#[library_benchmark]
#[bench::ours(generated(&pages::placed_order(), Connected::<Client>::place_order))]
fn post_order_ours(connected: Connected<Client>) -> Connected<Client> {
    black_box(connected.place_order(CALLS)).expect("it answered before");
    connected
}

#[library_benchmark]
#[bench::by_hand(by_hand(&pages::placed_order(), Connected::<ByHand>::place_order))]
fn post_order_by_hand(connected: Connected<ByHand>) -> Connected<ByHand> {
    black_box(connected.place_order(CALLS)).expect("it answered before");
    connected
}

fn placing<C>(client: placement::Result<C>, place: fn(&C, u32) -> placement::Result<()>) -> C {
    let client = client.expect("a loopback interface");
    place(&client, 1).expect("the order is accepted");
    client
}

#[library_benchmark]
#[bench::ours(placing(placement::Ours::new(), placement::Ours::place))]
fn place_ours(client: placement::Ours) -> placement::Ours {
    black_box(client.place(CALLS)).expect("the order is accepted");
    client
}

#[library_benchmark]
#[bench::by_hand(placing(placement::ByHand::new(), placement::ByHand::place))]
fn place_by_hand(client: placement::ByHand) -> placement::ByHand {
    black_box(client.place(CALLS)).expect("the order is accepted");
    client
}

#[library_benchmark]
#[bench::ours(pages::klines(500))]
fn decode_klines_ours(page: Vec<u8>) -> (Vec<u8>, Reading<Envelope<Klines>>) {
    let decoded = Envelope::read(black_box(&page)).expect("the documented shape");
    (page, black_box(decoded))
}

#[library_benchmark]
#[bench::by_hand(pages::klines(500))]
fn decode_klines_by_hand(page: Vec<u8>) -> (Vec<u8>, peers::Envelope<plain::Klines>) {
    let decoded = from_slice(black_box(&page)).expect("the documented shape");
    (page, black_box(decoded))
}

#[library_benchmark]
#[bench::flatten(pages::klines(500))]
fn decode_klines_flatten(page: Vec<u8>) -> (Vec<u8>, peers::Envelope<flatten::Klines>) {
    let decoded = from_slice(black_box(&page)).expect("the documented shape");
    (page, black_box(decoded))
}

#[library_benchmark]
#[bench::ours(pages::orders(100))]
fn decode_orders_ours(page: Vec<u8>) -> (Vec<u8>, Reading<Envelope<OrderList>>) {
    let decoded = Envelope::read(black_box(&page)).expect("the assumed shape");
    (page, black_box(decoded))
}

#[library_benchmark]
#[bench::by_hand(pages::orders(100))]
fn decode_orders_by_hand(page: Vec<u8>) -> (Vec<u8>, peers::Envelope<plain::OrderList>) {
    let decoded = from_slice(black_box(&page)).expect("the assumed shape");
    (page, black_box(decoded))
}

#[library_benchmark]
#[bench::flatten(pages::orders(100))]
fn decode_orders_flatten(page: Vec<u8>) -> (Vec<u8>, peers::Envelope<flatten::OrderList>) {
    let decoded = from_slice(black_box(&page)).expect("the assumed shape");
    (page, black_box(decoded))
}

library_benchmark_group!(name = get_klines, benchmarks = [get_klines_ours, get_klines_by_hand]);
library_benchmark_group!(name = post_order, benchmarks = [post_order_ours, post_order_by_hand]);
library_benchmark_group!(name = place, benchmarks = [place_ours, place_by_hand]);
library_benchmark_group!(name = decode_klines, benchmarks = [decode_klines_ours, decode_klines_by_hand, decode_klines_flatten]);
library_benchmark_group!(name = decode_orders, benchmarks = [decode_orders_ours, decode_orders_by_hand, decode_orders_flatten]);

main!(library_benchmark_groups = [get_klines, post_order, place, decode_klines, decode_orders]);
