//! One mistake, and a list of them as rustc would print it.

use std::fmt::Write as _;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::tree::Span;

/// One mistake in a file: what is wrong, where, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What is wrong, in one line.
    pub message: String,
    /// The JSON pointer of the value at fault; empty if the mistake is one of the YAML itself.
    pub pointer: String,
    /// The place to look at.
    pub span: Span,
    /// A few words under the place.
    pub label: Option<String>,
    /// A second place that belongs to the mistake.
    pub related: Option<Related>,
    /// What holds there: why it is wrong, what is allowed.
    pub notes: Vec<String>,
    /// What to do.
    pub helps: Vec<String>,
}

/// A second place that belongs to a mistake, such as the first of two definitions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// The place.
    pub span: Span,
    /// What is there.
    pub label: String,
}

/// How a report is drawn; the caller knows whether it goes to a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Text only.
    Plain,
    /// With the terminal's colours.
    Coloured,
}

impl Diagnostic {
    /// A mistake at a place.
    pub fn new(message: impl Into<String>, pointer: impl Into<String>, span: Span) -> Self {
        Self { message: message.into(), pointer: pointer.into(), span, label: None, related: None, notes: Vec::new(), helps: Vec::new() }
    }

    /// With a few words under the place.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// With a second place.
    #[must_use]
    pub fn related(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related = Some(Related { span, label: label.into() });
        self
    }

    /// With a line on what holds there.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// With a line on what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.helps.push(help.into());
        self
    }
}

/// Draws every diagnostic with its lines of the source, as rustc does.
pub fn render(diagnostics: &[Diagnostic], name: &str, source: &str, style: Style) -> String {
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Coloured => Renderer::styled(),
    };
    let mut text = String::new();
    for diagnostic in diagnostics {
        // A renderer that stumbles over an odd source must not take the message with it.
        let drawn = catch_unwind(AssertUnwindSafe(|| draw(&renderer, diagnostic, name, source)));
        text.push_str(&drawn.unwrap_or_else(|_| bare(diagnostic, name)));
        text.push_str("\n\n");
    }
    text.truncate(text.trim_end().len());
    text
}

fn draw(renderer: &Renderer, diagnostic: &Diagnostic, name: &str, source: &str) -> String {
    let mut primary = AnnotationKind::Primary.span(first_line(source, diagnostic.span));
    if let Some(label) = &diagnostic.label {
        primary = primary.label(label);
    }
    let mut snippet = Snippet::source(source).path(name).annotation(primary);
    if let Some(related) = &diagnostic.related {
        let span = first_line(source, related.span);
        snippet = snippet.annotation(AnnotationKind::Context.span(span).label(&related.label));
    }
    let mut group = Group::with_title(Level::ERROR.primary_title(&diagnostic.message)).element(snippet);
    if !diagnostic.pointer.is_empty() {
        group = group.element(Level::NOTE.with_name("at").message(&diagnostic.pointer));
    }
    for note in &diagnostic.notes {
        group = group.element(Level::NOTE.message(note));
    }
    for help in &diagnostic.helps {
        group = group.element(Level::HELP.message(help));
    }
    renderer.render(&[group])
}

/// The same without the source.
fn bare(diagnostic: &Diagnostic, name: &str) -> String {
    let Span { line, column, .. } = diagnostic.span;
    let mut text = format!("error: {}\n --> {name}:{line}:{column}", diagnostic.message);
    for line in diagnostic.label.iter().chain(&diagnostic.notes).chain(&diagnostic.helps) {
        // Writing to a string cannot fail.
        let _ = write!(text, "\n  = {line}");
    }
    text
}

/// A span cut at the end of its first line: a mistake in a long block is shown where it begins.
fn first_line(source: &str, span: Span) -> Range<usize> {
    let end = span.end.min(source.len());
    let start = span.start.min(end);
    let text = source.get(start..end).unwrap_or_default();
    let line = text.lines().next().unwrap_or_default().trim_end();
    start..start + line.len()
}
