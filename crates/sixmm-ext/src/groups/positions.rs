//! Positions and their settings.

use sixmm_api::types::MarginModeCode;

use super::group;
use crate::call::{OpenPositions, PositionHistory, PositionSettings, SetLeverage, SetMarginMode};

group! {
    /// Positions, leverage, margin mode. Needs the permission Trade, even to read.
    ///
    /// Documentation: <https://docs.6mm.com/developer-api/rest-api/position>
    Positions
}

impl Positions<'_> {
    /// Open positions.
    pub fn open(&self) -> OpenPositions {
        OpenPositions::new(self.client)
    }

    /// Positions that were closed.
    pub fn history(&self) -> PositionHistory {
        PositionHistory::new(self.client)
    }

    /// Margin mode and leverage of a contract.
    pub fn settings(&self, symbol: impl Into<String>) -> PositionSettings {
        PositionSettings::new(self.client, symbol)
    }

    /// Sets the leverage of a contract.
    pub fn set_leverage(&self, symbol: impl Into<String>, leverage: i32) -> SetLeverage {
        SetLeverage::new(self.client, symbol, leverage)
    }

    /// Sets the margin mode of a contract.
    pub fn set_margin_mode(&self, symbol: impl Into<String>, mode: MarginModeCode) -> SetMarginMode {
        SetMarginMode::new(self.client, symbol, mode)
    }
}
