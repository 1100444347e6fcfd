//! The envelope, and success responses without the data in the envelope.

use super::check;

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
