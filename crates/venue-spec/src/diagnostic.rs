//! A diagnostic for one mistake, and the rendering of a list of diagnostics in the style of rustc.

use std::fmt::Write as _;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::tree::Span;

/// One mistake in a specification, with its position and a suggested fix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The mistake in one line.
    pub message: String,
    /// The JSON pointer of the wrong value; empty for a mistake in the YAML syntax.
    pub pointer: String,
    /// The source span that the report marks.
    pub span: Span,
    /// A short text under the marked source span.
    pub label: Option<String>,
    /// A second source location that helps to explain the mistake.
    pub related: Option<Related>,
    /// Background: the violated rule, or the allowed values.
    pub notes: Vec<String>,
    /// Suggested fixes.
    pub helps: Vec<String>,
}

/// A second source location that helps to explain a mistake, such as the first of two definitions with the same name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// The source span of the second location.
    pub span: Span,
    /// A short text under the second location.
    pub label: String,
}

/// Whether a report has colours. The caller chooses, because only the caller knows whether the report goes to a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Without colours.
    Plain,
    /// With the colours of a terminal.
    Coloured,
}

impl Diagnostic {
    /// Creates a diagnostic without label, notes and suggestions.
    pub fn new(message: impl Into<String>, pointer: impl Into<String>, span: Span) -> Self {
        Self { message: message.into(), pointer: pointer.into(), span, label: None, related: None, notes: Vec::new(), helps: Vec::new() }
    }

    /// Sets the short text under the marked source span.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Sets a second source location and the text under it.
    #[must_use]
    pub fn related(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related = Some(Related { span, label: label.into() });
        self
    }

    /// Adds a line of background.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Adds a suggested fix.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.helps.push(help.into());
        self
    }
}

/// Renders every diagnostic with its source lines, in the style of rustc. `name` is the name of the file in the report.
pub fn render(diagnostics: &[Diagnostic], name: &str, source: &str, style: Style) -> String {
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Coloured => Renderer::styled(),
    };
    let mut text = String::new();
    for diagnostic in diagnostics {
        // If the renderer panics on an unusual source, the message is printed without the source lines.
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

/// Formats a diagnostic without its source lines.
fn bare(diagnostic: &Diagnostic, name: &str) -> String {
    let Span { line, column, .. } = diagnostic.span;
    let mut text = format!("error: {}\n --> {name}:{line}:{column}", diagnostic.message);
    for line in diagnostic.label.iter().chain(&diagnostic.notes).chain(&diagnostic.helps) {
        // Writing to a string cannot fail.
        let _ = write!(text, "\n  = {line}");
    }
    text
}

/// Shortens a source span to its first line. A mistake in a long block is then marked only at the beginning of the block.
fn first_line(source: &str, span: Span) -> Range<usize> {
    let end = span.end.min(source.len());
    let start = span.start.min(end);
    let text = source.get(start..end).unwrap_or_default();
    let line = text.lines().next().unwrap_or_default().trim_end();
    start..start + line.len()
}
