//! A rehearsal of a release against a registry on the loopback interface.

mod registry_server;
mod workspace;

use std::sync::OnceLock;

use tempfile::TempDir;

use super::publish::{Done, publish};
use super::registry::Registry;
use super::*;
use registry_server::{Fault, RegistryServer};
use workspace::ReleaseWorkspace;

/// Keeps the registries of tests out of the caches of the user.
pub(super) fn isolate(command: &mut Command) {
    static HOME: OnceLock<TempDir> = OnceLock::new();
    let home = HOME.get_or_init(|| tempfile::tempdir().expect("a folder"));
    command.env("CARGO_HOME", home.path()).env_remove("CARGO_TARGET_DIR");
}

/// The crates of the rehearsal, each after its dependencies. `ext` depends on `auth` and `api`, and both depend on `core`.
const CRATES: [&str; 4] = ["rehearsal-core", "rehearsal-api", "rehearsal-auth", "rehearsal-ext"];

/// A release of the workspace, and its registry.
struct Rehearsal {
    server: RegistryServer,
    workspace: ReleaseWorkspace,
}

impl Rehearsal {
    fn new() -> Self {
        let server = RegistryServer::start();
        let workspace = ReleaseWorkspace::new(&server.index());
        Self { server, workspace }
    }

    fn publish(&self) -> anyhow::Result<Vec<(String, Done)>> {
        let release = Release::read(self.workspace.root()).expect("the crates are listed");
        assert_eq!(release.names(), CRATES);
        publish(self.workspace.root(), &release.crates, &Registry::with_index("rehearsal", &self.server.index(), true))
    }

    /// The names of skipped crates of a complete run.
    fn resume(&self) -> Vec<String> {
        let log = self.publish().expect("the release is complete");
        assert_eq!(log.len(), CRATES.len());
        log.into_iter().filter(|(_, done)| *done == Done::Skipped).map(|(name, _)| name).collect()
    }
}

/// Requires that a release that is interrupted at each crate in turn is complete after it was resumed.
fn check_interruptions(fault: Fault, skipped: fn(usize) -> usize) {
    for (index, interrupted) in CRATES.iter().enumerate() {
        let rehearsal = Rehearsal::new();
        rehearsal.server.fail_once(interrupted, fault);
        let error = rehearsal.publish().expect_err("the registry failed");
        assert!(error.to_string().contains(interrupted), "{error:#}");
        assert_eq!(rehearsal.server.published().len(), skipped(index), "after the interruption at `{interrupted}`");
        assert_eq!(rehearsal.resume(), CRATES[..skipped(index)]);
        assert_eq!(rehearsal.server.published(), CRATES);
        assert_eq!(rehearsal.server.uploads(), CRATES.len(), "no crate is uploaded a second time");
    }
}

#[test]
fn a_release_that_the_registry_rejects_at_a_crate_is_resumed_at_that_crate() {
    check_interruptions(Fault::RejectBefore, |index| index);
}

#[test]
fn a_release_whose_connection_is_lost_after_a_crate_was_stored_is_resumed_at_the_next_crate() {
    check_interruptions(Fault::DropAfter, |index| index + 1);
}

#[test]
fn a_version_in_the_registry_with_other_contents_stops_the_release() {
    let rehearsal = Rehearsal::new();
    rehearsal.publish().expect("the release is complete");
    rehearsal.workspace.write("crates/rehearsal-core/src/lib.rs", "//! Other contents.\n");
    rehearsal.workspace.commit("another commit");
    let error = rehearsal.publish().expect_err("other contents").to_string();
    assert!(error.starts_with("the registry has `rehearsal-core` 0.1.0 with other contents"), "{error}");
}

#[test]
fn a_program_outside_of_the_workspace_runs_with_the_published_crates() {
    let rehearsal = Rehearsal::new();
    rehearsal.publish().expect("the release is complete");
    assert_eq!(rehearsal.workspace.run_program("rehearsal-ext", "println!(\"{}\", rehearsal_ext::name());"), "core, api, auth\n");
}

#[test]
fn a_release_needs_an_address_a_changelog_the_files_of_packages_and_its_own_tag() {
    let rehearsal = Rehearsal::new();
    let root = rehearsal.workspace.root();
    let problems = || Release::read(root).and_then(|release| release.problems(root)).expect("the workspace is readable");
    assert_eq!(problems(), Vec::<String>::new());

    rehearsal.workspace.edit("Cargo.toml", "https://example.org/rehearsal", "https://repository.invalid/rehearsal");
    rehearsal.workspace.write("CHANGELOG.md", "# Changelog\n\n## Unreleased\n\n- more\n");
    rehearsal.workspace.remove("crates/rehearsal-api/LICENSE-MIT");
    let placeholder = format!("`repository` is a placeholder: set it in Cargo.toml, once for the workspace (`{}`)", CRATES.join("`, `"));
    let mut expected = vec![placeholder, String::from("`rehearsal-api` has no LICENSE-MIT: run `cargo xtask package-files`")];
    expected.push(String::from("CHANGELOG.md has no section `## 0.1.0 - YYYY-MM-DD`: run `cargo xtask release --prepare 0.1.0`"));
    expected.push(String::from("there are changes that are not committed"));
    assert_eq!(problems(), expected);
}

#[test]
fn a_prepared_version_is_dated_committed_tagged_and_published_after_the_first_release() {
    let rehearsal = Rehearsal::new();
    let root = rehearsal.workspace.root();
    let first = Release::read(root).expect("the crates are listed");
    first.tag_commit(root).expect("a tag");
    rehearsal.publish().expect("the first release is complete");

    rehearsal.workspace.edit("CHANGELOG.md", "## Unreleased\n", "## Unreleased\n\n- more\n");
    prepare::prepare(root, "0.2.0", "2026-12-01".parse().expect("a day")).expect("it is prepared");
    rehearsal.workspace.commit("0.2.0");
    let second = Release::read(root).expect("the crates are listed");
    assert_eq!(second.problems(root).expect("the workspace is readable"), Vec::<String>::new());
    second.tag_commit(root).expect("a tag");
    assert_eq!(second.tag(), "v0.2.0");
    let log = rehearsal.publish().expect("the second release is complete");
    assert!(log.iter().all(|(_, done)| *done == Done::Published), "{log:?}");
    assert_eq!(rehearsal.server.uploads(), 2 * CRATES.len());

    // A later commit with the same version cannot be released.
    rehearsal.workspace.write("README.md", "later\n");
    rehearsal.workspace.commit("later");
    let problems = second.problems(root).expect("the workspace is readable");
    assert!(matches!(&problems[..], [problem] if problem.starts_with("the tag v0.2.0 is on another commit")), "{problems:?}");
}

#[test]
fn the_repository_of_this_workspace_is_a_placeholder_until_it_is_set() {
    assert!(is_placeholder("https://repository.invalid/sixmm"));
    assert!(!is_placeholder("https://example.org/sixmm"));
}
