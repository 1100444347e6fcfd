//! Compares the pages in two languages.

use std::collections::{BTreeMap, BTreeSet};

use crate::fact::{Aspect, Fact, split_values};
use crate::finding::{Class, Finding, Rule};
use crate::reader::Reading;

/// Finds the facts that only one of two readings contains. Both readings have the same subjects, because names, paths and anchors are not
/// translated.
pub(crate) fn differences(first: &Reading, second: &Reading) -> Vec<Finding> {
    let (one, other) = (keys(first), keys(second));
    let only = |these: &BTreeMap<Key, &Fact>, those: &BTreeMap<Key, &Fact>| {
        let mut reported = BTreeSet::new();
        let mut findings = Vec::new();
        for (key, fact) in these.iter().filter(|(key, _)| !those.contains_key(*key)) {
            let is_described = those.keys().any(|other| other.subject == key.subject);
            if !is_described {
                if reported.insert((key.subject.clone(), Aspect::Listed)) {
                    let message = String::from("the other language does not describe this part");
                    findings.push(Finding { message, ..finding(fact, None) });
                }
                continue;
            }
            let stated = those.iter().find(|(other, _)| other.subject == key.subject && other.aspect == key.aspect);
            if reported.insert((key.subject.clone(), key.aspect)) {
                findings.push(finding(fact, stated.map(|(_, fact)| *fact)));
            }
        }
        findings
    };
    let mut findings = only(&one, &other);
    let both: BTreeSet<(String, Option<Aspect>)> = findings.iter().map(|finding| (finding.subject.clone(), finding.aspect)).collect();
    findings.extend(only(&other, &one).into_iter().filter(|finding| !both.contains(&(finding.subject.clone(), finding.aspect))));
    findings
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    subject: String,
    aspect: Aspect,
    values: BTreeSet<String>,
}

/// The facts that must be equal in all languages. Mentions and examples contain translated texts.
fn keys(reading: &Reading) -> BTreeMap<Key, &Fact> {
    let comparable = reading.facts.iter().filter(|fact| !matches!(fact.aspect, Aspect::Mention | Aspect::Example));
    comparable
        .map(|fact| {
            let values = split_values(&fact.value).into_iter().map(str::to_owned).collect();
            // The same heading can have different anchors in two languages.
            let is_of_section = matches!(fact.aspect, Aspect::Url | Aspect::Quantity);
            let subject = if is_of_section { fact.place.page.clone() } else { fact.subject.clone() };
            (Key { subject, aspect: fact.aspect, values }, fact)
        })
        .collect()
}

fn finding(fact: &Fact, other: Option<&Fact>) -> Finding {
    let value = if fact.value.is_empty() { String::new() } else { format!(" `{}`", fact.value) };
    let message = match other {
        Some(other) => format!("{}{value} here, and `{}` in the other language ({})", fact.aspect, other.value, other.place),
        None => format!("{}{value} is stated in only one of the languages", fact.aspect),
    };
    Finding {
        class: Class::Facts,
        rule: Rule::Witness,
        place: fact.place.clone(),
        subject: fact.subject.clone(),
        aspect: Some(fact.aspect),
        operation: None,
        message,
        specification_line: None,
        rust: None,
        edit: None,
    }
}
