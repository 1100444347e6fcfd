//! The wire form of each order value.

use sixmm_ext::types::{BboPriceType, ConditionTimeInForce, OrderSide, PositionSide, TimeInForce, TriggerPriceType};
use sixmm_ext::{Decimal, NewOrder, NewStrategy, orders::LegTrigger};

use super::listing;

#[test]
fn each_normal_order_has_exactly_its_wire_form() {
    let buy = || NewOrder::buy("BTCUSDT", "0.1");
    let limit = || buy().limit("85000").client_order_id("my-1");
    let exact = Decimal::from_i128_with_scale(12_345_678_901_234_567_890, 12);
    let listing = listing(
        false,
        [
            ("buy limit", limit().into()),
            ("sell limit", NewOrder::sell("BTCUSDT", "0.1").limit("85000").client_order_id("my-1").into()),
            ("amounts as integers", NewOrder::buy("BTCUSDT", 3).limit(85_000).client_order_id("my-1").into()),
            ("amounts with many digits", NewOrder::buy("BTCUSDT", exact).limit("0.0000000001").client_order_id("my-1").into()),
            ("amounts keep their zeros", NewOrder::buy("BTCUSDT", "0.100").limit("85000.00").client_order_id("my-1").into()),
            ("market", buy().market().client_order_id("my-1").into()),
            ("best price, other side", buy().best_price(BboPriceType::Opponent1).client_order_id("my-1").into()),
            ("best price, own side", buy().best_price(BboPriceType::SameSide5).client_order_id("my-1").into()),
            ("close long", NewOrder::close_long("BTCUSDT").market().client_order_id("my-1").into()),
            ("close short", NewOrder::close_short("BTCUSDT").limit("85000").client_order_id("my-1").into()),
            ("maker only", limit().maker_only().into()),
            ("reduce only", limit().reduce_only().into()),
            ("immediate or cancel", limit().time_in_force(TimeInForce::Ioc).into()),
            ("fill or kill", limit().time_in_force(TimeInForce::Fok).into()),
            ("maker only, good till cancelled", limit().maker_only().time_in_force(TimeInForce::Gtc).into()),
            ("long position", limit().position_side(PositionSide::Long).into()),
            ("a setter used twice", limit().position_side(PositionSide::Long).position_side(PositionSide::Short).into()),
        ],
    );
    insta::assert_snapshot!(listing);
}

#[test]
fn each_condition_order_has_exactly_its_wire_form() {
    let sell = || NewOrder::sell("BTCUSDT", "0.1");
    let stop = || sell().stop("80000").client_order_id("my-1");
    let listing = listing(
        false,
        [
            ("stop", stop().into()),
            ("stop limit", stop().limit("79900").into()),
            ("take profit", sell().take_profit("90000").client_order_id("my-1").into()),
            ("take profit limit", sell().take_profit("90000").limit("90100").client_order_id("my-1").into()),
            ("trailing stop", sell().trailing_stop("1.5").client_order_id("my-1").into()),
            ("trailing stop, activated", sell().trailing_stop("1.5").activate_at("90000").client_order_id("my-1").into()),
            ("close long at a stop", NewOrder::close_long("BTCUSDT").stop("80000").client_order_id("my-1").into()),
            ("close short at a profit", NewOrder::close_short("BTCUSDT").take_profit("70000").client_order_id("my-1").into()),
            ("by the mark price", stop().trigger_by(TriggerPriceType::MarkPrice).into()),
            ("with price protection", stop().price_protection().into()),
            ("good till expired", stop().limit("79900").time_in_force(ConditionTimeInForce::GteGtc).into()),
            ("reduce only", stop().reduce_only().into()),
            ("short position", stop().position_side(PositionSide::Short).into()),
        ],
    );
    insta::assert_snapshot!(listing);
}

#[test]
fn each_strategy_links_its_legs() {
    let entry = || NewOrder::buy("BTCUSDT", "0.1").limit("85000").client_order_id("entry");
    let profit = || NewOrder::sell("BTCUSDT", "0.1").take_profit("90000").reduce_only().client_order_id("profit");
    let loss = || NewOrder::sell("BTCUSDT", "0.1").stop("80000").limit("79900").reduce_only().client_order_id("loss");
    let trailing = || NewOrder::sell("BTCUSDT", "0.1").trailing_stop("1").activate_at("90000").client_order_id("trailing");
    let listing = listing(
        false,
        [
            ("bracket", NewStrategy::bracket(entry(), profit(), loss()).into()),
            (
                "bracket, once the entry is filled completely",
                NewStrategy::bracket(entry(), profit(), loss()).leg_trigger(LegTrigger::FullFill).into(),
            ),
            ("bracket of a maker, with a trailing stop", NewStrategy::bracket(entry().maker_only(), profit(), trailing()).into()),
            ("one triggers a condition order", NewStrategy::one_triggers_other(entry(), loss()).into()),
            (
                "one triggers a normal order",
                NewStrategy::one_triggers_other(entry(), NewOrder::sell("BTCUSDT", "0.1").limit("86000").client_order_id("exit")).into(),
            ),
            ("one cancels the other", NewStrategy::one_cancels_other(profit(), loss()).into()),
            (
                "a limit order and a stop",
                NewStrategy::one_cancels_other(entry(), NewOrder::buy("BTCUSDT", "0.1").stop("90000").client_order_id("breakout")).into(),
            ),
        ],
    );
    insta::assert_snapshot!(listing);
}

#[test]
fn an_order_has_a_contract_and_a_side() {
    let (order, stop) = (NewOrder::close_short("BTCUSDT").market(), NewOrder::sell("ETHUSDT", 1).stop(3000));
    assert_eq!((order.symbol(), order.side()), ("BTCUSDT", &OrderSide::Buy));
    assert_eq!((stop.symbol(), stop.side()), ("ETHUSDT", &OrderSide::Sell));
}
