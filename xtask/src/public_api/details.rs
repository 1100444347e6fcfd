//! Details of public items on which programs depend, and which the lines of the crate `public-api` leave out.
//!
//! | line | meaning |
//! | --- | --- |
//! | `default a::T::f` | the method, type or constant of a trait has a default, so an implementation need not have it |
//! | `dyn a::T` | the trait can be used as `dyn a::T` |
//! | `generic a::X<T = u8>` | the default of a type parameter |
//! | `private a::X` | the struct has private fields, so only its own crate can construct it with a literal |
//! | `value a::X = 5` | the value of a constant |
//! | `wire a::X #[serde(…)]` | an attribute that determines the JSON of a type, field or variant |

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

/// The lines for the rustdoc JSON of a crate, sorted.
pub(super) fn details(json: &Value) -> BTreeSet<String> {
    let Some(index) = json["index"].as_object() else { return BTreeSet::new() };
    let mut paths = Paths { index, items: BTreeMap::new(), visited: BTreeSet::new() };
    paths.visit(&json["root"].to_string(), None, "");
    let mut lines = BTreeSet::new();
    for (path, id) in &paths.items {
        item_lines(index, path, id, &mut lines);
    }
    lines
}

/// Collects the public paths of items.
struct Paths<'a> {
    index: &'a Map<String, Value>,
    /// The item of each public path, by its id.
    items: BTreeMap<String, String>,
    visited: BTreeSet<(String, String)>,
}

impl Paths<'_> {
    /// Visits an item that is public in the module `parent`. A re-export passes its own name.
    fn visit(&mut self, id: &str, name: Option<&str>, parent: &str) {
        let Some(item) = self.index.get(id) else { return };
        let Some(name) = name.or_else(|| item["name"].as_str()) else { return };
        let path = if parent.is_empty() { name.to_owned() } else { format!("{parent}::{name}") };
        if !self.visited.insert((path.clone(), id.to_owned())) {
            return;
        }
        if let Some(members) = item["inner"]["module"]["items"].as_array() {
            self.members(members, &path);
        } else {
            self.items.insert(path, id.to_owned());
        }
    }

    /// Visits the public members of a module at `path`.
    fn members(&mut self, members: &[Value], path: &str) {
        for member in members.iter().map(Value::to_string) {
            let Some(item) = self.index.get(&member).filter(|item| item["visibility"] == "public") else { continue };
            let import = &item["inner"]["use"];
            if import.is_null() {
                self.visit(&member, None, path);
                continue;
            }
            let target = import["id"].to_string();
            match import["is_glob"].as_bool() {
                Some(true) => {
                    let members = self.index.get(&target).and_then(|module| module["inner"]["module"]["items"].as_array());
                    if self.visited.insert((format!("{path}::*"), target.clone())) {
                        self.members(members.map_or(&[], Vec::as_slice), path);
                    }
                }
                _ => self.visit(&target, import["name"].as_str(), path),
            }
        }
    }
}

fn item_lines(index: &Map<String, Value>, path: &str, id: &str, lines: &mut BTreeSet<String>) {
    let Some(item) = index.get(id) else { return };
    let Some((kind, inner)) = item["inner"].as_object().and_then(|inner| inner.iter().next()) else { return };
    wire_lines(item, path, lines);
    let defaults: Vec<String> = inner["generics"]["params"].as_array().into_iter().flatten().filter_map(default_of_parameter).collect();
    if !defaults.is_empty() {
        lines.insert(format!("generic {path}<{}>", defaults.join(", ")));
    }
    match kind.as_str() {
        "struct" => struct_lines(index, inner, path, lines),
        "enum" => {
            for variant in ids(&inner["variants"]).filter_map(|id| index.get(&id)) {
                let path = format!("{path}::{}", variant["name"].as_str().unwrap_or_default());
                wire_lines(variant, &path, lines);
                let fields = &variant["inner"]["variant"]["kind"]["struct"]["fields"];
                for field in ids(fields).filter_map(|id| index.get(&id)) {
                    wire_lines(field, &format!("{path}::{}", field["name"].as_str().unwrap_or_default()), lines);
                }
            }
        }
        "trait" => {
            if inner["is_dyn_compatible"] == true {
                lines.insert(format!("dyn {path}"));
            }
            for member in ids(&inner["items"]).filter_map(|id| index.get(&id)) {
                let has_default = member["inner"]["function"]["has_body"] == true
                    || !member["inner"]["assoc_type"]["type"].is_null()
                    || !member["inner"]["assoc_const"]["value"].is_null();
                if has_default {
                    lines.insert(format!("default {path}::{}", member["name"].as_str().unwrap_or_default()));
                }
            }
        }
        "constant" => {
            let value = inner["const"]["value"].as_str().or_else(|| inner["const"]["expr"].as_str());
            lines.extend(value.filter(is_known).map(|value| format!("value {path} = {}", one_line(value))));
        }
        "static" => {
            lines.extend(inner["expr"].as_str().filter(is_known).map(|value| format!("value {path} = {}", one_line(value))));
        }
        _ => {}
    }
    for implementation in ids(&inner["impls"]).filter_map(|id| index.get(&id)).map(|item| &item["inner"]["impl"]) {
        if !implementation["trait"].is_null() {
            continue;
        }
        for member in ids(&implementation["items"]).filter_map(|id| index.get(&id)) {
            let value = member["inner"]["assoc_const"]["value"].as_str().filter(is_known);
            if let Some(value) = value.filter(|_| member["visibility"] == "public") {
                lines.insert(format!("value {path}::{} = {}", member["name"].as_str().unwrap_or_default(), one_line(value)));
            }
        }
    }
}

fn struct_lines(index: &Map<String, Value>, inner: &Value, path: &str, lines: &mut BTreeSet<String>) {
    let plain = &inner["kind"]["plain"];
    let tuple = inner["kind"]["tuple"].as_array();
    if plain["has_stripped_fields"] == true || tuple.is_some_and(|fields| fields.iter().any(Value::is_null)) {
        lines.insert(format!("private {path}"));
    }
    for field in ids(&plain["fields"]).chain(ids(&inner["kind"]["tuple"])).filter_map(|id| index.get(&id)) {
        wire_lines(field, &format!("{path}::{}", field["name"].as_str().unwrap_or_default()), lines);
    }
}

/// The attributes of serde on an item.
fn wire_lines(item: &Value, path: &str, lines: &mut BTreeSet<String>) {
    let attributes = item["attrs"].as_array().into_iter().flatten();
    let texts = attributes.filter_map(|attribute| attribute["other"].as_str().or_else(|| attribute.as_str()));
    lines.extend(texts.filter(|text| text.starts_with("#[serde")).map(|text| format!("wire {path} {}", one_line(text))));
}

/// `T = u8` for a type parameter with a default.
fn default_of_parameter(parameter: &Value) -> Option<String> {
    let default = &parameter["kind"]["type"]["default"];
    let name = parameter["name"].as_str()?;
    let text = default["resolved_path"]["path"].as_str().or_else(|| default["primitive"].as_str());
    (!default.is_null()).then(|| format!("{name} = {}", text.map_or_else(|| default.to_string(), str::to_owned)))
}

/// The ids of a list of the JSON, as keys of its index.
fn ids(list: &Value) -> impl Iterator<Item = String> + '_ {
    list.as_array().into_iter().flatten().filter(|id| !id.is_null()).map(Value::to_string)
}

/// Whether rustdoc reports a value. It reports `_` for an expression that is not a literal.
fn is_known(value: &&str) -> bool {
    *value != "_"
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
