//! `--check`, and the exit codes.

use super::*;

#[test]
fn a_check_on_the_main_branch_itself_is_about_its_last_commit() {
    let world = World::new("check-main");
    world.edit(TIGHTER.0, TIGHTER.1);
    world.commit("second");
    let clone = world.clone_of(&[]);
    for world in [&world, &clone] {
        let compared = world.checked().expect("a base");
        let report = report(&Repository::new(&world.root), &compared, &SPECS[0], true, "2026-11-21".parse().expect("a day"));
        let report = report.expect("a report");
        assert_eq!(ids(&report), ["PlaceOrder.stops/maxItems"]);
        assert!(report.base.ends_with("(HEAD~1)"), "{}", report.base);
    }
}

#[test]
fn a_check_on_a_dirty_main_branch_is_about_what_is_not_committed() {
    let world = World::new("check-dirty");
    world.commit("second");
    world.edit(TIGHTER.0, TIGHTER.1);
    assert!(world.checked().expect("a base").base.label().ends_with("(merge base with main)"));
}

#[test]
fn a_check_that_would_compare_a_commit_with_itself_fails_and_says_what_to_fetch() {
    let world = World::new("check-shallow");
    world.edit(TIGHTER.0, TIGHTER.1);
    world.commit("second");
    let fails = |clone: &World| clone.checked().err().map(|error| error.to_string()).unwrap_or_default().contains("git fetch --deepen=1");
    let clone = world.clone_of(&["--depth=1"]);
    assert!(fails(&clone));
    clone.git(&["fetch", "--quiet", "--deepen=1"]);
    assert!(clone.checked().expect("a base").base.label().ends_with("(HEAD~1)"));
    // Without branches it is the same.
    let clone = world.clone_of(&["--depth=1"]);
    clone.git(&["checkout", "--quiet", "--detach"]);
    clone.git(&["branch", "--quiet", "-D", "main"]);
    clone.git(&["remote", "remove", "origin"]);
    assert!(fails(&clone));
}

#[test]
fn a_check_of_a_first_commit_has_nothing_to_say() {
    let world = World::new("check-first");
    assert!(world.checked().is_ok());
}

#[test]
fn the_exit_codes_are_what_the_help_says() {
    let is = |outcome, is_accounted_for, code: u8| {
        assert_eq!(exit_code(outcome, is_accounted_for), ExitCode::from(code), "{outcome:?} {is_accounted_for:?}");
    };
    is(Outcome::Nothing, None, 0);
    is(Outcome::Compatible, None, 3);
    is(Outcome::Breaking, None, 4);
    is(Outcome::Breaking, Some(true), 0);
    is(Outcome::Nothing, Some(false), 1);
}
