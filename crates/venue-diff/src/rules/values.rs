//! Rules about named schemas and the values of enums.

use super::rule::{Case, Rule};
use crate::change::Class::{Breaking, Compatible, Documentation, Risky};
use crate::facts::{Content, Element, Kind, Listing, Subject};

const VALUE: &[Kind] = &[Kind::Value];
const TYPE: &[Kind] = &[Kind::Type];

pub(super) const RULES: &[Rule] = &[
    Rule::new("schema-added", Documentation, "a schema is on the wire only where something refers to it")
        .of(TYPE)
        .added()
        .inverse("schema-removed"),
    Rule::new("schema-removed", Documentation, "a schema is on the wire only where something refers to it")
        .of(TYPE)
        .removed()
        .inverse("schema-added"),
    Rule::new("schema-renamed", Documentation, "a schema's name is not on the wire").of(TYPE).renamed(),
    Rule::new("value-renamed", Breaking, "requests with the old value are rejected, or responses no longer have it").of(VALUE).renamed(),
    Rule::new("open-value-added", Compatible, "requests could contain the value before it was listed")
        .of(VALUE)
        .added()
        .sent()
        .when(|case| is_of_an_open_enum(case, &case.old.listing))
        .inverse("open-value-removed"),
    Rule::new(
        "open-value-removed",
        Risky,
        "the enum is extensible, so that the value may still be accepted, but the documentation no longer says so",
    )
    .of(VALUE)
    .removed()
    .sent()
    .when(|case| is_of_an_open_enum(case, &case.new.listing))
    .inverse("open-value-added"),
    Rule::new("request-value-added", Compatible, "no program sends the input yet")
        .of(VALUE)
        .added()
        .sent()
        .inverse("request-value-removed"),
    Rule::new("request-value-removed", Breaking, "requests with this value are rejected")
        .of(VALUE)
        .removed()
        .sent()
        .inverse("request-value-added"),
    Rule::new("response-value-added", Risky, "programs receive a value that they do not know")
        .of(VALUE)
        .added()
        .received()
        .inverse("response-value-removed"),
    Rule::new("response-value-removed", Compatible, "responses no longer contain a known value")
        .of(VALUE)
        .removed()
        .received()
        .inverse("response-value-added"),
    Rule::new("variant-means-another-value", Breaking, "code that names the variant sends and reads another value than before")
        .of(VALUE)
        .changes(&["variant"])
        .when(|case| {
            has_variant(&case.old.listing, case.difference.old, case.to())
                || has_variant(&case.new.listing, case.difference.new, case.from())
        }),
    Rule::new("variant-renamed", Documentation, "the name of a variant is not on the wire").of(VALUE).changes(&["variant"]),
    Rule::new("state-described", Documentation, "the classification of the value as open or final was added or removed")
        .of(VALUE)
        .changes(&["state"])
        .when(|case| case.from().is_none() || case.to().is_none()),
    Rule::new("state-changed", Risky, "programs that wait for a final state decide differently").of(VALUE).changes(&["state"]),
    Rule::new("enum-opened", Compatible, "requests may contain unlisted values")
        .of(TYPE)
        .changes(&["x-venue-extensible"])
        .sent()
        .when(|case| case.from().is_none())
        .inverse("enum-closed"),
    Rule::new("enum-closed", Breaking, "requests with unlisted values are rejected")
        .of(TYPE)
        .changes(&["x-venue-extensible"])
        .sent()
        .when(|case| case.to().is_none())
        .inverse("enum-opened"),
    Rule::new("enum-open-for-another-reason", Documentation, "only the description changed").of(TYPE).changes(&["x-venue-extensible"]),
];

/// Whether a value belongs to an enum that is extensible in this listing. An enum that was renamed counts as not extensible, because the
/// older listing does not have its new name.
fn is_of_an_open_enum(case: &Case<'_>, listing: &Listing) -> bool {
    matches!(&case.difference.subject, Subject::Value { owner, .. } if listing.is_open(owner))
}

/// Whether another value of the same enum has this variant name.
fn has_variant(listing: &Listing, of: Option<&Element>, name: Option<&Content>) -> bool {
    let (Some(Subject::Value { owner, value }), Some(Content::Text(name))) = (of.map(|element| &element.subject), name) else {
        return false;
    };
    listing.elements().iter().any(|element| {
        matches!(&element.subject, Subject::Value { owner: of, value: other } if of == owner && other != value)
            && element.text("variant") == Some(name)
    })
}
