//! The index of a documentation.

use std::collections::BTreeSet;

/// The names of the pages that an index lists: the paths of its links below the root of the documentation, without the suffix.
///
/// A link can be absolute or have only a path. A link to another host, and a path with unusual characters, is left out.
pub fn page_names(index: &str, host: &str, root: &str, suffix: &str) -> Vec<String> {
    let separators = |c: char| c.is_whitespace() || "()[]<>\"'`,".contains(c);
    let names = index.split(separators).filter_map(|word| {
        let path = word.strip_prefix(host).unwrap_or(word);
        let name = path.strip_prefix(root)?.strip_prefix('/')?;
        let name = name.split(['#', '?']).next().unwrap_or(name);
        let name = name.strip_suffix(suffix).unwrap_or(name).trim_end_matches('/');
        is_name(name).then(|| name.to_owned())
    });
    names.collect::<BTreeSet<_>>().into_iter().collect()
}

/// Whether a path is safe as the path of a file.
fn is_name(name: &str) -> bool {
    let is_part = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    name.split('/').all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_of_the_documentation_are_pages() {
        let index = "- [A](https://d.example/api/a.md): text\n- [B](/api/b/c.md)\n- https://d.example/api/a#x\n\
                     - [Other](https://other.example/api/x.md)\n- [Up](/api/../../etc.md)\n- [Guide](/guide/y.md)\n";
        assert_eq!(page_names(index, "https://d.example", "/api", ".md"), ["a", "b/c"]);
    }
}
