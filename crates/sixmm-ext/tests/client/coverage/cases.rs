//! A call of the client for each fixture of a request.

use std::time::Duration;

use sixmm_ext::types::{
    ApiKeyStatus, BalancePeriod, CancelType, KlineInterval, KlinePriceType, LeaderboardPeriod, MarginModeCode, OrderTypeFilter,
    PositionHistorySide, SideFilter, TimeInForce, TrendRange,
};
use sixmm_ext::{NewOrder, NewStrategy, UnixMillis, orders::AmendItem, requests};

use super::Call;
use crate::support::{LISTEN_KEY, yield_until};

const START: UnixMillis = UnixMillis::new(1_780_473_256_000);
const END: UnixMillis = UnixMillis::new(1_780_473_256_708);
const ID: &str = "2022543809547603968";
const OWN_ID: &str = "ext-buy-001";

/// The calls, by the name of the fixture. Each call returns the `Debug` text of its result.
macro_rules! calls {
    ($($fixture:literal => |$harness:ident| $call:expr;)+) => {
        vec![$(($fixture, (|$harness| Box::pin(async move { format!("{:?}", $call.await) })) as Call)),+]
    };
}

pub(super) fn calls() -> Vec<(&'static str, Call)> {
    let mut calls = public();
    calls.extend(account());
    calls.extend(api_keys());
    calls.extend(order_writes());
    calls.extend(order_lists());
    calls.extend(positions());
    calls
}

fn public() -> Vec<(&'static str, Call)> {
    calls! {
        "version" => |harness| harness.client.market().version().send();
        "server_time" => |harness| harness.client.market().server_time().send();
        "login" => |harness| harness.client.session().login(
            requests::Login::new("alice", "yourPassword").device_id("device-001").device_name("server-001"));
        "refresh_token" => |harness| harness.client.session().renew();
        "exchange_ticket" => |harness| harness.client.session().exchange_ticket(
            requests::ExchangeTicket::new("ticket-001").device_id("device-001"));
        "exchange_embed_token" => |harness| harness.client.session().exchange_embed_token(
            requests::ExchangeEmbedToken::new("embed-token-001", "channel-001").device_id("device-001"));
        "logout" => |harness| harness.client.session().logout();
        "symbols" => |harness| harness.client.market().symbols().send();
        "funding_rate_config" => |harness| harness.client.market().funding_rate_config().symbol("BTCUSDT").send();
        "current_funding_rates" => |harness| harness.client.market().current_funding_rates().symbol("BTCUSDT").page(1).page_size(20).send();
        "funding_rate_history" => |harness| harness.client.market().funding_rate_history("BTCUSDT").page(1).page_size(20).send();
        "funding_rate_history.every_parameter" => |harness| harness.client.market().funding_rate_history("BTCUSDT")
            .start_time(START).end_time(END).page(2).page_size(50).send();
        "klines" => |harness| harness.client.market().klines("BTCUSDT", KlineInterval::OneMinute).limit(500).send();
        "klines.every_parameter" => |harness| harness.client.market().klines("BTCUSDT", KlineInterval::OneMonth)
            .price_type(KlinePriceType::MarkPrice).start_time(START).end_time(END).limit(1000).send();
        "pnl_leaderboard" => |harness| harness.client.market().pnl_leaderboard(LeaderboardPeriod::ThirtyDays).send();
    }
}

fn account() -> Vec<(&'static str, Call)> {
    calls! {
        "user_info" => |harness| harness.client.account().user().send();
        "user_asset" => |harness| harness.client.account().asset().send();
        "create_listen_key" => |harness| harness.client.account().start_listen_key();
        "renew_listen_key" => |harness| async {
            let _guard = harness.client.account().start_listen_key().await.expect("a key");
            yield_until(|| harness.time.sleepers() > 0).await;
            harness.time.advance(Duration::from_secs(30 * 60));
            harness.server.until_seen(LISTEN_KEY, 2).await;
        };
        "close_listen_key" => |harness| async { harness.client.account().start_listen_key().await.expect("a key").close().await };
        "account_change_logs" => |harness| harness.client.account().change_logs().asset_type("USDT").page(1).page_size(20).send();
        "account_change_logs.every_parameter" => |harness| harness.client.account().change_logs()
            .asset_type("USDT").change_type("type-001").start_time(START).end_time(END).page(2).page_size(50).send();
        "volume_stats" => |harness| harness.client.account().volume_stats().send();
        "balance_history" => |harness| harness.client.account().balance_history(BalancePeriod::OneDay).limit(30).send();
        "trade_overview" => |harness| harness.client.account().trade_overview(TrendRange::OneMonth).send();
        "asset_overview_summary" => |harness| harness.client.account().overview_summary().send();
        "asset_overview_trend" => |harness| harness.client.account().overview_trend(TrendRange::OneMonth).send();
        "favorite_symbols" => |harness| harness.client.account().favorite_symbols().send();
        "save_favorite_symbols" => |harness| harness.client.account().save_favorite_symbols(["BTCUSDT", "ETHUSDT"]).send();
    }
}

fn api_keys() -> Vec<(&'static str, Call)> {
    calls! {
        "api_keys" => |harness| harness.client.api_keys().list().send();
        "create_api_key" => |harness| harness.client.api_keys().create("external-service-prod")
            .permissions(3).ip_whitelist([String::from("203.0.113.10")]).send();
        "update_api_key" => |harness| harness.client.api_keys().update("1001").label("external-service-test").permissions(1)
            .ip_whitelist(["203.0.113.10", "203.0.113.11"].map(String::from)).status(ApiKeyStatus::Disabled).send();
        "delete_api_key" => |harness| harness.client.api_keys().delete("1001").send();
        "delete_all_api_keys" => |harness| harness.client.api_keys().delete_all().send();
    }
}

fn order_writes() -> Vec<(&'static str, Call)> {
    calls! {
        "place_order" => |harness| harness.client.orders().place(NewOrder::buy("BTCUSDT", "0.1").limit("85000")
            .time_in_force(TimeInForce::Gtc).maker_only().client_order_id("ext-1772710377808-001")).send();
        "place_order.every_parameter" => |harness| harness.client.orders().place(NewOrder::close_long("BTCUSDT").market()).send();
        "place_condition_order" => |harness| harness.client.orders().place_condition(NewOrder::sell("BTCUSDT", "0.1").stop("84100.5")).send();
        "place_strategy_order" => |harness| harness.client.orders().place_strategy(NewStrategy::one_triggers_other(
            NewOrder::buy("BTCUSDT", "0.1").limit("85000"), NewOrder::sell("BTCUSDT", "0.1").stop("84100.5"))).send();
        "batch_place_orders" => |harness| harness.client.orders().place_batch(
            [NewOrder::buy("BTCUSDT", "0.1").limit("85000").client_order_id(OWN_ID)]).send();
        "cancel_order" => |harness| harness.client.orders().cancel("BTCUSDT", sixmm_ext::types::OrderId::from(ID)).send();
        "cancel_order.every_parameter" => |harness| harness.client.orders()
            .cancel("BTCUSDT", sixmm_ext::types::ClientOrderId::from(OWN_ID)).send();
        "amend_order" => |harness| harness.client.orders().amend("BTCUSDT", ID).price("85100").total_quantity("0.2").send();
        "batch_amend_orders" => |harness| harness.client.orders()
            .amend_batch("BTCUSDT", [AmendItem::new(ID).price("85100").total_quantity("0.2")]).send();
        "batch_cancel_orders" => |harness| harness.client.orders().cancel_batch([("BTCUSDT", ID)]).send();
        "cancel_all_orders" => |harness| harness.client.orders().cancel_all().symbol("BTCUSDT").kind(CancelType::AllCondition).submit();
        "cancel_condition_order" => |harness| harness.client.orders().cancel_condition("BTCUSDT", ID).send();
    }
}

fn order_lists() -> Vec<(&'static str, Call)> {
    calls! {
        "order" => |harness| harness.client.orders().get("BTCUSDT", sixmm_ext::types::OrderId::from(ID)).send();
        "order.every_parameter" => |harness| harness.client.orders()
            .get("BTCUSDT", sixmm_ext::types::OrderId::from(ID)).client_order_id(OWN_ID).send();
        "current_orders" => |harness| harness.client.orders().open_orders().symbol("BTCUSDT").send();
        "current_orders.every_parameter" => |harness| harness.client.orders().open_orders()
            .symbol("BTCUSDT").limit(1000).last_order_id(2_022_543_809_547_603_968_i64).send();
        "current_condition_orders" => |harness| harness.client.orders().open_condition_orders().symbol("BTCUSDT").send();
        "order_history" => |harness| harness.client.orders().history().symbol("BTCUSDT").page(1).page_size(20).send();
        "order_history.every_parameter" => |harness| harness.client.orders().history().symbol("BTCUSDT").order_id(ID).client_order_id(OWN_ID)
            .type_(OrderTypeFilter::Market).side(SideFilter::Buy).status(3).start_time(START).end_time(END).page(2).page_size(50).send();
        "condition_order_history" => |harness| harness.client.orders().condition_history().symbol("BTCUSDT").page(1).page_size(20).send();
        "condition_order_history.every_parameter" => |harness| harness.client.orders().condition_history().symbol("BTCUSDT")
            .side(SideFilter::Buy).status(3).start_time(START).end_time(END).page(2).page_size(50).send();
        "trades" => |harness| harness.client.orders().trades().symbol("BTCUSDT").page(1).page_size(20).send();
        "trades.every_parameter" => |harness| harness.client.orders().trades().symbol("BTCUSDT").order_id(ID)
            .start_time(START).end_time(END).page(2).page_size(50).send();
        "strategy_order" => |harness| harness.client.orders().strategy(ID).send();
    }
}

fn positions() -> Vec<(&'static str, Call)> {
    calls! {
        "positions" => |harness| harness.client.positions().open().symbol("BTCUSDT").send();
        "position_history" => |harness| harness.client.positions().history().symbol("BTCUSDT").page(1).page_size(20).send();
        "position_history.every_parameter" => |harness| harness.client.positions().history().symbol("BTCUSDT").side(PositionHistorySide::Long)
            .start_time(START).end_time(END).page(2).page_size(50).send();
        "position_settings" => |harness| harness.client.positions().settings("BTCUSDT").send();
        "set_leverage" => |harness| harness.client.positions().set_leverage("BTCUSDT", 20).send();
        "set_margin_mode" => |harness| harness.client.positions().set_margin_mode("BTCUSDT", MarginModeCode::Cross).send();
    }
}
