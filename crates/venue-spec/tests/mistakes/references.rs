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
fn a_placeholder_has_a_parameter() {
    check(
        "path_parameter_missing",
        "
-          in: path
-          required: true
+          in: query
",
    );
}

#[test]
fn a_path_parameter_is_part_of_the_path() {
    check(
        "path_parameter_unknown",
        "
-  /v1/orders/{orderId}:
+  /v1/orders/{order}:
",
    );
}

#[test]
fn a_path_parameter_is_required() {
    check(
        "path_parameter_not_required",
        "
-          required: true
",
    );
}

#[test]
fn paths_that_differ_only_in_parameter_names_are_equal() {
    check(
        "same_path_twice",
        "
                 requestId: r-1
         4XX: { $ref: '#/components/responses/Error' }
         5XX: { $ref: '#/components/responses/Error' }
+  /v1/orders/{id}: {}
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

#[test]
fn a_success_response_is_more_than_the_envelope() {
    check(
        "only_the_envelope",
        "
-              schema:
-                allOf:
-                  - $ref: '#/components/schemas/Envelope'
-                  - type: object
-                    properties:
-                      data: { $ref: '#/components/schemas/OrderList' }
-              example: { code: 0, message: success, data: { items: [], total: 0 }, requestId: r-1 }
+              schema: { $ref: '#/components/schemas/Envelope' }
",
    );
}

#[test]
fn an_example_shows_a_forgotten_envelope() {
    check(
        "forgotten_envelope",
        "
-              schema:
-                allOf:
-                  - $ref: '#/components/schemas/Envelope'
-                  - type: object
-                    properties:
-                      data: { $ref: '#/components/schemas/OrderList' }
+              schema: { $ref: '#/components/schemas/OrderList' }
",
    );
}

#[test]
fn the_envelope_names_existing_fields() {
    check(
        "envelope_field",
        "
-  message: message
+  message: msg
",
    );
}

#[test]
fn the_data_is_in_the_field_that_the_envelope_names() {
    check(
        "envelope_data",
        "
-                      data: { $ref: '#/components/schemas/OrderList' }
-              example: { code: 0, message: success, data: { items: [], total: 0 }, requestId: r-1 }
+                      result: { $ref: '#/components/schemas/OrderList' }
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
fn a_placeholder_is_a_complete_segment_of_the_path() {
    check(
        "path_braces",
        "
-  /v1/orders/{orderId}:
+  /v1/orders/x{orderId}:
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

#[test]
fn the_envelope_is_an_existing_schema() {
    check(
        "envelope_schema",
        "
-  schema: Envelope
+  schema: Envelop
",
    );
}
