//! Checks that no field is required unless the documentation describes it.

use super::index::SpecIndex;
use crate::cursor::Cursor;
use crate::diagnostic::Diagnostic;

const MARKS: [&str; 2] = ["x-undocumented", "x-provisional"];

pub(crate) fn check(spec: &SpecIndex<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for schema in &spec.named {
        for item in schema.get("required").iter().flat_map(Cursor::items) {
            let name = item.node.as_str().unwrap_or_default();
            let Some(property) = schema.get("properties").and_then(|properties| properties.get(name)) else { continue };
            diagnostics.extend(required_but_unproven(schema, &property, &item));
        }
    }
}

/// Reports a required property that is provisional, or whose object is provisional or undocumented. The documentation does not describe
/// such a property, so that a response may lack it. A property with the mark `x-undocumented` may be required, because this mark means only
/// that the content of the property is unknown.
fn required_but_unproven(schema: &Cursor<'_>, property: &Cursor<'_>, item: &Cursor<'_>) -> Option<Diagnostic> {
    let mark = property.get("x-provisional").or_else(|| MARKS.iter().find_map(|mark| schema.get(mark)))?;
    let what = if mark.name() == "x-provisional" { "provisional" } else { "undocumented" };
    Some(
        item.error(format!("`{}` is {what}, and yet required", property.name()))
            .related(mark.head(), format!("{what} by this"))
            .help("take it out of `required`: a response without it must be readable"),
    )
}
