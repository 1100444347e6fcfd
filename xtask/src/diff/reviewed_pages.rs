//! The entries of additions in the reviewed pages: type, limits, default, documentation, and the call in Rust.

use venue_diff::Change;
use venue_diff::facts::{Kind, Listing};
use venue_spec::Document;
use venue_spec::model::{Api, Shape};

use super::revision_files::Sources;
use crate::codegen::review;

/// A specification and the parsed code that is generated from it.
pub(super) struct Pages {
    api: Api,
    listing: Listing,
    builders: Option<syn::File>,
    types: Option<syn::File>,
}

impl Pages {
    /// Returns `None` if the specification violates the current checks, as an older revision may.
    pub(super) fn new(document: &Document, sources: &Sources) -> Option<Self> {
        let sound = Document::parse(document.name(), document.source()).ok()?;
        let parsed = |name: &str| sources.file(name).and_then(|text| syn::parse_file(text).ok());
        Some(Self { api: Api::new(&sound), listing: Listing::new(&sound), builders: parsed("builder.rs"), types: parsed("types.rs") })
    }

    /// The page of an addition, or its lines of a page. An addition without a page, or without generated code, is shown as
    /// facts.
    pub(super) fn of(&self, change: &Change) -> Option<String> {
        self.page(change).or_else(|| self.facts(&change.subject))
    }

    fn page(&self, change: &Change) -> Option<String> {
        let subject = change.subject.as_str();
        let (owner, name) = subject.split_once(['.', '=']).unwrap_or((subject, subject));
        match change.kind {
            Kind::Operation => {
                let operation = self.api.operations.iter().find(|operation| operation.id == subject)?;
                review::operation(&self.api, operation, self.builders.as_ref()?).ok()
            }
            Kind::Parameter => {
                let operation = self.api.operations.iter().find(|operation| operation.id == owner)?;
                let (location, name) = name.split_once('.')?;
                let is_it = |parameter: &&venue_spec::model::Parameter| parameter.location == location && parameter.field.name == name;
                operation.parameters.iter().find(is_it).map(|parameter| review::line(&parameter.field, None, true))
            }
            Kind::Type => review::schema(self.api.type_named(subject)?, self.types.as_ref()?).ok(),
            Kind::Field => {
                let named = self.api.type_named(owner)?;
                let Shape::Object { fields, .. } = &named.shape else { return None };
                let field = fields.iter().find(|field| field.name == name)?;
                Some(review::field(named, field, self.types.as_ref()?))
            }
            Kind::Value => {
                let Shape::Enum { values, .. } = &self.api.type_named(owner)?.shape else { return None };
                values.iter().find(|value| value.text() == name).map(review::value)
            }
            Kind::Stream | Kind::Channel => {
                let subject = subject.strip_prefix("stream:")?;
                let (stream, topic) = subject.split_once('.').map_or((subject, None), |(stream, topic)| (stream, Some(topic)));
                let stream = self.api.streams.iter().find(|other| other.name == stream)?;
                match topic {
                    None => Some(review::stream(stream)),
                    Some(topic) => stream.channels.iter().find(|channel| channel.topic == topic).map(review::channel),
                }
            }
            _ => None,
        }
    }

    fn facts(&self, subject: &str) -> Option<String> {
        let element = self.listing.elements().iter().find(|element| element.subject.to_string() == subject)?;
        let line = |attribute: &venue_diff::facts::Attribute| {
            format!("  {:<22}{}\n", attribute.name, attribute.content.to_string().replace('\n', " "))
        };
        let lines: String = element.attributes.iter().map(line).collect();
        (!lines.is_empty()).then_some(lines)
    }
}
