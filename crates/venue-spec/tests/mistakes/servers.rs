//! Servers and rate limits of operations.

use super::check_second;

#[test]
fn the_server_of_an_operation_is_a_server_of_the_root() {
    check_second(
        "operation_server_unknown",
        "
       servers:
-        - url: https://futures.example.com
+        - url: https://future.example.com
",
    );
}

#[test]
fn an_operation_does_not_repeat_the_first_server() {
    check_second(
        "operation_server_default",
        "
       servers:
-        - url: https://futures.example.com
+        - url: https://spot.example.com
",
    );
}

#[test]
fn an_operation_has_one_server() {
    check_second(
        "operation_with_two_servers",
        "
       servers:
-        - url: https://futures.example.com
+        - url: https://futures.example.com
+        - url: https://spot.example.com
",
    );
}

#[test]
fn a_server_is_described_at_the_root() {
    check_second(
        "operation_server_description",
        "
       servers:
-        - url: https://futures.example.com
+        - url: https://futures.example.com
+          description: Futures.
",
    );
}

#[test]
fn servers_are_not_shared_by_the_operations_of_a_path() {
    check_second(
        "servers_of_a_path",
        "
   /v1/book:
+    servers: [{ url: https://futures.example.com }]
     get:
",
    );
}

#[test]
fn a_server_is_listed_once() {
    check_second(
        "duplicate_server",
        "
   - url: https://futures.example.com
     description: Futures trading.
+  - url: https://spot.example.com
+    description: Spot trading again.
",
    );
}

#[test]
fn a_rate_limit_allows_a_request() {
    check_second(
        "rate_limit_of_nothing",
        "
-      x-venue-rate-limit: { requests: 40, seconds: 2, scope: user }
+      x-venue-rate-limit: { requests: 0, seconds: 2, scope: user }
",
    );
}

#[test]
fn a_rate_limit_fits_into_32_bits() {
    check_second(
        "rate_limit_beyond_32_bits",
        "
-      x-venue-rate-limit: { requests: 40, seconds: 2, scope: user }
+      x-venue-rate-limit: { requests: 40, seconds: 4294967296, scope: user }
",
    );
}

#[test]
fn a_rate_limit_has_a_known_scope() {
    check_second(
        "rate_limit_scope",
        "
-      x-venue-rate-limit: { requests: 40, seconds: 2, scope: user }
+      x-venue-rate-limit: { requests: 40, seconds: 2, scope: uid }
",
    );
}

#[test]
fn a_rate_limit_is_complete() {
    check_second(
        "rate_limit_without_scope",
        "
-      x-venue-rate-limit: { requests: 40, seconds: 2, scope: user }
+      x-venue-rate-limit: { requests: 40, seconds: 2 }
",
    );
}
