//! What passes satisfies each rule exactly, and what does not pass breaks one.

use proptest::prelude::*;
use sixmm_ext::types::BboPriceType;
use sixmm_ext::{Client, Decimal, NewOrder};

use super::Any;
use crate::support::exchange::{Paused, Plan, Trading};

/// Whether the client lets an order of this contract pass, whose rules it knows.
fn passes(trading: &Trading, paused: &Paused, order: impl Into<Any>) -> bool {
    let (client, order): (&Client, Any) = (&trading.world.client, order.into());
    trading.exchange.plan(Plan::well());
    let refusal = paused.run(trading.drive(order.place(client)));
    assert_eq!(trading.exchange.writes().len(), usize::from(refusal.is_none()), "what is refused here does not go out");
    refusal.is_none()
}

/// Hundredths of the quote asset, around what is allowed: the tick is 10 of them.
fn price() -> impl Strategy<Value = i64> {
    prop_oneof![(-3_i64..30).prop_map(|tenths| tenths * 10), -20_i64..3_000, (0_i64..900_000).prop_map(|ticks| ticks * 10)]
}

/// Ten-thousandths of the base asset, around what is allowed: the step is 10 of them, 20 are the least, 1 000 000 or 100 000 the most.
fn quantity() -> impl Strategy<Value = i64> {
    prop_oneof![-20_i64..60, (0_i64..120_000).prop_map(|steps| steps * 10), 99_980_i64..100_020, 999_980_i64..1_000_020]
}

#[test]
fn an_order_passes_exactly_if_it_keeps_every_rule() {
    let paused = Paused::new();
    let trading = paused.run(async {
        let trading = Trading::new().await;
        trading.world.client.market().rules("BTCUSDT").await.expect("rules");
        trading
    });
    let config = ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() };
    let passed = std::cell::Cell::new(0);
    let cases = (price(), quantity(), 0_usize..5, any::<bool>());
    let outcome = proptest::test_runner::TestRunner::new(config).run(&cases, |(price, quantity, kind, reduces)| {
        let (exact_price, exact_quantity) = (Decimal::new(price, 2), Decimal::new(quantity, 4));
        let on_tick = price > 0 && (reduces || price % 10 == 0);
        // 0.01 times 0.0001: the least notional, 5, is 5 000 000 of these.
        let is_worth_it = reduces || price * quantity >= 5_000_000;
        let is_quantity = |most: i64| quantity > 0 && (reduces || (quantity % 10 == 0 && quantity >= 20 && quantity <= most));
        let draft = NewOrder::sell("BTCUSDT", exact_quantity);
        let (order, is_allowed): (Any, bool) = match kind {
            0 => (if_reduces(draft.limit(exact_price), reduces).into(), on_tick && is_quantity(1_000_000) && is_worth_it),
            4 => (if_reduces(draft.best_price(BboPriceType::Opponent1), reduces).into(), is_quantity(1_000_000)),
            1 => (if_reduces(draft.market(), reduces).into(), is_quantity(100_000)),
            2 => {
                let stop = draft.stop(exact_price);
                (if reduces { stop.reduce_only() } else { stop }.into(), on_tick && is_quantity(100_000) && is_worth_it)
            }
            _ => {
                let stop = draft.stop("80000").limit(exact_price);
                (if reduces { stop.reduce_only() } else { stop }.into(), on_tick && is_quantity(1_000_000) && is_worth_it)
            }
        };
        prop_assert_eq!(passes(&trading, &paused, order), is_allowed);
        passed.set(passed.get() + u32::from(is_allowed));
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
    assert!(passed.get() > 100, "only {} orders were allowed: the cases say little", passed.get());
}

fn if_reduces(order: NewOrder, reduces: bool) -> NewOrder {
    if reduces { order.reduce_only() } else { order }
}
