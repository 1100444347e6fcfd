//! The commands of the steps.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;

use super::{Step, api_breaks, mock, package, toolchains, workflows};
use crate::checkout::root;
use crate::diff::git::Repository;
use crate::specs::{SPECS, TEST_SPECS};
use crate::tools::{
    CARGO_DENY, OPENAPI_SPEC_VALIDATOR, REQUESTS, SCHEMATHESIS, cargo, output, provide, python, redocly, run as run_command,
};

/// The outcome of a step that did not fail.
pub(super) enum Completion {
    Checked,
    /// The check was not possible, for this reason.
    NotChecked(&'static str),
}

/// Runs the commands of a step, up to the first failure.
pub(super) fn run(step: Step) -> anyhow::Result<Completion> {
    if step == Step::Diff && !has_a_commit_before()? {
        return Ok(Completion::NotChecked("the history ends at HEAD, and the remote repository cannot be reached"));
    }
    run_commands(step).map(|()| Completion::Checked)
}

fn run_commands(step: Step) -> anyhow::Result<()> {
    match step {
        Step::Fmt => run_cargo("fmt --all --check"),
        Step::Clippy => run_cargo("clippy --workspace --all-targets --all-features --locked -- --deny warnings"),
        Step::Codegen => {
            run_cargo("xtask codegen --check")?;
            run_cargo("xtask package-files --check")
        }
        Step::Diff => {
            run_cargo("xtask diff --check")?;
            run_cargo("xtask changelog --check")
        }
        Step::Test => test(),
        Step::Doc => doc(),
        Step::PublicApi => run_cargo("xtask public-api --check"),
        Step::Features => {
            for spec in &SPECS {
                run_cargo(&format!("check --package {} --locked --no-default-features", spec.api_crate))?;
                run_cargo(&format!("check --package {} --locked", spec.api_crate))?;
            }
            run_cargo("check --package sixmm-sandbox --locked --lib --no-default-features")
        }
        Step::Spec => spec(),
        Step::Mock => specifications()?.iter().try_for_each(|specification| mock::run(specification)),
        Step::Clients => clients(),
        Step::Pages => pages(),
        Step::Package => package::run(),
        Step::Workflows => workflows::run(),
        Step::Deny => deny(&["bans", "licenses", "sources"]),
        Step::Advisories => deny(&["advisories"]),
        Step::PublishedTests => toolchains::published_tests(),
        Step::PackageBuilds => package::build_each(),
        Step::Msrv => toolchains::msrv(),
        Step::MinimalVersions => toolchains::minimal_versions(),
        Step::FeaturePowerset => toolchains::feature_powerset(),
        Step::DocsRs => toolchains::docs_rs(),
        Step::Faults => faults(),
        Step::ApiBreaks => api_breaks::run(),
        Step::SemverChecks => run_cargo("xtask changelog --check --semver-checks"),
    }
}

fn run_cargo(arguments: &str) -> anyhow::Result<()> {
    run_command(cargo().args(arguments.split(' ')))
}

/// Whether the clone has the commit before HEAD, or HEAD is the first commit. Fetches the commit if it is missing, because CI systems check
/// out only a single commit.
fn has_a_commit_before() -> anyhow::Result<bool> {
    let repository = Repository::new(root());
    if repository.is_cut_off()? {
        println!("the history of this clone ends at HEAD: fetching the commit before");
        repository.deepen()?;
    }
    Ok(!repository.is_cut_off()?)
}

/// Runs the tests with random faults and random responses with many more seeds than the step `test`.
fn faults() -> anyhow::Result<()> {
    let runs = |variables: &[(&str, &str)], arguments: &str| {
        run_command(cargo().envs(variables.iter().copied()).args(["test", "--locked"]).args(arguments.split(' ')))
    };
    let first = first_seed();
    runs(
        &[("SIXMM_FAULT_INJECTION_RUNS", "3000"), ("SIXMM_FAULT_INJECTION_SEED", &first)],
        "--package sixmm-tests --test fault_injection",
    )?;
    runs(&[("SIXMM_MUTATIONS", "20000")], "--package sixmm-tests --test cases mutation")?;
    runs(&[("SIXMM_USER_STATE_RUNS", "10000"), ("SIXMM_USER_STATE_SEED", &first)], "--package sixmm-tests --test user_state under_all")?;
    runs(&[("SIXMM_BOOK_FAULT_RUNS", "1000"), ("SIXMM_BOOK_FAULT_SEED", &first)], "--package sixmm-tests --test books faults")?;
    runs(
        &[("VENUE_STREAM_FAULT_RUNS", "3000"), ("VENUE_STREAM_FAULT_SEED", &first)],
        "--package venue-stream --all-features --test faults",
    )?;
    runs(&[("VENUE_BOOK_FAULT_RUNS", "10000"), ("VENUE_BOOK_FAULT_SEED", &first)], "--release --package venue-book --test faults")
}

/// The first seed: another one each day, so that scheduled runs cover further seeds. A failed test prints its seed.
fn first_seed() -> String {
    let days = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs() / 86_400);
    (days * 10_000).to_string()
}

fn test() -> anyhow::Result<()> {
    // A changed snapshot fails the test, and is not written to a new file.
    run_command(cargo().env("INSTA_UPDATE", "no").args(["test", "--workspace", "--all-features", "--locked"]))
}

fn doc() -> anyhow::Result<()> {
    run_command(cargo().env("RUSTDOCFLAGS", "--deny warnings").args(["doc", "--workspace", "--no-deps", "--all-features", "--locked"]))
}

fn spec() -> anyhow::Result<()> {
    let specifications = specifications()?;
    run_command(Command::new(OPENAPI_SPEC_VALIDATOR.installed()?).args(&specifications))?;
    run_command(redocly()?.arg("lint").args(&specifications).args(stream_descriptions()))?;
    redocly_finds_a_mistake()
}

/// The AsyncAPI documents of all specifications with streams, including the specifications for tests.
fn stream_descriptions() -> Vec<PathBuf> {
    let paths = SPECS.iter().chain(&TEST_SPECS).map(|spec| Path::new(spec.path).with_extension(STREAM_DESCRIPTION));
    paths.filter(|path| root().join(path).exists()).collect()
}

/// The extension of the AsyncAPI document beside a specification.
const STREAM_DESCRIPTION: &str = "asyncapi.yaml";

/// Checks that Redocly reports an unknown action and an unresolved reference in an AsyncAPI document. A version of Redocly that ignored such
/// documents would otherwise accept every document.
fn redocly_finds_a_mistake() -> anyhow::Result<()> {
    let path = Path::new(SPECS[0].path).with_extension(STREAM_DESCRIPTION);
    let text = std::fs::read_to_string(root().join(&path)).with_context(|| format!("cannot read `{}`", path.display()))?;
    let copy = root().join("target/tmp").join(path.file_name().context("a file")?);
    let mistakes = [
        ("action: receive", "action: recieve", r#""ruleId": "struct""#),
        ("#/components/schemas/", "#/components/schema/", r#""ruleId": "no-unresolved-refs""#),
    ];
    for (right, wrong, finding) in mistakes {
        anyhow::ensure!(text.contains(right), "`{}` has no `{right}`", path.display());
        std::fs::create_dir_all(root().join("target/tmp"))?;
        std::fs::write(&copy, text.replacen(right, wrong, 1))?;
        let mut command = redocly()?;
        let result = command.args(["lint", "--config", "redocly.yaml", "--format", "json"]).arg(&copy).current_dir(root()).output()?;
        let report = String::from_utf8_lossy(&result.stdout).into_owned();
        anyhow::ensure!(!result.status.success() && report.contains(finding), "Redocly does not report `{wrong}`: {report}");
    }
    println!("redocly finds the mistakes of two changed AsyncAPI documents");
    Ok(())
}

/// Tests the local exchange with Python clients that are written from the documentation only. These clients show mistakes that the Rust
/// client and the local exchange have in common, because tests with the Rust client cannot show them.
fn clients() -> anyhow::Result<()> {
    // The features are the same as in the step `test`, so that cargo builds nothing twice. Building the test `program` also builds the
    // program of the local exchange.
    run_cargo("test --workspace --all-features --locked --test program --no-run")?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder));
    let sandbox = target.join("debug/sixmm-sandbox");
    for (python, script) in [(REQUESTS, "trade.py"), (REQUESTS, "streams.py"), (SCHEMATHESIS, "conform.py")] {
        let python = python.installed()?;
        run_command(Command::new(python).arg("-B").arg(format!("tests/python/{script}")).arg("--sandbox").arg(&sandbox))?;
    }
    SPECS.iter().try_for_each(|spec| official_client(spec.name))
}

/// Records again what the official client of an exchange sends, and compares the result with the committed recording. A test of the
/// exchange's crates compares the same recording with the Rust client. The script and its requirements are in a folder of
/// `tests/python` with the name of the specification. Not every exchange has them.
fn official_client(specification: &str) -> anyhow::Result<()> {
    let folder = Path::new("tests/python").join(specification);
    let script = folder.join("official_client.py");
    if !root().join(&script).exists() {
        return Ok(());
    }
    let python = python(specification, &folder.join("requirements.txt"))?;
    run_command(Command::new(python).arg("-B").arg(script))
}

fn pages() -> anyhow::Result<()> {
    provide(&["chromium"], || output(Command::new("chromium").arg("--version")).map(drop).context("Chromium is needed"))?;
    // The features are the same as in the step `test`, so that cargo builds nothing twice.
    run_cargo("test --workspace --all-features --locked --bin xtask browser_tests:: -- --ignored")
}

fn deny(checks: &[&str]) -> anyhow::Result<()> {
    run_command(Command::new(CARGO_DENY.installed()?).args(["--all-features", "--locked", "check"]).args(checks))
}

/// The specification of every exchange, by name.
fn specifications() -> anyhow::Result<Vec<PathBuf>> {
    let folder = root().join("openapi");
    let entries = folder.read_dir().with_context(|| format!("cannot read {}", folder.display()))?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
    paths.retain(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.ends_with(".yaml") && !name.ends_with(&format!(".{STREAM_DESCRIPTION}"))
    });
    paths.sort();
    anyhow::ensure!(!paths.is_empty(), "there is no specification in {}", folder.display());
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with another name would be skipped.
    #[test]
    fn each_folder_of_python_scripts_has_the_name_of_a_specification() {
        for entry in root().join("tests/python").read_dir().unwrap() {
            let path = entry.unwrap().path();
            if path.join("official_client.py").exists() {
                let name = path.file_name().unwrap();
                assert!(SPECS.iter().any(|spec| spec.name == name), "{}", path.display());
            }
        }
    }
}
