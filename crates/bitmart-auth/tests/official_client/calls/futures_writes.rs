//! Calls of futures orders, transfers and settings.

use bitmart_api::requests;
use bitmart_api::types::{
    ExecutionType, FuturesCloseSide, FuturesCurrency, FuturesOrderMode, FuturesOrderSide, FuturesStpMode, FuturesTransferType, MarginMode,
    PlanCategory, PlanOrderType, PositionMode, PriceType, PriceWay, TpSlType,
};

use crate::{Comparison, decimal};

pub(crate) async fn send(calls: &mut Comparison) {
    calls.send("APIContract.post_submit_order(contract_symbol, client_order_id, type, side, leverage, open_type, mode, price, size, preset_take_profit_price_type, preset_stop_loss_price_type, preset_take_profit_price, preset_stop_loss_price, stp_mode)", requests::SubmitFuturesOrder::new("ETHUSDT", FuturesOrderSide::SellOpenShort, 10).client_order_id("BM1234").type_(ExecutionType::Limit).leverage("1").open_type(MarginMode::Isolated).mode(FuturesOrderMode::Gtc).price(decimal("2000")).preset_take_profit_price_type(PriceType::LastPrice).preset_stop_loss_price_type(PriceType::FairPrice).preset_take_profit_price(decimal("1900")).preset_stop_loss_price(decimal("2100")).stp_mode(FuturesStpMode::CancelMaker)).await;
    calls
        .send(
            "APIContract.post_submit_order(contract_symbol, type, side, size)",
            requests::SubmitFuturesOrder::new("ETHUSDT", FuturesOrderSide::SellCloseLong, 10).type_(ExecutionType::Market),
        )
        .await;
    calls
        .send(
            "APIContract.post_modify_limit_order(contract_symbol, order_id, price, size)",
            requests::ModifyFuturesLimitOrder::new("ETHUSDT").order_id("220906179559421").price(decimal("1450")).size(1),
        )
        .await;
    calls
        .send(
            "APIContract.post_modify_limit_order(contract_symbol, client_order_id, price)",
            requests::ModifyFuturesLimitOrder::new("ETHUSDT").client_order_id("123456").price(decimal("1450")),
        )
        .await;
    calls
        .send(
            "APIContract.post_cancel_order(contract_symbol, order_id)",
            requests::CancelFuturesOrder::new("ETHUSDT").order_id("220906179559421"),
        )
        .await;
    calls
        .send(
            "APIContract.post_cancel_order(contract_symbol, client_order_id)",
            requests::CancelFuturesOrder::new("ETHUSDT").client_order_id("BM1234"),
        )
        .await;
    calls.send("APIContract.post_cancel_order(contract_symbol)", requests::CancelFuturesOrder::new("ETHUSDT")).await;
    calls.send("APIContract.post_cancel_orders(contract_symbol)", requests::CancelAllFuturesOrders::new("ETHUSDT")).await;
    calls.send("APIContract.post_submit_plan_order(contract_symbol, type, side, leverage, open_type, mode, size, trigger_price, executive_price, price_way, price_type, plan_category, preset_take_profit_price_type, preset_stop_loss_price_type, preset_take_profit_price, preset_stop_loss_price)", requests::SubmitFuturesPlanOrder::new("ETHUSDT", FuturesOrderSide::SellOpenShort, "1", MarginMode::Isolated, 10, decimal("2000"), PriceWay::Long, PriceType::LastPrice).type_(PlanOrderType::Limit).mode(FuturesOrderMode::Gtc).executive_price(decimal("1450")).plan_category(PlanCategory::TpSl).preset_take_profit_price_type(PriceType::LastPrice).preset_stop_loss_price_type(PriceType::FairPrice).preset_take_profit_price(decimal("1900")).preset_stop_loss_price(decimal("2100"))).await;
    calls.send("APIContract.post_submit_plan_order(contract_symbol, type, side, leverage, open_type, size, trigger_price, price_way, price_type)", requests::SubmitFuturesPlanOrder::new("ETHUSDT", FuturesOrderSide::SellOpenShort, "1", MarginMode::Cross, 10, decimal("2000"), PriceWay::Short, PriceType::FairPrice).type_(PlanOrderType::Market)).await;
    calls
        .send(
            "APIContract.post_cancel_plan_order(contract_symbol, order_id)",
            requests::CancelFuturesPlanOrder::new("ETHUSDT").order_id("220906179559421"),
        )
        .await;
    calls
        .send(
            "APIContract.post_cancel_plan_order(contract_symbol, client_order_id)",
            requests::CancelFuturesPlanOrder::new("ETHUSDT").client_order_id("123456789"),
        )
        .await;
    calls.send("APIContract.post_cancel_plan_order(contract_symbol)", requests::CancelFuturesPlanOrder::new("ETHUSDT")).await;
    calls
        .send(
            "APIContract.post_transfer(currency, amount, type, recv_window)",
            requests::TransferFutures::new(FuturesCurrency::Usdt, decimal("10"), FuturesTransferType::SpotToFutures).recv_window(5000),
        )
        .await;
    calls
        .send(
            "APIContract.post_transfer(currency, amount, type)",
            requests::TransferFutures::new(FuturesCurrency::Usdt, decimal("10"), FuturesTransferType::FuturesToSpot),
        )
        .await;
    calls.send("APIContract.post_submit_tp_sl_order(contract_symbol, type, side, trigger_price, executive_price, price_type, size, plan_category, client_order_id, category)", requests::SubmitFuturesTpSlOrder::new("ETHUSDT", TpSlType::TakeProfit, FuturesCloseSide::BuyCloseShort, decimal("2000"), decimal("1450"), PriceType::LastPrice).size(10).plan_category(PlanCategory::TpSl).client_order_id("123456789").category(ExecutionType::Limit)).await;
    calls
        .send(
            "APIContract.post_submit_tp_sl_order(contract_symbol, type, side, trigger_price, executive_price, price_type)",
            requests::SubmitFuturesTpSlOrder::new(
                "ETHUSDT",
                TpSlType::StopLoss,
                FuturesCloseSide::SellCloseLong,
                decimal("2000"),
                decimal("1450"),
                PriceType::FairPrice,
            ),
        )
        .await;
    calls
        .send(
            "APIContract.post_modify_plan_order(contract_symbol, trigger_price, price_type, type, order_id, executive_price)",
            requests::ModifyFuturesPlanOrder::new("ETHUSDT", decimal("2000"), PriceType::LastPrice, ExecutionType::Limit)
                .order_id("220906179559421")
                .executive_price(decimal("1450")),
        )
        .await;
    calls.send("APIContract.post_modify_preset_plan_order(contract_symbol, order_id, preset_take_profit_price_type, preset_stop_loss_price_type, preset_take_profit_price, preset_stop_loss_price)", requests::ModifyFuturesPresetPlanOrder::new("220609666322019", "ETHUSDT").preset_take_profit_price_type(PriceType::LastPrice).preset_stop_loss_price_type(PriceType::LastPrice).preset_take_profit_price(decimal("2000")).preset_stop_loss_price(decimal("1900"))).await;
    calls
        .send(
            "APIContract.post_modify_preset_plan_order(contract_symbol, order_id)",
            requests::ModifyFuturesPresetPlanOrder::new("220609666322019", "ETHUSDT"),
        )
        .await;
    calls.send("APIContract.post_modify_tp_sl_order(contract_symbol, trigger_price, price_type, order_id, executive_price, plan_category, category)", requests::ModifyFuturesTpSlOrder::new("ETHUSDT", decimal("2100"), PriceType::FairPrice).order_id("37758000001").executive_price(decimal("2100")).plan_category(PlanCategory::PositionTpSl).category(ExecutionType::Limit)).await;
    calls
        .send(
            "APIContract.post_modify_tp_sl_order(contract_symbol, trigger_price, price_type, client_order_id)",
            requests::ModifyFuturesTpSlOrder::new("ETHUSDT", decimal("2100"), PriceType::FairPrice).client_order_id("123456789"),
        )
        .await;
    calls.send("APIContract.post_submit_trail_order(contract_symbol, side, leverage, open_type, size, activation_price, callback_rate, activation_price_type)", requests::SubmitFuturesTrailingOrder::new("ETHUSDT", FuturesOrderSide::SellOpenShort, "1", MarginMode::Isolated, 10, decimal("2000"), decimal("1"), PriceType::LastPrice)).await;
    calls
        .send(
            "APIContract.post_cancel_trail_order(contract_symbol, order_id)",
            requests::CancelFuturesTrailingOrder::new("ETHUSDT").order_id("220906179559421"),
        )
        .await;
    calls.send("APIContract.post_cancel_trail_order(contract_symbol)", requests::CancelFuturesTrailingOrder::new("ETHUSDT")).await;
    calls
        .send("APIContract.post_cancel_all_after(contract_symbol, timeout)", requests::CancelAllFuturesOrdersAfter::new(10, "BTCUSDT"))
        .await;
    calls
        .send("APIContract.post_cancel_all_after(timeout, contract_symbol)", requests::CancelAllFuturesOrdersAfter::new(0, "BTCUSDT"))
        .await;
    calls.send("APIContract.post_set_position_mode(position_mode)", requests::SetFuturesPositionMode::new(PositionMode::OneWay)).await;
}
