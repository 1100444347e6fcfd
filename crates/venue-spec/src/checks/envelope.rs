//! Checks the envelope, which is the object around the data of responses. The fields that `x-venue-envelope` names must exist, and each
//! success response must describe either its complete body, or the envelope with the data in it.

use super::conformance::{self, Direction};
use super::index::{Operation, SpecIndex};
use crate::cursor::Cursor;
use crate::diagnostic::Diagnostic;
use crate::message;

pub(crate) fn check(spec: &SpecIndex<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let Some(envelope) = spec.root.get("x-venue-envelope") else { return };
    let Some(schema) = schema(spec, &envelope, diagnostics) else { return };
    let properties: Vec<Cursor<'_>> = schema.get("properties").iter().flat_map(Cursor::entries).collect();
    for field in ["code", "message", "requestId"].iter().filter_map(|key| envelope.get(key)) {
        let name = field.node.as_str().unwrap_or_default();
        let known = properties.iter().map(Cursor::name);
        if known.clone().any(|known| known == name) {
            continue;
        }
        let diagnostic = field.error(format!("`{}` has no field `{name}`", schema.name())).related(schema.head(), "the envelope");
        diagnostics.push(match message::nearest(name, known.clone()) {
            Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
            None => diagnostic.note(format!("its fields: {}", message::list(known, "and"))),
        });
    }
    let code = properties.iter().find(|property| Some(property.name()) == envelope.text("code"));
    if let Some(code) = code {
        for success in
            ["success", "uncertain"].iter().filter_map(|key| envelope.get(key)).flat_map(|codes| codes.items().collect::<Vec<_>>())
        {
            conformance::check(spec, &success, code, Direction::Received, diagnostics);
        }
    }
    for operation in &spec.operations {
        diagnostics.extend(success(operation, &envelope, &schema).or_else(|| forgotten(spec, operation)));
    }
}

/// Reports a response whose example has the envelope, although its schema has none.
pub(super) fn forgotten(spec: &SpecIndex<'_>, operation: &Operation<'_>) -> Option<Diagnostic> {
    let names = spec.root.get("x-venue-envelope")?;
    let media = operation.success()?;
    let (schema, example) = (media.get("schema")?, media.get("example")?);
    let (code, data) = (names.text("code")?, names.text("data")?);
    let fields = spec.fields(&schema).map_or_else(Vec::new, |fields| fields.properties);
    let is_forgotten = schema.node.get("allOf").is_none()
        && [code, data].iter().all(|name| example.node.get(name).is_some() && fields.iter().all(|field| field.name() != *name));
    is_forgotten.then(|| {
        let message = format!("the example of {} is in the envelope, and its schema is not", operation.name());
        schema.error_at_head(message).label("the complete body").related(example.head(), format!("with `{code}` and `{data}`")).help(
            format!(
                "write `allOf: [{{ $ref: '#/components/schemas/{}' }}, {{ type: object, properties: {{ {data}: … }} }}]`",
                names.text("schema").unwrap_or_default()
            ),
        )
    })
}

/// Finds the schema of the envelope.
fn schema<'d>(spec: &SpecIndex<'d>, envelope: &Cursor<'d>, diagnostics: &mut Vec<Diagnostic>) -> Option<Cursor<'d>> {
    let cursor = envelope.get("schema")?;
    let name = cursor.node.as_str()?;
    let Some(schema) = spec.named.iter().find(|schema| schema.name() == name) else {
        let diagnostic = cursor.error(format!("there is no `{name}` in `components.schemas`"));
        diagnostics.push(match message::nearest(name, spec.named.iter().map(Cursor::name)) {
            Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
            None => diagnostic.help("write the name of the schema, without `#/components/schemas/`"),
        });
        return None;
    };
    if schema.node.get("properties").is_none() {
        diagnostics.push(cursor.error(format!("`{name}` is not an object")).related(schema.head(), "this schema"));
        return None;
    }
    Some(schema.clone())
}

fn success(operation: &Operation<'_>, envelope: &Cursor<'_>, schema: &Cursor<'_>) -> Option<Diagnostic> {
    let data = envelope.text("data")?;
    let found = operation.success()?.get("schema")?;
    let form = |diagnostic: Diagnostic| {
        diagnostic
            .label("not the data in the envelope")
            .help(format!(
                "write `allOf: [{{ $ref: '#/components/schemas/{}' }}, {{ type: object, properties: {{ {data}: {{ $ref: … }} }} }}]`",
                schema.name()
            ))
            .help("a response of which nothing is documented refers to a schema with `x-undocumented` and no `type`")
    };
    let parts: Vec<Cursor<'_>> = found.get("allOf").iter().flat_map(Cursor::items).collect();
    let [outer, inner] = parts.as_slice() else {
        // The response has no envelope.
        let reference = found.get("$ref")?;
        let is_envelope = reference.node.as_str().and_then(|text| text.rsplit('/').next()) == Some(schema.name());
        return is_envelope.then(|| form(reference.error(format!("the success response of {} is only the envelope", operation.name()))));
    };
    let reference = outer.get("$ref")?;
    if reference.node.as_str().and_then(|text| text.rsplit('/').next()) != Some(schema.name()) {
        return Some(form(reference.error(format!("the envelope is `{}`", schema.name()))));
    }
    let fields: Vec<Cursor<'_>> = inner.get("properties").iter().flat_map(Cursor::entries).collect();
    match fields.iter().find(|field| field.name() != data) {
        Some(other) => {
            let related = envelope.get("data").map_or(envelope.head(), |cursor| cursor.node.span);
            let diagnostic = other.error_at_head(format!("the envelope holds `{data}`, not `{}`", other.name()));
            Some(diagnostic.related(related, "the field for the data"))
        }
        None => None,
    }
}
