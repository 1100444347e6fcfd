//! Who changed it, and what is accepted.

use super::*;

const MARK: &str = "[[change]]\norigin = \"vendor\"\nevidence = \"the page of today lists it\"\nids = [\"PlaceOrder.stops/maxItems\"]\n";

#[test]
fn a_change_of_words_that_is_major_in_rust_is_marked_too() {
    let repository = TestRepository::with_a_renamed_variant("major-words");
    assert!(repository.compare(None, false).expect("a report").problems.is_empty(), "without Rust it is words");
    assert!(problems(&repository).contains("did the vendor change it, or did we have it wrong?"));
}

#[test]
fn a_change_is_accounted_for_once_a_new_file_says_who_changed_it() {
    let repository = TestRepository::new("marked");
    // An entry of an earlier change, which happened to be called the same, says nothing of this one.
    repository.write("openapi/changes/6mm/old.toml", MARK);
    repository.commit("an earlier change");
    repository.edit(TIGHTER.0, TIGHTER.1);
    assert!(problems(&repository).contains("did the vendor change it, or did we have it wrong?"));
    repository.write("openapi/changes/6mm/new.toml", &MARK.replace("of today", "of tomorrow"));
    assert_eq!(problems(&repository), "");
    let report = repository.report(None);
    assert_eq!(report.changes[0].evidence.as_deref(), Some("the page of tomorrow lists it"));
}

#[test]
fn an_entry_that_names_no_change_or_contradicts_another_is_a_problem() {
    let repository = TestRepository::new("unused");
    repository.edit(TIGHTER.0, TIGHTER.1);
    repository.write("openapi/changes/6mm/a.toml", MARK);
    repository.write("openapi/changes/6mm/b.toml", &MARK.replace("vendor", "correction"));
    assert!(problems(&repository).contains("say two things of it"));
    // A whole element, with a star, stands for all that begin so.
    repository.write("openapi/changes/6mm/b.toml", &MARK.replace("of today", "of both").replace("stops/maxItems", "stops/*"));
    assert_eq!(problems(&repository), "");
    repository.write("openapi/changes/6mm/b.toml", &MARK.replace("stops", "strops"));
    assert!(problems(&repository).contains("`PlaceOrder.strops/maxItems` is marked, and no change is called so"));
}

#[test]
fn an_accepted_change_is_not_breaking_until_the_exception_expires() {
    let repository = TestRepository::new("accepted");
    repository.edit(TIGHTER.0, TIGHTER.1);
    assert_eq!(repository.report(None).severity(), Severity::Breaking);
    let accepted = "[[accepted]]\nid = \"PlaceOrder.stops/maxItems\"\nreason = \"nobody trades there yet\"\nexpires = \"2026-12-31\"\n";
    repository.write("openapi/changes/6mm/new.toml", &format!("{MARK}{accepted}"));
    assert_eq!(repository.report(None).severity(), Severity::Compatible);
    assert_eq!(problems(&repository), "");
    repository.write("openapi/changes/6mm/new.toml", &format!("{MARK}{}", accepted.replace("2026-12-31", "2026-11-20")));
    assert!(problems(&repository).contains("was accepted until 2026-11-20"));
    repository.write("openapi/changes/6mm/new.toml", &format!("{MARK}{}", accepted.replace("stops", "strops")));
    assert!(problems(&repository).contains("`PlaceOrder.strops/maxItems` is accepted, and no change is called so"));
}

#[test]
fn an_exception_for_what_breaks_nothing_is_a_problem() {
    let repository = TestRepository::new("needless");
    repository.edit("required: [items]", "required: [items, total]");
    repository.write(
        "openapi/changes/6mm/new.toml",
        "[[change]]\norigin = \"correction\"\nevidence = \"an answer that came\"\nids = [\"OrderList.*\"]\n\
         [[accepted]]\nid = \"OrderList.total/required\"\nreason = \"it breaks nobody\"\nexpires = \"2026-12-31\"\n",
    );
    // A provisional field is never required: the base is sound, and what lies on the disk need not be to be compared here.
    repository.commit("second");
    let text: String = repository.report(Some("HEAD~1..HEAD")).problems.iter().map(|problem| format!("{problem}\n")).collect();
    assert!(text.contains("is accepted, and breaks nothing"), "{text}");
}

#[test]
fn without_the_rust_side_an_exception_for_rust_alone_is_not_judged_and_passes() {
    let repository = TestRepository::with_a_renamed_variant("no-rust");
    repository.write(
        "openapi/changes/6mm/new.toml",
        "[[change]]\norigin = \"correction\"\nevidence = \"it is called a bid everywhere else\"\nids = [\"Side=BUY/variant\"]\n\
         [[accepted]]\nid = \"Side=BUY/variant\"\nreason = \"nobody names the variant yet\"\nexpires = \"2026-12-31\"\n",
    );
    assert_eq!(problems(&repository), "");
    let report = repository.compare(None, false).expect("a report");
    assert!(report.problems.is_empty(), "{:?}", report.problems);
    assert!(report.notes[0].contains("whether it does in Rust was not looked at"), "{:?}", report.notes);
}

#[test]
fn a_file_of_changes_that_is_not_as_it_must_be_names_its_line() {
    let repository = TestRepository::new("file");
    repository.edit(TIGHTER.0, TIGHTER.1);
    for (from, to, message) in [
        ("\"vendor\"", "\"somebody\"", "new.toml:2: unknown variant `somebody`"),
        ("the page of today lists it", "obvious", "new.toml:1: `evidence` says how we know"),
        ("\"PlaceOrder.stops/maxItems\"", "\"*\"", "new.toml:1: `*` stands for every change there is"),
        ("stops/maxItems", "st*", "new.toml:1: `PlaceOrder.st*` stands for whatever happens to begin so"),
        ("ids", "id", "new.toml:4: unknown field `id`"),
    ] {
        repository.write("openapi/changes/6mm/new.toml", &MARK.replace(from, to));
        let error = repository.error(None);
        assert!(error.contains(message), "{error}");
    }
}
