//! What holds for the whole API: servers, permissions, the envelope.

use super::rule::Rule;
use crate::change::Class::{Breaking, Compatible, Documentation, Risky};
use crate::facts::Kind;

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        "base-path-moved",
        Risky,
        "a part of every path is now in the server's address, or no longer: a program that sets the base URL itself must move it, too",
    )
    .of(&[Kind::Server])
    .changes(&["url"])
    .when(|case| case.new.listing.has_moved_its_base_path(&case.old.listing)),
    Rule::new("server-moved", Breaking, "calls go to another address").of(&[Kind::Server]).changes(&["url"]),
    Rule::new("server-added", Compatible, "the servers that programs know still answer")
        .of(&[Kind::Server])
        .added()
        .inverse("server-removed"),
    Rule::new("server-removed", Breaking, "calls to this server fail").of(&[Kind::Server]).removed().inverse("server-added"),
    Rule::new("permission-added", Compatible, "keys keep the permissions that they have")
        .of(&[Kind::Permission])
        .added()
        .inverse("permission-removed"),
    Rule::new("permission-removed", Breaking, "a key can no longer be allowed this")
        .of(&[Kind::Permission])
        .removed()
        .inverse("permission-added"),
    Rule::new("permission-renamed", Risky, "a key with the old permission may have to be allowed the new one")
        .of(&[Kind::Permission])
        .renamed(),
    Rule::new("uncertain-codes-changed", Risky, "after another set of codes, a write may have been carried out")
        .of(&[Kind::Api])
        .changes(&["x-venue-envelope.uncertain"]),
    Rule::new("envelope-changed", Breaking, "success, code or data of every answer are found elsewhere")
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
    Rule::new("api-described", Documentation, "other words for the same API").of(&[Kind::Api]).changes(&[
        "openapi",
        "info.",
        "externalDocs.",
        "x-venue-source.",
    ]),
];
