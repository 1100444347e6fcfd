//! Every success response stands in the one envelope.

use super::spec::{Operation, Spec};
use super::values::{self, Direction};
use crate::diagnostic::Diagnostic;
use crate::place::Place;
use crate::words;

pub(crate) fn check(spec: &Spec<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let Some(envelope) = spec.root.get("x-venue-envelope") else { return };
    let Some(schema) = schema(spec, &envelope, diagnostics) else { return };
    let properties: Vec<Place<'_>> = schema.get("properties").iter().flat_map(Place::entries).collect();
    for field in ["code", "message", "requestId"].iter().filter_map(|key| envelope.get(key)) {
        let name = field.node.as_str().unwrap_or_default();
        let known = properties.iter().map(Place::name);
        if known.clone().any(|known| known == name) {
            continue;
        }
        let diagnostic = field.error(format!("`{}` has no field `{name}`", schema.name())).related(schema.head(), "the envelope");
        diagnostics.push(match words::nearest(name, known.clone()) {
            Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
            None => diagnostic.note(format!("its fields: {}", words::list(known, "and"))),
        });
    }
    let code = properties.iter().find(|property| Some(property.name()) == envelope.text("code"));
    if let Some(code) = code {
        for success in
            ["success", "uncertain"].iter().filter_map(|key| envelope.get(key)).flat_map(|codes| codes.items().collect::<Vec<_>>())
        {
            values::check(spec, &success, code, Direction::Received, diagnostics);
        }
    }
    for operation in &spec.operations {
        diagnostics.extend(success(operation, &envelope, &schema));
    }
}

/// The schema that is the envelope.
fn schema<'d>(spec: &Spec<'d>, envelope: &Place<'d>, diagnostics: &mut Vec<Diagnostic>) -> Option<Place<'d>> {
    let place = envelope.get("schema")?;
    let name = place.node.as_str()?;
    let Some(schema) = spec.named.iter().find(|schema| schema.name() == name) else {
        let diagnostic = place.error(format!("there is no `{name}` in `components.schemas`"));
        diagnostics.push(match words::nearest(name, spec.named.iter().map(Place::name)) {
            Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
            None => diagnostic.help("write the name of the schema, without `#/components/schemas/`"),
        });
        return None;
    };
    if schema.node.get("properties").is_none() {
        diagnostics.push(place.error(format!("`{name}` is no object")).related(schema.head(), "this schema"));
        return None;
    }
    Some(schema.clone())
}

fn success(operation: &Operation<'_>, envelope: &Place<'_>, schema: &Place<'_>) -> Option<Diagnostic> {
    let data = envelope.text("data")?;
    let found = operation.success()?.get("schema")?;
    let form = |diagnostic: Diagnostic| {
        diagnostic
            .label("not in the envelope")
            .help(format!(
                "write `allOf: [{{ $ref: '#/components/schemas/{}' }}, {{ type: object, properties: {{ {data}: {{ $ref: … }} }} }}]`",
                schema.name()
            ))
            .help("a response of which nothing is documented refers to a schema with `x-undocumented` and no `type`")
    };
    let parts: Vec<Place<'_>> = found.get("allOf").iter().flat_map(Place::items).collect();
    let [outer, inner] = parts.as_slice() else {
        return Some(form(found.error_at_head(format!("the success response of {} is not in the envelope", operation.name()))));
    };
    let reference = outer.get("$ref")?;
    if reference.node.as_str().and_then(|text| text.rsplit('/').next()) != Some(schema.name()) {
        return Some(form(reference.error(format!("the envelope is `{}`", schema.name()))));
    }
    let fields: Vec<Place<'_>> = inner.get("properties").iter().flat_map(Place::entries).collect();
    match fields.iter().find(|field| field.name() != data) {
        Some(other) => {
            let related = envelope.get("data").map_or(envelope.head(), |place| place.node.span);
            let diagnostic = other.error_at_head(format!("the envelope holds `{data}`, not `{}`", other.name()));
            Some(diagnostic.related(related, "the field for the data"))
        }
        None => None,
    }
}
