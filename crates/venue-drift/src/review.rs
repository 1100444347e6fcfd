//! Compares the pages with the last review.

use std::collections::BTreeMap;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::compare::{Comparison, is_prefix};
use crate::fact::{Aspect, Fact, Place};
use crate::finding::{Class, Finding, Rule};
use crate::lock::{Lock, LockedFact, LockedSection};
use crate::reader::Sentence;

/// Finds the facts and sentences that changed since the last review.
pub(crate) fn changes(comparison: &Comparison<'_>, lock: &Lock) -> Vec<Finding> {
    let review = Review { comparison, lock };
    let mut findings = Vec::new();
    let mut facts: BTreeMap<String, Vec<&Fact>> = BTreeMap::new();
    comparison.reading.facts.iter().for_each(|fact| facts.entry(fact.place.section()).or_default().push(fact));
    let mut sentences: BTreeMap<String, Vec<&Sentence>> = BTreeMap::new();
    comparison.reading.sentences.iter().for_each(|sentence| sentences.entry(sentence.place.section()).or_default().push(sentence));
    for place in &comparison.reading.sections {
        let at = place.section();
        let facts = facts.remove(&at).unwrap_or_default();
        let sentences = sentences.remove(&at).unwrap_or_default();
        let empty = LockedSection::default();
        let locked = lock.section(&at).unwrap_or(&empty);
        review.facts(place, &facts, locked, &mut findings);
        review.sentences(place, &sentences, locked, &mut findings);
    }
    review.missing_sections(&mut findings);
    findings
}

struct Review<'a> {
    comparison: &'a Comparison<'a>,
    lock: &'a Lock,
}

impl Review<'_> {
    fn facts(&self, section: &Place, facts: &[&Fact], locked: &LockedSection, findings: &mut Vec<Finding>) {
        let lines: Vec<String> = facts.iter().map(|fact| fact.to_line()).collect();
        let (new, gone) = (surplus(&lines, &locked.facts), surplus(&locked.facts, &lines));
        let mut gone: Vec<LockedFact> = gone.iter().map(|index| LockedFact::parse(&locked.facts[*index])).collect();
        let moves = new.is_empty() && gone.is_empty();
        for index in new {
            let fact = facts[index];
            if self.was_elsewhere(&lines[index], section) {
                findings.push(self.finding(Class::Words, Rule::Moved, fact, "moved here since the last review".to_owned()));
                continue;
            }
            let finding = match gone.iter().position(|old| old.is_about(fact)) {
                Some(old) => {
                    let old = gone.remove(old);
                    let message = format!("the {} changed from `{}` to `{}` since the last review", fact.aspect, old.value, fact.value);
                    self.finding(Class::Facts, Rule::Changed, fact, message)
                }
                None => {
                    let message = format!("new since the last review: {}", described(fact.aspect, &fact.value));
                    self.finding(Class::Facts, Rule::Added, fact, message)
                }
            };
            findings.push(finding);
        }
        for old in gone {
            if self.is_elsewhere(&old, section) {
                continue;
            }
            findings.push(self.removed(section, &old));
        }
        if moves {
            self.moved_rows(facts, &lines, locked, findings);
        }
    }

    /// Reports rows whose order changed.
    fn moved_rows(&self, facts: &[&Fact], lines: &[String], locked: &LockedSection, findings: &mut Vec<Finding>) {
        let mut last = String::new();
        for operation in capture_diff_slices(Algorithm::Myers, &locked.facts, lines) {
            let (DiffOp::Insert { new_index, new_len, .. } | DiffOp::Replace { new_index, new_len, .. }) = operation else { continue };
            for fact in facts.iter().skip(new_index).take(new_len) {
                if fact.subject != last {
                    last.clone_from(&fact.subject);
                    findings.push(self.finding(Class::Words, Rule::Moved, fact, "the order changed since the last review".to_owned()));
                }
            }
        }
    }

    fn was_elsewhere(&self, line: &str, section: &Place) -> bool {
        let at = section.section();
        let is_still_there = |other: &LockedSection| {
            self.comparison.reading.facts.iter().any(|fact| fact.place.section() == other.at && fact.to_line() == *line)
        };
        self.lock.section.iter().any(|other| other.at != at && other.facts.iter().any(|fact| fact == line) && !is_still_there(other))
    }

    fn is_elsewhere(&self, old: &LockedFact, section: &Place) -> bool {
        let at = section.section();
        self.comparison.reading.facts.iter().any(|fact| {
            let was_there = || self.lock.section(&fact.place.section()).is_some_and(|other| other.facts.contains(&fact.to_line()));
            old.is_about(fact) && old.value == fact.value && fact.place.section() != at && !was_there()
        })
    }

    fn sentences(&self, section: &Place, sentences: &[&Sentence], locked: &LockedSection, findings: &mut Vec<Finding>) {
        let digests: Vec<String> = sentences.iter().map(|sentence| sentence.digest.clone()).collect();
        let (new, gone) = (surplus(&digests, &locked.text), surplus(&locked.text, &digests));
        for index in &new {
            let sentence = sentences[*index];
            let finding = words(Rule::Sentence, &sentence.place, format!("new or changed since the last review: {}", sentence.text));
            findings.push(finding);
        }
        if gone.len() > new.len() {
            let count = gone.len() - new.len();
            let message = if count == 1 {
                "1 sentence of the last review is gone".to_owned()
            } else {
                format!("{count} sentences of the last review are gone")
            };
            findings.push(words(Rule::SentencesGone, section, message));
        }
        if new.is_empty() && gone.is_empty() && digests != locked.text {
            let first = digests.iter().zip(&locked.text).position(|(new, old)| new != old).unwrap_or(0);
            let place = sentences.get(first).map_or(section, |sentence| &sentence.place);
            findings.push(words(Rule::Moved, place, "the order of the sentences changed since the last review".to_owned()));
        }
    }

    fn missing_sections(&self, findings: &mut Vec<Finding>) {
        let reading = self.comparison.reading;
        for locked in &self.lock.section {
            let (page, _) = locked.at.split_once('#').unwrap_or((&locked.at, ""));
            let is_there = reading.sections.iter().any(|place| place.section() == locked.at);
            if is_there || !self.comparison.pages.contains(page) {
                continue;
            }
            let page_start = reading.sections.iter().find(|place| place.page == page).cloned();
            let Some(place) = page_start else { continue };
            for fact in locked.facts.iter().map(|line| LockedFact::parse(line)) {
                if !self.is_elsewhere(&fact, &Place { anchor: "\0".to_owned(), ..place.clone() }) {
                    findings.push(self.removed(&place, &fact));
                }
            }
            findings.push(words(Rule::SentencesGone, &place, format!("the section `{}` is gone since the last review", locked.at)));
        }
    }

    fn removed(&self, section: &Place, old: &LockedFact) -> Finding {
        let at = section.section();
        let tables = self.comparison.reading.tables.iter();
        let table = tables
            .filter(|(prefix, place)| place.section() == at && is_prefix(prefix, &old.subject))
            .max_by_key(|(prefix, _)| prefix.len());
        let same_subject = self.comparison.reading.facts.iter().find(|fact| fact.subject == old.subject && fact.place.section() == at);
        let any_table = || self.comparison.reading.table_at(section).filter(|_| !old.subject.starts_with(&at));
        let table = table.map(|(_, place)| place);
        // An HTTP line or an example can still contain a field whose row is gone.
        let same_row = same_subject.map(|fact| &fact.place).filter(|place| table.is_none_or(|table| table.line <= place.line));
        let place = same_row.or(table).or_else(any_table).unwrap_or(section);
        let element = self.comparison.specification.elements.get(&old.subject);
        let value = if old.value.is_empty() { String::new() } else { format!(" `{}`", old.value) };
        Finding {
            class: Class::Facts,
            rule: Rule::Removed,
            place: place.clone(),
            subject: old.subject.clone(),
            aspect: None,
            operation: element.and_then(|element| element.operation.clone()),
            message: format!("gone since the last review: {}{value}", old.aspect),
            specification_line: element.and_then(|element| self.comparison.specification.line(&element.pointer)),
            rust: element.and_then(|element| element.rust.clone()),
            edit: None,
        }
    }

    fn finding(&self, class: Class, rule: Rule, fact: &Fact, message: String) -> Finding {
        let element = self.comparison.specification.elements.get(&fact.subject);
        Finding {
            class,
            rule,
            place: fact.place.clone(),
            subject: fact.subject.clone(),
            aspect: Some(fact.aspect),
            operation: element.and_then(|element| element.operation.clone()),
            message,
            specification_line: element.and_then(|element| self.comparison.specification.line(&element.pointer)),
            rust: element.and_then(|element| element.rust.clone()),
            edit: None,
        }
    }
}

fn described(aspect: Aspect, value: &str) -> String {
    if aspect == Aspect::Mention && value.starts_with("table of ") {
        return format!("a {value}");
    }
    if value.is_empty() { aspect.to_string() } else { format!("{aspect} `{value}`") }
}

fn words(rule: Rule, place: &Place, message: String) -> Finding {
    Finding {
        class: Class::Words,
        rule,
        place: place.clone(),
        subject: place.section(),
        aspect: None,
        operation: None,
        message,
        specification_line: None,
        rust: None,
        edit: None,
    }
}

/// The indexes of the items of `one` that `other` does not contain as often.
fn surplus(one: &[String], other: &[String]) -> Vec<usize> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    other.iter().for_each(|item| *counts.entry(item).or_default() += 1);
    let mut surplus = Vec::new();
    for (index, item) in one.iter().enumerate() {
        match counts.get_mut(item.as_str()) {
            Some(count) if *count > 0 => *count -= 1,
            _ => surplus.push(index),
        }
    }
    surplus
}
