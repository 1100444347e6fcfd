//! Prices, candlesticks, funding, and a market that moves by itself.

use rust_decimal::dec;

use super::super::{Config, DepthLevel, KlineInterval, KlinePriceType, TimeRange};
use super::*;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

fn moving() -> World {
    World(Exchange::new(Config::new().start(START).moving().warm_up_ms(10 * MINUTE_MS)).expect("the configuration is good"))
}

fn closes(world: &World, interval: KlineInterval, time: TimeRange, limit: i64) -> Vec<(i64, Decimal)> {
    let klines = world.0.klines(SYMBOL, interval, None, time, Some(limit)).expect("the request is good");
    klines.into_iter().map(|kline| ((kline.open_time.as_millis() - START.as_millis()) / MINUTE_MS, kline.close)).collect()
}

#[test]
fn a_candlestick_has_the_first_highest_lowest_and_last_price_and_the_volume() {
    let mut world = World::new();
    for price in [100, 104, 97, 101] {
        world.trade_at(price.into());
    }
    let klines = world.0.klines(SYMBOL, KlineInterval::OneMinute, None, TimeRange::default(), None).expect("the request is good");
    let [kline] = klines.as_slice() else { panic!("one minute: {klines:?}") };
    assert_eq!((kline.open, kline.high, kline.low, kline.close), (dec!(100), dec!(104), dec!(97), dec!(101)));
    assert_eq!(kline.volume, Some(dec!(4)));
    assert_eq!((kline.open_time, kline.close_time), (START, START.plus(MINUTE_MS - 1)));
}

#[test]
fn longer_candlesticks_are_put_together_from_minutes_and_gaps_are_flat() {
    let mut world = World::new();
    for (minute, price) in [(0, 100), (1, 105), (7, 95)] {
        world.0.advance(START.plus(minute * MINUTE_MS));
        world.trade_at(price.into());
    }
    let all = TimeRange::default();
    assert_eq!(closes(&world, KlineInterval::FiveMinutes, all, 10), [(0, dec!(105)), (5, dec!(95))]);
    assert_eq!(closes(&world, KlineInterval::OneMinute, all, 3), [(5, dec!(105)), (6, dec!(105)), (7, dec!(95))]);
    let from = TimeRange { start: Some(START.plus(1)), end: Some(START.plus(3 * MINUTE_MS)) };
    assert_eq!(closes(&world, KlineInterval::OneMinute, from, 10), [(1, dec!(105)), (2, dec!(105)), (3, dec!(105))]);
    for interval in KlineInterval::ALL {
        let klines = world.0.klines(SYMBOL, *interval, None, all, None).expect("the request is good");
        let volume: Decimal = klines.iter().filter_map(|kline| kline.volume).sum();
        assert_eq!(volume, dec!(3), "{interval}");
        assert_eq!(klines.last().map(|kline| kline.close), Some(dec!(95)), "{interval}");
        assert!(klines.windows(2).all(|pair| pair[0].close_time.plus(1) == pair[1].open_time), "{interval}");
    }
    assert_eq!(world.0.klines(SYMBOL, KlineInterval::OneDay, None, all, Some(1001)).expect_err("too many").code(), 2003);
}

#[test]
fn index_and_mark_price_have_candlesticks_without_volume() {
    let mut world = World::new();
    world.0.set_mark_price(SYMBOL, dec!(103)).expect("the price is good");
    let of = |price| world.0.klines(SYMBOL, KlineInterval::OneHour, Some(price), TimeRange::default(), None).expect("the request is good");
    assert_eq!(of(KlinePriceType::MarkPrice)[0].close, dec!(103));
    assert_eq!(of(KlinePriceType::IndexPrice)[0].close, dec!(100));
    assert_eq!(of(KlinePriceType::IndexPrice)[0].volume, None);
}

#[test]
fn the_book_is_shown_by_price_and_changes_its_version() {
    let mut world = World::new();
    world.place("alice", buy(90, 1));
    world.place("bob", buy(90, 2));
    world.place("bob", buy(91, 3));
    let depth = world.0.depth(SYMBOL, 10).expect("the contract exists");
    let level = |price, quantity| DepthLevel { price, quantity };
    assert_eq!(depth.bids, [level(dec!(91), dec!(3)), level(dec!(90), dec!(3))]);
    assert!(depth.asks.is_empty());
    world.place("alice", market_sell(1));
    let later = world.0.depth(SYMBOL, 1).expect("the contract exists");
    assert_eq!(later.bids, [level(dec!(91), dec!(2))]);
    assert!(later.version > depth.version);
}

#[test]
fn longs_pay_funding_to_shorts_at_the_rate_that_is_recorded() {
    let mut world = World::new();
    world.place("bob", sell(100, 10));
    world.place("alice", market_buy(10));
    world.0.set_mark_price(SYMBOL, dec!(101)).expect("the price is good");
    let (alice, bob) = (world.wallet("alice"), world.wallet("bob"));
    let current = world.0.current_funding_rates(Some(SYMBOL), PageRequest::default()).expect("the page is good").list.remove(0);
    // 0.01 % and a premium of 1 %, and 0.75 % is the most.
    assert_eq!((current.funding_rate, current.funding_time), (dec!(0.0075), START.plus(8 * HOUR_MS)));
    let position = world.position("alice").expect("the position is open");
    assert_eq!(position.next_funding_fee, dec!(-7.575));
    world.0.advance(START.plus(8 * HOUR_MS));
    assert_eq!(world.wallet("alice") - alice, dec!(-7.575));
    assert_eq!(world.wallet("bob") - bob, dec!(7.575));
    assert_eq!(world.position("alice").expect("the position is open").funding_fee_accum, dec!(-7.575));
    let history = world.0.funding_rate_history(SYMBOL, TimeRange::default(), PageRequest::default()).expect("the page is good");
    assert_eq!(history.list, [current]);
    world.0.advance(START.plus(24 * HOUR_MS));
    assert_eq!(world.0.funding_rate_history(SYMBOL, TimeRange::default(), PageRequest::default()).expect("the page is good").total, 3);
}

#[test]
fn a_market_that_moves_and_has_no_past_begins_a_second_after_the_start() {
    let mut world = World(Exchange::new(Config::new().start(START).moving()).expect("the configuration is good"));
    let shown = |world: &World| {
        let klines = world.0.klines("BTCUSDT", KlineInterval::OneMinute, None, TimeRange::default(), None).expect("the request is good");
        let trades = world.0.public_trades("BTCUSDT", 10).expect("the contract exists");
        let depth = world.0.depth("BTCUSDT", 10).expect("the contract exists");
        (depth.bids.is_empty(), trades.is_empty(), klines.is_empty())
    };
    world.0.advance(START.plus(999));
    assert_eq!(shown(&world), (true, true, true));
    world.0.advance(START.plus(1_000));
    assert_eq!(shown(&world), (false, false, false));
}

#[test]
fn a_market_that_moves_has_a_book_trades_and_candlesticks_at_once() {
    let mut world = moving();
    for info in world.0.symbols() {
        let symbol = info.symbol.as_str();
        let depth = world.0.depth(symbol, 100).expect("the contract exists");
        assert!(depth.bids.len() >= 5 && depth.asks.len() >= 5, "{symbol}: {depth:?}");
        let klines = world.0.klines(symbol, KlineInterval::OneMinute, None, TimeRange::default(), None).expect("the request is good");
        assert!(klines.len() >= 9, "{symbol}: {}", klines.len());
        assert!(klines.iter().any(|kline| kline.high > kline.low), "{symbol}");
    }
    let before = world.0.ticker("BTCUSDT").expect("the contract exists");
    world.0.advance(START.plus(5 * MINUTE_MS));
    let after = world.0.ticker("BTCUSDT").expect("the contract exists");
    assert_ne!(before.index_price, after.index_price);
    assert!(after.volume_24h > before.volume_24h);
}

#[test]
fn prices_wander_and_stay_plausible_for_a_day() {
    let btc = SymbolRules::usual().swap_remove(0);
    let mut exchange = Exchange::new(Config::new().start(START).symbols(vec![btc]).moving()).expect("the configuration is good");
    let mut extremes = (dec!(85000), dec!(85000));
    for minute in 1..=24 * 60 {
        exchange.advance(START.plus(minute * MINUTE_MS));
        let ticker = exchange.ticker("BTCUSDT").expect("the contract exists");
        extremes = (extremes.0.min(ticker.index_price), extremes.1.max(ticker.index_price));
        assert!((ticker.mark_price / ticker.index_price - dec!(1)).abs() <= dec!(0.01), "{ticker:?}");
    }
    assert!(extremes.0 > dec!(75000) && extremes.1 < dec!(95000), "{extremes:?}");
    assert!(extremes.1 - extremes.0 > dec!(500), "{extremes:?}");
}

#[test]
fn a_user_trades_with_the_market_and_the_market_with_a_user() {
    let mut world = moving();
    world.0.add_user("alice", "alice", dec!(100000)).expect("the name is new");
    let taken = world.0.place_order("alice", PlaceOrder::market("BTCUSDT", OrderSide::Buy, dec!(0.01))).expect("the order is good");
    assert_eq!(taken.status, OrderStatus::Filled);
    let bid = world.0.ticker("BTCUSDT").expect("the contract exists").best_bid.expect("somebody buys").price;
    let rests = PlaceOrder::limit("BTCUSDT", OrderSide::Buy, bid + dec!(0.1), dec!(0.001));
    let id = world.0.place_order("alice", rests).expect("the order is good").order_id.to_string();
    world.0.advance(START.plus(5 * MINUTE_MS));
    assert_eq!(world.0.order("alice", "BTCUSDT", by_id(&id)).expect("the order exists").status, OrderStatus::Filled);
}

#[test]
fn a_configuration_that_contradicts_itself_is_refused() {
    let message = |rules: SymbolRules| Exchange::new(Config::new().symbols(vec![rules])).expect_err("it is not good").to_string();
    let good = rules();
    assert!(message(SymbolRules { tick_size: dec!(0), ..good.clone() }).starts_with("XUSDT: tick size"));
    assert!(message(SymbolRules { default_leverage: 51, ..good.clone() }).starts_with("XUSDT: the default leverage"));
    assert!(message(SymbolRules { taker_fee_rate: dec!(1), ..good.clone() }).starts_with("XUSDT: a rate"));
    let (most, least) = (Decimal::MAX, Decimal::new(1, 28));
    for too_large in [
        SymbolRules {
            tick_size: dec!(1_000_000),
            step_size: dec!(1_000),
            min_quantity: dec!(1_000),
            initial_price: dec!(1_000_000),
            ..good.clone()
        },
        SymbolRules { tick_size: most, initial_price: most, ..good.clone() },
        SymbolRules { step_size: most, min_quantity: most, ..good.clone() },
    ] {
        assert!(message(too_large).starts_with("XUSDT: 10¹² ticks times 10¹² steps must not be more than 10²⁶ USDT"));
    }
    assert!(
        message(SymbolRules { tick_size: least, ..good.clone() }).starts_with("XUSDT: the initial price must not be more than 10¹² ticks")
    );
    assert!(
        message(SymbolRules { initial_price: most, ..good.clone() })
            .starts_with("XUSDT: the initial price must not be more than 10¹² ticks")
    );
    assert!(
        message(SymbolRules { min_quantity: most, ..good.clone() })
            .starts_with("XUSDT: the initial price must not be more than 10¹² ticks")
    );
    let tiny_step = SymbolRules { step_size: least, min_quantity: least, max_market_order_qty: most, ..good.clone() };
    assert!(message(tiny_step).starts_with("XUSDT: the largest quantities must not be more than 10¹² steps"));
    let twice = Exchange::new(Config::new().symbols(vec![good.clone(), good])).expect_err("a name stands there twice");
    assert_eq!(twice.to_string(), "XUSDT: two contracts have this name");
}
