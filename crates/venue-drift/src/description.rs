//! Reads the facts in the description of a field: limits, a default, and values.

use crate::fact::{Aspect, OPEN_LIST};
use crate::markdown::{Inline, flatten};
use crate::profile::Profile;

/// The facts of a description.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Description {
    /// Limits and defaults with their values.
    pub(crate) limits: Vec<(Aspect, String)>,
    /// The values that the field can have.
    pub(crate) values: Vec<String>,
    /// The other code spans.
    pub(crate) mentions: Vec<String>,
}

/// Reads a description such as "`1` cross, `2` isolated, default `1`".
///
/// The code spans are a list of values if the list begins the text or follows a colon, and if its items are separated by commas or slashes.
/// An item that is separated by a comma can have a label. All other code spans are mentions: in "required for `LIMIT`", `LIMIT` is a value
/// of another field.
pub(crate) fn read(inlines: &[Inline], profile: &Profile) -> Description {
    let mut found = Description::default();
    let mut text = flatten(inlines);
    for limit in &profile.limit {
        while let Some(captures) = limit.pattern.captures(&text) {
            let named = [(Aspect::Default, "default"), (Aspect::Minimum, "minimum"), (Aspect::Maximum, "maximum")];
            for (aspect, group) in named {
                if let Some(value) = captures.name(group) {
                    found.limits.push((aspect, value.as_str().to_owned()));
                }
            }
            let range = captures.get_match().range();
            if range.is_empty() {
                break;
            }
            text.replace_range(range, "");
        }
    }
    let pieces: Vec<&str> = text.split('`').collect();
    let codes: Vec<&str> = pieces.iter().skip(1).step_by(2).copied().collect();
    let texts: Vec<&str> = pieces.iter().step_by(2).copied().collect();
    let (length, is_open) = list_length(&texts, codes.len(), profile);
    for (index, code) in codes.iter().enumerate() {
        let target = if index < length { &mut found.values } else { &mut found.mentions };
        target.push((*code).to_owned());
    }
    if length > 0 && is_open {
        found.values.push(OPEN_LIST.to_owned());
    }
    found
}

/// The number of code spans at the start that form a list of values. `texts[i]` is the text before code span `i`.
///
/// Also returns whether there may be more values.
fn list_length(texts: &[&str], codes: usize, profile: &Profile) -> (usize, bool) {
    let before = texts.first().copied().unwrap_or_default().trim();
    let is_open = profile.open_lists.iter().any(|word| before.to_lowercase().ends_with(&word.to_lowercase()));
    let begins_list = before.is_empty() || before.ends_with([':', '：', '，']) || is_open;
    if !begins_list || codes == 0 {
        return (0, false);
    }
    let mut length = 1;
    let mut is_labelled = false;
    while length < codes {
        let between = texts[length].trim();
        let has_separator = between.ends_with(['/', ',', '，', '、']);
        if !has_separator {
            break;
        }
        is_labelled |= between.chars().count() > 1;
        length += 1;
    }
    let after = texts.get(length).copied().unwrap_or_default().trim();
    let ends_cleanly = after.is_empty() || after.starts_with(['.', ',', ';', '。', '，', '；', '（', '(']);
    let is_list = match (length, is_labelled) {
        (1, _) => (after.is_empty() || before.ends_with([':', '：'])) && !is_open,
        (_, true) => true,
        (_, false) => ends_cleanly,
    };
    if is_list { (length, is_open) } else { (0, false) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile() -> Profile {
        Profile::parse(
            "pages = []\ncomplete = true\ntable = []\nopen-lists = ['such as']\nlimit = [\n\
             { pattern = '(?i)default `(?<default>[^`]*)`' },\n\
             { pattern = 'up to (?<maximum>\\d+) characters' },\n\
             { pattern = 'length (?<minimum>\\d+) - (?<maximum>\\d+)' },\n]\n",
        )
        .expect("a profile")
    }

    fn check(text: &str, limits: &str, values: &[&str], mentions: &[&str]) {
        let page = crate::markdown::read("a", "a", text, &[]);
        let crate::markdown::Block::Text(inlines) = &page.sections[0].blocks[0] else { panic!("text") };
        let found = read(inlines, &profile());
        let shown: Vec<String> = found.limits.iter().map(|(aspect, value)| format!("{aspect}={value}")).collect();
        assert_eq!((shown.join(" ").as_str(), found.values, found.mentions), (limits, strings(values), strings(mentions)), "{text}");
    }

    fn strings(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn limits_and_defaults_are_found_by_the_patterns_of_the_profile() {
        check("Name, length 3 - 32", "minimum=3 maximum=32", &[], &[]);
        check("Name, up to 64 characters", "maximum=64", &[], &[]);
        check("Maker-only, default `false`", "default=false", &[], &[]);
    }

    #[test]
    fn values_are_lists_at_the_start_or_after_a_colon() {
        check("`A` / `B`, default `A`", "default=A", &["A", "B"], &[]);
        check("`0` all, `1` some, `2` none. Default `0`", "default=0", &["0", "1", "2"], &[]);
        check("Range: `1D`, `1W`", "", &["1D", "1W"], &[]);
        check("Interval, such as `1m`, `5m`", "", &["1m", "5m", "…"], &[]);
        check("`a` / `b`. If omitted, see `c`", "", &["a", "b"], &["c"]);
    }

    #[test]
    fn other_code_spans_are_mentions() {
        check("Required for `A` / `B`", "", &[], &["A", "B"]);
        check("Can be omitted when `close=true`", "", &[], &["close=true"]);
        check("An asset, such as `USDT`", "", &[], &["USDT"]);
        check("First id. `0` means none", "", &[], &["0"]);
    }
}
