//! `--check`, and the exit codes.

use super::*;

#[test]
fn a_check_on_the_main_branch_compares_with_the_commit_before() {
    let repository = TestRepository::new("check-main");
    repository.edit(TIGHTER.0, TIGHTER.1);
    repository.commit("second");
    let clone = repository.clone_of(&[]);
    for repository in [&repository, &clone] {
        let range = repository.checked().expect("a base");
        let report = report(&Repository::new(&repository.root), &range, &SPECS[0], true, "2026-11-21".parse().expect("a day"));
        let report = report.expect("a report");
        assert_eq!(ids(&report), ["PlaceOrder.stops/maxItems"]);
        assert!(report.base.ends_with("(HEAD~1)"), "{}", report.base);
    }
}

#[test]
fn a_check_on_a_dirty_main_branch_compares_with_head() {
    let repository = TestRepository::new("check-dirty");
    repository.commit("second");
    repository.edit(TIGHTER.0, TIGHTER.1);
    assert!(repository.checked().expect("a base").base.label().ends_with("(merge base with main)"));
}

#[test]
fn a_check_that_would_compare_a_commit_with_itself_fails_and_suggests_a_fetch() {
    let repository = TestRepository::new("check-shallow");
    repository.edit(TIGHTER.0, TIGHTER.1);
    repository.commit("second");
    let fails =
        |clone: &TestRepository| clone.checked().err().map(|error| error.to_string()).unwrap_or_default().contains("git fetch --deepen=1");
    let clone = repository.clone_of(&["--depth=1"]);
    assert!(fails(&clone));
    clone.git(&["fetch", "--quiet", "--deepen=1"]);
    assert!(clone.checked().expect("a base").base.label().ends_with("(HEAD~1)"));
    // The result is the same without branches.
    let clone = repository.clone_of(&["--depth=1"]);
    clone.git(&["checkout", "--quiet", "--detach"]);
    clone.git(&["branch", "--quiet", "-D", "main"]);
    clone.git(&["remote", "remove", "origin"]);
    assert!(fails(&clone));
}

#[test]
fn a_check_of_the_first_commit_passes() {
    let repository = TestRepository::new("check-first");
    assert!(repository.checked().is_ok());
}

#[test]
fn the_exit_codes_are_those_of_the_help() {
    let is = |severity, is_accounted_for, code: u8| {
        assert_eq!(exit_code(severity, is_accounted_for), ExitCode::from(code), "{severity:?} {is_accounted_for:?}");
    };
    is(Severity::Nothing, None, 0);
    is(Severity::Compatible, None, 3);
    is(Severity::Breaking, None, 4);
    is(Severity::Breaking, Some(true), 0);
    is(Severity::Nothing, Some(false), 1);
}
