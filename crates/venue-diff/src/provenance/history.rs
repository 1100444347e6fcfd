//! Finds the origin of changes that were made in several steps, for example since a release.
//!
//! A provenance entry names a change by the id that the change has in its own step. Several steps can add up to a change with another id.
//! For example, one step adds the field `note` to `Order`, and a later step renames the field to `memo`. The entry of the first step names
//! `Order.note/added`, but the difference since the release is `Order.memo/added`. [`History`] follows the renames, and assigns the origin
//! of the first step to the combined change.

use super::{Attribution, Origin, Problem, ProvenanceLog, matches};
use crate::change::{Change, Class, Edit};
use crate::facts::Kind;

/// A merged change of the specification.
#[derive(Debug, Clone, Default)]
pub struct Step {
    /// The changes of the step.
    pub changes: Vec<Change>,
    /// The provenance entries that were added in the step.
    pub provenance: ProvenanceLog,
}

/// The steps between two revisions, the oldest first.
#[derive(Debug, Clone, Default)]
pub struct History {
    steps: Vec<Step>,
}

/// The origin of a combined change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attributed {
    /// The origin: the vendor, if at least one step is attributed to the vendor.
    pub origin: Option<Origin>,
    /// The evidence, from the oldest step to the newest.
    pub evidence: Vec<String>,
    /// The changes of single steps that have no entry, under the ids of their steps.
    pub unattributed: Vec<Unattributed>,
}

/// A change of a step without an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unattributed {
    /// The id of the change in its step.
    pub id: String,
    /// Whether the step is merged. Only the last step may be unmerged.
    pub is_merged: bool,
}

impl History {
    /// Creates a history from steps, the oldest first.
    pub fn new(steps: Vec<Step>) -> Self {
        Self { steps }
    }

    /// Returns the origin of each combined change.
    pub fn attribute(&self, changes: &[Change]) -> Vec<Attributed> {
        changes
            .iter()
            .map(|change| self.attribution_of(change, &with_renamed_owner(&earlier_name(change), changes, Time::Before)))
            .collect()
    }

    /// Returns a problem for each unused entry: an entry about merged changes that matches neither a change of an earlier step nor a
    /// combined change.
    pub fn unused(&self, changes: &[Change]) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (index, step) in self.steps.iter().enumerate() {
            for entry in step.provenance.attributions.iter().filter(|entry| entry.is_merged) {
                let earlier = self.steps[..index].iter().flat_map(|step| &step.changes);
                let known: Vec<&str> = earlier.chain(changes).map(|change| change.id.as_str()).collect();
                for id in entry.ids.iter().filter(|pattern| !known.iter().any(|id| matches(pattern, id))) {
                    problems.push(Problem::UnusedAttribution { id: id.clone(), file: entry.file.clone(), line: entry.line });
                }
            }
        }
        problems
    }

    /// The origin of a combined change. `first` is the name of its subject before all steps.
    fn attribution_of(&self, change: &Change, first: &str) -> Attributed {
        let mut attributed = Attributed::default();
        let parts = self.parts(change, first);
        let (attributions, unattributed): (Vec<_>, Vec<_>) =
            parts.iter().map(|(step, part)| (*step, *part, self.entry(*step, &part.id))).partition(|(.., entry)| entry.is_some());
        attributions.iter().for_each(|(.., entry)| attributed.extend(*entry));
        // Without entries about the step changes, an entry can name the id of the combined change.
        if attributions.is_empty() {
            let entry = self.unmatched_entries(0).find(|(_, pattern)| matches(pattern, &change.id)).map(|(entry, _)| entry);
            attributed.extend(entry.or_else(|| if parts.is_empty() { self.shared_origin_of_operations(change) } else { None }));
        }
        // If some of the step changes have an origin, the others need an origin only if they change more than the documentation.
        let needs_origin =
            |part: &Change| if attributions.is_empty() { attributed.origin.is_none() } else { part.wire != Class::Documentation };
        let merged = |step: usize| step + 1 < self.steps.len();
        let without_origin = unattributed.iter().filter(|(_, part, _)| needs_origin(part));
        attributed.unattributed =
            without_origin.map(|(step, part, _)| Unattributed { id: part.id.clone(), is_merged: merged(*step) }).collect();
        if attributed.origin.is_none() && attributed.unattributed.is_empty() {
            attributed.unattributed.push(Unattributed { id: change.id.clone(), is_merged: merged(0) });
        }
        attributed
    }

    /// Finds an entry for a combined change to which no change of a step corresponds: the first entry about a change that affects one of
    /// the same operations. Returns `None` if the entries about these operations have different origins.
    fn shared_origin_of_operations(&self, whole: &Change) -> Option<&Attribution> {
        let concerns = |part: &&Change| part.affected.operations.iter().any(|operation| whole.affected.operations.contains(operation));
        let parts = self.steps.iter().enumerate().flat_map(|(index, step)| step.changes.iter().map(move |part| (index, part)));
        let entries: Vec<&Attribution> =
            parts.filter(|(_, part)| concerns(part)).filter_map(|(index, part)| self.entry(index, &part.id)).collect();
        let (first, others) = entries.split_first()?;
        others.iter().all(|entry| entry.origin == first.origin).then_some(*first)
    }

    /// The changes of steps that add up to a combined change: the changes of the same subject with the same kind of edit. If there are
    /// none, all changes of this subject.
    fn parts(&self, whole: &Change, first: &str) -> Vec<(usize, &Change)> {
        let mut same = Vec::new();
        let mut related = Vec::new();
        for (index, step) in self.steps.iter().enumerate() {
            for part in &step.changes {
                // An existing subject is compared by its last name, a removed one by its first name.
                let is_present = part.edit != Edit::Removed && self.last_name(index, part) == whole.subject;
                let is_removed = (part.edit == Edit::Removed || whole.edit == Edit::Removed) && self.first_name(index, part) == first;
                if (is_present || is_removed) && have_equal_kind(&part.edit, &whole.edit) {
                    same.push((index, part));
                } else if is_present || is_removed {
                    related.push((index, part));
                }
            }
        }
        if same.is_empty() { related } else { same }
    }

    /// The name that the subject of a step change has after all steps.
    fn last_name(&self, step: usize, part: &Change) -> String {
        self.steps[step + 1..].iter().fold(part.subject.clone(), |subject, step| {
            let subject = with_renamed_owner(&subject, &step.changes, Time::After);
            let renamed = renames(&step.changes).find(|change| earlier_name(change) == subject);
            renamed.map_or(subject, |change| change.subject.clone())
        })
    }

    /// The name that the subject of a step change had before all steps.
    fn first_name(&self, step: usize, part: &Change) -> String {
        let own = with_renamed_owner(&earlier_name(part), &self.steps[step].changes, Time::Before);
        self.steps[..step].iter().rev().fold(own, |subject, step| {
            let renamed = renames(&step.changes).find(|change| change.subject == subject);
            with_renamed_owner(&renamed.map_or(subject, earlier_name), &step.changes, Time::Before)
        })
    }

    /// The entry that names the origin of a change of a step. An entry of the same step takes precedence. Otherwise, this is the first
    /// matching entry of a later step that is marked as merged, or that matches no change of its own step.
    fn entry(&self, step: usize, id: &str) -> Option<&Attribution> {
        let own = self.steps[step].provenance.attributions.iter().filter(|entry| !entry.is_merged);
        let own = own.flat_map(|entry| entry.ids.iter().map(move |pattern| (entry, pattern)));
        own.chain(self.unmatched_entries(step + 1)).find(|(_, pattern)| matches(pattern, id)).map(|(entry, _)| entry)
    }

    /// The entries of the step `from` and of all later steps that can be about changes of an earlier step, because they are marked as
    /// merged or match no change of their own step.
    fn unmatched_entries(&self, from: usize) -> impl Iterator<Item = (&Attribution, &String)> {
        self.steps.iter().skip(from).flat_map(|step| {
            step.provenance
                .attributions
                .iter()
                .flat_map(|entry| entry.ids.iter().map(move |pattern| (entry, pattern)))
                .filter(|(entry, pattern)| entry.is_merged || !step.changes.iter().any(|change| matches(pattern, &change.id)))
        })
    }
}

impl Attributed {
    fn extend(&mut self, entry: Option<&Attribution>) {
        let Some(entry) = entry else { return };
        // A correction beside a change of the vendor does not remove the vendor's origin.
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

/// The name of a member before or after changes that rename its owner.
fn with_renamed_owner(subject: &str, changes: &[Change], time: Time) -> String {
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

/// The old name of the subject of a change. Its owner already has the new name.
fn earlier_name(change: &Change) -> String {
    let Edit::Renamed { from, to } = &change.edit else { return change.subject.clone() };
    // A moved parameter has its location before its name.
    let part = |name: &str| if change.kind == Kind::Parameter { name.replace(' ', ".") } else { name.to_owned() };
    change.subject.strip_suffix(&part(to)).map_or_else(|| change.subject.clone(), |owner| format!("{owner}{}", part(from)))
}

/// Whether two edits are of the same kind, and change the same attribute.
fn have_equal_kind(one: &Edit, other: &Edit) -> bool {
    match (one, other) {
        (Edit::Changed { attribute: one, .. }, Edit::Changed { attribute: other, .. }) => one == other,
        _ => std::mem::discriminant(one) == std::mem::discriminant(other),
    }
}
