//! The `pattern` of a string. Of regular expressions, a pattern may use only a class of allowed characters and a length.

/// The `pattern` of a string that is sent: the allowed characters, and the allowed number of characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// The pattern as the specification has it, such as `^[A-Za-z0-9_-]{1,32}$`.
    pub text: String,
    /// The allowed ASCII characters as inclusive ranges, in the order of the pattern. A single character is a range of one character.
    pub ranges: Vec<(char, char)>,
    /// The minimum number of characters.
    pub minimum: Option<u32>,
    /// The maximum number of characters.
    pub maximum: Option<u32>,
}

impl Pattern {
    /// Parses `^[CLASS]{MIN,MAX}$`, `^[CLASS]+$` or `^[CLASS]*$`. A class lists ASCII characters and ranges of letters or digits, such as
    /// `A-Za-z0-9_-`. The pattern `^[0-9a-f]+$` has the ranges `('0', '9')` and `('a', 'f')`, the minimum 1 and no maximum.
    ///
    /// # Errors
    /// Returns the reason why the text is no such pattern, as a message about the pattern.
    pub fn parse(text: &str) -> Result<Self, String> {
        let inner = text.strip_prefix("^[").and_then(|rest| rest.strip_suffix('$'));
        let Some((class, count)) = inner.and_then(|inner| inner.split_once(']')) else {
            return Err(String::from("has another form than `^[CLASS]{MIN,MAX}$`, `^[CLASS]+$` or `^[CLASS]*$`"));
        };
        let (minimum, maximum) = match count {
            "+" => (Some(1), None),
            "*" => (None, None),
            _ => {
                let (minimum, maximum) = repetitions(count)?;
                (Some(minimum), Some(maximum))
            }
        };
        Ok(Self { text: text.to_owned(), ranges: ranges(class)?, minimum, maximum })
    }

    /// Whether the pattern allows a character.
    pub fn allows(&self, character: char) -> bool {
        self.ranges.iter().any(|(first, last)| (*first..=*last).contains(&character))
    }
}

/// The two numbers of `{MIN,MAX}`.
fn repetitions(count: &str) -> Result<(u32, u32), String> {
    let numbers = count.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).and_then(|numbers| numbers.split_once(','));
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u32>().ok()).flatten();
    match numbers.map(|(minimum, maximum)| (number(minimum), number(maximum))) {
        Some((Some(minimum), Some(maximum))) if minimum <= maximum && maximum > 0 => Ok((minimum, maximum)),
        Some((Some(minimum), Some(maximum))) => {
            Err(format!("allows no text, because no length is at least {minimum} and at most {maximum}"))
        }
        _ => Err(format!("ends with `{count}$` after its class, in the place of `{{MIN,MAX}}$`, `+$` or `*$`")),
    }
}

/// The ranges of a class. A `-` is a character by itself only at the end of the class.
fn ranges(class: &str) -> Result<Vec<(char, char)>, String> {
    let characters: Vec<char> = class.chars().collect();
    let mut ranges: Vec<(char, char)> = Vec::new();
    let mut rest = characters.as_slice();
    while let Some((first, after)) = rest.split_first() {
        let (range, after) = match after {
            ['-', last, after @ ..] => ((*first, *last), after),
            _ => ((*first, *first), after),
        };
        if let Some(odd) = [range.0, range.1].into_iter().find(|c| !is_literal(*c)) {
            return Err(format!("has `{odd}` in its class, which is not a printable ASCII character without a meaning of its own"));
        }
        if range.0 != range.1 && !is_alphanumeric_range(range) {
            return Err(format!(
                "has the range `{}-{}`, which is not a range of digits, of capitals or of small letters",
                range.0, range.1
            ));
        }
        if let Some(other) = ranges.iter().find(|other| other.0 <= range.1 && range.0 <= other.1) {
            let repeated = range.0.max(other.0);
            return Err(format!("has `{repeated}` twice in its class"));
        }
        ranges.push(range);
        rest = after;
    }
    if ranges.is_empty() { Err(String::from("has an empty class")) } else { Ok(ranges) }
}

/// Whether a character means itself in a class.
fn is_literal(c: char) -> bool {
    (c.is_ascii_graphic() || c == ' ') && !['[', ']', '\\', '^'].contains(&c)
}

fn is_alphanumeric_range((first, last): (char, char)) -> bool {
    let kinds: [fn(&char) -> bool; 3] = [char::is_ascii_digit, char::is_ascii_uppercase, char::is_ascii_lowercase];
    first < last && kinds.iter().any(|is_kind| is_kind(&first) && is_kind(&last))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, ranges: &[(char, char)], minimum: Option<u32>, maximum: Option<u32>) {
        let expected = Pattern { text: text.to_owned(), ranges: ranges.to_vec(), minimum, maximum };
        assert_eq!(Pattern::parse(text), Ok(expected));
    }

    fn check_error(text: &str, expected: &str) {
        assert_eq!(Pattern::parse(text), Err(expected.to_owned()));
    }

    #[test]
    fn ranges_and_lengths_are_parsed() {
        let word = [('A', 'Z'), ('a', 'z'), ('0', '9'), ('_', '_'), ('-', '-')];
        check("^[A-Za-z0-9_-]{1,32}$", &word, Some(1), Some(32));
        check("^[0-9a-f]+$", &[('0', '9'), ('a', 'f')], Some(1), None);
        check("^[x. ]*$", &[('x', 'x'), ('.', '.'), (' ', ' ')], None, None);
    }

    #[test]
    fn other_regular_expressions_are_rejected() {
        let form = "has another form than `^[CLASS]{MIN,MAX}$`, `^[CLASS]+$` or `^[CLASS]*$`";
        for text in ["", "abc", "[a-z]+", "^[a-z]+", "^a+$", "^(a|b)$"] {
            check_error(text, form);
        }
        let end = "ends with `$` after its class, in the place of `{MIN,MAX}$`, `+$` or `*$`";
        check_error("^[a-z]$", end);
        check_error("^[a-z]{2}$", "ends with `{2}$` after its class, in the place of `{MIN,MAX}$`, `+$` or `*$`");
        check_error("^[a-z]{1,+2}$", "ends with `{1,+2}$` after its class, in the place of `{MIN,MAX}$`, `+$` or `*$`");
        check_error("^[a-z]{3,2}$", "allows no text, because no length is at least 3 and at most 2");
        check_error("^[]+$", "has an empty class");
        check_error("^[\\d]+$", "has `\\` in its class, which is not a printable ASCII character without a meaning of its own");
        check_error("^[^a]+$", "has `^` in its class, which is not a printable ASCII character without a meaning of its own");
        check_error("^[A-z]+$", "has the range `A-z`, which is not a range of digits, of capitals or of small letters");
        check_error("^[a-c-]+$x$", "ends with `+$x$` after its class, in the place of `{MIN,MAX}$`, `+$` or `*$`");
        check_error("^[a-cb]+$", "has `b` twice in its class");
    }

    #[test]
    fn a_character_is_compared_with_the_ranges() {
        let pattern = Pattern::parse("^[a-f_]+$").unwrap();
        assert!(pattern.allows('a') && pattern.allows('f') && pattern.allows('_'));
        assert!(!pattern.allows('g') && !pattern.allows('A') && !pattern.allows('é'));
    }
}
