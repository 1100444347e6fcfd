//! What is no YAML, or not the YAML of these files.

use super::check;

#[test]
fn an_unclosed_bracket_is_shown_where_it_matters() {
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
fn a_line_that_is_indented_differently_is_named() {
    check(
        "yaml_indentation",
        "
-  schema: Envelope
+   schema: Envelope
",
    );
}

#[test]
fn a_tab_is_refused() {
    check(
        "yaml_tab",
        "
-  code: code
+\tcode: code
",
    );
}

#[test]
fn a_key_that_stands_twice_shows_both_places() {
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
fn anchors_and_aliases_are_refused() {
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
fn a_key_without_a_value_is_named() {
    check(
        "yaml_empty_text",
        "
-  title: Exämple exchange
+  title:
",
    );
}
