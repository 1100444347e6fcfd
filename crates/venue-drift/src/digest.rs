//! Digests of texts. A lock file contains digests instead of the texts of the documentation.

use sha2::{Digest as _, Sha256};

/// The first 12 hexadecimal digits of the SHA-256 of a text. Two texts have equal digests with a probability of 2⁻⁴⁸.
pub(crate) fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

/// The digest of a JSON value. The order of the keys and the white space have no effect.
pub(crate) fn json_digest(value: &serde_json::Value) -> String {
    digest(&canonical(value))
}

fn canonical(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort();
            let entries: Vec<String> = keys.iter().map(|key| format!("{key:?}:{}", canonical(&map[key.as_str()]))).collect();
            format!("{{{}}}", entries.join(","))
        }
        serde_json::Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_order_of_keys_has_no_effect_on_the_digest() {
        assert_eq!(json_digest(&json!({"a": 1, "b": [2]})), json_digest(&json!({"b": [2], "a": 1})));
        assert_ne!(json_digest(&json!({"a": 1})), json_digest(&json!({"a": "1"})));
    }
}
