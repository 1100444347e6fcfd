//! Checks operations: tags, credentials, servers, rate limits and error responses. Also checks paths, and the servers of the root.

use std::collections::HashMap;

use super::index::{Operation, SpecIndex};
use crate::cursor::Cursor;
use crate::diagnostic::Diagnostic;
use crate::message;

pub(crate) fn check(spec: &SpecIndex<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let tags = tags(spec, diagnostics);
    let schemes: Vec<&str> = spec.components("securitySchemes").iter().map(Cursor::name).collect();
    let permissions: Vec<Cursor<'_>> = spec.root.get("x-venue-permissions").iter().flat_map(Cursor::items).collect();
    let permissions: Vec<&str> = permissions.iter().filter_map(|permission| permission.node.as_str()).chain(["none"]).collect();
    for operation in &spec.operations {
        if let Some(permission) = operation.cursor.get("x-venue-permission") {
            let name = permission.node.as_str().unwrap_or_default();
            unknown(&permission, name, "permission", "`x-venue-permissions` at the root", &permissions, diagnostics);
        }
        for tag in operation.cursor.get("tags").iter().flat_map(Cursor::items) {
            unknown(&tag, tag.node.as_str().unwrap_or_default(), "tag", "`tags` at the root", &tags, diagnostics);
        }
        security(operation, &schemes, diagnostics);
        order_write(operation, diagnostics);
        diagnostics.extend(server(spec, operation));
        rate_limit(operation, diagnostics);
        errors(operation, diagnostics);
        body(operation, diagnostics);
    }
    paths(spec, diagnostics);
    servers(spec, diagnostics);
}

/// The names of the tags. Reports duplicates.
fn tags<'d>(spec: &SpecIndex<'d>, diagnostics: &mut Vec<Diagnostic>) -> Vec<&'d str> {
    let mut first: HashMap<&str, Cursor<'d>> = HashMap::new();
    let mut names = Vec::new();
    for name in spec.root.get("tags").iter().flat_map(Cursor::items).filter_map(|tag| tag.get("name")) {
        let text = name.node.as_str().unwrap_or_default();
        names.push(text);
        if let Some(other) = first.get(text) {
            let diagnostic = name.error(format!("duplicate tag `{text}`")).label("second time");
            diagnostics.push(diagnostic.related(other.node.span, "first time"));
        } else {
            first.insert(text, name);
        }
    }
    names
}

fn unknown(cursor: &Cursor<'_>, name: &str, what: &str, origin: &str, known: &[&str], diagnostics: &mut Vec<Diagnostic>) {
    if known.contains(&name) {
        return;
    }
    let message = format!("unknown {what} `{}`", message::shorten(name));
    let is_name = cursor.key.is_some_and(|key| key.text == name);
    let diagnostic = if is_name { cursor.error_at_head(message) } else { cursor.error(message) };
    let diagnostic = diagnostic.note(format!("{origin} has {}", message::list(known.iter().copied(), "and")));
    diagnostics.push(match message::nearest(name, known.iter().copied()) {
        Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
        None => diagnostic,
    });
}

fn security(operation: &Operation<'_>, schemes: &[&str], diagnostics: &mut Vec<Diagnostic>) {
    let Some(security) = operation.cursor.get("security") else { return };
    let alternatives: Vec<Cursor<'_>> = security.items().collect();
    for scheme in alternatives.iter().flat_map(Cursor::entries) {
        unknown(&scheme, scheme.name(), "security scheme", "`components.securitySchemes`", schemes, diagnostics);
    }
    let public = alternatives.iter().all(|alternative| alternative.node.entries().is_empty());
    if public && !alternatives.is_empty() {
        let diagnostic = security.error_at_head("only the alternative without credentials");
        diagnostics.push(diagnostic.help("write `security: []`"));
    }
    let Some(permission) = operation.cursor.get("x-venue-permission") else { return };
    if public && permission.node.as_str() != Some("none") {
        diagnostics.push(
            permission
                .error(format!("{} takes no credentials, and yet asks for a permission", operation.name()))
                .related(security.head(), "no credentials")
                .help("write `x-venue-permission: none`, or the security schemes that it takes"),
        );
    }
}

/// Reports an order write that is marked as `safe`. A safe operation changes nothing, but an order write changes orders.
fn order_write(operation: &Operation<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let Some(mark) = operation.cursor.get("x-venue-order-write") else { return };
    let repeatable = operation.cursor.get("x-venue-repeatable").filter(|repeatable| repeatable.node.as_str() == Some("safe"));
    if let Some(repeatable) = repeatable {
        diagnostics.push(
            mark.error_at_head(format!("{} is an order write, and safe", operation.name()))
                .label("changes orders")
                .related(repeatable.node.span, "changes nothing")
                .help("remove `x-venue-order-write`, or write `x-venue-repeatable: once` or `idempotent`"),
        );
    }
}

/// Reports an operation whose server is not one of the servers of the root, or is the first of them. The first server is the default, so
/// that an operation must not name it.
fn server(spec: &SpecIndex<'_>, operation: &Operation<'_>) -> Option<Diagnostic> {
    let servers = operation.cursor.get("servers")?;
    let url = servers.items().next()?.get("url")?;
    let own = url.node.as_str()?;
    let of_root: Vec<Cursor<'_>> = spec.root.get("servers").iter().flat_map(Cursor::items).filter_map(|server| server.get("url")).collect();
    let known: Vec<&str> = of_root.iter().filter_map(|url| url.node.as_str()).collect();
    match known.iter().position(|known| *known == own) {
        Some(0) => Some(
            servers
                .error_at_head("`servers` names the first server, which is the default")
                .related(of_root[0].node.span, "the first server")
                .help("remove `servers` from the operation"),
        ),
        Some(_) => None,
        None => {
            let diagnostic = url.error(format!("`{}` is not one of the servers of the root", message::shorten(own)));
            let diagnostic = diagnostic.note(format!("`servers` at the root has {}", message::list(known.iter().copied(), "and")));
            Some(match message::nearest(own, known.iter().copied()) {
                Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
                None => diagnostic.help("add the server with a description to `servers` at the root"),
            })
        }
    }
}

fn rate_limit(operation: &Operation<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let Some(limit) = operation.cursor.get("x-venue-rate-limit") else { return };
    for number in ["requests", "seconds"].iter().filter_map(|key| limit.get(key)) {
        if number.node.as_integer().is_some_and(|number| u32::try_from(number).is_err()) {
            diagnostics.push(number.error(format!("`{}` does not fit into 32 bits", number.name())));
        }
    }
}

/// The generator panics if an operation has two error types.
fn errors(operation: &Operation<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let reference = |status: &str| operation.cursor.path(&["responses", status, "$ref"]);
    let (Some(client), Some(server)) = (reference("4XX"), reference("5XX")) else { return };
    if client.node.as_str() != server.node.as_str() {
        diagnostics.push(
            server
                .error("`'4XX'` and `'5XX'` differ")
                .label("a second error type")
                .related(client.node.span, "the first")
                .help("refer to the same response: the generator holds one error type"),
        );
    }
}

fn body(operation: &Operation<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let Some(body) = operation.cursor.get("requestBody") else { return };
    if operation.cursor.name() == "get" {
        let diagnostic = body.error_at_head(format!("{} has a body", operation.name()));
        diagnostics.push(diagnostic.note("HTTP gives the body of a GET no meaning, and proxies drop it"));
    }
}

/// Two paths that differ only in the names of their placeholders are the same path.
fn paths(spec: &SpecIndex<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let mut first: HashMap<String, Cursor<'_>> = HashMap::new();
    for path in spec.root.get("paths").iter().flat_map(Cursor::entries) {
        if path.node.entries().is_empty() {
            diagnostics.push(path.error_at_head(format!("the path `{}` has no operation", path.name())));
        }
        let shape: Vec<&str> = path.name().split('/').map(|part| if part.starts_with('{') { "{}" } else { part }).collect();
        let shape = shape.join("/");
        if let Some(other) = first.get(&shape) {
            let message = format!("`{}` is the same path as `{}`", path.name(), other.name());
            diagnostics.push(path.error_at_head(message).label("second time").related(other.head(), "first time"));
        } else {
            first.insert(shape, path);
        }
    }
}

fn servers(spec: &SpecIndex<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let mut first: HashMap<&str, Cursor<'_>> = HashMap::new();
    for url in spec.root.get("servers").iter().flat_map(Cursor::items).filter_map(|server| server.get("url")) {
        let text = url.node.as_str().unwrap_or_default();
        if text.ends_with('/') {
            diagnostics.push(url.error("the server's address ends with `/`").help("leave it out: every path begins with one"));
        }
        if let Some(other) = first.get(text) {
            let diagnostic = url.error(format!("duplicate server `{}`", message::shorten(text))).label("second time");
            diagnostics.push(diagnostic.related(other.node.span, "first time"));
        } else {
            first.insert(text, url);
        }
    }
}
