//! Invalid YAML, and YAML features that specifications must not use.

use super::check;

#[test]
fn an_unclosed_bracket_is_shown_at_its_consequence() {
    check(
        "yaml_unclosed_bracket",
        "
-  success: [0]
+  success: [0
",
    );
}

#[test]
fn a_text_with_a_colon_needs_quotes() {
    check(
        "yaml_colon_in_text",
        "
-  description: An exchange that does not exist.
+  description: An exchange: it does not exist.
",
    );
}

#[test]
fn a_line_with_the_wrong_indentation_is_reported() {
    check(
        "yaml_indentation",
        "
-  schema: Envelope
+   schema: Envelope
",
    );
}

#[test]
fn a_tab_is_rejected() {
    check(
        "yaml_tab",
        "
-  code: code
+\tcode: code
",
    );
}

#[test]
fn a_duplicate_key_shows_both_positions() {
    check(
        "yaml_duplicate_key",
        "
   code: code
+  code: status
",
    );
}

#[test]
fn a_status_needs_quotes() {
    check(
        "yaml_number_as_key",
        "
         - anyOf: [symbol, side]
       responses:
-        '200':
+        200:
",
    );
}

#[test]
fn anchors_and_aliases_are_rejected() {
    check(
        "yaml_anchor_and_alias",
        "
-  commit: 0123abc
-  read: '2026-10-01'
+  commit: &commit 0123abc
+  read: *commit
",
    );
}

#[test]
fn a_word_that_readers_disagree_about_needs_quotes() {
    check(
        "yaml_truth_value",
        "
-      enum: [LIMIT, MARKET]
+      enum: [LIMIT, NO]
",
    );
}

#[test]
fn a_key_without_a_value_is_reported() {
    check(
        "yaml_empty_text",
        "
-  title: Exämple exchange
+  title:
",
    );
}
