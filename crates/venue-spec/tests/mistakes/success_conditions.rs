//! Conditions of success inside of the data.

use super::check_second;

#[test]
fn a_success_condition_names_a_field_of_the_data() {
    check_second(
        "success_field",
        "
-      x-venue-success: { result.code: 0, done: true, state: DONE, failIds: [] }
+      x-venue-success: { failIDs: [] }
",
    );
}

#[test]
fn a_success_condition_names_a_field_of_an_inner_object() {
    check_second(
        "success_inner_field",
        "
-      x-venue-success: { result.code: 0, done: true, state: DONE, failIds: [] }
+      x-venue-success: { result.status: 0 }
",
    );
}

#[test]
fn a_success_condition_does_not_look_into_a_text() {
    check_second(
        "success_field_of_a_text",
        "
-      x-venue-success: { result.code: 0, done: true, state: DONE, failIds: [] }
+      x-venue-success: { state.code: 0 }
",
    );
}

#[test]
fn the_value_of_a_success_condition_has_the_type_of_the_field() {
    check_second(
        "success_type",
        "
-      x-venue-success: { result.code: 0, done: true, state: DONE, failIds: [] }
+      x-venue-success: { done: 1 }
",
    );
}

#[test]
fn the_value_of_a_success_condition_is_in_the_list_of_the_enum() {
    check_second(
        "success_outside_the_enum",
        "
-      x-venue-success: { result.code: 0, done: true, state: DONE, failIds: [] }
+      x-venue-success: { state: OK }
",
    );
}

#[test]
fn a_list_is_only_compared_with_the_empty_list() {
    check_second(
        "success_list",
        "
-      x-venue-success: { result.code: 0, done: true, state: DONE, failIds: [] }
+      x-venue-success: { failIds: [1] }
",
    );
}

#[test]
fn an_operation_without_conditions_has_no_empty_map() {
    check_second(
        "success_without_conditions",
        "
-      x-venue-success: { result.code: 0, done: true, state: DONE, failIds: [] }
+      x-venue-success: {}
",
    );
}

#[test]
fn a_response_that_is_a_list_has_no_success_conditions() {
    check_second(
        "success_of_a_list",
        "
       x-venue-rate-limit: { requests: 40, seconds: 2, scope: user }
+      x-venue-success: { tradeId: 1 }
",
    );
}

#[test]
fn a_response_of_unknown_structure_has_no_success_conditions() {
    check_second(
        "success_of_undocumented_data",
        "
       x-venue-permission: none
       x-venue-repeatable: once
+      x-venue-success: { done: true }
       deprecated: true
",
    );
}
