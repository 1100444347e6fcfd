//! The words of the exchange, as its wire spells them.

mod codes;
mod words;

pub use codes::{BboPriceType, CancelType, CloseTriggerMode, MarginMode};
pub use words::{
    BalancePeriod, ChangeType, ConditionOrderType, ConditionStatus, DrivenOn, KlineInterval, KlinePriceType, LeaderboardPeriod, OrderSide,
    OrderStatus, OrderType, PositionHistorySide, PositionSide, StrategyStatus, StrategyTrigger, StrategyType, TimeInForce, TradeRole,
    TrendRange, TriggerPriceType,
};

impl MarginMode {
    /// The word of positions and orders.
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

    /// The side that a filter of a history calls by this number: `1` buys, `2` sells.
    pub const fn from_filter(code: i64) -> Option<Self> {
        match code {
            1 => Some(Self::Buy),
            2 => Some(Self::Sell),
            _ => None,
        }
    }
}

impl OrderType {
    /// The type that the filter of the order history calls by this number: `1` limit, `2` market.
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
    /// Whether the condition order still waits.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::PendingActivation | Self::Pending)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_as_what_it_was_written_from_and_case_matters() {
        assert!(OrderStatus::ALL.iter().all(|status| OrderStatus::parse(status.as_str()) == Some(*status)));
        assert!(KlineInterval::ALL.iter().all(|interval| KlineInterval::parse(interval.as_str()) == Some(*interval)));
        assert_eq!(OrderSide::parse("buy"), None);
        assert_ne!(KlineInterval::parse("1m"), KlineInterval::parse("1M"));
    }

    #[test]
    fn numbers_stand_for_what_the_documentation_says() {
        assert_eq!(MarginMode::from_code(2).map(MarginMode::as_str), Some("ISOLATED"));
        assert_eq!(BboPriceType::from_code(2), Some(BboPriceType::Opponent5));
        assert_eq!(CancelType::from_code(3), None);
        assert_eq!(OrderSide::from_filter(2), Some(OrderSide::Sell));
        assert_eq!(OrderType::from_filter(0), None);
    }
}
