//! The documented fields of responses and messages, from the specification.

use std::collections::{BTreeSet, HashSet};
use std::error::Error;

use serde_json::Value;
use venue_spec::Document;
use venue_spec::model::{Api, Kind, Shape};

const SOURCE: &str = include_str!("../../../../openapi/6mm.yaml");

pub(crate) struct Specification {
    api: Api,
    names: HashSet<String>,
}

impl Specification {
    pub(crate) fn load() -> Result<Self, Box<dyn Error>> {
        let document = Document::parse("openapi/6mm.yaml", SOURCE).map_err(|report| report.to_string())?;
        let api = Api::new(&document);
        let fields = api.types.iter().filter_map(|named| match &named.shape {
            Shape::Object { fields, .. } => Some(fields),
            _ => None,
        });
        let mut names: HashSet<String> = fields.flatten().map(|field| field.name.clone()).collect();
        names.extend(["code", "message", "data", "requestId"].map(str::to_owned));
        Ok(Self { api, names })
    }

    /// Whether any documented object has a field of this name.
    pub(crate) fn is_known_name(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// The fields of a response's data that the specification does not list.
    pub(crate) fn unknown_fields_of_response(&self, operation: &str, data: &Value) -> BTreeSet<String> {
        let mut unknown = BTreeSet::new();
        if let Some(operation) = self.api.operations.iter().find(|described| described.id == operation) {
            let named = Kind::Named(operation.response.schema.clone());
            let kind = if operation.response.is_list { Kind::List(Box::new(named)) } else { named };
            self.collect_unknown(data, &kind, "data", &mut unknown);
        }
        unknown
    }

    /// The fields of a message that its schema, such as `StreamPush`, does not list.
    pub(crate) fn unknown_fields_of_message(&self, schema: &str, message: &Value) -> BTreeSet<String> {
        let mut unknown = BTreeSet::new();
        self.collect_unknown(message, &Kind::Named(schema.to_owned()), "", &mut unknown);
        unknown
    }

    fn collect_unknown(&self, value: &Value, kind: &Kind, path: &str, unknown: &mut BTreeSet<String>) {
        match (value, kind) {
            (Value::Array(items), Kind::List(kind)) => {
                items.iter().for_each(|item| self.collect_unknown(item, kind, &format!("{path}[]"), unknown));
            }
            (Value::Object(object), Kind::Named(name)) => {
                let Some(Shape::Object { fields, .. }) = self.api.type_named(name).map(|named| &named.shape) else { return };
                for (name, value) in object {
                    let path = super::json_types::child(path, &super::json_types::printable_name(self, object, name));
                    match fields.iter().find(|field| field.name == *name) {
                        Some(field) => self.collect_unknown(value, &field.kind, &path, unknown),
                        None => drop(unknown.insert(path)),
                    }
                }
            }
            _ => {}
        }
    }
}
