//! The pattern of a text that is sent.

use super::check_second;

#[test]
fn a_pattern_is_a_class_with_a_length() {
    check_second(
        "pattern_form",
        "
-          schema: { type: string, pattern: '^[A-Z]+$' }
+          schema: { type: string, pattern: '^(BTC|ETH)$' }
",
    );
}

#[test]
fn a_class_has_no_escapes() {
    check_second(
        "pattern_escape",
        "
-          schema: { type: string, pattern: '^[A-Z]+$' }
+          schema: { type: string, pattern: '^[\\w]+$' }
",
    );
}

#[test]
fn a_pattern_allows_a_text() {
    check_second(
        "pattern_without_room",
        "
-          pattern: '^[a-z_-]*$'
+          pattern: '^[a-z_-]{5,4}$'
",
    );
}

#[test]
fn the_length_of_a_pattern_is_the_length_of_the_field() {
    check_second(
        "pattern_and_length",
        "
-          maxLength: 32
+          maxLength: 64
",
    );
}

#[test]
fn a_pattern_of_at_least_one_character_is_not_empty() {
    check_second(
        "pattern_and_minimum",
        "
           minLength: 3
-          pattern: '^[a-z_-]*$'
+          pattern: '^[a-z_-]+$'
@@
-          minLength: 3
+          minLength: 0
",
    );
}

#[test]
fn a_decimal_has_no_pattern() {
    check_second(
        "pattern_of_a_decimal",
        "
           type: string
+          format: decimal
           description: Why.
           minLength: 3
@@
           description: Why.
-          minLength: 3
",
    );
}

#[test]
fn a_field_of_a_response_has_no_pattern() {
    check_second(
        "pattern_of_a_response",
        "
           type: string
           x-venue-unit: s
           description: When it happened.
+        tag:
+          type: string
+          description: A tag.
+          pattern: '^[a-z]+$'
",
    );
}

#[test]
fn the_pattern_of_an_id_is_written_where_the_id_is_sent() {
    check_second(
        "pattern_of_an_id",
        "
       description: The id that the client chose.
+      pattern: '^[a-z]+$'
",
    );
}

#[test]
fn a_reference_to_an_enum_has_no_pattern() {
    check_second(
        "pattern_of_an_enum",
        "
           description: The client's id of the order.
           maxLength: 32
           pattern: '^[A-Za-z0-9]{1,32}$'
+        side:
+          allOf: [{ $ref: '#/components/schemas/Side' }]
+          description: Only orders of this side.
+          pattern: '^[A-Z]+$'
",
    );
}

#[test]
fn an_example_has_only_characters_of_the_pattern() {
    check_second(
        "example_outside_the_pattern",
        "
-            example: { orderId: 23, time: '1767225600000', note: on_exit }
+            example: { orderId: 23, time: '1767225600000', note: on exit }
",
    );
}

#[test]
fn an_example_has_the_length_of_the_pattern() {
    check_second(
        "example_longer_than_the_pattern",
        "
-            example: { orderId: 23, time: '1767225600000', note: on_exit }
+            example: { clientOrderId: '123456789012345678901234567890123' }
@@
-          maxLength: 32
",
    );
}

#[test]
fn the_items_of_a_list_have_no_pattern() {
    check_second(
        "pattern_of_items",
        "
           minLength: 3
           pattern: '^[a-z_-]*$'
+        tags:
+          type: array
+          description: Tags of the order.
+          items: { type: string, pattern: '^[a-z]+$' }
",
    );
}
