//! Annotations of GitHub Actions.

use super::*;

/// The annotations, without the hash of the base.
fn annotations(repository: &TestRepository) -> String {
    let report = repository.report(None);
    report.to_github().replace(&report.base, "BASE")
}

/// The specification after several edits.
fn edited(name: &str, edits: &[(&str, &str)]) -> TestRepository {
    let repository = TestRepository::new(name);
    let text = edits.iter().fold(VALID.to_owned(), |text, (from, to)| {
        assert_eq!(text.matches(from).count(), 1, "the edit matches once: {from}");
        text.replace(from, to)
    });
    repository.write("openapi/6mm.yaml", &text);
    repository
}

#[test]
fn annotations_are_on_the_lines_of_the_specification() {
    let repository = TestRepository::new("github");
    repository.edit(TIGHTER.0, TIGHTER.1);
    insta::assert_snapshot!(annotations(&repository));
}

#[test]
fn an_accepted_change_is_a_warning() {
    let repository = TestRepository::new("github-accepted");
    repository.edit(TIGHTER.0, TIGHTER.1);
    repository.write(
        "openapi/changes/6mm/new.toml",
        "[[change]]\norigin = \"vendor\"\nevidence = \"the page of today lists it\"\nids = [\"PlaceOrder.stops/maxItems\"]\n\
         [[accepted]]\nid = \"PlaceOrder.stops/maxItems\"\nreason = \"the exchange is not open yet\"\nexpires = \"2026-12-31\"\n",
    );
    insta::assert_snapshot!(annotations(&repository));
}

#[test]
fn a_removal_is_annotated_at_its_owner() {
    let fills = "        fills:\n          description: What was filled.\n          x-undocumented: The page names the field and not its content.\n";
    let repository = edited("github-gone", &[(fills, ""), ("          maxItems: 2\n", "")]);
    let text = fs::read_to_string(repository.root.join("openapi/6mm.yaml")).expect("the specification");
    let line = |key: &str| 1 + text.lines().position(|line| line == key).expect("its line");
    let annotations = annotations(&repository);
    for (id, line) in [("Order.fills/removed", line("    Order:")), ("PlaceOrder.stops/maxItems", line("        stops:"))] {
        let annotation = annotations.lines().find(|annotation| annotation.ends_with(id)).expect("an annotation");
        assert!(annotation.contains(&format!(",line={line},")), "{annotation}");
    }
}

#[test]
fn a_removed_operation_is_annotated_at_the_first_line() {
    let from = VALID.find("  /v1/orders/{orderId}:\n").expect("the path exists");
    let to = from + VALID[from..].find("\ncomponents:").expect("the path ends");
    let repository = edited("github-operation-gone", &[(&VALID[from..to], "")]);
    let annotations = annotations(&repository);
    assert!(annotations.contains("::error file=openapi/6mm.yaml,line=1,title=breaking%3A get_order removed::"), "{annotations}");
}

#[test]
fn a_change_that_is_major_in_rust_only_is_an_error_like_its_exit_code() {
    let repository = TestRepository::with_a_renamed_variant("github-major");
    assert_eq!(repository.report(None).severity(), Severity::Breaking);
    assert!(annotations(&repository).starts_with("::error file=openapi/6mm.yaml,"), "{}", annotations(&repository));
}

#[test]
fn unexplained_items_share_one_annotation() {
    insta::assert_snapshot!(annotations(&with_unexplained_items("github-unexplained")));
}
