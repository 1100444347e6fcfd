//! Schemas that the generator cannot express.

use super::check;

#[test]
fn an_inline_enum_suggests_a_component() {
    check(
        "inline_enum",
        "
-          schema: { type: string, minLength: 1 }
+          schema: { type: string, enum: [BTC-USDT] }
",
    );
}

#[test]
fn an_inline_object_suggests_a_component() {
    check(
        "inline_object",
        "
-          items: { $ref: '#/components/schemas/Order' }
+          items: { type: object, properties: { orderId: { type: string } } }
",
    );
}

#[test]
fn one_of_suggests_an_alternative() {
    check(
        "one_of",
        "
-            schema: { $ref: '#/components/schemas/PlaceOrder' }
+            schema: { oneOf: [{ $ref: '#/components/schemas/PlaceOrder' }] }
",
    );
}

#[test]
fn any_of_in_a_property_suggests_an_alternative() {
    check(
        "any_of_property",
        "
-        side: { $ref: '#/components/schemas/Side' }
+        side: { anyOf: [{ $ref: '#/components/schemas/Side' }, { type: string }] }
",
    );
}

#[test]
fn a_binary_float_is_rejected() {
    check(
        "number_type",
        "
         total:
-          type: integer
-          format: int64
+          type: number
",
    );
}

#[test]
fn a_misspelt_type_suggests_the_nearest() {
    check(
        "misspelt_type",
        "
         message:
-          type: string
+          type: sting
",
    );
}

#[test]
fn a_misspelt_type_key_is_reported() {
    check(
        "misspelt_type_key",
        "
         message:
-          type: string
+          tpye: string
",
    );
}

#[test]
fn a_schema_without_type_is_rejected() {
    check(
        "missing_type",
        "
         message:
-          type: string
",
    );
}

#[test]
fn a_list_of_types_is_rejected() {
    check(
        "several_types",
        "
         message:
-          type: string
+          type: [string, 'null']
",
    );
}

#[test]
fn a_format_that_needs_another_crate_is_rejected() {
    check(
        "format",
        "
     OrderId:
       type: string
+      format: uuid
",
    );
}

#[test]
fn a_limit_of_another_type_is_meaningless() {
    check(
        "limit_on_the_wrong_type",
        "
           description: Zero on success.
+          minLength: 1
",
    );
}

#[test]
fn keys_beside_a_reference_are_reported() {
    check(
        "beside_a_reference",
        "
-        side: { $ref: '#/components/schemas/Side' }
+        side: { $ref: '#/components/schemas/Side', description: Buy or sell. }
",
    );
}

#[test]
fn a_reference_to_another_file_is_rejected() {
    check(
        "reference_to_another_file",
        "
-        side: { $ref: '#/components/schemas/Side' }
+        side: { $ref: 'common.yaml#/Side' }
",
    );
}

#[test]
fn a_reference_to_another_section_is_rejected() {
    check(
        "reference_to_another_section",
        "
-        side: { $ref: '#/components/schemas/Side' }
+        side: { $ref: '#/components/parameters/Side' }
",
    );
}

#[test]
fn additional_properties_are_rejected() {
    check(
        "additional_properties",
        "
       description: A new order.
+      additionalProperties: true
",
    );
}

#[test]
fn a_discriminator_is_rejected() {
    check(
        "discriminator",
        "
       description: A new order.
+      discriminator: { propertyName: type }
",
    );
}

#[test]
fn an_enum_needs_the_names_of_its_variants() {
    check(
        "enum_without_variant_names",
        "
-      enum: [LIMIT, MARKET]
-      x-enum-varnames: [Limit, Market]
+      enum: [1m, 1M]
",
    );
}

#[test]
fn undocumented_takes_a_sentence() {
    check(
        "undocumented_without_a_sentence",
        "
-          x-undocumented: It differs from operation to operation.
+          x-undocumented: true
",
    );
}

#[test]
fn a_schema_name_is_a_rust_type() {
    check(
        "schema_name",
        "
-    Side:
+    side:
",
    );
}

#[test]
fn an_inline_body_suggests_a_component() {
    check(
        "inline_body",
        "
-            schema: { $ref: '#/components/schemas/PlaceOrder' }
+            schema: { type: object, properties: { symbol: { type: string } } }
",
    );
}

#[test]
fn a_list_is_not_a_named_schema() {
    check(
        "named_list",
        "
-    OrderId:
-      type: string
-      description: The id of an order.
-      x-venue-id: true
+    OrderId:
+      type: array
+      description: The ids of orders.
+      items: { type: string }
",
    );
}

#[test]
fn the_name_of_the_unknown_fields_is_reserved() {
    check(
        "field_extra",
        "
-        fills:
-          description: What was filled.
+        extra:
+          description: What was filled.
",
    );
}

#[test]
fn a_list_is_not_supported_as_a_parameter() {
    check(
        "list_parameter",
        "
-          schema: { type: string, minLength: 1 }
+          schema: { type: array, items: { type: string } }
",
    );
}

#[test]
fn a_decimal_has_no_length() {
    check(
        "limited_decimal",
        "
-          format: decimal
-          description: How much.
+          format: decimal
+          maxLength: 10
+          description: How much.
",
    );
}

#[test]
fn the_items_of_a_response_that_is_a_list_have_a_name() {
    check(
        "list_of_lists_as_data",
        "
-                      data: { $ref: '#/components/schemas/OrderList' }
+                      data: { type: array, items: { type: array, items: { type: string } } }
",
    );
}

#[test]
fn a_body_is_not_a_list() {
    check(
        "list_body",
        "
-            schema: { $ref: '#/components/schemas/PlaceOrder' }
+            schema: { type: array, items: { $ref: '#/components/schemas/PlaceOrder' } }
",
    );
}

#[test]
fn a_row_of_mixed_types_has_positions() {
    check(
        "row_of_different_things",
        "
-        fills:
-          description: What was filled.
-          x-undocumented: The page names the field and not its content.
+        fills:
+          type: array
+          description: What was filled.
+          items: { type: array, prefixItems: [{ type: string }, { type: integer }] }
",
    );
}

#[test]
fn response_headers_belong_into_the_description() {
    check(
        "response_headers",
        "
         '200':
           description: The orders.
+          headers: { X-Next: { schema: { type: string } } }
           content:
",
    );
}

#[test]
fn an_undocumented_body_is_not_an_object() {
    check(
        "body_that_is_no_object",
        "
             schema: { $ref: '#/components/schemas/PlaceOrder' }
-            example:
-              symbol: BTC-USDT
-              side: BUY
-              type: LIMIT
-              price: '65000.5'
-              quantity: '0.1'
@@
-    PlaceOrder:
-      type: object
-      description: A new order.
-      required: [symbol, side, type, quantity]
-      properties:
-        symbol:
-          type: string
-          description: The market.
-        side:
-          allOf: [{ $ref: '#/components/schemas/Side' }]
-          description: Buy or sell.
-        type:
-          allOf: [{ $ref: '#/components/schemas/OrderType' }]
-          description: How it is priced.
-        price:
-          type: string
-          format: decimal
-          description: The limit of a limit order.
-        quantity:
-          type: string
-          format: decimal
-          description: How much.
-        stops:
-          type: array
-          description: Prices at which to stop.
-          minItems: 1
-          maxItems: 2
-          items: { type: string, format: decimal }
-      x-venue-rules:
-        - require: price
-          when: { type: [LIMIT] }
+    PlaceOrder:
+      description: A new order.
+      x-undocumented: The page names no field.
@@
-    OrderType:
-      type: string
-      enum: [LIMIT, MARKET]
-      x-enum-varnames: [Limit, Market]
-      x-enum-descriptions: [At a price or better., At once.]
-      x-venue-extensible: The page says \"such as\".
",
    );
}
