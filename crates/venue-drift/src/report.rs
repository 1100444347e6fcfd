//! The report: all findings of a comparison, with the edits of the specification that they suggest.

mod counts;
mod format;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use venue_spec::Document;

use counts::counts;

use crate::compare::Comparison;
use crate::edit::{self, Edit};
use crate::fact::{Aspect, Place};
use crate::finding::{Class, Finding, Rule};
use crate::lock::Lock;
use crate::markdown::Page;
use crate::profile::Profile;
use crate::reader::{self, Reading};
use crate::specification::Specification;
use crate::{review, witness};

/// The input of a comparison.
#[derive(Debug, Clone)]
pub struct Input<'a> {
    /// The pages.
    pub pages: &'a [Page],
    /// The same pages in other languages.
    pub translations: Vec<&'a [Page]>,
    /// The specification.
    pub specification: &'a Document,
    /// The profile of the documentation.
    pub profile: &'a Profile,
    /// The path and the source of the profile, for the lines of its deviations.
    pub profile_source: (&'a str, &'a str),
    /// The last review, if there was one.
    pub lock: Option<&'a Lock>,
    /// The version of the pages, such as a commit.
    pub version: &'a str,
    /// The crate that is generated from the specification, such as `example_api`.
    pub rust_crate: &'a str,
}

impl<'a> Input<'a> {
    /// A comparison without a review, translations and version.
    pub fn new(pages: &'a [Page], specification: &'a Document, profile: &'a Profile) -> Self {
        Self { pages, translations: Vec::new(), specification, profile, profile_source: ("", ""), lock: None, version: "", rust_crate: "" }
    }
}

/// The report of a comparison.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The path of the specification.
    pub specification: String,
    /// The version of the pages.
    pub version: String,
    /// The version of the pages at the last review.
    pub reviewed_version: Option<String>,
    /// The number of pages.
    pub pages: usize,
    /// The number of operations, fields, values and so on that were read.
    pub counts: BTreeMap<&'static str, usize>,
    /// The answers for the sections.
    pub sections: Answers,
    /// The findings, in the order of the pages.
    pub findings: Vec<Finding>,
    /// A unified diff of the specification with the edits that can be written in only one way.
    pub diff: String,
    /// The ids of the changes in `diff`.
    pub change_ids: Vec<String>,
    /// The number of deviations from the pages that are kept on purpose.
    pub deviations: usize,
    /// The lock file for this version.
    #[serde(skip)]
    pub lock: Lock,
    #[serde(skip)]
    rust_crate: String,
}

/// The number of sections with each answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Answers {
    /// Nothing differs.
    pub same: usize,
    /// A fact differs.
    pub facts_differ: usize,
    /// Only texts differ.
    pub words_differ: usize,
    /// A part cannot be read.
    pub unreadable: usize,
}

/// Compares the facts of the last review with a specification, without the pages. `lock_source` is the path and the text of the lock file.
///
/// The facts have the lines of the lock file as their places. `input.pages` and `input.translations` are not used.
pub fn report_of_review(input: &Input<'_>, lock: &Lock, lock_source: (&str, &str)) -> Report {
    let specification = Specification::new(input.specification, input.profile);
    let (file, source) = lock_source;
    let reading = lock.reading(file, source);
    let pages: BTreeSet<String> = reading.sections.iter().map(|place| place.page.clone()).collect();
    let count = pages.len();
    let comparison = Comparison { reading: &reading, specification: &specification, profile: input.profile, pages };
    let compared = comparison.run();
    let mut findings = unneeded_deviations(input, &compared.needed_deviations);
    findings.extend(compared.findings);
    let input = Input { version: &lock.version, lock: Some(lock), ..input.clone() };
    Report { lock: lock.clone(), pages: count, ..assemble(&input, &reading, findings, compared.needed_deviations.len()) }
}

/// Compares pages with a specification and with the last review.
pub fn report(input: &Input<'_>) -> Report {
    let specification = Specification::new(input.specification, input.profile);
    let reading = reader::read(input.pages, &specification, input.profile);
    let pages: BTreeSet<String> = input.pages.iter().map(|page| page.name.clone()).collect();
    let comparison = Comparison { reading: &reading, specification: &specification, profile: input.profile, pages };
    let compared = comparison.run();
    let reviewed = match input.lock {
        Some(lock) => review::changes(&comparison, lock),
        None => not_reviewed(&reading).into_iter().collect(),
    };
    let mut findings = unread(&reading);
    findings.extend(page_findings(input, &comparison));
    findings.extend(unneeded_deviations(input, &compared.needed_deviations));
    findings.extend(without_known_changes(reviewed, &compared.findings));
    findings.extend(compared.findings);
    for translation in &input.translations {
        let other = reader::read(translation, &specification, input.profile);
        findings.extend(unread(&other));
        findings.extend(witness::differences(&reading, &other));
    }
    suggest_renames(&mut findings, &specification, &reading);
    assemble(input, &reading, findings, compared.needed_deviations.len())
}

/// Suggests a rename if a table lost one field of the specification, and gained one field of the same type.
fn suggest_renames(findings: &mut [Finding], specification: &Specification<'_>, reading: &Reading) {
    let parent = |subject: &str| subject.rsplit_once([' ', '.']).map(|(parent, name)| (parent.to_owned(), name.to_owned()));
    let kind = |subject: &str| reading.facts.iter().find(|fact| fact.subject == subject && fact.aspect == Aspect::Type);
    let mut new: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut gone: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (index, finding) in findings.iter().enumerate() {
        let Some((parent, _)) = parent(&finding.subject) else { continue };
        let is_gone = matches!(finding.rule, Rule::MissingOnPages | Rule::Removed)
            && specification.elements.contains_key(&finding.subject)
            && kind(&finding.subject).is_none();
        match finding.rule {
            Rule::MissingInSpecification => new.entry(parent).or_default().push(index),
            _ if is_gone => {
                gone.entry(parent).or_default().insert(finding.subject.clone());
            }
            _ => {}
        }
    }
    for (parent_subject, indexes) in new {
        let old: Vec<&String> = gone.get(&parent_subject).into_iter().flatten().collect();
        let ([index], [old]) = (indexes.as_slice(), old.as_slice()) else { continue };
        let Some(element) = specification.elements.get(*old) else { continue };
        let ours = element.attributes.get(&Aspect::Type).map(|attribute| attribute.value.as_str());
        let theirs = kind(&findings[*index].subject).map(|fact| fact.value.as_str());
        let names = parent(old).zip(parent(&findings[*index].subject));
        if let Some(((_, old_name), (_, new_name))) = names.filter(|_| ours.is_some() && ours == theirs) {
            let finding = &mut findings[*index];
            finding.message.push_str(&format!(". This may be the new name of `{old_name}`"));
            finding.specification_line = specification.line(&element.pointer);
            finding.rust.clone_from(&element.rust);
            finding.edit = edit::rename(specification, element, &new_name);
            findings.iter_mut().filter(|finding| finding.subject == **old).for_each(|finding| finding.edit = None);
        }
    }
}

/// Sorts the findings, and applies their edits.
fn assemble(input: &Input<'_>, reading: &Reading, findings: Vec<Finding>, deviations: usize) -> Report {
    let findings = sorted(without_words_of_changed_rows(merged(findings)), reading);
    let edits: Vec<&Edit> = findings.iter().filter_map(|finding| finding.edit.as_ref()).collect();
    let edited = edit::apply(input.specification, &edits);
    Report {
        specification: input.specification.name().to_owned(),
        version: input.version.to_owned(),
        reviewed_version: input.lock.map(|lock| lock.version.clone()),
        pages: input.pages.len(),
        counts: counts(&reading.facts),
        sections: answers(reading, &findings),
        findings,
        diff: edited.diff,
        change_ids: edited.ids,
        deviations,
        lock: Lock::of(reading, input.version),
        rust_crate: input.rust_crate.to_owned(),
    }
}

impl Report {
    /// The most serious class of the findings, or `None` if nothing differs.
    pub fn class(&self) -> Option<Class> {
        self.findings.iter().map(|finding| finding.class).max()
    }

    /// The report as JSON.
    ///
    /// # Errors
    /// Does not fail for a report of this crate, because all of its keys are strings.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }
}

fn not_reviewed(reading: &Reading) -> Option<Finding> {
    let place = reading.sections.first()?.clone();
    let message = String::from("no review of these pages is recorded");
    Some(plain(Class::Words, Rule::NotReviewed, place, message))
}

fn plain(class: Class, rule: Rule, place: Place, message: String) -> Finding {
    Finding {
        class,
        rule,
        subject: place.section(),
        place,
        aspect: None,
        operation: None,
        message,
        specification_line: None,
        rust: None,
        edit: None,
    }
}

fn unread(reading: &Reading) -> Vec<Finding> {
    let unread = reading.unread.iter();
    unread.map(|unread| plain(Class::Unread, Rule::Unreadable, unread.place.clone(), unread.message.clone())).collect()
}

/// Reports pages that are new or gone.
fn page_findings(input: &Input<'_>, comparison: &Comparison<'_>) -> Vec<Finding> {
    let expected: BTreeSet<&String> = input.profile.pages.iter().collect();
    let new = input.pages.iter().filter(|page| !expected.contains(&page.name)).map(|page| {
        let place = Place { page: page.name.clone(), anchor: String::new(), file: page.file.clone(), line: 1 };
        plain(Class::Unread, Rule::PageNew, place, format!("the page `{}` is new: read it, and add it to the profile", page.name))
    });
    let gone = expected.iter().filter(|name| !comparison.pages.contains(**name)).map(|name| {
        let (file, source) = input.profile_source;
        let line = line_with(source, &[&format!("\"{name}\"")]);
        let place = Place { page: (*name).clone(), anchor: String::new(), file: file.to_owned(), line };
        plain(Class::Unread, Rule::PageGone, place, format!("the page `{name}` is gone"))
    });
    new.chain(gone).collect()
}

fn unneeded_deviations(input: &Input<'_>, needed: &BTreeSet<usize>) -> Vec<Finding> {
    let (file, source) = input.profile_source;
    let unneeded = input.profile.deviation.iter().enumerate().filter(|(index, _)| !needed.contains(index));
    unneeded
        .map(|(_, deviation)| {
            let line = line_with(source, &["[[deviation]]", &deviation.subject, &format!("\"{}\"", deviation.aspect)]);
            let place = Place { page: String::new(), anchor: String::new(), file: file.to_owned(), line };
            let message = format!(
                "the deviation of `{}` ({}) is no longer needed: the pages and the specification agree, or state other values",
                deviation.subject, deviation.aspect
            );
            Finding { subject: deviation.subject.clone(), ..plain(Class::Facts, Rule::DeviationUnneeded, place, message) }
        })
        .collect()
}

/// The line of the first place where texts follow one another within five lines.
fn line_with(source: &str, texts: &[&str]) -> usize {
    let lines: Vec<&str> = source.lines().collect();
    let is_start = |start: usize| {
        let window = &lines[start..lines.len().min(start + 5)];
        lines[start].contains(texts[0]) && texts.iter().all(|text| window.iter().any(|line| line.contains(text)))
    };
    (0..lines.len()).find(|start| is_start(*start)).map_or(1, |start| start + 1)
}

/// Leaves out the changes since the last review that the comparison with the specification already reports.
fn without_known_changes(reviewed: Vec<Finding>, compared: &[Finding]) -> Vec<Finding> {
    let is_known = |change: &Finding| {
        compared.iter().any(|finding| match finding.rule {
            Rule::MissingInSpecification | Rule::DocumentedNow => finding.subject == change.subject && change.rule == Rule::Added,
            Rule::MissingOnPages => finding.subject == change.subject && change.rule == Rule::Removed,
            _ => finding.subject == change.subject && finding.aspect == change.aspect && finding.place == change.place,
        })
    };
    reviewed.into_iter().filter(|change| change.class == Class::Words || !is_known(change)).collect()
}

/// Merges the findings about the facts of one row.
fn merged(findings: Vec<Finding>) -> Vec<Finding> {
    let mut merged: Vec<Finding> = Vec::new();
    for finding in findings {
        let is_mergeable = matches!(finding.rule, Rule::Added | Rule::Removed | Rule::Moved);
        let same = merged
            .iter_mut()
            .find(|other| is_mergeable && other.rule == finding.rule && other.subject == finding.subject && other.place == finding.place);
        match same {
            Some(other) => {
                if let Some((_, detail)) = finding.message.split_once(": ") {
                    other.message.push_str(", ");
                    other.message.push_str(detail);
                }
            }
            None => merged.push(finding),
        }
    }
    merged
}

/// Leaves out changed sentences of rows whose facts changed, and missing sentences of sections that lost facts.
fn without_words_of_changed_rows(findings: Vec<Finding>) -> Vec<Finding> {
    let facts = |finding: &&Finding| finding.class != Class::Words;
    let lines: BTreeSet<(String, usize)> =
        findings.iter().filter(facts).map(|finding| (finding.place.file.clone(), finding.place.line)).collect();
    let sections: BTreeSet<String> = findings
        .iter()
        .filter(facts)
        .filter(|finding| matches!(finding.rule, Rule::Removed | Rule::MissingOnPages))
        .map(|finding| finding.place.section())
        .collect();
    findings
        .into_iter()
        .filter(|finding| match finding.rule {
            Rule::Sentence => !lines.contains(&(finding.place.file.clone(), finding.place.line)),
            Rule::SentencesGone => !sections.contains(&finding.place.section()),
            _ => true,
        })
        .collect()
}

fn sorted(mut findings: Vec<Finding>, reading: &Reading) -> Vec<Finding> {
    let order: BTreeMap<String, usize> = reading.sections.iter().enumerate().map(|(index, place)| (place.section(), index)).collect();
    findings.sort_by_key(|finding| {
        let section = order.get(&finding.place.section()).copied().unwrap_or(usize::MAX);
        (std::cmp::Reverse(finding.class), section, finding.place.line)
    });
    findings
}

fn answers(reading: &Reading, findings: &[Finding]) -> Answers {
    let mut worst: BTreeMap<String, Class> = BTreeMap::new();
    for finding in findings {
        let class = worst.entry(finding.place.section()).or_insert(finding.class);
        *class = finding.class.max(*class);
    }
    let mut answers = Answers::default();
    for place in &reading.sections {
        match worst.get(&place.section()) {
            None => answers.same += 1,
            Some(Class::Words) => answers.words_differ += 1,
            Some(Class::Facts) => answers.facts_differ += 1,
            Some(Class::Unread) => answers.unreadable += 1,
        }
    }
    answers
}
