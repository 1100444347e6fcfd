//! Whether an answer contains nothing but its refusal.

use serde::Deserialize;
use serde_json::Value;

/// Whether the answer has no data, or empty data. One with two `data` is not read, and counts as one that has some.
pub(crate) fn is_without_data(body: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Body {
        #[serde(default)]
        data: Value,
    }

    serde_json::from_slice(body).is_ok_and(|Body { data }| match data {
        Value::Null => true,
        Value::Object(fields) => fields.is_empty(),
        Value::Array(rows) => rows.is_empty(),
        Value::String(text) => text.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_null_and_empty_data_are_none() {
        for body in [r#"{"code":1}"#, r#"{"data":null}"#, r#"{"data":{}}"#, r#"{"data":[]}"#, r#"{"data":""}"#] {
            assert!(is_without_data(body.as_bytes()), "{body}");
        }
    }

    #[test]
    fn anything_else_is_data_and_so_is_what_cannot_be_read() {
        for body in
            [r#"{"data":{"orderId":"7"}}"#, r#"{"data":[{}]}"#, r#"{"data":0}"#, r#"{"data":null,"data":{"orderId":"7"}}"#, "<html>"]
        {
            assert!(!is_without_data(body.as_bytes()), "{body}");
        }
    }

    #[test]
    fn a_message_that_is_no_text_does_not_matter() {
        assert!(is_without_data(b"{\"code\":1,\"message\":\"x\\ud83d \xd3\xe0\"}"));
    }
}
