//! A file that is sound, or a report of what is wrong with it.

use std::error::Error;
use std::fmt;

use crate::cursor::Cursor;
use crate::diagnostic::{self, Diagnostic, Style};
use crate::tree::Node;
use crate::{checks, grammar, yaml};

/// A report shows so many mistakes at once; more would scroll the first ones away.
const SHOWN: usize = 20;

/// A specification in which no mistake was found, or, from [`Document::parse_unchecked`], any YAML.
#[derive(Debug, Clone)]
pub struct Document {
    name: String,
    source: String,
    root: Node,
    json: serde_json::Value,
}

impl Document {
    /// Reads a specification; `name` is what messages call the file.
    ///
    /// # Errors
    /// The report holds every mistake that can be told without guessing. A file that is no YAML is reported as far as it can be
    /// read; rules over the whole file are checked only once each place by itself is sound.
    pub fn parse(name: impl Into<String>, source: impl Into<String>) -> Result<Self, Report> {
        let (name, source) = (name.into(), source.into());
        let read = match yaml::read(&source) {
            Ok(read) => read,
            Err(diagnostics) => return Err(Report::new(name, source, diagnostics)),
        };
        let mut diagnostics = read.diagnostics;
        if read.complete {
            grammar::check(&Cursor::root(&read.root), &mut diagnostics);
        }
        if diagnostics.is_empty() {
            checks::check(&Cursor::root(&read.root), &mut diagnostics);
        }
        if !diagnostics.is_empty() {
            return Err(Report::new(name, source, diagnostics));
        }
        let json = read.root.to_json();
        Ok(Self { name, source, root: read.root, json })
    }

    /// Reads a specification that was written under other conventions than today's, such as an earlier revision: only what is no YAML
    /// is a mistake. Nothing may be taken for granted of it.
    ///
    /// # Errors
    /// The report says where the file is no YAML, or uses what these files must not use of YAML.
    pub fn parse_unchecked(name: impl Into<String>, source: impl Into<String>) -> Result<Self, Report> {
        let (name, source) = (name.into(), source.into());
        match yaml::read(&source) {
            Ok(read) if read.diagnostics.is_empty() => {
                let json = read.root.to_json();
                Ok(Self { name, source, root: read.root, json })
            }
            Ok(read) => Err(Report::new(name, source, read.diagnostics)),
            Err(diagnostics) => Err(Report::new(name, source, diagnostics)),
        }
    }

    /// The root of the tree.
    pub fn root(&self) -> &Node {
        &self.root
    }

    /// What messages call the file.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text of the file.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The file as JSON, with the order of the keys kept.
    pub fn json(&self) -> &serde_json::Value {
        &self.json
    }

    /// The line, from 1, on which a JSON pointer's key or item stands.
    pub fn line_of(&self, pointer: &str) -> Option<usize> {
        let node = self.root.at(pointer)?;
        let key = pointer.rsplit_once('/').and_then(|(parent, _)| {
            let entries = self.root.at(parent)?.entries();
            entries.iter().find(|entry| std::ptr::eq(&raw const entry.node, node))
        });
        Some(key.map_or(node.span.line, |entry| entry.key.span.line))
    }

    /// What a `$ref` such as `#/components/schemas/Order` names, and its JSON pointer.
    pub fn resolve(&self, reference: &str) -> Option<(&Node, String)> {
        let pointer = reference.strip_prefix('#')?;
        Some((self.root.at(pointer)?, pointer.to_owned()))
    }
}

/// The mistakes of a file, in the order of their places. `Display` draws them with their lines of the source.
#[derive(Clone)]
pub struct Report {
    name: String,
    source: String,
    diagnostics: Vec<Diagnostic>,
}

impl Report {
    fn new(name: String, source: String, mut diagnostics: Vec<Diagnostic>) -> Self {
        diagnostics.sort_by_key(|diagnostic| diagnostic.span.start);
        Self { name, source, diagnostics }
    }

    /// Every mistake, in the order of their places.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// The report as a person reads it: at most 20 mistakes, and how many more there are.
    pub fn render(&self, style: Style) -> String {
        let shown = &self.diagnostics[..self.diagnostics.len().min(SHOWN)];
        let text = diagnostic::render(shown, &self.name, &self.source, style);
        match self.diagnostics.len() - shown.len() {
            0 => text,
            more => format!("{text}\n\nand {more} more in {}", self.name),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(Style::Plain))
    }
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The source is the whole specification.
        f.debug_struct("Report").field("name", &self.name).field("diagnostics", &self.diagnostics).finish_non_exhaustive()
    }
}

impl Error for Report {}
