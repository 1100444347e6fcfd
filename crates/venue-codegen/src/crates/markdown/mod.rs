//! Escapes the descriptions of a specification for rustdoc. Rustdoc does not compile, link or read as HTML any part of a
//! description.
//!
//! Some Markdown keeps its meaning: paragraphs, lists, headings, tables, emphasis, code between backticks, and links to `http://`
//! and `https://`.

mod blocks;
mod inline;

use venue_spec::model::{Api, Field, Inferences, Shape};

pub(super) use blocks::marker;
use blocks::{Blocks, is_block, literal};
use inline::inline;

/// Escapes every description of an API for rustdoc.
pub(crate) fn escape(api: &mut Api) {
    let optional = |text: &mut Option<String>| {
        if let Some(text) = text {
            *text = markdown(text);
        }
    };
    let inferred = |inferences: &mut Inferences| inferences.edit(|evidence| *evidence = markdown(evidence));
    let field = |field: &mut Field| {
        inferred(&mut field.inferred);
        field.description = markdown(&field.description);
        optional(&mut field.undocumented);
        optional(&mut field.provisional);
    };
    api.title = line(&api.title);
    if let Some(lifecycle) = &mut api.lifecycle {
        lifecycle.source = markdown(&lifecycle.source);
    }
    for server in &mut api.servers {
        server.description = line(&server.description);
    }
    api.envelope.description = markdown(&api.envelope.description);
    for section in &mut api.sections {
        section.description = markdown(&section.description);
    }
    for scheme in &mut api.schemes {
        scheme.description = markdown(&scheme.description);
        optional(&mut scheme.undocumented);
    }
    for stream in &mut api.streams {
        stream.description = markdown(&stream.description);
        stream.authentication.iter_mut().for_each(|(_, origin)| *origin = markdown(origin));
        optional(&mut stream.login);
        for request in &mut stream.requests {
            optional(&mut request.description);
            optional(&mut request.undocumented);
            inferred(&mut request.inferred);
        }
        if let Some(heartbeat) = &mut stream.heartbeat {
            optional(&mut heartbeat.description);
            optional(&mut heartbeat.undocumented);
        }
        for channel in &mut stream.channels {
            channel.description = markdown(&channel.description);
            channel.parameters.iter_mut().for_each(|parameter| optional(&mut parameter.undocumented));
            channel.snapshot.iter_mut().for_each(|snapshot| optional(&mut snapshot.undocumented));
            optional(&mut channel.undocumented);
        }
    }
    for operation in &mut api.operations {
        operation.summary = line(&operation.summary);
        operation.description = markdown(&operation.description);
        operation.response.description = markdown(&operation.response.description);
        optional(&mut operation.response.undocumented);
        inferred(&mut operation.inferred);
        operation.rules.iter_mut().for_each(|rule| inferred(&mut rule.inferred));
        operation.parameters.iter_mut().for_each(|parameter| field(&mut parameter.field));
    }
    for named in &mut api.types {
        named.description = markdown(&named.description);
        optional(&mut named.undocumented);
        optional(&mut named.provisional);
        inferred(&mut named.inferred);
        match &mut named.shape {
            Shape::Object { fields, rules } => {
                fields.iter_mut().for_each(field);
                rules.iter_mut().for_each(|rule| inferred(&mut rule.inferred));
            }
            Shape::Enum { values, extensible, .. } => {
                for value in values {
                    value.description = markdown(&value.description);
                    optional(&mut value.undocumented);
                    optional(&mut value.provisional);
                    inferred(&mut value.inferred);
                }
                optional(extensible);
            }
            Shape::Tuple { fields } => fields.iter_mut().for_each(field),
            Shape::Id { .. } | Shape::Undocumented => {}
        }
    }
}

/// Joins a text and a description. A description that begins with a block, such as a list, becomes a paragraph of its own.
pub(crate) fn after(lead: &str, description: &str) -> String {
    let is_block = is_block(description.lines().next().unwrap_or_default());
    format!("{lead}{}{description}", if is_block { "\n\n" } else { " " })
}

/// Formats a name or a value as code. The text can contain backticks.
pub(crate) fn code(text: &str) -> String {
    let runs = text.split(|c| c != '`').map(str::len);
    match runs.max().unwrap_or(0) {
        0 => format!("`{text}`"),
        longest => {
            let ticks = "`".repeat(longest + 1);
            format!("{ticks} {text} {ticks}")
        }
    }
}

/// Escapes a text of one line.
fn line(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    literal(&inline(&words))
}

/// Escapes a description of several paragraphs.
fn markdown(text: &str) -> String {
    let mut blocks = Blocks::default();
    for line in text.trim_matches(['\n', '\r']).lines() {
        blocks.line(line.replace('\t', "    ").trim_end());
    }
    blocks.finish()
}

#[cfg(test)]
mod tests;
