//! The call that each fixture shows.

use rust_decimal::dec;
use sixmm_api::{requests, types};

/// A test for each fixture, and the list of them.
macro_rules! calls {
    ($variant:literal; $($operation:ident => |$client:ident| $call:expr;)+) => {
        pub(crate) const FIXTURES: &[&str] = &[$(concat!(stringify!($operation), $variant)),+];

        $(
            #[tokio::test]
            async fn $operation() {
                let fixture = concat!(stringify!($operation), $variant);
                super::super::check(fixture, async |$client| $client.send($call).await.err()).await;
            }
        )+
    };
}

/// What the vendor shows; where it shows nothing, every parameter that it documents.
pub(crate) mod documented {
    use super::*;

    calls! { "";
        version => |client| requests::Version::new();
        server_time => |client| requests::ServerTime::new();
        login => |client| requests::Login::new("alice", "yourPassword").device_id("device-001").device_name("server-001");
        refresh_token => |client| requests::RefreshToken::new();
        exchange_ticket => |client| requests::ExchangeTicket::new("ticket-001").device_id("device-001");
        exchange_embed_token => |client|
            requests::ExchangeEmbedToken::new("embed-token-001", "channel-001").device_id("device-001");
        symbols => |client| requests::Symbols::new();
        funding_rate_config => |client| requests::FundingRateConfig::new().symbol("BTCUSDT");
        current_funding_rates => |client| requests::CurrentFundingRates::new().symbol("BTCUSDT").page(1).page_size(20);
        funding_rate_history => |client| requests::FundingRateHistory::new("BTCUSDT").page(1).page_size(20);
        klines => |client| requests::Klines::new("BTCUSDT", types::KlineInterval::OneMinute).limit(500);
        pnl_leaderboard => |client| requests::PnlLeaderboard::new(types::LeaderboardPeriod::ThirtyDays);
        user_info => |client| requests::UserInfo::new();
        user_asset => |client| requests::UserAsset::new();
        create_listen_key => |client| requests::CreateListenKey::new();
        renew_listen_key => |client| requests::RenewListenKey::new().listen_key("f57cb61ef604ce76be09e753a5dbdd8c");
        close_listen_key => |client| requests::CloseListenKey::new().listen_key("f57cb61ef604ce76be09e753a5dbdd8c");
        account_change_logs => |client| requests::AccountChangeLogs::new().asset_type("USDT").page(1).page_size(20);
        volume_stats => |client| requests::VolumeStats::new();
        balance_history => |client| requests::BalanceHistory::new(types::BalancePeriod::OneDay).limit(30);
        trade_overview => |client| requests::TradeOverview::new(types::TrendRange::OneMonth);
        asset_overview_summary => |client| requests::AssetOverviewSummary::new();
        asset_overview_trend => |client| requests::AssetOverviewTrend::new(types::TrendRange::OneMonth);
        save_favorite_symbols => |client| requests::SaveFavoriteSymbols::new().symbols(texts(["BTCUSDT", "ETHUSDT"]));
        favorite_symbols => |client| requests::FavoriteSymbols::new();
        logout => |client| requests::Logout::new();
        create_api_key => |client|
            requests::CreateApiKey::new("external-service-prod").permissions(3).ip_whitelist(texts(["203.0.113.10"]));
        api_keys => |client| requests::ApiKeys::new();
        update_api_key => |client| requests::UpdateApiKey::new("1001").label("external-service-test").permissions(1).ip_whitelist(texts(["203.0.113.10", "203.0.113.11"])).status(types::ApiKeyStatus::Disabled);
        delete_api_key => |client| requests::DeleteApiKey::new().id("1001");
        delete_all_api_keys => |client| requests::DeleteAllApiKeys::new();
        order => |client| requests::Order::new("BTCUSDT").order_id("2022543809547603968");
        place_order => |client| requests::PlaceOrder::new("BTCUSDT", types::OrderType::Limit, types::OrderSide::Buy).price(dec!(85000)).quantity(dec!(0.1)).time_in_force(types::TimeInForce::Gtc).maker_only(true).client_order_id("ext-1772710377808-001");
        place_condition_order => |client| requests::PlaceConditionOrder::new("BTCUSDT", types::ConditionOrderType::StopLimit, types::OrderSide::Sell).position_side(types::PositionSide::Long).price(dec!(84000)).quantity(dec!(0.1)).time_in_force(types::ConditionTimeInForce::GteGtc).reduce_only(true).client_order_id("ext-stop-001").stop_price(dec!(84100.5)).working_type(types::TriggerPriceType::MarkPrice).price_protect(true).activate_price(dec!(86000)).callback_rate(dec!(0.01)).close_position(false);
        place_strategy_order => |client| requests::PlaceStrategyOrder::new(types::StrategyType::Oto, vec![
            types::StrategySubOrder::builder()
                .strategy_sub_id(1)
                .first_driven_id(0)
                .first_driven_on("on-001")
                .first_trigger("trigger-001")
                .second_driven_id(2)
                .second_driven_on("on-002")
                .second_trigger("trigger-002")
                .build()
                .expect("a sub-order"),
        ]);
        batch_place_orders => |client| requests::BatchPlaceOrders::new().orders(vec![
            types::PlaceOrderRequest::builder()
                .symbol("BTCUSDT")
                .type_(types::OrderType::Limit)
                .side(types::OrderSide::Buy)
                .price(85_000)
                .quantity("0.1")
                .client_order_id("ext-buy-001")
                .build()
                .expect("an order"),
        ]);
        cancel_order => |client| requests::CancelOrder::new().symbol("BTCUSDT").order_id("2022543809547603968");
        amend_order => |client|
            requests::AmendOrder::new().symbol("BTCUSDT").order_id("2022543809547603968").price(dec!(85100)).quantity(dec!(0.2));
        batch_amend_orders => |client| requests::BatchAmendOrders::new().symbol("BTCUSDT").orders(vec![
            types::BatchAmendOrder::builder()
                .order_id("2022543809547603968")
                .price("85100")
                .quantity("0.2")
                .build()
                .expect("an amendment"),
        ]);
        batch_cancel_orders => |client| requests::BatchCancelOrders::new().orders(vec![
            types::BatchCancelOrder::builder().symbol("BTCUSDT").order_id("2022543809547603968").build().expect("an order's name"),
        ]);
        cancel_all_orders => |client| requests::CancelAllOrders::new().symbol("BTCUSDT").cancel_type(types::CancelType::AllCondition);
        cancel_condition_order => |client| requests::CancelConditionOrder::new().symbol("BTCUSDT").condition_id("2022543809547603968");
        current_orders => |client| requests::CurrentOrders::new().symbol("BTCUSDT");
        current_condition_orders => |client| requests::CurrentConditionOrders::new().symbol("BTCUSDT");
        order_history => |client| requests::OrderHistory::new().symbol("BTCUSDT").page(1).page_size(20);
        condition_order_history => |client| requests::ConditionOrderHistory::new().symbol("BTCUSDT").page(1).page_size(20);
        trades => |client| requests::Trades::new().symbol("BTCUSDT").page(1).page_size(20);
        strategy_order => |client| requests::StrategyOrder::new().strategy_id("2022543809547603968");
        set_margin_mode => |client| requests::SetMarginMode::new().symbol("BTCUSDT").margin_mode(types::MarginModeCode::Cross);
        set_leverage => |client| requests::SetLeverage::new().symbol("BTCUSDT").leverage(20);
        position_settings => |client| requests::PositionSettings::new().symbol("BTCUSDT");
        positions => |client| requests::Positions::new().symbol("BTCUSDT");
        position_history => |client| requests::PositionHistory::new().symbol("BTCUSDT").page(1).page_size(20);
    }
}

/// Every parameter that the vendor documents, where its example leaves some out.
pub(crate) mod with_every_parameter {
    use super::*;

    const FROM: i64 = 1_780_473_256_000;
    const TO: i64 = 1_780_473_256_708;

    calls! { ".every_parameter";
        funding_rate_history => |client|
            requests::FundingRateHistory::new("BTCUSDT").start_time(FROM).end_time(TO).page(2).page_size(50);
        klines => |client| requests::Klines::new("BTCUSDT", types::KlineInterval::OneMonth).price_type(types::KlinePriceType::MarkPrice).start_time(FROM).end_time(TO).limit(1000);
        account_change_logs => |client| requests::AccountChangeLogs::new().asset_type("USDT").change_type("type-001").start_time(FROM).end_time(TO).page(2).page_size(50);
        order => |client| requests::Order::new("BTCUSDT").order_id("2022543809547603968").client_order_id("ext-buy-001");
        place_order => |client| requests::PlaceOrder::new("BTCUSDT", types::OrderType::Limit, types::OrderSide::Sell).position_side(types::PositionSide::Short).price(dec!(85000.10)).quantity(dec!(0.001)).time_in_force(types::TimeInForce::Ioc).reduce_only(true).maker_only(false).close_position(false).client_order_id("ext-sell-001").place_type("marker-001").price_type(types::BboPriceType::SpecifiedPrice);
        cancel_order => |client|
            requests::CancelOrder::new().symbol("BTCUSDT").order_id("2022543809547603968").client_order_id("ext-buy-001");
        current_orders => |client| requests::CurrentOrders::new().symbol("BTCUSDT").limit(1000).last_order_id(2_022_543_809_547_603_968_i64);
        order_history => |client| requests::OrderHistory::new().symbol("BTCUSDT").order_id("2022543809547603968").client_order_id("ext-buy-001").type_(types::OrderTypeFilter::Market).side(types::SideFilter::Buy).status(3).start_time(FROM).end_time(TO).page(2).page_size(50);
        condition_order_history => |client| requests::ConditionOrderHistory::new().symbol("BTCUSDT").side(types::SideFilter::Buy).status(3).start_time(FROM).end_time(TO).page(2).page_size(50);
        trades => |client| requests::Trades::new().symbol("BTCUSDT").order_id("2022543809547603968").start_time(FROM).end_time(TO).page(2).page_size(50);
        position_history => |client| requests::PositionHistory::new().symbol("BTCUSDT").side(types::PositionHistorySide::Long).start_time(FROM).end_time(TO).page(2).page_size(50);
    }
}

fn texts<const N: usize>(texts: [&str; N]) -> Vec<String> {
    texts.map(str::to_owned).to_vec()
}
