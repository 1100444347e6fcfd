//! What to paste into a new file.

/// An entry for changes that nobody speaks of yet, for somebody to fill in. `is_merged` if they were merged before.
pub fn draft(ids: &[&str], is_merged: bool) -> String {
    if ids.is_empty() {
        return String::new();
    }
    // TOML's basic strings escape what JSON's do.
    let ids: String = ids.iter().map(|id| format!("    {},\n", serde_json::Value::from(*id))).collect();
    let merged = if is_merged { "merged = true  # these changes were merged before this was written\n" } else { "" };
    format!(
        "[[change]]\norigin = \"vendor\"  # or \"correction\"\nevidence = \"\"  # how we know: a page and its version, an answer that came\n\
         {merged}ids = [\n{ids}]\n"
    )
}
