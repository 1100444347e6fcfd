//! What breaks a documented limit or rule is refused before anything reaches the wire, and the text names the field and the limit.

use std::fmt::Write as _;

use sixmm_api::{Client, Delivery, Error, types};
use sixmm_tests::{client_of, fixture};
use types::{
    BalancePeriod, BboPriceType, CancelType, ConditionOrderType, ConditionTimeInForce, KlineInterval, KlinePriceType, LeaderboardPeriod,
    MarginModeCode, OrderSide, OrderType, OrderTypeFilter, PositionHistorySide, PositionSide, SideFilter, StrategyType, TimeInForce,
    TrendRange, TriggerPriceType,
};
use venue_test_support::{MockResponse, MockServer};

/// A server that refuses everything, and the texts of what did not even get there.
struct Case {
    server: MockServer,
    table: String,
}

/// Sends each call; none may be sent. The texts are a snapshot.
macro_rules! check_refused {
    ($name:literal, |$client:ident| $($call:expr),+ $(,)?) => {{
        let mut case = Case::start().await;
        let $client = client_of(&case.server);
        $(case.refused(&$call.send().await.err().expect("a broken limit"));)+
        insta::assert_snapshot!($name, case.table);
    }};
}

/// Sends each call; every one of them must arrive.
macro_rules! check_sent {
    (|$client:ident| $($call:expr),+ $(,)?) => {{
        let case = Case::start().await;
        let $client = client_of(&case.server);
        $(case.sent(&$call.send().await.err().expect("the server refuses everything"));)+
    }};
}

impl Case {
    async fn start() -> Self {
        Self { server: MockServer::responding(MockResponse::json(200, fixture::refusal())).await, table: String::new() }
    }

    fn refused(&mut self, error: &Error) {
        assert!(error.is_invalid_request() && !error.field_errors().is_empty(), "{error}");
        assert_eq!((error.delivery(), self.server.connections()), (Delivery::NotSent, 0), "{error}");
        let faults: Vec<_> = error.field_errors().iter().map(ToString::to_string).collect();
        // Writing to a `String` does not fail.
        let _ = writeln!(self.table, "{}: {}", error.operation().id, faults.join("; "));
        assert!(error.to_string().contains(&faults.join("; ")), "{error}");
    }

    fn sent(&self, error: &Error) {
        assert_eq!(error.code(), Some(1003), "{error}");
        let _ = self.server.take_only_request();
    }
}

fn text(length: usize) -> String {
    "é".repeat(length)
}

fn addresses(count: usize) -> Vec<String> {
    vec!["203.0.113.10".to_owned(); count]
}

/// A market order, which needs no price.
fn order(client: &Client) -> sixmm_api::builder::PlaceOrder<'_> {
    client.place_order().symbol("BTCUSDT").type_(OrderType::Market).side(OrderSide::Buy).quantity(1)
}

/// A condition order that closes the position, which needs no quantity.
fn condition_order(client: &Client, of_type: ConditionOrderType) -> sixmm_api::builder::PlaceConditionOrder<'_> {
    client.place_condition_order().symbol("BTCUSDT").type_(of_type).side(OrderSide::Sell).close_position(true)
}

#[tokio::test]
async fn a_length_outside_of_its_limits_is_refused() {
    check_refused!(
        "length",
        |client| client.login().username(text(2)).password("x"),
        client.login().username(text(33)).password("x"),
        client.login().username("alice").password(""),
        client.login().username("alice").password(text(65)),
        client.login().username("alice").password("x").device_id(text(65)),
        client.login().username("alice").password("x").device_name(text(129)),
        client.exchange_ticket().ticket("x").device_id(text(65)),
        client.exchange_embed_token().embed_token("x").channel_id(text(129)),
        client.exchange_embed_token().embed_token("x").channel_id("x").device_id(text(65)),
        client.create_api_key().label(""),
        client.create_api_key().label(text(65)),
    );
}

#[tokio::test]
async fn a_length_just_within_its_limits_is_sent() {
    check_sent!(
        |client| client.login().username(text(3)).password(text(1)).device_id(text(64)).device_name(text(128)),
        client.login().username(text(32)).password(text(64)).device_id("").device_name(""),
        client.exchange_ticket().ticket("x").device_id(text(64)),
        client.exchange_embed_token().embed_token("x").channel_id(text(128)).device_id(text(64)),
        client.create_api_key().label(text(1)),
        client.create_api_key().label(text(64)),
    );
}

#[tokio::test]
async fn a_number_outside_of_its_limits_is_refused() {
    check_refused!(
        "range",
        |client| client.klines().symbol("BTCUSDT").interval(KlineInterval::OneDay).limit(1001),
        client.create_api_key().label("x").permissions(0),
        client.create_api_key().label("x").permissions(8),
        client.create_api_key().label("x").permissions(-1),
    );
}

#[tokio::test]
async fn a_number_just_within_its_limits_is_sent() {
    check_sent!(
        |client| client.klines().symbol("BTCUSDT").interval(KlineInterval::OneDay).limit(1000),
        client.create_api_key().label("x").permissions(1),
        client.create_api_key().label("x").permissions(7),
    );
}

#[tokio::test]
async fn a_list_of_too_many_items_is_refused() {
    check_refused!("items", |client| client.create_api_key().label("x").ip_whitelist(addresses(21)));
}

#[tokio::test]
async fn a_list_of_just_so_many_items_is_sent() {
    check_sent!(
        |client| client.create_api_key().label("x").ip_whitelist(addresses(20)),
        client.create_api_key().label("x").ip_whitelist(addresses(0)),
    );
}

#[tokio::test]
async fn an_undocumented_value_of_an_enum_is_refused() {
    check_refused!(
        "enums",
        |client| client.pnl_leaderboard().period(LeaderboardPeriod::from("30D")),
        client.klines().symbol("BTCUSDT").interval(KlineInterval::OneDay).price_type(KlinePriceType::from("lastPrice")),
        client.balance_history().period(BalancePeriod::from("1d")),
        client.trade_overview().type_(TrendRange::from("2M")),
        client.asset_overview_trend().type_(TrendRange::from("1m")),
        client.update_api_key().id("1001").status(types::ApiKeyStatus::from(2)),
        order(&client).type_(OrderType::from("limit")),
        order(&client).side(OrderSide::from("buy")),
        order(&client).position_side(PositionSide::from("BOTH ")),
        order(&client).time_in_force(TimeInForce::from("GTE_GTC")),
        order(&client).price_type(BboPriceType::from(5)),
        condition_order(&client, ConditionOrderType::from("STOP")),
        condition_order(&client, ConditionOrderType::StopMarket).stop_price(1).time_in_force(ConditionTimeInForce::from("GTX")),
        condition_order(&client, ConditionOrderType::StopMarket).stop_price(1).working_type(TriggerPriceType::from("LAST_PRICE")),
        client.place_strategy_order().strategy_type(StrategyType::from("oto")).sub_order_list(vec![]),
        client.cancel_all_orders().cancel_type(CancelType::from(3)),
        client.order_history().type_(OrderTypeFilter::from(3)),
        client.order_history().side(SideFilter::from(0)),
        client.condition_order_history().side(SideFilter::from(3)),
        client.set_margin_mode().symbol("BTCUSDT").margin_mode(MarginModeCode::from(3)),
        client.position_history().side(PositionHistorySide::from("LONG")),
    );
}

#[tokio::test]
async fn a_value_of_an_open_ended_list_is_sent() {
    check_sent!(|client| client.klines().symbol("BTCUSDT").interval(KlineInterval::from("2h")));
}

#[tokio::test]
async fn one_of_several_fields_is_required() {
    check_refused!("any_of", |client| client.order().symbol("BTCUSDT"), client.cancel_order().symbol("BTCUSDT"),);
}

#[tokio::test]
async fn any_one_of_several_fields_is_enough() {
    check_sent!(
        |client| client.order().symbol("BTCUSDT").order_id("1"),
        client.order().symbol("BTCUSDT").client_order_id("1"),
        client.cancel_order().symbol("BTCUSDT").order_id("1"),
        client.cancel_order().symbol("BTCUSDT").client_order_id("1"),
        client.amend_order().symbol("BTCUSDT").order_id("1").price(1),
        client.amend_order().symbol("BTCUSDT").order_id("1").quantity(1),
    );
}

#[tokio::test]
async fn a_field_that_another_one_makes_necessary_is_required() {
    let limit = |client| order(client).type_(OrderType::Limit);
    check_refused!(
        "required_when",
        |client| limit(&client),
        limit(&client).price_type(BboPriceType::SpecifiedPrice),
        client.place_order().symbol("BTCUSDT").type_(OrderType::Market).side(OrderSide::Buy),
        client.place_order().symbol("BTCUSDT").type_(OrderType::Market).side(OrderSide::Buy).close_position(false),
        condition_order(&client, ConditionOrderType::StopLimit).stop_price(1),
        condition_order(&client, ConditionOrderType::TakeProfitLimit).stop_price(1),
        condition_order(&client, ConditionOrderType::StopMarket).stop_price(1).close_position(false),
    );
}

#[tokio::test]
async fn a_field_that_nothing_makes_necessary_may_be_left_out() {
    let limit = |client| order(client).type_(OrderType::Limit);
    check_sent!(
        |client| order(&client),
        limit(&client).price(1),
        limit(&client).price_type(BboPriceType::SameSide5),
        client.place_order().symbol("BTCUSDT").type_(OrderType::Market).side(OrderSide::Buy).close_position(true),
        condition_order(&client, ConditionOrderType::StopLimit).stop_price(1).price(1),
        condition_order(&client, ConditionOrderType::TakeProfitMarket).stop_price(1),
        condition_order(&client, ConditionOrderType::TrailingStop).callback_rate("0.01"),
    );
}

#[tokio::test]
async fn the_error_names_a_missing_field() {
    check_refused!(
        "missing",
        |client| client.login(),
        client.exchange_embed_token(),
        client.funding_rate_history(),
        client.klines(),
        client.pnl_leaderboard(),
        client.create_api_key(),
        client.update_api_key(),
        client.order(),
        client.place_order(),
        client.place_condition_order(),
        client.place_strategy_order(),
        client.cancel_order(),
    );
}

#[tokio::test]
async fn the_error_names_an_unconvertible_field_without_its_value() {
    check_refused!(
        "conversion",
        |client| order(&client).quantity("a lot"),
        order(&client).quantity("0.12345678901234567890123456789"),
        order(&client).quantity(""),
        client.klines().symbol("BTCUSDT").interval(KlineInterval::OneDay).limit(3_000_000_000_i64),
        client.server_time().x_request_id("two\r\nlines"),
    );
}

#[tokio::test]
async fn a_fault_within_a_list_names_the_item() {
    let sub = types::StrategySubOrder::builder().side(OrderSide::from("sell")).build().expect("a sub-order");
    check_refused!("nested", |client| client.place_strategy_order().strategy_type(StrategyType::Oto).sub_order_list(vec![sub.clone()]),);
}

#[tokio::test]
async fn all_faults_of_a_query_are_reported_at_once() {
    check_refused!("all_of_a_query", |client| client
        .klines()
        .limit(1001)
        .price_type(KlinePriceType::from("lastPrice"))
        .x_request_id("two\r\nlines"),);
}

#[tokio::test]
async fn all_faults_of_a_body_are_reported_at_once() {
    let mut case = Case::start().await;
    let client = client_of(&case.server);
    let login = client.login().username("al").device_id(text(65)).device_name(text(129)).x_request_id("two\r\nlines");
    let error = login.send().await.expect_err("five faults");
    case.refused(&error);
    let fields: Vec<_> = error.field_errors().iter().map(sixmm_api::FieldError::field).collect();
    assert_eq!(fields.len(), 5, "{error}");
    for field in ["username", "password", "deviceId", "deviceName"] {
        assert!(fields.contains(&field), "`{field}` is not reported: {error}");
    }
}
