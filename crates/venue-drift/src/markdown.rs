//! Reads Markdown and MDX pages into sections of text, tables and code, each with its line.
//!
//! Two markups of a heading have the same meaning: `<h2 id="place-order">Place Order</h2>`, and an element with an anchor
//! before `## Place Order`. A change from one to the other changes no section.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use regex::Regex;

/// A documentation page.
#[derive(Debug, Clone)]
pub struct Page {
    /// The path of the page below the root of the documentation, without extension, such as `rest-api/order`.
    pub name: String,
    /// The path of the file in messages.
    pub file: String,
    /// The sections, in the order of the page. The first section is the text before the first heading; its anchor is empty.
    pub sections: Vec<Section>,
}

/// A heading and its content, up to the next heading of any level.
#[derive(Debug, Clone)]
pub struct Section {
    /// The anchor of the heading. A repeated anchor of a page gets a suffix, such as `query-2`.
    pub anchor: String,
    /// The text of the heading.
    pub title: String,
    /// The line of the heading, from 1.
    pub line: usize,
    /// The content, in the order of the page.
    pub blocks: Vec<Block>,
}

/// A part of a section.
#[derive(Debug, Clone)]
pub enum Block {
    /// A paragraph, a list item, a title of the front matter, or the text inside of HTML.
    Text(Vec<Inline>),
    /// A table.
    Table(Table),
    /// A fenced or indented block of code.
    Code(Code),
}

/// A table.
#[derive(Debug, Clone)]
pub struct Table {
    /// The line of the header, from 1.
    pub line: usize,
    /// The texts of the header's cells.
    pub header: Vec<String>,
    /// The rows below the header.
    pub rows: Vec<Row>,
}

/// A row of a table. It has as many cells as the header.
#[derive(Debug, Clone)]
pub struct Row {
    /// The line of the row, from 1.
    pub line: usize,
    /// The cells, in order.
    pub cells: Vec<Vec<Inline>>,
}

/// A block of code.
#[derive(Debug, Clone)]
pub struct Code {
    /// The line of the first line of the code, from 1.
    pub line: usize,
    /// The language after the fence, or the empty text.
    pub language: String,
    /// The code.
    pub text: String,
}

/// A piece of text without a line break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inline {
    /// The line, from 1.
    pub line: usize,
    /// The text, without backticks.
    pub text: String,
    /// Whether the text is a code span.
    pub is_code: bool,
}

/// Joins the pieces of a text. Code spans keep their backticks, and all white space becomes one space.
pub fn flatten(inlines: &[Inline]) -> String {
    let text: String =
        inlines.iter().map(|inline| if inline.is_code { format!("`{}`", inline.text) } else { inline.text.clone() }).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Reads a page. `anchor_attributes` are the attributes of HTML elements whose value is an anchor, such as `id`.
pub fn read(name: &str, file: &str, source: &str, anchor_attributes: &[String]) -> Page {
    let mut reader = Reader::new(source, anchor_attributes);
    let options = Options::ENABLE_TABLES | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS | Options::ENABLE_STRIKETHROUGH;
    for (event, range) in Parser::new_ext(source, options).into_offset_iter() {
        reader.event(event, range);
    }
    reader.end_text();
    Page { name: name.to_owned(), file: file.to_owned(), sections: reader.sections }
}

/// The state while the events of a page are read.
struct Reader {
    line_starts: Vec<usize>,
    anchor: Option<Regex>,
    sections: Vec<Section>,
    /// The text that is being collected.
    text: Vec<Inline>,
    /// The anchor of an element before a heading.
    pending_anchor: Option<String>,
    heading_line: Option<usize>,
    html: Option<(usize, String)>,
    code: Option<Code>,
    table: Option<Table>,
    is_in_front_matter: bool,
}

impl Reader {
    fn new(source: &str, anchor_attributes: &[String]) -> Self {
        let names: Vec<String> = anchor_attributes.iter().map(|name| regex::escape(name)).collect();
        let preamble = Section { anchor: String::new(), title: String::new(), line: 1, blocks: Vec::new() };
        Self {
            line_starts: std::iter::once(0).chain(source.match_indices('\n').map(|(at, _)| at + 1)).collect(),
            anchor: Regex::new(&format!(r#"[\s<](?:{})\s*=\s*["']([^"']*)["']"#, names.join("|"))).ok(),
            sections: vec![preamble],
            text: Vec::new(),
            pending_anchor: None,
            heading_line: None,
            html: None,
            code: None,
            table: None,
            is_in_front_matter: false,
        }
    }

    fn line(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= offset)
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        let line = self.line(range.start);
        match event {
            Event::Start(tag) => self.start(&tag, line),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.plain(&text, line),
            Event::Code(code) => self.push(&code, true, line),
            Event::SoftBreak | Event::HardBreak => self.push(" ", false, line),
            Event::Html(html) => match &mut self.html {
                Some((_, text)) => text.push_str(&html),
                None => self.html_block(&html, line),
            },
            Event::InlineHtml(html) => {
                if let Some(anchor) = self.anchor_in(&html) {
                    self.pending_anchor = Some(anchor);
                }
            }
            Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => self.plain(&text, line),
            Event::Rule | Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>, line: usize) {
        match tag {
            Tag::Heading { .. } => {
                self.end_text();
                self.heading_line = Some(line);
            }
            Tag::HtmlBlock => {
                self.end_text();
                self.html = Some((line, String::new()));
            }
            Tag::CodeBlock(kind) => {
                self.end_text();
                let (language, first) = match kind {
                    CodeBlockKind::Fenced(language) => (language.to_string(), line + 1),
                    CodeBlockKind::Indented => (String::new(), line),
                };
                self.code = Some(Code { line: first, language, text: String::new() });
            }
            Tag::Table(_) => {
                self.end_text();
                self.table = Some(Table { line, header: Vec::new(), rows: Vec::new() });
            }
            Tag::TableRow => {
                if let Some(table) = &mut self.table {
                    table.rows.push(Row { line, cells: Vec::new() });
                }
            }
            Tag::MetadataBlock(_) => self.is_in_front_matter = true,
            Tag::Paragraph | Tag::Item | Tag::List(_) | Tag::BlockQuote(_) => self.end_text(),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                let title = flatten(&std::mem::take(&mut self.text));
                let line = self.heading_line.take().unwrap_or(1);
                let anchor = self.pending_anchor.take();
                self.section(anchor, title, line);
            }
            TagEnd::HtmlBlock => {
                if let Some((line, html)) = self.html.take() {
                    self.html_block(&html, line);
                }
            }
            TagEnd::CodeBlock => {
                if let Some(code) = self.code.take() {
                    self.block(Block::Code(code));
                }
            }
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.text);
                match &mut self.table {
                    Some(Table { rows, .. }) if !rows.is_empty() => {
                        rows.iter_mut().last().into_iter().for_each(|row| row.cells.push(cell.clone()))
                    }
                    Some(table) => table.header.push(flatten(&cell)),
                    None => {}
                }
            }
            TagEnd::Table => {
                if let Some(table) = self.table.take() {
                    self.block(Block::Table(table));
                }
            }
            TagEnd::MetadataBlock(_) => self.is_in_front_matter = false,
            TagEnd::Paragraph | TagEnd::Item | TagEnd::List(_) | TagEnd::BlockQuote(_) => self.end_text(),
            _ => {}
        }
    }

    fn plain(&mut self, text: &str, line: usize) {
        if let Some(code) = &mut self.code {
            code.text.push_str(text);
        } else if self.is_in_front_matter {
            self.front_matter(text, line);
        } else {
            self.push(text, false, line);
        }
    }

    fn push(&mut self, text: &str, is_code: bool, line: usize) {
        match self.text.last_mut() {
            // A text with escapes arrives in pieces.
            Some(last) if !is_code && !last.is_code && last.line == line => last.text.push_str(text),
            _ => self.text.push(Inline { line, text: text.to_owned(), is_code }),
        }
    }

    /// Adds the texts of the front matter. Other keys, such as `slug`, belong to the markup.
    fn front_matter(&mut self, text: &str, first: usize) {
        for (line, entry) in (first..).zip(text.lines()) {
            let Some((key, value)) = entry.split_once(':') else { continue };
            if ["title", "subtitle", "headline", "description"].contains(&key.trim()) {
                let text = value.trim().trim_matches(['"', '\'']).to_owned();
                self.block(Block::Text(vec![Inline { line, text, is_code: false }]));
            }
        }
    }

    /// Reads a block of HTML: an anchor, a heading, or an element around text.
    fn html_block(&mut self, html: &str, first: usize) {
        for (line, html) in (first..).zip(html.lines()) {
            if let Some(anchor) = self.anchor_in(html) {
                self.pending_anchor = Some(anchor);
            }
            let text = without_tags(html);
            if is_html_heading(html) {
                let anchor = self.pending_anchor.take();
                self.section(anchor, text, line);
            } else if !text.is_empty() {
                self.block(Block::Text(vec![Inline { line, text, is_code: false }]));
            }
        }
    }

    fn anchor_in(&self, html: &str) -> Option<String> {
        Some(self.anchor.as_ref()?.captures(html)?.get(1)?.as_str().to_owned())
    }

    fn section(&mut self, anchor: Option<String>, title: String, line: usize) {
        let wanted = anchor.unwrap_or_else(|| slug(&title));
        let is_taken = |anchor: &str| self.sections.iter().any(|section| section.anchor == anchor);
        let mut anchor = wanted.clone();
        let mut number = 2;
        while is_taken(&anchor) {
            anchor = format!("{wanted}-{number}");
            number += 1;
        }
        self.sections.push(Section { anchor, title, line, blocks: Vec::new() });
    }

    fn block(&mut self, block: Block) {
        if let Some(section) = self.sections.last_mut() {
            section.blocks.push(block);
        }
    }

    fn end_text(&mut self) {
        let text = std::mem::take(&mut self.text);
        // Blank source between blocks arrives as text of white space only.
        if text.iter().any(|inline| !inline.text.trim().is_empty()) {
            self.block(Block::Text(text));
        }
    }
}

fn is_html_heading(html: &str) -> bool {
    let html = html.trim_start().to_ascii_lowercase();
    (1..=6).any(|level| html.starts_with(&format!("<h{level}>")) || html.starts_with(&format!("<h{level} ")))
}

fn without_tags(html: &str) -> String {
    let mut text = String::new();
    let mut depth = 0_usize;
    for character in html.chars() {
        match character {
            '<' => depth += 1,
            '>' if depth > 0 => depth -= 1,
            _ if depth == 0 => text.push(character),
            _ => {}
        }
    }
    text.trim().to_owned()
}

/// The anchor that Markdown renderers give to a heading without one.
fn slug(title: &str) -> String {
    let words: String = title.to_lowercase().chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    words.split_whitespace().collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(source: &str) -> Page {
        read("a", "a.mdx", source, &["data-anchor".to_owned(), "id".to_owned()])
    }

    #[test]
    fn both_markups_of_a_heading_make_the_same_section() {
        let html = page("<h2 id=\"b-c\">B c</h2>\n\nText.\n");
        let span = page("<span data-anchor=\"b-c\" aria-hidden=\"true\"></span>\n\n## B c\n\nText.\n");
        for page in [html, span] {
            assert_eq!(page.sections[1].anchor, "b-c");
            assert_eq!(page.sections[1].title, "B c");
            assert_eq!(page.sections[1].blocks.len(), 1);
        }
    }

    #[test]
    fn cells_rows_and_code_have_their_lines() {
        let page = page("# T\n\n| A | B |\n| - | - |\n| `x` | string\\[] |\n\n```http\nGET /a\n```\n");
        let [Block::Table(table), Block::Code(code)] = page.sections[1].blocks.as_slice() else { panic!("{page:#?}") };
        assert_eq!((table.line, table.rows[0].line, code.line), (3, 5, 8));
        assert_eq!(flatten(&table.rows[0].cells[0]), "`x`");
        assert_eq!(flatten(&table.rows[0].cells[1]), "string[]");
        assert_eq!((code.language.as_str(), code.text.as_str()), ("http", "GET /a\n"));
    }

    #[test]
    fn elements_around_text_and_the_front_matter_keep_their_texts() {
        let page = page("---\ntitle: \"T\"\nslug: a\n---\n\n<Card title=\"no\">\nSome text.\n</Card>\n");
        let texts: Vec<String> = page.sections[0]
            .blocks
            .iter()
            .filter_map(|block| if let Block::Text(text) = block { Some(flatten(text)) } else { None })
            .collect();
        assert_eq!(texts, ["T", "Some text."]);
    }

    #[test]
    fn a_repeated_anchor_gets_a_number() {
        let page = page("## Query\n\n## Query\n");
        assert_eq!(page.sections.iter().map(|section| section.anchor.as_str()).collect::<Vec<_>>(), ["", "query", "query-2"]);
    }
}
