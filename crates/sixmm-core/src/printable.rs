//! Other people's text, made fit for a log.

use std::fmt;

/// Somebody else's text in a log: on one line, without control characters, and not too long.
pub(crate) struct Printable<'a>(pub(crate) &'a str);

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 200;
        for character in self.0.chars().take(SHOWN) {
            if character.is_control() {
                write!(f, "{}", character.escape_debug())?;
            } else {
                write!(f, "{character}")?;
            }
        }
        if self.0.chars().nth(SHOWN).is_some() {
            f.write_str("…")?;
        }
        Ok(())
    }
}

/// Serde's message without the value that it quotes: ``invalid type: string "hunter2", expected i64`` → `invalid type: string, expected i64`.
pub(crate) fn without_values(message: &str) -> String {
    let Some(expected) = message.rfind(", expected ") else {
        return message.to_owned();
    };
    let start = ["invalid type: ", "invalid value: ", "invalid length "]
        .iter()
        .filter_map(|intro| message.find(intro).map(|at| at + intro.len()))
        .min()
        .unwrap_or(expected);
    let kind = message.get(start..expected).unwrap_or_default();
    let named = kind.find(['"', '`']).map_or(kind, |quote| kind[..quote].trim_end());
    format!("{}{named}{}", &message[..start], &message[expected..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decode_messages_do_not_repeat_values() {
        let check = |from: &str, to: &str| assert_eq!(without_values(from), to);
        check(
            r#"in `data`: in `accessExpire`: invalid type: string "hunter2", expected i64 at line 1 column 5"#,
            "in `data`: in `accessExpire`: invalid type: string, expected i64 at line 1 column 5",
        );
        check("invalid type: integer `12`, expected a list", "invalid type: integer, expected a list");
        check(r#"invalid value: string "a, expected b", expected c"#, "invalid value: string, expected c");
        check("invalid type: map, expected a string", "invalid type: map, expected a string");
        check("missing field `symbol`", "missing field `symbol`");
    }
}
