//! What a comparison found, and the ways to show it.

mod github;
mod html;
mod markdown;
mod prose;
mod text;
mod tree;

use schemars::JsonSchema;
use serde::Serialize;

use crate::change::{Change, Class};
use crate::changes::{self, Date, Ledger, Origin, Problem};
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
    /// How many changes there are.
    pub summary: Summary,
    /// Every change, the worst first; among equals, in the order of the file.
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
    /// What it means in Rust, if that was looked at.
    pub rust: Option<RustEffect>,
    /// Who changed it, if a file says so.
    pub origin: Option<Origin>,
    /// How that is known.
    pub evidence: Option<String>,
    /// Why it may break, if a file says so.
    pub accepted: Option<String>,
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
pub enum Outcome {
    /// Nothing changed, or words alone.
    Nothing,
    /// Programs go on working, or nearly all of them.
    Compatible,
    /// Some programs fail, or no longer compile.
    Breaking,
}

impl Report {
    /// Puts together what was found. `rust` names the crates whose items were compared.
    pub fn new(header: Header, changes: Vec<Change>, rust: Option<(&RustChanges, &[&str])>, ledger: &Ledger) -> Self {
        let effects = rust.map(|(rust, _)| rust.explained_by(&changes));
        let classes: Option<Vec<RustClass>> = effects.as_ref().map(|(items, _)| items.iter().map(|items| class_of(items)).collect());
        let (accounts, problems) = ledger.account_for(&changes, classes.as_deref());
        let mut entries: Vec<Entry> = changes
            .into_iter()
            .zip(accounts)
            .enumerate()
            .map(|(index, (change, account))| {
                let rust = effects.as_ref().map(|(items, _)| effect(&change, items[index].clone()));
                let (origin, evidence) = account.marked.map(|marked| (marked.origin, marked.evidence)).unzip();
                Entry { change, rust, origin, evidence, accepted: account.accepted.map(|accepted| accepted.reason) }
            })
            .collect();
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.change.wire));
        let rust = rust.zip(effects).map(|((rust, crates), (_, unexplained))| RustSide {
            crates: crates.iter().map(|name| CrateClass { name: (*name).to_owned(), class: rust.class_of(name) }).collect(),
            unexplained,
        });
        let summary = Summary::new(&entries);
        let Header { specification, base, head, mut notes } = header;
        notes.extend(entries.iter().filter(|entry| rust.is_none() && entry.accepted.is_some()).filter_map(not_judged));
        Self { format: 1, specification, base, head, notes, summary, changes: entries, rust, problems }
    }

    /// Adds the exceptions whose time is over.
    #[must_use]
    pub fn with_expired(mut self, ledger: &Ledger, today: Date) -> Self {
        self.problems.extend(ledger.expired(today));
        self
    }

    /// How bad it is, accepted changes aside.
    pub fn outcome(&self) -> Outcome {
        let worst = self.changes.iter().map(Entry::outcome).max().unwrap_or(Outcome::Nothing);
        let unexplained = self.rust.iter().flat_map(|rust| &rust.unexplained).map(|item| match item.class {
            RustClass::Major => Outcome::Breaking,
            RustClass::Minor => Outcome::Compatible,
            RustClass::None => Outcome::Nothing,
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
        serde_json::to_string_pretty(&schemars::schema_for!(Self)).map(|text| text + "\n")
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

    /// The report in a line: `3 changes: 1 breaking, 2 compatible`.
    fn headline(&self) -> String {
        let Summary { breaking, risky, compatible, documentation, accepted } = self.summary;
        let counts = [(breaking, "breaking"), (risky, "risky"), (compatible, "compatible"), (documentation, "documentation only")];
        let counts: Vec<String> = counts.iter().filter(|(count, _)| *count > 0).map(|(count, name)| format!("{count} {name}")).collect();
        let accepted = if accepted > 0 { format!(" ({accepted} accepted)") } else { String::new() };
        match self.changes.len() {
            0 => String::from("nothing changed"),
            1 => format!("1 change: {}{accepted}", counts.join(", ")),
            count => format!("{count} changes: {}{accepted}", counts.join(", ")),
        }
    }
}

impl Entry {
    fn outcome(&self) -> Outcome {
        let rust = self.rust.as_ref().map_or(RustClass::None, |rust| rust.class);
        match (self.change.wire, rust) {
            (Class::Breaking, _) | (_, RustClass::Major) if self.accepted.is_none() => Outcome::Breaking,
            (Class::Documentation, RustClass::None) => Outcome::Nothing,
            _ => Outcome::Compatible,
        }
    }

    /// Where it stands, and where it stood: `openapi/6mm.yaml:12, was 10`.
    fn places(&self, file: &str) -> String {
        match (&self.change.old, &self.change.new) {
            (Some(old), Some(new)) if old.line == new.line => format!("{file}:{}", new.line),
            (Some(old), Some(new)) => format!("{file}:{} (was line {})", new.line, old.line),
            (None, Some(new)) => format!("{file}:{}", new.line),
            (Some(old), None) => format!("{file}: was line {}", old.line),
            (None, None) => file.to_owned(),
        }
    }

    /// Which way it travels, in a word.
    fn direction(&self) -> &'static str {
        match self.change.direction {
            crate::reach::Direction::Request => "request",
            crate::reach::Direction::Response => "response",
            crate::reach::Direction::Both => "request and response",
            crate::reach::Direction::None => "no operation",
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

/// An exception of which only the Rust side can tell what it is for.
fn not_judged(entry: &Entry) -> Option<String> {
    let id = &entry.change.id;
    (entry.change.wire != Class::Breaking)
        .then(|| format!("`{id}` is accepted, and breaks nothing on the wire: whether it does in Rust was not looked at"))
}

fn class_of(items: &[ItemChange]) -> RustClass {
    items.iter().map(|item| item.class).max().unwrap_or(RustClass::None)
}

fn effect(change: &Change, items: Vec<ItemChange>) -> RustEffect {
    let class = class_of(&items);
    let disagreement = match (change.wire, class) {
        (_, RustClass::None) if crate::rust::must_show(change) => {
            Some("the specification says so, and the generated code does not: run `cargo xtask codegen`")
        }
        (Class::Breaking, RustClass::None) => Some("code still compiles, and calls fail at run time"),
        (Class::Compatible | Class::Documentation, RustClass::Major) => Some("the wire goes on working, and code no longer compiles"),
        _ => None,
    };
    RustEffect { class, items, disagreement: disagreement.map(str::to_owned) }
}

/// What to write into a new file, for the changes that nobody speaks of.
fn draft(problems: &[Problem]) -> Option<String> {
    let ids: Vec<&str> = problems
        .iter()
        .filter_map(|problem| match problem {
            Problem::Unmarked { change, .. } => Some(change.as_str()),
            _ => None,
        })
        .collect();
    (!ids.is_empty()).then(|| changes::draft(&ids, false))
}
