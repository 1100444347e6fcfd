//! Requests and messages of streams.

use super::check_messages;

#[test]
fn the_preferred_credential_exists() {
    check_messages(
        "preferred_credential",
        "
-    preferred: key
+    preferred: kye
",
    );
}

#[test]
fn an_acknowledgement_is_a_message() {
    check_messages(
        "acknowledgement_without_message",
        "
-        frame: { id: '{id}', op: subscribe, args: '{topics}' }
-        acknowledgement: acknowledgement
+        frame: { id: '{id}', op: subscribe, args: '{topics}' }
+        acknowledgement: acknowledgment
",
    );
}

#[test]
fn an_acknowledgement_repeats_the_id() {
    check_messages(
        "acknowledgement_without_id",
        "
-      required: [id, event]
-      properties:
-        id: { type: string, description: The id of the request. }
+      required: [event]
+      properties:
",
    );
}

#[test]
fn a_frame_has_known_placeholders() {
    check_messages(
        "frame_placeholder",
        "
-        frame: { id: '{id}', op: subscribe, args: '{topics}' }
+        frame: { id: '{id}', op: subscribe, args: '{topic}' }
",
    );
}

#[test]
fn every_frame_has_an_id() {
    check_messages(
        "frame_without_id",
        "
-        frame: { id: '{id}', op: ping, args: [] }
+        frame: { op: ping, args: [] }
",
    );
}

#[test]
fn an_id_needs_a_correlation() {
    check_messages(
        "correlation_missing",
        "
-    correlation: id
",
    );
}

#[test]
fn a_condition_names_a_field_of_the_message() {
    check_messages(
        "message_condition_field",
        "
-        match: { topic: ['market.*'], event: [data] }
+        match: { topik: ['market.*'], event: [data] }
",
    );
}

#[test]
fn a_condition_has_a_prefix_only_at_its_end() {
    check_messages(
        "message_condition_prefix",
        "
-        match: { topic: ['market.*'], event: [data] }
+        match: { topic: ['market.*.*'], event: [data] }
",
    );
}

#[test]
fn two_messages_differ_in_their_conditions() {
    check_messages(
        "message_conditions_twice",
        "
-        match: { topic: ['user.*'] }
+        match: { topic: ['market.*'], event: [data] }
",
    );
}

#[test]
fn the_schema_of_a_message_exists() {
    check_messages(
        "message_schema",
        "
       user:
-        schema: { $ref: '#/components/schemas/StreamPush' }
+        schema: { $ref: '#/components/schemas/StreamPushes' }
",
    );
}

#[test]
fn every_message_is_used() {
    check_messages(
        "message_unused",
        "
-        message: user
",
    );
}

#[test]
fn a_channel_has_a_message_of_its_topic() {
    check_messages(
        "channel_of_another_message",
        "
-        message: user
+        message: market
",
    );
}

#[test]
fn a_heartbeat_is_a_request() {
    check_messages(
        "heartbeat_request",
        "
-      request: ping
+      request: pong
",
    );
}

#[test]
fn a_heartbeat_has_an_interval() {
    check_messages(
        "heartbeat_interval",
        "
-      x-undocumented: The interval and the time limit.
",
    );
}

#[test]
fn parameters_are_the_placeholders_of_the_topic() {
    check_messages(
        "channel_parameters",
        "
-          levels: { x-undocumented: The allowed numbers of levels. }
+          level: { x-undocumented: The allowed numbers of levels. }
",
    );
}

#[test]
fn the_operation_of_a_parameter_exists() {
    check_messages(
        "channel_parameter_operation",
        "
-          symbol: { operation: markets, field: list.symbol }
+          symbol: { operation: market, field: list.symbol }
",
    );
}

#[test]
fn the_field_of_a_parameter_exists() {
    check_messages(
        "channel_parameter_field",
        "
-          symbol: { operation: markets, field: list.symbol }
+          symbol: { operation: markets, field: list.symbols }
",
    );
}

#[test]
fn a_parameter_has_one_source() {
    check_messages(
        "channel_parameter_source",
        "
-          symbol: { operation: markets, field: list.symbol }
+          symbol: { operation: markets }
",
    );
}

#[test]
fn a_misspelt_key_of_a_request_is_reported() {
    check_messages(
        "unknown_key_of_a_request",
        "
-        acknowledgement: acknowledgement
-        x-undocumented: The form of the acknowledgement.
+        acknowledgment: acknowledgement
+        x-undocumented: The form of the acknowledgement.
",
    );
}

#[test]
fn a_message_is_an_object() {
    check_messages(
        "message_not_an_object",
        "
-    StreamPush:
-      type: object
-      required: [topic]
-      properties:
-        topic: { type: string, description: The topic. }
-        event: { type: string, description: The text `data`. }
+    StreamPush:
+      description: JSON.
+      x-undocumented: The content of the message.
",
    );
}
