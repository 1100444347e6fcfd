//! Detects error responses that contain no data.

use crate::wire::private::{Json, JsonKind};

/// Whether the body is an envelope without data and without undocumented fields, as expected of an error. `names` contains the field names
/// of the code, the message, the data and the request id, in this order.
///
/// The data may be absent, `null` or empty. The other fields must not be objects or lists. The result is `false` if a field is repeated, or
/// if the body is not JSON.
pub(crate) fn is_error_without_data(body: &[u8], names: [&str; 4]) -> bool {
    let Ok(envelope) = Json::document(body) else { return false };
    if envelope.kind() != JsonKind::Object {
        return false;
    }
    let [.., data_name, _] = names;
    let mut seen = [false; 4];
    envelope.fields().all(|(name, value)| {
        let Some(index) = names.iter().position(|known| *known == name) else { return false };
        let is_repeated = std::mem::replace(&mut seen[index], true);
        let is_allowed = if name == data_name { is_empty(value) } else { !matches!(value.kind(), JsonKind::Object | JsonKind::List) };
        is_allowed && !is_repeated
    })
}

fn is_empty(data: Json<'_>) -> bool {
    data.is_null() || data.is_empty_container() || data.text().is_some_and(|text| text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &[u8], expected: bool) {
        let result = is_error_without_data(body, ["code", "message", "data", "requestId"]);
        assert_eq!(result, expected, "{}", String::from_utf8_lossy(body));
    }

    #[test]
    fn absent_null_and_empty_data_count_as_no_data() {
        for data in ["", r#","data":null"#, r#","data":{}"#, r#","data":[ ]"#, r#","data":"""#] {
            check(format!(r#"{{"code":1,"message":"m"{data},"requestId":"r"}}"#).as_bytes(), true);
        }
    }

    #[test]
    fn other_data_and_unreadable_bodies_are_more_than_an_error() {
        for body in [
            r#"{"code":1,"data":{"orderId":"7"}}"#,
            r#"{"code":1,"data":[{}]}"#,
            r#"{"code":1,"data":0}"#,
            r#"{"code":1,"data":false}"#,
            r#"{"code":1,"data":null,"data":{"orderId":"7"}}"#,
            "[]",
            "<html>",
        ] {
            check(body.as_bytes(), false);
        }
    }

    #[test]
    fn an_undocumented_field_is_more_than_an_error() {
        check(br#"{"code":1,"message":"m","orderId":"7"}"#, false);
        check(br#"{"code":1,"message":"m","data":{},"results":[]}"#, false);
        check(br#"{"Code":1,"code":1}"#, false);
    }

    #[test]
    fn a_repeated_field_is_more_than_an_error() {
        check(br#"{"code":1,"message":"m","message":"n"}"#, false);
        check(br#"{"code":1,"co\u0064e":0}"#, false);
    }

    #[test]
    fn an_object_or_a_list_as_the_message_or_the_request_id_is_more_than_an_error() {
        check(br#"{"code":1,"message":{"orderId":"7"}}"#, false);
        check(br#"{"code":1,"requestId":["7"]}"#, false);
        check(br#"{"code":1,"message":null,"requestId":17}"#, true);
    }

    #[test]
    fn a_message_with_invalid_unicode_is_allowed() {
        check(b"{\"code\":1,\"message\":\"x\\ud83d \xd3\xe0\"}", true);
    }

    #[test]
    fn the_field_names_are_those_of_the_given_envelope() {
        assert!(is_error_without_data(br#"{"retCode":1,"retMsg":"m","result":{}}"#, ["retCode", "retMsg", "result", "traceId"]));
        assert!(!is_error_without_data(br#"{"retCode":1,"data":{}}"#, ["retCode", "retMsg", "result", "traceId"]));
    }
}
