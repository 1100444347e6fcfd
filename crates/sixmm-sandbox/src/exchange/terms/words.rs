//! Values that are words.

use std::fmt;

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word on the wire.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// The value that the wire calls by this word; upper and lower case matter.
            pub fn parse(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    )+};
}

words! {
    /// Side of an order or of a fill.
    OrderSide {
        /// Buy.
        Buy = "BUY",
        /// Sell.
        Sell = "SELL",
    }

    /// Type of a normal order.
    OrderType {
        /// Trades at its price or better.
        Limit = "LIMIT",
        /// Trades at once at the prices of the book.
        Market = "MARKET",
    }

    /// How long an order stays. `GTE_GTC` is for condition orders alone.
    TimeInForce {
        /// Stays until it is filled or cancelled.
        Gtc = "GTC",
        /// Fills what it can at once, the rest is cancelled.
        Ioc = "IOC",
        /// Fills completely at once, or not at all.
        Fok = "FOK",
        /// For a condition order: as `GTC`, and cancelled when its position is closed. The documentation does not explain it.
        GteGtc = "GTE_GTC",
    }

    /// Which of a user's positions in a contract.
    PositionSide {
        /// The one that is long or short.
        Both = "BOTH",
        /// The long one: bought to open, sold to close.
        Long = "LONG",
        /// The short one: sold to open, bought to close.
        Short = "SHORT",
    }

    /// State of a normal order.
    OrderStatus {
        /// Accepted: the state in the answer to an order that then stands in the book.
        New = "NEW",
        /// Stands in the book, and nothing is filled.
        Pending = "PENDING",
        /// Stands in the book, and something is filled.
        PartiallyFilled = "PARTIALLY_FILLED",
        /// Filled completely.
        Filled = "FILLED",
        /// Cancelled, and nothing was filled.
        Canceled = "CANCELED",
        /// Refused after it was accepted: a maker-only order that would have taken.
        Rejected = "REJECTED",
        /// Cancelled, and something was filled.
        PartiallyFilledCanceled = "PARTIALLY_FILLED_CANCELED",
    }

    /// Type of a condition order.
    ConditionOrderType {
        /// Stop loss by a market order.
        StopMarket = "STOP_MARKET",
        /// Stop loss by a limit order.
        StopLimit = "STOP_LIMIT",
        /// Take profit by a market order.
        TakeProfitMarket = "TAKE_PROFIT_MARKET",
        /// Take profit by a limit order.
        TakeProfitLimit = "TAKE_PROFIT_LIMIT",
        /// A stop that follows the price.
        TrailingStop = "TRAILING_STOP",
    }

    /// Price that is compared with a trigger price.
    TriggerPriceType {
        /// The mark price.
        MarkPrice = "MARK_PRICE",
        /// The price at which the contract last traded.
        ContractPrice = "CONTRACT_PRICE",
    }

    /// State of a condition order. Provisional: the values are the partner API's, the documentation lists none.
    ConditionStatus {
        /// A trailing stop that waits for its activation price, or an order of a strategy that waits for another one.
        PendingActivation = "PENDING_ACTIVATION",
        /// Waits for its trigger price.
        Pending = "PENDING",
        /// Made its normal order; that says nothing about a fill.
        Triggered = "TRIGGERED",
        /// Cancelled: with two L, unlike the `CANCELED` of normal orders.
        Cancelled = "CANCELLED",
        /// Triggered, and its normal order was refused.
        Rejected = "REJECTED",
    }

    /// How the orders of a strategy depend on each other.
    StrategyType {
        /// One triggers two others, of which one cancels the other.
        Otoco = "OTOCO",
        /// One triggers the other.
        Oto = "OTO",
        /// One cancels the other.
        Oco = "OCO",
    }

    /// State of a strategy.
    StrategyStatus {
        /// At work.
        Working = "WORKING",
        /// All of its orders are done, and something was filled.
        AllDone = "ALL_DONE",
        /// All of its orders are done, and nothing was filled. With two L.
        Cancelled = "CANCELLED",
    }

    /// Part that an order had in a trade.
    TradeRole {
        /// The order stood in the book.
        Maker = "maker",
        /// The order took from the book.
        Taker = "taker",
    }

    /// Length of a candlestick. These nine are documented; the exchange may know more.
    KlineInterval {
        /// One minute.
        OneMinute = "1m",
        /// Five minutes.
        FiveMinutes = "5m",
        /// 15 minutes.
        FifteenMinutes = "15m",
        /// 30 minutes.
        ThirtyMinutes = "30m",
        /// One hour.
        OneHour = "1h",
        /// Four hours.
        FourHours = "4h",
        /// One day, from 00:00 UTC.
        OneDay = "1d",
        /// One week, from Monday 00:00 UTC.
        OneWeek = "1w",
        /// One month of the calendar, from its first day 00:00 UTC.
        OneMonth = "1M",
    }

    /// Price that candlesticks draw, if not the trade price.
    KlinePriceType {
        /// The index price.
        IndexPrice = "indexPrice",
        /// The mark price.
        MarkPrice = "markPrice",
    }

    /// Window of the profit ranking.
    LeaderboardPeriod {
        /// 7 days.
        SevenDays = "7d",
        /// 30 days.
        ThirtyDays = "30d",
        /// 90 days.
        NinetyDays = "90d",
    }

    /// Step of the balance history.
    BalancePeriod {
        /// A day.
        OneDay = "1D",
        /// A week, from Monday.
        OneWeek = "1W",
        /// A month of the calendar.
        OneMonth = "1M",
    }

    /// How far back the asset trend goes.
    TrendRange {
        /// A day, by the hour.
        OneDay = "1D",
        /// Seven days, by the day; so are the longer ones.
        OneWeek = "1W",
        /// 30 days.
        OneMonth = "1M",
        /// 90 days.
        ThreeMonths = "3M",
        /// 180 days.
        SixMonths = "6M",
        /// 365 days.
        OneYear = "1Y",
    }

    /// Side of a position, in the filter of the position history.
    PositionHistorySide {
        /// Long positions.
        Long = "long",
        /// Short positions.
        Short = "short",
    }

    /// Kind of a movement of funds. The documentation lists none: these are this sandbox's own words.
    ChangeType {
        /// Money came into the account.
        TransferIn = "TRANSFER_IN",
        /// Money left the account.
        TransferOut = "TRANSFER_OUT",
        /// A fill realized a profit or a loss.
        RealizedPnl = "REALIZED_PNL",
        /// The fee of a fill.
        HandlingFee = "HANDLING_FEE",
        /// Funding was paid or received.
        FundingFee = "FUNDING_FEE",
    }

    /// What must happen to an order of a strategy. The documentation lists no values: these are this sandbox's choice.
    DrivenOn {
        /// The order is filled completely.
        Filled = "FILLED",
        /// The order is filled, at least in part.
        PartiallyFilledOrFilled = "PARTIALLY_FILLED_OR_FILLED",
        /// The condition order made its normal order.
        Triggered = "TRIGGERED",
        /// The order was cancelled.
        Canceled = "CANCELED",
    }

    /// What then happens to another order of the strategy. The documentation lists no values: these are this sandbox's choice.
    StrategyTrigger {
        /// It is placed.
        PlaceOrder = "PLACE_ORDER",
        /// It is cancelled.
        CancelOrder = "CANCEL_ORDER",
    }
}
