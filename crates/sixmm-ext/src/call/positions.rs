//! Positions and their settings.

use sixmm_api::UnixMillis;
use sixmm_api::types::{
    LeverageSetting, MarginModeCode, PositionHistoryPage, PositionHistorySide, PositionList, PositionSettings as Settings,
};

use super::calls;

calls! {
    /// Open positions. Documentation: <https://docs.6mm.com/developer-api/rest-api/position#current-positions>
    OpenPositions: Positions / POSITIONS()[] => PositionList {
        /// Of this contract alone.
        symbol: String,
    }

    /// Positions that were closed, a page. Documentation:
    /// <https://docs.6mm.com/developer-api/rest-api/position#position-history>
    PositionHistory: PositionHistory / POSITION_HISTORY()[] => PositionHistoryPage {
        /// Of this contract alone.
        symbol: String,
        /// Long or short ones alone.
        side: PositionHistorySide,
        /// From this time on, in Unix milliseconds.
        start_time: UnixMillis,
        /// Up to this time, in Unix milliseconds.
        end_time: UnixMillis,
        /// Which page; 1 is the first.
        page: i64,
        /// How many a page; without it, 20. The greatest number is not documented.
        page_size: i64,
    }

    /// Margin mode and leverage of a contract. Documentation:
    /// <https://docs.6mm.com/developer-api/rest-api/position#position-settings>
    PositionSettings: PositionSettings / POSITION_SETTINGS()[symbol: String] => Settings {}

    /// Sets the leverage of a contract. A second time leaves the same state, so it is repeated like a query. Documentation:
    /// <https://docs.6mm.com/developer-api/rest-api/position#set-leverage>
    SetLeverage: SetLeverage / SET_LEVERAGE()[symbol: String, leverage: i32] => LeverageSetting {}

    /// Sets the margin mode of a contract. A second time leaves the same state, so it is repeated like a query. Documentation:
    /// <https://docs.6mm.com/developer-api/rest-api/position#set-margin-mode>
    SetMarginMode: SetMarginMode / SET_MARGIN_MODE()[symbol: String, margin_mode: MarginModeCode] => () {}
}
