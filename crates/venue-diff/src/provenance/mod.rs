//! Provenance files: the origin of each change, and the accepted breaking changes.
//!
//! A hand-written specification is corrected as often as the exchange changes, and a correction must not be reported as a
//! change of the exchange. So an entry in a provenance file states the origin of each change, with evidence. A breaking change
//! can also be accepted until a date, with a reason.

mod date;
mod draft;
mod entry;
mod history;
mod problem;

use std::collections::BTreeMap;

use jiff::civil::Date;

pub use date::parse_date;
pub use draft::draft;
pub use entry::{Accepted, Attribution, FileError, Origin};
pub use history::{Attributed, History, Step, Unattributed};
pub use problem::Problem;

use crate::change::{Change, Class};
use crate::rust::RustClass;

/// The contents of the files below `openapi/changes`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProvenanceLog {
    attributions: Vec<Attribution>,
    accepted: Vec<Accepted>,
}

/// The entries about one change.
#[derive(Debug, Clone, Default)]
pub struct Record {
    /// The entry with the origin.
    pub attribution: Option<Attribution>,
    /// The exception.
    pub accepted: Option<Accepted>,
}

impl ProvenanceLog {
    /// Parses files, each with its name.
    ///
    /// # Errors
    /// Returns the first mistake in a file.
    pub fn read<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, FileError> {
        let mut ledger = Self::default();
        for (name, text) in files {
            let (attributions, accepted) = entry::read(name, text)?;
            ledger.attributions.extend(attributions);
            ledger.accepted.extend(accepted);
        }
        Ok(ledger)
    }

    /// The entries that were added since `base`, an older revision of the provenance files. Entries that `base` has are about older
    /// changes.
    #[must_use]
    pub fn since(&self, base: &Self) -> Self {
        let is_new = |entry: &&Attribution| base.attributions.iter().all(|known| !known.has_equal_content(entry));
        let is_new_exception = |entry: &&Accepted| base.accepted.iter().all(|known| !known.has_equal_content(entry));
        Self {
            attributions: self.attributions.iter().filter(is_new).cloned().collect(),
            accepted: self.accepted.iter().filter(is_new_exception).cloned().collect(),
        }
    }

    /// Finds the entries for each change, and reports missing, contradictory and unused entries. `rust` has the effect of each change on
    /// Rust code. If `rust` is `None`, an exception for a change that is compatible on the wire is not reported as unnecessary, because the
    /// change may be breaking in Rust.
    pub fn records_for(&self, changes: &[Change], rust: Option<&[RustClass]>) -> (Vec<Record>, Vec<Problem>) {
        let mut problems = Vec::new();
        let mut used: BTreeMap<(&str, usize, &str), usize> = BTreeMap::new();
        let mut records = Vec::new();
        for (index, change) in changes.iter().enumerate() {
            let mut record = Record::default();
            for entry in &self.attributions {
                for pattern in entry.ids.iter().filter(|pattern| matches(pattern, &change.id)) {
                    *used.entry((&entry.file, entry.line, pattern)).or_default() += 1;
                    match &record.attribution {
                        Some(known) if known.origin != entry.origin => {
                            problems.push(Problem::Contradiction {
                                change: change.id.clone(),
                                file: entry.file.clone(),
                                other: known.file.clone(),
                            });
                        }
                        _ => record.attribution = Some(entry.clone()),
                    }
                }
            }
            let class = rust.and_then(|classes| classes.get(index)).copied();
            if record.attribution.is_none() && requires_attribution(change, class) {
                problems.push(Problem::unattributed(change));
            }
            record.accepted = self.accepted.iter().find(|entry| entry.id == change.id).cloned();
            if let Some(accepted) = &record.accepted
                && change.wire != Class::Breaking
                && class.is_some_and(|class| class != RustClass::Major)
            {
                problems.push(Problem::NothingToAccept { id: accepted.id.clone(), file: accepted.file.clone(), line: accepted.line });
            }
            records.push(record);
        }
        // Entries about merged changes are not expected to match these changes.
        for entry in self.attributions.iter().filter(|entry| !entry.is_merged) {
            for pattern in entry.ids.iter().filter(|pattern| !used.contains_key(&(entry.file.as_str(), entry.line, pattern.as_str()))) {
                problems.push(Problem::UnusedAttribution { id: pattern.clone(), file: entry.file.clone(), line: entry.line });
            }
        }
        for entry in self.accepted.iter().filter(|entry| changes.iter().all(|change| change.id != entry.id)) {
            problems.push(Problem::UnusedException { id: entry.id.clone(), file: entry.file.clone(), line: entry.line });
        }
        (records, problems)
    }

    /// The exceptions that have expired, including those of older changes.
    pub fn expired(&self, today: Date) -> Vec<Problem> {
        let expired = self.accepted.iter().filter(|entry| entry.expires < today);
        expired
            .map(|entry| Problem::Expired {
                id: entry.id.clone(),
                file: entry.file.clone(),
                line: entry.line,
                on: entry.expires.to_string(),
            })
            .collect()
    }
}

/// Whether a change needs an origin. A change of the documentation needs no origin, unless code no longer compiles because of it.
pub(crate) fn requires_attribution(change: &Change, rust: Option<RustClass>) -> bool {
    change.wire != Class::Documentation || rust == Some(RustClass::Major)
}

/// Whether a pattern matches an id. A pattern is an id, or an element followed by `*`.
fn matches(pattern: &str, id: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == id, |beginning| id.starts_with(beginning))
}

#[cfg(test)]
mod tests {
    use super::{ProvenanceLog, parse_date};

    #[test]
    fn an_exception_holds_to_the_end_of_its_last_day() -> Result<(), Box<dyn std::error::Error>> {
        let file = "[[accepted]]\nid = \"place_order/path\"\nreason = \"the old path is gone for good\"\nexpires = \"2026-12-31\"\n";
        let ledger = ProvenanceLog::read([("a.toml", file)])?;
        let expired = |day: &str| parse_date(day).map(|today| ledger.expired(today).len());
        assert_eq!([expired("2026-12-30")?, expired("2026-12-31")?, expired("2027-01-01")?], [0, 0, 1]);
        Ok(())
    }
}
