//! The facts of lists: enums, error codes, topics of streams and permissions.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Attribute, Element, Specification, escaped, listed, plain_text};
use crate::fact::Aspect;
use crate::profile::Profile;

impl Specification<'_> {
    pub(super) fn add_enums(&mut self, profile: &Profile) {
        let schemas = self.value("/components/schemas").as_object().cloned().unwrap_or_default();
        for (name, schema) in schemas.iter().filter(|(_, schema)| schema.get("enum").is_some()) {
            let pointer = format!("/components/schemas/{name}");
            let mut attributes = BTreeMap::from([(
                Aspect::Values,
                Attribute { value: self.documented_values(&pointer), pointer: format!("{pointer}/enum") },
            )]);
            for (aspect, key) in [(Aspect::Open, "open"), (Aspect::Final, "final")] {
                if let Some(states) = schema["x-enum-states"][key].as_array() {
                    let documented = states.iter().map(plain_text).filter(|value| schema["x-enum-marks"].get(value).is_none());
                    let value = documented.collect::<Vec<_>>().join(" / ");
                    attributes.insert(aspect, Attribute { value, pointer: format!("{pointer}/x-enum-states/{key}") });
                }
            }
            let is_listed = profile.enums.values().any(|schema| schema == name);
            if profile.table.iter().any(|form| form.schema.as_ref() == Some(name)) {
                self.add_enum_values(name, schema);
            }
            self.elements.insert(
                format!("enum {name}"),
                Element { pointer, rust: Some(format!("types::{name}")), attributes, is_expected: is_listed, ..Element::default() },
            );
        }
    }

    /// Adds each value of an enum that a table lists with one value per row.
    fn add_enum_values(&mut self, name: &str, schema: &Value) {
        for (index, value) in schema["enum"].as_array().into_iter().flatten().enumerate() {
            let pointer = format!("/components/schemas/{name}/enum/{index}");
            let rust = schema["x-enum-varnames"][index].as_str().map(|variant| format!("types::{name}::{variant}"));
            let is_expected = schema["x-enum-marks"].get(plain_text(value)).is_none();
            let element = Element { attributes: listed(&pointer), pointer, rust, is_expected, ..Element::default() };
            self.elements.insert(format!("enum {name} value {}", plain_text(value)), element);
        }
    }

    pub(super) fn add_error_codes(&mut self, profile: &Profile) {
        let Some(name) = &profile.error_codes else { return };
        let pointer = format!("/components/schemas/{name}");
        let schema = self.value(&pointer).clone();
        for (index, code) in schema["enum"].as_array().into_iter().flatten().enumerate() {
            let pointer = format!("{pointer}/enum/{index}");
            let rust = schema["x-enum-varnames"][index].as_str().map(|variant| format!("types::{name}::{variant}"));
            let is_expected = schema["x-enum-marks"].get(plain_text(code)).is_none();
            let element = Element { attributes: listed(&pointer), pointer, rust, is_expected, ..Element::default() };
            self.elements.insert(format!("error {}", plain_text(code)), element);
        }
    }

    pub(super) fn add_topics(&mut self) {
        for stream in self.api.streams.clone() {
            for channel in &stream.channels {
                let pointer = format!("/x-venue-streams/{}/channels/{}", escaped(&stream.name), escaped(&channel.topic));
                let rust = Some(format!("streams::{}", stream.name.to_uppercase()));
                let element = Element { attributes: listed(&pointer), pointer, rust, is_expected: true, ..Element::default() };
                self.elements.insert(format!("topic {}", channel.topic), element);
            }
        }
    }

    pub(super) fn add_permissions(&mut self) {
        for (index, permission) in self.api.permissions.clone().iter().enumerate() {
            let pointer = format!("/x-venue-permissions/{index}");
            let element = Element { attributes: listed(&pointer), pointer, is_expected: true, ..Element::default() };
            self.elements.insert(format!("permission {permission}"), element);
        }
    }
}
