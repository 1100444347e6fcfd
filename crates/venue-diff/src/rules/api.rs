//! Rules about the complete API: servers, permissions, the envelope.

use super::rule::Rule;
use crate::change::Class::{Breaking, Compatible, Documentation, Risky};
use crate::facts::Kind;

/// The dates of the end of an exchange.
const END: &[&str] = &["x-venue-lifecycle.announced", "x-venue-lifecycle.tradingEnds", "x-venue-lifecycle.closed"];
/// The dates after which calls fail.
const END_OF_CALLS: &[&str] = &["x-venue-lifecycle.tradingEnds", "x-venue-lifecycle.closed"];

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        "base-path-moved",
        Risky,
        "a prefix moved between all paths and the server's address: a program that sets the base URL itself must move the prefix as well",
    )
    .of(&[Kind::Server])
    .changes(&["url"])
    .when(|case| case.new.listing.has_moved_its_base_path(&case.old.listing)),
    Rule::new("servers-reordered", Documentation, "the root lists the same servers in another order, and each operation keeps its server")
        .of(&[Kind::Server])
        .changes(&["url"])
        .when(|case| case.new.listing.has_reordered_its_servers(&case.old.listing)),
    Rule::new("server-moved", Breaking, "requests go to another address").of(&[Kind::Server]).changes(&["url"]),
    Rule::new("server-added", Compatible, "the other servers remain available").of(&[Kind::Server]).added().inverse("server-removed"),
    Rule::new("server-removed", Breaking, "requests to this server fail").of(&[Kind::Server]).removed().inverse("server-added"),
    Rule::new("permission-added", Compatible, "keys keep the permissions that they have")
        .of(&[Kind::Permission])
        .added()
        .inverse("permission-removed"),
    Rule::new("permission-removed", Breaking, "API keys can no longer have this permission")
        .of(&[Kind::Permission])
        .removed()
        .inverse("permission-added"),
    Rule::new("permission-renamed", Risky, "an API key with the old permission may need the new one").of(&[Kind::Permission]).renamed(),
    Rule::new("end-announced", Risky, "programs work until the exchange ends")
        .of(&[Kind::Api])
        .changes(END)
        .when(|case| case.from().is_none())
        .inverse("end-no-longer-announced"),
    Rule::new("end-no-longer-announced", Compatible, "the exchange no longer plans this step of its end")
        .of(&[Kind::Api])
        .changes(END)
        .when(|case| case.to().is_none())
        .inverse("end-announced"),
    Rule::new("end-moved", Risky, "the exchange ends on another day than programs expect").of(&[Kind::Api]).changes(END_OF_CALLS),
    Rule::new("end-described", Documentation, "only the source of the dates, or the day of the announcement, changed")
        .of(&[Kind::Api])
        .changes(&["x-venue-lifecycle."]),
    Rule::new("uncertain-codes-changed", Risky, "the set of error codes after which a write may have been executed changed")
        .of(&[Kind::Api])
        .changes(&["x-venue-envelope.uncertain"]),
    Rule::new("envelope-changed", Breaking, "the success codes or the envelope fields of every response changed")
        .of(&[Kind::Api])
        .changes(&["x-venue-envelope."]),
    Rule::new("section-added", Documentation, "sections only order the documentation")
        .of(&[Kind::Section])
        .added()
        .inverse("section-removed"),
    Rule::new("section-removed", Documentation, "sections only order the documentation")
        .of(&[Kind::Section])
        .removed()
        .inverse("section-added"),
    Rule::new("section-renamed", Documentation, "sections only order the documentation").of(&[Kind::Section]).renamed(),
    Rule::new("api-described", Documentation, "only the description of the API changed").of(&[Kind::Api]).changes(&[
        "openapi",
        "info.",
        "externalDocs.",
        "x-venue-source.",
    ]),
];
