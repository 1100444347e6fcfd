//! References and other parts of a file that contradict each other.

use super::check;

#[test]
fn a_dangling_reference_suggests_the_nearest_schema() {
    check(
        "dangling_reference",
        "
-        side: { $ref: '#/components/schemas/Side' }
+        side: { $ref: '#/components/schemas/Sides' }
",
    );
}

#[test]
fn a_dangling_response_lists_the_existing_responses() {
    check(
        "dangling_response",
        "
-    Error:
+    Failure:
",
    );
}

#[test]
fn an_unknown_security_scheme_suggests_the_nearest() {
    check(
        "dangling_security_scheme",
        "
-          Signature: []
+          Signatur: []
",
    );
}

#[test]
fn an_unknown_tag_lists_the_known_tags() {
    check(
        "unknown_tag",
        "
   /v1/orders/{orderId}:
     get:
-      tags: [trading]
+      tags: [orders]
",
    );
}

#[test]
fn required_names_an_existing_property() {
    check(
        "required_property",
        "
-      required: [orderId, side]
+      required: [orderID, side]
",
    );
}

#[test]
fn a_public_operation_needs_no_permission() {
    check(
        "permission_without_credentials",
        "
-      x-venue-permission: none
+      x-venue-permission: read
",
    );
}

#[test]
fn an_order_write_is_not_safe() {
    check(
        "order_write_that_is_safe",
        "
-      x-venue-repeatable: once
+      x-venue-repeatable: safe
+      x-venue-order-write: true
",
    );
}

#[test]
fn both_error_responses_are_the_same() {
    check(
        "two_error_types",
        "
               example: { code: 0, message: success, data: { items: [], total: 0 }, requestId: r-1 }
         4XX: { $ref: '#/components/responses/Error' }
-        5XX: { $ref: '#/components/responses/Error' }
+        5XX: { $ref: '#/components/responses/Failure' }
@@
   responses:
+    Failure:
+      description: The server failed.
+      content:
+        application/json:
+          schema: { $ref: '#/components/schemas/Envelope' }
",
    );
}

#[test]
fn a_get_has_no_body() {
    check(
        "body_of_a_get",
        "
         - anyOf: [symbol, side]
+      requestBody:
+        required: true
+        content:
+          application/json:
+            schema: { $ref: '#/components/schemas/PlaceOrder' }
",
    );
}

#[test]
fn an_object_is_sent_or_received_but_not_both() {
    check(
        "sent_and_received",
        "
-            schema: { $ref: '#/components/schemas/PlaceOrder' }
-            example:
-              symbol: BTC-USDT
-              side: BUY
-              type: LIMIT
-              price: '65000.5'
-              quantity: '0.1'
+            schema: { $ref: '#/components/schemas/Order' }
",
    );
}

#[test]
fn an_unused_schema_is_reported() {
    check(
        "unused_schema",
        "
       enum: [BUY, SELL]
       x-enum-varnames: [Buy, Sell]
       x-enum-descriptions: [Buys., Sells.]
+    Leftover:
+      type: string
",
    );
}

#[test]
fn a_cycle_of_references_is_rejected() {
    check(
        "reference_cycle",
        "
-        fills:
-          description: What was filled.
-          x-undocumented: The page names the field and not its content.
+        parent: { $ref: '#/components/schemas/OrderList' }
",
    );
}

#[test]
fn a_parameter_is_not_an_object() {
    check(
        "object_parameter",
        "
-          schema: { type: string, minLength: 1 }
+          schema: { $ref: '#/components/schemas/PlaceOrder' }
",
    );
}

#[test]
fn a_server_ends_without_a_slash() {
    check(
        "server_with_a_slash",
        "
-  - url: https://api.example.com
+  - url: https://api.example.com/
",
    );
}

#[test]
fn a_duplicate_tag_shows_both_positions() {
    check(
        "duplicate_tag",
        "
     description: Orders.
+  - name: trading
+    description: Again.
",
    );
}

#[test]
fn an_operation_without_credentials_has_an_empty_list() {
    check(
        "only_without_credentials",
        "
-      security: []
+      security: [{}]
",
    );
}
