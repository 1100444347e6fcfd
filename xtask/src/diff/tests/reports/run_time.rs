//! Changes that break the wire format although the code compiles, with both crates generated again.

use super::super::generated_code;
use venue_diff::rust::RustClass;

use super::*;

/// The sentence of each change about its effect at run time.
fn words(edits: &[(&str, &str)]) -> String {
    let report = generated_code::report(edits);
    let of = |entry: &venue_diff::report::Entry| {
        let rust = entry.rust.as_ref().expect("the Rust side");
        format!("{}: {}\n", entry.change.id, rust.disagreement.as_deref().unwrap_or_default())
    };
    report.changes.iter().map(of).collect()
}

#[test]
fn a_change_that_the_client_handles_breaks_only_released_versions() {
    insta::assert_snapshot!(words(&[("  /v1/orders:\n", "  /v2/orders:\n")]), @r"
    list_orders/path: code still compiles, but the calls of released versions fail: upgrade
    place_order/path: code still compiles, but the calls of released versions fail: upgrade
    ");
}

#[test]
fn a_new_required_parameter_is_a_compile_error_and_no_failure_at_run_time() {
    let parameter = "        - name: subAccount\n          in: query\n          required: true\n          description: Whose.\n          \
                     schema: { type: string }\n";
    let before = "        - name: limit\n";
    assert_eq!(words(&[(before, &format!("{parameter}{before}"))]).trim_end(), "list_orders.query.subAccount/added:");
}

#[test]
fn a_change_that_no_code_can_handle_fails_at_run_time() {
    insta::assert_snapshot!(words(&[TIGHTER]), @"PlaceOrder.stops/maxItems: code still compiles, but calls fail at run time");
}

#[test]
fn a_change_that_is_not_generated_yet_requires_the_version_of_its_future_items() {
    let repository = TestRepository::new("not-generated");
    let operation = VALID.find("  /v1/orders/{orderId}:").expect("the path exists")..VALID.find("\ncomponents:").expect("the path ends");
    let deprecated = ("x-venue-repeatable: once\n", "x-venue-repeatable: once\n      deprecated: true\n");
    let parameter = "        - name: depth\n          in: query\n          description: How many.\n          schema: { type: string }\n        - name: limit\n";
    for (source, class) in [
        (VALID.replace(&VALID[operation], ""), RustClass::Major),
        (VALID.replace("operationId: get_order\n", "operationId: order\n"), RustClass::Major),
        (VALID.replacen(deprecated.0, deprecated.1, 1), RustClass::Minor),
        (VALID.replace("        - name: limit\n", parameter), RustClass::Minor),
    ] {
        repository.write("openapi/6mm.yaml", &source);
        let report = repository.report(None);
        let rust = report.changes[0].rust.as_ref().expect("the Rust side");
        assert_eq!(rust.class, class, "{}", report.changes[0].change.id);
        assert!(rust.disagreement.as_deref().unwrap_or_default().contains("run `cargo xtask codegen`"), "{rust:?}");
        let crates = &report.rust.as_ref().expect("the Rust side").crates;
        assert_eq!((crates[0].class, crates[1].class), (class, RustClass::None));
    }
}
