//! Who may call what, and with which credentials.

use std::collections::BTreeSet;

use super::rule::Rule;
use crate::change::Class::{Breaking, Compatible, Documentation};
use crate::facts::{Content, Kind};

pub(super) const RULES: &[Rule] = &[
    Rule::new("scheme-added", Compatible, "whatever authenticates programs still does")
        .of(&[Kind::Scheme])
        .added()
        .inverse("scheme-removed"),
    Rule::new("scheme-removed", Breaking, "programs that authenticate in this way are refused")
        .of(&[Kind::Scheme])
        .removed()
        .inverse("scheme-added"),
    Rule::new("scheme-renamed", Documentation, "a scheme's name in the specification is not on the wire").of(&[Kind::Scheme]).renamed(),
    Rule::new("scheme-changed", Breaking, "credentials are expected in another place or form")
        .of(&[Kind::Scheme])
        .changes(&["type", "in", "name", "scheme"]),
    Rule::new("bearer-format-described", Documentation, "a token's form is nothing that a program relies on")
        .of(&[Kind::Scheme])
        .changes(&["bearerFormat"]),
    Rule::new("credentials-widened", Compatible, "whoever could call it still can")
        .of(&[Kind::Operation])
        .changes(&["security"])
        .when(|case| accepts(case.to(), case.from()))
        .inverse("credentials-narrowed"),
    Rule::new("credentials-narrowed", Breaking, "some who could call it are refused")
        .of(&[Kind::Operation])
        .changes(&["security"])
        .when(|case| accepts(case.from(), case.to()))
        .inverse("credentials-widened"),
    Rule::new("credentials-changed", Breaking, "it takes other credentials than before").of(&[Kind::Operation]).changes(&["security"]),
    Rule::new("permission-dropped", Compatible, "a key that could call it still can")
        .of(&[Kind::Operation])
        .changes(&["x-venue-permission"])
        .when(|case| is_none(case.to()))
        .inverse("permission-demanded"),
    Rule::new("permission-demanded", Breaking, "a key without this permission is refused")
        .of(&[Kind::Operation])
        .changes(&["x-venue-permission"])
        .when(|case| is_none(case.from()))
        .inverse("permission-dropped"),
    Rule::new("permission-changed", Breaking, "a key with the old permission alone is refused")
        .of(&[Kind::Operation])
        .changes(&["x-venue-permission"]),
];

fn is_none(permission: Option<&Content>) -> bool {
    permission.is_none_or(|content| content.to_string() == "none")
}

/// Whether these credentials let everyone in whom the others let in, in every way in which those could.
fn accepts(these: Option<&Content>, others: Option<&Content>) -> bool {
    let (Some(Content::Credentials(these)), Some(Content::Credentials(others))) = (these, others) else { return false };
    let is_open = |alternatives: &BTreeSet<BTreeSet<String>>| alternatives.is_empty() || alternatives.iter().any(BTreeSet::is_empty);
    match (is_open(these), is_open(others)) {
        (true, false) => true,
        (false, true) => false,
        // Whoever needs no credentials may still send some, and be known by them.
        (true, true) => others.iter().all(|other| other.is_empty() || these.contains(other)),
        (false, false) => others.iter().all(|other| these.iter().any(|this| this.is_subset(other))),
    }
}
