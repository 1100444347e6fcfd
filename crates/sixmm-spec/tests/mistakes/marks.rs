//! Marks on values and fields: states, inferences.

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
fn a_state_is_of_a_value_that_exists() {
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
fn states_are_open_and_final() {
    check(
        "states_without_final",
        "
       enum: [LIMIT, MARKET]
+      x-enum-states: { opened: [LIMIT, MARKET] }
",
    );
}
