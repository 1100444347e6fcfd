//! The examples that follow the user's state run against the local exchange, under faults.

use std::sync::Arc;
use std::time::Duration;

use oorandom::Rand64;
use sixmm_ext::Decimal;
use sixmm_sandbox::exchange::{OrderSide, PlaceOrder};
use sixmm_sandbox::{StreamFault, StreamFaultRule, StreamFrame};
use venue_test_support::virtual_time;

use crate::faults;
use crate::harness::{Harness, SYMBOL, sweep};

#[expect(dead_code, reason = "`main` is for the shell")]
#[path = "../../../crates/sixmm-ext/examples/follow_own_orders.rs"]
mod follow_own_orders;
#[expect(dead_code, reason = "`main` is for the shell")]
#[path = "../../../crates/sixmm-ext/examples/market_maker.rs"]
mod market_maker;

#[test]
fn an_order_is_followed_through_a_disconnect() {
    virtual_time::run(async {
        let harness = Harness::new(200_001).await;
        // A first trade, so that the contract has a price.
        let bob = harness.sandbox.user_id("bob").expect("bob is a user");
        let sale = PlaceOrder::market(SYMBOL, OrderSide::Sell, Decimal::new(1, 3));
        harness.sandbox.exchange(|exchange| exchange.place_order(&bob, sale)).expect("a valid order");
        let sandbox = Arc::clone(&harness.sandbox);
        let alice = harness.alice.clone();
        tokio::spawn(async move {
            let has_order = || sandbox.exchange(|exchange| exchange.all_orders().iter().any(|(user, _)| *user == alice));
            while !has_order() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            tokio::time::sleep(Duration::from_secs(2)).await;
            // The messages of the fill are lost, and then the connection.
            let lost = StreamFaultRule::new(StreamFault::Lose).on_frames([StreamFrame::User]);
            sandbox.stream_faults().add(lost).expect("a valid rule");
            sandbox.exchange(|exchange| sweep(exchange, OrderSide::Sell, 84_000, 1.into()));
            sandbox.close_streams();
        });
        let mut out = Vec::new();
        follow_own_orders::run(&harness.client, SYMBOL, &mut out).await.expect("the example ends");
        let out = String::from_utf8(out).expect("examples print text");
        let lines: Vec<&str> = out.lines().collect();
        assert_eq!((lines[0], lines[1]), ("placed", "confirmed: PENDING"), "{out}");
        assert!(lines[2].starts_with("messages may be missing: the connection was lost: "), "{out}");
        let mut rest: Vec<&str> = lines[3..].to_vec();
        rest.sort_unstable();
        assert_eq!(rest, ["confirmed: FILLED", "filled: 0.1", "position: BTCUSDT 0.1"], "{out}");
    });
}

#[test]
fn the_market_maker_survives_all_faults_and_is_flat_at_its_end() {
    let mut traded = 0;
    for seed in 200_010..200_023 {
        virtual_time::run(async {
            let harness = Harness::new(seed).await;
            let mut random = Rand64::new(seed.into());
            faults::add(&harness, &mut random);
            let sandbox = Arc::clone(&harness.sandbox);
            let others = tokio::spawn(async move {
                for side in [OrderSide::Sell, OrderSide::Buy, OrderSide::Sell].into_iter().cycle() {
                    tokio::time::sleep(Duration::from_millis(1_700)).await;
                    let price = if side == OrderSide::Sell { 84_900 } else { 85_100 };
                    sandbox.exchange(|exchange| sweep(exchange, side, price, 2.into()));
                }
            });
            let mut out = Vec::new();
            market_maker::run(&harness.client, SYMBOL, 12, &mut out).await.unwrap_or_else(|error| panic!("seed {seed}: {error}"));
            others.abort();
            // Longer than any fault delays a request.
            tokio::time::sleep(Duration::from_secs(30)).await;
            harness.sandbox.exchange(|exchange| {
                let positions = exchange.positions(&harness.alice, None).expect("a user");
                assert!(positions.is_empty(), "seed {seed}: {positions:?}\n{}", String::from_utf8_lossy(&out));
                let orders = exchange.all_orders();
                let open = orders.iter().filter(|(user, order)| *user == harness.alice && order.status.is_open()).count();
                assert_eq!(open, 0, "seed {seed}");
                traded += orders.iter().filter(|(user, order)| *user == harness.alice && !order.filled_quantity.is_zero()).count();
            });
        });
    }
    assert!(traded >= 13, "the market maker traded {traded} times");
}
