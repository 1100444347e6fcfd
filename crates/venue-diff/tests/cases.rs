//! Each file below `cases/` has a small specification, an edit, the expected report, and the expected report of the inverse
//! edit. `UPDATE_CASES=1 cargo test -p venue-diff --test cases` writes the reports into the files for a review.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;

use venue_diff::provenance::ProvenanceLog;
use venue_diff::report::{Header, Report};
use venue_diff::rules::{self, Inverse};
use venue_spec::Document;

struct Case {
    path: PathBuf,
    title: String,
    spec: String,
    patch: String,
    reports: [String; 2],
}

fn cases() -> Vec<Case> {
    // The path is read at run time, because two checkouts can share a target directory and thus this program.
    let package = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let folder = PathBuf::from(package).join("tests/cases");
    let entries = folder.read_dir().expect("the folder of the cases");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a case").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "case"));
    paths.sort();
    paths.into_iter().map(Case::read).collect()
}

impl Case {
    fn read(path: PathBuf) -> Self {
        let text = std::fs::read_to_string(&path).expect("a text");
        let mut parts = text.split("\n=== ");
        let title = parts.next().expect("a title").trim().to_owned();
        let mut part = |name: &str| {
            let part = parts.next().unwrap_or_default();
            let (head, body) = part.split_once('\n').unwrap_or((part, ""));
            assert!(head == name || head.is_empty(), "{}: `{head}` in the place of `{name}`", path.display());
            format!("{}\n", body.trim_end())
        };
        let (spec, patch) = (part("spec"), part("patch"));
        let reports = [part("report"), part("undone")];
        Self { path, title, spec, patch, reports }
    }

    fn name(&self) -> String {
        self.path.file_stem().expect("a name").to_string_lossy().into_owned()
    }

    fn documents(&self) -> [Document; 2] {
        let edited = self.patch.trim_end().split("\n@@\n").fold(format!("\n{}", self.spec), |source, hunk| {
            let (old, new) = (side(hunk, '+'), side(hunk, '-'));
            assert_eq!(source.matches(&old).count(), 1, "{}: the edit matches once: {old}", self.name());
            source.replace(&old, &new)
        });
        [&self.spec, &edited[1..]]
            .map(|source| Document::parse_unchecked("spec.yaml", source).unwrap_or_else(|report| panic!("{}: {report}", self.name())))
    }

    fn write(&self, reports: &[String; 2]) {
        let mut text = format!("{}\n", self.title);
        for (name, part) in [("spec", &self.spec), ("patch", &self.patch), ("report", &reports[0]), ("undone", &reports[1])] {
            let _ = write!(text, "\n=== {name}\n{}\n", part.trim_end());
        }
        // Other tests read the file at the same time.
        let unfinished = self.path.with_extension("unfinished");
        std::fs::write(&unfinished, text).expect("the case can be written");
        std::fs::rename(&unfinished, &self.path).expect("the case can be replaced");
    }
}

/// One side of a hunk: its lines without the lines of the other side.
fn side(hunk: &str, other: char) -> String {
    hunk.lines()
        .filter(|line| !line.starts_with(other))
        .fold(String::from("\n"), |text, line| text + line.get(1..).unwrap_or_default() + "\n")
}

fn report(old: &Document, new: &Document) -> Report {
    let header = Header { specification: "spec.yaml".into(), base: "old".into(), head: "new".into(), notes: Vec::new() };
    Report::new(header, venue_diff::compare(old, new), None, &ProvenanceLog::default())
}

/// Formats a report without the problems, which are the same in each report.
fn shown(report: &Report) -> String {
    let mut report = report.clone();
    report.problems.clear();
    report.to_text()
}

#[test]
fn each_case_has_the_expected_report() {
    for case in cases() {
        let [old, new] = case.documents();
        let reports = [shown(&report(&old, &new)), shown(&report(&new, &old))];
        if std::env::var_os("UPDATE_CASES").is_some() {
            case.write(&reports);
        } else {
            assert_eq!(reports, case.reports, "{}", case.name());
        }
    }
}

#[test]
fn the_inverse_of_a_change_is_classified_by_the_inverse_rule() {
    for case in cases() {
        let [old, new] = case.documents();
        let rules_of = |report: Report| report.changes.into_iter().flat_map(|entry| entry.change.rules).collect::<BTreeSet<&str>>();
        let mirrored: BTreeSet<&str> = rules_of(report(&old, &new))
            .into_iter()
            .map(|id| match rules::named(id).expect("a rule of the table").inverse {
                Inverse::Itself => id,
                Inverse::Rule(inverse) => inverse,
            })
            .collect();
        assert_eq!(mirrored, rules_of(report(&new, &old)), "{}", case.name());
    }
}

#[test]
fn the_inverse_of_an_inverse_rule_is_the_rule() {
    for rule in rules::all() {
        if let Inverse::Rule(inverse) = rule.inverse {
            let inverse = rules::named(inverse).unwrap_or_else(|| panic!("{}: no rule is called {inverse}", rule.id));
            assert_eq!(inverse.inverse, Inverse::Rule(rule.id), "{} and {}", rule.id, inverse.id);
        }
    }
}

#[test]
fn each_rule_has_a_unique_id_and_a_case() {
    let mut seen = BTreeSet::new();
    for case in cases() {
        let [old, new] = case.documents();
        for report in [report(&old, &new), report(&new, &old)] {
            seen.extend(report.changes.into_iter().flat_map(|entry| entry.change.rules));
        }
    }
    let all: Vec<&str> = rules::all().map(|rule| rule.id).collect();
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "an id is not unique");
    let missing: Vec<&str> = all.into_iter().filter(|id| !seen.contains(id)).collect();
    assert!(missing.is_empty(), "no case shows {missing:?}");
}

#[test]
fn the_reason_of_each_rule_is_a_clause_without_a_period() {
    for rule in rules::all() {
        assert!(rule.reason.split_whitespace().count() > 2 && !rule.reason.ends_with('.'), "{}", rule.id);
    }
}
