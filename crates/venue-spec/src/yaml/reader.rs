//! Builds a tree from the events of the YAML parser.

use granit_parser::{Event, ScalarStyle};

use super::Read;
use super::events::{Spanned, byte_offset};
use crate::diagnostic::Diagnostic;
use crate::plain_scalar::{self, PlainScalar};
use crate::tree::{self, Entry, Key, Node, Span, Value};

/// Builds the tree of a file.
pub(super) fn read<'s>(source: &'s str, events: Vec<Spanned<'s>>) -> Read {
    let mut reader = Reader { source, events: events.into_iter().peekable(), diagnostics: Vec::new(), complete: true };
    let root = reader.stream();
    Read { root, diagnostics: reader.diagnostics, complete: reader.complete }
}

struct Reader<'s> {
    source: &'s str,
    events: std::iter::Peekable<std::vec::IntoIter<Spanned<'s>>>,
    diagnostics: Vec<Diagnostic>,
    complete: bool,
}

impl Reader<'_> {
    fn stream(&mut self) -> Node {
        let mut root = None;
        while let Some((event, span)) = self.events.next() {
            match event {
                Event::DocumentStart(..) if root.is_some() => {
                    let span = self.span(span);
                    self.diagnostics.push(Diagnostic::new("a second YAML document", "", span).help("keep one document in a file"));
                    break;
                }
                Event::StreamStart | Event::StreamEnd | Event::DocumentStart(..) | Event::DocumentEnd => {}
                event => root = Some(self.node(event, span, "")),
            }
        }
        root.unwrap_or(Node { value: Value::Null, span: Span::locate(self.source, 0, 0) })
    }

    // The recursion depth is bounded, because the parser rejects more than `NESTING` levels.
    fn node(&mut self, event: Event<'_>, at: granit_parser::Span, pointer: &str) -> Node {
        let span = self.span(at);
        if event.tag().is_some() {
            let span = at.tag_span().map_or(span, |tag| self.span(tag));
            self.refuse("a YAML tag", "a tag", span, pointer, "remove it: the type of a value follows from its spelling");
        }
        self.anchor(pointer);
        match event {
            Event::Scalar(text, style, ..) => Node { value: self.scalar(&text, style, span, pointer), span },
            Event::SequenceStart(..) => self.list(span, pointer),
            Event::MappingStart(..) => self.map(span, pointer),
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                self.refuse("a YAML alias", "an alias", span, pointer, "write the value out, or make it a component and use `$ref`");
                self.complete = false;
                Node { value: Value::Null, span }
            }
            _ => Node { value: Value::Null, span },
        }
    }

    fn anchor(&mut self, pointer: &str) {
        let Some((Event::Anchor(..), at)) = self.events.next_if(|(event, _)| matches!(event, Event::Anchor(..))) else {
            return;
        };
        let span = self.span(at);
        self.refuse("a YAML anchor", "an anchor", span, pointer, "remove it: a value that is used twice is a component, named by `$ref`");
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, span: Span, pointer: &str) -> Value {
        if style != ScalarStyle::Plain {
            return Value::String(text.to_owned());
        }
        match plain_scalar::resolve(text) {
            PlainScalar::Resolved(value) => value,
            PlainScalar::Ambiguous(reason) => {
                let diagnostic = Diagnostic::new(format!("`{text}` needs quotes"), pointer, span).note(reason);
                self.diagnostics.push(diagnostic.help(format!("write `'{text}'`")));
                Value::String(text.to_owned())
            }
        }
    }

    fn list(&mut self, mut span: Span, pointer: &str) -> Node {
        let mut items = Vec::new();
        while let Some((event, at)) = self.events.next() {
            if matches!(event, Event::SequenceEnd) {
                span = self.until(span, at, items.last().map(|item: &Node| item.span));
                break;
            }
            items.push(self.node(event, at, &tree::push(pointer, &items.len().to_string())));
        }
        Node { value: Value::List(items), span }
    }

    fn map(&mut self, mut span: Span, pointer: &str) -> Node {
        let mut entries: Vec<Entry> = Vec::new();
        while let Some((event, at)) = self.events.next() {
            if matches!(event, Event::MappingEnd) {
                span = self.until(span, at, entries.last().map(|entry| entry.node.span));
                break;
            }
            let key = self.key(event, at, pointer);
            let pointer = tree::push(pointer, &key.text);
            let Some((event, at)) = self.events.next() else { break };
            let node = self.node(event, at, &pointer);
            match entries.iter().find(|entry| entry.key.text == key.text) {
                Some(first) => self.diagnostics.push(
                    Diagnostic::new(format!("duplicate key `{}`", key.text), &pointer, key.span)
                        .label("second time")
                        .related(first.key.span, "first time")
                        .help("remove one of the two, or rename it"),
                ),
                None => entries.push(Entry { key, node }),
            }
        }
        Node { value: Value::Map(entries), span }
    }

    fn key(&mut self, event: Event<'_>, at: granit_parser::Span, pointer: &str) -> Key {
        let quoted = matches!(event, Event::Scalar(_, style, ..) if style != ScalarStyle::Plain);
        // The parser writes `~` for a missing key.
        let written = event.scalar().map(|(text, _)| if at.is_empty() { String::new() } else { text.to_owned() });
        let before = self.diagnostics.len();
        let node = self.node(event, at, pointer);
        if written.as_deref() == Some("<<") && !quoted {
            self.refuse("a YAML merge key", "a merge key", node.span, pointer, "write the keys out");
            self.complete = false;
        }
        match (&node.value, written) {
            (Value::String(_), Some(text)) => Key { text, span: node.span },
            (value, Some(text)) => {
                let kind = if matches!(value, Value::Null) { "empty" } else { "not a text" };
                let help = match text.as_str() {
                    "" => "write a key before the `:`".to_owned(),
                    _ => format!("write `'{text}'`: the keys of a JSON object are texts"),
                };
                self.diagnostics.push(Diagnostic::new(format!("the key `{text}` is {kind}"), pointer, node.span).help(help));
                Key { text, span: node.span }
            }
            (_, None) => {
                self.diagnostics.truncate(before);
                self.refuse("a key that is not a text", "not a text", node.span, pointer, "write a word before the `:`");
                self.complete = false;
                Key { text: String::new(), span: node.span }
            }
        }
    }

    fn refuse(&mut self, what: &str, label: &str, span: Span, pointer: &str, help: &str) {
        self.diagnostics.push(Diagnostic::new(format!("{what} is not allowed here"), pointer, span).label(label).help(help));
    }

    /// Returns the source span from the start of a collection to its closing bracket, or to the end of its last child. The end that the
    /// parser reports for a block collection is not used, because it is the start of the next token, which can be several lines later.
    fn until(&self, start: Span, end: granit_parser::Span, last: Option<Span>) -> Span {
        let closed = byte_offset(self.source, end.end);
        let bracket = self.source.get(..closed).is_some_and(|text| text.ends_with([']', '}'])) && !end.is_empty();
        let end = if bracket { closed } else { last.map_or(start.end, |last| last.end) };
        Span { end: end.max(start.start), ..start }
    }

    fn span(&self, span: granit_parser::Span) -> Span {
        let start = byte_offset(self.source, span.start);
        let end = byte_offset(self.source, span.end).max(start);
        Span { line: span.start.line(), column: span.start.col() + 1, start, end }
    }
}
