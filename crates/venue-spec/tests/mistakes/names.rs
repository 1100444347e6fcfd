//! Names that Rust cannot have, or cannot tell apart.

use super::check;

#[test]
fn a_duplicate_operation_id_shows_both_places() {
    check(
        "duplicate_operation_id",
        "
-      operationId: get_order
+      operationId: place_order
",
    );
}

#[test]
fn an_operation_id_is_snake_case() {
    check(
        "operation_id_case",
        "
-      operationId: get_order
+      operationId: getOrder
",
    );
}

#[test]
fn an_operation_id_is_no_keyword() {
    check(
        "operation_id_keyword",
        "
-      operationId: get_order
+      operationId: type
",
    );
}

#[test]
fn an_operation_id_is_no_method_of_the_client() {
    check(
        "operation_id_of_the_client",
        "
-      operationId: get_order
+      operationId: builder
",
    );
}

#[test]
fn operations_that_collide_in_rust_show_both_names() {
    check(
        "operation_id_collision",
        "
-      operationId: list_orders
+      operationId: order_1
@@
-      operationId: get_order
+      operationId: order1
",
    );
}

#[test]
fn fields_that_collide_in_rust_show_both_names() {
    check(
        "field_collision",
        "
-        fills:
+        order_id:
",
    );
}

#[test]
fn parameters_that_collide_in_rust_show_both_names() {
    check(
        "parameter_collision",
        "
-        - name: limit
+        - name: Symbol
",
    );
}

#[test]
fn a_parameter_and_a_field_of_the_body_that_collide_in_rust_show_both_names() {
    check(
        "parameter_collides_with_the_body",
        "
       x-venue-repeatable: once
       parameters:
         - $ref: '#/components/parameters/RequestId'
+        - { name: Symbol, in: query, description: The market., schema: { type: string } }
",
    );
}

#[test]
fn schemas_that_collide_in_rust_show_both_names() {
    check(
        "schema_collision",
        "
-          allOf: [{ $ref: '#/components/schemas/Side' }]
+          allOf: [{ $ref: '#/components/schemas/ORDERId' }]
@@
       enum: [BUY, SELL]
       x-enum-varnames: [Buy, Sell]
       x-enum-descriptions: [Buys., Sells.]
+    ORDERId: { type: string, description: Another id. }
",
    );
}

#[test]
fn variants_that_collide_show_both_values() {
    check(
        "variant_collision",
        "
-      x-enum-varnames: [Limit, Market]
+      x-enum-varnames: [Limit, Limit]
",
    );
}

#[test]
fn every_value_has_a_variant() {
    check(
        "variant_count",
        "
-      x-enum-varnames: [Limit, Market]
+      x-enum-varnames: [Limit]
",
    );
}

#[test]
fn a_variant_is_pascal_case() {
    check(
        "variant_case",
        "
-      x-enum-varnames: [Limit, Market]
+      x-enum-varnames: [limit, Market]
",
    );
}

#[test]
fn a_value_of_the_wrong_type_is_named() {
    check(
        "enum_value_type",
        "
-      enum: [LIMIT, MARKET]
+      enum: [LIMIT, 2]
",
    );
}

#[test]
fn a_value_that_stands_twice_shows_both_places() {
    check(
        "enum_value_twice",
        "
-      enum: [LIMIT, MARKET]
+      enum: [LIMIT, LIMIT]
",
    );
}

#[test]
fn a_parameter_is_no_method_of_the_builder() {
    check(
        "parameter_of_the_builder",
        "
-        - name: limit
+        - name: send
",
    );
}

#[test]
fn a_schema_is_not_named_like_what_the_generated_code_uses() {
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
fn an_operation_id_is_no_builder_that_hides_a_type_of_the_prelude() {
    check(
        "operation_id_result",
        "
-      operationId: get_order
+      operationId: result
",
    );
}

#[test]
fn an_operation_id_is_no_builder_that_hides_an_option() {
    check(
        "operation_id_option",
        "
-      operationId: get_order
+      operationId: option
",
    );
}

#[test]
fn an_operation_id_is_no_builder_that_hides_a_trait_of_the_prelude() {
    check(
        "operation_id_fn_once",
        "
-      operationId: get_order
+      operationId: fn_once
",
    );
}

#[test]
fn an_operation_id_is_no_method_of_a_trait_that_every_client_has() {
    check(
        "operation_id_into",
        "
-      operationId: get_order
+      operationId: into
",
    );
}

#[test]
fn an_operation_id_does_not_hide_how_a_client_is_cloned() {
    check(
        "operation_id_clone",
        "
-      operationId: get_order
+      operationId: clone
",
    );
}

#[test]
fn an_operation_id_is_no_method_of_the_mock_server() {
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
fn the_schema_of_a_body_is_not_named_like_a_trait_of_the_prelude() {
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
fn a_schema_is_not_named_like_the_error_of_a_conversion() {
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
fn a_schema_is_not_named_like_a_type_parameter() {
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
fn a_variant_is_not_named_like_the_one_for_values_that_are_not_listed() {
    check(
        "variant_unknown",
        "
-      x-enum-varnames: [Limit, Market]
+      x-enum-varnames: [Unknown, Market]
",
    );
}

#[test]
fn a_variant_of_numbers_is_not_named_like_the_one_for_values_that_are_not_listed() {
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
fn a_field_of_a_request_is_not_named_like_what_finishes_its_builder() {
    check(
        "field_build",
        "
-        stops:
+        build:
",
    );
}

#[test]
fn a_field_of_a_request_is_not_named_like_what_finishes_a_body() {
    check(
        "field_finish",
        "
-        stops:
+        finish:
",
    );
}

#[test]
fn a_field_of_a_request_is_not_named_like_what_starts_its_builder() {
    check(
        "field_default",
        "
-        stops:
+        default:
",
    );
}

#[test]
fn a_field_of_a_request_is_not_named_like_what_converts_its_builder() {
    check(
        "field_try_into",
        "
-        stops:
+        try_into:
",
    );
}

#[test]
fn a_field_of_a_request_is_not_named_like_what_collects_what_is_wrong() {
    check(
        "field_faults",
        "
-        stops:
+        faults:
",
    );
}

#[test]
fn a_field_of_an_answer_is_not_named_like_what_finishes_its_builder() {
    check(
        "answer_field_build",
        "
-        fills:
+        build:
",
    );
}

#[test]
fn a_parameter_is_no_method_of_the_mock() {
    check(
        "parameter_of_the_mock",
        "
-        - name: limit
+        - name: intoInner
",
    );
}

#[test]
fn a_permission_becomes_a_constant() {
    check(
        "permission_name",
        "
-x-venue-permissions: [read, trade]
+x-venue-permissions: [read, 2fa]
@@
-      x-venue-permission: trade
+      x-venue-permission: 2fa
",
    );
}

#[test]
fn permissions_that_collide_in_rust_show_both_names() {
    check(
        "permission_collision",
        "
-x-venue-permissions: [read, trade]
+x-venue-permissions: [read, READ]
@@
-      x-venue-permission: trade
+      x-venue-permission: READ
",
    );
}

#[test]
fn security_schemes_that_collide_in_rust_show_both_names() {
    check(
        "scheme_collision",
        "
-    ApiKey:
+    signature:
@@
-        - ApiKey: []
-          Signature: []
+        - signature: []
+          Signature: []
@@
-        - ApiKey: []
-      x-venue-permission: read
+        - signature: []
+      x-venue-permission: read
",
    );
}

#[test]
fn an_address_ends_where_it_ends() {
    check(
        "address_character",
        "
-        url: https://example.com/docs#order
+        url: https://example.com/docs_(order)
",
    );
}

#[test]
fn a_parameter_begins_with_a_letter() {
    check(
        "parameter_of_a_digit",
        "
-        - name: limit
+        - name: 1m
",
    );
}

#[test]
fn a_variant_is_not_named_like_the_list_of_values() {
    check(
        "variant_documented",
        "
-      x-enum-varnames: [Limit, Market]
+      x-enum-varnames: [DOCUMENTED, Market]
",
    );
}
