//! What is compared with what.

use super::*;

#[test]
fn without_a_base_the_working_tree_is_compared_with_where_its_branch_began() {
    let world = World::new("branch");
    world.git(&["checkout", "--quiet", "-b", "topic"]);
    world.edit(TIGHTER.0, TIGHTER.1);
    world.commit("topic");
    // The main branch goes on; what it gains is no change of the topic's.
    world.git(&["checkout", "--quiet", "main"]);
    world.edit("description: The market.\n          schema", "description: A market.\n          schema");
    world.commit("main goes on");
    world.git(&["checkout", "--quiet", "topic"]);
    let report = world.report(None);
    assert_eq!(ids(&report), ["PlaceOrder.stops/maxItems"]);
    assert_eq!(report.head, "working tree");
    assert!(report.base.ends_with("(merge base with main)"), "{}", report.base);
}

#[test]
fn a_dirty_tree_is_compared_as_it_lies_on_the_disk() {
    let world = World::new("dirty");
    world.edit(TIGHTER.0, TIGHTER.1);
    let report = world.report(None);
    assert_eq!(ids(&report), ["PlaceOrder.stops/maxItems"]);
    assert_eq!(report.head, "working tree, with uncommitted changes");
}

#[test]
fn two_revisions_are_compared_whatever_lies_on_the_disk() {
    let world = World::new("range");
    world.edit(TIGHTER.0, TIGHTER.1);
    world.commit("second");
    world.write("openapi/6mm.yaml", "nonsense");
    assert_eq!(ids(&world.report(Some("HEAD~1..HEAD"))), ["PlaceOrder.stops/maxItems"]);
    assert!(world.error(Some("HEAD~1...HEAD")).contains("write `A..B`"));
}

#[test]
fn a_shallow_clone_is_enough_and_says_what_it_does_not_know() {
    let world = World::new("origin");
    world.git(&["checkout", "--quiet", "-b", "topic"]);
    world.edit(TIGHTER.0, TIGHTER.1);
    world.commit("topic");
    world.git(&["checkout", "--quiet", "main"]);
    let clone = world.clone_of(&["--depth=1", "--no-single-branch", "--branch=topic"]);
    let report = clone.report(None);
    assert_eq!(ids(&report), ["PlaceOrder.stops/maxItems"]);
    assert!(report.notes[0].contains("the history of this clone is cut off"), "{:?}", report.notes);
    assert!(clone.error(Some("HEAD~5")).contains("`git fetch --unshallow`"));
    assert!(clone.error(Some("other")).contains("`git fetch --depth=1 origin other`"));
    assert!(clone.report(Some("origin/main")).notes.is_empty());
}

#[test]
fn a_checkout_without_branches_is_compared_with_the_commit_before() {
    let world = World::new("detached");
    world.edit(TIGHTER.0, TIGHTER.1);
    world.commit("second");
    world.git(&["checkout", "--quiet", "--detach"]);
    world.git(&["branch", "--quiet", "-D", "main"]);
    let report = world.report(None);
    assert_eq!(ids(&report), ["PlaceOrder.stops/maxItems"]);
    assert!(report.notes[0].contains("HEAD~1 is the base"), "{:?}", report.notes);
}

#[test]
fn a_base_without_a_specification_is_said_to_have_none() {
    let world = World::empty("without");
    world.write("README.md", "nothing yet");
    world.commit("first");
    world.write("openapi/6mm.yaml", VALID);
    let report = world.report(None);
    assert!(report.changes.is_empty());
    assert!(
        report.notes[0].ends_with("has no `openapi/6mm.yaml`: everything is new, and there is nothing to compare with"),
        "{:?}",
        report.notes
    );
    assert_eq!(report.outcome(), Outcome::Nothing);
}

/// What a comparison without a base says of a repository.
fn refusal(repository: &Repository) -> String {
    format!("{:#}", Compared::resolve(repository, None).expect_err("no comparison"))
}

#[test]
fn a_repository_of_another_user_is_refused_in_gits_own_words_with_what_to_do() {
    let world = World::new("another-user");
    // Git's own tests pretend to be another user by this variable.
    let repository = Repository::new(&world.root).with_variable("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1");
    let refusal = refusal(&repository);
    assert!(refusal.contains("fatal: detected dubious ownership in repository"), "{refusal}");
    assert!(refusal.contains("git config --global --add safe.directory"), "{refusal}");
    assert!(refusal.contains("Run this command as that user"), "{refusal}");
    let releases = repository.last_release("HEAD").expect_err("no release is known").to_string();
    assert!(releases.contains("dubious ownership"), "{releases}");
}

#[test]
fn files_without_a_history_are_refused_in_gits_own_words_with_what_to_do() {
    let world = World::new("no-history");
    fs::remove_dir_all(world.root.join(".git")).expect("a repository");
    // The folder of temporary files may itself be in a repository.
    let repository = Repository::new(&world.root).with_variable("GIT_CEILING_DIRECTORIES", "/:/tmp:/var/tmp");
    let refusal = refusal(&repository);
    assert!(refusal.contains("fatal: not a git repository"), "{refusal}");
    assert!(refusal.contains("Make a clone with `git clone`"), "{refusal}");
}

#[test]
fn a_repository_that_is_damaged_is_refused_in_gits_own_words() {
    let world = World::new("damaged");
    world.write(".git/config", "[core\n");
    let refusal = refusal(&Repository::new(&world.root));
    assert!(refusal.contains("bad config line 1") && refusal.contains("until git accepts the repository"), "{refusal}");
}

#[test]
fn a_repository_without_a_commit_is_said_to_have_none() {
    let world = World::empty("no-commit");
    assert_eq!(refusal(&Repository::new(&world.root)), "this repository has no commit yet: there is nothing to compare with");
}

#[test]
fn a_mistake_in_the_working_tree_is_reported_and_not_compared() {
    let world = World::new("mistake");
    world.edit("description: Places one order.", "desciption: Places one order.");
    assert!(world.error(None).contains("did you mean `description`?"));
}

#[test]
fn a_base_that_was_written_under_other_conventions_is_read_all_the_same() {
    let world = World::new("conventions");
    world.edit("description: Places one order.", "desciption: Places one order.");
    world.commit("an older convention");
    world.write("openapi/6mm.yaml", VALID);
    assert_eq!(ids(&world.report(None)), ["place_order/desciption", "place_order/description"]);
}

#[test]
fn a_base_with_the_old_prefix_of_extension_keys_is_read_as_if_it_had_the_new_one() {
    let world = World::new("prefix");
    world.write("openapi/6mm.yaml", &VALID.replace("x-venue-", "x-sixmm-"));
    world.commit("the old prefix");
    world.write("openapi/6mm.yaml", VALID);
    assert!(VALID.contains("x-venue-repeatable"));
    assert_eq!(ids(&world.report(None)), [""; 0]);
}

#[test]
fn on_the_main_branch_itself_a_note_says_what_to_name() {
    let world = World::new("main");
    let report = world.report(None);
    assert!(report.changes.is_empty() && report.notes[0].contains("cargo xtask diff HEAD~1"), "{:?}", report.notes);
}

#[test]
fn a_clone_that_converts_line_ends_has_the_files_of_the_repository() {
    let world = World::empty("line-ends");
    world.write(".gitattributes", include_str!("../../../../.gitattributes"));
    let files = ["openapi/6mm.yaml", "crates/sixmm-api/src/generated/types.rs", "crates/sixmm-api/snapshots/schemas/Order.txt", "a.case"];
    files.iter().for_each(|path| world.write(path, "one\ntwo\n"));
    world.commit("first");
    let clone = world.clone_of(&["--config", "core.autocrlf=true"]);
    for path in files {
        assert_eq!(fs::read_to_string(clone.root.join(path)).expect("a file"), "one\ntwo\n", "{path}");
    }
}
