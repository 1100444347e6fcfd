//! Checks `x-venue-lifecycle`, which announces the end of operations and of the exchange: its dates, successors, and removed operations.

use std::collections::HashMap;

use super::index::{Operation, SpecIndex};
use crate::cursor::Cursor;
use crate::diagnostic::Diagnostic;
use crate::message;

pub(crate) fn check(spec: &SpecIndex<'_>, diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.extend(spec.root.get("x-venue-lifecycle").and_then(|lifecycle| dates(&lifecycle)));
    let operations: HashMap<&str, &Operation<'_>> =
        spec.operations.iter().filter_map(|operation| Some((operation.cursor.text("operationId")?, operation))).collect();
    for operation in &spec.operations {
        for mark in ["x-venue-successor", "x-venue-removed"].iter().filter_map(|key| operation.cursor.get(key)) {
            diagnostics.extend(not_deprecated(operation, &mark));
        }
        diagnostics.extend(successor(operation, &operations));
        diagnostics.extend(method_of_a_removed_operation(operation));
    }
}

/// Reports the first date that is before the date of an earlier step. Dates such as `2026-07-26` are compared as texts, because the order
/// of the texts is the order in time.
fn dates(lifecycle: &Cursor<'_>) -> Option<Diagnostic> {
    let dates: Vec<Cursor<'_>> = ["announced", "tradingEnds", "closed"].iter().filter_map(|key| lifecycle.get(key)).collect();
    dates.windows(2).find_map(|pair| {
        let (before, after) = (&pair[0], &pair[1]);
        let (earlier, later) = (before.node.as_str()?, after.node.as_str()?);
        (later < earlier).then(|| {
            let message = format!("`{}: {later}` is before `{}: {earlier}`", after.name(), before.name());
            after.error(message).related(before.node.span, format!("`{}`", before.name()))
        })
    })
}

fn not_deprecated(operation: &Operation<'_>, mark: &Cursor<'_>) -> Option<Diagnostic> {
    operation.cursor.node.get("deprecated").is_none().then(|| {
        let message = format!("{} has `{}`, and is not deprecated", operation.name(), mark.name());
        mark.error_at_head(message).help("write `deprecated: true` before it")
    })
}

fn successor(operation: &Operation<'_>, operations: &HashMap<&str, &Operation<'_>>) -> Option<Diagnostic> {
    let successor = operation.cursor.get("x-venue-successor")?;
    let name = successor.node.as_str()?;
    if operation.cursor.text("operationId") == Some(name) {
        return Some(successor.error(format!("`{name}` replaces itself")).help("name the operation that replaces it, or remove the key"));
    }
    let Some(found) = operations.get(name) else {
        let diagnostic = successor.error(format!("there is no operation `{}`", message::shorten(name)));
        return Some(match message::nearest(name, operations.keys().copied()) {
            Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
            None => diagnostic.help("write the `operationId` of another operation"),
        });
    };
    let removed = found.cursor.get("x-venue-removed")?;
    let diagnostic = successor.error(format!("the successor `{name}` is removed itself")).related(removed.head(), "removed");
    Some(diagnostic.help("name the operation that works now, or remove the key"))
}

fn method_of_a_removed_operation(operation: &Operation<'_>) -> Option<Diagnostic> {
    let (removed, method) = (operation.cursor.get("x-venue-removed")?, operation.cursor.get("x-venue-client-method")?);
    let message = format!("{} is removed, and has a generated client method", operation.name());
    Some(
        method
            .error_at_head(message)
            .label("sends the request")
            .related(removed.head(), "cannot be sent")
            .help("remove `x-venue-client-method`"),
    )
}
