//! Client methods of operations: `x-venue-client-method`.

use super::check;

#[test]
fn an_order_write_has_no_generated_client_method() {
    check(
        "client_method_of_an_order_write",
        "
-      x-venue-repeatable: once
+      x-venue-repeatable: once
+      x-venue-order-write: true
+      x-venue-client-method: trading.place
",
    );
}

#[test]
fn a_client_method_has_a_group() {
    check(
        "client_method_without_group",
        "
-      x-venue-repeatable: once
+      x-venue-repeatable: once
+      x-venue-client-method: list
",
    );
}

#[test]
fn a_client_method_is_in_snake_case() {
    check(
        "client_method_not_snake_case",
        "
-      x-venue-repeatable: once
+      x-venue-repeatable: once
+      x-venue-client-method: trading.listOrders
",
    );
}

#[test]
fn a_client_method_is_not_a_keyword() {
    check(
        "client_method_keyword",
        "
-      x-venue-repeatable: once
+      x-venue-repeatable: once
+      x-venue-client-method: trading.move
",
    );
}

#[test]
fn a_client_method_is_not_a_method_of_every_group() {
    check(
        "client_method_of_every_group",
        "
-      x-venue-repeatable: once
+      x-venue-repeatable: once
+      x-venue-client-method: trading.new
",
    );
}

#[test]
fn two_operations_do_not_share_a_client_method() {
    check(
        "client_method_twice",
        "
       x-venue-permission: read
-      x-venue-repeatable: safe
+      x-venue-repeatable: safe
+      x-venue-client-method: trading.list
       parameters:
         - $ref: '#/components/parameters/RequestId'
         - name: symbol
@@
-      x-venue-repeatable: once
+      x-venue-repeatable: once
+      x-venue-client-method: trading.list
",
    );
}
