//! Marks on values and fields: states and inferences.

use super::check;

#[test]
fn every_value_of_an_enum_of_states_has_a_state() {
    check(
        "value_without_a_state",
        "
       enum: [BUY, SELL]
       x-enum-varnames: [Buy, Sell]
       x-enum-descriptions: [Buys., Sells.]
+      x-enum-states: { open: [BUY], final: [SELL] }
     OrderType:
@@
-      enum: [BUY, SELL]
-      x-enum-varnames: [Buy, Sell]
-      x-enum-descriptions: [Buys., Sells.]
+      enum: [BUY, SELL, SHORT]
+      x-enum-varnames: [Buy, Sell, Short]
+      x-enum-descriptions: [Buys., Sells., Sells short.]
",
    );
}

#[test]
fn a_state_belongs_to_an_existing_value() {
    check(
        "state_of_no_value",
        "
       enum: [LIMIT, MARKET]
+      x-enum-states: { open: [LIMIT], final: [MARKET, MARKE] }
",
    );
}

#[test]
fn a_value_has_one_state() {
    check(
        "value_with_two_states",
        "
       enum: [LIMIT, MARKET]
+      x-enum-states: { open: [LIMIT, MARKET], final: [MARKET] }
",
    );
}

#[test]
fn an_enum_of_states_has_open_and_final_states() {
    check(
        "states_without_final",
        "
       enum: [LIMIT, MARKET]
+      x-enum-states: { opened: [LIMIT, MARKET] }
",
    );
}

#[test]
fn a_field_that_the_documentation_requires_is_not_inferred() {
    check(
        "required_and_inferred",
        "
         symbol:
           type: string
           description: The market.
+          x-venue-inferred: { required: The only example has it. }
         side:
",
    );
}

#[test]
fn a_parameter_that_the_documentation_requires_is_not_inferred() {
    check(
        "required_parameter_and_inferred",
        "
           description: The market.
+          required: true
+          x-venue-inferred: { required: The only example has it. }
           schema: { type: string, minLength: 1 }
",
    );
}

#[test]
fn inferred_limits_belong_to_a_limited_value() {
    check(
        "inferred_limits_without_limits",
        "
           format: decimal
           description: How much.
+          x-venue-inferred: { limits: Those of another page. }
         stops:
",
    );
}

#[test]
fn an_inferred_unit_belongs_to_a_time() {
    check(
        "inferred_unit_without_a_unit",
        "
           description: How many there are.
+          x-venue-inferred: { unit: The example looks like seconds. }
           x-provisional: The example of the page shows it.
",
    );
}

#[test]
fn an_inference_is_about_a_property_of_the_field() {
    check(
        "inferred_of_nothing_known",
        "
           description: How much.
+          x-venue-inferred: { require: The only example has it. }
",
    );
}

#[test]
fn an_inference_has_evidence() {
    check(
        "inferred_without_evidence",
        "
           description: How much.
+          x-venue-inferred: { required: true }
",
    );
}

#[test]
fn an_inferred_exception_belongs_to_a_rule_with_an_exception() {
    check(
        "inferred_exception_without_one",
        "
         - require: price
           when: { type: [LIMIT] }
+          x-venue-inferred: { unless: The page is silent. }
",
    );
}

#[test]
fn a_rule_without_a_condition_has_no_exception() {
    check(
        "inferred_exception_of_any_of",
        "
         - anyOf: [symbol, side]
+          x-venue-inferred: { unless: The page is silent. }
",
    );
}

#[test]
fn inferred_states_need_states() {
    check(
        "inferred_states_without_states",
        "
       enum: [LIMIT, MARKET]
+      x-venue-inferred: { states: By their names. }
",
    );
}

#[test]
fn a_mark_belongs_to_an_existing_value() {
    check(
        "mark_of_no_value",
        "
       enum: [LIMIT, MARKET]
+      x-enum-marks:
+        MARKETT: { x-provisional: Another document lists it. }
",
    );
}

#[test]
fn a_mark_is_not_empty() {
    check(
        "mark_without_words",
        "
       enum: [LIMIT, MARKET]
+      x-enum-marks:
+        MARKET: {}
",
    );
}

#[test]
fn a_field_of_a_response_is_not_inferred_to_be_required() {
    check(
        "inferred_required_of_a_response",
        "
           description: The limit.
+          x-venue-inferred: { required: Each example has it. }
",
    );
}

#[test]
fn an_inference_is_not_empty() {
    check(
        "inferred_nothing",
        "
           description: How much.
+          x-venue-inferred: {}
",
    );
}
