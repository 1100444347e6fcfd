//! What breaks on the wire although the code compiles, with both crates generated anew.

use super::super::super::generated;
use venue_diff::rust::RustClass;

use super::*;

/// The words of each change about what the code does at run time.
fn words(edits: &[(&str, &str)]) -> String {
    let report = generated::report(edits);
    let of = |entry: &venue_diff::report::Entry| {
        let rust = entry.rust.as_ref().expect("the Rust side");
        format!("{}: {}\n", entry.change.id, rust.disagreement.as_deref().unwrap_or_default())
    };
    report.changes.iter().map(of).collect()
}

#[test]
fn where_the_client_does_it_right_by_itself_released_versions_fail() {
    insta::assert_snapshot!(words(&[("  /v1/orders:\n", "  /v2/orders:\n")]), @r"
    list_orders/path: code still compiles, and the calls of released versions fail: upgrade
    place_order/path: code still compiles, and the calls of released versions fail: upgrade
    ");
}

#[test]
fn a_required_parameter_more_is_an_error_of_the_compiler_and_no_failure_at_run_time() {
    let parameter = "        - name: subAccount\n          in: query\n          required: true\n          description: Whose.\n          \
                     schema: { type: string }\n";
    let before = "        - name: limit\n";
    assert_eq!(words(&[(before, &format!("{parameter}{before}"))]).trim_end(), "list_orders.query.subAccount/added:");
}

#[test]
fn what_no_code_can_mend_fails_at_run_time() {
    insta::assert_snapshot!(words(&[TIGHTER]), @"PlaceOrder.stops/maxItems: code still compiles, and calls fail at run time");
}

#[test]
fn what_is_not_generated_yet_demands_the_version_that_it_will_need() {
    let world = World::new("not-generated");
    let operation = VALID.find("  /v1/orders/{orderId}:").expect("it begins")..VALID.find("\ncomponents:").expect("it ends");
    let deprecated = ("x-venue-repeatable: once\n", "x-venue-repeatable: once\n      deprecated: true\n");
    let parameter = "        - name: depth\n          in: query\n          description: How many.\n          schema: { type: string }\n        - name: limit\n";
    for (source, class) in [
        (VALID.replace(&VALID[operation], ""), RustClass::Major),
        (VALID.replace("operationId: get_order\n", "operationId: order\n"), RustClass::Major),
        (VALID.replacen(deprecated.0, deprecated.1, 1), RustClass::Minor),
        (VALID.replace("        - name: limit\n", parameter), RustClass::Minor),
    ] {
        world.write("openapi/6mm.yaml", &source);
        let report = world.report(None);
        let rust = report.changes[0].rust.as_ref().expect("the Rust side");
        assert_eq!(rust.class, class, "{}", report.changes[0].change.id);
        assert!(rust.disagreement.as_deref().unwrap_or_default().contains("run `cargo xtask codegen`"), "{rust:?}");
        let crates = &report.rust.as_ref().expect("the Rust side").crates;
        assert_eq!((crates[0].class, crates[1].class), (class, RustClass::None));
    }
}
