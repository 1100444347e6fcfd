//! Digits in quotes, integers with a fraction, decimals as numbers: the value is the same.

use sixmm_api::{UnixMillis, requests};
use sixmm_tests::fixture;
use venue_core::UnixSeconds;

use super::{answered, success};

#[tokio::test]
async fn the_end_of_a_session_in_quotes_is_read() {
    let login = async |client: &sixmm_api::Client| client.send(requests::Login::new("alice", "x")).await;
    for expire in [r#""1769676656""#, "1769676656.0", r#""1769676656.0""#] {
        let data = format!(r#"{{"accessToken":"t","accessExpire":{expire}}}"#);
        let session = answered(success(&data), login).await.expect("a session").into_data().expect("data");
        assert_eq!(session.access_expire, UnixSeconds::new(1_769_676_656));
    }
}

#[tokio::test]
async fn the_clock_in_quotes_is_read() {
    let documented = fixture::answer("server_time");
    for (from, to) in [(r#""timestampMs":"#, r#""timestampMs":"#), (r#""timestamp":"#, r#""timestamp":"#)] {
        let start = documented.find(from).expect("the field") + from.len();
        let digits: String = documented[start..].trim_start().chars().take_while(char::is_ascii_digit).collect();
        let quoted = documented.replacen(&digits, &format!("\"{digits}\""), 1);
        assert_ne!(quoted, documented, "{to}");
        let time = answered(quoted, async |client| client.send(requests::ServerTime::new()).await)
            .await
            .expect("a time")
            .into_data()
            .expect("data");
        assert_eq!(time.timestamp.to_millis().map(|time| time.as_millis() / 1000), Some(time.timestamp_ms.as_millis() / 1000));
    }
}

#[tokio::test]
async fn the_time_of_a_trade_in_quotes_is_read() {
    let trade = r#"{"fillId":1,"tradeId":"2","orderId":"3","symbol":"BTCUSDT","side":"BUY","roleType":"MAKER","price":85000.10,"quantity":0.5,
        "tradeValue":42500.05,"handlingFee":0,"positionSide":"LONG","createdAt":"1772710377808"}"#;
    let data = format!(r#"{{"list":[{trade}],"total":"1"}}"#);
    let page = answered(success(&data), async |client| client.send(requests::Trades::new()).await).await.expect("a page");
    assert!(page.is_complete());
    let page = page.into_data().expect("data");
    assert_eq!((page.total, page.list[0].created_at), (Some(1), UnixMillis::new(1_772_710_377_808)));
    assert_eq!((page.list[0].fill_id.as_str(), page.list[0].price.to_string()), ("1", "85000.10".to_owned()));
}

#[tokio::test]
async fn an_order_whose_fields_are_not_promised_is_read_in_other_spellings_too() {
    let data =
        r#"{"orderId":2022543809547603968,"reduceOnly":"true","leverage":"20","createdAt":"1772710377808","quantity":0.10,"price":null}"#;
    let order =
        answered(success(data), async |client| client.send(requests::Order::new("BTCUSDT").order_id("1")).await).await.expect("an order");
    let order = order.into_data().expect("data");
    assert_eq!(order.order_id.as_ref().map(|id| id.as_str()), Some("2022543809547603968"));
    assert_eq!((order.reduce_only, order.leverage), (Some(true), Some(20)));
    assert_eq!(order.created_at, Some(UnixMillis::new(1_772_710_377_808)));
    assert_eq!((order.quantity.map(|quantity| quantity.to_string()).as_deref(), order.price), (Some("0.10"), None));
    assert!(order.extra.is_empty() && order.extra.unreadable_fields().is_empty());
}

#[tokio::test]
async fn a_text_that_is_not_a_boolean_is_none() {
    for word in [r#""True""#, r#""yes""#, "1", r#""1""#, r#""""#] {
        let data = format!(r#"{{"orderId":"1","reduceOnly":{word}}}"#);
        let order = answered(success(&data), async |client| client.send(requests::Order::new("BTCUSDT").order_id("1")).await)
            .await
            .expect("an order");
        let order = order.into_data().expect("data");
        assert_eq!((order.reduce_only, order.extra.unreadable_fields()), (None, &["reduceOnly"][..]), "{word}");
    }
}

#[tokio::test]
async fn a_documented_number_of_an_enum_is_known_in_any_exact_spelling() {
    for code in ["1", r#""1""#, "1.0", r#""1.0""#] {
        let data = format!(r#"{{"symbol":"BTCUSDT","marginMode":{code},"leverage":20}}"#);
        let settings =
            answered(success(&data), async |client| client.send(requests::PositionSettings::new().symbol("BTCUSDT")).await).await;
        let settings = settings.expect("settings").into_data().expect("data");
        assert!(settings.margin_mode.is_documented(), "{code}: {:?}", settings.margin_mode);
        assert_eq!(settings.margin_mode.as_i64(), Some(1));
    }
}
