//! Lists as data, and rows whose positions have names.

use super::check_second;

#[test]
fn the_items_of_a_list_as_data_have_a_name() {
    check_second(
        "list_of_texts_as_data",
        "
-                      data: { type: array, items: { $ref: '#/components/schemas/Trade' } }
+                      data: { type: array, items: { type: string } }
",
    );
}

#[test]
fn a_list_as_data_has_no_other_keys() {
    check_second(
        "list_as_data_with_limits",
        "
-                      data: { type: array, items: { $ref: '#/components/schemas/Trade' } }
+                      data: { type: array, minItems: 1, items: { $ref: '#/components/schemas/Trade' } }
",
    );
}

#[test]
fn an_example_of_a_list_without_envelope_is_a_list() {
    check_second(
        "example_is_not_a_list",
        "
-              example: [['1767225600', '65000.5', BUY, 7, null]]
+              example: { rows: [] }
",
    );
}

#[test]
fn a_row_has_positions() {
    check_second(
        "row_without_positions",
        "
       items: {}
       description: A price, and what is offered at it.
-      x-venue-positions:
-        - name: price
-          type: string
-          format: decimal
-          description: The price.
-        - name: quantity
-          type: string
-          format: decimal
-          description: The quantity.
-        - name: orders
-          type: integer
-          description: The number of orders.
",
    );
}

#[test]
fn the_items_of_a_row_have_no_common_type() {
    check_second(
        "row_with_typed_items",
        "
-      items: {}
+      items: { type: string }
       description: A price, and what is offered at it.
",
    );
}

#[test]
fn a_position_has_a_name_and_a_description() {
    check_second(
        "position_without_name",
        "
-        - name: quantity
-          type: string
+        - type: string
           format: decimal
-          description: The quantity.
",
    );
}

#[test]
fn a_position_does_not_have_the_key_of_another_type() {
    check_second(
        "position_with_a_minimum",
        "
           format: decimal
           description: The quantity.
+          minimum: 1
",
    );
}

#[test]
fn a_position_is_not_a_list() {
    check_second(
        "position_that_is_a_list",
        "
         - name: orders
-          type: integer
+          type: array
+          items: { type: string }
           description: The number of orders.
",
    );
}

#[test]
fn a_position_is_not_an_inline_object() {
    check_second(
        "position_that_is_an_object",
        "
         - name: orders
-          type: integer
+          type: object
+          properties: { count: { type: integer } }
           description: The number of orders.
",
    );
}

#[test]
fn a_position_refers_to_a_schema_by_all_of() {
    check_second(
        "position_with_a_bare_reference",
        "
-          allOf: [{ $ref: '#/components/schemas/Side' }]
+          $ref: '#/components/schemas/Side'
           description: The side of the last trade.
",
    );
}

#[test]
fn a_position_refers_to_an_existing_schema() {
    check_second(
        "position_with_a_dangling_reference",
        "
-          allOf: [{ $ref: '#/components/schemas/Side' }]
+          allOf: [{ $ref: '#/components/schemas/Sides' }]
           description: The side of the last trade.
",
    );
}

#[test]
fn a_position_is_named_in_snake_case() {
    check_second(
        "position_not_snake_case",
        "
-        - name: open_time
+        - name: openTime
",
    );
}

#[test]
fn a_position_is_not_named_by_a_keyword() {
    check_second(
        "position_keyword",
        "
-        - name: open_time
+        - name: type
",
    );
}

#[test]
fn the_name_of_the_further_positions_is_reserved() {
    check_second(
        "position_extra",
        "
-        - name: rest
+        - name: extra
",
    );
}

#[test]
fn a_position_is_not_named_by_a_method_of_the_builder() {
    check_second(
        "position_build",
        "
-        - name: rest
+        - name: build
",
    );
}

#[test]
fn a_position_is_named_once() {
    check_second(
        "duplicate_position",
        "
-        - name: quantity
+        - name: price
",
    );
}

#[test]
fn every_position_is_required() {
    check_second(
        "position_inferred_to_be_required",
        "
           description: The number of orders.
+          x-venue-inferred: { required: Every example has it. }
",
    );
}

#[test]
fn a_row_is_a_named_schema() {
    check_second(
        "inline_row",
        "
           description: The bids.
-          items: { $ref: '#/components/schemas/Level' }
+          items: { type: array, items: {}, x-venue-positions: [{ name: price, type: string, description: The price. }] }
",
    );
}

#[test]
fn a_row_is_not_sent() {
    check_second(
        "sent_row",
        "
       required: [id]
       properties:
+        level: { $ref: '#/components/schemas/Level' }
         id: { $ref: '#/components/schemas/TradeId' }
",
    );
}

#[test]
fn a_row_is_not_a_parameter() {
    check_second(
        "row_as_a_parameter",
        "
-          schema: { type: string, pattern: '^[A-Z]+$' }
+          schema: { $ref: '#/components/schemas/Level' }
",
    );
}

#[test]
fn a_row_of_an_example_has_all_positions() {
    check_second(
        "example_row_too_short",
        "
-              example: { ts: '1767225600000', bids: [['65000.5', '0.1', 3]], asks: [] }
+              example: { ts: '1767225600000', bids: [['65000.5', '0.1']], asks: [] }
",
    );
}

#[test]
fn a_position_of_an_example_has_the_type_of_its_schema() {
    check_second(
        "example_position_type",
        "
-              example: { ts: '1767225600000', bids: [['65000.5', '0.1', 3]], asks: [] }
+              example: { ts: '1767225600000', bids: [['65000.5', 0.1, 3]], asks: [] }
",
    );
}

#[test]
fn an_example_has_a_row_where_the_schema_has_one() {
    check_second(
        "example_without_row",
        "
-              example: { ts: '1767225600000', bids: [['65000.5', '0.1', 3]], asks: [] }
+              example: { ts: '1767225600000', bids: ['65000.5'], asks: [] }
",
    );
}
