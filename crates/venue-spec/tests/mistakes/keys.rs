//! Keys and words in a position where the file must not have them.

use super::check;

#[test]
fn a_misspelt_key_suggests_the_nearest_key() {
    check(
        "misspelt_key",
        "
-  description: An exchange that does not exist.
+  desciption: An exchange that does not exist.
",
    );
}

#[test]
fn columns_count_characters_and_not_bytes() {
    check(
        "multi_byte_characters",
        "
-              example: { code: 0, message: success, data: { items: [], total: 0 }, requestId: r-1 }
+              example: { message: 'größe 𝄞', code: zero }
",
    );
}

#[test]
fn a_list_in_the_place_of_a_text_is_reported() {
    check(
        "wrong_type",
        "
-      summary: Get an order
+      summary: [Get an order]
",
    );
}

#[test]
fn a_number_in_the_place_of_a_text_needs_quotes() {
    check(
        "number_for_text",
        "
-  version: '1'
+  version: 1
",
    );
}

#[test]
fn an_operation_without_security_is_rejected() {
    check(
        "missing_security",
        "
-      security: []
",
    );
}

#[test]
fn an_operation_without_its_page_is_rejected() {
    check(
        "missing_external_docs",
        "
-      externalDocs:
-        url: https://example.com/docs#order
",
    );
}

#[test]
fn an_operation_without_a_tag_is_rejected() {
    check(
        "missing_tags",
        "
   /v1/orders/{orderId}:
     get:
-      tags: [trading]
+      tags: []
",
    );
}

#[test]
fn an_operation_needs_a_repeatability() {
    check(
        "missing_repeatable",
        "
-      x-venue-repeatable: once
",
    );
}

#[test]
fn an_unknown_permission_suggests_the_nearest() {
    check(
        "unknown_permission",
        "
-      x-venue-permission: trade
+      x-venue-permission: traded
",
    );
}

#[test]
fn an_unknown_word_lists_the_allowed_ones() {
    check(
        "unknown_repeatable",
        "
-      x-venue-repeatable: once
+      x-venue-repeatable: sometimes
",
    );
}

#[test]
fn keys_of_an_operation_have_an_order() {
    check(
        "key_order",
        "
-      operationId: get_order
       summary: Get an order
+      operationId: get_order
",
    );
}

#[test]
fn a_second_media_type_is_rejected() {
    check(
        "second_media_type",
        "
           application/json:
+            schema: { $ref: '#/components/schemas/PlaceOrder' }
+          application/xml:
",
    );
}

#[test]
fn a_default_response_is_rejected() {
    check(
        "default_response",
        "
               example: { code: 0, message: success, data: { items: [], total: 0 }, requestId: r-1 }
         4XX: { $ref: '#/components/responses/Error' }
         5XX: { $ref: '#/components/responses/Error' }
+        default: { $ref: '#/components/responses/Error' }
",
    );
}

#[test]
fn a_response_has_a_schema() {
    check(
        "response_without_schema",
        "
-        application/json:
-          schema: { $ref: '#/components/schemas/Envelope' }
+        application/json: {}
",
    );
}

#[test]
fn a_cookie_parameter_is_rejected() {
    check(
        "cookie_parameter",
        "
         - name: symbol
-          in: query
+          in: cookie
",
    );
}

#[test]
fn style_and_explode_are_rejected() {
    check(
        "parameter_style",
        "
           description: Only this side.
+          explode: false
",
    );
}

#[test]
fn parameters_of_a_path_are_rejected() {
    check(
        "path_level_parameters",
        "
   /v1/orders/{orderId}:
+    parameters: []
",
    );
}

#[test]
fn callbacks_are_rejected() {
    check(
        "callbacks",
        "
       x-venue-repeatable: once
+      callbacks: {}
",
    );
}

#[test]
fn links_are_rejected() {
    check(
        "links",
        "
       description: The request failed.
+      links: {}
",
    );
}

#[test]
fn a_body_is_always_required() {
    check(
        "body_not_required",
        "
-        required: true
+        required: false
",
    );
}

#[test]
fn a_newer_openapi_is_rejected() {
    check(
        "openapi_3_1",
        "
-openapi: 3.0.3
+openapi: 3.1.0
",
    );
}

#[test]
fn a_rule_without_a_condition_is_rejected() {
    check(
        "unconditional_rule",
        "
-          when: { type: [LIMIT] }
",
    );
}

#[test]
fn a_rule_of_unknown_kind_is_rejected() {
    check(
        "unknown_rule",
        "
-        - anyOf: [symbol, side]
+        - noneOf: [symbol, side]
",
    );
}

#[test]
fn independent_mistakes_are_listed_together_in_the_order_of_the_file() {
    check(
        "several_mistakes",
        "
-  version: '1'
+  version: 1
@@
-      x-venue-permission: trade
+      x-venue-permission: all
@@
         symbol:
-          type: string
+          type: str
",
    );
}
