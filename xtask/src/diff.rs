//! `cargo xtask diff`: compares two revisions of the specifications, and of the generated Rust code.

pub(crate) mod git;
mod reviewed_pages;
pub(crate) mod revision_files;
mod revisions;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::ValueEnum;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use venue_diff::provenance::parse_date;
use venue_diff::report::{Header, Report, Severity};
use venue_diff::rust::{CrateSources, RustChanges};
use venue_diff::{Edit, Revision as SpecRevision};

use crate::specs::{SPECS, Spec};
pub(crate) use git::Repository;
use reviewed_pages::ReviewedPages;
use revision_files::RevisionFiles;
pub(crate) use revisions::{Revision, RevisionRange};

#[derive(clap::Args)]
#[command(after_help = "\
Exit codes, a contract:
  0  nothing changed, or only documentation
  1  an error; with --check, also a provenance problem
  2  the command line is wrong
  3  compatible or risky changes, or accepted breaking changes
  4  breaking changes, on the wire or in Rust, that are not accepted

With --check, the code is 0 if there are no provenance problems, and 1 otherwise. An entry in a file below openapi/changes/<spec> must state
the origin of each change: the vendor, or a correction of the specification. A change of the documentation needs an origin only if it is
major in Rust. Expired and unused entries are problems as well. On a commit of the main branch, --check compares with the commit before.

A change in Rust that no change of the specification explains, such as a change of the generator, is counted and annotated, and affects the
exit codes 3 and 4. It is not a provenance problem, because only a change of this repository can cause it. `cargo xtask changelog --check`
requires the version for it.

A shallow clone is sufficient if it contains the older commit. Pass that commit as BASE.")]
pub(crate) struct Arguments {
    /// The revision to compare with, or `A..B` to compare two revisions. Default: the commit at which the current branch left the main
    /// branch
    #[arg(value_name = "BASE")]
    revisions: Option<String>,

    /// The format of the report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    /// Write the report into this file instead of printing it
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Only this specification, by its name in the table
    #[arg(long, value_name = "NAME", value_parser = clap::builder::PossibleValuesParser::new(crate::specs::NAMES))]
    spec: Option<String>,

    /// Do not compare the Rust code. Exceptions that may be for Rust are then not checked
    #[arg(long)]
    no_rust: bool,

    /// Fail if a change has no origin, or if a provenance entry is invalid
    #[arg(long)]
    check: bool,

    /// Compare nothing, but print the facts of the specification in the working tree, one per line: line, direction, number of operations,
    /// fact
    #[arg(long, conflicts_with_all = ["revisions", "check", "format"])]
    facts: bool,

    /// The date for the expiry of exceptions. Default: today, in UTC
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date)]
    today: Option<Date>,
}

/// The formats of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a terminal or a log
    Text,
    /// One comment for a pull request
    Markdown,
    /// For programs; --format json-schema prints the JSON Schema
    Json,
    /// The JSON Schema of `json`
    JsonSchema,
    /// Annotations for GitHub Actions
    Github,
    /// One page for a browser
    Html,
}

/// Exit codes of this command, besides 0, 1 and 2.
const COMPATIBLE: u8 = 3;
const BREAKING: u8 = 4;

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if arguments.format == Format::JsonSchema {
        emit(arguments.output.as_deref(), &Report::schema()?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let specs: Vec<&Spec> = SPECS.iter().filter(|spec| arguments.spec.as_ref().is_none_or(|name| name == spec.name)).collect();
    if arguments.facts {
        let documents = specs.iter().map(|spec| revision_files::read(spec)).collect::<anyhow::Result<Vec<_>>>()?;
        let facts: String = documents.iter().map(|document| SpecRevision::new(document).to_text()).collect();
        emit(arguments.output.as_deref(), &facts)?;
        return Ok(ExitCode::SUCCESS);
    }
    anyhow::ensure!(
        specs.len() == 1 || !matches!(arguments.format, Format::Json | Format::Html),
        "these formats are for a single specification: select it with --spec"
    );
    let repository = Repository::new(crate::checkout::root());
    let mut range = RevisionRange::resolve(&repository, arguments.revisions.as_deref())?;
    if arguments.check && arguments.revisions.is_none() {
        range = range.for_check(&repository)?;
    }
    let today = arguments.today.unwrap_or_else(today);
    let mut shown = String::new();
    let mut severity = Severity::Nothing;
    let mut is_accounted_for = true;
    for spec in specs {
        if arguments.spec.is_none() && !range.has(&repository, spec)? {
            continue;
        }
        let report = report(&repository, &range, spec, !arguments.no_rust, today)?;
        severity = severity.max(report.severity());
        is_accounted_for &= report.problems.is_empty();
        shown.push_str(&match arguments.format {
            Format::Text => report.to_text(),
            Format::Markdown => report.to_markdown(),
            Format::Json => report.to_json()?,
            Format::Github => report.to_github(),
            Format::Html => report.to_html(),
            Format::JsonSchema => String::new(),
        });
    }
    emit(arguments.output.as_deref(), &shown)?;
    Ok(exit_code(severity, arguments.check.then_some(is_accounted_for)))
}

fn exit_code(severity: Severity, is_accounted_for: Option<bool>) -> ExitCode {
    match (is_accounted_for, severity) {
        (Some(true), _) | (None, Severity::Nothing) => ExitCode::SUCCESS,
        (Some(false), _) => ExitCode::FAILURE,
        (None, Severity::Compatible) => ExitCode::from(COMPATIBLE),
        (None, Severity::Breaking) => ExitCode::from(BREAKING),
    }
}

/// Compares a specification and the code that is generated from it.
pub(crate) fn report(repository: &Repository, range: &RevisionRange, spec: &Spec, with_rust: bool, today: Date) -> anyhow::Result<Report> {
    let mut header =
        Header { specification: spec.path.to_owned(), base: range.base.label(), head: range.head.label(), notes: range.notes.clone() };
    let (base, head) = (RevisionFiles::new(repository, &range.base, spec), RevisionFiles::new(repository, &range.head, spec));
    let head_document =
        head.checked_document()?.with_context(|| format!("{} has no `{}`: nothing can be compared", header.head, spec.path))?;
    let Some(base_document) = base.document()? else {
        header.notes.push(format!("{} has no `{}`: there is nothing to compare with", header.base, spec.path));
        return Ok(Report::without_base(header));
    };
    let changes = venue_diff::compare(&base_document, &head_document);
    let provenance_log = head.provenance_log()?;
    let crates = [spec.api_crate, spec.mock_crate];
    let rust = if with_rust { Some(rust_changes(&base, &head, &crates)?) } else { None };
    let has_news = changes.iter().any(|change| change.edit == Edit::Added);
    let pages = if has_news { ReviewedPages::new(&head_document, &head.sources(spec.api_crate)?) } else { None };
    let report =
        Report::new(header, changes, rust.as_ref().map(|rust| (rust, crates.as_slice())), &provenance_log.since(&base.provenance_log()?));
    let report = report.with_pages(|change| pages.as_ref()?.of(change));
    Ok(report.with_owners(&SpecRevision::new(&head_document).listing).with_expired(&provenance_log, today))
}

fn rust_changes(base: &RevisionFiles<'_>, head: &RevisionFiles<'_>, crates: &[&str]) -> anyhow::Result<RustChanges> {
    let mut listings = Vec::new();
    for name in crates {
        let (old, new) = (base.sources(name)?, head.sources(name)?);
        // Equal files need not be parsed.
        if old != new {
            listings.push((*name, old.listing(name)?, new.listing(name)?));
        }
    }
    let sources: Vec<CrateSources<'_>> = listings.iter().map(|(name, old, new)| CrateSources { name, old, new }).collect();
    Ok(RustChanges::new(&sources))
}

/// Prints the text, or writes it into a file.
pub(crate) fn emit(output: Option<&Path>, text: &str) -> anyhow::Result<()> {
    match output {
        Some(path) => std::fs::write(path, text).with_context(|| format!("cannot write `{}`", path.display())),
        None => {
            use std::io::Write as _;
            // A reader that closes the pipe early, such as `head`, is not an error.
            match std::io::stdout().write_all(text.as_bytes()) {
                Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error).context("cannot print"),
                _ => Ok(()),
            }
        }
    }
}

/// Today's date in UTC, by the clock of this machine.
pub(crate) fn today() -> Date {
    Timestamp::now().to_zoned(TimeZone::UTC).date()
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use tests::{TestRepository, example};
