//! Enums that are integers in JSON.

macro_rules! integer_enums {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $code:literal,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// The integer in JSON.
            pub const fn code(self) -> i64 {
                match self {
                    $(Self::$variant => $code,)+
                }
            }

            /// Parses the integer that JSON contains.
            pub const fn from_code(code: i64) -> Option<Self> {
                match code {
                    $($code => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    )+};
}

integer_enums! {
    /// Source of an order's price.
    BboPriceType {
        /// The field `price`.
        SpecifiedPrice = 0,
        /// The best price of the other side of the book.
        Opponent1 = 1,
        /// The fifth best price of the other side of the book.
        Opponent5 = 2,
        /// The best price of the same side of the book.
        SameSide1 = 3,
        /// The fifth best price of the same side of the book.
        SameSide5 = 4,
    }

    /// The orders that a cancel-all cancels.
    CancelType {
        /// All normal orders.
        AllNormal = 0,
        /// All limit orders. These are the same orders as with `AllNormal`, because a market order never rests in the book and cannot be
        /// cancelled.
        LimitOnly = 1,
        /// All condition orders.
        AllCondition = 2,
    }

    /// Cause of the closing of a position.
    CloseTriggerMode {
        /// An order of the user.
        Manual = 1,
        /// A take profit.
        TakeProfit = 2,
        /// A stop loss.
        StopLoss = 3,
        /// A liquidation, which this sandbox does not perform.
        Liquidation = 4,
    }

    /// Margin mode: an integer in requests and settings, a string in orders and positions.
    MarginMode {
        /// Positions share the margin of the account.
        Cross = 1,
        /// The position has its own margin.
        Isolated = 2,
    }
}
