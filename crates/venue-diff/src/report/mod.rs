//! The report of a comparison, and its formats.

mod github;
mod html;
mod inline_code;
mod labels;
mod markdown;
mod reach_tree;
mod rust_effect;
mod text;

use std::collections::BTreeMap;

use jiff::civil::Date;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;

use crate::change::{Change, Class, Edit};
use crate::facts::{Kind, Listing, Position};
use crate::provenance::{Origin, Problem, ProvenanceLog};
use crate::rust::{ItemChange, RustChanges, RustClass};

/// The result of a comparison of two revisions of a specification.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The version of this format. It increases when a value moves or gets another meaning.
    pub format: u32,
    /// The path of the specification in the repository.
    pub specification: String,
    /// The name of the older revision.
    pub base: String,
    /// The name of the newer revision.
    pub head: String,
    /// Notes about the comparison itself, for example that the older revision has no specification, or that the history is
    /// incomplete.
    pub notes: Vec<String>,
    /// Whether the older revision has a specification to compare with.
    pub is_compared: bool,
    /// The number of changes in each class.
    pub summary: Summary,
    /// All changes, sorted by severity class, the most severe class first. Within a class, changes that require edits of Rust code come
    /// first. Changes that are equal in both respects have the order of the file.
    pub changes: Vec<Entry>,
    /// The changes of the Rust crates; `null` if they were not compared.
    pub rust: Option<RustSide>,
    /// Problems with the provenance of the changes.
    pub problems: Vec<Problem>,
}

/// The number of changes in each class.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Summary {
    /// Changes after which programs fail.
    pub breaking: usize,
    /// Changes after which programs may fail.
    pub risky: usize,
    /// Changes after which programs keep working.
    pub compatible: usize,
    /// Changes of descriptions and examples only.
    pub documentation: usize,
    /// Changes that are breaking on the wire or in Rust, and that a provenance file accepts.
    pub accepted: usize,
}

/// A change with its effect in Rust and its provenance.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// The change of the specification.
    #[serde(flatten)]
    pub change: Change,
    /// For a removal: the position of the owner in the newer revision, such as the schema of a field. `null` if the owner
    /// was removed as well.
    pub owner: Option<Position>,
    /// The effect in Rust; `null` if the crates were not compared.
    pub rust: Option<RustEffect>,
    /// The origin of the change; `null` if no provenance file has the change.
    pub origin: Option<Origin>,
    /// The evidence for the origin.
    pub evidence: Option<String>,
    /// The reason why a provenance file accepts the change.
    pub accepted: Option<String>,
    /// For an addition, the lines about the new element in the API snapshot: type, limits, default, and the call in Rust.
    pub page: Option<String>,
}

/// The effect of a change on Rust code.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RustEffect {
    /// The effect on code that depends on the crates.
    pub class: RustClass,
    /// The items that change.
    pub items: Vec<ItemChange>,
    /// A sentence about a difference between the effects on the wire and in Rust.
    pub disagreement: Option<String>,
}

/// The changes of the Rust crates.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RustSide {
    /// The effect of all changes on each crate.
    pub crates: Vec<CrateClass>,
    /// Changed items that no change of the specification explains. They are due to a change of the generator, for example.
    pub unexplained: Vec<ItemChange>,
}

/// The effect of all changes on a crate.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CrateClass {
    /// The name of the crate.
    pub name: String,
    /// The effect on code that depends on the crate.
    pub class: RustClass,
}

/// The compared revisions.
#[derive(Debug, Clone)]
pub struct Header {
    /// The path of the specification in the repository.
    pub specification: String,
    /// The name of the older revision.
    pub base: String,
    /// The name of the newer revision.
    pub head: String,
    /// Notes about the comparison itself.
    pub notes: Vec<String>,
}

/// The most severe effect of a report. It determines the exit code of `cargo xtask diff`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing changed, or only documentation.
    Nothing,
    /// Compatible and risky changes.
    Compatible,
    /// Changes after which some programs fail, or no longer compile.
    Breaking,
}

impl Report {
    /// Combines the results of a comparison. `rust` has the changes of Rust items and the names of the compared crates, beginning with
    /// the crate that calls the exchange.
    pub fn new(header: Header, changes: Vec<Change>, rust: Option<(&RustChanges, &[&str])>, ledger: &ProvenanceLog) -> Self {
        let effects = rust.map(|(rust, _)| rust.explained_by(&changes));
        let classes: Option<Vec<RustClass>> = effects
            .as_ref()
            .map(|(items, _)| changes.iter().zip(items).map(|(change, items)| rust_effect::class_of(change, items)).collect());
        let client = rust.and_then(|(_, crates)| crates.first().copied()).unwrap_or_default();
        let (records, problems) = ledger.records_for(&changes, classes.as_deref());
        let mut entries: Vec<Entry> = changes
            .into_iter()
            .zip(records)
            .enumerate()
            .map(|(index, (change, record))| {
                let rust = effects.as_ref().map(|(items, _)| rust_effect::rust_effect(&change, items[index].clone(), client));
                let (origin, evidence) = record.attribution.map(|attribution| (attribution.origin, attribution.evidence)).unzip();
                Entry { change, owner: None, rust, origin, evidence, accepted: record.accepted.map(|accepted| accepted.reason), page: None }
            })
            .collect();
        entries.sort_by_key(|entry| (std::cmp::Reverse(entry.change.wire), !entry.is_major_in_rust_only()));
        let rust = rust.zip(effects).map(|((rust, crates), (explained, unexplained))| {
            // Items that are not generated yet will belong to the crate that calls the exchange.
            let missing =
                entries.iter().filter_map(|entry| entry.rust.as_ref().filter(|rust| rust.items.is_empty()).map(|rust| rust.class));
            let missing = missing.max().unwrap_or(RustClass::None);
            let class = |name: &str| {
                let items = explained.iter().flatten().filter(|item| item.crate_name == name).map(|item| item.class);
                let missing = Some(missing).filter(|_| name == client);
                items.chain(missing).max().unwrap_or(RustClass::None).max(rust.class_of(name))
            };
            RustSide {
                crates: crates.iter().map(|name| CrateClass { name: (*name).to_owned(), class: class(name) }).collect(),
                unexplained,
            }
        });
        let summary = Summary::new(&entries);
        let Header { specification, base, head, mut notes } = header;
        notes.extend(entries.iter().filter(|entry| rust.is_none() && entry.accepted.is_some()).filter_map(labels::unchecked_exception));
        Self { format: 1, specification, base, head, notes, is_compared: true, summary, changes: entries, rust, problems }
    }

    /// Creates the report for an older revision without a specification.
    pub fn without_base(header: Header) -> Self {
        Self { is_compared: false, ..Self::new(header, Vec::new(), None, &ProvenanceLog::default()) }
    }

    /// Adds the positions of the owners of removed parts.
    #[must_use]
    pub fn with_owners(mut self, head: &Listing) -> Self {
        let positions: BTreeMap<String, &Position> =
            head.elements().iter().map(|element| (element.subject.to_string(), &element.position)).collect();
        for entry in self.changes.iter_mut().filter(|entry| entry.change.new.is_none()) {
            let owner = positions.get(&entry.change.subject).or_else(|| positions.get(owner(&entry.change)));
            entry.owner = owner.map(|position| (*position).clone());
        }
        self
    }

    /// Adds the entries of the reviewed pages for additions.
    #[must_use]
    pub fn with_pages(mut self, page: impl Fn(&Change) -> Option<String>) -> Self {
        for entry in self.changes.iter_mut().filter(|entry| entry.change.edit == Edit::Added) {
            entry.page = page(&entry.change);
        }
        self
    }

    /// Adds the expired exceptions as problems.
    #[must_use]
    pub fn with_expired(mut self, ledger: &ProvenanceLog, today: Date) -> Self {
        self.problems.extend(ledger.expired(today));
        self
    }

    /// The most severe effect of the changes that are not accepted.
    pub fn severity(&self) -> Severity {
        let worst = self.changes.iter().map(Entry::severity).max().unwrap_or(Severity::Nothing);
        let unexplained = self.unexplained().iter().map(|item| match item.class {
            RustClass::Major => Severity::Breaking,
            RustClass::Minor => Severity::Compatible,
            RustClass::None => Severity::Nothing,
        });
        unexplained.max().map_or(worst, |unexplained| worst.max(unexplained))
    }

    /// Formats the report as JSON. [`Report::schema`] returns the schema of the format.
    ///
    /// # Errors
    /// Returns an error if a key of the report is not a string, which does not occur.
    pub fn to_json(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }

    /// The JSON Schema of the report.
    ///
    /// # Errors
    /// Returns an error if the schema cannot be serialized, which does not occur.
    pub fn schema() -> serde_json::Result<String> {
        // The schema describes the JSON that is written. A key that is left out if it is empty is therefore not required.
        let schema = SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<Self>();
        serde_json::to_string_pretty(&schema).map(|text| text + "\n")
    }

    /// Formats the report for a terminal or a log: every change with its positions, its reason and the affected operations.
    pub fn to_text(&self) -> String {
        text::text(self)
    }

    /// Formats the report for one comment on a pull request: the summary first, long parts folded.
    pub fn to_markdown(&self) -> String {
        markdown::markdown(self)
    }

    /// Formats the report for GitHub Actions: an annotation of a line of the specification for each change.
    pub fn to_github(&self) -> String {
        github::github(self)
    }

    /// Formats the report as one self-contained HTML page.
    pub fn to_html(&self) -> String {
        html::html(self)
    }

    fn of_class(&self, class: Class) -> impl Iterator<Item = &Entry> {
        self.changes.iter().filter(move |entry| entry.change.wire == class)
    }

    /// The changed items that no change of the specification explains.
    fn unexplained(&self) -> &[ItemChange] {
        self.rust.as_ref().map_or(&[], |rust| &rust.unexplained)
    }
}

impl Entry {
    /// Whether the change is compatible on the wire but requires an edit of Rust code, and no provenance file accepts the change.
    fn is_major_in_rust_only(&self) -> bool {
        let is_major = self.rust.as_ref().is_some_and(|rust| rust.class == RustClass::Major);
        is_major && self.change.wire <= Class::Compatible && self.accepted.is_none()
    }

    fn severity(&self) -> Severity {
        let rust = self.rust.as_ref().map_or(RustClass::None, |rust| rust.class);
        match (self.change.wire, rust) {
            (Class::Breaking, _) | (_, RustClass::Major) if self.accepted.is_none() => Severity::Breaking,
            (Class::Documentation, RustClass::None) => Severity::Nothing,
            _ => Severity::Compatible,
        }
    }
}

impl Summary {
    fn new(entries: &[Entry]) -> Self {
        let count = |class| entries.iter().filter(|entry| entry.change.wire == class).count();
        Self {
            breaking: count(Class::Breaking),
            risky: count(Class::Risky),
            compatible: count(Class::Compatible),
            documentation: count(Class::Documentation),
            accepted: entries.iter().filter(|entry| entry.accepted.is_some()).count(),
        }
    }
}

/// The name of the part that contains the subject of the change.
fn owner(change: &Change) -> &str {
    let subject = change.subject.as_str();
    let end = if change.kind == Kind::Channel { subject.find('.') } else { subject.find(['.', '=', ':']) };
    end.map_or(subject, |end| &subject[..end])
}
