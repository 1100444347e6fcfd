//! Checks the requests and messages of streams: every name has a target, and every field exists in the schema of its message.

use super::index::{SpecIndex, title};
use crate::cursor::Cursor;
use crate::diagnostic::Diagnostic;
use crate::message;

pub(crate) fn check(spec: &SpecIndex<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for stream in spec.root.get("x-venue-streams").iter().flat_map(Cursor::entries) {
        name(&stream, "preferred", &stream, "authentication", diagnostics);
        for request in entries(&stream, "requests") {
            frame(&stream, &request, diagnostics);
            if let Some(message) = name(&request, "acknowledgement", &stream, "messages", diagnostics) {
                repeats_the_id(spec, &stream, &request, &message, diagnostics);
            }
        }
        messages(spec, &stream, diagnostics);
        if let Some(heartbeat) = stream.get("heartbeat") {
            name(&heartbeat, "request", &stream, "requests", diagnostics);
            let has_interval = ["seconds", "x-undocumented"].iter().any(|key| heartbeat.node.get(key).is_some());
            diagnostics.extend((!has_interval).then(|| {
                let diagnostic = heartbeat.error_at_head("a heartbeat without an interval");
                diagnostic.help("add `seconds`, or `x-undocumented` if the documentation omits the interval")
            }));
        }
        for channel in entries(&stream, "channels") {
            name(&channel, "subscribedByServer", &stream, "messages", diagnostics);
            if let Some(message) = name(&channel, "message", &stream, "messages", diagnostics) {
                diagnostics.extend(other_topic(&channel, &message));
            }
            parameters(spec, &channel, diagnostics);
        }
    }
}

fn entries<'d>(holder: &Cursor<'d>, key: &str) -> Vec<Cursor<'d>> {
    holder.get(key).map_or_else(Vec::new, |map| map.entries().collect())
}

/// Finds the entry of `section` that the text of `key` names. Reports a text without an entry.
fn name<'d>(holder: &Cursor<'d>, key: &str, stream: &Cursor<'d>, section: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<Cursor<'d>> {
    let named = holder.get(key)?;
    let text = named.node.as_str()?;
    let known = entries(stream, section);
    let found = known.iter().find(|entry| entry.name() == text);
    if found.is_none() {
        let names: Vec<&str> = known.iter().map(Cursor::name).collect();
        diagnostics.push(unknown(&named, text, &format!("`{section}` of the stream"), &names));
    }
    found.cloned()
}

fn unknown(cursor: &Cursor<'_>, text: &str, holder: &str, names: &[&str]) -> Diagnostic {
    let message = format!("there is no `{}` in {holder}", message::shorten(text));
    let is_key = cursor.key.is_some_and(|key| key.text == text);
    let diagnostic = if is_key { cursor.error_at_head(message) } else { cursor.error(message) };
    match message::nearest(text, names.iter().copied()) {
        Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
        None => diagnostic.note(format!("there is: {}", message::list(names.iter().copied(), "and"))),
    }
}

const PLACEHOLDERS: [&str; 2] = ["{id}", "{topics}"];

/// Reports an unknown placeholder of a request, and a request whose field for the id has another value than `{id}`.
fn frame(stream: &Cursor<'_>, request: &Cursor<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let Some(frame) = request.get("frame") else { return };
    for field in frame.entries() {
        let Some(text) = field.node.as_str().filter(|text| text.contains(['{', '}'])) else { continue };
        if !PLACEHOLDERS.contains(&text) {
            let diagnostic = field.error(format!("unknown placeholder `{}`", message::shorten(text)));
            let near = message::nearest(text, PLACEHOLDERS).map(|near| format!("did you mean `{near}`?"));
            diagnostics
                .push(near.into_iter().fold(diagnostic, Diagnostic::label).note("`{id}` is the id of the request, `{topics}` its topics"));
        }
    }
    let id = frame.entries().find(|field| field.node.as_str() == Some("{id}"));
    match (stream.get("correlation"), id) {
        (None, Some(id)) => diagnostics.push(
            id.error("a request with an id in a stream without `correlation`")
                .help(format!("name the field at the stream: `correlation: {}`", id.name())),
        ),
        (Some(correlation), id) if id.as_ref().map(Cursor::name) != correlation.node.as_str() => diagnostics.push(
            frame
                .error_at_head(format!("`{}` of `{}` is not `{{id}}`", correlation.node.as_str().unwrap_or_default(), request.name()))
                .related(correlation.head(), "the field of the id"),
        ),
        _ => {}
    }
}

/// Reports an acknowledgement whose schema lacks the field for the id.
fn repeats_the_id(
    spec: &SpecIndex<'_>,
    stream: &Cursor<'_>,
    request: &Cursor<'_>,
    message: &Cursor<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let Some((correlation, schema)) = stream.get("correlation").zip(message.get("schema")) else { return };
    let Some(fields) = spec.fields(&schema) else { return };
    let id = correlation.node.as_str().unwrap_or_default();
    if fields.properties.iter().all(|property| property.name() != id) {
        diagnostics.push(
            correlation
                .error(format!("the acknowledgement of `{}` has no field `{id}`", request.name()))
                .related(message.head(), "the acknowledgement"),
        );
    }
}

/// Checks the conditions of each message, and that each message is used.
fn messages(spec: &SpecIndex<'_>, stream: &Cursor<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let used: Vec<&str> = entries(stream, "requests")
        .iter()
        .filter_map(|request| request.text("acknowledgement"))
        .chain(
            entries(stream, "channels").iter().flat_map(|channel| [channel.text("message"), channel.text("subscribedByServer")]).flatten(),
        )
        .collect();
    let messages = entries(stream, "messages");
    for (index, message) in messages.iter().enumerate() {
        if !used.contains(&message.name()) {
            let diagnostic = message.error_at_head(format!("nothing uses the message `{}`", message.name())).label("unused");
            diagnostics.push(diagnostic.help("name it as the `acknowledgement` of a request or the `message` of a channel, or remove it"));
        }
        let Some((schema, conditions)) = message.get("schema").zip(message.get("match")) else { continue };
        let same = |other: &&Cursor<'_>| other.get("match").is_some_and(|other| other.node.to_json() == conditions.node.to_json());
        if let Some(other) = messages[..index].iter().find(same) {
            let text = format!("`{}` and `{}` have the same conditions", other.name(), message.name());
            diagnostics.push(conditions.error_at_head(text).related(other.head(), "the other message"));
        }
        let Some(target) = spec.resolve(&schema) else { continue };
        let Some(fields) = spec.fields(&target) else {
            diagnostics.push(schema.error(format!("{} is not an object", title(&target))).related(target.head(), "the schema"));
            continue;
        };
        let names: Vec<&str> = fields.properties.iter().map(Cursor::name).collect();
        for condition in conditions.entries() {
            if !names.contains(&condition.name()) {
                diagnostics.push(unknown(&condition, condition.name(), &title(&target), &names));
            }
            for value in condition.items() {
                if value.node.as_str().is_some_and(|text| text.strip_suffix('*').unwrap_or(text).contains('*')) {
                    diagnostics
                        .push(value.error("`*` is only allowed at the end").note("`market.*` is every text that begins with `market.`"));
                }
            }
        }
    }
}

/// Reports a channel whose topic begins with none of the prefixes of its message.
fn other_topic(channel: &Cursor<'_>, message: &Cursor<'_>) -> Option<Diagnostic> {
    entries(message, "match").iter().find_map(|condition| {
        let values: Vec<Cursor<'_>> = condition.items().collect();
        let prefixes: Vec<&str> = values.iter().filter_map(|value| value.node.as_str()?.strip_suffix('*')).collect();
        (!prefixes.is_empty() && !prefixes.iter().any(|prefix| channel.name().starts_with(prefix))).then(|| {
            let text = format!("the topic `{}` does not match `{}` of its message", channel.name(), condition.name());
            channel.error_at_head(text).related(condition.head(), "the condition")
        })
    })
}

/// Checks that the parameters of a channel are the placeholders of its topic, and that their sources exist.
fn parameters(spec: &SpecIndex<'_>, channel: &Cursor<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let Some(parameters) = channel.get("parameters") else { return };
    let placeholders: Vec<&str> = channel.name().split('{').skip(1).filter_map(|part| Some(part.split_once('}')?.0)).collect();
    for parameter in parameters.entries() {
        if !placeholders.contains(&parameter.name()) {
            diagnostics.push(unknown(&parameter, parameter.name(), "the topic", &placeholders));
        }
        source(spec, &parameter, diagnostics);
    }
    for placeholder in placeholders.iter().filter(|placeholder| parameters.node.get(placeholder).is_none()) {
        diagnostics.push(parameters.error_at_head(format!("`parameters` lacks the placeholder `{placeholder}` of the topic")));
    }
}

/// Checks that the values of a placeholder have one source: the field of an operation's response, or the statement of its omission.
fn source(spec: &SpecIndex<'_>, parameter: &Cursor<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let (operation, field) = match (parameter.get("operation"), parameter.get("field"), parameter.get("x-undocumented")) {
        (Some(operation), Some(field), None) => (operation, field),
        (None, None, Some(_)) => return,
        _ => {
            let diagnostic = parameter.error_at_head(format!("the source of `{}` is not clear", parameter.name()));
            diagnostics
                .push(diagnostic.help("write `operation` with `field`, or only `x-undocumented` if the documentation omits the values"));
            return;
        }
    };
    let id = operation.node.as_str().unwrap_or_default();
    let Some(found) = spec.operations.iter().find(|operation| operation.cursor.text("operationId") == Some(id)) else {
        let names: Vec<&str> = spec.operations.iter().filter_map(|operation| operation.cursor.text("operationId")).collect();
        diagnostics.push(unknown(&operation, id, "`paths`", &names));
        return;
    };
    let Some(mut holder) = spec.data(found) else { return };
    for name in field.node.as_str().unwrap_or_default().split('.') {
        let Some(owner) = element(spec, &holder) else { return };
        let properties = spec.fields(&owner).map_or_else(Vec::new, |fields| fields.properties);
        let Some(property) = properties.iter().find(|property| property.name() == name) else {
            let names: Vec<&str> = properties.iter().map(Cursor::name).collect();
            diagnostics.push(unknown(&field, name, &title(&owner), &names));
            return;
        };
        holder = property.clone();
    }
}

/// Resolves a schema. For a list, this is the schema of its items.
fn element<'d>(spec: &SpecIndex<'d>, schema: &Cursor<'d>) -> Option<Cursor<'d>> {
    let resolved = spec.resolve(schema)?;
    match resolved.get("items") {
        Some(items) => spec.resolve(&items),
        None => Some(resolved),
    }
}
