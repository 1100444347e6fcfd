//! A row that cannot be read does not take its neighbors along.

use sixmm_api::types::{AccountChangeLogPage, Klines, PositionList, SymbolList};
use sixmm_api::{Error, Response, requests};

use super::{POSITION, answered, position_with, success};

async fn positions(rows: &[&str]) -> Result<Response<PositionList>, Error> {
    let data = format!(r#"{{"positions":[{}]}}"#, rows.join(","));
    answered(success(&data), async |client| client.send(requests::Positions::new()).await).await
}

/// Of two positions, the second one with this value of a field: the first one is read, and the second one is reported.
async fn check_unreadable(field: &str, json: &str, reason: &str) {
    let bad = position_with(field, json);
    let response = positions(&[POSITION, &bad]).await.expect("the first row can be read");
    let [row] = response.unreadable_rows() else { panic!("{field}: {:?}", response.unreadable_rows()) };
    assert_eq!((row.list(), row.index()), (Some("positions"), Some(1)));
    assert_eq!(row.to_string(), format!("data.positions[1].{field}: {reason}"));
    assert_eq!((String::from_utf8_lossy(row.raw_json()), row.is_cut()), (bad.into(), false));
    let symbol = row.get("symbol").and_then(|symbol| Some(symbol.as_str()?.to_owned()));
    assert_eq!(symbol.as_deref(), (field != "symbol").then_some("ETHUSDT"));
    assert!(!response.is_complete());
    let list = response.into_data().expect("data");
    assert_eq!(list.positions.iter().map(|position| position.symbol.as_str()).collect::<Vec<_>>(), ["BTCUSDT"]);
    assert!(!list.is_complete(), "the list itself knows that a row is missing");
    assert_eq!(list.unreadable_rows().len(), 1);
}

/// Of two positions, the second one with this value of a field: both are read.
async fn check_readable(field: &str, json: &str) -> PositionList {
    let response = positions(&[POSITION, &position_with(field, json)]).await.expect("readable");
    assert!(response.is_complete() && response.unreadable_rows().is_empty(), "{field}: {:?}", response.unreadable_rows());
    let list = response.into_data().expect("data");
    assert_eq!(list.positions.len(), 2);
    assert!(list.is_complete());
    list
}

#[tokio::test]
async fn a_promised_decimal_that_is_none_costs_its_row_only() {
    check_unreadable("marginRatio", r#""""#, "an empty text where a decimal of at most 28 digits is expected").await;
    check_unreadable("breakEvenPrice", "null", "null where a decimal of at most 28 digits is expected").await;
    check_unreadable("roe", r#""--""#, "a text where a decimal of at most 28 digits is expected").await;
    check_unreadable("quantity", "[]", "a list where a decimal of at most 28 digits is expected").await;
}

#[tokio::test]
async fn a_decimal_that_cannot_be_held_exactly_costs_its_row_and_is_not_rounded() {
    let digits = r#""0.3333333333333333333333333333333333""#;
    check_unreadable("roe", digits, "a text where a decimal of at most 28 digits is expected").await;
    let bad = position_with("roe", digits);
    let response = positions(&[POSITION, &bad]).await.expect("readable");
    assert_eq!(response.unreadable_rows()[0].get("roe").as_ref().and_then(|roe| roe.as_str()), Some(digits.trim_matches('"')));
    check_unreadable("unrealizedPnl", "1.00000000000000000000000000000000001", "a number where a decimal of at most 28 digits is expected")
        .await;
}

#[tokio::test]
async fn an_exponent_a_plus_and_an_underscore_are_no_spelling_of_a_value() {
    for json in ["1e-7", r#""1e-7""#, r#""+1""#, r#""1_000""#] {
        let found = if json.starts_with('"') { "a text" } else { "a number" };
        check_unreadable("roe", json, &format!("{found} where a decimal of at most 28 digits is expected")).await;
        check_unreadable("leverage", json, &format!("{found} where an integer (i32) is expected")).await;
    }
    check_unreadable("leverage", "10.5", "a number where an integer (i32) is expected").await;
    check_unreadable("leverage", r#""010""#, "a text where an integer (i32) is expected").await;
    check_unreadable("leverage", "2147483648", "a number where an integer (i32) is expected").await;
}

#[tokio::test]
async fn an_exact_value_in_another_spelling_is_read() {
    for leverage in [r#""20""#, "20.0", r#""20.00""#] {
        assert_eq!(check_readable("leverage", leverage).await.positions[1].leverage, 20);
    }
    for (quantity, expected) in [("0.5", "0.5"), ("0.10", "0.10"), ("85000.123456789012345678", "85000.123456789012345678"), ("7", "7")] {
        assert_eq!(check_readable("quantity", quantity).await.positions[1].quantity.to_string(), expected);
    }
    for zero in ["-0", "-0.00", r#""-0""#] {
        assert!(check_readable("unrealizedPnl", zero).await.positions[1].unrealized_pnl.is_zero());
    }
}

#[tokio::test]
async fn a_field_that_is_not_promised_costs_nothing_but_itself() {
    for json in [r#""""#, r#""--""#, r#""0.3333333333333333333333333333333333""#, "{}", r#""\ud83d""#] {
        let response = positions(&[POSITION, &position_with("liqPrice", json)]).await.expect("readable");
        let fields: Vec<_> = response.unreadable_fields().iter().map(|field| field.path()).collect();
        assert_eq!(fields, ["data.positions[1].liqPrice"]);
        assert!(response.is_complete(), "no row is missing");
        let list = response.into_data().expect("data").positions;
        assert_eq!((list[1].liq_price, list[1].extra.unreadable_fields()), (None, &["liqPrice"][..]));
        assert!(list[1].extra.get("liqPrice").is_some(), "{json} is kept");
        assert!(list[0].extra.unreadable_fields().is_empty() && list[0].liq_price.is_some());
    }
    let list = check_readable("liqPrice", "null").await.positions;
    assert_eq!((list[1].liq_price, list[1].extra.unreadable_fields().len()), (None, 0));
}

#[tokio::test]
async fn a_missing_promised_field_costs_its_row_only() {
    let bad = POSITION.replace(r#""roe":"0.333","#, "");
    let response = positions(&[&bad, POSITION]).await.expect("readable");
    assert_eq!(response.unreadable_rows()[0].to_string(), "data.positions[0].roe: the field is missing");
    assert_eq!(response.into_data().expect("data").positions.len(), 1);
}

#[tokio::test]
async fn a_field_that_is_there_twice_costs_its_row_only() {
    for field in [r#""roe":"1""#, r#""tpPrice":null"#] {
        let bad = POSITION.replacen('{', &format!("{{{field},"), 1);
        let response = positions(&[POSITION, &bad]).await.expect("readable");
        assert!(response.unreadable_rows()[0].reason().ends_with("appears twice"), "{:?}", response.unreadable_rows());
        assert_eq!(response.into_data().expect("data").positions.len(), 1);
    }
}

#[tokio::test]
async fn a_row_that_is_not_an_object_does_not_affect_other_rows() {
    let response = positions(&["null", POSITION, "[]", "7"]).await.expect("readable");
    let indices: Vec<_> = response.unreadable_rows().iter().filter_map(|row| row.index()).collect();
    assert_eq!(indices, [0, 2, 3]);
    assert_eq!(response.into_data().expect("data").positions.len(), 1);
}

#[tokio::test]
async fn a_symbol_or_an_id_is_never_read_lossily() {
    check_unreadable("symbol", r#""\ud83d""#, "a text with invalid Unicode where a text is expected").await;
    check_unreadable("marginMode", r#""CR\udc00SS""#, "a text with invalid Unicode where a text is expected").await;
}

#[tokio::test]
async fn a_contract_without_a_step_size_costs_its_own_rules_only() {
    let row = |symbol: &str, step_size: &str| {
        format!(
            r#"{{"symbol":"{symbol}","baseAsset":"X","quoteAsset":"USDT","minQuantity":"0.001","minNotional":"5","tickSize":"0.1","stepSize":{step_size},
            "pricePrecision":1,"maxLimitOrderQty":"100","maxMarketOrderQty":"50","maxOpenOrders":200,"defaultLeverage":20,"defaultMarginMode":1,
            "leverageTiers":[]}}"#
        )
    };
    let data = format!(r#"{{"list":[{},{}],"handlingFeeLevelConfig":[]}}"#, row("BTCUSDT", r#""0.001""#), row("ETHUSDT", "null"));
    let response: Response<SymbolList> =
        answered(success(&data), async |client| client.send(requests::Symbols::new()).await).await.expect("readable");
    let list = response.into_data().expect("data");
    assert_eq!(list.list.iter().map(|info| info.symbol.as_str()).collect::<Vec<_>>(), ["BTCUSDT"]);
    let named: Vec<_> = list.unreadable_rows().iter().filter_map(|row| row.get("symbol")).collect();
    assert_eq!(named, ["ETHUSDT"]);
}

#[tokio::test]
async fn every_kind_of_list_keeps_its_neighbors() {
    let kline = |open: &str| format!(r#"{{"openTime":1,"open":{open},"high":"1","low":"1","close":"1","closeTime":2}}"#);
    let data = format!(r#"{{"list":[{},{},{}]}}"#, kline(r#""1""#), kline("null"), kline("3"));
    let response: Response<Klines> =
        answered(success(&data), async |client| client.send(requests::Klines::new("BTCUSDT", "1m")).await).await.expect("readable");
    assert_eq!(response.into_data().expect("data").list.iter().map(|kline| kline.open.to_string()).collect::<Vec<_>>(), ["1", "3"]);

    let data = r#"{"list":[{"assetType":7}],"total":"1"}"#;
    let page: Response<AccountChangeLogPage> =
        answered(success(data), async |client| client.send(requests::AccountChangeLogs::new()).await).await.expect("readable");
    assert_eq!(page.unreadable_rows()[0].to_string(), "data.list[0].assetType: a number where a text is expected");
    assert_eq!(page.into_data().expect("data").total, Some(1));

    let symbols =
        answered(success(r#"{"symbols":["BTCUSDT",null,"ETHUSDT"]}"#), async |client| client.send(requests::FavoriteSymbols::new()).await)
            .await;
    let symbols = symbols.expect("readable").into_data().expect("data");
    assert_eq!(symbols.symbols, ["BTCUSDT", "ETHUSDT"]);
    assert_eq!(symbols.unreadable_rows()[0].path(), "data.symbols[1]");
}

#[tokio::test]
async fn unreadable_rows_beyond_a_thousand_are_counted_and_not_kept() {
    let rows = vec!["0"; 1500];
    let response = positions(&rows).await.expect("readable");
    assert_eq!((response.unreadable_rows().len(), response.unreadable_row_count()), (1000, 1500));
    let list = response.into_data().expect("data");
    assert_eq!((list.unreadable_rows().len(), list.extra.unreadable_row_count(), list.is_complete()), (1000, 1500, false));
}

#[tokio::test]
async fn nothing_prints_the_raw_json_of_a_row() {
    let bad = position_with("roe", r#""hunter2""#);
    let response = positions(&[POSITION, &bad]).await.expect("readable");
    let printed = format!("{response:?} {:?} {}", response.unreadable_rows(), response.unreadable_rows()[0]);
    assert!(!printed.contains("hunter2"), "{printed}");
    let list = response.into_data().expect("data");
    assert!(!format!("{list:?} {list:#?}").contains("hunter2"));
}
