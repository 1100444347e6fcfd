//! `cargo xtask drift`: compares the pages of an exchange's documentation with its specification.

mod pages;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::ValueEnum;
use venue_drift::finding::Class;
use venue_drift::lock::Lock;
use venue_drift::profile::Profile;
use venue_drift::{Input, Report};
use venue_spec::Document;

use crate::checkout;
use crate::diff::emit;
use crate::specs::{SPECS, Spec};

#[derive(clap::Args)]
#[command(after_help = "\
Exit codes, a contract:
  0  the same as at the last review, and the specification agrees
  1  an error, or a part of the pages cannot be read: an unknown column, an unreadable cell, a table without an operation, a page that is
     new or gone
  2  the command line is wrong
  3  only words differ: a person must read the sentences
  4  facts differ from the specification or from the last review, or a deviation of the profile is no longer needed

The forms of the tables, the words in the cells and the deviations that are kept on purpose are in openapi/docs/NAME.toml. The facts of the
last review are in openapi/docs/NAME.lock, with digests of all other text. After a review, `--accept` writes this file. Facts that contradict
the specification remain findings.

A folder of pages has a file NAME.md or NAME.mdx for each page. The version of the pages is the content of its file COMMIT, if it has one.
CI does not use the network: only --fetch downloads pages.")]
pub(crate) struct Arguments {
    /// The folder with the pages; a second folder has the same pages in another language. Default: the pages that --fetch downloaded
    #[arg(long, value_name = "DIR", conflicts_with = "fetch")]
    pages: Vec<PathBuf>,

    /// Download the pages into a cache outside of the repository, and compare them
    #[arg(long)]
    fetch: bool,

    /// Read no pages, but compare the specification with the facts of the last review
    #[arg(long, conflicts_with_all = ["pages", "fetch", "accept"])]
    reviewed: bool,

    /// The specification, by its name in the table
    #[arg(long, value_name = "NAME", default_value = SPECS[0].name, value_parser = clap::builder::PossibleValuesParser::new(crate::specs::NAMES))]
    spec: String,

    /// The format of the report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    /// Write the lock file after the report: these pages have been reviewed
    #[arg(long)]
    accept: bool,

    /// The lock file. Default: openapi/docs/NAME.lock
    #[arg(long, value_name = "FILE")]
    lock: Option<PathBuf>,
}

/// The formats of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a terminal or a log
    Text,
    /// One comment for a pull request
    Markdown,
    /// For programs
    Json,
    /// Annotations for GitHub Actions
    Github,
}

/// Exit codes of this command, besides 0, 1 and 2.
const WORDS: u8 = 3;
const FACTS: u8 = 4;

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let root = checkout::root();
    let spec = SPECS.iter().find(|spec| spec.name == arguments.spec).context("the table has no such specification")?;
    let documentation = Documentation::read(root, spec)?;
    let lock_path = arguments.lock.clone().unwrap_or_else(|| root.join(spec.documentation_lock()));
    let report = if arguments.reviewed {
        documentation.report_of_review(spec, &lock_path)?
    } else {
        let folders = match (arguments.fetch, arguments.pages.as_slice()) {
            (true, _) => vec![pages::fetch(spec, &documentation.specification, &documentation.profile)?],
            (false, []) => vec![pages::downloaded(spec)?],
            (false, folders) => folders.to_vec(),
        };
        documentation.report(spec, &folders, &lock_path)?
    };
    emit(
        None,
        &match arguments.format {
            Format::Text => report.to_text(),
            Format::Markdown => report.to_markdown(),
            Format::Json => report.to_json()?,
            Format::Github => report.to_github(),
        },
    )?;
    if arguments.accept {
        std::fs::write(&lock_path, report.lock.to_text()).with_context(|| format!("cannot write `{}`", lock_path.display()))?;
        eprintln!("wrote {}", lock_path.display());
    }
    Ok(exit_code(report.class()))
}

fn exit_code(class: Option<Class>) -> ExitCode {
    match class {
        None => ExitCode::SUCCESS,
        Some(Class::Unread) => ExitCode::FAILURE,
        Some(Class::Words) => ExitCode::from(WORDS),
        Some(Class::Facts) => ExitCode::from(FACTS),
    }
}

/// The specification of an exchange and the profile of its documentation.
struct Documentation {
    specification: Document,
    profile: Profile,
    profile_path: String,
    profile_source: String,
}

impl Documentation {
    fn read(root: &Path, spec: &Spec) -> anyhow::Result<Self> {
        let profile_path = spec.documentation_profile();
        let profile_source = read(&root.join(&profile_path))?;
        let profile = Profile::parse(&profile_source).with_context(|| format!("`{}` is not a profile", profile_path.display()))?;
        let specification = Document::parse(spec.path, read(&root.join(spec.path))?)?;
        Ok(Self { specification, profile, profile_path: profile_path.display().to_string(), profile_source })
    }

    fn report(&self, spec: &Spec, folders: &[PathBuf], lock: &Path) -> anyhow::Result<Report> {
        let read_folder = |folder: &PathBuf| pages::read(folder, &self.profile.anchor_attributes);
        let languages = folders.iter().map(read_folder).collect::<anyhow::Result<Vec<_>>>()?;
        let (first, translations) = languages.split_first().context("there are no pages")?;
        let lock = if lock.is_file() { Some(parse_lock(lock, &read(lock)?)?) } else { None };
        Ok(venue_drift::report(&Input {
            translations: translations.iter().map(|pages| pages.pages.as_slice()).collect(),
            profile_source: (&self.profile_path, &self.profile_source),
            lock: lock.as_ref(),
            version: &first.version,
            rust_crate: &spec.api_crate.replace('-', "_"),
            ..Input::new(&first.pages, &self.specification, &self.profile)
        }))
    }

    /// Compares the facts of the last review with the specification.
    fn report_of_review(&self, spec: &Spec, lock: &Path) -> anyhow::Result<Report> {
        let source = read(lock)?;
        let input = Input {
            profile_source: (&self.profile_path, &self.profile_source),
            rust_crate: &spec.api_crate.replace('-', "_"),
            ..Input::new(&[], &self.specification, &self.profile)
        };
        let name = spec.documentation_lock().display().to_string();
        Ok(venue_drift::report_of_review(&input, &parse_lock(lock, &source)?, (&name, &source)))
    }
}

fn parse_lock(path: &Path, source: &str) -> anyhow::Result<Lock> {
    Lock::parse(source).with_context(|| format!("`{}` is not a lock file", path.display()))
}

fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))
}

#[cfg(test)]
mod tests;
