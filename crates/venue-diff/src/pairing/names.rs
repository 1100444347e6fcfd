//! The new names of renamed subjects.

use std::collections::BTreeMap;

use crate::facts::{Content, Subject};

/// A map from old names to new names. It has only the names that changed.
#[derive(Debug, Default, Clone)]
pub(crate) struct Names {
    renamed: BTreeMap<Subject, Subject>,
    /// The old name of the schema of the envelope.
    envelope: Option<String>,
}

impl Names {
    /// `envelope` is the old name of the schema of the envelope.
    pub(super) fn new(envelope: Option<String>) -> Self {
        Self { renamed: BTreeMap::new(), envelope }
    }

    /// Records the new name of an old subject.
    pub(super) fn add(&mut self, old: &Subject, new: &Subject) {
        self.renamed.insert(old.clone(), new.clone());
    }

    /// Translates an old subject to its new name. Unknown names are unchanged.
    pub(crate) fn subject(&self, subject: &Subject) -> Subject {
        if let Some(renamed) = self.renamed.get(subject) {
            return renamed.clone();
        }
        match subject {
            Subject::Field { owner, name } => Subject::Field { owner: self.type_(owner), name: name.clone() },
            Subject::Value { owner, value } => Subject::Value { owner: self.type_(owner), value: value.clone() },
            Subject::Parameter { operation, location, name } => {
                Subject::Parameter { operation: self.operation(operation), location: location.clone(), name: name.clone() }
            }
            Subject::Channel { stream, topic } => {
                let stream = self.renamed.get(&Subject::Stream(stream.clone())).map_or_else(|| stream.clone(), Subject::name);
                Subject::Channel { stream, topic: topic.clone() }
            }
            Subject::Condition { holder, text } => Subject::Condition { holder: self.operation(&self.type_(holder)), text: text.clone() },
            other => other.clone(),
        }
    }

    /// Replaces the old names in a fact of the older revision by the new names. Without this, the rename of a schema would also be reported
    /// as a change of each reference to the schema.
    pub(crate) fn content(&self, of: &Subject, content: &Content) -> Content {
        match content {
            Content::Type(expression) => Content::Type(expression.renamed(&|name| self.type_(name))),
            Content::Reference(name) => {
                let targets = [Subject::SharedParameter(name.clone()), Subject::SharedResponse(name.clone()), Subject::Type(name.clone())];
                let renamed = targets.iter().find_map(|target| self.renamed.get(target));
                Content::Reference(renamed.map_or_else(|| name.clone(), Subject::name))
            }
            Content::Credentials(alternatives) => {
                let scheme = |name: &String| self.subject(&Subject::Scheme(name.clone())).name();
                Content::Credentials(alternatives.iter().map(|all| all.iter().map(scheme).collect()).collect())
            }
            Content::Condition(condition) => Content::Condition(condition.renamed(|name| self.member(of, name))),
            Content::Text(_) | Content::Tree(_) | Content::RateLimit(_) => content.clone(),
        }
    }

    /// Translates a text that is a name, such as the section of an operation.
    pub(crate) fn text(&self, of: &Subject, attribute: &str, text: &str) -> String {
        match (of, attribute) {
            (Subject::Operation(_), "section") => self.subject(&Subject::Section(text.to_owned())).name(),
            (Subject::Operation(_), "x-venue-permission") => self.subject(&Subject::Permission(text.to_owned())).name(),
            (Subject::Operation(_), "x-venue-successor") => self.operation(text),
            (Subject::Channel { .. }, attribute) if attribute.starts_with("parameters.") && attribute.ends_with(".operation") => {
                self.operation(text)
            }
            (Subject::Api, "x-venue-envelope.schema") => self.type_(text),
            (Subject::Api, attribute) => match (&self.envelope, attribute.strip_prefix("x-venue-envelope.")) {
                (Some(owner), Some("code" | "message" | "data" | "requestId")) => {
                    self.subject(&Subject::Field { owner: owner.clone(), name: text.to_owned() }).name()
                }
                _ => text.to_owned(),
            },
            _ => text.to_owned(),
        }
    }

    /// Translates the field or parameter that a condition names.
    fn member(&self, condition: &Subject, name: &str) -> String {
        let Subject::Condition { holder, .. } = condition else { return name.to_owned() };
        let field = Subject::Field { owner: holder.clone(), name: name.to_owned() };
        let parameters = ["query", "header", "path"].map(|location| Subject::Parameter {
            operation: holder.clone(),
            location: location.to_owned(),
            name: name.to_owned(),
        });
        let renamed = parameters.iter().chain([&field]).find_map(|subject| self.renamed.get(subject));
        renamed.map_or_else(|| name.to_owned(), Subject::name)
    }

    fn type_(&self, name: &str) -> String {
        self.renamed.get(&Subject::Type(name.to_owned())).map_or_else(|| name.to_owned(), Subject::name)
    }

    /// Translates the name of an operation.
    pub(crate) fn operation(&self, name: &str) -> String {
        self.renamed.get(&Subject::Operation(name.to_owned())).map_or_else(|| name.to_owned(), Subject::name)
    }
}
