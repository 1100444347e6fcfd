//! Paths, their placeholders and their path parameters.

use super::check;

#[test]
fn a_placeholder_has_a_parameter() {
    check(
        "path_parameter_missing",
        "
-          in: path
-          required: true
+          in: query
",
    );
}

#[test]
fn a_placeholder_is_a_complete_segment_of_the_path() {
    check(
        "path_braces",
        "
-  /v1/orders/{orderId}:
+  /v1/orders/x{orderId}:
",
    );
}

#[test]
fn a_path_parameter_is_part_of_the_path() {
    check(
        "path_parameter_unknown",
        "
-  /v1/orders/{orderId}:
+  /v1/orders/{order}:
",
    );
}

#[test]
fn a_path_parameter_is_required() {
    check(
        "path_parameter_not_required",
        "
-          required: true
",
    );
}

#[test]
fn paths_that_differ_only_in_parameter_names_are_equal() {
    check(
        "same_path_twice",
        "
                 requestId: r-1
         4XX: { $ref: '#/components/responses/Error' }
         5XX: { $ref: '#/components/responses/Error' }
+  /v1/orders/{id}: {}
",
    );
}
