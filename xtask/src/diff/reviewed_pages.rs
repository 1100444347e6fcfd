//! Finds the text about an added element in the snapshots of the API: type, limits, default, documentation, and the call in Rust.

use venue_codegen::crates::{GeneratedCode, Pages};
use venue_diff::Change;
use venue_diff::facts::{Kind, Listing};
use venue_spec::Document;
use venue_spec::model::Api;

use super::revision_files::Sources;

/// The snapshots of a revision, and the facts of its specification.
pub(super) struct ReviewedPages {
    /// `None` if the generated code is missing or is not valid Rust.
    pages: Option<Pages>,
    listing: Listing,
}

impl ReviewedPages {
    /// Returns `None` if the specification violates the current checks, as an older revision may.
    pub(super) fn new(document: &Document, sources: &Sources) -> Option<Self> {
        let sound = Document::parse(document.name(), document.source()).ok()?;
        let code = sources.file("requests.rs").zip(sources.file("types.rs"));
        let code = code.and_then(|(requests, types)| GeneratedCode::parse(requests, types).ok());
        let pages = code.map(|code| Pages::new(Api::new(&sound), code));
        Some(Self { pages, listing: Listing::new(&sound) })
    }

    /// The text about an added element: its own page of the API snapshot, or its lines on the page of its owner. If there is no such page,
    /// or no generated code, the text lists the facts of the specification.
    pub(super) fn of(&self, change: &Change) -> Option<String> {
        self.page(change).or_else(|| self.facts(&change.subject))
    }

    fn page(&self, change: &Change) -> Option<String> {
        let pages = self.pages.as_ref()?;
        let subject = change.subject.as_str();
        let (owner, name) = subject.split_once(['.', '=']).unwrap_or((subject, subject));
        match change.kind {
            Kind::Operation => pages.operation(subject),
            Kind::Parameter => {
                let (location, name) = name.split_once('.')?;
                pages.parameter(owner, location, name)
            }
            Kind::Type => pages.schema(subject),
            Kind::Field => pages.field(owner, name),
            Kind::Value => pages.value(owner, name),
            Kind::Stream | Kind::Channel => {
                let subject = subject.strip_prefix("stream:")?;
                match subject.split_once('.') {
                    None => pages.stream(subject),
                    Some((stream, topic)) => pages.channel(stream, topic),
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
