//! The commands of this project. `cargo xtask --help` lists them.

mod bench;
#[cfg(test)]
mod browser_tests;
mod changelog;
mod checkout;
mod ci;
mod codegen;
mod diff;
mod docs;
mod drift;
mod files;
mod github;
#[cfg(test)]
mod hosts;
mod http;
mod missing;
mod package_files;
mod public_api;
mod published;
mod release;
mod specs;
#[cfg(test)]
mod test_server;
mod tools;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The commands of this project.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Generate the crates from the specifications
    Codegen(codegen::Arguments),
    /// Compare the specifications with another revision: changes on the wire, changes in Rust, and the affected operations
    Diff(diff::Arguments),
    /// Compare the pages of the documentation with a specification: contradictions, and changes since the last review
    Drift(drift::Arguments),
    /// List the operations and fields that the files written by hand lack: fixtures, tables of tests, the local exchange
    Missing(missing::Arguments),
    /// Print the changelog for users of the crates: all changes since the last release, and the versions that they require
    Changelog(changelog::Arguments),
    /// Write the API reference as an HTML page that needs no network
    Docs(docs::Arguments),
    /// List the public API of each published crate in a text file
    PublicApi(public_api::Arguments),
    /// Write the README and the licences of each published crate
    PackageFiles(package_files::Arguments),
    /// Prepare, check or publish a release
    Release(release::Arguments),
    /// Steps of the workflows that use the API of GitHub
    Github(github::Arguments),
    /// Run all checks of CI: formatting, lints, generated code, tests, documentation, validators, licences
    Ci(ci::Arguments),
    /// Compare the cost of a call and of decoding with hand-written code: instructions, times, ratios
    Bench(bench::Arguments),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Codegen(arguments) => codegen::run(&arguments),
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Drift(arguments) => drift::run(&arguments),
        Command::Missing(arguments) => missing::run(&arguments),
        Command::Changelog(arguments) => changelog::run(&arguments),
        Command::Docs(arguments) => docs::run(&arguments),
        Command::PublicApi(arguments) => public_api::run(&arguments),
        Command::PackageFiles(arguments) => package_files::run(&arguments),
        Command::Release(arguments) => release::run(&arguments),
        Command::Github(arguments) => github::run(&arguments),
        Command::Ci(arguments) => ci::run(&arguments),
        Command::Bench(arguments) => bench::run(&arguments),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
