//! Values that do not match their schema.

use super::check;

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
