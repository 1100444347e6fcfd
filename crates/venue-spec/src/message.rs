//! Building blocks of diagnostic messages: the nearest valid word, a list of words, a number with its noun, a shortened text.

/// The candidate with the smallest edit distance to `word`, if the distance is at most a third of the length of `word`.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = fold(word);
    // rustc uses the same limit for its suggestions.
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

/// Joins words: `` `a`, `b` and `c` `` if `joint` is "and".
pub(crate) fn list<'a>(words: impl IntoIterator<Item = &'a str>, joint: &str) -> String {
    let mut quoted: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    match quoted.pop() {
        None => "nothing".to_owned(),
        Some(last) if quoted.is_empty() => last,
        Some(last) => format!("{} {joint} {last}", quoted.join(", ")),
    }
}

/// A number with its noun: `1 item`, `2 items`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// The first line of a text, cut after 40 characters.
pub(crate) fn shorten(text: &str) -> String {
    const LIMIT: usize = 40;
    let line = text.lines().next().unwrap_or_default();
    if line.len() == text.trim_end().len() && line.chars().count() <= LIMIT {
        return line.to_owned();
    }
    let start: String = line.chars().take(LIMIT).collect();
    format!("{}…", start.trim_end())
}

/// Converts a word to lower case without separators, because a wrong and a valid word differ most often in case and separators.
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
