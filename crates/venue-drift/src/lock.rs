//! The lock file: the facts and digests of the last reviewed version of the pages.
//!
//! A lock file contains names, types, flags, limits and values. All other text of the pages is a digest, because the text belongs to the
//! exchange.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::fact::{Aspect, Fact, Place};
use crate::reader::Reading;

/// The last reviewed version of the pages.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// The version of the documentation.
    pub version: String,
    /// The sections, in the order of the pages.
    #[serde(default)]
    pub section: Vec<LockedSection>,
}

/// A section of a reviewed page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockedSection {
    /// The page and the anchor, such as `rest-api/order#place-order`.
    pub at: String,
    /// The facts, each as one line.
    #[serde(default)]
    pub facts: Vec<String>,
    /// The digests of the sentences.
    #[serde(default)]
    pub text: Vec<String>,
}

impl Lock {
    /// Records a reading.
    pub fn of(reading: &Reading, version: &str) -> Self {
        let mut sections: Vec<LockedSection> =
            reading.sections.iter().map(|place| LockedSection { at: place.section(), ..LockedSection::default() }).collect();
        let index: BTreeMap<String, usize> = sections.iter().enumerate().map(|(index, section)| (section.at.clone(), index)).collect();
        for fact in &reading.facts {
            if let Some(index) = index.get(&fact.place.section()) {
                sections[*index].facts.push(fact.to_line());
            }
        }
        for sentence in &reading.sentences {
            if let Some(index) = index.get(&sentence.place.section()) {
                sections[*index].text.push(sentence.digest.clone());
            }
        }
        Self { version: version.to_owned(), section: sections }
    }

    /// Parses a lock file.
    ///
    /// # Errors
    /// Returns a message with the position of the mistake.
    pub fn parse(source: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(source)
    }

    /// The text of the lock file. A changed fact is a changed line.
    pub fn to_text(&self) -> String {
        let mut text = String::from(
            "# The facts of the reviewed documentation; all other text is a digest. Written by `cargo xtask drift --accept`: do not edit.\n",
        );
        text.push_str(&format!("version = {}\n", quoted(&self.version)));
        for section in &self.section {
            text.push_str(&format!("\n[[section]]\nat = {}\n", quoted(&section.at)));
            if !section.facts.is_empty() {
                text.push_str("facts = [\n");
                section.facts.iter().for_each(|fact| text.push_str(&format!("    {},\n", quoted(fact))));
                text.push_str("]\n");
            }
            if !section.text.is_empty() {
                text.push_str("text = [\n");
                for digests in section.text.chunks(8) {
                    text.push_str(&format!("    {},\n", digests.iter().map(|digest| quoted(digest)).collect::<Vec<_>>().join(", ")));
                }
                text.push_str("]\n");
            }
        }
        text
    }

    /// The facts of the review as if they were read from the lock file. `file` and `source` are the path and the text of the file.
    pub(crate) fn reading(&self, file: &str, source: &str) -> Reading {
        let mut reading = Reading::default();
        let mut lines = (1..).zip(source.lines());
        for section in &self.section {
            let (page, anchor) = section.at.split_once('#').unwrap_or((&section.at, ""));
            let place = |line: usize| Place { page: page.to_owned(), anchor: anchor.to_owned(), file: file.to_owned(), line };
            // The file has the sections and facts in the same order.
            let mut line_of = |text: &str| {
                let quoted = quoted(text);
                lines.by_ref().find(|(_, line)| line.contains(&quoted)).map_or(1, |(number, _)| number)
            };
            reading.sections.push(place(line_of(&section.at)));
            for text in &section.facts {
                let line = line_of(text);
                let fact = LockedFact::parse(text);
                if let Some(aspect) = Aspect::named(&fact.aspect) {
                    reading.facts.push(Fact { subject: fact.subject, aspect, value: fact.value, place: place(line) });
                }
            }
        }
        reading
    }

    /// The section at a page and anchor.
    pub(crate) fn section(&self, at: &str) -> Option<&LockedSection> {
        self.section.iter().find(|section| section.at == at)
    }
}

/// A fact of the lock file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LockedFact {
    pub(crate) subject: String,
    pub(crate) aspect: String,
    pub(crate) value: String,
}

impl LockedFact {
    pub(crate) fn parse(line: &str) -> Self {
        let (subject, rest) =
            line.rsplit_once(": ").filter(|(_, rest)| is_aspect(rest)).or_else(|| split_at_aspect(line)).unwrap_or((line, ""));
        let (aspect, value) = rest.split_once(" = ").unwrap_or((rest, ""));
        Self { subject: subject.to_owned(), aspect: aspect.to_owned(), value: value.to_owned() }
    }

    pub(crate) fn is_about(&self, fact: &Fact) -> bool {
        self.subject == fact.subject && self.aspect == fact.aspect.to_string()
    }
}

/// Splits a line at the first `: ` that an aspect follows, because a value can contain `: `.
fn split_at_aspect(line: &str) -> Option<(&str, &str)> {
    line.match_indices(": ").map(|(at, _)| (&line[..at], &line[at + 2..])).find(|(_, rest)| is_aspect(rest))
}

fn is_aspect(rest: &str) -> bool {
    Aspect::named(rest.split_once(" = ").map_or(rest, |(word, _)| word)).is_some()
}

/// A TOML string. JSON and basic TOML strings have the same escapes for all characters that pages contain.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_file_is_read_as_it_was_written() {
        let section = LockedSection {
            at: "a#b".to_owned(),
            facts: vec!["GET /a query \"x\": values = A / B".to_owned(), "GET /a: listed".to_owned()],
            text: vec!["0123456789ab".to_owned()],
        };
        let lock = Lock { version: "1".to_owned(), section: vec![section.clone()] };
        let read = Lock::parse(&lock.to_text()).expect("a lock");
        assert_eq!(read.section, [section]);
    }

    #[test]
    fn a_line_is_split_into_subject_aspect_and_value() {
        let fact = LockedFact::parse("GET /a query b: mention = c: d = e");
        assert_eq!((fact.subject.as_str(), fact.aspect.as_str(), fact.value.as_str()), ("GET /a query b", "mention", "c: d = e"));
        let fact = LockedFact::parse("GET /a: listed");
        assert_eq!((fact.subject.as_str(), fact.aspect.as_str(), fact.value.as_str()), ("GET /a", "listed", ""));
    }
}
