//! Calls of futures queries.

use bitmart_api::requests;
use bitmart_api::types::{ExecutionType, FlowTypeFilter, OpenFuturesOrderState, OpenFuturesOrderType, PlanTypeFilter, TradingAccount};

use crate::Comparison;

pub(crate) async fn send(calls: &mut Comparison) {
    calls.send("APIContract.get_trade_fee_rate(contract_symbol)", requests::FuturesTradeFeeRate::new("BTCUSDT")).await;
    calls.send("APIContract.get_assets_detail()", requests::FuturesAssets::new()).await;
    calls
        .send(
            "APIContract.get_order(contract_symbol, order_id, account)",
            requests::FuturesOrder::new("BTCUSDT", "220609666322019").account(TradingAccount::Futures),
        )
        .await;
    calls.send("APIContract.get_order(contract_symbol, order_id)", requests::FuturesOrder::new("BTCUSDT", "220609666322019")).await;
    calls
        .send(
            "APIContract.get_order_history(contract_symbol, start_time, end_time, account, order_id, client_order_id)",
            requests::FuturesOrderHistory::new("BTCUSDT")
                .start_time(1_662_368_173)
                .end_time(1_662_368_179)
                .account(TradingAccount::CopyTrading)
                .order_id("220609666322019")
                .client_order_id("BM1234"),
        )
        .await;
    calls
        .send(
            "APIContract.get_order_history(contract_symbol, start_time, end_time)",
            requests::FuturesOrderHistory::new("BTCUSDT").start_time(1_662_368_173).end_time(1_662_368_179),
        )
        .await;
    calls
        .send(
            "APIContract.get_open_order(contract_symbol, type, order_state, limit)",
            requests::FuturesOpenOrders::new()
                .symbol("BTCUSDT")
                .type_(OpenFuturesOrderType::Market)
                .order_state(OpenFuturesOrderState::PartiallyFilled)
                .limit(10),
        )
        .await;
    calls.send("APIContract.get_open_order()", requests::FuturesOpenOrders::new()).await;
    calls
        .send(
            "APIContract.get_current_plan_order(contract_symbol, type, limit, plan_type)",
            requests::FuturesPlanOrders::new()
                .symbol("BTCUSDT")
                .type_(ExecutionType::Market)
                .limit(10)
                .plan_type(PlanTypeFilter::ProfitLoss),
        )
        .await;
    calls.send("APIContract.get_current_plan_order()", requests::FuturesPlanOrders::new()).await;
    calls
        .send(
            "APIContract.get_position(contract_symbol, account)",
            requests::FuturesPositions::new().symbol("BTCUSDT").account(TradingAccount::Futures),
        )
        .await;
    calls.send("APIContract.get_position()", requests::FuturesPositions::new()).await;
    calls
        .send(
            "APIContract.get_position_v2(contract_symbol, account)",
            requests::FuturesPositionsV2::new().symbol("BTCUSDT").account(TradingAccount::CopyTrading),
        )
        .await;
    calls.send("APIContract.get_position_v2()", requests::FuturesPositionsV2::new()).await;
    calls
        .send(
            "APIContract.get_position_risk(contract_symbol, account)",
            requests::FuturesPositionRisk::new().symbol("BTCUSDT").account(TradingAccount::Futures),
        )
        .await;
    calls.send("APIContract.get_position_risk()", requests::FuturesPositionRisk::new()).await;
    calls
        .send(
            "APIContract.get_trades(contract_symbol, start_time, end_time, account)",
            requests::FuturesTrades::new()
                .symbol("BTCUSDT")
                .start_time(1_662_368_173)
                .end_time(1_662_368_179)
                .account(TradingAccount::Futures),
        )
        .await;
    calls.send("APIContract.get_trades()", requests::FuturesTrades::new()).await;
    calls
        .send(
            "APIContract.get_transaction_history(contract_symbol, flow_type, start_time, end_time, page_size, account)",
            requests::FuturesTransactions::new()
                .symbol("BTCUSDT")
                .flow_type(FlowTypeFilter::Transfer)
                .start_time(1_662_368_173_000)
                .end_time(1_662_368_179_000)
                .page_size(100)
                .account(TradingAccount::Futures),
        )
        .await;
    calls.send("APIContract.get_transaction_history(flow_type)", requests::FuturesTransactions::new().flow_type(FlowTypeFilter::All)).await;
    calls.send("APIContract.get_transaction_history()", requests::FuturesTransactions::new()).await;
    calls
        .send(
            "APIContract.get_transfer_list(page, limit, currency, time_start, time_end, recv_window)",
            requests::FuturesTransfers::new(1, 10)
                .currency("USDT")
                .time_start(1_684_391_137_804)
                .time_end(1_684_392_577_804)
                .recv_window(5000),
        )
        .await;
    calls.send("APIContract.get_transfer_list(page, limit)", requests::FuturesTransfers::new(1, 10)).await;
    calls.send("APIContract.get_position_mode()", requests::FuturesPositionMode::new()).await;
}
