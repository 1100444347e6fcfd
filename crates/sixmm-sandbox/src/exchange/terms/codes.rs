//! Values that are numbers.

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $code:literal,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// The number on the wire.
            pub const fn code(self) -> i64 {
                match self {
                    $(Self::$variant => $code,)+
                }
            }

            /// The value that the wire gives this number.
            pub const fn from_code(code: i64) -> Option<Self> {
                match code {
                    $($code => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    )+};
}

codes! {
    /// Where the price of an order comes from.
    BboPriceType {
        /// From `price`.
        SpecifiedPrice = 0,
        /// The first price of the other side of the book.
        Opponent1 = 1,
        /// The fifth price of the other side of the book.
        Opponent5 = 2,
        /// The first price of the own side of the book.
        SameSide1 = 3,
        /// The fifth price of the own side of the book.
        SameSide5 = 4,
    }

    /// Which orders cancel-all cancels.
    CancelType {
        /// All normal orders.
        AllNormal = 0,
        /// Limit orders only. Market orders never stand, so that it is the same as all normal orders.
        LimitOnly = 1,
        /// All condition orders.
        AllCondition = 2,
    }

    /// What closed a position.
    CloseTriggerMode {
        /// An order of the user.
        Manual = 1,
        /// A take profit.
        TakeProfit = 2,
        /// A stop loss.
        StopLoss = 3,
        /// A liquidation, which this sandbox does not do.
        Liquidation = 4,
    }

    /// Margin mode: a number in requests and settings, a word in positions.
    MarginMode {
        /// Positions share the margin of the account.
        Cross = 1,
        /// The position has a margin of its own.
        Isolated = 2,
    }
}
