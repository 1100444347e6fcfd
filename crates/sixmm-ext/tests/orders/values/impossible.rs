//! Invalid orders are rejected before sending, with all of their faults.

use sixmm_ext::types::{OrderId, TimeInForce};
use sixmm_ext::{NewOrder, NewStrategy, orders::AmendItem};

use super::{listing, rejection};
use crate::support::exchange::{Trading, run};

#[test]
fn an_invalid_order_is_rejected_with_all_of_its_faults() {
    let limit = || NewOrder::buy("BTCUSDT", "0.1").limit("85000");
    let stop = || NewOrder::sell("BTCUSDT", "0.1").stop("80000");
    let listing = listing(
        false,
        [
            ("a price that cannot be read", NewOrder::buy("BTCUSDT", "0.1").limit("85,000").into()),
            ("a price of more digits than a decimal has", NewOrder::buy("BTCUSDT", "0.1").limit("0.12345678901234567890123456789").into()),
            ("amounts of zero", NewOrder::buy("BTCUSDT", 0).limit("0.00").into()),
            ("amounts below zero", NewOrder::buy("BTCUSDT", -1).limit("-85000").into()),
            ("an unreadable price, no quantity, maker only and IOC", {
                NewOrder::buy("BTCUSDT", 0).limit("").maker_only().time_in_force(TimeInForce::Ioc).into()
            }),
            ("maker only and FOK", limit().maker_only().time_in_force(TimeInForce::Fok).into()),
            ("maker only at the market", NewOrder::buy("BTCUSDT", "0.1").market().maker_only().into()),
            ("maker only at the market and IOC", {
                NewOrder::buy("BTCUSDT", "0.1").market().maker_only().time_in_force(TimeInForce::Ioc).into()
            }),
            ("a time in force that only condition orders have", limit().time_in_force(TimeInForce::from("GTE_GTC")).into()),
            ("no contract", NewOrder::buy("", "0.1").limit("85000").into()),
            ("an id without a character", limit().client_order_id("").into()),
            ("a trailing stop with a price", NewOrder::sell("BTCUSDT", "0.1").trailing_stop("1").limit("79900").into()),
            ("a stop with an activation price", stop().activate_at("90000").into()),
            ("a trigger below zero, a price that cannot be read, no quantity", NewOrder::sell("BTCUSDT", 0).stop(-1).limit("cheap").into()),
            (
                "a trailing stop with a distance and an activation price of zero",
                NewOrder::sell("BTCUSDT", "0.1").trailing_stop(0).activate_at(0).into(),
            ),
            ("legs of two contracts, one of them wrong", {
                let loss = NewOrder::sell("ETHUSDT", "0.1").stop("-1").reduce_only();
                NewStrategy::bracket(
                    limit().maker_only().time_in_force(TimeInForce::Ioc),
                    NewOrder::sell("BTCUSDT", 0).take_profit("x"),
                    loss,
                )
                .into()
            }),
            ("a bracket whose exits have the side of the entry", {
                let buy = || NewOrder::buy("BTCUSDT", "0.1");
                NewStrategy::bracket(limit(), buy().take_profit("90000"), buy().stop("80000")).into()
            }),
            ("a bracket whose exits are exchanged", {
                let sell = || NewOrder::sell("BTCUSDT", "0.1");
                NewStrategy::bracket(limit(), sell().take_profit("80000"), sell().stop("90000")).into()
            }),
            (
                "legs with the same id",
                NewStrategy::one_cancels_other(limit().client_order_id("same"), stop().client_order_id("same")).into(),
            ),
            ("a leg with an empty id", NewStrategy::one_triggers_other(limit(), stop().client_order_id("")).into()),
        ],
    );
    insta::assert_snapshot!(listing);
}

#[test]
fn an_order_that_breaks_the_contracts_rules_is_rejected_with_every_limit() {
    let sell = |quantity: &'static str| NewOrder::sell("BTCUSDT", quantity);
    let listing = listing(
        true,
        [
            ("off the tick, off the step", NewOrder::buy("BTCUSDT", "0.1005").limit("85000.05").into()),
            ("off the step and too small", NewOrder::buy("BTCUSDT", "0.0005").limit("85000").into()),
            ("worth too little", NewOrder::buy("BTCUSDT", "0.01").limit("100").into()),
            ("too large for a limit order", NewOrder::buy("BTCUSDT", "100.001").limit("85000").into()),
            ("too large for a market order", NewOrder::buy("BTCUSDT", "10.001").market().into()),
            ("off the tick, and a quantity that cannot be read", NewOrder::buy("BTCUSDT", "some").limit("85000.05").into()),
            ("a price that cannot be read, and off the step", NewOrder::buy("BTCUSDT", "0.1005").limit("much").into()),
            ("off the tick, closing the position", NewOrder::close_long("BTCUSDT").limit("85000.05").client_order_id("my-1").into()),
            ("small, but reduce-only", NewOrder::sell("BTCUSDT", "0.001").limit("100").reduce_only().client_order_id("my-1").into()),
            ("off the step, but reduce-only", NewOrder::sell("BTCUSDT", "0.0015").market().reduce_only().client_order_id("my-1").into()),
            ("triggers and prices off the tick", sell("0.1").stop("80000.01").limit("79900.01").into()),
            ("too large a stop", sell("10.001").stop("80000").into()),
            ("a stop limit above the limit of market orders", sell("10.001").stop("80000").limit("79900").client_order_id("my-1").into()),
            ("a trailing stop that is activated off the tick", sell("0.1").trailing_stop("1").activate_at("90000.01").into()),
            ("worth too little at its trigger", sell("0.01").stop("100").into()),
            (
                "another contract, whose rules are not known",
                NewOrder::buy("ETHUSDT", "0.00001").limit("0.00001").client_order_id("my-1").into(),
            ),
        ],
    );
    insta::assert_snapshot!(listing);
}

#[test]
fn an_invalid_amendment_or_batch_is_rejected_with_all_of_its_faults() {
    let listing = run(async {
        let trading = Trading::new().await;
        let client = &trading.harness.client;
        client.market().rules("BTCUSDT").await.expect("rules");
        let orders = client.orders();
        let limit = |id: &str| NewOrder::buy("BTCUSDT", "0.1").limit("85000").client_order_id(id);
        let amend = |id: &str| AmendItem::new(id);
        let rejections = [
            ("an amendment without amounts", rejection(orders.amend("BTCUSDT", "7").send().await)),
            ("an amendment without an order id", rejection(orders.amend("BTCUSDT", "").price("85000").send().await)),
            ("an amendment to zero and below", rejection(orders.amend("BTCUSDT", "7").price(0).total_quantity(-1).send().await)),
            (
                "an unreadable amendment, off the step",
                rejection(orders.amend("BTCUSDT", "7").price("x").total_quantity("0.0005").send().await),
            ),
            ("an amendment off the tick", rejection(orders.amend("BTCUSDT", "7").price("85000.05").total_quantity("101").send().await)),
            ("an amendment without a contract", rejection(orders.amend("", "7").price("85000").send().await)),
            ("a cancellation of a condition order without a contract", { rejection(orders.cancel_condition("", "7").send().await) }),
            ("a cancellation without a contract", rejection(orders.cancel("", OrderId::from("7")).send().await)),
            ("a cancellation of all orders with an empty contract", { rejection(orders.cancel_all().symbol("").submit().await) }),
            ("a cancellation without an order id", rejection(orders.cancel("BTCUSDT", OrderId::from("")).send().await)),
            ("a batch with one id twice", rejection(orders.place_batch([limit("a"), limit("b"), limit("a")]).send().await.remove(0))),
            ("a batch with two wrong orders", {
                let orders = orders.place_batch([
                    NewOrder::buy("BTCUSDT", 0).limit("x"),
                    limit("a"),
                    limit("b").maker_only().time_in_force(TimeInForce::Fok),
                ]);
                rejection(orders.send().await.remove(1))
            }),
            ("two amendments of one order", {
                rejection(
                    orders.amend_batch("BTCUSDT", [amend("7").price(1), amend("8").price(1), amend("7").price(2)]).send().await.remove(1),
                )
            }),
            ("amendments without amounts, without an order id, to zero", {
                rejection(orders.amend_batch("BTCUSDT", [amend("7"), amend("").price("x"), amend("8").price(0)]).send().await.remove(1))
            }),
            ("amendments without a contract", {
                rejection(orders.amend_batch("", [amend("7").price(1), amend("8").price(1)]).send().await.remove(1))
            }),
            ("two cancellations, one without a contract", {
                rejection(orders.cancel_batch([("BTCUSDT", "7"), ("", "8")]).send().await.remove(1))
            }),
            ("two cancellations of one order, and one without an order id", {
                rejection(orders.cancel_batch([("BTCUSDT", "7"), ("BTCUSDT", "7"), ("BTCUSDT", "")]).send().await.remove(2))
            }),
        ];
        assert_eq!(trading.exchange.writes(), [], "nothing is sent");
        rejections.map(|(name, rejection)| format!("{name}\n{}", faults(rejection))).concat()
    });
    insta::assert_snapshot!(listing);
}

#[test]
fn an_empty_batch_sends_nothing_and_has_no_outcome() {
    run(async {
        let trading = Trading::new().await;
        let orders = trading.harness.client.orders();
        assert!(orders.place_batch([]).send().await.is_empty());
        assert!(orders.amend_batch("BTCUSDT", []).send().await.is_empty());
        assert!(orders.cancel_batch::<&str, &str>([]).send().await.is_empty());
        assert_eq!(trading.exchange.writes(), []);
    });
}

fn faults(rejection: Option<sixmm_ext::Error>) -> String {
    let rejection = rejection.expect("a rejection");
    rejection.field_errors().iter().map(|fault| format!("    {fault}\n")).collect()
}
