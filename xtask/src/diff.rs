//! `cargo xtask diff`: what changed between two revisions, on the wire and in Rust.

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
use reviewed_pages::Pages;
use revision_files::RevisionFiles;
pub(crate) use revisions::{Revision, RevisionRange};

#[derive(clap::Args)]
#[command(after_help = "\
Exit codes, a contract:
  0  nothing changed, or words alone
  1  an error; with --check, also whatever is not accounted for
  2  the command line is wrong
  3  compatible or risky changes, and accepted breaking ones
  4  breaking changes, on the wire or in Rust, that no file accepts

With --check the code is 0 if every change is accounted for, whatever it is, and 1 if not: each change but those of words is marked as the
vendor's or as our correction, in a file below openapi/changes/<spec>, and no exception is expired or stands for nothing. A change of words
that is major in Rust is marked too. On a commit of the main branch itself, --check compares with the commit before.

A change in Rust that no change of the specification explains, such as one of the generator, is counted and annotated, and decides about 3 and 4
as any other. --check lets it pass: nobody but us made it, and no file below openapi/changes can speak of it. `cargo xtask changelog --check`
demands the version that it needs.

A shallow clone is enough if it holds the commit that it is compared with: name it as BASE.")]
pub(crate) struct Arguments {
    /// Compare with this revision; `A..B` compares two. Default: where the working tree's branch left the main branch
    #[arg(value_name = "BASE")]
    revisions: Option<String>,

    /// How to show it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    /// Write it into this file instead of printing it
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Only this specification, by its name in the table
    #[arg(long, value_name = "NAME", value_parser = clap::builder::PossibleValuesParser::new(crate::specs::NAMES))]
    spec: Option<String>,

    /// Leave out the Rust side. Exceptions that may be for Rust alone are not judged, and pass
    #[arg(long)]
    no_rust: bool,

    /// Fail if a change is not accounted for
    #[arg(long)]
    check: bool,

    /// Compare nothing: print the specification of the working tree as facts, one line each: its line, the way it travels, how many
    /// operations reach it, and what it says
    #[arg(long, conflicts_with_all = ["revisions", "check", "format"])]
    facts: bool,

    /// The day by which exceptions are judged. Default: today, in UTC
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date)]
    today: Option<Date>,
}

/// The ways to show a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a terminal or a log
    Text,
    /// One comment for a pull request
    Markdown,
    /// For programs; --format json-schema prints what it looks like
    Json,
    /// The JSON Schema of `json`, whatever changed
    JsonSchema,
    /// Annotations for GitHub Actions
    Github,
    /// One page for a browser
    Html,
}

/// The exit codes beyond those of every command.
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
        "one document holds one specification: name it with --spec"
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

/// Compares a specification, and the code that was generated from it.
pub(crate) fn report(repository: &Repository, range: &RevisionRange, spec: &Spec, with_rust: bool, today: Date) -> anyhow::Result<Report> {
    let mut header =
        Header { specification: spec.path.to_owned(), base: range.base.label(), head: range.head.label(), notes: range.notes.clone() };
    let (base, head) = (RevisionFiles::new(repository, &range.base, spec), RevisionFiles::new(repository, &range.head, spec));
    let head_document =
        head.checked_document()?.with_context(|| format!("{} has no `{}`: nothing can be compared", header.head, spec.path))?;
    let Some(base_document) = base.document()? else {
        header.notes.push(format!("{} has no `{}`: everything is new, and there is nothing to compare with", header.base, spec.path));
        return Ok(Report::without_base(header));
    };
    let changes = venue_diff::compare(&base_document, &head_document);
    let provenance_log = head.provenance_log()?;
    let crates = [spec.api_crate, spec.mock_crate];
    let rust = if with_rust { Some(rust_changes(&base, &head, &crates)?) } else { None };
    let has_news = changes.iter().any(|change| change.edit == Edit::Added);
    let pages = if has_news { Pages::new(&head_document, &head.sources(spec.api_crate)?) } else { None };
    let report =
        Report::new(header, changes, rust.as_ref().map(|rust| (rust, crates.as_slice())), &provenance_log.since(&base.provenance_log()?));
    let report = report.with_pages(|change| pages.as_ref()?.of(change));
    Ok(report.with_owners(&SpecRevision::new(&head_document).listing).with_expired(&provenance_log, today))
}

fn rust_changes(base: &RevisionFiles<'_>, head: &RevisionFiles<'_>, crates: &[&str]) -> anyhow::Result<RustChanges> {
    let mut listings = Vec::new();
    for name in crates {
        let (old, new) = (base.sources(name)?, head.sources(name)?);
        // What is the same byte by byte need not be read.
        if old != new {
            listings.push((*name, old.listing(name)?, new.listing(name)?));
        }
    }
    let sources: Vec<CrateSources<'_>> = listings.iter().map(|(name, old, new)| CrateSources { name, old, new }).collect();
    Ok(RustChanges::new(&sources))
}

/// Prints, or writes into a file.
pub(crate) fn emit(output: Option<&Path>, text: &str) -> anyhow::Result<()> {
    match output {
        Some(path) => std::fs::write(path, text).with_context(|| format!("cannot write `{}`", path.display())),
        None => {
            use std::io::Write as _;
            // A reader that has read enough, such as `head`, is no failure.
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
pub(crate) use tests::{TestRepository, VALID, example};
