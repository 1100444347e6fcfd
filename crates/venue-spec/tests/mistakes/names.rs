//! Names that Rust does not allow, and names that differ on the wire but not in Rust.

use super::check;

#[test]
fn a_duplicate_operation_id_shows_both_positions() {
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
fn a_duplicate_value_shows_both_positions() {
    check(
        "enum_value_twice",
        "
-      enum: [LIMIT, MARKET]
+      enum: [LIMIT, LIMIT]
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
fn an_address_has_no_character_that_ends_a_markdown_link() {
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
