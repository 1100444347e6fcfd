//! The end of an exchange and of its operations.

use super::check_second;

#[test]
fn a_date_of_the_lifecycle_is_a_day_of_the_calendar() {
    check_second(
        "lifecycle_date",
        "
-  announced: '2026-02-28'
+  announced: '2026-02-29'
",
    );
}

#[test]
fn a_date_of_the_lifecycle_has_the_iso_form() {
    check_second(
        "lifecycle_date_form",
        "
-  closed: '2027-01-31'
+  closed: 31 January 2027
",
    );
}

#[test]
fn the_dates_of_the_lifecycle_are_in_order() {
    check_second(
        "lifecycle_order",
        "
-  tradingEnds: '2026-08-31'
+  tradingEnds: '2026-02-27'
",
    );
}

#[test]
fn a_lifecycle_has_a_source() {
    check_second(
        "lifecycle_without_source",
        "
   closed: '2027-01-31'
-  source: The notice on the exchange's front page.
",
    );
}

#[test]
fn a_successor_exists() {
    check_second(
        "successor_unknown",
        "
-      x-venue-successor: cancel_orders
+      x-venue-successor: cancel_order_s
",
    );
}

#[test]
fn an_operation_does_not_replace_itself() {
    check_second(
        "successor_itself",
        "
-      x-venue-successor: cancel_orders
+      x-venue-successor: cancel_order
",
    );
}

#[test]
fn a_successor_is_not_removed() {
    check_second(
        "successor_removed",
        "
       x-venue-success: { result.code: 0, done: true, state: DONE, failIds: [] }
+      deprecated: true
+      x-venue-removed: true
",
    );
}

#[test]
fn only_a_deprecated_operation_has_a_successor() {
    check_second(
        "successor_of_a_current_operation",
        "
       x-venue-rate-limit: { requests: 40, seconds: 2, scope: user }
+      x-venue-successor: candles
",
    );
}

#[test]
fn only_a_deprecated_operation_is_removed() {
    check_second(
        "removed_without_deprecated",
        "
-      deprecated: true
-      x-venue-successor: cancel_orders
       x-venue-removed: true
",
    );
}

#[test]
fn a_removed_operation_has_no_client_method() {
    check_second(
        "client_method_of_a_removed_operation",
        "
-      deprecated: true
+      x-venue-client-method: account.cancel
+      deprecated: true
       x-venue-successor: cancel_orders
",
    );
}
