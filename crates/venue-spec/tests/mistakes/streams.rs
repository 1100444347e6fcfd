//! Streams and their channels.

use super::{check, check_second};

#[test]
fn a_stream_begins_with_wss() {
    check(
        "stream_scheme",
        "
-    url: wss://stream.example.com/ws
+    url: https://stream.example.com/ws
",
    );
}

#[test]
fn a_stream_has_no_credentials_in_its_address() {
    check(
        "stream_with_a_query",
        "
-    url: wss://stream.example.com/ws
+    url: wss://stream.example.com/ws?token=TOKEN
",
    );
}

#[test]
fn a_stream_is_named_in_snake_case() {
    check(
        "stream_name",
        "
-  websocket:
+  WebSocket:
",
    );
}

#[test]
fn a_stream_needs_channels() {
    check(
        "stream_without_channels",
        "
-    channels:
-      trades.{symbol}:
-        access: public
-        description: Every trade of a market.
-        externalDocs:
-          url: https://example.com/docs#trades
-        x-undocumented: What a message holds.
-      orders:
-        access: private
-        description: What becomes of your orders.
-        externalDocs:
-          url: https://example.com/docs#orders-stream
+    channels: {}
",
    );
}

#[test]
fn a_topic_has_complete_placeholders() {
    check(
        "topic_braces",
        "
-      trades.{symbol}:
+      trades.{symbol:
",
    );
}

#[test]
fn a_channel_is_public_or_private() {
    check(
        "channel_access",
        "
-        access: public
+        access: publik
",
    );
}

#[test]
fn a_private_channel_needs_authentication() {
    check(
        "private_channel_without_authentication",
        "
-    authentication:
-      token: The token of a login.
",
    );
}

#[test]
fn authentication_without_a_private_channel_is_superfluous() {
    check(
        "authentication_without_a_private_channel",
        "
-        access: private
+        access: public
",
    );
}

#[test]
fn webhooks_are_written_as_streams() {
    check(
        "webhooks",
        "
+webhooks: {}
 paths:
",
    );
}

#[test]
fn a_parameter_of_a_stream_address_has_a_value() {
    check_second(
        "stream_parameter_without_value",
        "
-    url: wss://stream.example.com/spot?protocol=1.1&compress=0
+    url: wss://stream.example.com/spot?protocol=1.1&compress
",
    );
}

#[test]
fn a_stream_address_has_no_fragment() {
    check_second(
        "stream_with_a_fragment",
        "
-    url: wss://stream.example.com/spot?protocol=1.1&compress=0
+    url: wss://stream.example.com/spot#orders
",
    );
}

#[test]
fn a_stream_without_private_channels_has_no_login() {
    check_second(
        "login_without_a_private_channel",
        "
-        access: private
+        access: public
",
    );
}
