//! The methods of the trading client that the generator writes: `x-venue-client-method`.

use std::collections::HashMap;

use super::index::SpecIndex;
use super::reserved_names::TRAIT_METHODS;
use super::rust_identifiers::is_snake;
use crate::cursor::Cursor;
use crate::diagnostic::Diagnostic;
use crate::message;
use crate::rust_names::is_keyword;

pub(crate) fn check(spec: &SpecIndex<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let mut first: HashMap<&str, Cursor<'_>> = HashMap::new();
    for operation in &spec.operations {
        let Some(mark) = operation.cursor.get("x-venue-client-method") else { continue };
        if let Some(order_write) = operation.cursor.get("x-venue-order-write") {
            diagnostics.push(
                mark.error_at_head(format!("{} is an order write, and has a generated client method", operation.name()))
                    .label("sends the request without reconciliation")
                    .related(order_write.head(), "needs reconciliation")
                    .help("remove `x-venue-client-method`: the methods for order writes are written by hand"),
            );
        }
        let method = mark.node.as_str().unwrap_or_default();
        if let Some(message) = invalid_method(method) {
            diagnostics.push(mark.error(message).help("write `group.method`, both in snake case, such as `account.change_logs`"));
        } else if let Some(other) = first.get(method) {
            let diagnostic = mark.error(format!("duplicate client method `{method}`")).label("second time");
            diagnostics.push(diagnostic.related(other.node.span, "first time").help("rename one of the two"));
        } else {
            first.insert(method, mark);
        }
    }
}

/// The reason why a text cannot be a method of a group, if there is one.
fn invalid_method(text: &str) -> Option<String> {
    let shown = message::shorten(text);
    let Some((group, method)) = text.split_once('.') else { return Some(format!("the client method `{shown}` has no group")) };
    if let Some(part) = [group, method].into_iter().find(|part| !is_snake(part)) {
        return Some(format!("`{}` in the client method `{shown}` is not snake case", message::shorten(part)));
    }
    if let Some(part) = [group, method].into_iter().find(|part| is_keyword(part)) {
        return Some(format!("`{part}` in the client method `{shown}` is a Rust keyword"));
    }
    (method == "new" || TRAIT_METHODS.contains(&method))
        .then(|| format!("every group of client methods has a method `{method}` already, which is not a request"))
}
