//! Reads the workflows, and checks that each step is a command of this program.

use std::fs;

use clap::{Parser as _, ValueEnum as _};

use super::*;
use crate::ci::Step;

/// The workflows, with their texts.
fn workflows() -> Vec<(String, String)> {
    let files = files(&root().join(FOLDER)).expect("the folder of the workflows");
    let name = |path: &Path| path.file_name().expect("a name").to_string_lossy().into_owned();
    files.iter().map(|path| (name(path), fs::read_to_string(path).expect("a workflow"))).collect()
}

/// The values of a key, with the name of their workflow.
fn values(key: &str) -> Vec<(String, String)> {
    let mut values = Vec::new();
    for (name, text) in workflows() {
        let lines = text.lines().map(|line| line.trim_start().trim_start_matches("- "));
        values.extend(lines.filter_map(|line| line.strip_prefix(key)).map(|value| (name.clone(), value.trim().to_owned())));
    }
    values
}

/// Parses the arguments of a command after `cargo`.
fn parse(command: &str) -> crate::Arguments {
    let arguments = command.strip_prefix("cargo xtask ").unwrap_or_else(|| panic!("`{command}` is no command of this program"));
    crate::Arguments::try_parse_from(["xtask"].into_iter().chain(arguments.split(' '))).unwrap_or_else(|error| panic!("{command}: {error}"))
}

#[test]
fn each_step_of_a_workflow_is_one_command_of_this_program() {
    let commands = values("run:");
    assert!(commands.len() >= 16, "{commands:?}");
    for (_, command) in commands {
        parse(&command);
    }
}

#[test]
fn each_step_of_ci_runs_in_a_workflow() {
    let commands: Vec<String> = values("run:").into_iter().map(|(_, command)| command).collect();
    assert!(commands.iter().any(|command| command == "cargo xtask ci"), "all steps that run by default");
    for step in Step::value_variants().iter().filter(|step| !step.runs_by_default()) {
        assert!(commands.iter().any(|command| command.split(' ').any(|word| word == step.to_string())), "`{step}` runs in no workflow");
    }
}

#[test]
fn the_commands_that_need_no_repository_of_github_run_here() {
    let list = crate::ci::list();
    assert!(Step::value_variants().iter().all(|step| list.contains(&step.to_string())));
    // Each of the other commands fails without the variables of a workflow run before it sends a request.
    for (_, command) in values("run:").into_iter().filter(|(_, command)| command.contains(" github ") && !command.contains("report")) {
        let output = Command::new(crate::tools::cargo().get_program())
            .args(command.split(' ').skip(1))
            .current_dir(root())
            .env_remove("GITHUB_API_URL")
            .env_remove("NEEDS")
            .output()
            .expect("cargo runs");
        let printed = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && printed.contains("is not set: this command runs in a workflow"), "{command}: {printed}");
    }
}

#[test]
fn each_action_is_pinned_by_a_hash_that_design_md_lists_with_two_repositories() {
    let design = fs::read_to_string(root().join("DESIGN.md")).expect("the file");
    let actions = values("uses:");
    assert!(actions.len() >= 20, "{actions:?}");
    for (workflow, action) in actions {
        let (name, version) = action.split_once('@').unwrap_or_else(|| panic!("{workflow}: {action}"));
        let (hash, comment) = version.split_once(" # v").unwrap_or_else(|| panic!("{workflow}: {action} has no version"));
        assert!(hash.len() == 40 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()), "{workflow}: {action}");
        let row = design.lines().find(|line| line.starts_with("| `") && line.contains(hash));
        let row = row.unwrap_or_else(|| panic!("{workflow}: DESIGN.md does not list {action}"));
        assert!(row.contains(name) && row.contains(comment) && row.matches(".github/workflows/").count() >= 2, "{row}");
    }
}

#[test]
fn each_workflow_grants_permissions_to_single_jobs_only() {
    for (name, text) in workflows() {
        assert!(text.contains("\npermissions: {}\n"), "{name}");
        let count = |word: &str| text.matches(word).count();
        assert_eq!(count("runs-on:"), count("\n    permissions:\n"), "{name}: each job states its permissions");
        assert_eq!(count("runs-on:"), count("timeout-minutes:"), "{name}: each job has a limit");
        assert_eq!(count("actions/checkout@"), count("persist-credentials: false"), "{name}: no token is stored");
        assert!(text.contains("\nconcurrency:\n"), "{name}");
        assert!(!text.contains("secrets."), "{name}: no job needs a secret");
        let writes: Vec<&str> = text.lines().map(str::trim).filter(|line| line.contains(": write")).collect();
        let expected: &[&str] = match name.as_str() {
            "comment.yml" => &["pull-requests: write # for the comment"],
            "drift.yml" => &["contents: write # for the branch of the pull request", "pull-requests: write # for the pull request"],
            "nightly.yml" => &["issues: write # for the issue"],
            "release.yml" => &["id-token: write # for the token of the registry"],
            _ => &[],
        };
        assert_eq!(writes, expected, "{name}");
    }
}

#[test]
fn the_gate_needs_every_other_job_of_ci() {
    let (_, text) = workflows().into_iter().find(|(name, _)| name == "ci.yml").expect("the workflow");
    let (_, jobs) = text.split_once("\njobs:\n").expect("jobs");
    let is_name = |line: &&str| line.starts_with("  ") && !line.starts_with("   ") && line.ends_with(':');
    let names: Vec<&str> =
        jobs.lines().filter(is_name).map(|line| line.trim().trim_end_matches(':')).filter(|name| *name != "all-green").collect();
    assert_eq!(text.lines().find_map(|line| line.trim().strip_prefix("needs: ")), Some(format!("[{}]", names.join(", ")).as_str()));
}
