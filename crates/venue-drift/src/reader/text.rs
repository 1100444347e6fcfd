//! Reads the facts of a text: access, addresses, durations and counts, and code spans.

use super::{Access, SectionReader};
use crate::description;
use crate::fact::Aspect;
use crate::markdown::{Inline, flatten};

impl SectionReader<'_> {
    /// Reads a paragraph, a list item or a cell that is only text.
    pub(super) fn text(&mut self, text: &[Inline]) {
        let line = text.first().map_or(self.section.line, |inline| inline.line);
        let flat = flatten(text);
        self.statements_in(&flat, line);
        if self.values_of_field(text, line) {
            return;
        }
        self.facts_in_text(text);
        for (sentence, line) in sentences(text) {
            self.sentence(&sentence, line);
        }
    }

    /// Reads addresses, and numbers with units.
    pub(super) fn facts_in_text(&mut self, text: &[Inline]) {
        let subject = self.section_subject();
        for inline in text {
            let urls = urls_in(&inline.text);
            for url in &urls {
                self.url(url, inline.line);
            }
        }
        let line = text.first().map_or(self.section.line, |inline| inline.line);
        self.quantities(&subject, &flatten(text), line);
    }

    pub(super) fn quantities(&mut self, subject: &str, text: &str, line: usize) {
        let profile = self.profile;
        for quantity in &profile.quantity {
            for captures in quantity.pattern.captures_iter(text) {
                if let Some(number) = captures.get(1) {
                    self.fact(subject, Aspect::Quantity, &format!("{} {}", number.as_str(), quantity.unit), line);
                }
            }
        }
    }

    pub(super) fn url(&mut self, url: &str, line: usize) {
        let subject = self.section_subject();
        self.fact(&subject, Aspect::Url, url, line);
    }

    pub(super) fn statements_in(&mut self, text: &str, line: usize) {
        let place = self.place(line);
        for statement in self.profile.statement.iter().filter(|statement| statement.pattern.is_match(text)) {
            let access = [(Aspect::Permission, &statement.permission), (Aspect::Credentials, &statement.credentials)];
            for (aspect, value) in access {
                if let Some(value) = value {
                    self.statements.push(Access { aspect, value: value.clone(), place: place.clone() });
                }
            }
        }
    }

    /// Reads a text such as "`marginMode`: `1` cross, `2` isolated." after an example of a body. Returns whether the text has this form.
    fn values_of_field(&mut self, text: &[Inline], line: usize) -> bool {
        let Some(operation) = self.operation.clone() else { return false };
        let [name, rest @ ..] = text else { return false };
        let starts_with_colon = rest.first().is_some_and(|next| !next.is_code && next.text.trim_start().starts_with([':', '：']));
        if !name.is_code || !starts_with_colon {
            return false;
        }
        let found = description::read(rest, self.profile);
        if found.values.is_empty() {
            return false;
        }
        let part = if operation.method == "GET" { "query" } else { "body" };
        let subject = format!("{} {part} {}", operation.subject, name.text);
        self.fact(&subject, Aspect::Listed, "", line);
        self.fact(&subject, Aspect::Values, &found.values.join(" / "), line);
        self.sentence(&flatten(text), line);
        true
    }
}

/// Splits a text into sentences, each with the line of its start.
fn sentences(text: &[Inline]) -> Vec<(String, usize)> {
    let mut sentences = Vec::new();
    let mut current: Vec<Inline> = Vec::new();
    for inline in text {
        if inline.is_code {
            current.push(inline.clone());
            continue;
        }
        let mut rest = inline.text.as_str();
        while let Some(end) = sentence_end(rest) {
            current.push(Inline { text: rest[..end].to_owned(), ..inline.clone() });
            push_sentence(&mut sentences, &mut current);
            rest = &rest[end..];
        }
        current.push(Inline { text: rest.to_owned(), ..inline.clone() });
    }
    push_sentence(&mut sentences, &mut current);
    sentences
}

fn push_sentence(sentences: &mut Vec<(String, usize)>, current: &mut Vec<Inline>) {
    let inlines = std::mem::take(current);
    let line = inlines.iter().find(|inline| !inline.text.trim().is_empty()).map(|inline| inline.line);
    if let Some(line) = line {
        sentences.push((flatten(&inlines), line));
    }
}

/// The offset after the first end of a sentence.
fn sentence_end(text: &str) -> Option<usize> {
    text.char_indices().find_map(|(at, character)| {
        let end = at + character.len_utf8();
        let ends = match character {
            '。' | '！' | '？' => true,
            '.' | '!' | '?' => text[end..].starts_with(char::is_whitespace),
            _ => false,
        };
        ends.then_some(end)
    })
}

/// The URLs in a text, without punctuation at their ends.
pub(super) fn urls_in(text: &str) -> Vec<String> {
    let mut urls = Vec::new();
    let mut rest = text;
    while let Some(at) = ["https://", "http://", "wss://", "ws://"].iter().filter_map(|scheme| rest.find(scheme)).min() {
        let tail = &rest[at..];
        let end = tail.find(|c: char| c.is_whitespace() || "\"'`<>(){}[]|，。；\\".contains(c)).unwrap_or(tail.len());
        let url = tail[..end].trim_end_matches(['.', ',', ';', ':']);
        urls.push(url.to_owned());
        rest = &tail[end.max(1)..];
    }
    urls
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_end_at_quotes_and_punctuation() {
        assert_eq!(urls_in("see `wss://a.example/ws?key=...`, and https://b.example."), ["wss://a.example/ws?key=", "https://b.example"]);
    }

    #[test]
    fn a_text_is_split_at_the_ends_of_sentences_only() {
        let text = [
            Inline { line: 1, text: "One v1.2 of ".to_owned(), is_code: false },
            Inline { line: 1, text: "a. b".to_owned(), is_code: true },
            Inline { line: 1, text: ". Two".to_owned(), is_code: false },
        ];
        assert_eq!(sentences(&text), [("One v1.2 of `a. b`.".to_owned(), 1), ("Two".to_owned(), 1)]);
    }
}
