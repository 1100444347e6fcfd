//! The specification of BitMart has the facts of the vendor's documentation.
//!
//! `fixtures/bitmart_facts.json` has the facts without the sentences of the documentation: operations, hosts, authentication, rate limits,
//! fields with their types and limits, times, error codes and examples.

mod compare;
mod facts;
mod fields;
mod mutations;
mod rules;

use venue_spec::{Document, model::Api};

use crate::compare::{Comparison, compare};
use crate::facts::Facts;

/// The text of the specification.
fn source() -> String {
    std::fs::read_to_string(sixmm_tests::folder().join("../openapi/bitmart.yaml")).expect("the specification")
}

/// Compares the text of a specification with the facts.
fn compare_source(facts: &Facts, source: String) -> Comparison {
    let document = Document::parse("openapi/bitmart.yaml", source).expect("a specification without mistakes");
    compare(facts, &Api::new(&document))
}

#[test]
fn the_specification_has_the_facts_of_the_documentation() {
    let facts = Facts::read();
    let comparison = compare_source(&facts, source());
    let Comparison { operations, fields, enums, rate_limits, rules, examples, error_codes, differences } = comparison;
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
    println!(
        "{operations} operations, {fields} fields, {enums} fields with enums, {rate_limits} rate limits, {rules} rules, {examples} examples \
         and {error_codes} error codes are equal"
    );
    assert_eq!((operations, error_codes), (76, 222));
    let listed: usize = facts.error_codes.iter().map(|code| code.messages).sum();
    assert_eq!(listed, 227, "the documentation lists some codes with several messages");
    // The items of a list of texts have no field of their own in the specification.
    let items = |fields: &[facts::FieldFacts]| fields.iter().filter(|field| field.name.ends_with("[]")).count();
    let total: usize = facts.operations.iter().map(|facts| facts.query.len() + facts.body.len() + facts.response.len()).sum();
    let of_lists: usize = facts.operations.iter().map(|facts| items(&facts.response)).sum();
    assert_eq!(fields, total - of_lists, "every field of the facts is compared");
}
