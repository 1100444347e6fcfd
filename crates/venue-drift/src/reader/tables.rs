//! Reads the facts of a table.

use super::SectionReader;
use crate::description;
use crate::fact::Aspect;
use crate::markdown::{Inline, Row, Table, flatten};
use crate::profile::{Column, Rows, TableForm};
use crate::specification::subject_of;

/// A table form and the meanings of the columns of a table with this form. The meaning of an unknown column is `None`.
struct Matched<'a> {
    form: &'a TableForm,
    columns: Vec<Option<Column>>,
}

impl<'a> SectionReader<'a> {
    pub(super) fn table(&mut self, table: &Table) {
        let Some(matched) = self.matching_form(table) else {
            self.unread(table.line, format!("no form of the profile has the columns {}", quoted(&table.header)));
            return;
        };
        let subject = self.section_subject();
        self.fact(&subject, Aspect::Mention, &format!("table of {}", matched.form.rows), table.line);
        if matched.form.rows == Rows::Operations {
            self.table_place(&format!("{subject} table"), table.line);
            for row in &table.rows {
                self.operation_row(&matched, row);
            }
            return;
        }
        let Some(prefix) = self.prefix(matched.form.rows, table) else { return };
        self.table_place(prefix.trim_end(), table.line);
        for row in &table.rows {
            self.row(&matched, row, &prefix);
        }
    }

    fn table_place(&mut self, subject: &str, line: usize) {
        let place = self.place(line);
        self.reading.tables.push((subject.to_owned(), place));
    }

    /// Finds the form with exactly the columns of the table. Otherwise, reports the columns that the most similar form does not have, and
    /// returns this form, so that the known columns can be read.
    fn matching_form(&mut self, table: &Table) -> Option<Matched<'a>> {
        let profile = self.profile;
        let exact = profile.table.iter().find(|form| {
            form.columns.len() == table.header.len()
                && form.columns.iter().zip(&table.header).all(|(column, text)| column.header.contains(text))
        });
        if let Some(form) = exact {
            return Some(Matched { form, columns: form.columns.iter().map(|column| Some(column.is)).collect() });
        }
        let known =
            |form: &TableForm| table.header.iter().filter(|text| form.columns.iter().any(|column| column.header.contains(text))).count();
        let form = profile.table.iter().max_by_key(|form| known(form))?;
        // One common column, such as the description, is not a similarity.
        if known(form) < 2 {
            return None;
        }
        let columns: Vec<Option<Column>> = table
            .header
            .iter()
            .map(|text| form.columns.iter().find(|column| column.header.contains(text)).map(|column| column.is))
            .collect();
        for (text, _) in table.header.iter().zip(&columns).filter(|(_, column)| column.is_none()) {
            self.unread(table.line, format!("the column `{text}` is unknown"));
        }
        for missing in form.columns.iter().filter(|column| !table.header.iter().any(|text| column.header.contains(text))) {
            self.unread(table.line, format!("the column `{}` is missing", missing.header.first().map_or("", String::as_str)));
        }
        Some(Matched { form, columns })
    }

    /// The beginning of the subjects of a table's rows, or `None` after reporting that the table has no home.
    fn prefix(&mut self, rows: Rows, table: &Table) -> Option<String> {
        let is_about_operation = matches!(rows, Rows::Parameters | Rows::ResponseFields);
        match (&self.operation, is_about_operation) {
            (Some(operation), true) => {
                let part = match (rows, operation.method.as_str()) {
                    (Rows::ResponseFields, _) => "response",
                    (_, "GET") => "query",
                    _ => "body",
                };
                let nested = if rows == Rows::Parameters { self.nested_in() } else { String::new() };
                Some(format!("{} {part} {nested}", operation.subject))
            }
            (None, true) => {
                self.unread(table.line, "the table belongs to no operation: no HTTP line precedes it in its section".to_owned());
                None
            }
            (_, false) => Some(format!("{} table", self.section_subject())),
        }
    }

    /// The list whose items a table describes, if the text before the table names the list, such as `subOrderList[]`.
    fn nested_in(&self) -> String {
        let list = self.last_text.iter().find(|inline| inline.is_code && inline.text.ends_with("[]"));
        list.map(|list| format!("{}.", list.text)).unwrap_or_default()
    }

    fn cell<'b>(matched: &Matched<'_>, row: &'b Row, column: Column) -> Option<&'b [Inline]> {
        let index = matched.columns.iter().position(|candidate| *candidate == Some(column))?;
        row.cells.get(index).map(Vec::as_slice)
    }

    fn row(&mut self, matched: &Matched<'_>, row: &Row, prefix: &str) {
        let name = Self::cell(matched, row, Column::Name).unwrap_or_default();
        match matched.form.rows {
            Rows::Parameters | Rows::ResponseFields => self.field_row(matched, row, prefix),
            Rows::Enums => self.enum_row(matched, row, &flatten(name)),
            Rows::States => self.state_row(matched, row, &flatten(name)),
            Rows::ErrorCodes => self.error_row(name, row.line),
            Rows::Endpoints => {
                let cell = Self::cell(matched, row, Column::Url).unwrap_or_default();
                match super::text::urls_in(&flatten(cell)).as_slice() {
                    [url] => self.url(url, row.line),
                    _ => self.unread(row.line, format!("the cell `{}` is not a URL", flatten(cell))),
                }
            }
            Rows::Topics => match single_code(name) {
                Some(topic) => self.fact(&format!("topic {topic}"), Aspect::Listed, "", row.line),
                None => self.unread(row.line, format!("the cell `{}` is not a topic", flatten(name))),
            },
            Rows::Values => self.value_row(matched, name, row.line),
            Rows::Permissions => self.permission_row(matched, row),
            Rows::RequestParts => self.request_part_row(matched, row),
            Rows::Words | Rows::Operations => {}
        }
        self.words_of(matched, row);
    }

    /// Reads the cells that are text. The description of a field is read with the field.
    fn words_of(&mut self, matched: &Matched<'_>, row: &Row) {
        let is_field = matches!(matched.form.rows, Rows::Parameters | Rows::ResponseFields);
        let is_text = matched.form.rows == Rows::Words;
        for (column, cell) in matched.columns.iter().zip(&row.cells) {
            let is_words = matches!(column, Some(Column::Words | Column::Description)) || (is_text && column.is_some());
            let is_label = matches!(column, Some(Column::Name)) && !cell.iter().any(|inline| inline.is_code);
            if is_words && !is_field {
                self.facts_in_text(cell);
            }
            if is_words || is_label {
                self.sentence(&flatten(cell), row.line);
            }
        }
    }

    fn field_row(&mut self, matched: &Matched<'_>, row: &Row, prefix: &str) {
        let name = Self::cell(matched, row, Column::Name).unwrap_or_default();
        let Some(name) = single_code(name) else {
            self.unread(row.line, format!("the cell `{}` is not a name", flatten(name)));
            return;
        };
        let subject = format!("{prefix}{}", name.strip_suffix("[]").unwrap_or(name));
        self.fact(&subject, Aspect::Listed, "", row.line);
        if let Some(cell) = Self::cell(matched, row, Column::Type) {
            let text = flatten(cell);
            match self.profile.types.get(&text) {
                Some(kind) => self.fact(&subject, Aspect::Type, kind, row.line),
                None => self.unread(row.line, format!("the type `{text}` is unknown")),
            }
        }
        if let Some(cell) = Self::cell(matched, row, Column::Required) {
            let text = flatten(cell);
            match self.profile.required.get(&text) {
                Some(required) => self.fact(&subject, Aspect::Required, required, row.line),
                None => self.unread(row.line, format!("the cell `{text}` of a column with yes or no is unknown")),
            }
        }
        if let Some(cell) = Self::cell(matched, row, Column::Description) {
            let found = description::read(cell, self.profile);
            if !found.values.is_empty() {
                self.fact(&subject, Aspect::Values, &found.values.join(" / "), row.line);
            }
            for (aspect, value) in found.limits {
                self.fact(&subject, aspect, &value, row.line);
            }
            for mention in found.mentions {
                self.fact(&subject, Aspect::Mention, &mention, row.line);
            }
            self.sentence(&flatten(cell), row.line);
        }
    }

    fn operation_row(&mut self, matched: &Matched<'_>, row: &Row) {
        let path = Self::cell(matched, row, Column::Path).map(flatten).unwrap_or_default().replace('`', "");
        if !path.starts_with('/') {
            self.unread(row.line, format!("the cell `{path}` is not a path"));
            return;
        }
        let method = Self::cell(matched, row, Column::Method).map(flatten);
        let subject = match &method {
            Some(method) => self.indexed_operation(method, &path),
            None => self.operation_with_path(&path),
        };
        self.fact(&subject, Aspect::Listed, "", row.line);
        self.fact(&subject, Aspect::Path, &path, row.line);
        if let Some(method) = &method {
            self.fact(&subject, Aspect::Method, method, row.line);
        }
        self.table_place(&format!("index {subject}"), row.line);
        for column in [Column::Permission, Column::Credentials] {
            let Some(cell) = Self::cell(matched, row, column).map(flatten) else { continue };
            let Some(access) = self.profile.access.get(cell.trim()).cloned() else {
                self.unread(row.line, format!("the access `{cell}` is unknown"));
                continue;
            };
            for (aspect, value) in [(Aspect::Permission, access.permission), (Aspect::Credentials, access.credentials)] {
                if let Some(value) = value {
                    self.fact(&subject, aspect, &value, row.line);
                }
            }
        }
        self.operations.push(subject);
        self.words_of(matched, row);
    }

    /// The operation of a row of an index. A row with a wrong method is about the only operation with its path.
    fn indexed_operation(&self, method: &str, path: &str) -> String {
        match self.specification.operation_at(method, path) {
            Some(operation) => subject_of(operation),
            None => {
                let mut candidates = self.specification.api.operations.iter().filter(|operation| operation.path == path);
                match (candidates.next(), candidates.next()) {
                    (Some(only), None) => subject_of(only),
                    _ => format!("{method} {path}"),
                }
            }
        }
    }

    fn operation_with_path(&self, path: &str) -> String {
        let operation = self.specification.api.operations.iter().find(|operation| operation.path == path);
        operation.map_or_else(|| format!("? {path}"), subject_of)
    }

    fn enum_row(&mut self, matched: &Matched<'_>, row: &Row, name: &str) {
        let values = Self::cell(matched, row, Column::Values).unwrap_or_default();
        let found = description::read(values, self.profile).values;
        let Some(schema) = self.profile.enums.get(name) else {
            self.unread(row.line, format!("the enum `{name}` has no schema in the profile"));
            return;
        };
        if found.is_empty() {
            self.unread(row.line, format!("the values `{}` cannot be read", flatten(values)));
            return;
        }
        self.fact(&format!("enum {schema}"), Aspect::Values, &found.join(" / "), row.line);
        self.sentence(&flatten(values), row.line);
    }

    fn state_row(&mut self, matched: &Matched<'_>, row: &Row, name: &str) {
        let values = Self::cell(matched, row, Column::Values).unwrap_or_default();
        let found = description::read(values, self.profile).values;
        let state = self.profile.states.get(name).and_then(|state| state.split_once(' '));
        let Some((schema, state)) = state.filter(|_| !found.is_empty()) else {
            self.unread(row.line, format!("the state `{name}` has no schema in the profile, or no values"));
            return;
        };
        let aspect = if state == "open" { Aspect::Open } else { Aspect::Final };
        self.fact(&format!("enum {schema}"), aspect, &found.join(" / "), row.line);
    }

    /// Reads a code, or a range of codes such as "`3100` - `3112`".
    fn error_row(&mut self, name: &[Inline], line: usize) {
        let codes: Vec<&str> = name.iter().filter(|inline| inline.is_code).map(|inline| inline.text.as_str()).collect();
        let numbers: Option<Vec<i64>> = codes.iter().map(|code| code.parse().ok()).collect();
        match numbers.as_deref() {
            Some([code]) => self.fact(&format!("error {code}"), Aspect::Listed, "", line),
            Some([first, last]) if first < last && last - first < 1000 => {
                for code in *first..=*last {
                    self.fact(&format!("error {code}"), Aspect::Listed, "", line);
                }
            }
            _ => self.unread(line, format!("the cell `{}` is neither an error code nor a range", flatten(name))),
        }
    }

    fn value_row(&mut self, matched: &Matched<'_>, name: &[Inline], line: usize) {
        match (single_code(name), &matched.form.schema) {
            (Some(value), Some(schema)) => self.fact(&format!("enum {schema} value {value}"), Aspect::Listed, "", line),
            _ => self.unread(line, format!("the cell `{}` is not a value of a schema", flatten(name))),
        }
    }

    fn permission_row(&mut self, matched: &Matched<'_>, row: &Row) {
        let cell = Self::cell(matched, row, Column::Permission).map(flatten).unwrap_or_default();
        let permission = self.profile.access.get(&cell).and_then(|access| access.permission.clone());
        let number = Self::cell(matched, row, Column::Name).unwrap_or_default();
        match (permission, single_code(number)) {
            (Some(permission), Some(number)) => {
                let subject = format!("permission {permission}");
                self.fact(&subject, Aspect::Listed, "", row.line);
                self.fact(&subject, Aspect::Mention, number, row.line);
            }
            _ => self.unread(row.line, format!("the permission `{cell}` is unknown")),
        }
    }

    fn request_part_row(&mut self, matched: &Matched<'_>, row: &Row) {
        let location = Self::cell(matched, row, Column::Location).map(flatten).unwrap_or_default();
        let name = Self::cell(matched, row, Column::Name).unwrap_or_default();
        match (self.profile.locations.get(&location).map(String::as_str), single_code(name)) {
            (Some("body"), _) => self.sentence(&flatten(name), row.line),
            (Some(location), Some(name)) => {
                let subject = format!("request {location} {name}");
                self.fact(&subject, Aspect::Listed, "", row.line);
            }
            _ => self.unread(row.line, format!("the part `{location}` of a request is unknown, or has no name")),
        }
    }
}

/// The text of a cell that is one code span.
fn single_code(cell: &[Inline]) -> Option<&str> {
    let mut parts = cell.iter().filter(|inline| inline.is_code || !inline.text.trim().is_empty());
    match (parts.next(), parts.next()) {
        (Some(only), None) if only.is_code => Some(&only.text),
        _ => None,
    }
}

fn quoted(texts: &[String]) -> String {
    texts.iter().map(|text| format!("`{text}`")).collect::<Vec<_>>().join(", ")
}
