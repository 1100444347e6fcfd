//! What a comparison found, and the ways to show it.

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

/// What a comparison of two revisions of a specification found.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The version of this form: it grows when something is no longer where it was.
    pub format: u32,
    /// The specification, from the repository's top.
    pub specification: String,
    /// What it was compared with.
    pub base: String,
    /// What was compared.
    pub head: String,
    /// What whoever reads it must know first: a base without a specification, a history that is cut off.
    pub notes: Vec<String>,
    /// Whether there was something to compare with: a base without a specification is none.
    pub is_compared: bool,
    /// How many changes there are.
    pub summary: Summary,
    /// Every change, the worst first: by class, then those after which code must be edited; among equals, in the order of the file.
    pub changes: Vec<Entry>,
    /// The Rust side, if it was looked at.
    pub rust: Option<RustSide>,
    /// Why the changes are not accounted for.
    pub problems: Vec<Problem>,
}

/// How many changes there are of each class.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Summary {
    /// Programs fail.
    pub breaking: usize,
    /// Programs may fail.
    pub risky: usize,
    /// Programs go on working.
    pub compatible: usize,
    /// Other words for the same.
    pub documentation: usize,
    /// Breaking, on the wire or in Rust, and accepted.
    pub accepted: usize,
}

/// A change, with whatever is known of it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// The change of the specification.
    #[serde(flatten)]
    pub change: Change,
    /// Where the head has what it was a part of: a schema, an operation. Only of what is gone, and only if that still stands.
    pub owner: Option<Position>,
    /// What it means in Rust, if that was looked at.
    pub rust: Option<RustEffect>,
    /// Who changed it, if a file says so.
    pub origin: Option<Origin>,
    /// How that is known.
    pub evidence: Option<String>,
    /// Why it may break, if a file says so.
    pub accepted: Option<String>,
    /// What the reviewed page shows of it: type, limits, default, call in Rust. Only of what is new.
    pub page: Option<String>,
}

/// What a change means in Rust.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RustEffect {
    /// For code that depends on the crates.
    pub class: RustClass,
    /// The items that change because of it.
    pub items: Vec<ItemChange>,
    /// Where the wire and the code say two things, in words.
    pub disagreement: Option<String>,
}

/// The Rust side as a whole.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RustSide {
    /// What all changes mean together, for each crate.
    pub crates: Vec<CrateClass>,
    /// Items that changed although no change of the specification explains it, such as after a change of the generator.
    pub unexplained: Vec<ItemChange>,
}

/// What all changes of a crate mean together.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CrateClass {
    /// The crate.
    pub name: String,
    /// For code that depends on it.
    pub class: RustClass,
}

/// What was compared, and with what.
#[derive(Debug, Clone)]
pub struct Header {
    /// The specification, from the repository's top.
    pub specification: String,
    /// What it was compared with.
    pub base: String,
    /// What was compared.
    pub head: String,
    /// What whoever reads it must know first.
    pub notes: Vec<String>,
}

/// How bad it is all in all: the exit codes of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing changed, or words alone.
    Nothing,
    /// Programs go on working, or nearly all of them.
    Compatible,
    /// Some programs fail, or no longer compile.
    Breaking,
}

impl Report {
    /// Puts together what was found. `rust` names the crates whose items were compared: first the one that calls the exchange.
    pub fn new(header: Header, changes: Vec<Change>, rust: Option<(&RustChanges, &[&str])>, ledger: &ProvenanceLog) -> Self {
        let effects = rust.map(|(rust, _)| rust.explained_by(&changes));
        let classes: Option<Vec<RustClass>> = effects
            .as_ref()
            .map(|(items, _)| changes.iter().zip(items).map(|(change, items)| rust_effect::class_of(change, items)).collect());
        let client = rust.and_then(|(_, crates)| crates.first().copied()).unwrap_or_default();
        let (accounts, problems) = ledger.records_for(&changes, classes.as_deref());
        let mut entries: Vec<Entry> = changes
            .into_iter()
            .zip(accounts)
            .enumerate()
            .map(|(index, (change, account))| {
                let rust = effects.as_ref().map(|(items, _)| rust_effect::rust_effect(&change, items[index].clone(), client));
                let (origin, evidence) = account.marked.map(|marked| (marked.origin, marked.evidence)).unzip();
                Entry {
                    change,
                    owner: None,
                    rust,
                    origin,
                    evidence,
                    accepted: account.accepted.map(|accepted| accepted.reason),
                    page: None,
                }
            })
            .collect();
        entries.sort_by_key(|entry| (std::cmp::Reverse(entry.change.wire), !entry.is_major_in_rust_only()));
        let rust = rust.zip(effects).map(|((rust, crates), (explained, unexplained))| {
            // What is not generated yet will be items of the crate that calls the exchange.
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

    /// Of a base that has no specification: there is nothing to compare with.
    pub fn without_base(header: Header) -> Self {
        Self { is_compared: false, ..Self::new(header, Vec::new(), None, &ProvenanceLog::default()) }
    }

    /// Adds where the head has what something was a part of that is gone.
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

    /// Adds what the reviewed pages show of what is new.
    #[must_use]
    pub fn with_pages(mut self, page: impl Fn(&Change) -> Option<String>) -> Self {
        for entry in self.changes.iter_mut().filter(|entry| entry.change.edit == Edit::Added) {
            entry.page = page(&entry.change);
        }
        self
    }

    /// Adds the exceptions whose time is over.
    #[must_use]
    pub fn with_expired(mut self, ledger: &ProvenanceLog, today: Date) -> Self {
        self.problems.extend(ledger.expired(today));
        self
    }

    /// How bad it is, accepted changes aside.
    pub fn severity(&self) -> Severity {
        let worst = self.changes.iter().map(Entry::severity).max().unwrap_or(Severity::Nothing);
        let unexplained = self.unexplained().iter().map(|item| match item.class {
            RustClass::Major => Severity::Breaking,
            RustClass::Minor => Severity::Compatible,
            RustClass::None => Severity::Nothing,
        });
        unexplained.max().map_or(worst, |unexplained| worst.max(unexplained))
    }

    /// As JSON, after the schema of [`Report::schema`].
    ///
    /// # Errors
    /// Never, as far as is known: every key of the report is a text.
    pub fn to_json(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }

    /// The JSON Schema of the report.
    ///
    /// # Errors
    /// Never, as far as is known.
    pub fn schema() -> serde_json::Result<String> {
        // What is written, not what would be read: what is left out when it is empty is not required.
        let schema = SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<Self>();
        serde_json::to_string_pretty(&schema).map(|text| text + "\n")
    }

    /// For a terminal or a log: every change with its places, its reasons and whom it reaches.
    pub fn to_text(&self) -> String {
        text::text(self)
    }

    /// For one comment on a pull request: the summary first, long parts folded.
    pub fn to_markdown(&self) -> String {
        markdown::markdown(self)
    }

    /// For GitHub Actions: an annotation for each change, on its line of the specification.
    pub fn to_github(&self) -> String {
        github::github(self)
    }

    /// For those who would rather look than read: one page that needs nothing else.
    pub fn to_html(&self) -> String {
        html::html(self)
    }

    fn of_class(&self, class: Class) -> impl Iterator<Item = &Entry> {
        self.changes.iter().filter(move |entry| entry.change.wire == class)
    }

    /// The items that changed in Rust although no change of the specification explains it.
    fn unexplained(&self) -> &[ItemChange] {
        self.rust.as_ref().map_or(&[], |rust| &rust.unexplained)
    }
}

impl Entry {
    /// Whether it is worth a look although the wire goes on working: code must be edited, and no file accepts that.
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

/// What something is a part of, by its name.
fn owner(change: &Change) -> &str {
    let subject = change.subject.as_str();
    let end = if change.kind == Kind::Channel { subject.find('.') } else { subject.find(['.', '=', ':']) };
    end.map_or(subject, |end| &subject[..end])
}
