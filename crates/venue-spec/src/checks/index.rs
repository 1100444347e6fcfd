//! An index of a specification for the checks.

use std::collections::{BTreeSet, HashSet};

use crate::cursor::Cursor;

/// A specification that matches the patterns of the grammar.
pub(crate) struct SpecIndex<'d> {
    pub(crate) root: Cursor<'d>,
    pub(crate) operations: Vec<Operation<'d>>,
    /// The entries of `components.schemas`.
    pub(crate) named: Vec<Cursor<'d>>,
}

/// An operation with its resolved parameters.
pub(crate) struct Operation<'d> {
    pub(crate) path: Cursor<'d>,
    pub(crate) cursor: Cursor<'d>,
    pub(crate) parameters: Vec<Parameter<'d>>,
}

/// A parameter of an operation.
pub(crate) struct Parameter<'d> {
    /// The parameter's item in the operation's list.
    pub(crate) listed: Cursor<'d>,
    /// The definition of the parameter. For a reference, this is the component.
    pub(crate) cursor: Cursor<'d>,
}

/// The fields of an object. An enveloped response describes the data field of the envelope more exactly than the envelope itself, so the
/// field of the response replaces the field of the envelope.
pub(crate) struct Fields<'d> {
    pub(crate) properties: Vec<Cursor<'d>>,
    pub(crate) required: BTreeSet<&'d str>,
}

impl<'d> SpecIndex<'d> {
    pub(crate) fn new(root: &Cursor<'d>) -> Self {
        let named = root.path(&["components", "schemas"]).map_or_else(Vec::new, |schemas| schemas.entries().collect());
        let mut spec = Self { root: root.clone(), operations: Vec::new(), named };
        let paths: Vec<Cursor<'d>> = root.get("paths").map_or_else(Vec::new, |paths| paths.entries().collect());
        spec.operations =
            paths.iter().flat_map(|path| path.entries().map(|cursor| spec.operation(path, cursor)).collect::<Vec<_>>()).collect();
        spec
    }

    /// The entries of a section of `components`.
    pub(crate) fn components(&self, section: &str) -> Vec<Cursor<'d>> {
        self.root.path(&["components", section]).map_or_else(Vec::new, |section| section.entries().collect())
    }

    /// Follows the `$ref` of a node. Returns `None` if the node has no `$ref`, or if the target does not exist.
    pub(crate) fn follow(&self, cursor: &Cursor<'d>) -> Option<Cursor<'d>> {
        let mut steps = cursor.text("$ref")?.strip_prefix("#/")?.split('/');
        steps.try_fold(self.root.clone(), |cursor, step| cursor.get(step))
    }

    /// Resolves a schema: follows a `$ref`, or the only reference of an `allOf`.
    pub(crate) fn resolve(&self, schema: &Cursor<'d>) -> Option<Cursor<'d>> {
        if schema.node.get("$ref").is_some() {
            return self.follow(schema);
        }
        match schema.get("allOf").map(|all| all.items().collect::<Vec<_>>()).as_deref() {
            Some([only]) => self.follow(only),
            _ => Some(schema.clone()),
        }
    }

    /// The fields of an object; `None` for another schema.
    pub(crate) fn fields(&self, schema: &Cursor<'d>) -> Option<Fields<'d>> {
        let schema = self.resolve(schema)?;
        if let Some(all) = schema.get("allOf") {
            let mut fields = Fields { properties: Vec::new(), required: BTreeSet::new() };
            for part in all.items() {
                let more = self.fields(&part)?;
                fields.properties.retain(|property| more.properties.iter().all(|other| other.name() != property.name()));
                fields.properties.extend(more.properties);
                fields.required.extend(more.required);
            }
            return Some(fields);
        }
        let properties = schema.get("properties")?.entries().collect();
        let required = schema.get("required").map_or_else(Vec::new, |required| required.items().collect());
        Some(Fields { properties, required: required.iter().filter_map(|name| name.node.as_str()).collect() })
    }

    /// The messages that the streams send, each with its stream.
    pub(crate) fn messages(&self) -> Vec<(Cursor<'d>, Cursor<'d>)> {
        let streams: Vec<Cursor<'d>> = self.root.get("x-venue-streams").map_or_else(Vec::new, |streams| streams.entries().collect());
        let messages = |stream: &Cursor<'d>| stream.get("messages").map_or_else(Vec::new, |messages| messages.entries().collect());
        streams.iter().flat_map(|stream| messages(stream).into_iter().map(|message| (stream.clone(), message))).collect()
    }

    /// The schemas of the messages that the streams send.
    pub(crate) fn message_schemas(&self) -> Vec<Cursor<'d>> {
        self.messages().iter().filter_map(|(_, message)| message.get("schema")).collect()
    }

    /// The schema of the data of a success response. Without an envelope, the data is the complete body.
    pub(crate) fn data(&self, operation: &Operation<'d>) -> Option<Cursor<'d>> {
        let body = operation.success()?.get("schema")?;
        let Some(parts) = body.get("allOf") else { return Some(body) };
        let name = self.root.get("x-venue-envelope")?.text("data")?;
        parts.items().find_map(|part| part.get("properties")?.get(name))
    }

    /// Every schema of the components, parameters, media types and messages of streams, including all inner schemas.
    pub(crate) fn schemas(&self) -> Vec<Cursor<'d>> {
        let mut all = Vec::new();
        let components = self.components("parameters").into_iter().chain(self.components("responses"));
        let inline = self.operations.iter().flat_map(|operation| {
            let parameters = operation.parameters.iter().map(|parameter| parameter.listed.clone());
            parameters.chain(operation.cursor.get("requestBody")).chain(operation.responses())
        });
        for cursor in components.chain(inline) {
            let schema = cursor.get("schema").or_else(|| media(&cursor)?.get("schema"));
            schema.into_iter().for_each(|schema| collect_schemas(&schema, &mut all));
        }
        self.message_schemas().iter().chain(&self.named).for_each(|schema| collect_schemas(schema, &mut all));
        all
    }

    /// The names of all schemas that these schemas refer to, directly or through other schemas.
    pub(crate) fn reachable(&self, from: impl IntoIterator<Item = Cursor<'d>>) -> HashSet<&'d str> {
        let mut reached = HashSet::new();
        let mut waiting: Vec<Cursor<'d>> = from.into_iter().collect();
        while let Some(schema) = waiting.pop() {
            let mut all = Vec::new();
            collect_schemas(&schema, &mut all);
            let targets = all.iter().filter_map(|schema| self.follow(schema));
            waiting.extend(targets.filter(|target| reached.insert(target.name())));
        }
        reached
    }

    fn operation(&self, path: &Cursor<'d>, cursor: Cursor<'d>) -> Operation<'d> {
        let listed = cursor.get("parameters").map_or_else(Vec::new, |list| list.items().collect());
        let parameters = listed.into_iter().filter_map(|listed| {
            let cursor = if listed.node.get("$ref").is_some() { self.follow(&listed)? } else { listed.clone() };
            Some(Parameter { listed, cursor })
        });
        Operation { path: path.clone(), parameters: parameters.collect(), cursor }
    }
}

impl<'d> Operation<'d> {
    /// The operation as a message names it: "GET /v1/time".
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.cursor.name().to_uppercase(), self.path.name())
    }

    /// The media type of the request body.
    pub(crate) fn request(&self) -> Option<Cursor<'d>> {
        media(&self.cursor.get("requestBody")?)
    }

    /// The media type of the success response.
    pub(crate) fn success(&self) -> Option<Cursor<'d>> {
        media(&self.cursor.path(&["responses", "200"])?)
    }

    /// All responses. References are not resolved.
    pub(crate) fn responses(&self) -> Vec<Cursor<'d>> {
        self.cursor.get("responses").map_or_else(Vec::new, |responses| responses.entries().collect())
    }
}

/// The only media type of a body.
pub(crate) fn media<'d>(body: &Cursor<'d>) -> Option<Cursor<'d>> {
    body.path(&["content", "application/json"])
}

/// The name of a schema in messages: the component's name in backticks, or "its schema" for a schema without a name.
pub(crate) fn title(schema: &Cursor<'_>) -> String {
    let mut steps = schema.pointer.split('/').skip(1);
    match (steps.next(), steps.next(), steps.next(), steps.next()) {
        (Some("components"), Some("schemas"), Some(name), None) => format!("`{name}`"),
        _ => "its schema".to_owned(),
    }
}

/// The values of an object's properties, or of a row's positions.
pub(crate) fn members<'d>(schema: &Cursor<'d>) -> Vec<Cursor<'d>> {
    let properties = schema.get("properties").map_or_else(Vec::new, |properties| properties.entries().collect());
    properties.into_iter().chain(schema.get("x-venue-positions").iter().flat_map(Cursor::items)).collect()
}

/// Collects a schema and its inner schemas. References are not followed.
fn collect_schemas<'d>(schema: &Cursor<'d>, all: &mut Vec<Cursor<'d>>) {
    all.push(schema.clone());
    schema.get("items").into_iter().for_each(|items| collect_schemas(&items, all));
    for part in schema.get("allOf").iter().flat_map(Cursor::items) {
        collect_schemas(&part, all);
    }
    members(schema).iter().for_each(|member| collect_schemas(member, all));
}
