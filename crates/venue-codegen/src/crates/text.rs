//! English phrases that several generated texts contain.

/// The noun in the number that fits a count: `item` for 1, and otherwise `items`.
pub(super) fn plural<T: PartialEq + From<u8>>(count: T, noun: &str) -> String {
    if count == T::from(1) { noun.to_owned() } else { format!("{noun}s") }
}

/// Lists alternatives: `a, b or c`.
pub(super) fn either(mut alternatives: Vec<String>) -> String {
    match (alternatives.pop(), alternatives.is_empty()) {
        (Some(last), false) => format!("{} or {last}", alternatives.join(", ")),
        (last, _) => last.unwrap_or_default(),
    }
}
