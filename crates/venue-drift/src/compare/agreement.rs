//! Whether two values of a fact agree, and the description of their difference.

use std::collections::BTreeSet;

use crate::fact::{Aspect, split_values};

/// Whether the value of the pages agrees with the value of the specification.
pub(super) fn agree(aspect: Aspect, theirs: &str, ours: Option<&str>) -> bool {
    let Some(ours) = ours else {
        // The specification cannot express values of an open list, limits of responses, or examples of everything.
        return matches!(aspect, Aspect::Example | Aspect::Listed);
    };
    match aspect {
        Aspect::Type => types_agree(theirs, ours),
        Aspect::Required => (theirs == "yes") == (ours == "yes"),
        // A table of states can list the states of one kind in several rows.
        Aspect::Open | Aspect::Final => split_values(theirs).iter().all(|value| split_values(ours).contains(value)),
        Aspect::Values => split_values(theirs).into_iter().collect::<BTreeSet<_>>() == split_values(ours).into_iter().collect(),
        Aspect::Credentials => sets(theirs) == sets(ours),
        Aspect::Default => theirs.eq_ignore_ascii_case(ours),
        _ => theirs == ours,
    }
}

/// Splits `jwt | apiKey+signature` into sets of names, because neither order has a meaning.
fn sets(credentials: &str) -> BTreeSet<BTreeSet<&str>> {
    credentials.split(" | ").map(|set| set.split('+').collect()).collect()
}

fn types_agree(theirs: &str, ours: &str) -> bool {
    theirs == ours
        || ours == "any"
        || theirs == "any"
        || (theirs == "integer" && ours.starts_with("integer"))
        || (theirs == "array" && ours.starts_with("array"))
}

pub(super) fn difference(aspect: Aspect, theirs: &str, ours: &str) -> String {
    match aspect {
        Aspect::Values | Aspect::Open | Aspect::Final => {
            let (theirs, ours) = (split_values(theirs), split_values(ours));
            let only = |one: &[&str], other: &[&str]| {
                let values: Vec<String> = one.iter().filter(|value| !other.contains(value)).map(|value| format!("`{value}`")).collect();
                values.join(", ")
            };
            let (pages, specification) = (only(&theirs, &ours), only(&ours, &theirs));
            match (pages.is_empty(), specification.is_empty()) {
                (false, true) => format!("only the pages have the value {pages}"),
                (true, false) => format!("only the specification has the value {specification}"),
                _ => format!("only the pages have {pages}, and only the specification has {specification}"),
            }
        }
        Aspect::Example => String::from("the example differs from the example of the specification"),
        Aspect::Required => format!("required: `{theirs}` on the pages, `{ours}` in the specification"),
        _ => format!("the pages state the {aspect} `{theirs}`, and the specification states `{ours}`"),
    }
}
