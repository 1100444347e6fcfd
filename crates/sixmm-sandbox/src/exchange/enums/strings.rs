//! Enums that are strings in JSON.

use std::fmt;

macro_rules! string_enums {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// All values.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The string in JSON.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }

            /// Parses the string that JSON contains. Upper and lower case are distinct.
            pub fn parse(text: &str) -> Option<Self> {
                match text {
                    $($text => Some(Self::$variant),)+
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

string_enums! {
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

    /// Time in force of an order. `GTE_GTC` is only valid for condition orders.
    TimeInForce {
        /// Stays until it is filled or cancelled.
        Gtc = "GTC",
        /// Fills as much as possible at once, and cancels the rest.
        Ioc = "IOC",
        /// Fills completely at once, or not at all.
        Fok = "FOK",
        /// Stays until it is triggered or cancelled, and is cancelled automatically when its position is closed. The documentation does not
        /// define this value, so the meaning is the sandbox's choice.
        GteGtc = "GTE_GTC",
    }

    /// The position of a contract that an order or fill belongs to.
    PositionSide {
        /// The net position, which is long or short.
        Both = "BOTH",
        /// The long position, which is opened by buying and closed by selling.
        Long = "LONG",
        /// The short position, which is opened by selling and closed by buying.
        Short = "SHORT",
    }

    /// Status of a normal order.
    OrderStatus {
        /// Accepted. The status in the response to an order that rests in the book.
        New = "NEW",
        /// Rests in the book, unfilled.
        Pending = "PENDING",
        /// Rests in the book, partially filled.
        PartiallyFilled = "PARTIALLY_FILLED",
        /// Filled completely.
        Filled = "FILLED",
        /// Cancelled, unfilled.
        Canceled = "CANCELED",
        /// Rejected after it was accepted, because a maker-only order would have been a taker.
        Rejected = "REJECTED",
        /// Cancelled, partially filled.
        PartiallyFilledCanceled = "PARTIALLY_FILLED_CANCELED",
    }

    /// Type of a condition order.
    ConditionOrderType {
        /// Stop loss with a market order.
        StopMarket = "STOP_MARKET",
        /// Stop loss with a limit order.
        StopLimit = "STOP_LIMIT",
        /// Take profit with a market order.
        TakeProfitMarket = "TAKE_PROFIT_MARKET",
        /// Take profit with a limit order.
        TakeProfitLimit = "TAKE_PROFIT_LIMIT",
        /// A stop whose trigger price follows the market price.
        TrailingStop = "TRAILING_STOP",
    }

    /// The price that is compared with a trigger price.
    TriggerPriceType {
        /// The mark price.
        MarkPrice = "MARK_PRICE",
        /// The price of the contract's last trade.
        ContractPrice = "CONTRACT_PRICE",
    }

    /// Status of a condition order. The values are provisional, because the vendor documents them only for its partner API and not for this
    /// API.
    ConditionStatus {
        /// Waiting for its activation price (a trailing stop), or waiting for another order of its strategy.
        PendingActivation = "PENDING_ACTIVATION",
        /// Waiting for its trigger price.
        Pending = "PENDING",
        /// Triggered, and a normal order was generated, which is not necessarily filled.
        Triggered = "TRIGGERED",
        /// Cancelled. Spelled with two L, unlike the `CANCELED` of normal orders.
        Cancelled = "CANCELLED",
        /// Triggered, but the normal order was rejected.
        Rejected = "REJECTED",
    }

    /// Relation between the orders of a strategy.
    StrategyType {
        /// One triggers two others, which cancel each other.
        Otoco = "OTOCO",
        /// One triggers the other.
        Oto = "OTO",
        /// One cancels the other.
        Oco = "OCO",
    }

    /// Status of a strategy.
    StrategyStatus {
        /// Active.
        Working = "WORKING",
        /// All orders are final, and at least one was filled.
        AllDone = "ALL_DONE",
        /// All orders are final, and none was filled. Spelled with two L.
        Cancelled = "CANCELLED",
    }

    /// Role of an order in a trade.
    TradeRole {
        /// The order rested in the book.
        Maker = "maker",
        /// The order traded with a resting order.
        Taker = "taker",
    }

    /// Interval of a candlestick. These nine values are documented, but the exchange may accept more.
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
        /// One calendar month, from 00:00 UTC on its first day.
        OneMonth = "1M",
    }

    /// Price of candlesticks that are not based on trades.
    KlinePriceType {
        /// The index price.
        IndexPrice = "indexPrice",
        /// The mark price.
        MarkPrice = "markPrice",
    }

    /// Period of the profit ranking.
    LeaderboardPeriod {
        /// 7 days.
        SevenDays = "7d",
        /// 30 days.
        ThirtyDays = "30d",
        /// 90 days.
        NinetyDays = "90d",
    }

    /// Interval of the balance history.
    BalancePeriod {
        /// One day.
        OneDay = "1D",
        /// One week, starting on Monday.
        OneWeek = "1W",
        /// One calendar month.
        OneMonth = "1M",
    }

    /// Range of the asset trend, which ends now.
    TrendRange {
        /// One day, with hourly points.
        OneDay = "1D",
        /// Seven days, with daily points, as in all longer ranges.
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

    /// Cause of a wallet change. The documentation lists no values, so the values are the sandbox's choice.
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

    /// Event of an order of a strategy. The documentation lists no values, so the values are the sandbox's choice.
    DrivenOn {
        /// The order was filled completely.
        Filled = "FILLED",
        /// The order was filled at least partially.
        PartiallyFilledOrFilled = "PARTIALLY_FILLED_OR_FILLED",
        /// The condition order was triggered.
        Triggered = "TRIGGERED",
        /// The order was cancelled.
        Canceled = "CANCELED",
    }

    /// Action on an order of a strategy, caused by an event of another order of the strategy. The documentation lists no values, so the
    /// values are the sandbox's choice.
    StrategyTrigger {
        /// The order is placed.
        PlaceOrder = "PLACE_ORDER",
        /// The order is cancelled.
        CancelOrder = "CANCEL_ORDER",
    }
}
