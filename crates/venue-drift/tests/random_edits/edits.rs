//! Random edits of the pages.

use oorandom::Rand64;

use crate::pages::{Site, SiteRow};
use crate::places::{Target, field, index, lines, notes, of_row, operation_section, prefix_of, row_of, table, target, target_of_header};

/// A kind of edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edit {
    RowAdded,
    RowRemoved,
    RowRenamed,
    RowMoved,
    RowMovedToAnotherTable,
    TypeChanged,
    TypeUnknown,
    RequiredChanged,
    PathChanged,
    MethodChanged,
    ValueAdded,
    ValueRemoved,
    ValueChanged,
    DefaultChanged,
    DefaultRemoved,
    DefaultAdded,
    LimitChanged,
    LimitAdded,
    ColumnAdded,
    PageGone,
    SectionGone,
    IndexRowRemoved,
    IndexPathChanged,
    IndexMethodChanged,
    IndexAccessChanged,
    OtherRowRemoved,
    OtherRowChanged,
    ExampleChanged,
    WordsChanged,
    TableWithoutOperation,
}

impl Edit {
    pub(crate) const ALL: [Self; 30] = [
        Self::RowAdded,
        Self::RowRemoved,
        Self::RowRenamed,
        Self::RowMoved,
        Self::RowMovedToAnotherTable,
        Self::TypeChanged,
        Self::TypeUnknown,
        Self::RequiredChanged,
        Self::PathChanged,
        Self::MethodChanged,
        Self::ValueAdded,
        Self::ValueRemoved,
        Self::ValueChanged,
        Self::DefaultChanged,
        Self::DefaultRemoved,
        Self::DefaultAdded,
        Self::LimitChanged,
        Self::LimitAdded,
        Self::ColumnAdded,
        Self::PageGone,
        Self::SectionGone,
        Self::IndexRowRemoved,
        Self::IndexPathChanged,
        Self::IndexMethodChanged,
        Self::IndexAccessChanged,
        Self::OtherRowRemoved,
        Self::OtherRowChanged,
        Self::ExampleChanged,
        Self::WordsChanged,
        Self::TableWithoutOperation,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::RowAdded => "row added",
            Self::RowRemoved => "row removed",
            Self::RowRenamed => "row renamed",
            Self::RowMoved => "row moved in its table",
            Self::RowMovedToAnotherTable => "row moved to another table",
            Self::TypeChanged => "type changed",
            Self::TypeUnknown => "unknown type",
            Self::RequiredChanged => "required flag changed",
            Self::PathChanged => "path changed",
            Self::MethodChanged => "method changed",
            Self::ValueAdded => "value added",
            Self::ValueRemoved => "value removed",
            Self::ValueChanged => "value changed",
            Self::DefaultChanged => "default changed",
            Self::DefaultRemoved => "default removed",
            Self::DefaultAdded => "default added",
            Self::LimitChanged => "limit changed",
            Self::LimitAdded => "limit added",
            Self::ColumnAdded => "column added",
            Self::PageGone => "page gone",
            Self::SectionGone => "section gone",
            Self::IndexRowRemoved => "row of the index removed",
            Self::IndexPathChanged => "path in the index changed",
            Self::IndexMethodChanged => "method in the index changed",
            Self::IndexAccessChanged => "access in the index changed",
            Self::OtherRowRemoved => "row of a code, topic, address or permission removed",
            Self::OtherRowChanged => "code, topic, address or permission changed",
            Self::ExampleChanged => "example changed",
            Self::WordsChanged => "words changed",
            Self::TableWithoutOperation => "HTTP line removed",
        }
    }

    /// Applies the edit at a random place. `None` if no place allows the edit.
    pub(crate) fn apply(self, site: &mut Site, random: &mut Rand64) -> Option<Target> {
        match self {
            Self::RowAdded => {
                let at = field(site, random, |_| true)?;
                let name = format!("fresh{}", random.rand_range(0..1000));
                let table = table(site, at);
                let prefix = prefix_of(&table.rows[at.row]);
                let mut cells = table.rows[at.row].cells.clone();
                cells[0] = format!("`{name}`");
                table.rows.insert(at.row, SiteRow { subject: format!("{prefix} {name}"), cells });
                Some(target(site, at, vec![format!("{prefix} {name}")]))
            }
            Self::RowRemoved => {
                let at = field(site, random, |_| true)?;
                let row = table(site, at).rows.remove(at.row);
                let mut found = target_of_header(site, at, vec![row.subject.clone()]);
                // Without its only table, the section has its HTTP line.
                if table(site, at).rows.is_empty() {
                    site.pages[at.page].sections[at.section].tables.remove(at.table);
                    found.lines = lines(site, at.page, |line| line.http == Some(at.section));
                }
                // An example can still contain the field.
                found.lines.extend(lines(site, at.page, |line| line.example.is_some_and(|(section, _)| section == at.section)));
                Some(found)
            }
            Self::RowRenamed => {
                let at = field(site, random, |_| true)?;
                let row = &mut table(site, at).rows[at.row];
                let (old, prefix) = (row.subject.clone(), prefix_of(row));
                let name = format!("{}Renamed", row.cells[0].trim_matches('`'));
                row.cells[0] = format!("`{name}`");
                Some(target(site, at, vec![format!("{prefix} {name}"), old]))
            }
            Self::RowMoved => {
                let at = field(site, random, |_| true)?;
                let rows = &mut table(site, at).rows;
                if rows.len() < 2 {
                    return None;
                }
                let to = (at.row + 1 + index(random, rows.len() - 1)) % rows.len();
                let row = rows.remove(at.row);
                rows.insert(to, row);
                let (low, high) = (at.row.min(to), at.row.max(to));
                let subjects = rows[low..=high].iter().map(|row| row.subject.clone()).collect();
                let mut found = target(site, at, subjects);
                found.lines = lines(site, at.page, |line| {
                    line.row.is_some_and(|(section, table, row)| {
                        section == at.section && table == at.table && row.is_some_and(|row| (low..=high).contains(&row))
                    })
                });
                Some(found)
            }
            Self::RowMovedToAnotherTable => {
                let (from, to) = (field(site, random, |_| true)?, field(site, random, |_| true)?);
                let is_same_table = (from.page, from.section, from.table) == (to.page, to.section, to.table);
                let (header, count) = (table(site, from).header.clone(), table(site, from).rows.len());
                if is_same_table || header != table(site, to).header || count < 2 {
                    return Self::RowRemoved.apply(site, random);
                }
                let row = table(site, from).rows[from.row].clone();
                let new = format!("{} {}", prefix_of(&table(site, to).rows[to.row]), row.cells[0].trim_matches('`'));
                if table(site, to).rows.iter().any(|other| other.subject == new) {
                    return Self::RowRemoved.apply(site, random);
                }
                table(site, to).rows.insert(to.row, row);
                table(site, from).rows.remove(from.row);
                Some(target(site, to, vec![new]))
            }
            Self::TypeChanged => {
                let at = field(site, random, |_| true)?;
                let cell = &mut table(site, at).rows[at.row].cells[1];
                let all = ["text", "number32", "number64", "flag", "list", "map"];
                let start = index(random, all.len());
                *cell = all.iter().cycle().skip(start).find(|kind| *kind != cell)?.to_string();
                Some(of_row(site, at))
            }
            Self::TypeUnknown => {
                let at = field(site, random, |_| true)?;
                "quaternion".clone_into(&mut table(site, at).rows[at.row].cells[1]);
                Some(of_row(site, at))
            }
            Self::RequiredChanged => {
                let at = field(site, random, |row| row.cells.len() == 4)?;
                let cell = &mut table(site, at).rows[at.row].cells[2];
                *cell = if cell == "must" { "may" } else { "must" }.to_owned();
                Some(of_row(site, at))
            }
            Self::PathChanged | Self::MethodChanged => {
                let (page, section) = operation_section(site, random);
                let subject = site.pages[page].sections[section].subject.clone();
                let (method, path) = subject.split_once(' ')?;
                let (method, path) = match self {
                    Self::PathChanged => (method, format!("{path}-v{}", random.rand_range(2..9))),
                    _ => (if method == "PATCH" { "PUT" } else { "PATCH" }, path.to_owned()),
                };
                let changed = format!("{method} {path}");
                site.pages[page].sections[section].http = Some(changed.clone());
                let lines = lines(site, page, |line| line.http == Some(section));
                Some(Target { page: site.pages[page].name.clone(), lines, subjects: vec![subject, changed], is_text: false })
            }
            Self::ValueAdded => {
                notes(site, random, |text| text.contains("about: `").then(|| text.replacen("about: `", "about: `NOVEL` / `", 1)))
            }
            Self::ValueRemoved => notes(site, random, |text| {
                let start = text.find("about: `")? + "about: ".len();
                let end = start + text[start..].find(" / ")?;
                Some(format!("{}{}", &text[..start], &text[end + 3..]))
            }),
            Self::ValueChanged => notes(site, random, |text| {
                let start = text.find("about: `")? + "about: `".len();
                Some(format!("{}X{}", &text[..start], &text[start..]))
            }),
            Self::DefaultChanged => {
                notes(site, random, |text| text.contains("fallback `").then(|| text.replace("fallback `", "fallback `7")))
            }
            Self::DefaultRemoved => notes(site, random, |text| {
                let start = text.find(", fallback `")?;
                let end = start + 12 + text[start + 12..].find('`')? + 1;
                Some(format!("{}{}", &text[..start], &text[end..]))
            }),
            Self::DefaultAdded => notes(site, random, |text| (!text.contains("fallback")).then(|| format!("{text}, fallback `5`"))),
            Self::LimitChanged => notes(site, random, |text| {
                let lead = if text.contains("at most `") { "at most `" } else { "at least `" };
                text.contains(lead).then(|| text.replace(lead, &format!("{lead}9")))
            }),
            Self::LimitAdded => notes(site, random, |text| (!text.contains("at most")).then(|| format!("{text}, at most `12`"))),
            Self::ColumnAdded => {
                let at = field(site, random, |_| true)?;
                let table = table(site, at);
                let position = 1 + index(random, table.header.len());
                table.header.insert(position, "Since".to_owned());
                table.rows.iter_mut().for_each(|row| row.cells.insert(position, "v2".to_owned()));
                Some(target_of_header(site, at, Vec::new()))
            }
            Self::PageGone => {
                let page = site.pages.remove(index(random, site.pages.len()));
                Some(Target { page: page.name, ..Target::default() })
            }
            Self::SectionGone => {
                let (page, section) = operation_section(site, random);
                let removed = site.pages[page].sections.remove(section);
                // The page has no line of the section any more. The index has the operation, and names the place.
                let subjects = removed.tables.iter().flat_map(|table| &table.rows).map(|row| row.subject.clone());
                let subjects: Vec<String> = subjects.chain([removed.subject]).collect();
                Some(Target { page: site.pages[page].name.clone(), lines: Vec::new(), subjects, is_text: true })
            }
            Self::IndexRowRemoved => {
                let at = row_of(site, random, "routes")?;
                let row = table(site, at).rows.remove(at.row);
                Some(target_of_header(site, at, vec![row.subject]))
            }
            Self::IndexPathChanged => {
                let at = row_of(site, random, "routes")?;
                let row = &mut table(site, at).rows[at.row];
                let path = format!("{}s", row.cells[1].trim_matches('`'));
                row.cells[1] = format!("`{path}`");
                let changed = format!("{} {path}", row.cells[0]);
                let old = row.subject.clone();
                Some(target(site, at, vec![old, changed]))
            }
            Self::IndexMethodChanged => {
                let at = row_of(site, random, "routes")?;
                let row = &mut table(site, at).rows[at.row];
                "PATCH".clone_into(&mut row.cells[0]);
                let changed = format!("PATCH {}", row.cells[1].trim_matches('`'));
                let old = row.subject.clone();
                Some(target(site, at, vec![old, changed]))
            }
            Self::IndexAccessChanged => {
                let (at, other) = (row_of(site, random, "routes")?, row_of(site, random, "routes")?);
                let column = 2 + index(random, 2);
                let cell = table(site, other).rows[other.row].cells[column].clone();
                let row = &mut table(site, at).rows[at.row];
                if row.cells[column] == cell {
                    return Self::IndexMethodChanged.apply(site, random);
                }
                row.cells[column] = cell;
                Some(of_row(site, at))
            }
            Self::OtherRowRemoved => {
                let at = row_of(site, random, "other")?;
                let row = table(site, at).rows.remove(at.row);
                Some(target_of_header(site, at, vec![row.subject]))
            }
            Self::OtherRowChanged => {
                let at = row_of(site, random, "other")?;
                let row = &mut table(site, at).rows[at.row];
                let cell = usize::from(row.cells[1].starts_with('`'));
                let text = row.cells[cell].clone();
                let is_number = text.trim_matches('`').chars().all(|character| character.is_ascii_digit());
                row.cells[cell] = match text.strip_suffix('`') {
                    // A number keeps its spelling, so that the report can name it.
                    Some(start) if is_number => format!("`9{}`", start.trim_matches('`')),
                    Some(start) => format!("{start}9`"),
                    None => format!("{text}9"),
                };
                let word = row.cells[cell].trim_matches('`').to_owned();
                let kind = row.subject.rsplit_once(' ').map_or(row.subject.clone(), |(kind, _)| kind.to_owned());
                let old = row.subject.clone();
                Some(target(site, at, vec![old, format!("{kind} {word}")]))
            }
            Self::ExampleChanged => {
                let places: Vec<(usize, usize, usize)> = (0..site.pages.len())
                    .flat_map(|page| (0..site.pages[page].sections.len()).map(move |section| (page, section)))
                    .flat_map(|(page, section)| {
                        (0..site.pages[page].sections[section].examples.len()).map(move |number| (page, section, number))
                    })
                    .collect();
                let (page, section, number) = places[index(random, places.len())];
                let example = &mut site.pages[page].sections[section].examples[number];
                let subject = example.subject.clone();
                example.json.as_object_mut()?.insert("extra".to_owned(), serde_json::json!(1));
                let lines = lines(site, page, |line| line.example == Some((section, number)));
                Some(Target {
                    page: site.pages[page].name.clone(),
                    lines,
                    subjects: vec![subject.clone(), format!("{subject} extra")],
                    is_text: false,
                })
            }
            Self::WordsChanged => {
                let at = field(site, random, |row| row.cells.last().is_some_and(|text| text.starts_with("about")))?;
                let cell = table(site, at).rows[at.row].cells.last_mut()?;
                *cell = cell.replacen("about", "on", 1);
                Some(Target { is_text: true, ..of_row(site, at) })
            }
            Self::TableWithoutOperation => {
                let (page, section) = operation_section(site, random);
                let edited = &mut site.pages[page].sections[section];
                edited.http = None;
                if edited.tables.is_empty() {
                    return Self::PageGone.apply(site, random);
                }
                let lines = lines(site, page, |line| line.row.is_some_and(|(other, _, row)| other == section && row.is_none()));
                Some(Target { page: site.pages[page].name.clone(), lines, subjects: Vec::new(), is_text: false })
            }
        }
    }
}
