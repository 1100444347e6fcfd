//! Reads the facts of the pages.

mod code;
mod tables;
mod text;

use std::collections::BTreeSet;

use serde::Serialize;

use crate::digest::digest;
use crate::fact::{Aspect, Fact, Place};
use crate::markdown::{Block, Inline, Page, Section, flatten};
use crate::profile::Profile;
use crate::specification::{Specification, subject_of};

/// The facts and the texts of the pages.
#[derive(Debug, Default)]
pub struct Reading {
    /// The facts, in the order of the pages.
    pub facts: Vec<Fact>,
    /// The sentences, in the order of the pages.
    pub sentences: Vec<Sentence>,
    /// The parts that could not be read.
    pub unread: Vec<Unread>,
    /// The sections, in the order of the pages.
    pub sections: Vec<Place>,
    /// The places of tables, by the subjects of their rows without the name, such as `GET /v1/time response`.
    pub(crate) tables: Vec<(String, Place)>,
}

impl Reading {
    /// The header of the table that contains a line, or the first table of the line's section.
    pub(crate) fn table_at(&self, place: &Place) -> Option<&Place> {
        let headers = || self.tables.iter().filter(|(prefix, header)| !prefix.starts_with("index ") && header.section() == place.section());
        let before = headers().filter(|(_, header)| header.line <= place.line).max_by_key(|(_, header)| header.line);
        before.or_else(|| headers().next()).map(|(_, header)| header)
    }
}

/// A sentence of the pages.
#[derive(Debug, Clone)]
pub struct Sentence {
    /// The digest of the sentence.
    pub digest: String,
    /// The sentence. It is shown in reports, and never stored.
    pub text: String,
    /// The place on the pages.
    pub place: Place,
}

/// A part of a page that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unread {
    /// The place on the pages.
    pub place: Place,
    /// The reason.
    pub message: String,
}

/// Reads all facts of the pages.
pub fn read(pages: &[Page], specification: &Specification<'_>, profile: &Profile) -> Reading {
    let mut reading = Reading::default();
    for page in pages {
        let mut operations_of_page = Vec::new();
        let mut statements_of_page = Vec::new();
        for section in &page.sections {
            let mut reader = SectionReader::new(page, section, specification, profile, &mut reading);
            reader.read();
            let (operations, statements) = (reader.operations, reader.statements);
            let applied = apply(&statements, &operations, &reading.facts);
            reading.facts.extend(applied);
            if section.anchor.is_empty() {
                statements_of_page = statements;
            }
            operations_of_page.extend(operations);
        }
        let applied = apply(&statements_of_page, &operations_of_page, &reading.facts);
        reading.facts.extend(applied);
    }
    add_fields_of_prose(&mut reading, profile);
    pair_index_rows(&mut reading, specification);
    drop_facts_of_examples(&mut reading.facts);
    reading
}

/// A statement of a section about the access to its operations.
#[derive(Debug, Clone)]
struct Access {
    aspect: Aspect,
    value: String,
    place: Place,
}

/// Applies statements to operations. A fact of the operation itself in the same section takes precedence.
fn apply(statements: &[Access], operations: &[String], facts: &[Fact]) -> Vec<Fact> {
    let mut applied: Vec<Fact> = Vec::new();
    let distinct: BTreeSet<&String> = operations.iter().collect();
    for statement in statements {
        for operation in &distinct {
            let same = |fact: &&Fact| {
                fact.subject == **operation && fact.aspect == statement.aspect && fact.place.section() == statement.place.section()
            };
            if facts.iter().find(same).or_else(|| applied.iter().find(same)).is_none() {
                let fact = Fact {
                    subject: (*operation).clone(),
                    aspect: statement.aspect,
                    value: statement.value.clone(),
                    place: statement.place.clone(),
                };
                applied.push(fact);
            }
        }
    }
    applied
}

/// Adds the fields that a sentence describes without a table.
fn add_fields_of_prose(reading: &mut Reading, profile: &Profile) {
    for prose in &profile.prose {
        let sentence = reading.sentences.iter().find(|sentence| {
            (sentence.place.section() == prose.section || sentence.place.page == prose.section) && prose.pattern.is_match(&sentence.text)
        });
        let Some(place) = sentence.map(|sentence| sentence.place.clone()) else { continue };
        let fact = |field: &str, aspect: Aspect, value: &str| Fact {
            subject: format!("{} {field}", prose.subject),
            aspect,
            value: value.to_owned(),
            place: place.clone(),
        };
        let mut added: Vec<Fact> = prose.fields.iter().map(|field| fact(field, Aspect::Listed, "")).collect();
        let prefix = prose.same_as.as_ref().map(|same_as| format!("{same_as} "));
        for other in &reading.facts {
            let field = prefix.as_ref().and_then(|prefix| other.subject.strip_prefix(prefix.as_str()));
            if let Some(field) = field.filter(|field| !prose.without.iter().any(|without| without == field)) {
                added.push(fact(field, other.aspect, &other.value));
            }
        }
        reading.facts.extend(added);
    }
}

/// Attributes an operation in an index that the specification does not contain to the most similar operation that the index lacks, so that
/// a changed path is reported for the right operation.
fn pair_index_rows(reading: &mut Reading, specification: &Specification<'_>) {
    let known: BTreeSet<String> = specification.api.operations.iter().map(subject_of).collect();
    let indexed: BTreeSet<String> =
        reading.tables.iter().filter(|(kind, _)| kind.starts_with("index ")).map(|(kind, _)| kind[6..].to_owned()).collect();
    let mut missing: Vec<&String> = known.iter().filter(|subject| !indexed.contains(*subject)).collect();
    for unknown in indexed.iter().filter(|subject| !known.contains(*subject)) {
        let is_in_section = reading.facts.iter().any(|fact| fact.subject.starts_with(&format!("{unknown} ")));
        let similarity = |subject: &&String| strsim::normalized_levenshtein(unknown, subject);
        let Some(position) = (0..missing.len()).max_by(|a, b| similarity(&missing[*a]).total_cmp(&similarity(&missing[*b]))) else {
            continue;
        };
        if similarity(&missing[position]) < 0.7 || is_in_section {
            continue;
        }
        let paired = missing.remove(position).clone();
        reading.facts.iter_mut().filter(|fact| fact.subject == *unknown).for_each(|fact| fact.subject.clone_from(&paired));
    }
}

/// Removes types that only an example shows, if a table states the type of the same field.
fn drop_facts_of_examples(facts: &mut Vec<Fact>) {
    let is_of_example = |fact: &Fact| fact.aspect == Aspect::Type && fact.value.starts_with(code::EXAMPLE_TYPE);
    let stated: BTreeSet<String> =
        facts.iter().filter(|fact| fact.aspect == Aspect::Type && !is_of_example(fact)).map(|fact| fact.subject.clone()).collect();
    facts.retain(|fact| !is_of_example(fact) || !stated.contains(&fact.subject));
    for fact in facts.iter_mut().filter(|fact| is_of_example(fact)) {
        fact.value = fact.value.trim_start_matches(code::EXAMPLE_TYPE).to_owned();
    }
}

/// Reads one section.
struct SectionReader<'a> {
    page: &'a Page,
    section: &'a Section,
    specification: &'a Specification<'a>,
    profile: &'a Profile,
    reading: &'a mut Reading,
    /// The operation of the last HTTP line.
    operation: Option<CurrentOperation>,
    /// All operations of the section.
    operations: Vec<String>,
    statements: Vec<Access>,
    /// The text before the current block.
    last_text: Vec<Inline>,
}

/// The operation that the following tables and examples of a section describe.
#[derive(Debug, Clone)]
struct CurrentOperation {
    subject: String,
    method: String,
}

impl<'a> SectionReader<'a> {
    fn new(
        page: &'a Page,
        section: &'a Section,
        specification: &'a Specification<'a>,
        profile: &'a Profile,
        reading: &'a mut Reading,
    ) -> Self {
        Self {
            page,
            section,
            specification,
            profile,
            reading,
            operation: None,
            operations: Vec::new(),
            statements: Vec::new(),
            last_text: Vec::new(),
        }
    }

    fn read(&mut self) {
        let place = self.place(self.section.line);
        self.reading.sections.push(place);
        if !self.section.title.is_empty() {
            let title = vec![Inline { line: self.section.line, text: self.section.title.clone(), is_code: false }];
            self.statements_in(&flatten(&title), self.section.line);
            self.sentence(&flatten(&title), self.section.line);
        }
        for block in &self.section.blocks {
            match block {
                Block::Text(text) => {
                    self.text(text);
                    self.last_text.clone_from(text);
                }
                Block::Table(table) => self.table(table),
                Block::Code(code) => self.code(code),
            }
        }
    }

    fn place(&self, line: usize) -> Place {
        Place { page: self.page.name.clone(), anchor: self.section.anchor.clone(), file: self.page.file.clone(), line }
    }

    /// The subject of a fact that belongs to the section itself.
    fn section_subject(&self) -> String {
        format!("{}#{}", self.page.name, self.section.anchor)
    }

    fn fact(&mut self, subject: &str, aspect: Aspect, value: &str, line: usize) {
        let place = self.place(line);
        self.reading.facts.push(Fact { subject: subject.to_owned(), aspect, value: value.to_owned(), place });
    }

    fn unread(&mut self, line: usize, message: String) {
        let place = self.place(line);
        self.reading.unread.push(Unread { place, message });
    }

    fn sentence(&mut self, text: &str, line: usize) {
        if !text.is_empty() {
            let place = self.place(line);
            self.reading.sentences.push(Sentence { digest: digest(text), text: text.to_owned(), place });
        }
    }
}
