//! The facts of a specification, by the same subjects and aspects as the facts of the pages.

mod element;
mod lists;

use std::collections::BTreeMap;

use serde_json::Value;
use venue_spec::Document;
use venue_spec::model::{Api, Operation};
use venue_spec::rust_names::{pascal, snake};

use crate::digest::json_digest;
use crate::fact::{Aspect, OPEN_LIST};
use crate::profile::Profile;

pub(crate) use element::{Attribute, Element};

/// A specification as facts.
#[derive(Debug)]
pub struct Specification<'a> {
    pub(crate) document: &'a Document,
    pub(crate) api: Api,
    /// The parts by their subjects.
    pub(crate) elements: BTreeMap<String, Element>,
    /// The URLs of servers and streams, with their JSON pointers.
    pub(crate) urls: Vec<(String, String)>,
    /// The names of the query parameters that carry credentials or a signature.
    pub(crate) credential_parameters: Vec<String>,
}

impl<'a> Specification<'a> {
    /// Lists the facts of a specification.
    pub fn new(document: &'a Document, profile: &Profile) -> Self {
        let api = Api::new(document);
        let mut specification = Self { document, elements: BTreeMap::new(), urls: urls(&api), credential_parameters: Vec::new(), api };
        specification.add_security_schemes();
        for operation in specification.api.operations.clone() {
            specification.add_operation(&operation, profile);
        }
        specification.add_enums(profile);
        specification.add_error_codes(profile);
        specification.add_topics();
        specification.add_permissions();
        specification
    }

    /// All facts that the pages must contain, as subject, aspect and value.
    pub fn expected_facts(&self) -> impl Iterator<Item = (&str, Aspect, &str)> {
        let expected = self.elements.iter().filter(|(_, element)| element.is_expected);
        expected.flat_map(|(subject, element)| {
            element.attributes.iter().map(move |(aspect, attribute)| (subject.as_str(), *aspect, attribute.value.as_str()))
        })
    }

    /// The examples of an operation's `body` and `response`. The subject of the operation is its method and its path.
    pub fn examples(&self, operation: &str) -> Vec<(&'static str, Value)> {
        let operation = self.api.operations.iter().find(|candidate| subject_of(candidate) == operation);
        let body = operation.and_then(|operation| operation.body.as_ref()?.example.clone()).map(|example| ("body", example));
        let response = operation.and_then(|operation| operation.response.example.clone()).map(|example| ("response", example));
        body.into_iter().chain(response).collect()
    }

    /// The URLs of the servers and streams.
    pub fn urls(&self) -> impl Iterator<Item = &str> {
        self.urls.iter().map(|(url, _)| url.as_str())
    }

    /// The line of a JSON pointer, or of its nearest existing parent.
    pub(crate) fn line(&self, pointer: &str) -> Option<usize> {
        let mut pointer = pointer;
        loop {
            if let Some(line) = self.document.line_of(pointer) {
                return Some(line);
            }
            pointer = pointer.rsplit_once('/')?.0;
        }
    }

    /// The operation with a method and a path.
    pub(crate) fn operation_at(&self, method: &str, path: &str) -> Option<&Operation> {
        self.api.operations.iter().find(|operation| operation.method == method && operation.path == path)
    }

    /// The operations whose documentation is a section of a page.
    pub(crate) fn operations_documented_at<'b>(&'b self, page: &str, anchor: &str) -> impl Iterator<Item = &'b Operation> {
        let ends = format!("/{page}#{anchor}");
        self.api.operations.iter().filter(move |operation| operation.documentation.ends_with(&ends))
    }

    /// Whether several parts of operations share the schema at a pointer, so that an edit of the schema would change all of them.
    pub(crate) fn is_shared(&self, pointer: &str) -> bool {
        let fields = self.elements.iter().filter(|(subject, _)| subject.contains(" /") && !subject.starts_with("enum "));
        let has_pointer =
            |element: &Element| element.pointer == pointer || element.attributes.values().any(|attribute| attribute.pointer == pointer);
        fields.filter(|(_, element)| has_pointer(element)).count() > 1
    }

    fn value(&self, pointer: &str) -> &Value {
        self.document.json().pointer(pointer).unwrap_or(&Value::Null)
    }

    /// The pointer of a node, then the pointers of the schemas that the node refers to.
    fn chain(&self, pointer: &str) -> Vec<String> {
        let mut chain = vec![pointer.to_owned()];
        while chain.len() < 8 {
            let Some(last) = chain.last() else { break };
            let node = self.value(last);
            let Some(target) = node["$ref"].as_str().or_else(|| node["allOf"][0]["$ref"].as_str()) else { break };
            chain.push(target.trim_start_matches('#').to_owned());
        }
        chain
    }

    fn first(&self, chain: &[String], keys: &[&str]) -> Option<(&Value, String)> {
        chain.iter().find_map(|pointer| {
            let key = keys.iter().find(|key| self.value(pointer).get(**key).is_some())?;
            Some((&self.value(pointer)[*key], format!("{pointer}/{key}")))
        })
    }

    fn add_security_schemes(&mut self) {
        let schemes = self.value("/components/securitySchemes").as_object().cloned().unwrap_or_default();
        for (scheme, content) in schemes {
            let (Some(location), Some(name)) = (content["in"].as_str(), content["name"].as_str()) else { continue };
            if location == "query" {
                self.credential_parameters.push(name.to_owned());
            }
            let element = Element {
                pointer: format!("/components/securitySchemes/{scheme}"),
                attributes: listed(&format!("/components/securitySchemes/{scheme}/name")),
                is_expected: location != "cookie",
                ..Element::default()
            };
            self.elements.insert(format!("request {location} {name}"), element);
        }
    }

    fn add_operation(&mut self, operation: &Operation, profile: &Profile) {
        let subject = subject_of(operation);
        let rust = format!("requests::{}", pascal(&operation.id));
        let path_pointer = operation.pointer.rsplit_once('/').map_or(operation.pointer.as_str(), |(path, _)| path).to_owned();
        let attribute = |value: &str, pointer: String| Attribute { value: value.to_owned(), pointer };
        let attributes = BTreeMap::from([
            (Aspect::Listed, attribute("", operation.pointer.clone())),
            (Aspect::Method, attribute(&operation.method, operation.pointer.clone())),
            (Aspect::Path, attribute(&operation.path, path_pointer)),
            (Aspect::Permission, attribute(&operation.permission, format!("{}/x-venue-permission", operation.pointer))),
            (Aspect::Credentials, attribute(&credentials(&operation.security), format!("{}/security", operation.pointer))),
        ]);
        self.elements.insert(
            subject.clone(),
            Element {
                pointer: operation.pointer.clone(),
                operation: Some(operation.id.clone()),
                rust: Some(rust.clone()),
                attributes,
                is_expected: profile.complete,
                ..Element::default()
            },
        );
        self.add_parameters(operation, &subject, &rust, profile.complete);
        let owner = Owner { operation: &operation.id, is_expected: profile.complete };
        if let Some(body) = &operation.body {
            let prefix = format!("{subject} body");
            let pointer = format!("{}/requestBody/content/application~1json", operation.pointer);
            self.add_example(&prefix, &owner, &pointer, body.example.as_ref());
            self.add_fields(&prefix, "", &format!("/components/schemas/{}", body.schema), None, &owner);
        }
        let prefix = format!("{subject} response");
        let pointer = format!("{}/responses/200/content/application~1json", operation.pointer);
        self.add_example(&prefix, &owner, &pointer, operation.response.example.as_ref());
        let schema = format!("/components/schemas/{}", operation.response.schema);
        if self.value(&schema)["type"] == "object" {
            self.add_fields(&prefix, if operation.response.is_list { "[]." } else { "" }, &schema, None, &owner);
        } else if self.value(&schema)["x-undocumented"].is_string()
            && let Some(element) = self.elements.get_mut(&prefix)
        {
            element.undocumented = Some(format!("{}/responses/200/x-undocumented", operation.pointer));
        }
    }

    /// Adds the element of a body or a response, whose only fact is its example.
    fn add_example(&mut self, subject: &str, owner: &Owner<'_>, pointer: &str, example: Option<&Value>) {
        let pointer = if example.is_some() { format!("{pointer}/example") } else { pointer.to_owned() };
        let attributes = example
            .map(|example| (Aspect::Example, Attribute { value: json_digest(example), pointer: pointer.clone() }))
            .into_iter()
            .collect();
        self.elements.insert(
            subject.to_owned(),
            Element {
                pointer,
                operation: Some(owner.operation.to_owned()),
                attributes,
                is_expected: owner.is_expected && example.is_some(),
                ..Element::default()
            },
        );
    }

    fn add_parameters(&mut self, operation: &Operation, subject: &str, rust: &str, is_expected: bool) {
        let count = self.value(&operation.pointer)["parameters"].as_array().map_or(0, Vec::len);
        for index in 0..count {
            let outer = self.chain(&format!("{}/parameters/{index}", operation.pointer));
            let Some(pointer) = outer.last().cloned() else { continue };
            let parameter = self.value(&pointer);
            let (Some(name), Some(location)) = (parameter["name"].as_str(), parameter["in"].as_str()) else { continue };
            if location == "header" {
                continue;
            }
            let (name, location) = (name.to_owned(), location.to_owned());
            let is_required = parameter["required"] == true;
            let infers_required = parameter["x-venue-inferred"]["required"].is_string();
            let example = parameter.get("example").map(plain_text);
            let mut element = self.field(&format!("{pointer}/schema"), &pointer);
            if !infers_required {
                element
                    .attributes
                    .insert(Aspect::Required, Attribute { value: yes_or_no(is_required), pointer: format!("{pointer}/required") });
            }
            if let Some(example) = example {
                element.attributes.insert(Aspect::Example, Attribute { value: example, pointer: format!("{pointer}/example") });
            }
            element.operation = Some(operation.id.clone());
            element.rust = Some(format!("{rust}.{}", snake(&name)));
            element.provisional = element.provisional.or_else(|| self.mark(&pointer, "x-provisional"));
            element.is_expected = is_expected && element.provisional.is_none();
            self.elements.insert(format!("{subject} {location} {name}"), element);
        }
    }

    fn mark(&self, pointer: &str, key: &str) -> Option<String> {
        self.value(pointer).get(key).map(|_| format!("{pointer}/{key}"))
    }

    /// The facts of a field with the schema at a pointer. `pointer` is the pointer of the field itself.
    fn field(&self, schema: &str, pointer: &str) -> Element {
        let chain = self.chain(schema);
        let mut attributes = listed(pointer);
        let kind = self.kind(&chain);
        let type_pointer = self.first(&chain, &["format", "type"]).map_or(schema.to_owned(), |(_, pointer)| pointer);
        attributes.insert(Aspect::Type, Attribute { value: kind, pointer: type_pointer });
        if let Some(holder) = chain.iter().find(|holder| self.value(holder).get("enum").is_some()) {
            attributes.insert(Aspect::Values, Attribute { value: self.documented_values(holder), pointer: format!("{holder}/enum") });
        }
        if let Some((value, pointer)) = self.first(&chain, &["default"]) {
            attributes.insert(Aspect::Default, Attribute { value: plain_text(value), pointer });
        }
        let infers_limits = chain.iter().any(|pointer| self.value(pointer)["x-venue-inferred"]["limits"].is_string());
        let limits = [(Aspect::Minimum, ["minLength", "minimum", "minItems"]), (Aspect::Maximum, ["maxLength", "maximum", "maxItems"])];
        for (aspect, keys) in limits {
            if let Some((value, pointer)) = self.first(&chain, &keys).filter(|_| !infers_limits) {
                attributes.insert(aspect, Attribute { value: plain_text(value), pointer });
            }
        }
        Element {
            pointer: pointer.to_owned(),
            attributes,
            provisional: self.mark(schema, "x-provisional"),
            undocumented: self.mark(schema, "x-undocumented"),
            ..Element::default()
        }
    }

    fn kind(&self, chain: &[String]) -> String {
        let Some((kind, pointer)) = self.first(chain, &["type"]) else { return "any".to_owned() };
        let kind = kind.as_str().unwrap_or_default();
        match kind {
            "integer" => match self.first(chain, &["format"]).and_then(|(format, _)| format.as_str()) {
                Some(format) => format!("integer/{format}"),
                None => "integer".to_owned(),
            },
            "array" => {
                let items = pointer.rsplit_once('/').map_or(pointer.clone(), |(parent, _)| format!("{parent}/items"));
                let items = self.kind(&self.chain(&items));
                match items.as_str() {
                    "object" | "any" | "array" => "array".to_owned(),
                    scalar => format!("array/{scalar}"),
                }
            }
            _ => kind.to_owned(),
        }
    }

    /// The values of an enum without those that the pages do not list.
    fn documented_values(&self, holder: &str) -> String {
        let schema = self.value(holder);
        let values = schema["enum"].as_array().cloned().unwrap_or_default();
        let documented = values.iter().map(plain_text).filter(|value| schema["x-enum-marks"].get(value).is_none());
        let open = schema.get("x-venue-extensible").map(|_| OPEN_LIST.to_owned());
        documented.chain(open).collect::<Vec<_>>().join(" / ")
    }

    /// Adds the fields of an object and of the objects inside of it.
    fn add_fields(&mut self, prefix: &str, path: &str, schema: &str, provisional: Option<&str>, owner: &Owner<'_>) {
        let provisional = self.mark(schema, "x-provisional").or_else(|| provisional.map(str::to_owned));
        let name = schema.rsplit('/').next().unwrap_or_default().to_owned();
        let properties: Vec<String> =
            self.value(schema)["properties"].as_object().map(|fields| fields.keys().cloned().collect()).unwrap_or_default();
        for property in properties {
            let pointer = format!("{schema}/properties/{property}");
            let mut element = self.field(&pointer, &pointer);
            if self.value(&pointer)["x-venue-inferred"]["required"].is_null() {
                let required = &self.value(schema)["required"];
                let is_required = required.as_array().is_some_and(|names| names.iter().any(|name| name == property.as_str()));
                element
                    .attributes
                    .insert(Aspect::Required, Attribute { value: yes_or_no(is_required), pointer: format!("{schema}/required") });
            }
            element.operation = Some(owner.operation.to_owned());
            element.rust = Some(format!("types::{name}.{}", snake(&property)));
            element.provisional = element.provisional.or_else(|| provisional.clone());
            element.is_expected = owner.is_expected && element.provisional.is_none();
            let kind = element.attributes.get(&Aspect::Type).map(|kind| kind.value.clone()).unwrap_or_default();
            let marked = element.provisional.clone();
            self.elements.insert(format!("{prefix} {path}{property}"), element);
            let inner = match kind.as_str() {
                "array" => self.items(&pointer).map(|items| (format!("{path}{property}[]."), items)),
                "object" => self.chain(&pointer).pop().map(|object| (format!("{path}{property}."), object)),
                _ => None,
            };
            // An object that contains itself, or a very deep one, has no further facts.
            if let Some((path, inner)) = inner.filter(|(path, inner)| path.matches('.').count() < 6 && inner != schema) {
                let infers_items = self.value(&pointer)["x-venue-inferred"]["items"].is_string();
                let owner = Owner { is_expected: owner.is_expected && !infers_items, ..*owner };
                self.add_fields(prefix, &path, &inner, marked.as_deref(), &owner);
            }
        }
    }

    fn items(&self, pointer: &str) -> Option<String> {
        let chain = self.chain(pointer);
        let holder = chain.iter().find(|holder| self.value(holder).get("items").is_some())?;
        self.chain(&format!("{holder}/items")).pop()
    }
}

/// The operation that a field belongs to.
struct Owner<'a> {
    operation: &'a str,
    is_expected: bool,
}

/// The subject of an operation.
pub(crate) fn subject_of(operation: &Operation) -> String {
    format!("{} {}", operation.method, operation.path)
}

/// Spells alternative sets of security schemes: `jwt | apiKey+signature`.
fn credentials(security: &[Vec<String>]) -> String {
    if security.is_empty() {
        return "none".to_owned();
    }
    let sets = security.iter().map(|set| if set.is_empty() { "none".to_owned() } else { set.join("+") });
    sets.collect::<Vec<_>>().join(" | ")
}

fn urls(api: &Api) -> Vec<(String, String)> {
    let servers = api.servers.iter().enumerate().map(|(index, server)| (server.url.clone(), format!("/servers/{index}/url")));
    let streams = api.streams.iter().map(|stream| (stream.url.clone(), format!("/x-venue-streams/{}/url", escaped(&stream.name))));
    servers.chain(streams).collect()
}

fn listed(pointer: &str) -> BTreeMap<Aspect, Attribute> {
    BTreeMap::from([(Aspect::Listed, Attribute { value: String::new(), pointer: pointer.to_owned() })])
}

fn yes_or_no(flag: bool) -> String {
    if flag { "yes" } else { "no" }.to_owned()
}

/// Spells a scalar without quotes.
pub(crate) fn plain_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
