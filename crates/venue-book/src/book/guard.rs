//! Read access to a book, in a type that states whether the content can be trusted.

use std::fmt;

use rust_decimal::Decimal;

use super::shared::ReadGuard;
use crate::{BookStatus, BookView, NotLive, PriceLevel, SideView};

/// The content of a book that is live: see [`Book::live`](crate::Book::live).
pub struct LiveBook<'a>(ReadGuard<'a>);

impl<'a> LiveBook<'a> {
    pub(super) fn new(state: ReadGuard<'a>) -> Result<Self, NotLive> {
        state.trust()?;
        Ok(Self(state))
    }
}

/// The last content of a book, which may be wrong or old: see [`Book::last_known`](crate::Book::last_known).
pub struct LastKnownBook<'a>(ReadGuard<'a>);

impl<'a> LastKnownBook<'a> {
    pub(super) fn new(state: ReadGuard<'a>) -> Self {
        Self(state)
    }

    /// The trust in this content.
    #[must_use]
    pub fn status(&self) -> BookStatus {
        self.0.status()
    }
}

macro_rules! reading {
    ($name:ident) => {
        impl $name<'_> {
            /// All methods for reading.
            #[must_use]
            pub fn view(&self) -> BookView<'_> {
                self.0.last_known()
            }

            /// The version of the content, if the messages contain versions.
            #[must_use]
            pub fn version(&self) -> Option<u64> {
                self.view().version()
            }

            /// The orders to buy, from the highest price to the lowest.
            #[must_use]
            pub fn bids(&self) -> SideView<'_> {
                self.view().bids()
            }

            /// The orders to sell, from the lowest price to the highest.
            #[must_use]
            pub fn asks(&self) -> SideView<'_> {
                self.view().asks()
            }

            /// The level with the highest price to buy.
            #[must_use]
            pub fn best_bid(&self) -> Option<PriceLevel> {
                self.view().best_bid()
            }

            /// The level with the lowest price to sell.
            #[must_use]
            pub fn best_ask(&self) -> Option<PriceLevel> {
                self.view().best_ask()
            }

            /// The best ask minus the best bid, if both sides have levels.
            #[must_use]
            pub fn spread(&self) -> Option<Decimal> {
                self.view().spread()
            }
        }

        impl fmt::Debug for $name<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_tuple(stringify!($name)).field(&self.view()).finish()
            }
        }
    };
}

reading!(LiveBook);
reading!(LastKnownBook);
