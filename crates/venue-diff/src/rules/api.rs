//! Rules about the complete API: servers, permissions, the envelope.

use super::rule::Rule;
use crate::change::Class::{Breaking, Compatible, Documentation, Risky};
use crate::facts::Kind;

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        "base-path-moved",
        Risky,
        "a prefix moved between all paths and the server's address: a program that sets the base URL itself must move the prefix as well",
    )
    .of(&[Kind::Server])
    .changes(&["url"])
    .when(|case| case.new.listing.has_moved_its_base_path(&case.old.listing)),
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
