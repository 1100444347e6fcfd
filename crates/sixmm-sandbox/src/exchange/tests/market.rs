//! Prices, candlesticks, funding and moving markets.

use rust_decimal::dec;

use super::super::{Config, DepthLevel, KlineInterval, KlinePriceType, TimeRange};
use super::*;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

fn moving() -> TestVenue {
    TestVenue(Exchange::new(Config::new().start(START).moving().warm_up_ms(10 * MINUTE_MS)).expect("the configuration is valid"))
}

fn closes(venue: &TestVenue, interval: KlineInterval, time: TimeRange, limit: i64) -> Vec<(i64, Decimal)> {
    let klines = venue.0.klines(SYMBOL, interval, None, time, Some(limit)).expect("the request is valid");
    klines.into_iter().map(|kline| ((kline.open_time.as_millis() - START.as_millis()) / MINUTE_MS, kline.close)).collect()
}

#[test]
fn a_candlestick_has_open_high_low_close_and_volume() {
    let mut venue = TestVenue::new();
    for price in [100, 104, 97, 101] {
        venue.trade_at(price.into());
    }
    let klines = venue.0.klines(SYMBOL, KlineInterval::OneMinute, None, TimeRange::default(), None).expect("the request is valid");
    let [kline] = klines.as_slice() else { panic!("one minute: {klines:?}") };
    assert_eq!((kline.open, kline.high, kline.low, kline.close), (dec!(100), dec!(104), dec!(97), dec!(101)));
    assert_eq!(kline.volume, Some(dec!(4)));
    assert_eq!((kline.open_time, kline.close_time), (START, START.plus(MINUTE_MS - 1)));
}

#[test]
fn longer_candlesticks_aggregate_minutes_and_gaps_are_flat() {
    let mut venue = TestVenue::new();
    for (minute, price) in [(0, 100), (1, 105), (7, 95)] {
        venue.0.advance(START.plus(minute * MINUTE_MS));
        venue.trade_at(price.into());
    }
    let all = TimeRange::default();
    assert_eq!(closes(&venue, KlineInterval::FiveMinutes, all, 10), [(0, dec!(105)), (5, dec!(95))]);
    assert_eq!(closes(&venue, KlineInterval::OneMinute, all, 3), [(5, dec!(105)), (6, dec!(105)), (7, dec!(95))]);
    let from = TimeRange { start: Some(START.plus(1)), end: Some(START.plus(3 * MINUTE_MS)) };
    assert_eq!(closes(&venue, KlineInterval::OneMinute, from, 10), [(1, dec!(105)), (2, dec!(105)), (3, dec!(105))]);
    for interval in KlineInterval::ALL {
        let klines = venue.0.klines(SYMBOL, *interval, None, all, None).expect("the request is valid");
        let volume: Decimal = klines.iter().filter_map(|kline| kline.volume).sum();
        assert_eq!(volume, dec!(3), "{interval}");
        assert_eq!(klines.last().map(|kline| kline.close), Some(dec!(95)), "{interval}");
        assert!(klines.windows(2).all(|pair| pair[0].close_time.plus(1) == pair[1].open_time), "{interval}");
    }
    assert_eq!(venue.0.klines(SYMBOL, KlineInterval::OneDay, None, all, Some(1001)).expect_err("too many").code(), 2003);
}

#[test]
fn index_and_mark_price_have_candlesticks_without_volume() {
    let mut venue = TestVenue::new();
    venue.0.set_mark_price(SYMBOL, dec!(103)).expect("the price is valid");
    let of = |price| venue.0.klines(SYMBOL, KlineInterval::OneHour, Some(price), TimeRange::default(), None).expect("the request is valid");
    assert_eq!(of(KlinePriceType::MarkPrice)[0].close, dec!(103));
    assert_eq!(of(KlinePriceType::IndexPrice)[0].close, dec!(100));
    assert_eq!(of(KlinePriceType::IndexPrice)[0].volume, None);
}

#[test]
fn the_depth_aggregates_orders_by_price_and_has_a_version() {
    let mut venue = TestVenue::new();
    venue.place("alice", buy(90, 1));
    venue.place("bob", buy(90, 2));
    venue.place("bob", buy(91, 3));
    let depth = venue.0.depth(SYMBOL, 10).expect("the contract exists");
    let level = |price, quantity| DepthLevel { price, quantity };
    assert_eq!(depth.bids, [level(dec!(91), dec!(3)), level(dec!(90), dec!(3))]);
    assert!(depth.asks.is_empty());
    venue.place("alice", market_sell(1));
    let later = venue.0.depth(SYMBOL, 1).expect("the contract exists");
    assert_eq!(later.bids, [level(dec!(91), dec!(2))]);
    assert!(later.version > depth.version);
}

#[test]
fn long_positions_pay_funding_to_short_positions_at_the_recorded_rate() {
    let mut venue = TestVenue::new();
    venue.place("bob", sell(100, 10));
    venue.place("alice", market_buy(10));
    venue.0.set_mark_price(SYMBOL, dec!(101)).expect("the price is valid");
    let (alice, bob) = (venue.wallet("alice"), venue.wallet("bob"));
    let current = venue.0.current_funding_rates(Some(SYMBOL), PageRequest::default()).expect("the page is valid").list.remove(0);
    // 0.01 % plus a premium of 1 %, limited to 0.75 %.
    assert_eq!((current.funding_rate, current.funding_time), (dec!(0.0075), START.plus(8 * HOUR_MS)));
    let position = venue.position("alice").expect("the position is open");
    assert_eq!(position.next_funding_fee, dec!(-7.575));
    venue.0.advance(START.plus(8 * HOUR_MS));
    assert_eq!(venue.wallet("alice") - alice, dec!(-7.575));
    assert_eq!(venue.wallet("bob") - bob, dec!(7.575));
    assert_eq!(venue.position("alice").expect("the position is open").funding_fee_accum, dec!(-7.575));
    let history = venue.0.funding_rate_history(SYMBOL, TimeRange::default(), PageRequest::default()).expect("the page is valid");
    assert_eq!(history.list, [current]);
    venue.0.advance(START.plus(24 * HOUR_MS));
    assert_eq!(venue.0.funding_rate_history(SYMBOL, TimeRange::default(), PageRequest::default()).expect("the page is valid").total, 3);
}

#[test]
fn a_moving_market_without_warm_up_starts_after_a_second() {
    let mut venue = TestVenue(Exchange::new(Config::new().start(START).moving()).expect("the configuration is valid"));
    let shown = |venue: &TestVenue| {
        let klines = venue.0.klines("BTCUSDT", KlineInterval::OneMinute, None, TimeRange::default(), None).expect("the request is valid");
        let trades = venue.0.public_trades("BTCUSDT", 10).expect("the contract exists");
        let depth = venue.0.depth("BTCUSDT", 10).expect("the contract exists");
        (depth.bids.is_empty(), trades.is_empty(), klines.is_empty())
    };
    venue.0.advance(START.plus(999));
    assert_eq!(shown(&venue), (true, true, true));
    venue.0.advance(START.plus(1_000));
    assert_eq!(shown(&venue), (false, false, false));
}

#[test]
fn a_moving_market_with_warm_up_has_a_book_and_candlesticks_at_the_start() {
    let mut venue = moving();
    for info in venue.0.symbols() {
        let symbol = info.symbol.as_str();
        let depth = venue.0.depth(symbol, 100).expect("the contract exists");
        assert!(depth.bids.len() >= 5 && depth.asks.len() >= 5, "{symbol}: {depth:?}");
        let klines = venue.0.klines(symbol, KlineInterval::OneMinute, None, TimeRange::default(), None).expect("the request is valid");
        assert!(klines.len() >= 9, "{symbol}: {}", klines.len());
        assert!(klines.iter().any(|kline| kline.high > kline.low), "{symbol}");
    }
    let before = venue.0.ticker("BTCUSDT").expect("the contract exists");
    venue.0.advance(START.plus(5 * MINUTE_MS));
    let after = venue.0.ticker("BTCUSDT").expect("the contract exists");
    assert_ne!(before.index_price, after.index_price);
    assert!(after.volume_24h > before.volume_24h);
}

#[test]
fn prices_of_a_moving_market_change_and_stay_plausible_for_a_day() {
    let btc = SymbolRules::default_contracts().swap_remove(0);
    let mut exchange = Exchange::new(Config::new().start(START).symbols(vec![btc]).moving()).expect("the configuration is valid");
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
fn users_trade_with_the_market_maker_as_taker_and_as_maker() {
    let mut venue = moving();
    venue.0.add_user("alice", "alice", dec!(100000)).expect("the name is new");
    let taken = venue.0.place_order("alice", PlaceOrder::market("BTCUSDT", OrderSide::Buy, dec!(0.01))).expect("the order is valid");
    assert_eq!(taken.status, OrderStatus::Filled);
    let bid = venue.0.ticker("BTCUSDT").expect("the contract exists").best_bid.expect("the market maker bids").price;
    let rests = PlaceOrder::limit("BTCUSDT", OrderSide::Buy, bid + dec!(0.1), dec!(0.001));
    let id = venue.0.place_order("alice", rests).expect("the order is valid").order_id.to_string();
    venue.0.advance(START.plus(5 * MINUTE_MS));
    assert_eq!(venue.0.order("alice", "BTCUSDT", by_id(&id)).expect("the order exists").status, OrderStatus::Filled);
}

#[test]
fn an_invalid_configuration_is_rejected() {
    let message =
        |rules: SymbolRules| Exchange::new(Config::new().symbols(vec![rules])).expect_err("the configuration is invalid").to_string();
    let good = rules();
    assert!(message(SymbolRules { tick_size: dec!(0), ..good.clone() }).starts_with("XUSDT: tick size"));
    assert!(message(SymbolRules { default_leverage: 51, ..good.clone() }).starts_with("XUSDT: the default leverage"));
    assert!(message(SymbolRules { taker_fee_rate: dec!(1), ..good.clone() }).starts_with("XUSDT: a rate"));
    let (max, least) = (Decimal::MAX, Decimal::new(1, 28));
    for too_large in [
        SymbolRules {
            tick_size: dec!(1_000_000),
            step_size: dec!(1_000),
            min_quantity: dec!(1_000),
            initial_price: dec!(1_000_000),
            ..good.clone()
        },
        SymbolRules { tick_size: max, initial_price: max, ..good.clone() },
        SymbolRules { step_size: max, min_quantity: max, ..good.clone() },
    ] {
        assert!(message(too_large).starts_with("XUSDT: 10¹² ticks times 10¹² steps must not be more than 10²⁶ USDT"));
    }
    assert!(
        message(SymbolRules { tick_size: least, ..good.clone() }).starts_with("XUSDT: the initial price must not be more than 10¹² ticks")
    );
    assert!(
        message(SymbolRules { initial_price: max, ..good.clone() })
            .starts_with("XUSDT: the initial price must not be more than 10¹² ticks")
    );
    assert!(
        message(SymbolRules { min_quantity: max, ..good.clone() }).starts_with("XUSDT: the initial price must not be more than 10¹² ticks")
    );
    let tiny_step = SymbolRules { step_size: least, min_quantity: least, max_market_order_qty: max, ..good.clone() };
    assert!(message(tiny_step).starts_with("XUSDT: the largest quantities must not be more than 10¹² steps"));
    let twice = Exchange::new(Config::new().symbols(vec![good.clone(), good])).expect_err("the symbol is used twice");
    assert_eq!(twice.to_string(), "XUSDT: the symbol is used by two contracts");
}
