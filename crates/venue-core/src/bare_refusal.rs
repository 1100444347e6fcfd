//! Whether an answer contains nothing but its refusal.

use crate::wire::private::{Json, JsonKind};

/// Whether the answer is an object with no fields but the envelope's (code, message, data, request id), whose data is empty and whose other
/// fields are scalars. A repeated field counts as a contradiction, and so does a body that is no JSON.
pub(crate) fn is_bare(body: &[u8], names: [&str; 4]) -> bool {
    let Ok(envelope) = Json::document(body) else { return false };
    if envelope.kind() != JsonKind::Object {
        return false;
    }
    let [.., data_name, _] = names;
    let mut seen = [false; 4];
    envelope.fields().all(|(name, value)| {
        let Some(index) = names.iter().position(|known| *known == name) else { return false };
        let is_repeated = std::mem::replace(&mut seen[index], true);
        let is_bare = if name == data_name { is_empty(value) } else { !matches!(value.kind(), JsonKind::Object | JsonKind::List) };
        is_bare && !is_repeated
    })
}

fn is_empty(data: Json<'_>) -> bool {
    data.is_null() || data.is_empty_container() || data.text().is_some_and(|text| text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &[u8], expected: bool) {
        let is_bare = is_bare(body, ["code", "message", "data", "requestId"]);
        assert_eq!(is_bare, expected, "{}", String::from_utf8_lossy(body));
    }

    #[test]
    fn absent_null_and_empty_data_are_none() {
        for data in ["", r#","data":null"#, r#","data":{}"#, r#","data":[ ]"#, r#","data":"""#] {
            check(format!(r#"{{"code":1,"message":"m"{data},"requestId":"r"}}"#).as_bytes(), true);
        }
    }

    #[test]
    fn anything_else_is_data_and_so_is_what_cannot_be_read() {
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
    fn a_field_beside_the_envelopes_own_makes_an_answer_more_than_a_refusal() {
        check(br#"{"code":1,"message":"m","orderId":"7"}"#, false);
        check(br#"{"code":1,"message":"m","data":{},"results":[]}"#, false);
        check(br#"{"Code":1,"code":1}"#, false);
    }

    #[test]
    fn a_repeated_field_is_a_contradiction() {
        check(br#"{"code":1,"message":"m","message":"n"}"#, false);
        check(br#"{"code":1,"co\u0064e":0}"#, false);
    }

    #[test]
    fn an_object_or_a_list_in_the_place_of_a_message_or_request_id_is_more_than_a_refusal() {
        check(br#"{"code":1,"message":{"orderId":"7"}}"#, false);
        check(br#"{"code":1,"requestId":["7"]}"#, false);
        check(br#"{"code":1,"message":null,"requestId":17}"#, true);
    }

    #[test]
    fn a_message_that_is_no_text_does_not_matter() {
        check(b"{\"code\":1,\"message\":\"x\\ud83d \xd3\xe0\"}", true);
    }

    #[test]
    fn the_names_are_those_of_the_envelope() {
        assert!(is_bare(br#"{"retCode":1,"retMsg":"m","result":{}}"#, ["retCode", "retMsg", "result", "traceId"]));
        assert!(!is_bare(br#"{"retCode":1,"data":{}}"#, ["retCode", "retMsg", "result", "traceId"]));
    }
}
