//! What breaks a documented limit or rule is refused before anything reaches the wire, and the text names the field and the limit.

use std::fmt::Write as _;

use rust_decimal::dec;
use sixmm_api::{Delivery, Error, requests, types};
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
        $(case.refused(&$client.send($call).await.err().expect("a broken limit"));)+
        insta::assert_snapshot!($name, case.table);
    }};
}

/// Sends each call; every one of them must arrive.
macro_rules! check_sent {
    (|$client:ident| $($call:expr),+ $(,)?) => {{
        let case = Case::start().await;
        let $client = client_of(&case.server);
        $(case.sent(&$client.send($call).await.err().expect("the server refuses everything"));)+
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

/// An order of this type.
fn of_type(of_type: OrderType) -> requests::PlaceOrder {
    requests::PlaceOrder::new("BTCUSDT", of_type, OrderSide::Buy).quantity(1)
}

/// A market order, which needs no price.
fn order() -> requests::PlaceOrder {
    of_type(OrderType::Market)
}

/// A condition order that closes the position, which needs no quantity.
fn condition_order(of_type: ConditionOrderType) -> requests::PlaceConditionOrder {
    requests::PlaceConditionOrder::new("BTCUSDT", of_type, OrderSide::Sell).close_position(true)
}

#[tokio::test]
async fn a_length_outside_of_its_limits_is_refused() {
    check_refused!(
        "length",
        |client| requests::Login::new(text(2), "x"),
        requests::Login::new(text(33), "x"),
        requests::Login::new("alice", ""),
        requests::Login::new("alice", text(65)),
        requests::Login::new("alice", "x").device_id(text(65)),
        requests::Login::new("alice", "x").device_name(text(129)),
        requests::ExchangeTicket::new("x").device_id(text(65)),
        requests::ExchangeEmbedToken::new("x", text(129)),
        requests::ExchangeEmbedToken::new("x", "x").device_id(text(65)),
        requests::CreateApiKey::new(""),
        requests::CreateApiKey::new(text(65)),
    );
}

#[tokio::test]
async fn a_length_just_within_its_limits_is_sent() {
    check_sent!(
        |client| requests::Login::new(text(3), text(1)).device_id(text(64)).device_name(text(128)),
        requests::Login::new(text(32), text(64)).device_id("").device_name(""),
        requests::ExchangeTicket::new("x").device_id(text(64)),
        requests::ExchangeEmbedToken::new("x", text(128)).device_id(text(64)),
        requests::CreateApiKey::new(text(1)),
        requests::CreateApiKey::new(text(64)),
    );
}

#[tokio::test]
async fn a_number_outside_of_its_limits_is_refused() {
    check_refused!(
        "range",
        |client| requests::Klines::new("BTCUSDT", KlineInterval::OneDay).limit(1001),
        requests::CreateApiKey::new("x").permissions(0),
        requests::CreateApiKey::new("x").permissions(8),
        requests::CreateApiKey::new("x").permissions(-1),
    );
}

#[tokio::test]
async fn a_number_just_within_its_limits_is_sent() {
    check_sent!(
        |client| requests::Klines::new("BTCUSDT", KlineInterval::OneDay).limit(1000),
        requests::CreateApiKey::new("x").permissions(1),
        requests::CreateApiKey::new("x").permissions(7),
    );
}

#[tokio::test]
async fn a_list_of_too_many_items_is_refused() {
    check_refused!("items", |client| requests::CreateApiKey::new("x").ip_whitelist(addresses(21)));
}

#[tokio::test]
async fn a_list_of_just_so_many_items_is_sent() {
    check_sent!(
        |client| requests::CreateApiKey::new("x").ip_whitelist(addresses(20)),
        requests::CreateApiKey::new("x").ip_whitelist(addresses(0)),
    );
}

#[tokio::test]
async fn an_undocumented_value_of_an_enum_is_refused() {
    check_refused!(
        "enums",
        |client| requests::PnlLeaderboard::new(LeaderboardPeriod::from("30D")),
        requests::Klines::new("BTCUSDT", KlineInterval::OneDay).price_type(KlinePriceType::from("lastPrice")),
        requests::BalanceHistory::new(BalancePeriod::from("1d")),
        requests::TradeOverview::new(TrendRange::from("2M")),
        requests::AssetOverviewTrend::new(TrendRange::from("1m")),
        requests::UpdateApiKey::new("1001").status(types::ApiKeyStatus::from(2)),
        of_type(OrderType::from("limit")),
        requests::PlaceOrder::new("BTCUSDT", OrderType::Market, OrderSide::from("buy")).quantity(1),
        order().position_side(PositionSide::from("BOTH ")),
        order().time_in_force(TimeInForce::from("GTE_GTC")),
        order().price_type(BboPriceType::from(5)),
        condition_order(ConditionOrderType::from("STOP")),
        condition_order(ConditionOrderType::StopMarket).stop_price(1).time_in_force(ConditionTimeInForce::from("GTX")),
        condition_order(ConditionOrderType::StopMarket).stop_price(1).working_type(TriggerPriceType::from("LAST_PRICE")),
        requests::PlaceStrategyOrder::new(StrategyType::from("oto"), vec![]),
        requests::CancelAllOrders::new().cancel_type(CancelType::from(3)),
        requests::OrderHistory::new().type_(OrderTypeFilter::from(3)),
        requests::OrderHistory::new().side(SideFilter::from(0)),
        requests::ConditionOrderHistory::new().side(SideFilter::from(3)),
        requests::SetMarginMode::new().symbol("BTCUSDT").margin_mode(MarginModeCode::from(3)),
        requests::PositionHistory::new().side(PositionHistorySide::from("LONG")),
    );
}

#[tokio::test]
async fn a_value_of_an_open_ended_list_is_sent() {
    check_sent!(|client| requests::Klines::new("BTCUSDT", KlineInterval::from("2h")));
}

#[tokio::test]
async fn one_of_several_fields_is_required() {
    check_refused!("any_of", |client| requests::Order::new("BTCUSDT"), requests::CancelOrder::new().symbol("BTCUSDT"),);
}

#[tokio::test]
async fn any_one_of_several_fields_is_enough() {
    check_sent!(
        |client| requests::Order::new("BTCUSDT").order_id("1"),
        requests::Order::new("BTCUSDT").client_order_id("1"),
        requests::CancelOrder::new().symbol("BTCUSDT").order_id("1"),
        requests::CancelOrder::new().symbol("BTCUSDT").client_order_id("1"),
        requests::AmendOrder::new().symbol("BTCUSDT").order_id("1").price(1),
        requests::AmendOrder::new().symbol("BTCUSDT").order_id("1").quantity(1),
    );
}

#[tokio::test]
async fn a_field_that_another_one_makes_necessary_is_required() {
    let limit = || of_type(OrderType::Limit);
    check_refused!(
        "required_when",
        |client| limit(),
        limit().price_type(BboPriceType::SpecifiedPrice),
        requests::PlaceOrder::new("BTCUSDT", OrderType::Market, OrderSide::Buy),
        requests::PlaceOrder::new("BTCUSDT", OrderType::Market, OrderSide::Buy).close_position(false),
        condition_order(ConditionOrderType::StopLimit).stop_price(1),
        condition_order(ConditionOrderType::TakeProfitLimit).stop_price(1),
        condition_order(ConditionOrderType::StopMarket).stop_price(1).close_position(false),
    );
}

#[tokio::test]
async fn a_field_that_nothing_makes_necessary_may_be_left_out() {
    let limit = || of_type(OrderType::Limit);
    check_sent!(
        |client| order(),
        limit().price(1),
        limit().price_type(BboPriceType::SameSide5),
        requests::PlaceOrder::new("BTCUSDT", OrderType::Market, OrderSide::Buy).close_position(true),
        condition_order(ConditionOrderType::StopLimit).stop_price(1).price(1),
        condition_order(ConditionOrderType::TakeProfitMarket).stop_price(1),
        condition_order(ConditionOrderType::TrailingStop).callback_rate(dec!(0.01)),
    );
}

#[tokio::test]
async fn a_text_that_does_not_fit_into_a_header_is_refused() {
    check_refused!("header", |client| requests::ServerTime::new().x_request_id("two\r\nlines"));
}

#[tokio::test]
async fn a_fault_within_a_list_names_the_item() {
    let sub = types::StrategySubOrder::builder().side(OrderSide::from("sell")).build().expect("a sub-order");
    check_refused!("nested", |client| requests::PlaceStrategyOrder::new(StrategyType::Oto, vec![sub.clone()]),);
}

#[tokio::test]
async fn all_faults_of_a_query_are_reported_at_once() {
    check_refused!("all_of_a_query", |client| requests::Klines::new("BTCUSDT", KlineInterval::OneDay)
        .limit(1001)
        .price_type(KlinePriceType::from("lastPrice"))
        .x_request_id("two\r\nlines"),);
}

#[tokio::test]
async fn all_faults_of_a_body_are_reported_at_once() {
    let mut case = Case::start().await;
    let client = client_of(&case.server);
    let login = requests::Login::new("al", "").device_id(text(65)).device_name(text(129)).x_request_id("two\r\nlines");
    let error = client.send(login).await.expect_err("five faults");
    case.refused(&error);
    let fields: Vec<_> = error.field_errors().iter().map(sixmm_api::FieldError::field).collect();
    assert_eq!(fields.len(), 5, "{error}");
    for field in ["username", "password", "deviceId", "deviceName"] {
        assert!(fields.contains(&field), "`{field}` is not reported: {error}");
    }
}
