//! An order is sent exactly if it satisfies every rule of its contract.

use proptest::prelude::*;
use sixmm_ext::types::BboPriceType;
use sixmm_ext::{Client, Decimal, NewOrder};

use super::Any;
use crate::support::exchange::{PausedRuntime, Plan, Trading};

/// Whether the client sends an order of a contract whose rules it has loaded.
fn is_sent(trading: &Trading, paused: &PausedRuntime, order: impl Into<Any>) -> bool {
    let (client, order): (&Client, Any) = (&trading.harness.client, order.into());
    trading.exchange.plan(Plan::normal());
    let rejection = paused.run(trading.drive(order.place(client)));
    assert_eq!(trading.exchange.writes().len(), usize::from(rejection.is_none()), "a rejected order is not sent");
    rejection.is_none()
}

/// Prices in hundredths of the quote asset, around the limits. The tick size is 10 hundredths.
fn price() -> impl Strategy<Value = i64> {
    prop_oneof![(-3_i64..30).prop_map(|tenths| tenths * 10), -20_i64..3_000, (0_i64..900_000).prop_map(|ticks| ticks * 10)]
}

/// Quantities in ten-thousandths of the base asset, around the limits. The step size is 10 of them, the minimum 20, the maximum 1,000,000
/// for a limit order and 100,000 for a market order.
fn quantity() -> impl Strategy<Value = i64> {
    prop_oneof![-20_i64..60, (0_i64..120_000).prop_map(|steps| steps * 10), 99_980_i64..100_020, 999_980_i64..1_000_020]
}

#[test]
fn an_order_is_sent_exactly_if_it_satisfies_every_rule() {
    let paused = PausedRuntime::new();
    let trading = paused.run(async {
        let trading = Trading::new().await;
        trading.harness.client.market().rules("BTCUSDT").await.expect("rules");
        trading
    });
    let config = ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() };
    let passed = std::cell::Cell::new(0);
    let cases = (price(), quantity(), 0_usize..5, any::<bool>());
    let outcome = proptest::test_runner::TestRunner::new(config).run(&cases, |(price, quantity, kind, reduces)| {
        let (exact_price, exact_quantity) = (Decimal::new(price, 2), Decimal::new(quantity, 4));
        let on_tick = price > 0 && (reduces || price % 10 == 0);
        // The minimum notional is 5 of the quote asset, which is 5,000,000 products of a hundredth and a ten-thousandth.
        let has_min_notional = reduces || price * quantity >= 5_000_000;
        let is_quantity = |maximum: i64| quantity > 0 && (reduces || (quantity % 10 == 0 && quantity >= 20 && quantity <= maximum));
        let draft = NewOrder::sell("BTCUSDT", exact_quantity);
        let (order, is_allowed): (Any, bool) = match kind {
            0 => (if_reduces(draft.limit(exact_price), reduces).into(), on_tick && is_quantity(1_000_000) && has_min_notional),
            4 => (if_reduces(draft.best_price(BboPriceType::Opponent1), reduces).into(), is_quantity(1_000_000)),
            1 => (if_reduces(draft.market(), reduces).into(), is_quantity(100_000)),
            2 => {
                let stop = draft.stop(exact_price);
                (if reduces { stop.reduce_only() } else { stop }.into(), on_tick && is_quantity(100_000) && has_min_notional)
            }
            _ => {
                let stop = draft.stop("80000").limit(exact_price);
                (if reduces { stop.reduce_only() } else { stop }.into(), on_tick && is_quantity(1_000_000) && has_min_notional)
            }
        };
        prop_assert_eq!(is_sent(&trading, &paused, order), is_allowed);
        passed.set(passed.get() + u32::from(is_allowed));
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
    assert!(passed.get() > 100, "only {} orders were valid, which tests too little", passed.get());
}

fn if_reduces(order: NewOrder, reduces: bool) -> NewOrder {
    if reduces { order.reduce_only() } else { order }
}
