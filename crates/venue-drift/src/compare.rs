//! Compares the facts of the pages with the specification.

mod agreement;

use std::collections::{BTreeMap, BTreeSet};

use agreement::{agree, difference};

use crate::edit;
use crate::fact::{Aspect, Fact, Place};
use crate::finding::{Class, Finding, Rule};
use crate::profile::{Deviation, Profile};
use crate::reader::Reading;
use crate::specification::{Element, Specification};

/// The comparison of a reading with the specification.
pub(crate) struct Comparison<'a> {
    pub(crate) reading: &'a Reading,
    pub(crate) specification: &'a Specification<'a>,
    pub(crate) profile: &'a Profile,
    /// The names of the pages that were read.
    pub(crate) pages: BTreeSet<String>,
}

/// The findings of a comparison, and the deviations that explain differences.
pub(crate) struct Compared {
    pub(crate) findings: Vec<Finding>,
    /// The indexes of the deviations that were needed.
    pub(crate) needed_deviations: BTreeSet<usize>,
}

impl Comparison<'_> {
    pub(crate) fn run(&self) -> Compared {
        let mut findings = Vec::new();
        let mut reported = BTreeSet::new();
        for fact in &self.reading.facts {
            findings.extend(self.check(fact, &mut reported));
        }
        self.check_parts_of_the_specification(&mut findings);
        self.check_conventions(&mut findings);
        let mut needed = BTreeSet::new();
        findings.retain(|(finding, documented)| {
            let explained: Vec<usize> = (0..self.profile.deviation.len())
                .filter(|index| is_explained_by(&self.profile.deviation[*index], finding, documented))
                .collect();
            needed.extend(&explained);
            explained.is_empty()
        });
        Compared { findings: findings.into_iter().map(|(finding, _)| finding).collect(), needed_deviations: needed }
    }

    /// Compares one fact. Each finding comes with the value on the pages.
    fn check(&self, fact: &Fact, reported: &mut BTreeSet<String>) -> Option<(Finding, String)> {
        match fact.aspect {
            Aspect::Url => return self.check_url(fact),
            Aspect::Quantity => return self.check_quantity(fact),
            Aspect::Mention => return None,
            Aspect::Example if !fact.subject.contains(' ') => return None,
            _ => {}
        }
        let Some(element) = self.specification.elements.get(&fact.subject) else {
            return self.check_unknown_subject(fact, reported);
        };
        if let Some(mark) = &element.provisional
            && reported.insert(fact.subject.clone())
        {
            let own = format!("{}/", element.pointer);
            let mut finding = self.finding(Rule::DocumentedNow, fact, Some(element));
            finding.message =
                String::from("the pages describe this part, which the specification marks with `x-provisional`: remove the mark");
            finding.specification_line = self.specification.line(mark);
            finding.edit = mark.starts_with(&own).then(|| edit::remove(self.specification, mark)).flatten();
            return Some((finding, String::new()));
        }
        let attribute = element.attributes.get(&fact.aspect);
        let ours = attribute.map(|attribute| attribute.value.as_str());
        if agree(fact.aspect, &fact.value, ours) {
            return None;
        }
        let mut finding = self.finding(Rule::Contradiction, fact, Some(element));
        finding.message = match ours {
            Some(ours) => difference(fact.aspect, &fact.value, ours),
            None => format!("the pages state the {} `{}`, and the specification states none", fact.aspect, fact.value),
        };
        if let Some(attribute) = attribute {
            finding.specification_line = self.specification.line(&attribute.pointer);
        }
        finding.edit = edit::change(self.specification, element, fact, attribute);
        Some((finding, fact.value.clone()))
    }

    fn check_unknown_subject(&self, fact: &Fact, reported: &mut BTreeSet<String>) -> Option<(Finding, String)> {
        if matches!(fact.subject.split_once(' '), Some(("stream", rest)) if rest.starts_with("request ") || rest.starts_with("message ")) {
            return self.check_stream_frame(fact);
        }
        if !reported.insert(fact.subject.clone()) {
            return None;
        }
        let parent = self.parent(&fact.subject);
        let mut finding = self.finding(Rule::MissingInSpecification, fact, parent);
        finding.message = String::from("the pages describe this part, which the specification does not have");
        if let Some(undocumented) = parent.and_then(|parent| parent.undocumented.as_ref()) {
            finding.rule = Rule::DocumentedNow;
            finding.message = String::from("the pages describe this part, whose content the specification marks with `x-undocumented`");
            finding.specification_line = self.specification.line(undocumented);
        } else {
            finding.edit = edit::add(self.specification, self.reading, fact);
        }
        Some((finding, fact.value.clone()))
    }

    /// A request of a stream that no frame of the specification has. Messages are compared with the last review only.
    fn check_stream_frame(&self, fact: &Fact) -> Option<(Finding, String)> {
        let is_known_request = fact.subject.strip_prefix("stream request ").is_some();
        let is_known_message = fact.subject.strip_prefix("stream message ").is_some_and(|name| {
            self.specification.api.streams.iter().flat_map(|stream| &stream.messages).any(|message| message.name == name)
        });
        if is_known_request || is_known_message {
            return None;
        }
        let mut finding = self.finding(Rule::MissingInSpecification, fact, None);
        finding.message = format!("the message with the fields {} matches no message of the specification", fact.value);
        finding.specification_line = self.specification.line("/x-venue-streams");
        Some((finding, fact.value.clone()))
    }

    /// The part that contains a subject: the list of an item's field, the body, or the operation.
    fn parent(&self, subject: &str) -> Option<&Element> {
        let mut parent = subject;
        while let Some(at) = parent.rfind(['.', ' ']) {
            parent = parent[..at].trim_end_matches("[]");
            if let Some(element) = self.specification.elements.get(parent) {
                return Some(element);
            }
        }
        None
    }

    fn check_url(&self, fact: &Fact) -> Option<(Finding, String)> {
        let (base, query) = fact.value.split_once('?').unwrap_or((&fact.value, ""));
        let base = base.trim_end_matches('/');
        if is_same_host(base, &self.specification.api.documentation) {
            return None;
        }
        let known = self.specification.urls.iter().find(|(url, _)| {
            let url = url.split('?').next().unwrap_or(url);
            base == url || base.strip_prefix(url).is_some_and(|rest| rest.starts_with('/'))
        });
        let scheme = base.split("://").next().unwrap_or_default();
        let of_scheme: Vec<_> = self.specification.urls.iter().filter(|(url, _)| url.split("://").next() == Some(scheme)).collect();
        let mut finding = self.finding(Rule::Contradiction, fact, None);
        match known {
            Some((url, pointer)) => {
                let stream = self.specification.api.streams.iter().find(|stream| stream.url == *url)?;
                let name = query.split('=').next().filter(|name| !name.is_empty())?;
                if stream.authentication.iter().any(|(parameter, _)| parameter == name) {
                    return None;
                }
                finding.message = format!("the pages use the query parameter `{name}`, which the specification does not have");
                finding.specification_line = self.specification.line(pointer);
            }
            None if of_scheme.is_empty() => return None,
            None => {
                let urls: Vec<String> = of_scheme.iter().map(|(url, _)| format!("`{url}`")).collect();
                finding.message = format!("the pages state the URL `{base}`, and the specification states {}", urls.join(", "));
                if let [(_, pointer)] = of_scheme.as_slice() {
                    finding.specification_line = self.specification.line(pointer);
                    finding.edit = edit::replace_scalar(self.specification, pointer, base);
                }
            }
        }
        Some((finding, fact.value.clone()))
    }

    fn check_quantity(&self, fact: &Fact) -> Option<(Finding, String)> {
        let unit = fact.value.split_once(' ').map_or("", |(_, unit)| unit);
        let section = fact.place.section();
        let conventions: Vec<_> =
            self.profile.convention.iter().filter(|convention| convention.section == section && convention.unit == unit).collect();
        let first = conventions.first()?;
        let states = |pointer: &str| {
            let text = self.specification.document.json().pointer(pointer).and_then(|text| text.as_str()).unwrap_or_default();
            text.split_whitespace().collect::<Vec<_>>().join(" ").contains(&fact.value)
        };
        if conventions.iter().any(|convention| states(&convention.pointer)) {
            return None;
        }
        let mut finding = self.finding(Rule::Contradiction, fact, None);
        finding.message = format!("the pages state `{}`, and the text of the specification does not contain this number", fact.value);
        finding.specification_line = self.specification.line(&first.pointer);
        Some((finding, fact.value.clone()))
    }

    /// Reports the parts of the specification that the pages do not describe.
    fn check_parts_of_the_specification(&self, findings: &mut Vec<(Finding, String)>) {
        let described = self.described_subjects();
        let mut by_subject: BTreeMap<&str, Vec<&Fact>> = BTreeMap::new();
        self.reading.facts.iter().for_each(|fact| by_subject.entry(&fact.subject).or_default().push(fact));
        let kinds: BTreeSet<&str> = self.reading.facts.iter().map(|fact| kind_of(&fact.subject)).collect();
        for (subject, element) in &self.specification.elements {
            let is_described = described.contains(subject.as_str());
            let operation_is_described = element.operation.is_none() || described.contains(operation_part(subject));
            let is_operation = element.attributes.contains_key(&Aspect::Method);
            let must_be_described = element.is_expected
                && (is_operation || operation_is_described)
                && (element.operation.is_some() || kinds.contains(kind_of(subject)));
            if is_described {
                let facts = by_subject.get(subject.as_str()).map(Vec::as_slice).unwrap_or_default();
                self.check_unstated_limits(facts, element, findings);
            } else if must_be_described && !self.is_on_a_missing_page(element) {
                let place = self.nearest_place(subject);
                let finding = Finding {
                    class: Class::Facts,
                    rule: Rule::MissingOnPages,
                    place,
                    subject: subject.clone(),
                    aspect: Some(Aspect::Listed),
                    operation: element.operation.clone(),
                    message: String::from("the specification has this part, and the pages do not describe it"),
                    specification_line: self.specification.line(&element.pointer),
                    rust: element.rust.clone(),
                    edit: (!is_operation).then(|| edit::remove_field(self.specification, element)).flatten(),
                };
                findings.push((finding, String::new()));
            }
        }
    }

    /// All subjects of the pages, with the lists and objects that contain them.
    fn described_subjects(&self) -> BTreeSet<&str> {
        let mut described = BTreeSet::new();
        for fact in &self.reading.facts {
            let mut subject = fact.subject.as_str();
            described.insert(subject);
            while let Some(at) = subject.rfind('.').filter(|at| *at > subject.rfind(' ').unwrap_or(0)) {
                subject = subject[..at].trim_end_matches("[]");
                described.insert(subject);
            }
        }
        described
    }

    /// Reports a default or a limit of the specification that a table of the pages does not state.
    fn check_unstated_limits(&self, facts: &[&Fact], element: &Element, findings: &mut Vec<(Finding, String)>) {
        let Some(row) = facts.iter().find(|fact| fact.aspect == Aspect::Required) else { return };
        for aspect in [Aspect::Default, Aspect::Minimum, Aspect::Maximum] {
            let Some(attribute) = element.attributes.get(&aspect) else { continue };
            if facts.iter().any(|fact| fact.aspect == aspect) {
                continue;
            }
            let mut finding = self.finding(Rule::MissingOnPages, row, Some(element));
            finding.aspect = Some(aspect);
            finding.message = format!("the specification states the {aspect} `{}`, and the pages state none", attribute.value);
            finding.specification_line = self.specification.line(&attribute.pointer);
            finding.edit = edit::remove(self.specification, &attribute.pointer);
            findings.push((finding, String::new()));
        }
    }

    fn check_conventions(&self, findings: &mut Vec<(Finding, String)>) {
        for convention in &self.profile.convention {
            let section = self.reading.sections.iter().find(|place| place.section() == convention.section);
            let is_stated = self.reading.facts.iter().any(|fact| {
                fact.aspect == Aspect::Quantity && fact.place.section() == convention.section && fact.value.ends_with(&convention.unit)
            });
            let Some(place) = section.filter(|_| !is_stated) else { continue };
            let finding = Finding {
                class: Class::Facts,
                rule: Rule::MissingOnPages,
                place: place.clone(),
                subject: convention.section.clone(),
                aspect: Some(Aspect::Quantity),
                operation: None,
                message: format!("the section no longer states a number of {}, which the specification repeats", convention.unit),
                specification_line: self.specification.line(&convention.pointer),
                rust: None,
                edit: None,
            };
            findings.push((finding, String::new()));
        }
    }

    fn is_on_a_missing_page(&self, element: &Element) -> bool {
        let operation = self.specification.api.operations.iter().find(|operation| Some(&operation.id) == element.operation.as_ref());
        let missing = self.profile.pages.iter().filter(|page| !self.pages.contains(*page));
        operation.is_some_and(|operation| missing.into_iter().any(|page| operation.documentation.contains(&format!("/{page}#"))))
    }

    /// The place of the table that should contain a subject, or of its operation.
    pub(crate) fn nearest_place(&self, subject: &str) -> Place {
        let table = self.reading.tables.iter().filter(|(prefix, _)| is_prefix(prefix, subject)).max_by_key(|(prefix, _)| prefix.len());
        let operation = || {
            let operation = operation_part(subject);
            self.reading.facts.iter().find(|fact| fact.subject == operation).map(|fact| fact.place.clone())
        };
        let same_kind = || {
            let place = &self.reading.facts.iter().find(|fact| kind_of(&fact.subject) == kind_of(subject))?.place;
            Some(self.reading.table_at(place).unwrap_or(place).clone())
        };
        table
            .map(|(_, place)| place.clone())
            .or_else(operation)
            .or_else(same_kind)
            .or_else(|| self.reading.sections.first().cloned())
            .unwrap_or(Place { page: String::new(), anchor: String::new(), file: String::new(), line: 1 })
    }

    fn finding(&self, rule: Rule, fact: &Fact, element: Option<&Element>) -> Finding {
        Finding {
            class: Class::Facts,
            rule,
            place: fact.place.clone(),
            subject: fact.subject.clone(),
            aspect: Some(fact.aspect),
            operation: element.and_then(|element| element.operation.clone()),
            message: String::new(),
            specification_line: element.and_then(|element| self.specification.line(&element.pointer)),
            rust: element.and_then(|element| element.rust.clone()),
            edit: None,
        }
    }
}

/// Whether a table with this prefix can contain a subject.
pub(crate) fn is_prefix(prefix: &str, subject: &str) -> bool {
    subject.strip_prefix(prefix).is_some_and(|rest| rest.starts_with([' ', '.']))
}

/// The operation of a subject: the first two words.
pub(crate) fn operation_part(subject: &str) -> &str {
    let end = subject.match_indices(' ').nth(1).map_or(subject.len(), |(at, _)| at);
    &subject[..end]
}

/// The first word of a subject, such as `error` or `topic`.
fn kind_of(subject: &str) -> &str {
    subject.split(' ').next().unwrap_or_default()
}

fn is_same_host(url: &str, documentation: &str) -> bool {
    let host = |url: &str| url.split("://").nth(1).and_then(|rest| rest.split('/').next()).map(str::to_owned);
    host(url).is_some() && host(url) == host(documentation)
}

fn is_explained_by(deviation: &Deviation, finding: &Finding, documented: &str) -> bool {
    let aspect = finding.aspect.map(|aspect| aspect.to_string()).unwrap_or_default();
    deviation.subject == finding.subject && deviation.aspect == aspect && deviation.documented == documented
}
