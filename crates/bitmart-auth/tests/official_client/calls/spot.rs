//! Calls of spot wallets, orders and queries.

use bitmart_api::requests;
use bitmart_api::types::{BatchOrderParameters, OrderMode, QueryState, SpotOrderType, SpotSide, SpotStpMode};

use crate::{Comparison, decimal};

pub(crate) async fn send(calls: &mut Comparison) {
    calls.send("APISpot.get_wallet()", requests::SpotWallet::new()).await;
    calls
        .send(
            "APISpot.post_submit_order(symbol, side, type, client_order_id, size, price, stp_mode)",
            requests::SubmitOrder::new("BTC_USDT", SpotSide::Buy, SpotOrderType::Limit)
                .client_order_id("123456789")
                .size(decimal("10"))
                .price(decimal("7000"))
                .stp_mode(SpotStpMode::Disabled),
        )
        .await;
    calls
        .send(
            "APISpot.post_submit_order(symbol, side, type, notional)",
            requests::SubmitOrder::new("BTC_USDT", SpotSide::Buy, SpotOrderType::Market).notional(decimal("7000")),
        )
        .await;
    calls
        .send(
            "APISpot.place_margin_order(symbol, side, type, client_order_id, size, price)",
            requests::SubmitMarginOrder::new("BTC_USDT", SpotSide::Buy, SpotOrderType::Limit)
                .client_order_id("123456789")
                .size(decimal("10"))
                .price(decimal("7000")),
        )
        .await;
    calls
        .send(
            "APISpot.place_margin_order(symbol, side, type, notional)",
            requests::SubmitMarginOrder::new("BTC_USDT", SpotSide::Buy, SpotOrderType::Market).notional(decimal("7000")),
        )
        .await;
    calls
        .send("APISpot.post_cancel_order_by_orderid(symbol, order_id)", requests::CancelOrder::new("BTC_USDT").order_id("112121212"))
        .await;
    calls
        .send(
            "APISpot.post_cancel_order_by_clientid(symbol, client_order_id)",
            requests::CancelOrder::new("BTC_USDT").client_order_id("123456789"),
        )
        .await;
    calls
        .send(
            "APISpot.post_batch_orders(symbol, order_params, recv_window)",
            requests::SubmitBatchOrders::new(
                "BTC_USDT",
                vec![
                    BatchOrderParameters::builder()
                        .side(SpotSide::Buy)
                        .type_(SpotOrderType::Limit)
                        .client_order_id("123456789")
                        .size(decimal("0.1"))
                        .price(decimal("8800"))
                        .stp_mode(SpotStpMode::Disabled)
                        .build()
                        .expect("an order"),
                    BatchOrderParameters::builder()
                        .side(SpotSide::Buy)
                        .type_(SpotOrderType::Market)
                        .notional(decimal("100"))
                        .build()
                        .expect("an order"),
                ],
            )
            .recv_window(5000),
        )
        .await;
    calls
        .send(
            "APISpot.post_batch_orders(symbol, order_params)",
            requests::SubmitBatchOrders::new(
                "BTC_USDT",
                vec![
                    BatchOrderParameters::builder()
                        .side(SpotSide::Sell)
                        .type_(SpotOrderType::Limit)
                        .size(decimal("0.1"))
                        .price(decimal("8800"))
                        .build()
                        .expect("an order"),
                ],
            ),
        )
        .await;
    calls
        .send(
            "APISpot.post_cancel_orders(symbol, order_ids, recv_window)",
            requests::CancelOrders::new("BTC_USDT").order_ids(["5e925f3981".into()]).recv_window(5000),
        )
        .await;
    calls
        .send(
            "APISpot.post_cancel_orders(symbol, client_order_ids)",
            requests::CancelOrders::new("BTC_USDT").client_order_ids(["123456789".into(), "987654321".into()]),
        )
        .await;
    calls
        .send(
            "APISpot.v4_query_order_by_id(order_id, query_state, recv_window)",
            requests::Order::new("118100034543076010").query_state(QueryState::Open).recv_window(5000),
        )
        .await;
    calls.send("APISpot.v4_query_order_by_id(order_id, query_state)", requests::Order::new("118100034543076010")).await;
    calls
        .send(
            "APISpot.v4_query_order_by_order_client_id(client_order_id, query_state, recv_window)",
            requests::OrderByClientOrderId::new("118100034543076010").query_state(QueryState::History).recv_window(5000),
        )
        .await;
    calls
        .send(
            "APISpot.v4_query_order_by_order_client_id(client_order_id, query_state)",
            requests::OrderByClientOrderId::new("118100034543076010"),
        )
        .await;
    calls
        .send(
            "APISpot.v4_query_open_orders(symbol, order_mode, start_time, end_time, limit, recv_window)",
            requests::OpenOrders::new()
                .symbol("BTC_USDT")
                .order_mode(OrderMode::Spot)
                .start_time(1_682_239_652_931)
                .end_time(1_682_239_657_931)
                .limit(10)
                .recv_window(5000),
        )
        .await;
    calls.send("APISpot.v4_query_open_orders()", requests::OpenOrders::new()).await;
    calls
        .send(
            "APISpot.v4_query_account_orders(symbol, order_mode, start_time, end_time, limit, recv_window)",
            requests::OrderHistory::new()
                .symbol("BTC_USDT")
                .order_mode(OrderMode::IsolatedMargin)
                .start_time(1_682_239_502_394)
                .end_time(1_682_239_507_394)
                .limit(10)
                .recv_window(5000),
        )
        .await;
    calls.send("APISpot.v4_query_account_orders()", requests::OrderHistory::new()).await;
    calls
        .send(
            "APISpot.v4_query_account_trade_list(symbol, order_mode, start_time, end_time, limit, recv_window)",
            requests::Trades::new()
                .symbol("BTC_USDT")
                .order_mode(OrderMode::Spot)
                .start_time(1_682_239_845_952)
                .end_time(1_682_239_850_952)
                .limit(10)
                .recv_window(5000),
        )
        .await;
    calls.send("APISpot.v4_query_account_trade_list()", requests::Trades::new()).await;
    calls
        .send(
            "APISpot.v4_query_order_trade_list(order_id, recv_window)",
            requests::OrderTrades::new("118100034543076010").recv_window(5000),
        )
        .await;
    calls.send("APISpot.v4_query_order_trade_list(order_id)", requests::OrderTrades::new("118100034543076010")).await;
}
