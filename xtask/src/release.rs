//! `cargo xtask release`: prepares, checks and publishes a release.

mod changelog_file;
mod prepare;
mod publish;
mod registry;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, bail};

use crate::checkout::root;
use crate::diff::{Repository, today};
use crate::published::{PublishedCrate, in_publishing_order, published_crates};
use crate::tools::{cargo, output};
pub(crate) use publish::package;
use registry::Registry;

#[derive(clap::Args)]
#[command(after_help = "\
A release has these steps:
  1. cargo xtask changelog                     shows the lowest allowed versions
  2. cargo xtask release --prepare 0.2.0       sets the versions, and dates the section of CHANGELOG.md; review and merge the result
  3. cargo xtask release --dry-run             checks everything and packages each crate
  4. git tag v0.2.0 && git push origin v0.2.0  starts the workflow `release.yml`, which waits for a reviewer
  5. cargo xtask release --publish             runs in the workflow

The crates are published one by one, each after its dependencies. A crate whose version is in the registry with the same checksum is skipped,
so that an interrupted release is resumed by the same command. A version in the registry with another checksum is an error.

Trusted publishing cannot create a crate. Publish the first version of each new crate with a token of an owner: the same command with
CARGO_REGISTRY_TOKEN. See CONTRIBUTING.md, \"Releasing\".

The exit code is 0 if everything is published (with --dry-run: if it could be), and 1 otherwise.")]
#[group(id = "action", required = true, multiple = false, args = ["prepare", "dry_run", "publish"])]
pub(crate) struct Arguments {
    /// Set the version of all crates, and date the section of the changelog
    #[arg(long, value_name = "VERSION")]
    prepare: Option<String>,

    /// Check everything, package each crate, and publish nothing
    #[arg(long)]
    dry_run: bool,

    /// Tag the commit if it has no tag of this version, and publish each crate that is not published yet
    #[arg(long)]
    publish: bool,

    /// Publish to this registry of Cargo's configuration. Its index must be in CARGO_REGISTRIES_NAME_INDEX. Default: crates.io
    #[arg(long, value_name = "NAME")]
    registry: Option<String>,

    /// Do not build each crate from its package before it is published. `cargo xtask ci --only package` builds all of them
    #[arg(long)]
    no_verify: bool,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let root = root();
    if let Some(version) = &arguments.prepare {
        prepare::prepare(root, version, today())?;
        return Ok(ExitCode::SUCCESS);
    }
    let release = Release::read(root)?;
    let mut problems = release.problems(root)?;
    problems.extend(crate::changelog::problems_of_release()?);
    if !problems.is_empty() {
        eprintln!("{} cannot be released:", release.tag());
        problems.iter().for_each(|problem| eprintln!("  - {problem}"));
        return Ok(ExitCode::FAILURE);
    }
    let registry = Registry::new(arguments.registry.as_deref(), arguments.no_verify)?;
    if arguments.dry_run {
        package(root, &release.crates, &[])?;
        println!("{} can be released: {}", release.tag(), release.names().join(", "));
        return Ok(ExitCode::SUCCESS);
    }
    release.tag_commit(root)?;
    for (name, done) in publish::publish(root, &release.crates, &registry)? {
        println!("{name}: {done}");
    }
    println!("{} is published. If the tag is only in this clone: git push origin {}", release.tag(), release.tag());
    Ok(ExitCode::SUCCESS)
}

/// The crates of a release.
struct Release {
    /// The highest version of the crates.
    version: String,
    /// The crates, each after its dependencies.
    crates: Vec<PublishedCrate>,
}

impl Release {
    fn read(root: &Path) -> anyhow::Result<Self> {
        let crates = in_publishing_order(published_crates(root)?)?;
        let key = |version: &str| version.split('.').map(|part| part.parse::<u64>().unwrap_or_default()).collect::<Vec<_>>();
        let version = crates.iter().map(|one| one.version.clone()).max_by_key(|version| key(version));
        Ok(Self { version: version.context("no crate is published")?, crates })
    }

    fn tag(&self) -> String {
        format!("v{}", self.version)
    }

    fn names(&self) -> Vec<&str> {
        self.crates.iter().map(|one| one.name.as_str()).collect()
    }

    /// The reasons why the crates cannot be released.
    fn problems(&self, root: &Path) -> anyhow::Result<Vec<String>> {
        let mut problems = Vec::new();
        let is_unset = |one: &&PublishedCrate| one.repository.as_deref().is_none_or(is_placeholder);
        let unset: Vec<&str> = self.crates.iter().filter(is_unset).map(|one| one.name.as_str()).collect();
        if !unset.is_empty() {
            let names = unset.join("`, `");
            problems.push(format!("`repository` is a placeholder: set it in Cargo.toml, once for the workspace (`{names}`)"));
        }
        for one in &self.crates {
            for file in ["README.md", "LICENSE-APACHE", "LICENSE-MIT"] {
                if !root.join(&one.folder).join(file).is_file() {
                    problems.push(format!("`{}` has no {file}: run `cargo xtask package-files`", one.name));
                }
            }
        }
        problems.extend(changelog_file::problem(root, &self.version)?);
        let repository = Repository::new(root);
        if repository.is_dirty(&["."])? {
            problems.push(String::from("there are changes that are not committed"));
        }
        if let Some(tagged) =
            repository.commit(&self.tag())?.filter(|tagged| repository.commit("HEAD").ok().flatten().as_ref() != Some(tagged))
        {
            problems.push(format!("the tag {} is on another commit ({tagged}): raise the version, or check out the tag", self.tag()));
        }
        Ok(problems)
    }

    /// Sets the tag of the version on the current commit, unless the commit has it.
    fn tag_commit(&self, root: &Path) -> anyhow::Result<()> {
        if Repository::new(root).commit(&self.tag())?.is_none() {
            output(Command::new("git").arg("-C").arg(root).args(["tag", &self.tag()]))?;
            println!("tagged {}", self.tag());
        }
        Ok(())
    }
}

/// Whether an address is not the address of a repository. The domain `invalid` is reserved for such addresses.
fn is_placeholder(address: &str) -> bool {
    let host = address.split_once("://").map_or(address, |(_, rest)| rest).split('/').next().unwrap_or_default();
    host.is_empty() || host.ends_with(".invalid") || host == "invalid"
}

/// Runs cargo in a workspace, and passes its output through.
fn run_cargo(root: &Path, command: &mut Command) -> anyhow::Result<()> {
    let line = crate::tools::command_line(command);
    println!("$ {line}");
    let status = command.current_dir(root).status().with_context(|| format!("cannot run `{line}`"))?;
    if !status.success() {
        bail!("`{line}` failed with {status}");
    }
    Ok(())
}

/// Cargo for the workspace in a folder. The variables that cargo sets for this program do not apply to another workspace.
fn cargo_in(root: &Path) -> Command {
    let mut command = cargo();
    command.current_dir(root).env_remove("CARGO_MANIFEST_DIR").env_remove("CARGO_MANIFEST_PATH");
    #[cfg(test)]
    tests::isolate(&mut command);
    command
}
