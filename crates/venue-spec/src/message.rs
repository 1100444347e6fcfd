//! Words as a message puts them: the nearest valid one, a list of them, a long one cut short.

/// The candidate that a maintainer most likely meant, if one is near enough.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = fold(word);
    // A third of the length is rustc's own measure: further away, a suggestion is a guess.
    let limit = word.chars().count().max(3) / 3;
    candidates
        .into_iter()
        .filter(|candidate| *candidate != word && !word.is_empty())
        .filter_map(|candidate| {
            let distance = match fold(candidate) == folded {
                true => 0,
                false => strsim::damerau_levenshtein(word, candidate),
            };
            (distance <= limit).then_some((distance, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// `` `a`, `b` and `c` ``
pub(crate) fn list<'a>(words: impl IntoIterator<Item = &'a str>, joint: &str) -> String {
    let mut quoted: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    match quoted.pop() {
        None => "nothing".to_owned(),
        Some(last) if quoted.is_empty() => last,
        Some(last) => format!("{} {joint} {last}", quoted.join(", ")),
    }
}

/// The first line of a text, cut to a length that leaves a message readable.
pub(crate) fn shorten(text: &str) -> String {
    const LIMIT: usize = 40;
    let line = text.lines().next().unwrap_or_default();
    if line.len() == text.trim_end().len() && line.chars().count() <= LIMIT {
        return line.to_owned();
    }
    let start: String = line.chars().take(LIMIT).collect();
    format!("{}…", start.trim_end())
}

/// A word without what a maintainer confuses most: case and separators.
fn fold(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_found_across_case_and_separators() {
        assert_eq!(nearest("desciption", ["type", "description"]), Some("description"));
        assert_eq!(nearest("operation_id", ["operationId", "type"]), Some("operationId"));
        assert_eq!(nearest("colour", ["type", "description"]), None);
        assert_eq!(nearest("", ["a"]), None);
    }

    #[test]
    fn a_list_reads_as_a_sentence() {
        assert_eq!(list(["a", "b", "c"], "or"), "`a`, `b` or `c`");
        assert_eq!(list(["a"], "or"), "`a`");
        assert_eq!(list([], "or"), "nothing");
    }
}
