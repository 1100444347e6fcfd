//! The types of what is received, by their names in the specification.

use sixmm_api::types::{self, Envelope};

/// Reads an envelope around a type and writes it again.
type Echo = fn(&str) -> Result<String, String>;

macro_rules! received {
    ($($name:ident)+) => {
        /// Every received type: its name, and how an envelope around it is read and written again, by the client and by serde.
        pub(crate) const TYPES: &[(&str, [Echo; 2])] = &[$((stringify!($name), [
            |json| {
                let envelope = Envelope::<types::$name>::read(json.as_bytes()).map_err(|error| error.to_string())?.into_envelope();
                // Whatever came, it can be looked at.
                let _ = format!("{envelope:?}");
                serde_json::to_string(&envelope).map_err(|error| error.to_string())
            },
            |json| {
                let envelope: Envelope<types::$name> = serde_json::from_str(json).map_err(|error| error.to_string())?;
                serde_json::to_string(&envelope).map_err(|error| error.to_string())
            },
        ])),+];
    };
}

received! {
    AccountChangeLog AccountChangeLogPage ApiKeyId ApiKeyInfo ApiKeyList ApiKeyStatus AssetBalance AssetOverviewSummary AssetOverviewTrend
    AssetTrendPoint BalanceHistory BalancePoint BatchPlaceResult ClientOrderId CloseTriggerMode ClosedPosition ConditionId ConditionOrder
    ConditionOrderHistoryPage ConditionOrderList ConditionOrderStatus ConditionTimeInForce CreatedApiKey DeletedApiKeys FavoriteSymbols
    FillId Kline Klines Leaderboard LeaderboardEntry LeverageSetting ListenKey MarginMode MarginModeCode Order OrderHistoryPage OrderId
    OrderList OrderSide OrderStatus OrderType PlacedConditionOrder PlacedOrder PlacedStrategyOrder Position PositionHistoryPage PositionId
    PositionList PositionSettings PositionSide ServerTime Session StrategyId StrategyOrder StrategyStatus StrategyType StreamAcknowledgement
    StreamAuthentication StreamPush StreamUserData StreamUserEvent StreamUserPush SymbolInfo SymbolList TicketSession TimeInForce Trade
    TradeId TradeOverview TradeOverviewPoint TradePage TradeRole TriggerPriceType Undocumented UserAsset UserId UserInfo UserProfile
    VolumeStats
}

/// Reads an envelope around the type of this name as the client does, and writes it again.
pub(crate) fn echo(name: &str, json: &str) -> Result<String, String> {
    let [echo, _] = named(name);
    echo(json)
}

/// The same by serde, which takes the documented spelling only.
pub(crate) fn echo_of_the_fast_reader(name: &str, json: &str) -> Result<String, String> {
    let [_, echo] = named(name);
    echo(json)
}

fn named(name: &str) -> &'static [Echo; 2] {
    let (_, echoes) = TYPES.iter().find(|(candidate, _)| *candidate == name).unwrap_or_else(|| panic!("`{name}` is not in the table"));
    echoes
}
