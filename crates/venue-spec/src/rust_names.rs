//! What Rust names become of wire names: the generator uses them, and collisions show here and not in rustc.

use heck::{ToPascalCase, ToSnakeCase};

/// A name as progenitor writes a type.
pub fn pascal(name: &str) -> String {
    sanitize(name, |name| name.to_pascal_case(), "X")
}

/// A name as progenitor writes a field.
pub fn snake(name: &str) -> String {
    sanitize(name, |name| name.to_snake_case(), "x")
}

/// What progenitor and typify do to a name.
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

/// The words that typify appends an underscore to.
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
    fn names_become_what_the_generator_makes_of_them() {
        for (wire, rust) in
            [("orderId", "order_id"), ("type", "type_"), ("X-Request-ID", "x_request_id"), ("1m", "x1m"), ("a.b", "a_b"), ("", "x")]
        {
            assert_eq!(snake(wire), rust);
        }
        assert_eq!(pascal("order_1"), pascal("order1"));
    }
}
