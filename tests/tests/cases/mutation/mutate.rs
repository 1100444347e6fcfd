//! The mutations.
//!
//! Spellings keep what an answer means. At most one mutation changes the meaning, and only so that a sign of the truth is left.

use oorandom::Rand64;

use super::failures;
use super::json::Node;
use super::truth::{Truth, index};

/// The HTTP status and the body of a mutated answer, and the names of the mutations.
pub(super) fn answer(truth: &Truth, random: &mut Rand64) -> (u16, String, String) {
    let mut body = truth.body.clone();
    let mut names = Vec::new();
    let mut status = 200;
    for _ in 0..random.rand_range(0..3) {
        names.push(spelling(&mut body, random));
    }
    let mut text = None;
    if random.rand_range(0..10) > 0 {
        match random.rand_range(0..10) {
            0 => {
                status = [400, 401, 403, 404, 408, 429, 500, 502, 503][index(random, 9)];
                names.push("status");
            }
            1 => {
                let complete = body.to_string();
                let mut cut = index(random, complete.len());
                while !complete.is_char_boundary(cut) {
                    cut -= 1;
                }
                // A byte that is written as `\x{D3}` is not cut in two.
                let cut = complete[..cut].rfind("\\x{").filter(|escape| !complete[*escape..cut].contains('}')).unwrap_or(cut);
                text = Some(complete[..cut].to_owned());
                names.push("truncated");
            }
            2 => {
                text = Some(format!("{body}{}", [r#"{"code":0}"#, "]", "x", r#"{"code":3001,"message":"m"}"#][index(random, 4)]));
                names.push("more behind it");
            }
            _ => names.push(meaning(truth, &mut body, random)),
        }
    }
    let mut text = text.unwrap_or_else(|| body.to_string());
    if random.rand_range(0..12) == 0 {
        text.insert_str(0, "\\x{EF}\\x{BB}\\x{BF}");
        names.push("byte order mark");
    }
    (status, text, names.join(" + "))
}

/// Another spelling of the same answer.
fn spelling(body: &mut Node, random: &mut Rand64) -> &'static str {
    match random.rand_range(0..6) {
        0 => {
            if let Some(Node::Raw(code)) = body.field("code") {
                *code = format!("\"{}\"", code.trim_matches('"'));
            }
            "quoted code"
        }
        1 => {
            if let Some(Node::Raw(code)) = body.field("code").filter(|code| !code.to_string().contains(['.', '"'])) {
                code.push_str(".0");
            }
            "code with a fraction"
        }
        2 => {
            if let Some(message) = body.field("message") {
                *message = Node::Raw([r#""x\ud83d""#, "\"\\x{D3}\\x{E0}\"", "\"\"", r#""upstream \u0000""#][index(random, 4)].to_owned());
            }
            "message"
        }
        3 => {
            let value = [r#""\ud83d""#, "null", "[1,{}]", "1e999", "\"\\x{FF}\""][index(random, 5)];
            body.add("hint", value);
            "unknown field"
        }
        4 => {
            if let Some(fields) = body.fields() {
                fields.reverse();
            }
            "order of the fields"
        }
        _ => {
            let mut objects = body.objects();
            if !objects.is_empty() {
                let object = index(random, objects.len());
                let spelled = objects[object].iter_mut().filter_map(|(_, node)| if let Node::Raw(text) = node { Some(text) } else { None });
                spelled.filter(|text| text.bytes().all(|byte| byte.is_ascii_digit())).for_each(|text| *text = format!("\"{text}\""));
            }
            "quoted integers"
        }
    }
}

/// One part with another meaning.
fn meaning(truth: &Truth, body: &mut Node, random: &mut Rand64) -> &'static str {
    match random.rand_range(0..20) {
        0 => {
            // None of these is a success, or a documented refusal.
            let code = ["500", "5000", "5001", "5002", "3004", "9999", "-1", "null", "{}", "[0]", "true", "\"\"", "\"ok\"", "0.5", "1e3"];
            body.set("code", code[index(random, code.len())]);
            "code"
        }
        1 => {
            // Beside the signs of a success, a refusal is a contradiction.
            let has_signs = truth.is_complete() && truth.write != "cancel_all";
            if has_signs {
                let code = ["5003", "1002", "2002", "3001", "3003", "3005"];
                body.set("code", code[index(random, code.len())]);
            }
            "refusal with the data of a success"
        }
        2 => {
            if let Some(fields) = body.fields() {
                fields.retain(|(name, _)| name != "code");
            }
            "no code"
        }
        3 => {
            let code = ["0", "3001", "\"\""][index(random, 3)];
            body.add("code", code);
            "code twice"
        }
        4 => {
            // Without data, a write whose answer has no documented data did succeed: only what happened may look so.
            if truth.is_complete() {
                let data = ["null", "[]", "{}", "\"\"", "0", "\"what is this\"", "[{}]"];
                body.set("data", data[index(random, data.len())]);
            }
            "data"
        }
        5 => failures::refusal_with_ids(body, random),
        6 => failures::success_with_text(body, random),
        7 => failures::nested(truth, body, random),
        8 | 9 => failures::beside_the_rows(truth, body, random),
        _ => within(truth, body, random),
    }
}

/// One part of the data with another meaning.
fn within(truth: &Truth, body: &mut Node, random: &mut Rand64) -> &'static str {
    let raw = |text: &str| Node::Raw(text.to_owned());
    let kind = random.rand_range(0..10);
    let Some(data) = body.field("data") else { return "nothing" };
    if kind == 0 {
        let field = ["success", "error", "fails"][index(random, 3)];
        let value = match field {
            "success" => "false",
            "error" => "\"gone\"",
            _ => r#"[{"orderId":"7","clientOrderId":"mine-1","code":3005}]"#,
        };
        data.add(field, value);
        return "sign of a failure";
    }
    if kind == 1 {
        // Fewer successes than there were: more of them would be a lie beside a row that lost its code.
        let counts = ["0", "1", "null", "\"2\"", "-1", "{}"][index(random, 6)];
        let name = ["successCount", "failedCount"][index(random, 2)];
        data.set(name, counts);
        return "counts";
    }
    let mut objects = data.objects();
    if objects.is_empty() {
        return "nothing";
    }
    let at = index(random, objects.len());
    let object = &mut objects[at];
    let failed = object.iter().any(|(name, node)| name == "code" && !["0", "\"0\""].contains(&node.to_string().as_str()));
    if object.is_empty() {
        return "nothing";
    }
    let place = index(random, object.len());
    let name = object[place].0.clone();
    match kind {
        // The sign of a failure stays, in another spelling or not: otherwise the row would be that of a success.
        2 if !(failed && name == "code" && truth.happened.contains(&false)) => {
            object.remove(place);
            "missing field"
        }
        3 => {
            let value = ["null", "{}", "[]", "true", "7.5", "\"\"", "\"0\"", "\"\\ud83d\""][index(random, 8)];
            if !(failed && name == "code") {
                object[place].1 = raw(value);
            }
            "another type"
        }
        4 => {
            object.push((name, raw(["\"666\"", "\"NEW\"", "null", "0", "3001"][index(random, 5)])));
            "field twice"
        }
        5 => {
            let ids = object.iter_mut().find(|(name, _)| name == "clientOrderId" || name == "orderId" || name == "conditionId");
            if let Some((_, node)) = ids {
                *node = raw(["\"somebody-else\"", "\"666\"", "\"0\"", "666"][index(random, 4)]);
            }
            "another id"
        }
        6 => {
            let field =
                [("symbol", "\"ETHUSDT\""), ("side", "\"SIDEWAYS\""), ("quantity", "\"77\""), ("price", "\"1\""), ("orderType", "\"X\"")];
            let (name, value) = field[index(random, 5)];
            object.push((name.to_owned(), raw(value)));
            "another property"
        }
        7 => {
            let statuses = ["\"REJECTED\"", "\"CANCELED\"", "\"FILLED\"", "\"EXPIRED\"", "\"new\"", "[\"NEW\"]", "\"NEW\"", "\"PENDING\""];
            let status = raw(statuses[index(random, statuses.len())]);
            match object.iter_mut().find(|(name, _)| name.to_ascii_lowercase().ends_with("status")) {
                Some((_, node)) => *node = status,
                None if !failed => object.push((String::from("status"), status)),
                None => {}
            }
            "another status"
        }
        8 => {
            if !failed {
                match object.iter_mut().find(|(name, _)| name == "code") {
                    Some((_, node)) => *node = raw(["3001", "5003", "9999", "\"x\"", "null"][index(random, 5)]),
                    None => object.push((String::from("code"), raw("3001"))),
                }
            }
            "code of the row"
        }
        _ => {
            object.clear();
            "empty row"
        }
    }
}
