//! The comparison of conditions over several fields.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use venue_spec::model::{Api, Condition, Field, Rule, Shape};

use crate::facts::{FieldFacts, RequiredWhen};

/// The conditions of the facts, as texts that do not depend on their order.
pub(crate) fn documented(facts: &[(&str, &FieldFacts)]) -> BTreeSet<String> {
    let conditions = |field: &FieldFacts, name: &str| -> Vec<String> {
        let spell = |condition: &RequiredWhen| match condition {
            RequiredWhen::When(when) => require(name, when),
            RequiredWhen::OneOf(fields) => alternatives("exactly one", fields),
            RequiredWhen::AnyOf(fields) => alternatives("at least one", fields),
            RequiredWhen::UnlessPresent(other) => alternatives("at least one", &[name.to_owned(), other.clone()]),
        };
        field.required_when.iter().map(spell).collect()
    };
    facts.iter().flat_map(|(name, field)| conditions(field, name)).collect()
}

/// The conditions of a specification without those that are inferred.
pub(crate) fn written(rules: &[Rule], fields: &[&Field], api: &Api) -> BTreeSet<String> {
    let documented = rules.iter().filter(|rule| rule.evidence().is_none());
    documented
        .map(|rule| match &rule.condition {
            Condition::AnyOf(names) => alternatives("at least one", names),
            Condition::OneOf(names) => alternatives("exactly one", names),
            Condition::Require { field, when, unless } => {
                let excluded = unless.iter().map(|(name, values)| (name.clone(), other_values(name, values, fields, api)));
                require(field, &when.iter().cloned().chain(excluded).collect())
            }
        })
        .collect()
}

/// The values of an enum that an exception does not list. A field that is not sent has its default, so the default is one of them.
fn other_values(name: &str, exceptions: &[Value], fields: &[&Field], api: &Api) -> Vec<Value> {
    let field = fields.iter().find(|field| field.name == name);
    let shape = field.and_then(|field| api.type_named(field.kind.named()?)).map(|named| &named.shape);
    let Some(Shape::Enum { values, .. }) = shape else { return Vec::new() };
    let others: Vec<Value> = values.iter().map(|value| value.wire.clone()).filter(|value| !exceptions.contains(value)).collect();
    let default = field.and_then(|field| field.default.as_ref());
    if default.is_some_and(|default| others.contains(default)) { others } else { Vec::new() }
}

fn require(field: &str, when: &BTreeMap<String, Vec<Value>>) -> String {
    let conditions: Vec<String> = when.iter().map(|(name, values)| format!("{name} in {}", Value::from(values.clone()))).collect();
    format!("{field} if {}", conditions.join(" and "))
}

fn alternatives(count: &str, fields: &[String]) -> String {
    let fields: BTreeSet<&str> = fields.iter().map(String::as_str).collect();
    format!("{count} of {}", fields.into_iter().collect::<Vec<_>>().join(", "))
}
