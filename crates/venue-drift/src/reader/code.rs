//! Reads the facts of a block of code: HTTP lines, commands with curl, and JSON examples.

use serde_json::Value;

use super::text::urls_in;
use super::{CurrentOperation, SectionReader};
use crate::digest::json_digest;
use crate::fact::Aspect;
use crate::markdown::Code;
use crate::specification::{plain_text, subject_of};

/// The prefix of a type that is known only from an example. A type in a table takes precedence.
pub(super) const EXAMPLE_TYPE: &str = "example ";

const METHODS: [&str; 6] = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"];

impl SectionReader<'_> {
    pub(super) fn code(&mut self, code: &Code) {
        let first = code.text.lines().next().unwrap_or_default();
        if http_line(first).is_some() {
            self.http(code);
        } else if code.text.trim_start().starts_with("curl ") {
            self.curl(code);
        } else if let Ok(json) = serde_json::from_str::<Value>(&code.text) {
            self.json(&json, code.line);
        } else if code.language == "json" {
            self.unread(code.line, "the example is not valid JSON".to_owned());
        } else if code.language == "http" {
            self.headers(code.text.lines(), code.line);
        } else {
            self.other(code);
        }
    }

    fn http(&mut self, code: &Code) {
        let mut lines = code.text.lines();
        let Some((method, target)) = lines.next().and_then(http_line) else { return };
        self.http_target(method, target, code.line);
        self.headers(lines, code.line + 1);
    }

    /// Reads a method and a path with an optional query.
    fn http_target(&mut self, method: &str, target: &str, line: usize) {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let subject = self.operation_subject(method, path);
        self.fact(&subject, Aspect::Listed, "", line);
        self.fact(&subject, Aspect::Method, method, line);
        self.fact(&subject, Aspect::Path, path, line);
        for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            if self.specification.credential_parameters.iter().any(|parameter| parameter == name) {
                continue;
            }
            let parameter = format!("{subject} query {name}");
            self.fact(&parameter, Aspect::Listed, "", line);
            self.fact(&parameter, Aspect::Example, value, line);
        }
        self.operations.push(subject.clone());
        self.operation = Some(CurrentOperation { subject, method: method.to_owned() });
    }

    /// The operation that an HTTP line is about. An operation whose documentation is this section takes precedence, so that a changed
    /// method or path is reported for the right operation.
    fn operation_subject(&self, method: &str, path: &str) -> String {
        let documented: Vec<_> = self.specification.operations_documented_at(&self.page.name, &self.section.anchor).collect();
        let exact = documented.iter().find(|operation| operation.method == method && operation.path == path);
        let documented = match (exact, documented.as_slice()) {
            (Some(exact), _) => Some(*exact),
            (None, [only]) => Some(*only),
            (None, several) => several.iter().copied().find(|operation| operation.path == path || operation.method == method),
        };
        // Pages can have a heading with the anchor of another operation, so a known operation with another path takes precedence.
        let known = self.specification.operation_at(method, path);
        let operation = match (documented, known) {
            (Some(documented), Some(known)) if documented.path != path => Some(known),
            (documented, known) => documented.or(known),
        };
        operation.map_or_else(|| format!("{method} {path}"), subject_of)
    }

    fn headers<'b>(&mut self, lines: impl Iterator<Item = &'b str>, first: usize) {
        let subject = self.operation.as_ref().map_or_else(|| self.section_subject(), |operation| operation.subject.clone());
        for (line, header) in (first..).zip(lines).filter(|(_, header)| !header.trim().is_empty()) {
            match header.split_once(':') {
                Some((name, _)) => self.fact(&subject, Aspect::Mention, name.trim(), line),
                None => self.sentence(header.trim(), line),
            }
        }
    }

    fn curl(&mut self, code: &Code) {
        let arguments = shell_words(&code.text);
        let mut method = None;
        let mut url = None;
        let mut body = None;
        let mut headers = Vec::new();
        let mut iterator = arguments.iter().skip(1);
        while let Some(argument) = iterator.next() {
            match argument.as_str() {
                "-X" | "--request" => method = iterator.next().cloned(),
                "-H" | "--header" => headers.extend(iterator.next().cloned()),
                "-d" | "--data" | "--data-raw" => body = iterator.next().cloned(),
                word if !word.starts_with('-') => url = Some(word.to_owned()),
                option => self.unread(code.line, format!("the option `{option}` of curl is unknown")),
            }
        }
        let Some(url) = url else {
            self.unread(code.line, "the command has no URL".to_owned());
            return;
        };
        let method = method.unwrap_or_else(|| if body.is_some() { "POST" } else { "GET" }.to_owned());
        let authority_end = url.find("://").and_then(|at| Some(at + 3 + url[at + 3..].find('/')?)).unwrap_or(url.len());
        let (server, target) = url.split_at(authority_end);
        self.url(server, code.line);
        if !target.is_empty() {
            self.http_target(&method, target, code.line);
        }
        let names: Vec<&str> = headers.iter().map(String::as_str).collect();
        self.headers(names.into_iter(), code.line);
        match body.map(|body| serde_json::from_str::<Value>(&body)) {
            Some(Ok(body)) => self.json(&body, code.line),
            Some(Err(_)) => self.unread(code.line, "the body of the request is not valid JSON".to_owned()),
            None => {}
        }
    }

    fn json(&mut self, json: &Value, line: usize) {
        if self.stream_message(json, line) {
            return;
        }
        let envelope = &self.specification.api.envelope;
        let is_response =
            json.get(&envelope.code).is_some() && (json.get(&envelope.message).is_some() || json.get(&envelope.data).is_some());
        let (code, data) = (json[&envelope.code].clone(), json.get(&envelope.data).cloned());
        let is_success = code.as_i64().is_some_and(|code| envelope.success.contains(&code));
        match self.operation.clone() {
            Some(operation) if is_response && is_success => {
                let subject = format!("{} response", operation.subject);
                self.fact(&subject, Aspect::Example, &json_digest(json), line);
                if let Some(data) = data {
                    self.fields_of_example(&subject, "", &data, line);
                }
            }
            Some(operation) if !is_response => {
                let subject = format!("{} body", operation.subject);
                self.fact(&subject, Aspect::Example, &json_digest(json), line);
                self.fields_of_example(&subject, "", json, line);
            }
            _ => {
                let subject = self.section_subject();
                self.fact(&subject, Aspect::Example, &json_digest(json), line);
            }
        }
    }

    /// Adds the fields of an example, with the types of their values.
    fn fields_of_example(&mut self, prefix: &str, path: &str, value: &Value, line: usize) {
        let Value::Object(fields) = value else { return };
        for (name, value) in fields {
            let subject = format!("{prefix} {path}{name}");
            self.fact(&subject, Aspect::Listed, "", line);
            let kind = match value {
                Value::String(_) => "string",
                Value::Number(_) => "integer",
                Value::Bool(_) => "boolean",
                Value::Array(_) => "array",
                Value::Object(_) => "object",
                Value::Null => "any",
            };
            self.fact(&subject, Aspect::Type, &format!("{EXAMPLE_TYPE}{kind}"), line);
            match value {
                Value::Array(items) => {
                    if let Some(item) = items.first() {
                        self.fields_of_example(prefix, &format!("{path}{name}[]."), item, line);
                    }
                }
                Value::Object(_) => self.fields_of_example(prefix, &format!("{path}{name}."), value, line),
                _ => {}
            }
        }
    }

    /// Reads a request or a message of a stream. Returns whether the JSON is one.
    fn stream_message(&mut self, json: &Value, line: usize) -> bool {
        let Value::Object(object) = json else { return false };
        let streams = &self.specification.api.streams;
        let frames: Vec<(&str, &Value)> =
            streams.iter().flat_map(|stream| &stream.requests).map(|request| (request.name.as_str(), &request.frame)).collect();
        let has_keys_of = |frame: &Value| frame.as_object().is_some_and(|frame| frame.keys().eq(object.keys()));
        if frames.iter().any(|(_, frame)| has_keys_of(frame)) {
            let names: Vec<&str> = frames.iter().filter(|(_, frame)| matches_frame(frame, json)).map(|(name, _)| *name).collect();
            match names.first() {
                Some(name) => {
                    let subject = format!("stream request {name}");
                    self.fact(&subject, Aspect::Listed, "", line);
                }
                None => {
                    let subject = self.section_subject();
                    let values: Vec<String> = object.values().map(plain_text).collect();
                    self.fact(&subject, Aspect::Listed, &format!("stream request with {}", values.join(", ")), line);
                }
            }
            return true;
        }
        let messages: Vec<_> = streams.iter().flat_map(|stream| &stream.messages).collect();
        let has_condition = messages.iter().flat_map(|message| &message.conditions).any(|(field, _)| object.contains_key(field));
        if !has_condition {
            return false;
        }
        let matching = messages.iter().find(|message| {
            message.conditions.iter().all(|(field, allowed)| {
                let value = plain_text(&json[field]);
                allowed.iter().any(|allowed| allowed.strip_suffix('*').map_or(value == *allowed, |start| value.starts_with(start)))
            })
        });
        let topics: Vec<&str> = streams.iter().flat_map(|stream| &stream.channels).map(|channel| channel.topic.as_str()).collect();
        let topic = object.values().filter_map(Value::as_str).find_map(|value| topics.iter().find(|topic| matches_topic(topic, value)));
        let (name, topic) = (matching.map(|message| message.name.clone()), topic.map(|topic| (*topic).to_owned()));
        let keys: Vec<String> = object.keys().cloned().collect();
        if let Some(topic) = topic {
            self.fact(&format!("topic {topic}"), Aspect::Listed, "", line);
        }
        let subject = match name {
            Some(name) => format!("stream message {name}"),
            None => format!("stream message of {}", self.section_subject()),
        };
        self.fact(&subject, Aspect::Listed, &keys.join(" / "), line);
        true
    }

    /// Reads other code: URLs, and each line as a text.
    fn other(&mut self, code: &Code) {
        for (line, text) in (code.line..).zip(code.text.lines()) {
            for url in urls_in(text) {
                self.url(&url, line);
            }
            self.sentence(text.trim(), line);
        }
    }
}

/// Splits the first line of an HTTP request.
fn http_line(line: &str) -> Option<(&str, &str)> {
    let (method, rest) = line.trim().split_once(' ')?;
    let target = rest.split_whitespace().next()?;
    (METHODS.contains(&method) && target.starts_with('/')).then_some((method, target))
}

/// Whether a JSON object is a request with this frame. A placeholder such as `{id}` matches any value.
fn matches_frame(frame: &Value, json: &Value) -> bool {
    let Some(frame) = frame.as_object() else { return false };
    frame.iter().all(|(key, expected)| match expected.as_str() {
        Some(text) if text.starts_with('{') => json.get(key).is_some(),
        _ => json[key] == *expected,
    })
}

/// Whether a topic such as `market.depth.BTCUSDT` has the form `market.depth.{symbol}`.
fn matches_topic(template: &str, topic: &str) -> bool {
    let (template, topic): (Vec<&str>, Vec<&str>) = (template.split('.').collect(), topic.split('.').collect());
    template.len() == topic.len() && template.iter().zip(&topic).all(|(part, actual)| part.starts_with('{') || part == actual)
}

/// Splits a command into its arguments. Single and double quotes group, and a backslash before a line break joins the lines.
fn shell_words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut characters = command.chars().peekable();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (None, '\\') if characters.peek() == Some(&'\n') => {}
            (None, '\'' | '"') => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (Some(open), _) if open == character => quote = None,
            (None, _) if character.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_split_as_a_shell_does() {
        assert_eq!(
            shell_words("curl -X POST https://a.example/b \\\n  -H \"A: b\" -d '{\n \"c\": 1 }'"),
            ["curl", "-X", "POST", "https://a.example/b", "-H", "A: b", "-d", "{\n \"c\": 1 }"]
        );
    }

    #[test]
    fn a_topic_matches_its_template() {
        assert!(matches_topic("market.depth.{symbol}", "market.depth.BTCUSDT"));
        assert!(!matches_topic("market.depth.{symbol}", "market.trade.BTCUSDT"));
        assert!(!matches_topic("market.depth.{symbol}", "market.depth"));
    }
}
