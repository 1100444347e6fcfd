//! Enums of the API with their values in JSON and in queries.

mod integers;
mod strings;

pub use integers::{BboPriceType, CancelType, CloseTriggerMode, MarginMode};
pub use strings::{
    BalancePeriod, ChangeType, ConditionOrderType, ConditionStatus, DrivenOn, KlineInterval, KlinePriceType, LeaderboardPeriod, OrderSide,
    OrderStatus, OrderType, PositionHistorySide, PositionSide, StrategyStatus, StrategyTrigger, StrategyType, TimeInForce, TradeRole,
    TrendRange, TriggerPriceType,
};

impl MarginMode {
    /// The string in positions and orders.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cross => "CROSS",
            Self::Isolated => "ISOLATED",
        }
    }
}

impl OrderSide {
    /// The other side.
    pub const fn opposite(self) -> Self {
        match self {
            Self::Buy => Self::Sell,
            Self::Sell => Self::Buy,
        }
    }

    /// Parses the integer in the filter of a history: `1` is buy, `2` is sell.
    pub const fn from_filter(code: i64) -> Option<Self> {
        match code {
            1 => Some(Self::Buy),
            2 => Some(Self::Sell),
            _ => None,
        }
    }
}

impl OrderType {
    /// Parses the integer in the filter of the order history: `1` is limit, `2` is market.
    pub const fn from_filter(code: i64) -> Option<Self> {
        match code {
            1 => Some(Self::Limit),
            2 => Some(Self::Market),
            _ => None,
        }
    }
}

impl OrderStatus {
    /// Whether the order can still change.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::New | Self::Pending | Self::PartiallyFilled)
    }
}

impl ConditionStatus {
    /// Whether the condition order is still waiting.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::PendingActivation | Self::Pending)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn string_enums_are_parsed_case_sensitively() {
        assert!(OrderStatus::ALL.iter().all(|status| OrderStatus::parse(status.as_str()) == Some(*status)));
        assert!(KlineInterval::ALL.iter().all(|interval| KlineInterval::parse(interval.as_str()) == Some(*interval)));
        assert_eq!(OrderSide::parse("buy"), None);
        assert_ne!(KlineInterval::parse("1m"), KlineInterval::parse("1M"));
    }

    #[test]
    fn integer_enums_have_the_documented_meaning() {
        assert_eq!(MarginMode::from_code(2).map(MarginMode::as_str), Some("ISOLATED"));
        assert_eq!(BboPriceType::from_code(2), Some(BboPriceType::Opponent5));
        assert_eq!(CancelType::from_code(3), None);
        assert_eq!(OrderSide::from_filter(2), Some(OrderSide::Sell));
        assert_eq!(OrderType::from_filter(0), None);
    }
}
