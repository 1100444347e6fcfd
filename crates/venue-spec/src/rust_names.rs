//! Conversion of wire names to Rust names. The generator uses the same functions, so that a name collision is reported here and
//! not by rustc.

use heck::{ToPascalCase, ToSnakeCase};

/// Converts a wire name to the name of a Rust type, as progenitor does.
pub fn pascal(name: &str) -> String {
    sanitize(name, |name| name.to_pascal_case(), "X")
}

/// Converts a wire name to the name of a Rust field, as progenitor does.
pub fn snake(name: &str) -> String {
    sanitize(name, |name| name.to_snake_case(), "x")
}

/// Applies the naming rules of progenitor and typify: replaces characters that identifiers cannot have, changes the case, and
/// avoids keywords.
fn sanitize(name: &str, to_case: fn(&str) -> String, prefix: &str) -> String {
    let words: String = name.chars().filter(|c| *c != '\'').map(|c| if c.is_alphanumeric() || c == '_' { c } else { '-' }).collect();
    let mut name = match name {
        "+1" => "plus1".to_owned(),
        "-1" => "minus1".to_owned(),
        _ => to_case(&words),
    };
    if !name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        name.insert_str(0, prefix);
    }
    if is_keyword(&name) {
        name.push('_');
    }
    name
}

/// Whether typify appends an underscore to this name.
pub(crate) fn is_keyword(name: &str) -> bool {
    const KEYWORDS: &[&str] = &[
        "_", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else", "enum",
        "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut",
        "override", "priv", "pub", "ref", "return", "Self", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
        "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
    ];
    KEYWORDS.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wire_names_are_converted_as_the_generator_converts_them() {
        for (wire, rust) in
            [("orderId", "order_id"), ("type", "type_"), ("X-Request-ID", "x_request_id"), ("1m", "x1m"), ("a.b", "a_b"), ("", "x")]
        {
            assert_eq!(snake(wire), rust);
        }
        assert_eq!(pascal("order_1"), pascal("order1"));
    }
}
