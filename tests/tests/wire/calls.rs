//! The call that each fixture shows.

use sixmm_api::types;

/// A test for each fixture, and the list of them.
macro_rules! calls {
    ($variant:literal; $($operation:ident => |$client:ident| $call:expr;)+) => {
        pub(crate) const FIXTURES: &[&str] = &[$(concat!(stringify!($operation), $variant)),+];

        $(
            #[tokio::test]
            async fn $operation() {
                let fixture = concat!(stringify!($operation), $variant);
                super::super::check(fixture, async |$client| $call.send().await.err()).await;
            }
        )+
    };
}

/// What the vendor shows; where it shows nothing, every parameter that it documents.
pub(crate) mod documented {
    use super::*;

    calls! { "";
        version => |client| client.version();
        server_time => |client| client.server_time();
        login => |client| client.login().username("alice").password("yourPassword").device_id("device-001").device_name("server-001");
        refresh_token => |client| client.refresh_token();
        exchange_ticket => |client| client.exchange_ticket().ticket("ticket-001").device_id("device-001");
        exchange_embed_token => |client|
            client.exchange_embed_token().embed_token("embed-token-001").channel_id("channel-001").device_id("device-001");
        symbols => |client| client.symbols();
        funding_rate_config => |client| client.funding_rate_config().symbol("BTCUSDT");
        current_funding_rates => |client| client.current_funding_rates().symbol("BTCUSDT").page(1).page_size(20);
        funding_rate_history => |client| client.funding_rate_history().symbol("BTCUSDT").page(1).page_size(20);
        klines => |client| client.klines().symbol("BTCUSDT").interval(types::KlineInterval::OneMinute).limit(500);
        pnl_leaderboard => |client| client.pnl_leaderboard().period(types::LeaderboardPeriod::ThirtyDays);
        user_info => |client| client.user_info();
        user_asset => |client| client.user_asset();
        create_listen_key => |client| client.create_listen_key();
        renew_listen_key => |client| client.renew_listen_key().listen_key("f57cb61ef604ce76be09e753a5dbdd8c");
        close_listen_key => |client| client.close_listen_key().listen_key("f57cb61ef604ce76be09e753a5dbdd8c");
        account_change_logs => |client| client.account_change_logs().asset_type("USDT").page(1).page_size(20);
        volume_stats => |client| client.volume_stats();
        balance_history => |client| client.balance_history().period(types::BalancePeriod::OneDay).limit(30);
        trade_overview => |client| client.trade_overview().type_(types::TrendRange::OneMonth);
        asset_overview_summary => |client| client.asset_overview_summary();
        asset_overview_trend => |client| client.asset_overview_trend().type_(types::TrendRange::OneMonth);
        save_favorite_symbols => |client| client.save_favorite_symbols().symbols(texts(["BTCUSDT", "ETHUSDT"]));
        favorite_symbols => |client| client.favorite_symbols();
        logout => |client| client.logout();
        create_api_key => |client|
            client.create_api_key().label("external-service-prod").permissions(3).ip_whitelist(texts(["203.0.113.10"]));
        api_keys => |client| client.api_keys();
        update_api_key => |client| client
            .update_api_key()
            .id("1001")
            .label("external-service-test")
            .permissions(1)
            .ip_whitelist(texts(["203.0.113.10", "203.0.113.11"]))
            .status(types::ApiKeyStatus::Disabled);
        delete_api_key => |client| client.delete_api_key().id("1001");
        delete_all_api_keys => |client| client.delete_all_api_keys();
        order => |client| client.order().symbol("BTCUSDT").order_id("2022543809547603968");
        place_order => |client| client
            .place_order()
            .symbol("BTCUSDT")
            .type_(types::OrderType::Limit)
            .side(types::OrderSide::Buy)
            .price("85000")
            .quantity("0.1")
            .time_in_force(types::TimeInForce::Gtc)
            .maker_only(true)
            .client_order_id("ext-1772710377808-001");
        place_condition_order => |client| client
            .place_condition_order()
            .symbol("BTCUSDT")
            .type_(types::ConditionOrderType::StopLimit)
            .side(types::OrderSide::Sell)
            .position_side(types::PositionSide::Long)
            .price("84000")
            .quantity("0.1")
            .time_in_force(types::ConditionTimeInForce::GteGtc)
            .reduce_only(true)
            .client_order_id("ext-stop-001")
            .stop_price("84100.5")
            .working_type(types::TriggerPriceType::MarkPrice)
            .price_protect(true)
            .activate_price("86000")
            .callback_rate("0.01")
            .close_position(false);
        place_strategy_order => |client| client.place_strategy_order().strategy_type(types::StrategyType::Oto).sub_order_list(vec![
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
        batch_place_orders => |client| client.batch_place_orders().orders(vec![
            types::PlaceOrderRequest::builder()
                .symbol("BTCUSDT")
                .type_(types::OrderType::Limit)
                .side(types::OrderSide::Buy)
                .price("85000")
                .quantity("0.1")
                .client_order_id("ext-buy-001")
                .build()
                .expect("an order"),
        ]);
        cancel_order => |client| client.cancel_order().symbol("BTCUSDT").order_id("2022543809547603968");
        amend_order => |client|
            client.amend_order().symbol("BTCUSDT").order_id("2022543809547603968").price("85100").quantity("0.2");
        batch_amend_orders => |client| client.batch_amend_orders().symbol("BTCUSDT").orders(vec![
            types::BatchAmendOrder::builder()
                .order_id("2022543809547603968")
                .price("85100")
                .quantity("0.2")
                .build()
                .expect("an amendment"),
        ]);
        batch_cancel_orders => |client| client.batch_cancel_orders().orders(vec![
            types::BatchCancelOrder::builder().symbol("BTCUSDT").order_id("2022543809547603968").build().expect("an order's name"),
        ]);
        cancel_all_orders => |client| client.cancel_all_orders().symbol("BTCUSDT").cancel_type(types::CancelType::AllCondition);
        cancel_condition_order => |client| client.cancel_condition_order().symbol("BTCUSDT").condition_id("2022543809547603968");
        current_orders => |client| client.current_orders().symbol("BTCUSDT");
        current_condition_orders => |client| client.current_condition_orders().symbol("BTCUSDT");
        order_history => |client| client.order_history().symbol("BTCUSDT").page(1).page_size(20);
        condition_order_history => |client| client.condition_order_history().symbol("BTCUSDT").page(1).page_size(20);
        trades => |client| client.trades().symbol("BTCUSDT").page(1).page_size(20);
        strategy_order => |client| client.strategy_order().strategy_id("2022543809547603968");
        set_margin_mode => |client| client.set_margin_mode().symbol("BTCUSDT").margin_mode(types::MarginModeCode::Cross);
        set_leverage => |client| client.set_leverage().symbol("BTCUSDT").leverage(20);
        position_settings => |client| client.position_settings().symbol("BTCUSDT");
        positions => |client| client.positions().symbol("BTCUSDT");
        position_history => |client| client.position_history().symbol("BTCUSDT").page(1).page_size(20);
    }
}

/// Every parameter that the vendor documents, where its example leaves some out.
pub(crate) mod with_every_parameter {
    use super::*;

    const FROM: i64 = 1_780_473_256_000;
    const TO: i64 = 1_780_473_256_708;

    calls! { ".every_parameter";
        funding_rate_history => |client|
            client.funding_rate_history().symbol("BTCUSDT").start_time(FROM).end_time(TO).page(2).page_size(50);
        klines => |client| client
            .klines()
            .symbol("BTCUSDT")
            .interval(types::KlineInterval::OneMonth)
            .price_type(types::KlinePriceType::MarkPrice)
            .start_time(FROM)
            .end_time(TO)
            .limit(1000);
        account_change_logs => |client| client
            .account_change_logs()
            .asset_type("USDT")
            .change_type("type-001")
            .start_time(FROM)
            .end_time(TO)
            .page(2)
            .page_size(50);
        order => |client| client.order().symbol("BTCUSDT").order_id("2022543809547603968").client_order_id("ext-buy-001");
        place_order => |client| client
            .place_order()
            .symbol("BTCUSDT")
            .type_(types::OrderType::Limit)
            .side(types::OrderSide::Sell)
            .position_side(types::PositionSide::Short)
            .price("85000.10")
            .quantity("0.001")
            .time_in_force(types::TimeInForce::Ioc)
            .reduce_only(true)
            .maker_only(false)
            .close_position(false)
            .client_order_id("ext-sell-001")
            .place_type("marker-001")
            .price_type(types::BboPriceType::SpecifiedPrice);
        cancel_order => |client|
            client.cancel_order().symbol("BTCUSDT").order_id("2022543809547603968").client_order_id("ext-buy-001");
        current_orders => |client| client.current_orders().symbol("BTCUSDT").limit(1000).last_order_id(2_022_543_809_547_603_968_i64);
        order_history => |client| client
            .order_history()
            .symbol("BTCUSDT")
            .order_id("2022543809547603968")
            .client_order_id("ext-buy-001")
            .type_(types::OrderTypeFilter::Market)
            .side(types::SideFilter::Buy)
            .status(3)
            .start_time(FROM)
            .end_time(TO)
            .page(2)
            .page_size(50);
        condition_order_history => |client| client
            .condition_order_history()
            .symbol("BTCUSDT")
            .side(types::SideFilter::Buy)
            .status(3)
            .start_time(FROM)
            .end_time(TO)
            .page(2)
            .page_size(50);
        trades => |client| client
            .trades()
            .symbol("BTCUSDT")
            .order_id("2022543809547603968")
            .start_time(FROM)
            .end_time(TO)
            .page(2)
            .page_size(50);
        position_history => |client| client
            .position_history()
            .symbol("BTCUSDT")
            .side(types::PositionHistorySide::Long)
            .start_time(FROM)
            .end_time(TO)
            .page(2)
            .page_size(50);
    }
}

fn texts<const N: usize>(texts: [&str; N]) -> Vec<String> {
    texts.map(str::to_owned).to_vec()
}
