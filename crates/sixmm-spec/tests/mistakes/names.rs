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
