//! Rounding the price of an order by the side of the order.

use sixmm_api::types::OrderSide;
use venue_runtime::trading_rules::Rounding;

/// Chooses the direction in which [`SymbolRules::round_price`](crate::rules::SymbolRules::round_price) rounds a price by the side of the order.
///
/// ```
/// use sixmm_ext::rules::{Rounding, SideRounding};
/// use sixmm_ext::types::OrderSide;
///
/// assert_eq!(OrderSide::Buy.passive_rounding(), Some(Rounding::Down));
/// assert_eq!(OrderSide::Buy.aggressive_rounding(), Some(Rounding::Up));
/// ```
pub trait SideRounding {
    /// Rounds away from the other side of the book: the price of a buy order down, the price of a sell order up. `None` for an undocumented
    /// side.
    fn passive_rounding(&self) -> Option<Rounding>;

    /// Rounds towards the other side of the book: the price of a buy order up, the price of a sell order down. `None` for an undocumented
    /// side.
    fn aggressive_rounding(&self) -> Option<Rounding>;
}

impl SideRounding for OrderSide {
    fn passive_rounding(&self) -> Option<Rounding> {
        match self {
            Self::Buy => Some(Rounding::PASSIVE_BUY),
            Self::Sell => Some(Rounding::PASSIVE_SELL),
            _ => None,
        }
    }

    fn aggressive_rounding(&self) -> Option<Rounding> {
        match self {
            Self::Buy => Some(Rounding::AGGRESSIVE_BUY),
            Self::Sell => Some(Rounding::AGGRESSIVE_SELL),
            _ => None,
        }
    }
}
