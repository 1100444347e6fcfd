//! Other forms of acknowledgements, which a fault injects.

use serde_json::{Value, json};

use super::faults::AckForm;

/// Converts an acknowledgement to another form.
pub(super) fn convert(text: &str, form: AckForm) -> String {
    let Ok(Value::Object(mut fields)) = serde_json::from_str(text) else { return text.to_owned() };
    match form {
        AckForm::NumericId => {
            let number = fields.get("id").and_then(Value::as_str).and_then(|id| id.parse::<u64>().ok());
            if let Some(number) = number {
                fields.insert("id".to_owned(), number.into());
            }
        }
        AckForm::WithoutId => {
            fields.remove("id");
        }
        AckForm::WithoutData => {
            fields.remove("data");
        }
        AckForm::Result => {
            let result = if fields.get("success") == Some(&Value::Bool(true)) { "success" } else { "error" };
            return json!({ "id": fields.get("id"), "result": result }).to_string();
        }
    }
    Value::Object(fields).to_string()
}
