//! Tests of the choice of the two revisions.

use super::*;

#[test]
fn without_a_base_the_working_tree_is_compared_with_the_merge_base() {
    let repository = TestRepository::new("branch");
    repository.git(&["checkout", "--quiet", "-b", "topic"]);
    repository.edit(TIGHTER.0, TIGHTER.1);
    repository.commit("topic");
    // A later commit of the main branch is not a change of the topic branch.
    repository.git(&["checkout", "--quiet", "main"]);
    repository.edit("description: The market.\n          schema", "description: A market.\n          schema");
    repository.commit("main goes on");
    repository.git(&["checkout", "--quiet", "topic"]);
    let report = repository.report(None);
    assert_eq!(ids(&report), ["PlaceOrder.stops/maxItems"]);
    assert_eq!(report.head, "working tree");
    assert!(report.base.ends_with("(merge base with main)"), "{}", report.base);
}

#[test]
fn a_dirty_tree_is_compared_with_its_uncommitted_changes() {
    let repository = TestRepository::new("dirty");
    repository.edit(TIGHTER.0, TIGHTER.1);
    let report = repository.report(None);
    assert_eq!(ids(&report), ["PlaceOrder.stops/maxItems"]);
    assert_eq!(report.head, "working tree, with uncommitted changes");
}

#[test]
fn two_revisions_are_compared_without_the_working_tree() {
    let repository = TestRepository::new("range");
    repository.edit(TIGHTER.0, TIGHTER.1);
    repository.commit("second");
    repository.write("openapi/6mm.yaml", "nonsense");
    assert_eq!(ids(&repository.report(Some("HEAD~1..HEAD"))), ["PlaceOrder.stops/maxItems"]);
    assert!(repository.error(Some("HEAD~1...HEAD")).contains("write `A..B`"));
}

#[test]
fn a_shallow_clone_is_sufficient_and_gets_a_note() {
    let repository = TestRepository::new("origin");
    repository.git(&["checkout", "--quiet", "-b", "topic"]);
    repository.edit(TIGHTER.0, TIGHTER.1);
    repository.commit("topic");
    repository.git(&["checkout", "--quiet", "main"]);
    let clone = repository.clone_of(&["--depth=1", "--no-single-branch", "--branch=topic"]);
    let report = clone.report(None);
    assert_eq!(ids(&report), ["PlaceOrder.stops/maxItems"]);
    assert!(report.notes[0].contains("the history of this clone is incomplete"), "{:?}", report.notes);
    assert!(clone.error(Some("HEAD~5")).contains("`git fetch --unshallow`"));
    assert!(clone.error(Some("other")).contains("`git fetch --depth=1 origin other`"));
    assert!(clone.report(Some("origin/main")).notes.is_empty());
}

#[test]
fn a_checkout_without_branches_is_compared_with_the_commit_before() {
    let repository = TestRepository::new("detached");
    repository.edit(TIGHTER.0, TIGHTER.1);
    repository.commit("second");
    repository.git(&["checkout", "--quiet", "--detach"]);
    repository.git(&["branch", "--quiet", "-D", "main"]);
    let report = repository.report(None);
    assert_eq!(ids(&report), ["PlaceOrder.stops/maxItems"]);
    assert!(report.notes[0].contains("HEAD~1 is the base"), "{:?}", report.notes);
}

#[test]
fn a_base_without_a_specification_gets_a_note() {
    let repository = TestRepository::empty("without");
    repository.write("README.md", "nothing yet");
    repository.commit("first");
    repository.write("openapi/6mm.yaml", VALID);
    let report = repository.report(None);
    assert!(report.changes.is_empty());
    assert!(report.notes[0].ends_with("has no `openapi/6mm.yaml`: there is nothing to compare with"), "{:?}", report.notes);
    assert_eq!(report.severity(), Severity::Nothing);
}

/// The error of a comparison without a base.
fn refusal(repository: &Repository) -> String {
    format!("{:#}", RevisionRange::resolve(repository, None).expect_err("no comparison"))
}

#[test]
fn a_repository_of_another_user_is_rejected_with_gits_message_and_advice() {
    let repository = TestRepository::new("another-user");
    // Git's own tests simulate another user with this variable.
    let repository = Repository::new(&repository.root).with_variable("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1");
    let refusal = refusal(&repository);
    assert!(refusal.contains("fatal: detected dubious ownership in repository"), "{refusal}");
    assert!(refusal.contains("git config --global --add safe.directory"), "{refusal}");
    assert!(refusal.contains("Run this command as that user"), "{refusal}");
    let releases = repository.last_release("HEAD").expect_err("no release is known").to_string();
    assert!(releases.contains("dubious ownership"), "{releases}");
}

#[test]
fn files_without_a_repository_are_rejected_with_gits_message_and_advice() {
    let repository = TestRepository::new("no-history");
    fs::remove_dir_all(repository.root.join(".git")).expect("a repository");
    // The folder of temporary files may be part of another repository.
    let repository = Repository::new(&repository.root).with_variable("GIT_CEILING_DIRECTORIES", "/:/tmp:/var/tmp");
    let refusal = refusal(&repository);
    assert!(refusal.contains("fatal: not a git repository"), "{refusal}");
    assert!(refusal.contains("Make a clone with `git clone`"), "{refusal}");
}

#[test]
fn a_damaged_repository_is_rejected_with_gits_message() {
    let repository = TestRepository::new("damaged");
    repository.write(".git/config", "[core\n");
    let refusal = refusal(&Repository::new(&repository.root));
    assert!(refusal.contains("bad config line 1") && refusal.contains("until git accepts the repository"), "{refusal}");
}

#[test]
fn a_repository_without_a_commit_is_rejected() {
    let repository = TestRepository::empty("no-commit");
    assert_eq!(refusal(&Repository::new(&repository.root)), "this repository has no commit yet: there is nothing to compare with");
}

#[test]
fn a_mistake_in_the_working_tree_is_reported_and_not_compared() {
    let repository = TestRepository::new("mistake");
    repository.edit("description: Places one order.", "desciption: Places one order.");
    assert!(repository.error(None).contains("did you mean `description`?"));
}

#[test]
fn a_base_that_violates_the_current_checks_is_compared() {
    let repository = TestRepository::new("conventions");
    repository.edit("description: Places one order.", "desciption: Places one order.");
    repository.commit("an older convention");
    repository.write("openapi/6mm.yaml", VALID);
    assert_eq!(ids(&repository.report(None)), ["place_order/desciption", "place_order/description"]);
}

#[test]
fn a_base_with_the_old_prefix_of_extension_keys_is_read_with_the_new_prefix() {
    let repository = TestRepository::new("prefix");
    repository.write("openapi/6mm.yaml", &VALID.replace("x-venue-", "x-sixmm-"));
    repository.commit("the old prefix");
    repository.write("openapi/6mm.yaml", VALID);
    assert!(VALID.contains("x-venue-repeatable"));
    assert_eq!(ids(&repository.report(None)), [""; 0]);
}

#[test]
fn on_the_main_branch_a_note_suggests_a_base() {
    let repository = TestRepository::new("main");
    let report = repository.report(None);
    assert!(report.changes.is_empty() && report.notes[0].contains("cargo xtask diff HEAD~1"), "{:?}", report.notes);
}

#[test]
fn a_clone_that_converts_line_ends_has_the_files_of_the_repository() {
    let repository = TestRepository::empty("line-ends");
    repository.write(".gitattributes", include_str!("../../../../.gitattributes"));
    let files = ["openapi/6mm.yaml", "crates/sixmm-api/src/generated/types.rs", "crates/sixmm-api/snapshots/schemas/Order.txt", "a.case"];
    files.iter().for_each(|path| repository.write(path, "one\ntwo\n"));
    repository.commit("first");
    let clone = repository.clone_of(&["--config", "core.autocrlf=true"]);
    for path in files {
        assert_eq!(fs::read_to_string(clone.root.join(path)).expect("a file"), "one\ntwo\n", "{path}");
    }
}
