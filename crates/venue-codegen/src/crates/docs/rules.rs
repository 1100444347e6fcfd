//! Formats rules over several fields and success conditions as text.

use venue_spec::model::{Aspect, Condition, Rule, SuccessCondition};

use super::super::text::either;

/// The values of the data that a success requires: `` `code = 0` and `failIds = []` ``.
pub(in crate::crates) fn conditions(conditions: &[SuccessCondition]) -> String {
    let each = conditions.iter().map(|condition| format!("`{} = {}`", condition.field, condition.expected));
    each.collect::<Vec<_>>().join(" and ")
}

/// Lists the rules over several fields: first those that the documentation states, then those that are inferred from it.
pub(super) fn checked<'a>(text: &mut String, rules: impl Iterator<Item = &'a Rule>) {
    let (inferred, documented): (Vec<&Rule>, Vec<&Rule>) = rules.partition(|rule| rule.evidence().is_some());
    let list = |rules: &[&Rule]| rules.iter().map(|rule| format!("- {}\n", self::rule(rule))).collect::<String>();
    if !documented.is_empty() {
        text.push_str(&format!(
            "\nBefore the client sends the request, it checks the limits of each field and these rules:\n\n{}",
            list(&documented)
        ));
    }
    if !inferred.is_empty() {
        text.push_str(&format!(
            "\n**Inferred** rules, which the client checks only with [`check_inferred`](crate::ClientBuilder::check_inferred):\n\n{}",
            list(&inferred)
        ));
    }
}

/// A rule as text, with the evidence for its inferred parts.
pub(in crate::crates) fn rule(rule: &Rule) -> String {
    let mut text = condition(&rule.condition);
    if let Some(evidence) = rule.inferred.of(Aspect::Unless) {
        text.push_str(&format!(". The exception is inferred: {evidence}"));
    }
    if let Some(evidence) = rule.evidence() {
        text.push_str(&format!(". {evidence}"));
    }
    text
}

/// A condition as text.
pub(in crate::crates) fn condition(condition: &Condition) -> String {
    match condition {
        Condition::AnyOf(fields) => format!("at least one of {} is required", ticked(fields)),
        Condition::OneOf(fields) => format!("exactly one of {} is required", ticked(fields)),
        Condition::Require { field, .. } => format!("`{field}` is required {}", requirement(condition)),
    }
}

/// The cases in which a field is required, as text: `when …, unless …`.
pub(in crate::crates) fn requirement(condition: &Condition) -> String {
    let Condition::Require { when, unless, .. } = condition else { return String::new() };
    let conditions = |list: &[(String, Vec<serde_json::Value>)], glue: &str| {
        let each = list.iter().map(|(field, values)| {
            let values = values.iter().map(|value| value.as_str().map_or_else(|| format!("`{value}`"), |text| format!("`{text}`")));
            format!("`{field}` is {}", either(values.collect()))
        });
        each.collect::<Vec<_>>().join(glue)
    };
    let mut words = Vec::new();
    if !when.is_empty() {
        words.push(format!("when {}", conditions(when, " and ")));
    }
    if !unless.is_empty() {
        words.push(format!("unless {}", conditions(unless, " or ")));
    }
    words.join(", ")
}

fn ticked(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
