//! The places of the pages at which an edit can be made, and where it has to be reported.

use oorandom::Rand64;

use crate::pages::{Line, Site, SiteRow, SiteTable};

/// The place and the subjects that the report must name.
#[derive(Debug, Default)]
pub(crate) struct Target {
    pub(crate) page: String,
    /// The allowed lines; empty if the page is gone.
    pub(crate) lines: Vec<usize>,
    pub(crate) subjects: Vec<String>,
    /// Whether the edit changes only a text.
    pub(crate) is_text: bool,
}

/// A row of a table of fields.
#[derive(Debug, Clone, Copy)]
pub(crate) struct At {
    pub(crate) page: usize,
    pub(crate) section: usize,
    pub(crate) table: usize,
    pub(crate) row: usize,
}

pub(crate) fn index(random: &mut Rand64, length: usize) -> usize {
    usize::try_from(random.rand_range(0..u64::try_from(length).expect("a length"))).expect("an index")
}

pub(crate) fn table(site: &mut Site, at: At) -> &mut SiteTable {
    &mut site.pages[at.page].sections[at.section].tables[at.table]
}

/// The subject of a row's table, such as `GET /v1/time response`.
pub(crate) fn prefix_of(row: &SiteRow) -> String {
    let name = row.cells[0].trim_matches('`');
    row.subject[..row.subject.len() - name.len()].trim_end().to_owned()
}

/// A random row of a table of fields.
pub(crate) fn field(site: &Site, random: &mut Rand64, allows: impl Fn(&SiteRow) -> bool) -> Option<At> {
    rows(site, random, |page| page.starts_with("part/"), allows)
}

/// A random row of this page.
pub(crate) fn row_of(site: &Site, random: &mut Rand64, name: &str) -> Option<At> {
    rows(site, random, |page| page == name, |_| true)
}

fn rows(site: &Site, random: &mut Rand64, is_page: impl Fn(&str) -> bool, allows: impl Fn(&SiteRow) -> bool) -> Option<At> {
    let mut places = Vec::new();
    for (page, content) in site.pages.iter().enumerate().filter(|(_, content)| is_page(&content.name)) {
        for (section, content) in content.sections.iter().enumerate() {
            for (table, content) in content.tables.iter().enumerate() {
                let rows = content.rows.iter().enumerate().filter(|(_, row)| allows(row));
                places.extend(rows.map(|(row, _)| At { page, section, table, row }));
            }
        }
    }
    (!places.is_empty()).then(|| places[index(random, places.len())])
}

/// A random section with an operation: its page and its number.
pub(crate) fn operation_section(site: &Site, random: &mut Rand64) -> (usize, usize) {
    let places: Vec<(usize, usize)> = (0..site.pages.len())
        .flat_map(|page| (0..site.pages[page].sections.len()).map(move |section| (page, section)))
        .filter(|(page, section)| site.pages[*page].sections[*section].http.is_some())
        .collect();
    places[index(random, places.len())]
}

/// Edits the description of a random field.
pub(crate) fn notes(site: &mut Site, random: &mut Rand64, edit: impl Fn(&str) -> Option<String>) -> Option<Target> {
    let at = field(site, random, |row| row.cells.last().is_some_and(|text| edit(text).is_some()))?;
    let cell = table(site, at).rows[at.row].cells.last_mut()?;
    *cell = edit(cell)?;
    Some(of_row(site, at))
}

/// The target of an edit that changed this row.
pub(crate) fn of_row(site: &Site, at: At) -> Target {
    let subject = site.pages[at.page].sections[at.section].tables[at.table].rows[at.row].subject.clone();
    target(site, at, vec![subject])
}

/// The target of an edit that changed this row and affects these subjects.
pub(crate) fn target(site: &Site, at: At, subjects: Vec<String>) -> Target {
    let lines = lines(site, at.page, |line| line.row == Some((at.section, at.table, Some(at.row))));
    Target { page: site.pages[at.page].name.clone(), lines, subjects, is_text: false }
}

/// The target of an edit that is reported at the header of the row's table.
pub(crate) fn target_of_header(site: &Site, at: At, subjects: Vec<String>) -> Target {
    let lines = lines(site, at.page, |line| line.row == Some((at.section, at.table, None)));
    Target { page: site.pages[at.page].name.clone(), lines, subjects, is_text: false }
}

/// The numbers of the lines of a page that match.
pub(crate) fn lines(site: &Site, page: usize, matches: impl Fn(&Line) -> bool) -> Vec<usize> {
    let lines = site.pages[page].lines();
    lines.iter().enumerate().filter(|(_, line)| matches(line)).map(|(number, _)| number + 1).collect()
}
