//! Conditions on the data of a response that decide, in addition to the envelope's code, whether the response is a success.

use std::fmt;

use crate::wire::private::{Json, JsonKind, integer};
use crate::{Envelope, EscapedText};

/// A condition that the data of a response must meet if the response is a success. Some operations report a failure, or the failure of a
/// part of a batch, only inside of the data.
///
/// The client checks the conditions of an operation if the envelope's code (or, without an envelope, the HTTP status) means success. If a
/// condition is not met, the call fails with an error for which [`Error::is_unmet_condition`] is `true`.
///
/// [`Error::is_unmet_condition`]: crate::Error::is_unmet_condition
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SuccessCondition {
    /// The JSON name of the field that the condition checks. A field of a nested object is named by a path inside of the data, such as
    /// `result.code`.
    pub field: &'static str,
    /// The value that the field has in a success.
    pub expected: ExpectedValue,
}

impl SuccessCondition {
    /// Creates a condition, for generated code.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(field: &'static str, expected: ExpectedValue) -> Self {
        Self { field, expected }
    }
}

/// The value that a [`SuccessCondition`] requires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExpectedValue {
    /// An integer, also in quotes.
    Integer(i64),
    /// A boolean, also in quotes.
    Boolean(bool),
    /// A text.
    Text(&'static str),
    /// A list without items. `null` and `{}` count as empty lists, as in a list field of a response.
    EmptyList,
}

/// `0`, `true`, `"OK"` or `[]`
impl fmt::Display for ExpectedValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(value) => value.fmt(f),
            Self::Boolean(value) => value.fmt(f),
            Self::Text(text) => write!(f, "{text:?}"),
            Self::EmptyList => f.write_str("[]"),
        }
    }
}

impl ExpectedValue {
    fn is_met_by(self, json: Json<'_>) -> bool {
        match self {
            Self::Integer(expected) => {
                let quoted = || json.text().and_then(|text| integer(&text));
                json.number().and_then(integer).or_else(quoted) == Some(expected)
            }
            Self::Boolean(expected) => {
                let quoted = || json.text().and_then(|text| text.parse().ok());
                json.boolean().or_else(quoted) == Some(expected)
            }
            Self::Text(expected) => json.text().is_some_and(|text| text == expected),
            Self::EmptyList => json.is_null() || json.is_empty_container(),
        }
    }
}

/// A condition that does not hold for a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UnmetCondition {
    pub(crate) condition: SuccessCondition,
    /// A description of the received value.
    pub(crate) found: String,
}

/// The first of these conditions that the data of a response does not meet.
#[inline]
pub(crate) fn first_unmet<E: Envelope>(conditions: &'static [SuccessCondition], body: &[u8]) -> Option<UnmetCondition> {
    if conditions.is_empty() {
        return None;
    }
    let [.., data_field, _] = E::FIELDS;
    find_unmet(conditions, body, (!E::IS_BARE).then_some(data_field))
}

/// Returns the first condition that the data of a response does not meet. Checks the raw JSON and not the Rust type, because the
/// specification can give the fields any type. `data_field` names the field of the envelope that contains the data. `None` means that the
/// whole body is the data.
#[cold]
fn find_unmet(conditions: &'static [SuccessCondition], body: &[u8], data_field: Option<&'static str>) -> Option<UnmetCondition> {
    // A body that is not JSON is an error of its own.
    let document = Json::document(body).ok()?;
    let data = data_field.map_or(Ok(document), |name| only_field(document, name));
    conditions.iter().find_map(|condition| {
        let value = data.and_then(|data| condition.field.split('.').try_fold(data, only_field));
        let found = match value {
            Ok(value) if condition.expected.is_met_by(value) => return None,
            Ok(value) => describe(value, condition.expected),
            Err(problem) => problem.to_owned(),
        };
        Some(UnmetCondition { condition: *condition, found })
    })
}

/// The value of a field that occurs exactly once in the object. A repeated field is an error, because the second value could turn a failure
/// into a success.
fn only_field<'a>(object: Json<'a>, name: &str) -> Result<Json<'a>, &'static str> {
    let mut values = object.fields().filter(|(field, _)| field == name).map(|(_, value)| value);
    match (values.next(), values.next()) {
        (Some(value), None) => Ok(value),
        (Some(_), Some(_)) => Err("repeated"),
        (None, _) => Err("missing"),
    }
}

/// Describes a received value for the message of an error. A text is printed only if the condition expects a text, or if the text is an
/// integer. Any other text is not printed, because it could be a secret.
fn describe(value: Json<'_>, expected: ExpectedValue) -> String {
    const PRINTED: usize = 64;
    match value.kind() {
        JsonKind::Null => String::from("null"),
        JsonKind::Boolean => value.boolean().unwrap_or_default().to_string(),
        JsonKind::Number => EscapedText::new(value.number().unwrap_or_default()).with_limit(PRINTED).to_string(),
        JsonKind::Text => match value.text() {
            Some(text) if integer(&text).is_some() || matches!(expected, ExpectedValue::Text(_)) => {
                format!("\"{}\"", EscapedText::new(&text).with_limit(PRINTED))
            }
            _ => String::from("a text"),
        },
        JsonKind::List => match value.items().count() {
            1 => String::from("a list of 1 item"),
            count => format!("a list of {count} items"),
        },
        JsonKind::Object => String::from("an object"),
    }
}

/// ``the field `code` of the data is 50000, but 0 in a success``
impl fmt::Display for UnmetCondition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the field `{}` of the data is {}, but {} in a success", self.condition.field, self.found, self.condition.expected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: &[SuccessCondition] = &[SuccessCondition::new("code", ExpectedValue::Integer(0))];

    fn check(conditions: &'static [SuccessCondition], data: &str, unmet: Option<&str>) {
        let body = format!(r#"{{"code":1000,"data":{data}}}"#);
        let found = find_unmet(conditions, body.as_bytes(), Some("data"));
        assert_eq!(found.map(|unmet| unmet.to_string()).as_deref(), unmet, "{data}");
        let bare = find_unmet(conditions, data.as_bytes(), None);
        assert_eq!(bare.map(|unmet| unmet.to_string()).as_deref(), unmet, "{data} without an envelope");
    }

    #[test]
    fn an_integer_may_be_in_quotes_or_have_a_fraction_of_zeros() {
        for data in [r#"{"code":0}"#, r#"{"code":"0","msg":"OK"}"#, r#"{"code":0.0}"#, r#"{"c\u006fde":0}"#] {
            check(CODE, data, None);
        }
        check(CODE, r#"{"code":50000}"#, Some("the field `code` of the data is 50000, but 0 in a success"));
        check(CODE, r#"{"code":"50000"}"#, Some("the field `code` of the data is \"50000\", but 0 in a success"));
    }

    #[test]
    fn a_missing_field_and_a_repeated_field_are_no_success() {
        for data in ["{}", "null", "[]", "7", r#"{"Code":0}"#] {
            check(CODE, data, Some("the field `code` of the data is missing, but 0 in a success"));
        }
        check(CODE, r#"{"code":1,"code":0}"#, Some("the field `code` of the data is repeated, but 0 in a success"));
    }

    #[test]
    fn a_boolean_a_text_and_an_empty_list_are_compared_exactly() {
        const RESULT: &[SuccessCondition] = &[SuccessCondition::new("result", ExpectedValue::Boolean(true))];
        check(RESULT, r#"{"result":true}"#, None);
        check(RESULT, r#"{"result":"true"}"#, None);
        check(RESULT, r#"{"result":1}"#, Some("the field `result` of the data is 1, but true in a success"));
        const STATUS: &[SuccessCondition] = &[SuccessCondition::new("status", ExpectedValue::Text("OK"))];
        check(STATUS, r#"{"status":"OK"}"#, None);
        check(STATUS, r#"{"status":"ok\n"}"#, Some(r#"the field `status` of the data is "ok\n", but "OK" in a success"#));
        const FAILED: &[SuccessCondition] = &[SuccessCondition::new("failIds", ExpectedValue::EmptyList)];
        for data in [r#"{"failIds":[ ]}"#, r#"{"failIds":null}"#, r#"{"failIds":{}}"#] {
            check(FAILED, data, None);
        }
        check(FAILED, r#"{"failIds":["7"]}"#, Some("the field `failIds` of the data is a list of 1 item, but [] in a success"));
    }

    #[test]
    fn a_path_leads_into_nested_objects_and_all_conditions_must_hold() {
        const NESTED: &[SuccessCondition] =
            &[SuccessCondition::new("code", ExpectedValue::Integer(0)), SuccessCondition::new("result.ok", ExpectedValue::Boolean(true))];
        check(NESTED, r#"{"code":0,"result":{"ok":true}}"#, None);
        check(NESTED, r#"{"code":0,"result":{"ok":false}}"#, Some("the field `result.ok` of the data is false, but true in a success"));
        check(NESTED, r#"{"code":0,"result":true}"#, Some("the field `result.ok` of the data is missing, but true in a success"));
    }

    #[test]
    fn a_text_in_the_place_of_another_type_is_not_printed() {
        check(CODE, r#"{"code":"hunter2"}"#, Some("the field `code` of the data is a text, but 0 in a success"));
    }
}
