//! `cargo xtask diff`: what changed between two revisions, on the wire and in Rust.

mod base;
pub(crate) mod git;
mod pages;
pub(crate) mod side;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context as _;
use clap::ValueEnum;
use venue_diff::changes::Date;
use venue_diff::report::{Header, Outcome, Report};
use venue_diff::rust::{CrateSources, RustChanges};
use venue_diff::{Listing, What};

use crate::specs::{SPECS, Spec};
pub(crate) use base::{Compared, Revision};
pub(crate) use git::Repository;
use pages::News;
use side::Side;

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
    #[arg(long, value_name = "YYYY-MM-DD")]
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
        let documents = specs.iter().map(|spec| side::read(spec)).collect::<anyhow::Result<Vec<_>>>()?;
        let facts: String = documents.iter().map(|document| Listing::new(document).to_text()).collect();
        emit(arguments.output.as_deref(), &facts)?;
        return Ok(ExitCode::SUCCESS);
    }
    anyhow::ensure!(
        specs.len() == 1 || !matches!(arguments.format, Format::Json | Format::Html),
        "one document holds one specification: name it with --spec"
    );
    let repository = Repository::new(crate::checkout::root());
    let mut compared = Compared::resolve(&repository, arguments.revisions.as_deref())?;
    if arguments.check && arguments.revisions.is_none() {
        compared = compared.for_check(&repository)?;
    }
    let today = arguments.today.map_or_else(today, Ok)?;
    let mut shown = String::new();
    let mut outcome = Outcome::Nothing;
    let mut is_accounted_for = true;
    for spec in specs {
        let report = report(&repository, &compared, spec, !arguments.no_rust, today)?;
        outcome = outcome.max(report.outcome());
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
    Ok(exit_code(outcome, arguments.check.then_some(is_accounted_for)))
}

fn exit_code(outcome: Outcome, is_accounted_for: Option<bool>) -> ExitCode {
    match (is_accounted_for, outcome) {
        (Some(true), _) | (None, Outcome::Nothing) => ExitCode::SUCCESS,
        (Some(false), _) => ExitCode::FAILURE,
        (None, Outcome::Compatible) => ExitCode::from(COMPATIBLE),
        (None, Outcome::Breaking) => ExitCode::from(BREAKING),
    }
}

/// Compares a specification, and the code that was generated from it.
pub(crate) fn report(repository: &Repository, compared: &Compared, spec: &Spec, with_rust: bool, today: Date) -> anyhow::Result<Report> {
    let mut header = Header {
        specification: spec.path.to_owned(),
        base: compared.base.label(),
        head: compared.head.label(),
        notes: compared.notes.clone(),
    };
    let (base, head) = (Side::new(repository, &compared.base, spec), Side::new(repository, &compared.head, spec));
    let head_document =
        head.checked_document()?.with_context(|| format!("{} has no `{}`: nothing can be compared", header.head, spec.path))?;
    let Some(base_document) = base.document()? else {
        header.notes.push(format!("{} has no `{}`: everything is new, and there is nothing to compare with", header.base, spec.path));
        return Ok(Report::without_base(header));
    };
    let changes = venue_diff::compare(&base_document, &head_document);
    let ledger = head.ledger()?;
    let crates = [spec.api_crate, spec.mock_crate];
    let rust = if with_rust { Some(rust_changes(&base, &head, &crates)?) } else { None };
    let has_news = changes.iter().any(|change| change.what == What::Added);
    let pages = if has_news { News::new(&head_document, &head.sources(spec.api_crate)?) } else { None };
    let report = Report::new(header, changes, rust.as_ref().map(|rust| (rust, crates.as_slice())), &ledger.since(&base.ledger()?));
    let report = report.with_pages(|change| pages.as_ref()?.of(change));
    Ok(report.with_owners(&Listing::new(&head_document)).with_expired(&ledger, today))
}

fn rust_changes(base: &Side<'_>, head: &Side<'_>, crates: &[&str]) -> anyhow::Result<RustChanges> {
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

/// Today, in UTC.
pub(crate) fn today() -> anyhow::Result<Date> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).context("the clock of this machine is set before 1970")?;
    Ok(Date::from_unix_days(u32::try_from(since.as_secs() / 86_400).context("the clock of this machine is set too late")?))
}

#[cfg(test)]
mod generated;
#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use tests::{VALID, World, example};
