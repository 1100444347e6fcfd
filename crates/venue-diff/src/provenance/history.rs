//! Who changed it, if it was changed in several steps: since a release, say.
//!
//! An entry names the change that it came with. Merged changes add up to others: a field that is added and then given another name is, since
//! the release, a field that is added under its second name. So what is said of each step is carried over to what the steps add up to.

use super::{Attribution, Origin, Problem, ProvenanceLog, matches};
use crate::change::{Change, Class, Edit};
use crate::facts::Kind;

/// What was merged at once.
#[derive(Debug, Clone, Default)]
pub struct Step {
    /// What it changed.
    pub changes: Vec<Change>,
    /// What was written with it: the files since the step before.
    pub words: ProvenanceLog,
}

/// The steps between two revisions, the oldest first.
#[derive(Debug, Clone, Default)]
pub struct History {
    steps: Vec<Step>,
}

/// What the steps say of a change that they add up to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attributed {
    /// Who changed it: the vendor, if one of the steps was the vendor's.
    pub origin: Option<Origin>,
    /// How that is known, from the oldest step on.
    pub evidence: Vec<String>,
    /// What no file speaks of: the changes as their steps call them.
    pub unattributed: Vec<Unattributed>,
}

/// A change of a step that no file speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unattributed {
    /// As its step calls it.
    pub id: String,
    /// Whether it is merged already: all steps are but the last one.
    pub is_merged: bool,
}

impl History {
    /// From steps, the oldest first.
    pub fn new(steps: Vec<Step>) -> Self {
        Self { steps }
    }

    /// What is said of each of the changes that the steps add up to.
    pub fn attribute(&self, changes: &[Change]) -> Vec<Attributed> {
        changes.iter().map(|change| self.told_of(change, &of_owner(&earlier_name(change), changes, Time::Before))).collect()
    }

    /// Entries about merged changes that name none, neither of an earlier step nor of what the steps add up to.
    pub fn unused(&self, changes: &[Change]) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (index, step) in self.steps.iter().enumerate() {
            for entry in step.words.marked.iter().filter(|entry| entry.is_merged) {
                let earlier = self.steps[..index].iter().flat_map(|step| &step.changes);
                let known: Vec<&str> = earlier.chain(changes).map(|change| change.id.as_str()).collect();
                for id in entry.ids.iter().filter(|pattern| !known.iter().any(|id| matches(pattern, id))) {
                    problems.push(Problem::UnusedAttribution { id: id.clone(), file: entry.file.clone(), line: entry.line });
                }
            }
        }
        problems
    }

    /// `first` is what the change's subject was called before all steps.
    fn told_of(&self, change: &Change, first: &str) -> Attributed {
        let mut told = Attributed::default();
        let parts = self.parts(change, first);
        let (marked, unattributed): (Vec<_>, Vec<_>) =
            parts.iter().map(|(step, part)| (*step, *part, self.entry(*step, &part.id))).partition(|(.., entry)| entry.is_some());
        marked.iter().for_each(|(.., entry)| told.extend(*entry));
        // Whoever wrote an entry may have seen the steps as one.
        if marked.is_empty() {
            let entry = self.leftovers(0).find(|(_, pattern)| matches(pattern, &change.id)).map(|(entry, _)| entry);
            told.extend(entry.or_else(|| if parts.is_empty() { self.beside(change) } else { None }));
        }
        // What the marked parts say of the whole is not in doubt because of other words beside them.
        let is_wanting = |part: &Change| if marked.is_empty() { told.origin.is_none() } else { part.wire != Class::Documentation };
        let merged = |step: usize| step + 1 < self.steps.len();
        let wanting = unattributed.iter().filter(|(_, part, _)| is_wanting(part));
        told.unattributed = wanting.map(|(step, part, _)| Unattributed { id: part.id.clone(), is_merged: merged(*step) }).collect();
        if told.origin.is_none() && told.unattributed.is_empty() {
            told.unattributed.push(Unattributed { id: change.id.clone(), is_merged: merged(0) });
        }
        told
    }

    /// For a change that no step called so, since each of them looked smaller: an entry of those that concern the same operations, if they
    /// all say the same.
    fn beside(&self, whole: &Change) -> Option<&Attribution> {
        let concerns = |part: &&Change| part.affected.operations.iter().any(|operation| whole.affected.operations.contains(operation));
        let parts = self.steps.iter().enumerate().flat_map(|(index, step)| step.changes.iter().map(move |part| (index, part)));
        let entries: Vec<&Attribution> =
            parts.filter(|(_, part)| concerns(part)).filter_map(|(index, part)| self.entry(index, &part.id)).collect();
        let (first, others) = entries.split_first()?;
        others.iter().all(|entry| entry.origin == first.origin).then_some(*first)
    }

    /// The changes that add up to one, each with its step: those of the same kind, or else whatever happened to the same part.
    fn parts(&self, whole: &Change, first: &str) -> Vec<(usize, &Change)> {
        let mut same = Vec::new();
        let mut related = Vec::new();
        for (index, step) in self.steps.iter().enumerate() {
            for part in &step.changes {
                // What is there is known by its name of today, what went by its first one.
                let is_there = part.edit != Edit::Removed && self.last_name(index, part) == whole.subject;
                let has_gone = (part.edit == Edit::Removed || whole.edit == Edit::Removed) && self.first_name(index, part) == first;
                if (is_there || has_gone) && is_alike(&part.edit, &whole.edit) {
                    same.push((index, part));
                } else if is_there || has_gone {
                    related.push((index, part));
                }
            }
        }
        if same.is_empty() { related } else { same }
    }

    /// What the subject of a step's change is called after all steps.
    fn last_name(&self, step: usize, part: &Change) -> String {
        self.steps[step + 1..].iter().fold(part.subject.clone(), |subject, step| {
            let subject = of_owner(&subject, &step.changes, Time::After);
            let renamed = renames(&step.changes).find(|change| earlier_name(change) == subject);
            renamed.map_or(subject, |change| change.subject.clone())
        })
    }

    /// What the subject of a step's change was called before all steps.
    fn first_name(&self, step: usize, part: &Change) -> String {
        let own = of_owner(&earlier_name(part), &self.steps[step].changes, Time::Before);
        self.steps[..step].iter().rev().fold(own, |subject, step| {
            let renamed = renames(&step.changes).find(|change| change.subject == subject);
            of_owner(&renamed.map_or(subject, earlier_name), &step.changes, Time::Before)
        })
    }

    /// The entry that speaks of a change: one that came with it, or else the next one that names it and nothing that it came with.
    fn entry(&self, step: usize, id: &str) -> Option<&Attribution> {
        let own = self.steps[step].words.marked.iter().filter(|entry| !entry.is_merged);
        let own = own.flat_map(|entry| entry.ids.iter().map(move |pattern| (entry, pattern)));
        own.chain(self.leftovers(step + 1)).find(|(_, pattern)| matches(pattern, id)).map(|(entry, _)| entry)
    }

    /// The entries from a step on that name nothing that they came with.
    fn leftovers(&self, from: usize) -> impl Iterator<Item = (&Attribution, &String)> {
        self.steps.iter().skip(from).flat_map(|step| {
            step.words
                .marked
                .iter()
                .flat_map(|entry| entry.ids.iter().map(move |pattern| (entry, pattern)))
                .filter(|(entry, pattern)| entry.is_merged || !step.changes.iter().any(|change| matches(pattern, &change.id)))
        })
    }
}

impl Attributed {
    fn extend(&mut self, entry: Option<&Attribution>) {
        let Some(entry) = entry else { return };
        // That we had it wrong, too, does not undo that the exchange changed it.
        if self.origin != Some(Origin::Vendor) {
            self.origin = Some(entry.origin);
        }
        if !self.evidence.contains(&entry.evidence) {
            self.evidence.push(entry.evidence.clone());
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Time {
    Before,
    After,
}

/// What a part is called before or after some changes, because its owner has another name.
fn of_owner(subject: &str, changes: &[Change], time: Time) -> String {
    let renamed = renames(changes).find_map(|change| {
        let (old, new) = (earlier_name(change), change.subject.clone());
        let (from, to) = if time == Time::After { (old, new) } else { (new, old) };
        let rest = subject.strip_prefix(from.as_str()).filter(|rest| rest.starts_with(['.', '=', ':']))?;
        Some(format!("{to}{rest}"))
    });
    renamed.unwrap_or_else(|| subject.to_owned())
}

fn renames(changes: &[Change]) -> impl Iterator<Item = &Change> {
    changes.iter().filter(|change| matches!(change.edit, Edit::Renamed { .. }))
}

/// What the subject of a change was called before it, by the newer name of its owner.
fn earlier_name(change: &Change) -> String {
    let Edit::Renamed { from, to } = &change.edit else { return change.subject.clone() };
    // A parameter that is sent elsewhere has its place in front of its name.
    let part = |name: &str| if change.kind == Kind::Parameter { name.replace(' ', ".") } else { name.to_owned() };
    change.subject.strip_suffix(&part(to)).map_or_else(|| change.subject.clone(), |owner| format!("{owner}{}", part(from)))
}

/// Whether two changes are of the same kind: both came, both went, both say something else of the same.
fn is_alike(one: &Edit, other: &Edit) -> bool {
    match (one, other) {
        (Edit::Changed { attribute: one, .. }, Edit::Changed { attribute: other, .. }) => one == other,
        _ => std::mem::discriminant(one) == std::mem::discriminant(other),
    }
}
