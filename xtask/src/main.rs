//! The project's own commands. `cargo xtask --help` lists them.

mod bench;
mod changelog;
mod checkout;
mod ci;
mod codegen;
mod diff;
mod docs;
mod files;
#[cfg(test)]
mod pages;
mod public_api;
mod specs;
mod tools;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The project's own commands.
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
    /// Compare the specifications with another revision: what changed on the wire, what changes in Rust, and for whom
    Diff(diff::Arguments),
    /// What a user of the crates reads of all changes since the last release, and the versions that they demand
    Changelog(changelog::Arguments),
    /// The browsable reference of an API: one page that needs no network
    Docs(docs::Arguments),
    /// List the public API of each published crate in a text file
    PublicApi(public_api::Arguments),
    /// Everything that CI runs: formatting, lints, generated code, tests, documentation, validators, licences
    Ci(ci::Arguments),
    /// Compare what a call and a decode cost with code written by hand: instructions, times, ratios
    Bench(bench::Arguments),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Codegen(arguments) => codegen::run(&arguments),
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Changelog(arguments) => changelog::run(&arguments),
        Command::Docs(arguments) => docs::run(&arguments),
        Command::PublicApi(arguments) => public_api::run(&arguments),
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
