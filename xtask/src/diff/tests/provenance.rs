//! Origins of changes, and accepted changes.

use super::*;

const MARK: &str = "[[change]]\norigin = \"vendor\"\nevidence = \"the page of today lists it\"\nids = [\"PlaceOrder.stops/maxItems\"]\n";

#[test]
fn a_documentation_change_that_is_major_in_rust_needs_an_origin() {
    let repository = TestRepository::with_a_renamed_variant("major-words");
    assert!(repository.compare(None, false).expect("a report").problems.is_empty(), "without Rust it is words");
    assert!(problems(&repository).contains("has no origin: did the vendor change it, or does it correct a mistake?"));
}

#[test]
fn a_change_has_an_origin_once_a_new_file_states_it() {
    let repository = TestRepository::new("marked");
    // An entry of an earlier change with the same id does not apply to this change.
    repository.write("openapi/changes/6mm/old.toml", MARK);
    repository.commit("an earlier change");
    repository.edit(TIGHTER.0, TIGHTER.1);
    assert!(problems(&repository).contains("has no origin: did the vendor change it, or does it correct a mistake?"));
    repository.write("openapi/changes/6mm/new.toml", &MARK.replace("of today", "of tomorrow"));
    assert_eq!(problems(&repository), "");
    let report = repository.report(None);
    assert_eq!(report.changes[0].evidence.as_deref(), Some("the page of tomorrow lists it"));
}

#[test]
fn an_entry_that_matches_no_change_or_contradicts_another_is_a_problem() {
    let repository = TestRepository::new("unused");
    repository.edit(TIGHTER.0, TIGHTER.1);
    repository.write("openapi/changes/6mm/a.toml", MARK);
    repository.write("openapi/changes/6mm/b.toml", &MARK.replace("vendor", "correction"));
    assert!(problems(&repository).contains("state different origins"));
    // An element with a star matches all of its changes.
    repository.write("openapi/changes/6mm/b.toml", &MARK.replace("of today", "of both").replace("stops/maxItems", "stops/*"));
    assert_eq!(problems(&repository), "");
    repository.write("openapi/changes/6mm/b.toml", &MARK.replace("stops", "strops"));
    assert!(problems(&repository).contains("`PlaceOrder.strops/maxItems` has an origin, but no change has this id"));
}

#[test]
fn an_accepted_change_is_not_breaking_until_the_exception_expires() {
    let repository = TestRepository::new("accepted");
    repository.edit(TIGHTER.0, TIGHTER.1);
    assert_eq!(repository.report(None).severity(), Severity::Breaking);
    let accepted =
        "[[accepted]]\nid = \"PlaceOrder.stops/maxItems\"\nreason = \"the exchange is not open yet\"\nexpires = \"2026-12-31\"\n";
    repository.write("openapi/changes/6mm/new.toml", &format!("{MARK}{accepted}"));
    assert_eq!(repository.report(None).severity(), Severity::Compatible);
    assert_eq!(problems(&repository), "");
    repository.write("openapi/changes/6mm/new.toml", &format!("{MARK}{}", accepted.replace("2026-12-31", "2026-11-20")));
    assert!(problems(&repository).contains("was accepted until 2026-11-20"));
    repository.write("openapi/changes/6mm/new.toml", &format!("{MARK}{}", accepted.replace("stops", "strops")));
    assert!(problems(&repository).contains("`PlaceOrder.strops/maxItems` is accepted, but no change has this id"));
}

#[test]
fn an_exception_for_a_compatible_change_is_a_problem() {
    let repository = TestRepository::new("needless");
    repository.edit("required: [items]", "required: [items, total]");
    repository.write(
        "openapi/changes/6mm/new.toml",
        "[[change]]\norigin = \"correction\"\nevidence = \"an answer that came\"\nids = [\"OrderList.*\"]\n\
         [[accepted]]\nid = \"OrderList.total/required\"\nreason = \"the change is compatible\"\nexpires = \"2026-12-31\"\n",
    );
    // The base must be valid, because a provisional field cannot be required. The working tree need not be valid here.
    repository.commit("second");
    let text: String = repository.report(Some("HEAD~1..HEAD")).problems.iter().map(|problem| format!("{problem}\n")).collect();
    assert!(text.contains("is accepted, but breaks nothing"), "{text}");
}

#[test]
fn without_the_rust_side_an_exception_for_rust_is_not_checked() {
    let repository = TestRepository::with_a_renamed_variant("no-rust");
    repository.write(
        "openapi/changes/6mm/new.toml",
        "[[change]]\norigin = \"correction\"\nevidence = \"every other page calls the side a bid\"\nids = [\"Side=BUY/variant\"]\n\
         [[accepted]]\nid = \"Side=BUY/variant\"\nreason = \"no program uses the variant yet\"\nexpires = \"2026-12-31\"\n",
    );
    assert_eq!(problems(&repository), "");
    let report = repository.compare(None, false).expect("a report");
    assert!(report.problems.is_empty(), "{:?}", report.problems);
    assert!(report.notes[0].contains("Its effect in Rust was not checked"), "{:?}", report.notes);
}

#[test]
fn an_invalid_provenance_file_is_reported_with_its_line() {
    let repository = TestRepository::new("file");
    repository.edit(TIGHTER.0, TIGHTER.1);
    for (from, to, message) in [
        ("\"vendor\"", "\"someone\"", "new.toml:2: unknown variant `someone`"),
        ("the page of today lists it", "obvious", "new.toml:1: `evidence` states the source"),
        ("\"PlaceOrder.stops/maxItems\"", "\"*\"", "new.toml:1: `*` matches every change"),
        ("stops/maxItems", "st*", "new.toml:1: `PlaceOrder.st*` matches unrelated changes"),
        ("ids", "id", "new.toml:4: unknown field `id`"),
    ] {
        repository.write("openapi/changes/6mm/new.toml", &MARK.replace(from, to));
        let error = repository.error(None);
        assert!(error.contains(message), "{error}");
    }
}
