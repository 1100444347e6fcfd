//! Who changed it, and why it may be so: the small files that a change of the specification carries.
//!
//! A specification that is kept by hand is corrected as often as the exchange changes, and a correction must not look like a change of the
//! exchange. So each change is marked as one or the other, with evidence; and a breaking change may be accepted, with a reason, for a time.

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

/// What the files below `openapi/changes` say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProvenanceLog {
    marked: Vec<Attribution>,
    accepted: Vec<Accepted>,
}

/// What the files say of one change.
#[derive(Debug, Clone, Default)]
pub struct Record {
    /// Who changed it.
    pub marked: Option<Attribution>,
    /// Why it may break.
    pub accepted: Option<Accepted>,
}

impl ProvenanceLog {
    /// Reads files, each with its name.
    ///
    /// # Errors
    /// The first file that is not as it must be, and why.
    pub fn read<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, FileError> {
        let mut ledger = Self::default();
        for (name, text) in files {
            let (marked, accepted) = entry::read(name, text)?;
            ledger.marked.extend(marked);
            ledger.accepted.extend(accepted);
        }
        Ok(ledger)
    }

    /// What was written since another revision of these files. Older entries speak of older changes.
    #[must_use]
    pub fn since(&self, base: &Self) -> Self {
        let is_new = |entry: &&Attribution| base.marked.iter().all(|known| !known.has_equal_content(entry));
        let is_new_exception = |entry: &&Accepted| base.accepted.iter().all(|known| !known.has_equal_content(entry));
        Self {
            marked: self.marked.iter().filter(is_new).cloned().collect(),
            accepted: self.accepted.iter().filter(is_new_exception).cloned().collect(),
        }
    }

    /// What is said of each change, and what is wrong with it. `rust` is what each change means in Rust; where that is not known, an
    /// exception for what breaks nothing on the wire may be one for Rust, and passes.
    pub fn records_for(&self, changes: &[Change], rust: Option<&[RustClass]>) -> (Vec<Record>, Vec<Problem>) {
        let mut problems = Vec::new();
        let mut used: BTreeMap<(&str, usize, &str), usize> = BTreeMap::new();
        let mut accounts = Vec::new();
        for (index, change) in changes.iter().enumerate() {
            let mut account = Record::default();
            for entry in &self.marked {
                for pattern in entry.ids.iter().filter(|pattern| matches(pattern, &change.id)) {
                    *used.entry((&entry.file, entry.line, pattern)).or_default() += 1;
                    match &account.marked {
                        Some(known) if known.origin != entry.origin => {
                            problems.push(Problem::Contradiction {
                                change: change.id.clone(),
                                file: entry.file.clone(),
                                other: known.file.clone(),
                            });
                        }
                        _ => account.marked = Some(entry.clone()),
                    }
                }
            }
            let class = rust.and_then(|classes| classes.get(index)).copied();
            if account.marked.is_none() && requires_attribution(change, class) {
                problems.push(Problem::unattributed(change));
            }
            account.accepted = self.accepted.iter().find(|entry| entry.id == change.id).cloned();
            if let Some(accepted) = &account.accepted
                && change.wire != Class::Breaking
                && class.is_some_and(|class| class != RustClass::Major)
            {
                problems.push(Problem::NothingToAccept { id: accepted.id.clone(), file: accepted.file.clone(), line: accepted.line });
            }
            accounts.push(account);
        }
        // What is said of merged changes is no word of these.
        for entry in self.marked.iter().filter(|entry| !entry.is_merged) {
            for pattern in entry.ids.iter().filter(|pattern| !used.contains_key(&(entry.file.as_str(), entry.line, pattern.as_str()))) {
                problems.push(Problem::UnusedAttribution { id: pattern.clone(), file: entry.file.clone(), line: entry.line });
            }
        }
        for entry in self.accepted.iter().filter(|entry| changes.iter().all(|change| change.id != entry.id)) {
            problems.push(Problem::UnusedException { id: entry.id.clone(), file: entry.file.clone(), line: entry.line });
        }
        (accounts, problems)
    }

    /// The exceptions, old ones too, whose time is over.
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

/// Whether somebody must say who made a change: all but those of words, and those too if code no longer compiles because of them.
pub(crate) fn requires_attribution(change: &Change, rust: Option<RustClass>) -> bool {
    change.wire != Class::Documentation || rust == Some(RustClass::Major)
}

/// An id, or a whole element with `*` behind it.
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
