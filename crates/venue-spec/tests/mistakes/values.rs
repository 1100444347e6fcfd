//! Values that do not match their schema.

use super::{check, check_second};

#[test]
fn a_property_has_a_description() {
    check(
        "property_without_description",
        "
-          description: How much.
",
    );
}

#[test]
fn an_undocumented_field_is_never_required() {
    check(
        "undocumented_but_required",
        "
-      required: [orderId, side]
+      x-undocumented: The page shows no field of it.
+      required: [orderId, side]
",
    );
}

#[test]
fn a_provisional_field_is_never_required() {
    check(
        "provisional_but_required",
        "
-      required: [items]
+      required: [items, total]
",
    );
}

#[test]
fn an_example_has_only_known_fields() {
    check(
        "example_unknown_field",
        "
-              price: '65000.5'
+              prize: '65000.5'
",
    );
}

#[test]
fn an_example_has_the_required_fields() {
    check(
        "example_missing_field",
        "
-              quantity: '0.1'
",
    );
}

#[test]
fn an_example_has_the_type_of_its_schema() {
    check(
        "example_wrong_type",
        "
-              quantity: '0.1'
+              quantity: 0.1
",
    );
}

#[test]
fn an_example_of_a_request_has_a_listed_value() {
    check(
        "example_outside_the_enum",
        "
-              side: BUY
+              side: buy
",
    );
}

#[test]
fn a_default_is_a_listed_value() {
    check(
        "default_outside_the_enum",
        "
-            default: 1
+            default: 3
",
    );
}

#[test]
fn a_default_is_within_the_limits() {
    check(
        "default_beyond_the_limit",
        "
-          schema: { type: integer, format: int32, minimum: 1, maximum: 100, default: 20 }
+          schema: { type: integer, format: int32, minimum: 1, maximum: 100, default: 200 }
",
    );
}

#[test]
fn limits_allow_at_least_one_value() {
    check(
        "limits_without_room",
        "
-          minItems: 1
+          minItems: 3
",
    );
}

#[test]
fn a_time_needs_64_bits() {
    check(
        "time_in_32_bits",
        "
         createdAt:
           type: integer
-          format: int64
+          format: int32
",
    );
}

#[test]
fn an_id_type_has_a_name() {
    check(
        "id_without_a_name",
        "
         symbol:
           type: string
+          x-venue-id: true
",
    );
}

#[test]
fn a_rule_names_existing_fields() {
    check(
        "rule_unknown_field",
        "
-        - anyOf: [symbol, side]
+        - anyOf: [symbol, sides]
",
    );
}

#[test]
fn a_rule_names_existing_values() {
    check(
        "rule_unknown_value",
        "
-          when: { type: [LIMIT] }
+          when: { side: [Sell] }
",
    );
}

#[test]
fn a_rule_applies_to_requests_only() {
    check(
        "rule_on_what_is_received",
        "
           x-undocumented: The page names the field and not its content.
+      x-venue-rules:
+        - anyOf: [price, createdAt]
",
    );
}

#[test]
fn a_limit_fits_into_its_format() {
    check(
        "limit_beyond_32_bits",
        "
-          schema: { type: integer, format: int32, minimum: 1, maximum: 100, default: 20 }
+          schema: { type: integer, format: int32, minimum: 1, maximum: 3000000000, default: 20 }
",
    );
}

#[test]
fn a_rule_is_not_implied_by_required() {
    check(
        "superfluous_rule",
        "
-        - require: price
+        - require: quantity
",
    );
}

#[test]
fn an_example_is_null_only_where_null_is_documented() {
    check(
        "example_null",
        "
-              price: '65000.5'
+              price: null
",
    );
}

#[test]
fn a_decimal_has_no_exponent() {
    check(
        "example_exponent",
        "
-              price: '65000.5'
+              price: '1e5'
",
    );
}

#[test]
fn an_example_of_a_request_is_within_the_limits() {
    check(
        "example_too_few_items",
        "
               price: '65000.5'
+              stops: []
",
    );
}

#[test]
fn an_id_is_an_unformatted_text() {
    check(
        "id_with_a_format",
        "
       x-venue-id: true
+      format: password
",
    );
}

#[test]
fn a_success_code_has_the_type_of_codes() {
    check(
        "success_code_type",
        "
-  success: [0]
+  success: ['0']
",
    );
}

#[test]
fn a_time_that_is_a_text_has_digits() {
    check_second(
        "text_time_with_letters",
        "
-              example: { ts: '1767225600000', bids: [['65000.5', '0.1', 3]], asks: [] }
+              example: { ts: '2026-01-01T00:00:00Z', bids: [['65000.5', '0.1', 3]], asks: [] }
",
    );
}

#[test]
fn a_time_that_is_a_text_is_between_quotes() {
    check_second(
        "text_time_without_quotes",
        "
-            example: { orderId: 23, time: '1767225600000', note: on_exit }
+            example: { orderId: 23, time: 1767225600000, note: on_exit }
",
    );
}

#[test]
fn a_time_that_is_a_text_has_no_format() {
    check_second(
        "text_time_with_a_format",
        "
           type: string
+          format: decimal
           x-venue-unit: ms
           description: The time of the snapshot.
",
    );
}

#[test]
fn an_integer_id_needs_64_bits() {
    check_second(
        "id_in_32_bits",
        "
       type: integer
-      format: int64
       description: The id of a trade.
",
    );
}

#[test]
fn an_integer_id_has_no_limits() {
    check_second(
        "id_with_a_minimum",
        "
       format: int64
       description: The id of a trade.
+      minimum: 1
",
    );
}

#[test]
fn an_integer_id_is_sent_as_an_integer() {
    check_second(
        "id_sent_as_text",
        "
-            example: { orderId: 23, time: '1767225600000', note: on_exit }
+            example: { orderId: '23', time: '1767225600000', note: on_exit }
",
    );
}

#[test]
fn an_integer_id_is_received_as_an_integer_or_digits() {
    check_second(
        "id_received_with_letters",
        "
-              example: { code: 1000, message: OK, data: [{ tradeId: 17, orderId: '23', time: '1767225600' }] }
+              example: { code: 1000, message: OK, data: [{ tradeId: 17, orderId: x23, time: '1767225600' }] }
",
    );
}

#[test]
fn exactly_one_of_known_fields_is_required() {
    check_second(
        "one_of_unknown_field",
        "
-        - oneOf: [orderId, clientOrderId]
+        - oneOf: [orderId, client_order_id]
",
    );
}

#[test]
fn one_of_a_single_field_is_no_rule() {
    check_second(
        "one_of_a_single_field",
        "
-        - oneOf: [orderId, clientOrderId]
+        - oneOf: [orderId]
",
    );
}
