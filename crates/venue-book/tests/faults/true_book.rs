//! The true book of a topic, with all its versions.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use rust_decimal::Decimal;
use tokio::time::Instant;
use venue_book::{BookView, VersionRule};

/// A side, `true` for bids, and a price.
type Key = (bool, Decimal);

/// The levels of each version, beginning with version 0.
type History = Vec<Vec<(Key, Decimal)>>;

/// The time for which a book may be live with the levels before a restart of the versions. Messages are delayed, and a topic whose connection
/// is interrupted is stale after 5 seconds.
const RESTART_NOTICED: Duration = Duration::from_secs(10);

/// A book that changes by one level in each version.
#[derive(Debug, Default)]
pub(crate) struct TrueBook {
    levels: BTreeMap<Key, Decimal>,
    /// The change of each version, beginning with version 1.
    changes: Vec<(Key, Decimal)>,
    history: History,
    /// The versions before the last restart, and its time.
    former: Option<(Instant, History)>,
}

impl TrueBook {
    pub(crate) fn version(&self) -> u64 {
        self.changes.len().try_into().expect("a small number")
    }

    /// Removes all levels, and begins with version 0 again.
    pub(crate) fn restart(&mut self) {
        let history = std::mem::take(self).history;
        self.former = Some((Instant::now(), history));
        self.history.push(Vec::new());
    }

    /// Whether a book equals the true book of its version, since the last restart or shortly before.
    pub(crate) fn has_been(&self, book: BookView<'_>) -> bool {
        let former = self.former.as_ref().filter(|(end, _)| end.elapsed() <= RESTART_NOTICED).map(|(_, history)| history);
        std::iter::once(&self.history).chain(former).any(|history| Self::contains(history, book))
    }

    fn contains(history: &History, book: BookView<'_>) -> bool {
        let version = book.version().and_then(|version| usize::try_from(version).ok());
        let Some(levels) = version.and_then(|version| history.get(version)) else { return false };
        let asks = book.asks().iter().map(|ask| ((false, ask.price), ask.quantity));
        let bids: Vec<_> = book.bids().iter().map(|bid| ((true, bid.price), bid.quantity)).collect();
        asks.chain(bids.into_iter().rev()).eq(levels.iter().copied())
    }

    /// Sets or removes a random level, and never crosses the book. Some prices have more decimals than the others.
    pub(crate) fn change(&mut self, random: &mut fastrand::Rng) {
        if self.history.is_empty() {
            self.history.push(self.levels.iter().map(|(key, quantity)| (*key, *quantity)).collect());
        }
        let is_bid = random.bool();
        let distance = Decimal::new(random.i64(1..30), 1)
            + if random.u32(0..50) == 0 { Decimal::new(random.i64(0..10_000), 7) } else { Decimal::ZERO };
        let middle = Decimal::new(1000, 1);
        let price = if is_bid { middle - distance } else { middle + distance };
        let quantity = if random.u32(0..3) == 0 { Decimal::ZERO } else { Decimal::new(random.i64(1..5_000), random.u32(0..4)) };
        let key = (is_bid, price.normalize());
        if quantity.is_zero() {
            self.levels.remove(&key);
        } else {
            self.levels.insert(key, quantity.normalize());
        }
        self.changes.push((key, quantity.normalize()));
        self.history.push(self.levels.iter().map(|(key, quantity)| (*key, *quantity)).collect());
    }

    fn print(&self) -> String {
        let mut text = self.version().to_string();
        for ((_, price), quantity) in self.levels.iter().filter(|((is_bid, _), _)| *is_bid).rev() {
            write!(text, " b{price}:{quantity}").expect("a text");
        }
        for ((_, price), quantity) in self.levels.iter().filter(|((is_bid, _), _)| !*is_bid) {
            write!(text, " a{price}:{quantity}").expect("a text");
        }
        text
    }

    /// The snapshot of the present version.
    pub(crate) fn snapshot(&self, marker: char) -> String {
        format!("{marker} {}", self.print())
    }

    /// The increment from one version to another, with the versions as the rule demands.
    pub(crate) fn increment(&self, marker: char, rule: VersionRule, previous: u64, last: u64) -> String {
        let versions = match rule {
            VersionRule::FirstFollowsPrevious => format!("{}-{last}", previous + 1),
            VersionRule::FirstEqualsPrevious => format!("{previous}-{last}"),
            _ => last.to_string(),
        };
        let index = |version: u64| usize::try_from(version).expect("a small number");
        let totals: BTreeMap<Key, Decimal> = self.changes[index(previous)..index(last)].iter().copied().collect();
        let mut text = format!("{marker} {versions}");
        for ((is_bid, price), quantity) in totals {
            write!(text, " {}{price}:{quantity}", if is_bid { 'b' } else { 'a' }).expect("a text");
        }
        text
    }
}
