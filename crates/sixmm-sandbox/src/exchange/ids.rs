//! Ids, which are integers internally and strings of up to 19 digits in JSON.

use std::fmt;

use crate::UnixMillis;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub(crate) u64);

        impl $name {
            /// Parses an id from a JSON string or a query: decimal digits without sign or leading zeros. Returns `None` for any other text.
            pub fn parse(text: &str) -> Option<Self> {
                Some(number(text)).filter(|number| *number != 0).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

ids! {
    /// Id of a normal order.
    OrderId;
    /// Id of a condition order.
    ConditionId;
    /// Id of a strategy.
    StrategyId;
    /// Id of one user's side of a trade. A trade has two fills.
    FillId;
    /// Id of a trade, which both sides share.
    TradeId;
    /// Id of a position from its opening to its closing.
    PositionId;
}

/// Parses an id from a JSON string or a query. If the text is not an id, returns 0, which no order has.
pub(super) fn number(text: &str) -> u64 {
    let is_number = !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().unwrap_or(0) } else { 0 }
}

/// Epoch of the ids in the documentation's examples, in Unix milliseconds. An id is the number of milliseconds since this epoch, shifted
/// left by 22 bits, plus a sequence number.
const EPOCH: i64 = 1_288_834_974_657;

/// Generates unique ids in ascending order.
#[derive(Debug, Clone, Default)]
pub(super) struct IdSource {
    last: u64,
}

impl IdSource {
    /// The next id, which contains the current time.
    pub(super) fn next(&mut self, now: UnixMillis) -> u64 {
        let since_epoch = u64::try_from(now.as_millis().saturating_sub(EPOCH)).unwrap_or(0);
        self.last = (self.last + 1).max(since_epoch << 22);
        self.last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_2026_has_19_digits_like_the_documented_ids() {
        let id = OrderId(IdSource::default().next(UnixMillis::new(1_771_047_000_000)));
        assert_eq!(id.to_string().len(), 19);
        assert_eq!(OrderId::parse(&id.to_string()), Some(id));
    }

    #[test]
    fn ids_increase_even_if_the_clock_does_not() {
        let mut ids = IdSource::default();
        let now = UnixMillis::new(1_771_047_000_000);
        let first = ids.next(now);
        assert!(ids.next(now) > first);
        assert!(ids.next(UnixMillis::new(0)) > first);
    }

    #[test]
    fn a_text_that_is_not_an_id_is_rejected() {
        for text in ["", "+1", "-1", "01", "1.0", "x", "99999999999999999999999"] {
            assert_eq!(OrderId::parse(text), None, "{text}");
        }
    }
}
