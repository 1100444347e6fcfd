//! Blocks of a description: paragraphs, lists, headings, tables and code.

use super::inline::inline;

/// Collects the blocks of a description, such as paragraphs and lists, and writes them so that rustdoc recognizes the same blocks.
#[derive(Default)]
pub(super) struct Blocks {
    lines: Vec<String>,
    /// The lines of the current paragraph.
    paragraph: Vec<String>,
    /// The code block that the current line belongs to, if any. `Some(Some(…))` has the character and the length of the fence that closes
    /// the block. `Some(None)` is an indented block, which ends at the first line with less indentation.
    code: Option<Option<(char, usize)>>,
    is_in_list: bool,
}

impl Blocks {
    pub(super) fn line(&mut self, line: &str) {
        let indentation = line.len() - line.trim_start().len();
        match self.code {
            Some(Some((mark, length))) => {
                let closes = fence(line.trim_start()).is_some_and(|(other, count)| other == mark && count >= length);
                if closes && line.trim().chars().all(|c| c == mark) {
                    self.close()
                } else {
                    self.verbatim(line)
                }
                return;
            }
            Some(None) if line.is_empty() || indentation >= 4 => return self.verbatim(line.get(4..).unwrap_or_default()),
            Some(None) => self.close(),
            None => {}
        }
        if line.is_empty() {
            self.end_paragraph();
            self.blank();
        } else if let Some((mark, length)) = fence(line.trim_start()) {
            self.end_paragraph();
            self.open(Some((mark, length)));
        } else if indentation >= 4 && self.paragraph.is_empty() && marker(line.trim_start()).is_none() {
            self.open(None);
            self.verbatim(&line[4..]);
        } else {
            self.paragraph.push(line.to_owned());
        }
    }

    fn open(&mut self, fence: Option<(char, usize)>) {
        self.is_in_list = false;
        if self.lines.last().is_some_and(|last| !last.is_empty()) {
            self.blank();
        }
        self.lines.push(String::from("```text"));
        self.code = Some(fence);
    }

    /// Adds a line of code. A line that begins with a fence is indented, because it would otherwise close the generated code block.
    fn verbatim(&mut self, line: &str) {
        let shift = if line.trim_start().starts_with("```") { "    " } else { "" };
        self.lines.push(format!("{shift}{line}"));
    }

    fn close(&mut self) {
        while self.lines.last().is_some_and(String::is_empty) {
            self.lines.pop();
        }
        self.lines.push(String::from("```"));
        self.code = None;
        self.blank();
    }

    fn blank(&mut self) {
        if self.lines.last().is_some_and(|last| !last.is_empty()) {
            self.lines.push(String::new());
        }
    }

    /// Writes the lines that were collected since the last blank line. Each line is part of a paragraph, a list item, a heading or a table.
    fn end_paragraph(&mut self) {
        let mut parts: Vec<Part> = Vec::new();
        let mut hanging = 0;
        for (index, line) in std::mem::take(&mut self.paragraph).into_iter().enumerate() {
            let words = line.trim_start();
            let is_indented = line.len() - words.len() >= 2;
            let outer = if self.is_in_list && is_indented { 2 } else { 0 };
            if let Some(width) = marker(words).filter(|_| !is_rule(words)) {
                hanging = outer + width;
                self.is_in_list = true;
                let (mark, item) = words.split_at(width);
                parts.push(Part {
                    lead: format!("{}{mark}", " ".repeat(outer)),
                    hanging,
                    kind: PartKind::Words,
                    words: item.trim_start().to_owned(),
                });
                continue;
            }
            if index == 0 {
                self.is_in_list &= is_indented;
                hanging = outer;
            }
            let kind = PartKind::of(words);
            match parts.last_mut() {
                // Code and links may begin on one line and end on the next.
                Some(last) if kind == PartKind::Words && last.kind == PartKind::Words => {
                    last.words.push('\n');
                    last.words.push_str(words);
                }
                _ => parts.push(Part { lead: " ".repeat(hanging), hanging, kind, words: words.to_owned() }),
            }
        }
        self.lines.extend(parts.iter().flat_map(Part::lines));
    }

    pub(super) fn finish(mut self) -> String {
        self.end_paragraph();
        if self.code.is_some() {
            self.close();
        }
        while self.lines.last().is_some_and(String::is_empty) {
            self.lines.pop();
        }
        self.lines.join("\n")
    }
}

/// A part of a description that Markdown parses independently of the lines before and after it.
struct Part {
    /// Indentation, and the mark of a list item.
    lead: String,
    /// The indentation of the second line and all further lines.
    hanging: usize,
    kind: PartKind,
    words: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum PartKind {
    Words,
    Heading,
    /// A row of a table.
    Row,
}

impl PartKind {
    fn of(line: &str) -> Self {
        let rest = line.trim_start_matches('#');
        match line.len() - rest.len() {
            1..=6 if rest.starts_with(' ') => Self::Heading,
            _ if line.starts_with('|') => Self::Row,
            _ => Self::Words,
        }
    }
}

impl Part {
    fn lines(&self) -> Vec<String> {
        let escaped: Vec<String> = match self.kind {
            PartKind::Words => inline(&self.words).lines().map(literal).collect(),
            PartKind::Heading => {
                let words = self.words.trim_start_matches('#');
                vec![format!("{}{}", &self.words[..self.words.len() - words.len()], inline(words))]
            }
            // Code and links cannot extend over several cells, so each cell is escaped by itself.
            PartKind::Row => vec![self.words.split('|').map(inline).collect::<Vec<_>>().join("|")],
        };
        let hanging = " ".repeat(self.hanging);
        let lead = |index| if index == 0 { self.lead.as_str() } else { hanging.as_str() };
        escaped.iter().enumerate().map(|(index, line)| format!("{}{line}", lead(index))).collect()
    }
}

/// Whether a line begins a list item, a heading, a table, a quotation or code. Such a line does not continue a paragraph.
pub(super) fn is_block(line: &str) -> bool {
    let line = line.trim_start();
    marker(line).is_some() || fence(line).is_some() || line.starts_with(['#', '|', '>'])
}

/// Escapes the beginning of a line of text, if Markdown would otherwise read the line as the beginning of another block.
pub(super) fn literal(line: &str) -> String {
    if let Some(width) = marker(line) {
        let (mark, rest) = line.split_at(width - 2);
        return format!("{mark}\\{rest}");
    }
    let is_block = is_rule(line) || fence(line).is_some() || line.starts_with(['>', '|']) || PartKind::of(line) != PartKind::Words;
    if is_block { format!("\\{line}") } else { line.to_owned() }
}

/// Whether a line consists only of characters that Markdown reads as a horizontal rule, as the underline of a heading, or as the separator
/// below the header of a table.
fn is_rule(line: &str) -> bool {
    let marks = |marks: &str| line.chars().all(|c| marks.contains(c));
    marks("- ") || marks("* ") || marks("_ ") || marks("=") || (marks("-:| ") && line.contains('-'))
}

/// The character and the length of a fence, if the line begins with a fence.
pub(super) fn fence(line: &str) -> Option<(char, usize)> {
    let mark = line.chars().next().filter(|c| ['`', '~'].contains(c))?;
    let length = line.chars().take_while(|c| *c == mark).count();
    (length >= 3 && !(mark == '`' && line[length..].contains('`'))).then_some((mark, length))
}

/// The width of the marker of a list item, including the space after it, if the line begins with a marker.
pub(in crate::crates) fn marker(line: &str) -> Option<usize> {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let mark = match line.as_bytes().get(digits)? {
        b'-' | b'*' | b'+' if digits == 0 => 1,
        b'.' | b')' if (1..=9).contains(&digits) => digits + 1,
        _ => return None,
    };
    line[mark..].starts_with(' ').then_some(mark + 1)
}
