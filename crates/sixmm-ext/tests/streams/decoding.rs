//! The decoding of the undocumented data, in both forms that the local exchange sends.

use sixmm_ext::streams::{DecodeError, DefaultDecoder, Depth, DepthMessages, RawJson, StreamDecoder, StreamMessage, UnreadableRow};
use sixmm_ext::types::{MarginMode, OrderSide, OrderStatus, StreamUserEvent};
use sixmm_ext::{Decimal, UnixMillis};
use std::sync::Arc;
use venue_book::DepthDecoder;

fn message(topic: &str, data: &str) -> String {
    format!(r#"{{"topic":"{topic}","event":"data","ts":1772007815000,"data":{data}}}"#)
}

/// Decodes data of a topic with a method of the default decoder.
fn decode<T>(
    topic: &str,
    data: &str,
    decode: impl FnOnce(&DefaultDecoder, &StreamMessage<'_>) -> Result<T, DecodeError>,
) -> Result<T, String> {
    let text = message(topic, data);
    let message = StreamMessage::parse(&text).expect("an envelope");
    decode(&DefaultDecoder, &message).map_err(|error| error.to_string())
}

/// Decodes rows of a topic. Fails if any of the rows is unreadable.
fn decode_rows<T>(
    topic: &str,
    data: &str,
    decoder: impl FnOnce(&DefaultDecoder, &StreamMessage<'_>) -> Result<Vec<Result<T, UnreadableRow>>, DecodeError>,
) -> Result<Vec<T>, String> {
    decode(topic, data, decoder)?.into_iter().collect::<Result<_, _>>().map_err(|row| row.to_string())
}

fn number(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

#[test]
fn both_forms_of_trades_are_decoded() {
    let list = r#"[{"id":"7","price":"42000.10","quantity":"0.5","side":"BUY","time":1772007815000,"liquidation":true}]"#;
    let object = r#"{"tradeId":"7","price":"42000.10","size":"0.5","side":"BUY","ts":"1772007815000"}"#;
    for data in [list, object] {
        let trades = decode_rows("market.trade.BTCUSDT", data, |decoder, message| decoder.trades(message)).expect("readable");
        let trade = &trades[0];
        assert_eq!((trades.len(), &*trade.symbol, trade.id.as_deref()), (1, "BTCUSDT", Some("7")));
        assert_eq!((trade.price.to_string(), trade.quantity), ("42000.10".to_owned(), number("0.5")));
        assert_eq!((&trade.side, trade.time), (&Some(OrderSide::Buy), Some(UnixMillis::new(1_772_007_815_000))));
    }
    let trades = decode_rows("market.trade.BTCUSDT", list, |decoder, message| decoder.trades(message)).expect("readable");
    assert_eq!(trades[0].raw.get("liquidation"), Some("true"), "unknown fields are kept");
}

#[test]
fn a_decimal_may_be_a_number_and_is_never_rounded() {
    let data = r#"{"price":0.10000000000000000000000001,"quantity":12345678901234567890.12345678}"#;
    let trades = decode_rows("market.trade.BTCUSDT", data, |decoder, message| decoder.trades(message)).expect("readable");
    assert_eq!(trades[0].price.to_string(), "0.10000000000000000000000001");
    assert_eq!(trades[0].quantity.to_string(), "12345678901234567890.12345678");
}

#[test]
fn both_forms_of_candlesticks_are_decoded() {
    let object = r#"{"openTime":1772007780000,"open":"1","high":"4","low":"0.5","close":"2","volume":"9","closeTime":1772007839999,"symbol":"BTCUSDT","interval":"1m"}"#;
    for data in [object.to_owned(), format!("[{object}]")] {
        let klines = decode_rows("market.kline.BTCUSDT.1m", &data, |decoder, message| decoder.klines(message)).expect("readable");
        let kline = &klines[0];
        assert_eq!((&*kline.symbol, kline.interval.to_string()), ("BTCUSDT", "1m".to_owned()));
        assert_eq!([kline.open, kline.high, kline.low, kline.close], ["1", "4", "0.5", "2"].map(number));
        assert_eq!((kline.volume, kline.open_time.as_millis()), (Some(number("9")), 1_772_007_780_000));
        assert_eq!(kline.close_time.map(UnixMillis::as_millis), Some(1_772_007_839_999));
    }
}

#[test]
fn all_forms_of_tickers_are_decoded() {
    let ticker = r#"{"symbol":"BTCUSDT","lastPrice":"1","markPrice":"2","high":"4","low":"0.5","volume":"9","time":"1772007815000"}"#;
    let list = format!("[{ticker}]");
    let by_symbol = r#"{"BTCUSDT":{"lastPrice":"1","markPrice":"2"}}"#;
    for (topic, data) in [("market.ticker.BTCUSDT", ticker), ("market.tickers", &*list), ("market.tickers", by_symbol)] {
        let tickers = decode_rows(topic, data, |decoder, message| decoder.tickers(message)).expect("readable");
        let ticker = &tickers[0];
        assert_eq!((tickers.len(), &*ticker.symbol), (1, "BTCUSDT"), "{data}");
        assert_eq!((ticker.last_price, ticker.mark_price, ticker.bid_price), (Some(number("1")), Some(number("2")), None));
    }
    let none = decode_rows("market.tickers", "[]", |decoder, message| decoder.tickers(message)).expect("readable");
    assert!(none.is_empty());
}

#[test]
fn data_in_an_unknown_form_are_an_error_and_not_an_empty_value() {
    let check = |result: Result<usize, String>, expected: &str| {
        let error = result.expect_err(expected);
        assert!(error.contains(expected), "{error}");
    };
    let trades = |data: &str| decode_rows("market.trade.BTCUSDT", data, |decoder, message| decoder.trades(message)).map(|list| list.len());
    let tickers = |data: &str| decode_rows("market.tickers", data, |decoder, message| decoder.tickers(message)).map(|list| list.len());
    let klines =
        |data: &str| decode_rows("market.kline.BTCUSDT.1m", data, |decoder, message| decoder.klines(message)).map(|list| list.len());
    check(trades(r#"{"p":"1","q":"2"}"#), "no field `price`");
    check(trades(r#"{"price":"1"}"#), "no field `quantity` or `size`");
    check(trades(r#"[{"price":"1","quantity":"2"},{"price":true,"quantity":"2"}]"#), "`price` is not a decimal");
    check(trades(r#"[["1","2"]]"#), "not an object");
    check(trades("null"), "not an object");
    check(tickers(r#"[{"symbol":"BTCUSDT","c":"1"}]"#), "without a known price");
    check(tickers(r#"[{"lastPrice":"1"}]"#), "without a symbol");
    check(klines(r#"{"openTime":1,"open":"1","high":"1","low":"1"}"#), "no field `close`");
}

#[test]
fn an_optional_field_of_another_type_is_none_and_its_json_is_kept() {
    let trade = r#"{"price":"1","quantity":"2","id":{"n":7},"side":["BUY"],"time":"yesterday"}"#;
    let trades = decode_rows("market.trade.BTCUSDT", trade, |decoder, message| decoder.trades(message)).expect("readable");
    assert_eq!((trades[0].price, trades[0].quantity), (number("1"), number("2")));
    assert_eq!((&trades[0].id, &trades[0].side, trades[0].time), (&None, &None, None));
    let raw = ["id", "side", "time"].map(|name| trades[0].raw.get(name));
    assert_eq!(raw, [Some(r#"{"n":7}"#), Some(r#"["BUY"]"#), Some("\"yesterday\"")]);

    let kline = r#"{"openTime":1,"open":"1","high":"1","low":"1","close":"1","volume":true,"closeTime":"soon"}"#;
    let klines = decode_rows("market.kline.BTCUSDT.1m", kline, |decoder, message| decoder.klines(message)).expect("readable");
    assert_eq!((klines[0].volume, klines[0].close_time), (None, None));
    assert_eq!((klines[0].raw.get("volume"), klines[0].raw.get("closeTime")), (Some("true"), Some("\"soon\"")));

    let ticker = r#"{"symbol":[1],"lastPrice":"n/a","markPrice":"2","high":{},"volume":"-","time":1.5}"#;
    let tickers = decode_rows("market.ticker.BTCUSDT", ticker, |decoder, message| decoder.tickers(message)).expect("readable");
    let ticker = &tickers[0];
    assert_eq!((&*ticker.symbol, ticker.mark_price, ticker.last_price), ("BTCUSDT", Some(number("2")), None));
    assert_eq!((ticker.high, ticker.volume, ticker.time), (None, None, None));
    assert_eq!(ticker.raw.get("lastPrice"), Some("\"n/a\""));

    let event = decode("user.1", r#"{"eventType":{"a":1},"orderId":"5"}"#, |decoder, message| decoder.user_event(message));
    let event = event.expect("readable");
    assert_eq!((event.event_type.clone(), event.data.get("eventType")), (None, Some(r#"{"a":1}"#)));
    assert_eq!(event.order_id().map(|id| id.to_string()).as_deref(), Some("5"));
}

#[test]
fn an_unreadable_row_does_not_hide_the_other_rows() {
    let printed = |trades: Vec<Result<sixmm_ext::streams::StreamTrade, UnreadableRow>>| -> Vec<String> {
        trades.into_iter().map(|row| row.map_or_else(|row| row.raw.as_str().to_owned(), |trade| trade.price.to_string())).collect()
    };
    let data = r#"[{"price":"1","quantity":"2"},{"price":true,"quantity":"2"},null,{"price":"3","quantity":"2"}]"#;
    let trades = decode("market.trade.BTCUSDT", data, |decoder, message| decoder.trades(message)).expect("a list");
    let errors: Vec<String> = trades.iter().filter_map(|row| row.as_ref().err()).map(|row| row.error.to_string()).collect();
    assert_eq!(errors[0], "`price` is not a decimal");
    assert!(errors[1].starts_with("not an object"), "{errors:?}");
    assert_eq!(printed(trades), ["1", r#"{"price":true,"quantity":"2"}"#, "null", "3"]);

    let data = r#"[{"openTime":1,"open":"1","high":"1","low":"1","close":"1"},{"openTime":2}]"#;
    let klines = decode("market.kline.BTCUSDT.1m", data, |decoder, message| decoder.klines(message)).expect("a list");
    assert_eq!(klines.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn an_unreadable_ticker_does_not_hide_the_tickers_of_other_contracts() {
    let list = r#"[{"symbol":"BTCUSDT","lastPrice":"1"},{"symbol":"ETHUSDT","c":"1"},{"lastPrice":"3"},{"symbol":"X","lastPrice":"4"}]"#;
    let by_symbol = r#"{"BTCUSDT":{"lastPrice":"1"},"ETHUSDT":null,"C":{"lastPrice":true},"X":{"lastPrice":"4"}}"#;
    for data in [list, by_symbol] {
        let tickers = decode("market.tickers", data, |decoder, message| decoder.tickers(message)).expect("rows");
        let symbols: Vec<_> = tickers.iter().map(|row| row.as_ref().map_or("unreadable", |ticker| &ticker.symbol)).collect();
        assert_eq!(symbols, ["BTCUSDT", "unreadable", "unreadable", "X"]);
    }
}

#[test]
fn many_short_invalid_rows_need_little_memory() {
    let data = format!("[{}{{\"price\":\"1\",\"quantity\":\"2\"}},0,0]", "1,".repeat(100_000));
    let trades = decode("market.trade.BTCUSDT", &data, |decoder, message| decoder.trades(message)).expect("a list");
    assert_eq!(trades.iter().filter(|row| row.is_ok()).count(), 1);
    assert_eq!(trades.len(), 16 + 1 + 1, "each run of unreadable rows is reported");
    assert!(trades.last().is_some_and(Result::is_err));
}

fn depth(data: &str) -> Result<Depth, String> {
    let mut depth = Depth::new();
    decode("market.depth.BTCUSDT", data, |decoder, message| decoder.depth(message, &mut depth))?;
    Ok(depth)
}

fn levels(depth: &Depth) -> [Vec<(Decimal, Decimal)>; 2] {
    [depth.bids().collect(), depth.asks().collect()]
}

#[test]
fn both_forms_of_depth_are_decoded() {
    let expected = [vec![(number("42000.1"), number("0.5"))], vec![(number("42000.2"), number("0"))]];
    let arrays = depth(r#"{"type":"update","startVersion":17,"endVersion":19,"bids":[["42000.1","0.5"]],"asks":[["42000.2","0"]]}"#)
        .expect("readable");
    assert_eq!((arrays.first_version, arrays.version, arrays.is_snapshot), (Some(17), Some(19), Some(false)));
    assert_eq!(levels(&arrays), expected);
    let objects = depth(
        r#"{"startVersion":"16","endVersion":"19","bids":[{"price":"42000.1","size":"0.5"}],"asks":[{"price":"42000.2","size":"0"}],"x":[1]}"#,
    )
    .expect("readable");
    assert_eq!((objects.first_version, objects.version, objects.is_snapshot), (Some(16), Some(19), None));
    assert_eq!(levels(&objects), expected);
    let snapshot = depth(r#"{"type":"snapshot","endVersion":16,"bids":[],"asks":[]}"#).expect("readable");
    assert_eq!((snapshot.first_version, snapshot.version, snapshot.is_snapshot), (None, Some(16), Some(true)));
}

#[test]
fn depth_in_an_unknown_form_is_an_error() {
    for (data, expected) in [
        ("{}", "neither `bids` nor `asks`"),
        (r#"{"b":[["1","2"]]}"#, "neither `bids` nor `asks`"),
        (r#"{"type":"full","bids":[]}"#, "neither `snapshot` nor `update`"),
        (r#"{"bids":[["x","2"]]}"#, "an exact number"),
        (r#"{"bids":[["1","-2"]]}"#, "a negative quantity"),
        (r#"{"bids":[["1"]]}"#, "without a price or a quantity"),
        (r#"{"bids":[],"bids":[]}"#, "two fields"),
        (r#"{"bids":[],"endVersion":-1}"#, "not an integer"),
        ("[]", "an object with bids and asks"),
    ] {
        let error = depth(data).map(|_| ()).expect_err(data);
        assert!(error.contains(expected), "{data}: {error}");
    }
}

#[test]
fn a_book_can_use_the_decoder() {
    let decoder = DepthMessages::new(Arc::new(DefaultDecoder));
    let mut depth = Depth::new();
    decoder.decode(&message("market.depth.BTCUSDT", r#"{"endVersion":5,"bids":[["1","2"]],"asks":[]}"#), &mut depth).expect("readable");
    assert_eq!((depth.version, depth.bids().count()), (Some(5), 1));
    assert!(decoder.decode("{}", &mut depth).is_err());
}

#[test]
fn a_private_event_keeps_its_data_and_finds_fields_in_inner_objects() {
    let flat = r#"{"eventType":"ORDER_TRADE_UPDATE","symbol":"BTCUSDT","orderId":"12","clientOrderId":"sx1","orderStatus":"PARTIALLY_FILLED","filledQuantity":"0.1","tradeId":"7"}"#;
    let nested = r#"{"eventType":"ORDER_TRADE_UPDATE","order":{"symbol":"BTCUSDT","orderId":12,"clientOrderId":"sx1","orderStatus":"PARTIALLY_FILLED","filledQuantity":"0.1","tradeId":"7"}}"#;
    for data in [flat, nested] {
        let event = decode("user.5794", data, |decoder, message| decoder.user_event(message)).expect("readable");
        assert_eq!((event.event_type.clone(), &*event.topic), (Some(StreamUserEvent::OrderTradeUpdate), "user.5794"));
        assert_eq!((event.symbol().as_deref(), event.order_id().map(|id| id.to_string())), (Some("BTCUSDT"), Some("12".to_owned())));
        assert_eq!(event.client_order_id().map(|id| id.to_string()).as_deref(), Some("sx1"));
        assert_eq!((event.order_status(), event.filled_quantity()), (Some(OrderStatus::PartiallyFilled), Some(number("0.1"))));
        assert_eq!((event.trade_id().map(|id| id.to_string()).as_deref(), event.data.as_str()), (Some("7"), data));
        assert_eq!((event.frozen_balance(), event.margin_mode()), (None, None));
    }
}

#[test]
fn an_account_event_has_balances_and_positions() {
    let flat = r#"{"eventType":"ACCOUNT_UPDATE","frozenBalance":"1.50","walletBalance":"10","marginMode":"CROSS","positions":[{"symbol":"BTCUSDT","marginMode":"ISOLATED"}]}"#;
    let nested = r#"{"eventType":"ACCOUNT_UPDATE","account":{"frozenBalance":"1.50","walletBalance":"10","marginMode":"CROSS"},"positions":[{"symbol":"BTCUSDT","marginMode":"ISOLATED"}]}"#;
    for data in [flat, nested] {
        let event = decode("user.1", data, |decoder, message| decoder.user_event(message)).expect("readable");
        assert_eq!(event.frozen_balance().map(|balance| balance.to_string()).as_deref(), Some("1.50"));
        assert_eq!((event.wallet_balance(), event.margin_mode()), (Some(number("10")), Some(MarginMode::Cross)));
        assert_eq!(event.positions()[0].text("marginMode").as_deref(), Some("ISOLATED"));
        assert_eq!(event.symbol(), None, "a field of a position is not a field of the event");
    }
}

#[test]
fn an_unknown_kind_of_a_private_event_is_kept() {
    let event = decode("user.1", r#"{"eventType":"LIQUIDATION_WARNING","level":3}"#, |decoder, message| decoder.user_event(message));
    let event = event.expect("readable");
    assert_eq!(event.event_type.map(|kind| kind.to_string()).as_deref(), Some("LIQUIDATION_WARNING"));
    assert_eq!(event.data.integer("level"), Some(3));
    let event = decode("user.1", r#"{"orderStatus":"EXPIRED"}"#, |decoder, message| decoder.user_event(message)).expect("readable");
    assert_eq!((event.event_type.is_none(), event.order_status().map(|status| status.to_string())), (true, Some("EXPIRED".to_owned())));
}

#[test]
fn debug_of_private_data_prints_only_the_length() {
    let event = decode("user.1", r#"{"walletBalance":"123456.78"}"#, |decoder, message| decoder.user_event(message)).expect("readable");
    assert!(!format!("{event:?}").contains("123456"), "{event:?}");
    assert_eq!(format!("{:?}", RawJson::new("{}")), "RawJson(2 bytes)");
    let text = message("user.1", r#"{"walletBalance":"123456.78"}"#);
    let message = StreamMessage::parse(&text).expect("an envelope");
    assert!(!format!("{message:?}").contains("123456"), "{message:?}");
}

#[test]
fn the_envelope_accepts_both_forms_of_a_time_and_no_text_without_a_topic() {
    let time = |text: &str| StreamMessage::parse(text).expect("an envelope").timestamp();
    assert_eq!(time(r#"{"topic":"market.tickers","ts":"1772007815000"}"#), Some(UnixMillis::new(1_772_007_815_000)));
    assert_eq!(time(r#"{"topic":"market.tickers","ts":1.5}"#), None);
    for text in ["", "{}", "[]", r#"{"topic":5}"#, r#"{"topic":"market.tickers""#, r#"{"topic":"a","topic":"b"}"#] {
        assert!(StreamMessage::parse(text).is_err(), "{text}");
    }
    let escaped = r#"{"topic":"market.trade.\u0042TCUSDT"}"#;
    assert_eq!(StreamMessage::parse(escaped).expect("an envelope").symbol(), Some("BTCUSDT"));
}
