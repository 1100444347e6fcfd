//! The specification's words as Markdown that rustdoc takes as words: nothing of a description is compiled, linked or read as HTML.
//!
//! What a description may use stays: paragraphs, lists, headings, tables, emphasis, code between backticks, links to `http://` and `https://`.

use venue_spec::model::{Api, Field, Inferences, Shape};

/// Makes every description of an API fit for rustdoc.
pub(crate) fn escape(api: &mut Api) {
    let optional = |text: &mut Option<String>| {
        if let Some(text) = text {
            *text = markdown(text);
        }
    };
    let inferred = |inferences: &mut Inferences| inferences.edit(|evidence| *evidence = markdown(evidence));
    let field = |field: &mut Field| {
        inferred(&mut field.inferred);
        field.description = markdown(&field.description);
        optional(&mut field.undocumented);
        optional(&mut field.provisional);
    };
    api.title = line(&api.title);
    api.envelope.description = markdown(&api.envelope.description);
    for section in &mut api.sections {
        section.description = markdown(&section.description);
    }
    for scheme in &mut api.schemes {
        scheme.description = markdown(&scheme.description);
        optional(&mut scheme.undocumented);
    }
    for stream in &mut api.streams {
        stream.description = markdown(&stream.description);
        stream.authentication.iter_mut().for_each(|(_, origin)| *origin = markdown(origin));
        for channel in &mut stream.channels {
            channel.description = markdown(&channel.description);
            optional(&mut channel.undocumented);
        }
    }
    for operation in &mut api.operations {
        operation.summary = line(&operation.summary);
        operation.description = markdown(&operation.description);
        operation.response.description = markdown(&operation.response.description);
        optional(&mut operation.response.undocumented);
        inferred(&mut operation.inferred);
        operation.rules.iter_mut().for_each(|rule| inferred(&mut rule.inferred));
        operation.parameters.iter_mut().for_each(|parameter| field(&mut parameter.field));
    }
    for named in &mut api.types {
        named.description = markdown(&named.description);
        optional(&mut named.undocumented);
        optional(&mut named.provisional);
        inferred(&mut named.inferred);
        match &mut named.shape {
            Shape::Object { fields, rules } => {
                fields.iter_mut().for_each(field);
                rules.iter_mut().for_each(|rule| inferred(&mut rule.inferred));
            }
            Shape::Enum { values, extensible, .. } => {
                for value in values {
                    value.description = markdown(&value.description);
                    optional(&mut value.undocumented);
                    optional(&mut value.provisional);
                    inferred(&mut value.inferred);
                }
                optional(extensible);
            }
            Shape::Id | Shape::Undocumented => {}
        }
    }
}

/// Words and then a description; in a paragraph of its own, if it begins with a block.
pub(crate) fn after(lead: &str, description: &str) -> String {
    let is_block = is_block(description.lines().next().unwrap_or_default());
    format!("{lead}{}{description}", if is_block { "\n\n" } else { " " })
}

/// A name or a value as code, whatever it holds.
pub(crate) fn code(text: &str) -> String {
    let runs = text.split(|c| c != '`').map(str::len);
    match runs.max().unwrap_or(0) {
        0 => format!("`{text}`"),
        longest => {
            let ticks = "`".repeat(longest + 1);
            format!("{ticks} {text} {ticks}")
        }
    }
}

/// Whether a line begins something else than a paragraph.
fn is_block(line: &str) -> bool {
    let line = line.trim_start();
    marker(line).is_some() || fence(line).is_some() || line.starts_with(['#', '|', '>'])
}

/// One line of words.
fn line(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    literal(&inline(&words))
}

/// A description of several paragraphs.
fn markdown(text: &str) -> String {
    let mut blocks = Blocks::default();
    for line in text.trim_matches(['\n', '\r']).lines() {
        blocks.line(line.replace('\t', "    ").trim_end());
    }
    blocks.finish()
}

/// A description, block by block.
#[derive(Default)]
struct Blocks {
    lines: Vec<String>,
    /// The paragraph that is not finished.
    paragraph: Vec<String>,
    /// The fence that closes the code at hand; `None` within code means that it ends where the indentation does.
    code: Option<Option<(char, usize)>>,
    is_in_list: bool,
}

impl Blocks {
    fn line(&mut self, line: &str) {
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

    /// A line of code: what would close our fence is moved to the right, where it closes nothing.
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

    /// Writes the lines since the last blank one: paragraphs, list items, headings and rows of a table.
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

    fn finish(mut self) -> String {
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

/// A part of a description that Markdown reads apart from what is before and behind.
struct Part {
    /// Indentation, and the mark of a list item.
    lead: String,
    /// The indentation of the lines behind the first.
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
            // What begins in a cell ends in it.
            PartKind::Row => vec![self.words.split('|').map(inline).collect::<Vec<_>>().join("|")],
        };
        let hanging = " ".repeat(self.hanging);
        let lead = |index| if index == 0 { self.lead.as_str() } else { hanging.as_str() };
        escaped.iter().enumerate().map(|(index, line)| format!("{}{line}", lead(index))).collect()
    }
}

/// A line of words without what would make it anything else than words at the beginning of a line.
fn literal(line: &str) -> String {
    if let Some(width) = marker(line) {
        let (mark, rest) = line.split_at(width - 2);
        return format!("{mark}\\{rest}");
    }
    let is_block = is_rule(line) || fence(line).is_some() || line.starts_with(['>', '|']) || PartKind::of(line) != PartKind::Words;
    if is_block { format!("\\{line}") } else { line.to_owned() }
}

/// Whether a line is a rule across the page, the underline of a heading, or what is below the first row of a table.
fn is_rule(line: &str) -> bool {
    let marks = |marks: &str| line.chars().all(|c| marks.contains(c));
    marks("- ") || marks("* ") || marks("_ ") || marks("=") || (marks("-:| ") && line.contains('-'))
}

/// The character and the length of a fence, if the line is one.
fn fence(line: &str) -> Option<(char, usize)> {
    let mark = line.chars().next().filter(|c| ['`', '~'].contains(c))?;
    let length = line.chars().take_while(|c| *c == mark).count();
    (length >= 3 && !(mark == '`' && line[length..].contains('`'))).then_some((mark, length))
}

/// The width of a list item's mark with the space behind it, if the line begins with one.
pub(super) fn marker(line: &str) -> Option<usize> {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let mark = match line.as_bytes().get(digits)? {
        b'-' | b'*' | b'+' if digits == 0 => 1,
        b'.' | b')' if (1..=9).contains(&digits) => digits + 1,
        _ => return None,
    };
    line[mark..].starts_with(' ').then_some(mark + 1)
}

/// Words within a paragraph, with whatever rustdoc would take for something else escaped.
fn inline(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\\' => {
                let next = rest[1..].chars().next().filter(char::is_ascii_punctuation);
                escaped.push_str(if next.is_some() { "\\" } else { "\\\\" });
                escaped.extend(next);
                1 + next.map_or(0, char::len_utf8)
            }
            '`' => span(rest, &mut escaped),
            '<' => autolink(rest, &mut escaped),
            '[' => link(rest, &mut escaped),
            'h' => address(rest, &mut escaped),
            other => {
                escaped.push(other);
                other.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    escaped
}

/// Code between backticks, or backticks that close nothing. Returns how much of the text that was, as the functions below do.
fn span(text: &str, escaped: &mut String) -> usize {
    let run = |text: &str| text.bytes().take_while(|byte| *byte == b'`').count();
    let ticks = run(text);
    let mut from = ticks;
    while let Some(start) = text[from..].find('`').map(|start| from + start) {
        let closing = run(&text[start..]);
        if closing == ticks {
            let inner = &text[ticks..start];
            // Three backticks at the beginning of a line, which any break of a line can make, would open a block.
            let is_free = |count: &usize| inner.split(|c| c != '`').all(|run| run.len() != *count);
            let short = if ticks <= 2 { Some(ticks) } else { [1, 2].into_iter().find(is_free) };
            let Some(count) = short else { break };
            let marks = "`".repeat(count);
            // Nothing within code can be escaped, so that no line may begin there that begins a block.
            escaped.push_str(&format!("{marks}{}{marks}", inner.replace('\n', " ")));
            return start + closing;
        }
        from = start + closing;
    }
    escaped.push_str(&"\\`".repeat(ticks));
    ticks
}

fn autolink(text: &str, escaped: &mut String) -> usize {
    let length = url(&text[1..]);
    if length > 0 && text[1 + length..].starts_with('>') {
        escaped.push_str(&text[..length + 2]);
        return length + 2;
    }
    escaped.push_str("\\<");
    1
}

/// A link that names an address. One that does not could name a Rust item.
fn link(text: &str, escaped: &mut String) -> usize {
    if let Some(end) = text.find(']')
        && !text[1..end].contains('[')
        && let Some(target) = text[end + 1..].strip_prefix('(')
        && let length = url(target)
        && length > 0
        && target[length..].starts_with(')')
    {
        // An address within the words of a link is one link in another.
        let words = inline(&text[1..end]);
        if !words.contains('<') && !words.contains('[') {
            escaped.push_str(&format!("[{words}]({})", &target[..length]));
            return end + 1 + 1 + length + 1;
        }
    }
    escaped.push_str("\\[");
    1
}

fn address(text: &str, escaped: &mut String) -> usize {
    let trimmed = text[..url(text)].trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_']).len();
    if trimmed == 0 {
        escaped.push('h');
        return 1;
    }
    escaped.push_str(&format!("<{}>", &text[..trimmed]));
    trimmed
}

/// How much of a text's beginning is an address; 0 if it begins with none.
fn url(text: &str) -> usize {
    let Some(scheme) = ["https://", "http://"].into_iter().find(|scheme| text.starts_with(scheme)) else { return 0 };
    let is_part = |c: char| !c.is_whitespace() && !c.is_control() && !['<', '>', '"', '`', '(', ')', '[', ']', '\\'].contains(&c);
    let length = text.find(|c: char| !is_part(c)).unwrap_or(text.len());
    if length > scheme.len() { length } else { 0 }
}

#[cfg(test)]
mod tests;
