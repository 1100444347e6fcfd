//! A checked specification, or the report of its mistakes.

use std::error::Error;
use std::fmt;

use crate::cursor::Cursor;
use crate::diagnostic::{self, Diagnostic, Style};
use crate::tree::Node;
use crate::{checks, grammar, yaml};

/// The number of mistakes that a report shows. More mistakes would scroll the first ones out of the terminal.
const SHOWN: usize = 20;

/// A parsed specification. [`Document::parse`] also checks its content; [`Document::parse_unchecked`] accepts any YAML.
#[derive(Debug, Clone)]
pub struct Document {
    name: String,
    source: String,
    root: Node,
    json: serde_json::Value,
}

impl Document {
    /// Parses and checks a specification. `name` is the name of the file in messages.
    ///
    /// # Errors
    /// Returns a report of the mistakes in the file. If the YAML is invalid, the report covers only the part that can be parsed. Checks
    /// of the whole file, for example of references, run only if each part of the file is valid by itself.
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

    /// Parses a specification without checking its content, for example an earlier revision that followed older conventions. Any key
    /// can be missing or have an unexpected value.
    ///
    /// # Errors
    /// Returns a report if the file is not valid YAML, or uses a YAML feature that specifications must not use.
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

    /// The root of the YAML tree.
    pub fn root(&self) -> &Node {
        &self.root
    }

    /// The name of the file in messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The source text of the file.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The specification as JSON. The keys have the order of the file.
    pub fn json(&self) -> &serde_json::Value {
        &self.json
    }

    /// Returns the line, counted from 1, of the key or list item at a JSON pointer.
    pub fn line_of(&self, pointer: &str) -> Option<usize> {
        let node = self.root.at(pointer)?;
        let key = pointer.rsplit_once('/').and_then(|(parent, _)| {
            let entries = self.root.at(parent)?.entries();
            entries.iter().find(|entry| std::ptr::eq(&raw const entry.node, node))
        });
        Some(key.map_or(node.span.line, |entry| entry.key.span.line))
    }

    /// Resolves a `$ref` such as `#/components/schemas/Order` to its target and the JSON pointer of the target.
    pub fn resolve(&self, reference: &str) -> Option<(&Node, String)> {
        let pointer = reference.strip_prefix('#')?;
        Some((self.root.at(pointer)?, pointer.to_owned()))
    }
}

/// The mistakes of a file, sorted by position. `Display` draws them with their source lines.
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

    /// All mistakes, sorted by position.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Draws at most 20 mistakes, and states how many more the file has.
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
        // The source is left out, because it is the complete specification.
        f.debug_struct("Report").field("name", &self.name).field("diagnostics", &self.diagnostics).finish_non_exhaustive()
    }
}

impl Error for Report {}
