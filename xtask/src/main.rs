//! The project's own commands. `cargo xtask --help` lists them.

mod bench;
mod ci;
mod codegen;
mod files;
mod specs;
mod tools;
mod tour;

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
    /// Everything that CI runs: formatting, lints, generated code, tests, documentation, validators, licences
    Ci(ci::Arguments),
    /// Compare what a call and a decode cost with code written by hand: instructions, times, ratios
    Bench(bench::Arguments),
    /// Generate the crates, and call a mock exchange with them
    Tour(tour::Arguments),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Codegen(arguments) => codegen::run(&arguments),
        Command::Ci(arguments) => ci::run(&arguments),
        Command::Bench(arguments) => bench::run(&arguments),
        Command::Tour(arguments) => tour::run(&arguments),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
