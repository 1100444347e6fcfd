//! What a change means for programs: a table of rules, the first of which that fits decides.
//!
//! A change is judged once for each direction in which its subject travels, and the worse verdict counts. What no operation reaches, such
//! as a list of error codes, is judged as an answer: a program can only receive it.

mod api;
mod credentials;
mod documentation;
mod operations;
mod requests;
mod responses;
mod rule;
mod streams;
mod values;

use std::borrow::Cow;

use crate::change::Class;
use crate::difference::Difference;
use crate::reach::Direction;
use crate::revision::Revision;

use rule::Case;
pub use rule::{Inverse, Rule};

/// A verdict over a change.
pub(crate) struct Classification {
    pub(crate) class: Class,
    pub(crate) rules: Vec<&'static str>,
    pub(crate) reason: Cow<'static, str>,
}

/// The tables, in the order in which they are asked.
const TABLES: [&[Rule]; 8] = [
    api::RULES,
    streams::RULES,
    credentials::RULES,
    operations::RULES,
    values::RULES,
    requests::RULES,
    responses::RULES,
    documentation::RULES,
];

/// Every rule, in the order in which they are asked.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    TABLES.into_iter().flatten().chain([&documentation::UNKNOWN])
}

/// The rule of this id.
pub fn named(id: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.id == id)
}

pub(crate) fn classify(old: &Revision, new: &Revision, difference: &Difference<'_>, direction: Direction) -> Classification {
    let sides: &[Direction] = match direction {
        Direction::Request => &[Direction::Request],
        Direction::Response | Direction::None => &[Direction::Response],
        Direction::Both => &[Direction::Request, Direction::Response],
    };
    let mut found: Vec<(&'static Rule, Cow<'static, str>)> = Vec::new();
    for side in sides {
        let case = Case { old, new, difference, side: *side };
        let rule = all().find(|rule| rule.fits(&case)).unwrap_or(&documentation::UNKNOWN);
        if found.iter().all(|(known, _)| known.id != rule.id) {
            found.push((rule, rule.reason_for(&case)));
        }
    }
    found.sort_by_key(|(rule, _)| std::cmp::Reverse(rule.class));
    Classification { class: found[0].0.class, reason: found[0].1.clone(), rules: found.iter().map(|(rule, _)| rule.id).collect() }
}
