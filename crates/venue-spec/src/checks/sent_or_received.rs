//! Checks that an object is part of requests or of responses, but not of both. The messages of streams count as responses. If an object
//! were part of both, a new field in a response would break code that builds a request.

use std::collections::HashMap;

use super::index::{Operation, SpecIndex};
use crate::cursor::Cursor;
use crate::diagnostic::Diagnostic;

pub(crate) fn check(spec: &SpecIndex<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let sent = users(spec, |operation| operation.request());
    let mut received = users(spec, |operation| operation.success());
    for (stream, message) in spec.messages() {
        for name in spec.reachable(message.get("schema")) {
            received.entry(name).or_insert_with(|| format!("the message `{}` of the stream `{}`", message.name(), stream.name()));
        }
    }
    for schema in spec.named.iter().filter(|schema| ["properties", "x-venue-positions"].iter().any(|key| schema.node.get(key).is_some())) {
        let name = schema.name();
        let (sender, receiver) = (sent.get(name), received.get(name));
        if let (Some(sender), Some(positions)) = (sender, schema.get("x-venue-positions")) {
            diagnostics.push(
                positions
                    .error_at_head(format!("the row `{name}` is sent, which cannot be generated yet"))
                    .note(format!("sent with {sender}"))
                    .help("rows are for responses: leave the field out, with a comment"),
            );
            continue;
        }
        if let (Some(sender), Some(receiver)) = (sender, receiver) {
            diagnostics.push(
                schema
                    .error_at_head(format!("`{name}` is both sent and received"))
                    .note(format!("sent with {sender}"))
                    .note(format!("received from {receiver}"))
                    .help("write a second schema, so that a new field in the response does not break requests"),
            );
        }
        if let (None, Some(receiver), Some(rules)) = (sender, receiver, schema.get("x-venue-rules")) {
            let diagnostic = rules.error_at_head(format!("`{name}` has rules, and is only received"));
            diagnostics.push(diagnostic.note(format!("received from {receiver}")).help("rules are for what is sent: remove them"));
        }
    }
}

/// The schemas that the bodies use, each with the first operation that uses the schema.
fn users<'d>(spec: &SpecIndex<'d>, body: fn(&Operation<'d>) -> Option<Cursor<'d>>) -> HashMap<&'d str, String> {
    let mut users = HashMap::new();
    for operation in &spec.operations {
        let schema = body(operation).and_then(|media| media.get("schema"));
        for name in spec.reachable(schema) {
            users.entry(name).or_insert_with(|| operation.name());
        }
    }
    users
}
