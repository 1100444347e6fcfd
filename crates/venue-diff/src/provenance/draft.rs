//! The template of a new entry.

/// Formats the draft of a provenance entry for changes without an origin, which a maintainer completes. `is_merged` states whether the
/// changes were merged before the entry is written.
pub fn draft(ids: &[&str], is_merged: bool) -> String {
    if ids.is_empty() {
        return String::new();
    }
    // The escapes of a JSON string are valid in a TOML basic string.
    let ids: String = ids.iter().map(|id| format!("    {},\n", serde_json::Value::from(*id))).collect();
    let merged = if is_merged { "merged = true  # these changes were merged before this entry was written\n" } else { "" };
    format!(
        "[[change]]\norigin = \"vendor\"  # or \"correction\"\nevidence = \"\"  # how we know: a page and its version, an answer that came\n\
         {merged}ids = [\n{ids}]\n"
    )
}
