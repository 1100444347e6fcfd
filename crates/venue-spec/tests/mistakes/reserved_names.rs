//! Names that the generated code or the standard library uses already.

use super::{check, check_second};

#[test]
fn an_operation_id_is_not_a_keyword() {
    check(
        "operation_id_keyword",
        "
-      operationId: get_order
+      operationId: type
",
    );
}

#[test]
fn an_operation_id_is_not_a_method_of_the_client() {
    check(
        "operation_id_of_the_client",
        "
-      operationId: get_order
+      operationId: builder
",
    );
}

#[test]
fn a_parameter_is_not_a_method_of_the_builder() {
    check(
        "parameter_of_the_builder",
        "
-        - name: limit
+        - name: send
",
    );
}

#[test]
fn a_schema_does_not_have_the_name_of_a_generated_item() {
    check(
        "schema_name_taken",
        "
-    OrderType:
-      type: string
-      enum: [LIMIT, MARKET]
+    Option:
+      type: string
+      enum: [LIMIT, MARKET]
",
    );
}

#[test]
fn an_operation_id_is_not_a_builder_that_hides_a_type_of_the_prelude() {
    check(
        "operation_id_result",
        "
-      operationId: get_order
+      operationId: result
",
    );
}

#[test]
fn an_operation_id_is_not_a_builder_that_hides_option() {
    check(
        "operation_id_option",
        "
-      operationId: get_order
+      operationId: option
",
    );
}

#[test]
fn an_operation_id_is_not_a_builder_that_hides_a_trait_of_the_prelude() {
    check(
        "operation_id_fn_once",
        "
-      operationId: get_order
+      operationId: fn_once
",
    );
}

#[test]
fn an_operation_id_is_not_a_trait_method_that_every_client_has() {
    check(
        "operation_id_into",
        "
-      operationId: get_order
+      operationId: into
",
    );
}

#[test]
fn an_operation_id_does_not_hide_the_clone_method() {
    check(
        "operation_id_clone",
        "
-      operationId: get_order
+      operationId: clone
",
    );
}

#[test]
fn an_operation_id_is_not_a_method_of_the_mock_server() {
    check(
        "operation_id_mock_server",
        "
-      operationId: get_order
+      operationId: reset
",
    );
}

#[test]
fn an_operation_id_is_not_the_table_of_operations() {
    check(
        "operation_id_all",
        "
-      operationId: get_order
+      operationId: all
",
    );
}

#[test]
fn the_schema_of_a_body_does_not_have_the_name_of_a_prelude_trait() {
    check(
        "schema_name_from",
        "
-            schema: { $ref: '#/components/schemas/PlaceOrder' }
+            schema: { $ref: '#/components/schemas/From' }
@@
-    PlaceOrder:
+    From:
",
    );
}

#[test]
fn a_schema_does_not_have_the_name_of_the_conversion_error() {
    check(
        "schema_name_conversion_error",
        "
-            schema: { $ref: '#/components/schemas/PlaceOrder' }
+            schema: { $ref: '#/components/schemas/ConversionError' }
@@
-    PlaceOrder:
+    ConversionError:
",
    );
}

#[test]
fn a_schema_does_not_have_the_name_of_a_type_parameter() {
    check(
        "schema_name_of_one_letter",
        "
-            schema: { $ref: '#/components/schemas/PlaceOrder' }
+            schema: { $ref: '#/components/schemas/T' }
@@
-    PlaceOrder:
+    T:
",
    );
}

#[test]
fn a_string_variant_does_not_have_the_name_of_the_variant_for_unlisted_values() {
    check(
        "variant_unknown",
        "
-      x-enum-varnames: [Limit, Market]
+      x-enum-varnames: [Unknown, Market]
",
    );
}

#[test]
fn an_integer_variant_does_not_have_the_name_of_the_variant_for_unlisted_values() {
    check(
        "variant_unknown_number",
        "
-      enum: [1, 2]
-      x-enum-varnames: [Buy, Sell]
+      enum: [1, 2]
+      x-enum-varnames: [Buy, Unknown]
",
    );
}

#[test]
fn a_field_of_a_request_is_not_the_build_method() {
    check(
        "field_build",
        "
-        stops:
+        build:
",
    );
}

#[test]
fn a_field_of_a_request_is_not_the_finish_method_of_a_body() {
    check(
        "field_finish",
        "
-        stops:
+        finish:
",
    );
}

#[test]
fn a_field_of_a_request_is_not_the_default_method() {
    check(
        "field_default",
        "
-        stops:
+        default:
",
    );
}

#[test]
fn a_field_of_a_request_is_not_the_try_into_method() {
    check(
        "field_try_into",
        "
-        stops:
+        try_into:
",
    );
}

#[test]
fn a_field_of_a_request_is_not_the_variable_of_the_checks() {
    check(
        "field_validation",
        "
-        stops:
+        validation:
",
    );
}

#[test]
fn a_field_of_a_response_is_not_the_build_method() {
    check(
        "answer_field_build",
        "
-        fills:
+        build:
",
    );
}

#[test]
fn a_parameter_is_not_a_method_of_the_mock() {
    check(
        "parameter_of_the_mock",
        "
-        - name: limit
+        - name: intoInner
",
    );
}

#[test]
fn a_variant_does_not_have_the_name_of_the_list_of_values() {
    check(
        "variant_documented",
        "
-      x-enum-varnames: [Limit, Market]
+      x-enum-varnames: [DOCUMENTED, Market]
",
    );
}

#[test]
fn a_schema_does_not_have_the_name_of_the_list_type() {
    check_second(
        "schema_list",
        "
-                      data: { type: array, items: { $ref: '#/components/schemas/Trade' } }
+                      data: { type: array, items: { $ref: '#/components/schemas/List' } }
@@
-    Trade:
+    List:
",
    );
}
