//! What the specification infers from the documentation: a request that breaks it is sent, unless the client was asked to check it.

use std::fmt::Write as _;

use sixmm_api::types::{self, BboPriceType, ConditionOrderType, OrderSide, OrderType, StrategyType};
use sixmm_api::{Client, Delivery, Repeatable, operations, requests};
use sixmm_tests::fixture;
use venue_core::{Validate as _, ValidationErrors};
use venue_test_support::{MockResponse, MockServer};

/// Sends each call by a client as it comes, which must send it, and by one that checks inferences, which must not. The texts of the latter
/// are a snapshot.
macro_rules! check_inferred {
    ($name:literal, |$client:ident| $($call:expr),+ $(,)?) => {{
        let server = MockServer::responding(MockResponse::json(200, fixture::refusal())).await;
        let builder = || Client::builder().base_url(server.url());
        let $client = builder().build().expect("a client");
        $(
            let error = $client.send($call).await.err().expect("the server refuses everything");
            assert_eq!(error.code(), Some(1003), "{error}");
            let _ = server.take_only_request();
        )+
        let $client = builder().check_inferred().build().expect("a client");
        let mut table = String::new();
        $(
            let error = $client.send($call).await.err().expect("a broken inference");
            assert!(error.is_invalid_request() && error.field_errors().iter().all(sixmm_api::FieldError::is_inferred), "{error}");
            assert_eq!((error.delivery(), server.requests().len()), (Delivery::NotSent, 0), "{error}");
            let faults: Vec<_> = error.field_errors().iter().map(ToString::to_string).collect();
            // Writing to a `String` does not fail.
            let _ = writeln!(table, "{}: {}", error.operation().id, faults.join("; "));
        )+
        insta::assert_snapshot!($name, table);
    }};
}

/// A condition order that closes the position, which needs no quantity.
fn condition_order(of_type: ConditionOrderType) -> requests::PlaceConditionOrder {
    requests::PlaceConditionOrder::new("BTCUSDT", of_type, OrderSide::Sell).close_position(true)
}

fn limit_order_without_a_price() -> types::builder::PlaceOrderRequest {
    types::PlaceOrderRequest::builder().symbol("BTCUSDT").type_(OrderType::Limit).side(OrderSide::Buy).quantity(1)
}

#[tokio::test]
async fn a_field_that_only_an_example_shows_is_required_on_request_only() {
    check_inferred!(
        "required_by_example",
        |client| requests::RenewListenKey::new(),
        requests::CloseListenKey::new(),
        requests::SaveFavoriteSymbols::new(),
        requests::DeleteApiKey::new(),
        requests::BatchPlaceOrders::new(),
        requests::CancelOrder::new().order_id("1"),
        requests::AmendOrder::new().price(1),
        requests::AmendOrder::new().symbol("BTCUSDT").price(1),
        requests::BatchAmendOrders::new(),
        requests::BatchAmendOrders::new()
            .symbol("BTCUSDT")
            .orders(vec![types::BatchAmendOrder::builder().price(1).build().expect("an item")]),
        requests::BatchCancelOrders::new(),
        requests::BatchCancelOrders::new().orders(vec![types::BatchCancelOrder::builder().order_id("1").build().expect("an item")]),
        requests::CancelConditionOrder::new(),
        requests::SetMarginMode::new(),
        requests::SetLeverage::new().symbol("BTCUSDT"),
    );
}

#[tokio::test]
async fn a_parameter_that_only_an_example_shows_is_required_on_request_only() {
    check_inferred!("required_by_an_example_url", |client| requests::StrategyOrder::new(), requests::PositionSettings::new());
}

#[tokio::test]
async fn a_condition_that_the_documentation_leaves_out_is_checked_on_request_only() {
    check_inferred!(
        "inferred_rules",
        |client| condition_order(ConditionOrderType::StopMarket),
        condition_order(ConditionOrderType::StopLimit).price(1),
        condition_order(ConditionOrderType::TakeProfitMarket),
        condition_order(ConditionOrderType::TakeProfitLimit).price(1),
        condition_order(ConditionOrderType::TrailingStop),
        requests::AmendOrder::new().symbol("BTCUSDT").order_id("1"),
        requests::BatchAmendOrders::new().symbol("BTCUSDT").orders(vec![
            types::BatchAmendOrder::builder().order_id("1").price(1).build().expect("an item"),
            types::BatchAmendOrder::builder().order_id("2").build().expect("an item"),
        ]),
    );
}

#[tokio::test]
async fn limits_that_another_operation_documents_are_checked_on_request_only() {
    check_inferred!(
        "inferred_limits",
        |client| requests::UpdateApiKey::new("1001").label(""),
        requests::UpdateApiKey::new("1001").label("é".repeat(65)),
        requests::UpdateApiKey::new("1001").permissions(8),
        requests::UpdateApiKey::new("1001").ip_whitelist(vec!["203.0.113.10".to_owned(); 21]),
    );
}

#[tokio::test]
async fn items_that_only_an_example_shows_are_checked_on_request_only() {
    let item = |side| limit_order_without_a_price().price(1).side(OrderSide::from(side)).build().expect("an item");
    let sub_order = types::StrategySubOrder::builder().type_("ICEBERG").build().expect("a linked order");
    check_inferred!(
        "inferred_items",
        |client| requests::BatchPlaceOrders::new().orders(vec![item("BUY"), item("buy")]),
        requests::BatchPlaceOrders::new().orders(vec![limit_order_without_a_price().build().expect("an item")]),
        requests::PlaceStrategyOrder::new(StrategyType::Oto, vec![sub_order.clone()]),
    );
}

#[tokio::test]
async fn an_unset_field_is_absent_on_the_wire() {
    let server = MockServer::responding(MockResponse::json(200, fixture::refusal())).await;
    let client = sixmm_tests::client_of(&server);
    let _ = client.send(requests::SetLeverage::new().leverage(20)).await;
    assert_eq!(server.take_only_request().body, br#"{"leverage":20}"#);
    let _ = client.send(requests::StrategyOrder::new()).await;
    assert_eq!(server.take_only_request().query, "");
}

#[test]
fn an_inferred_exception_is_granted_with_and_without_the_inferences() {
    let from_the_book = limit_order_without_a_price().price_type(BboPriceType::Opponent1).build().expect("an order");
    let priceless = limit_order_without_a_price().build().expect("an order");
    for mut faults in [ValidationErrors::new(), ValidationErrors::new().with_inferred()] {
        from_the_book.validate(&mut faults);
        assert!(faults.is_empty(), "{faults}");
        priceless.validate(&mut faults);
        assert_eq!(
            faults.to_string(),
            "`price` is required when `type` is `LIMIT`, unless `priceType` is `1`, `2`, `3` or `4`",
            "the documentation requires a price of every other limit order"
        );
    }
}

/// The documentation does not say which calls are repeatable. One rule decides: the rejection of the second request must not hide the success
/// of the first request.
#[test]
fn an_operation_whose_repetition_would_be_rejected_is_not_repeatable() {
    for operation in [
        &operations::DELETE_API_KEY,
        &operations::DELETE_ALL_API_KEYS,
        &operations::CLOSE_LISTEN_KEY,
        &operations::CANCEL_ORDER,
        &operations::CANCEL_CONDITION_ORDER,
        &operations::LOGOUT,
    ] {
        assert_eq!(operation.repeatable, Repeatable::Once, "{}", operation.id);
    }
    for operation in
        [&operations::SET_LEVERAGE, &operations::SET_MARGIN_MODE, &operations::SAVE_FAVORITE_SYMBOLS, &operations::UPDATE_API_KEY]
    {
        assert_eq!(operation.repeatable, Repeatable::Idempotent, "{}", operation.id);
    }
}
