//! Rules that determine from version numbers whether a message is missing.

use std::fmt;

/// The rule of one exchange that relates the versions of two successive messages.
///
/// Without a rule, a missing message cannot be noticed, so a book without a rule is never live. Set a rule with
/// [`BookSettings::continuity`](crate::BookSettings::continuity) only if the exchange documents it, or if you have verified it.
/// [`VersionRule`] has the usual rules.
///
/// ```
/// use venue_book::{Continuity, Link, Versions};
///
/// /// The versions are the times of the messages in steps of 100 ms.
/// #[derive(Debug)]
/// struct EveryTenthOfASecond;
///
/// impl Continuity for EveryTenthOfASecond {
///     fn name(&self) -> &str {
///         "version = previous version + 100"
///     }
///
///     fn check(&self, previous: u64, increment: Versions) -> Link {
///         match increment.last.checked_sub(previous) {
///             None | Some(0) => Link::Outdated,
///             Some(100) => Link::Continues,
///             Some(_) => Link::Gap,
///         }
///     }
/// }
///
/// let increment = Versions { first: None, last: 500 };
/// assert_eq!(EveryTenthOfASecond.check(300, increment), Link::Gap);
/// ```
pub trait Continuity: fmt::Debug + Send + Sync {
    /// The name of the rule, which is a part of the state of each book that uses the rule.
    fn name(&self) -> &str;

    /// Determines whether an increment continues a book of version `previous`.
    fn check(&self, previous: u64, increment: Versions) -> Link;

    /// Whether the first message after a subscription is a snapshot, if the message has no marker.
    ///
    /// Such a message can also be an increment: a late one of an earlier subscription, or the first one if the server sent no snapshot. A
    /// message for which this method returns `false` makes the book subscribe again. `false` by default. A rule whose increments have a first
    /// version can return whether the message has none.
    fn accepts_unmarked_snapshot(&self, versions: Versions) -> bool {
        let _ = versions;
        false
    }
}

/// The versions that a message contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Versions {
    /// The first version, if the message contains it.
    pub first: Option<u64>,
    /// The version of the book after the message.
    pub last: u64,
}

/// The relation of an increment to the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// The increment is the next one.
    Continues,
    /// The book already contains the increment, which is therefore discarded.
    Outdated,
    /// A message is missing between the book and the increment, or the versions contradict the rule.
    Gap,
}

/// The usual rules. An increment whose last version is not greater than the book's version is [`Link::Outdated`] in each of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum VersionRule {
    /// The first version of an increment is the previous version + 1.
    ///
    /// Example: after a book of version 16, the increment with the versions 17 to 19 is the next one.
    FirstFollowsPrevious,
    /// The first version of an increment is the previous version.
    ///
    /// Example: after a book of version 16, the increment with the versions 16 to 19 is the next one.
    FirstEqualsPrevious,
    /// Each increment has the previous version + 1. First versions are ignored.
    ///
    /// Snapshots need a marker, because an unmarked snapshot does not differ from an increment. Without a marker, the book is never live.
    Contiguous,
}

impl Continuity for VersionRule {
    fn name(&self) -> &str {
        match self {
            Self::FirstFollowsPrevious => "first version = previous version + 1",
            Self::FirstEqualsPrevious => "first version = previous version",
            Self::Contiguous => "version = previous version + 1",
        }
    }

    fn check(&self, previous: u64, increment: Versions) -> Link {
        if increment.last <= previous {
            return Link::Outdated;
        }
        let continues = match self {
            Self::FirstFollowsPrevious => {
                increment.first.is_some_and(|first| first.checked_sub(1) == Some(previous) && first <= increment.last)
            }
            Self::FirstEqualsPrevious => increment.first == Some(previous),
            Self::Contiguous => increment.last - 1 == previous,
        };
        if continues { Link::Continues } else { Link::Gap }
    }

    fn accepts_unmarked_snapshot(&self, versions: Versions) -> bool {
        !matches!(self, Self::Contiguous) && versions.first.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rule: VersionRule, first: Option<u64>, last: u64, expected: Link) {
        assert_eq!(rule.check(16, Versions { first, last }), expected, "{rule:?}: {first:?} to {last} after 16");
    }

    #[test]
    fn an_increment_continues_only_the_version_that_the_rule_names() {
        use Link::{Continues, Gap, Outdated};
        use VersionRule::{Contiguous, FirstEqualsPrevious, FirstFollowsPrevious};

        check(FirstFollowsPrevious, Some(17), 19, Continues);
        check(FirstFollowsPrevious, Some(17), 17, Continues);
        check(FirstFollowsPrevious, Some(16), 19, Gap);
        check(FirstFollowsPrevious, Some(18), 19, Gap);
        check(FirstFollowsPrevious, Some(0), 19, Gap);
        check(FirstFollowsPrevious, None, 17, Gap);
        check(FirstFollowsPrevious, Some(12), 16, Outdated);
        check(FirstEqualsPrevious, Some(16), 19, Continues);
        check(FirstEqualsPrevious, Some(17), 19, Gap);
        check(FirstEqualsPrevious, Some(15), 19, Gap);
        check(FirstEqualsPrevious, None, 17, Gap);
        check(FirstEqualsPrevious, Some(16), 16, Outdated);
        check(Contiguous, None, 17, Continues);
        check(Contiguous, Some(3), 17, Continues);
        check(Contiguous, None, 18, Gap);
        check(Contiguous, None, 16, Outdated);
    }

    #[test]
    fn the_largest_versions_do_not_overflow() {
        for rule in [VersionRule::FirstFollowsPrevious, VersionRule::FirstEqualsPrevious, VersionRule::Contiguous] {
            for first in [None, Some(0), Some(u64::MAX)] {
                assert_eq!(rule.check(u64::MAX, Versions { first, last: u64::MAX }), Link::Outdated);
                rule.check(0, Versions { first, last: u64::MAX });
            }
        }
    }
}
