//! Rules about credentials and permissions.

use std::collections::BTreeSet;

use super::rule::Rule;
use crate::change::Class::{Breaking, Compatible, Documentation};
use crate::facts::{Content, Kind};

pub(super) const RULES: &[Rule] = &[
    Rule::new("scheme-added", Compatible, "the other schemes remain valid").of(&[Kind::Scheme]).added().inverse("scheme-removed"),
    Rule::new("scheme-removed", Breaking, "requests that authenticate with this scheme are rejected")
        .of(&[Kind::Scheme])
        .removed()
        .inverse("scheme-added"),
    Rule::new("scheme-renamed", Documentation, "a scheme's name in the specification is not on the wire").of(&[Kind::Scheme]).renamed(),
    Rule::new("scheme-changed", Breaking, "the exchange expects the credentials in another place or format")
        .of(&[Kind::Scheme])
        .changes(&["type", "in", "name", "scheme"]),
    Rule::new("bearer-format-described", Documentation, "programs do not depend on the format of a token")
        .of(&[Kind::Scheme])
        .changes(&["bearerFormat"]),
    Rule::new("credentials-widened", Compatible, "all previously accepted credentials are still accepted")
        .of(&[Kind::Operation])
        .changes(&["security"])
        .when(|case| accepts(case.to(), case.from()))
        .inverse("credentials-narrowed"),
    Rule::new("credentials-narrowed", Breaking, "some previously accepted credentials are rejected")
        .of(&[Kind::Operation])
        .changes(&["security"])
        .when(|case| accepts(case.from(), case.to()))
        .inverse("credentials-widened"),
    Rule::new("credentials-changed", Breaking, "the operation needs other credentials").of(&[Kind::Operation]).changes(&["security"]),
    Rule::new("permission-dropped", Compatible, "API keys that could call the operation still can")
        .of(&[Kind::Operation])
        .changes(&["x-venue-permission"])
        .when(|case| is_none(case.to()))
        .inverse("permission-demanded"),
    Rule::new("permission-demanded", Breaking, "API keys without this permission are rejected")
        .of(&[Kind::Operation])
        .changes(&["x-venue-permission"])
        .when(|case| is_none(case.from()))
        .inverse("permission-dropped"),
    Rule::new("permission-changed", Breaking, "API keys that have only the old permission are rejected")
        .of(&[Kind::Operation])
        .changes(&["x-venue-permission"]),
];

fn is_none(permission: Option<&Content>) -> bool {
    permission.is_none_or(|content| content.to_string() == "none")
}

/// Whether every set of credentials that `others` accept is sufficient for `these` as well.
fn accepts(these: Option<&Content>, others: Option<&Content>) -> bool {
    let (Some(Content::Credentials(these)), Some(Content::Credentials(others))) = (these, others) else { return false };
    let is_open = |alternatives: &BTreeSet<BTreeSet<String>>| alternatives.is_empty() || alternatives.iter().any(BTreeSet::is_empty);
    match (is_open(these), is_open(others)) {
        (true, false) => true,
        (false, true) => false,
        // If no credentials are needed, a client may still send some, and the exchange may use them.
        (true, true) => others.iter().all(|other| other.is_empty() || these.contains(other)),
        (false, false) => others.iter().all(|other| these.iter().any(|this| this.is_subset(other))),
    }
}
