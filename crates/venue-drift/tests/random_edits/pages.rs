//! Builds the pages of an invented documentation from the facts of a specification.

use std::collections::{BTreeMap, BTreeSet};

use venue_drift::Specification;
use venue_drift::fact::Aspect;
use venue_drift::profile::Profile;

/// The table forms and the words of the invented documentation.
pub(crate) const PROFILE: &str = r#"
pages = []
complete = true
anchor-attributes = ["data-at"]
error-codes = "ErrorCode"
open-lists = ["for example"]

[[table]]
rows = "parameters"
columns = [
    { is = "name", header = ["Item"] },
    { is = "type", header = ["Kind"] },
    { is = "required", header = ["Needed"] },
    { is = "description", header = ["Notes"] },
]

[[table]]
rows = "parameters"
columns = [
    { is = "name", header = ["Item"] },
    { is = "type", header = ["Kind"] },
    { is = "description", header = ["Notes"] },
]

[[table]]
rows = "response-fields"
columns = [
    { is = "name", header = ["Result"] },
    { is = "type", header = ["Kind"] },
    { is = "description", header = ["Notes"] },
]

[[table]]
rows = "operations"
columns = [
    { is = "method", header = ["Verb"] },
    { is = "path", header = ["Route"] },
    { is = "permission", header = ["Right"] },
    { is = "credentials", header = ["Login"] },
]

[[table]]
rows = "error-codes"
columns = [
    { is = "name", header = ["Failure"] },
    { is = "words", header = ["Notes"] },
]

[[table]]
rows = "topics"
columns = [
    { is = "name", header = ["Feed"] },
    { is = "words", header = ["Notes"] },
]

[[table]]
rows = "endpoints"
columns = [
    { is = "name", header = ["Service"] },
    { is = "url", header = ["Address"] },
]

[[table]]
rows = "permissions"
columns = [
    { is = "name", header = ["Bit"] },
    { is = "permission", header = ["Right"] },
]

[[table]]
rows = "request-parts"
columns = [
    { is = "location", header = ["Where"] },
    { is = "name", header = ["Item"] },
]

[types]
"text" = "string"
"number" = "integer"
"number32" = "integer/int32"
"number64" = "integer/int64"
"flag" = "boolean"
"list" = "array"
"texts" = "array/string"
"map" = "object"

[required]
"must" = "yes"
"may" = "no"

[locations]
"head" = "header"
"link" = "query"

[[limit]]
pattern = ', fallback `(?<default>[^`]*)`'

[[limit]]
pattern = ', at least `(?<minimum>\d+)`'

[[limit]]
pattern = ', at most `(?<maximum>\d+)`'
"#;

/// The pages.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    pub(crate) pages: Vec<SitePage>,
}

/// A page.
#[derive(Debug, Clone)]
pub(crate) struct SitePage {
    pub(crate) name: String,
    pub(crate) sections: Vec<SiteSection>,
}

/// A section with an HTTP line, examples and tables.
#[derive(Debug, Clone)]
pub(crate) struct SiteSection {
    pub(crate) anchor: String,
    /// The subject of the operation, or the empty text.
    pub(crate) subject: String,
    pub(crate) http: Option<String>,
    pub(crate) tables: Vec<SiteTable>,
    pub(crate) examples: Vec<SiteExample>,
}

/// A table.
#[derive(Debug, Clone)]
pub(crate) struct SiteTable {
    pub(crate) header: Vec<String>,
    pub(crate) rows: Vec<SiteRow>,
}

/// A row, with the subject of its facts.
#[derive(Debug, Clone)]
pub(crate) struct SiteRow {
    pub(crate) subject: String,
    pub(crate) cells: Vec<String>,
}

/// An example of a body or of a response.
#[derive(Debug, Clone)]
pub(crate) struct SiteExample {
    pub(crate) subject: String,
    pub(crate) json: serde_json::Value,
}

type Attributes<'a> = BTreeMap<Aspect, &'a str>;

impl Site {
    /// Describes all facts of a specification that documentation pages must contain.
    pub(crate) fn new(specification: &Specification<'_>) -> Self {
        let mut subjects: BTreeMap<&str, Attributes<'_>> = BTreeMap::new();
        for (subject, aspect, value) in specification.expected_facts() {
            subjects.entry(subject).or_default().insert(aspect, value);
        }
        let operations: Vec<&str> =
            subjects.iter().filter(|(_, facts)| facts.contains_key(&Aspect::Method)).map(|(name, _)| *name).collect();
        let mut pages: Vec<SitePage> = Vec::new();
        // Five operations on a page.
        for (number, operations) in operations.chunks(5).enumerate() {
            let sections = operations.iter().map(|operation| operation_section(operation, &subjects, specification)).collect();
            pages.push(SitePage { name: format!("part/p{number}"), sections });
        }
        pages.push(index(&operations, &subjects));
        pages.push(others(&subjects, specification));
        Self { pages }
    }

    pub(crate) fn page_names(&self) -> Vec<String> {
        self.pages.iter().map(|page| page.name.clone()).collect()
    }

    /// The name and the text of each page.
    pub(crate) fn render(&self) -> Vec<(String, String)> {
        self.pages.iter().map(|page| (page.name.clone(), page.lines().into_iter().map(|line| line.text + "\n").collect())).collect()
    }
}

/// A line of a page, with the place that the edits need.
pub(crate) struct Line {
    pub(crate) text: String,
    /// The section, the table and the row; the row is `None` for the header.
    pub(crate) row: Option<(usize, usize, Option<usize>)>,
    /// The section of an HTTP line.
    pub(crate) http: Option<usize>,
    /// The section and the example of the first line of an example.
    pub(crate) example: Option<(usize, usize)>,
}

impl SitePage {
    pub(crate) fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        let plain = |text: String| Line { text, row: None, http: None, example: None };
        for (index, section) in self.sections.iter().enumerate() {
            lines.push(plain(format!("<i data-at=\"{}\"></i>", section.anchor)));
            lines.push(plain(String::new()));
            lines.push(plain(format!("## About {}", section.anchor)));
            lines.push(plain(String::new()));
            if let Some(http) = &section.http {
                lines.push(plain("```http".to_owned()));
                lines.push(Line { http: Some(index), ..plain(http.clone()) });
                lines.push(plain("```".to_owned()));
                lines.push(plain(String::new()));
            }
            for (number, table) in section.tables.iter().enumerate() {
                lines.push(Line { row: Some((index, number, None)), ..plain(row(&table.header)) });
                lines.push(plain(row(&vec!["---".to_owned(); table.header.len()])));
                for (row_number, one) in table.rows.iter().enumerate() {
                    lines.push(Line { row: Some((index, number, Some(row_number))), ..plain(row(&one.cells)) });
                }
                lines.push(plain(String::new()));
            }
            for (number, example) in section.examples.iter().enumerate() {
                lines.push(plain("```json".to_owned()));
                lines.push(Line { example: Some((index, number)), ..plain(example.json.to_string()) });
                lines.push(plain("```".to_owned()));
                lines.push(plain(String::new()));
            }
        }
        lines
    }
}

fn row(cells: &[String]) -> String {
    format!("| {} |", cells.join(" | "))
}

fn operation_section(operation: &str, subjects: &BTreeMap<&str, Attributes<'_>>, specification: &Specification<'_>) -> SiteSection {
    // The pages do not state whether a field is required if the specification only infers it.
    let states_required = |part: &str| {
        let prefix = format!("{operation} {part} ");
        part != "response"
            && subjects.iter().filter(|(subject, _)| subject.starts_with(&prefix)).all(|(_, facts)| facts.contains_key(&Aspect::Required))
    };
    let rows = |part: &str| {
        let prefix = format!("{operation} {part} ");
        let fields = subjects.iter().filter(|(subject, _)| subject.starts_with(&prefix));
        fields.map(|(subject, facts)| field_row(subject, &subject[prefix.len()..], facts, states_required(part))).collect::<Vec<_>>()
    };
    let mut tables = Vec::new();
    for part in ["query", "body", "response"] {
        let rows = rows(part);
        let header: &[&str] = match (part, states_required(part)) {
            ("response", _) => &["Result", "Kind", "Notes"],
            (_, true) => &["Item", "Kind", "Needed", "Notes"],
            (_, false) => &["Item", "Kind", "Notes"],
        };
        if !rows.is_empty() {
            tables.push(SiteTable { header: header.iter().map(|text| (*text).to_owned()).collect(), rows });
        }
    }
    let examples = specification.examples(operation);
    let examples = examples.into_iter().map(|(part, json)| SiteExample { subject: format!("{operation} {part}"), json }).collect();
    SiteSection {
        anchor: operation.to_lowercase().replace([' ', '/'], "-"),
        subject: operation.to_owned(),
        http: Some(operation.to_owned()),
        tables,
        examples,
    }
}

fn field_row(subject: &str, name: &str, facts: &Attributes<'_>, has_required: bool) -> SiteRow {
    let kind = match facts.get(&Aspect::Type).copied().unwrap_or("any") {
        "integer" => "number",
        "integer/int32" => "number32",
        "integer/int64" => "number64",
        "boolean" => "flag",
        "array/string" => "texts",
        "object" => "map",
        kind if kind.starts_with("array") => "list",
        _ => "text",
    };
    let mut cells = vec![format!("`{name}`"), kind.to_owned()];
    if has_required {
        cells.push(if facts.get(&Aspect::Required) == Some(&"yes") { "must" } else { "may" }.to_owned());
    }
    cells.push(notes(facts));
    SiteRow { subject: subject.to_owned(), cells }
}

/// The description of a field: its values, default and limits.
fn notes(facts: &Attributes<'_>) -> String {
    let mut text = String::from("about");
    if let Some(values) = facts.get(&Aspect::Values) {
        let (values, lead) = match values.strip_suffix(" / …") {
            Some(values) => (values, "for example"),
            None => (*values, "about:"),
        };
        let values: Vec<String> = values.split(" / ").map(|value| format!("`{value}`")).collect();
        text = format!("{lead} {}", values.join(" / "));
    }
    for (aspect, words) in [(Aspect::Default, "fallback"), (Aspect::Minimum, "at least"), (Aspect::Maximum, "at most")] {
        if let Some(value) = facts.get(&aspect) {
            text.push_str(&format!(", {words} `{value}`"));
        }
    }
    text
}

fn index(operations: &[&str], subjects: &BTreeMap<&str, Attributes<'_>>) -> SitePage {
    let rows = operations.iter().map(|operation| {
        let facts = &subjects[operation];
        let cell = |aspect: Aspect| facts.get(&aspect).copied().unwrap_or_default().replace('|', "or");
        let cells = vec![
            cell(Aspect::Method),
            format!("`{}`", cell(Aspect::Path)),
            format!("right {}", cell(Aspect::Permission)),
            format!("login {}", cell(Aspect::Credentials)),
        ];
        SiteRow { subject: (*operation).to_owned(), cells }
    });
    let header = ["Verb", "Route", "Right", "Login"].map(str::to_owned).to_vec();
    let table = SiteTable { header, rows: rows.collect() };
    SitePage { name: "routes".to_owned(), sections: vec![section("all", table)] }
}

fn section(anchor: &str, table: SiteTable) -> SiteSection {
    SiteSection { anchor: anchor.to_owned(), subject: String::new(), http: None, tables: vec![table], examples: Vec::new() }
}

/// The error codes, topics, addresses, permissions and parts of a signed request.
fn others(subjects: &BTreeMap<&str, Attributes<'_>>, specification: &Specification<'_>) -> SitePage {
    let names = |prefix: &str| -> Vec<(String, String)> {
        let subjects = subjects.keys().filter(|subject| subject.starts_with(prefix));
        subjects.map(|subject| ((*subject).to_owned(), subject[prefix.len()..].to_owned())).collect()
    };
    let table = |header: &[&str], rows: Vec<SiteRow>| SiteTable { header: header.iter().map(|text| (*text).to_owned()).collect(), rows };
    let noted = |prefix: &str| {
        names(prefix).into_iter().map(|(subject, name)| SiteRow { subject, cells: vec![format!("`{name}`"), "about".to_owned()] }).collect()
    };
    let urls = specification.urls().enumerate().map(|(number, url)| SiteRow {
        subject: "other#addresses".to_owned(),
        cells: vec![format!("service {number}"), format!("`{url}`")],
    });
    let permissions = names("permission ");
    let permissions = permissions
        .into_iter()
        .enumerate()
        .map(|(number, (subject, name))| SiteRow { subject, cells: vec![format!("`{number}`"), format!("right {name}")] });
    let parts = names("request ").into_iter().filter_map(|(subject, rest)| {
        let (location, name) = rest.split_once(' ')?;
        let location = if location == "header" { "head" } else { "link" };
        Some(SiteRow { subject: subject.clone(), cells: vec![location.to_owned(), format!("`{name}`")] })
    });
    let sections = vec![
        section("failures", table(&["Failure", "Notes"], noted("error "))),
        section("feeds", table(&["Feed", "Notes"], noted("topic "))),
        section("addresses", table(&["Service", "Address"], urls.collect())),
        section("rights", table(&["Bit", "Right"], permissions.collect())),
        section("parts", table(&["Where", "Item"], parts.collect())),
    ];
    SitePage { name: "other".to_owned(), sections }
}

/// Adds the words of the index to the profile.
pub(crate) fn add_access(profile: &mut Profile, site: &Site) {
    let rows = site.pages.iter().filter(|page| page.name == "routes").flat_map(|page| &page.sections[0].tables[0].rows);
    let cells: BTreeSet<(String, String)> = rows.map(|row| (row.cells[2].clone(), row.cells[3].clone())).collect();
    for (permission, credentials) in cells {
        profile.access.entry(permission.clone()).or_default().permission = Some(permission[6..].to_owned());
        profile.access.entry(credentials.clone()).or_default().credentials = Some(credentials[6..].replace(" or ", " | "));
    }
}
