//! Reads the results of the items of a batch request from the rows of its response.
//!
//! An exchange may document neither the fields of a row nor the order of the rows, so the index of a row has no meaning here. Instead, the
//! rows of all lists, the counts of successful and of failed items, and the code of the envelope are evaluated together. An item counts as
//! executed only if nothing in the response contradicts this.
//!
//! For example, a batch cancels the orders A and B. The response contains `"successCount": 2`, `"failedCount": 0`, a row for A, and a row
//! for B with `"error": "gone"`. The counts report that both orders were cancelled, but the row of B contradicts them. The counts are
//! therefore not used: B is unreported, and A counts as executed only if its own row reports a success.

use std::borrow::Cow;

use super::json_fields::{FieldValue, JsonFields, ListElement, ResponseData, is_failure_name};

/// How the exchange's crate reads the rows of one batch.
pub trait BatchFormat {
    /// The name of the field that identifies an item: the id that was sent.
    fn item_field(&self) -> &'static str;

    /// Whether the batch places orders. If it does, an item is confirmed only by a row that contains the exchange's order id.
    fn is_placement(&self) -> bool;

    /// The exchange's order id in a row.
    fn order_id(&self, row: &JsonFields<'_>) -> Option<String>;

    /// Whether the row reports by its own fields that its item was executed.
    fn reports_success(&self, row: &JsonFields<'_>) -> bool;

    /// Whether the row contradicts that its item was executed.
    fn contradicts_success(&self, row: &JsonFields<'_>) -> bool;

    /// Whether the exchange documents that nothing was executed after this code.
    fn is_rejection(&self, code: i64) -> bool;
}

/// The meaning of the envelope's code for a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnvelopeCode {
    /// The row contains the code of a success.
    Success,
    /// The code is any other one.
    Rejection,
}

/// The result of one item of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ItemResult {
    /// The item was executed. Contains the exchange's order id, if the row has one.
    Confirmed(Option<String>),
    /// The item was rejected with a documented code.
    Rejected {
        /// The code of the row.
        code: i64,
        /// The message of the row, with the exchange's own text.
        message: String,
    },
    /// The response reports nothing certain about the item.
    Unreported,
}

/// The rows of the response to a batch.
#[derive(Debug)]
pub struct BatchRows<'a, F> {
    format: F,
    rows: Vec<Row>,
    /// The elements of the response's lists that are not objects, and whose meaning is therefore not known: the text of each string or
    /// number, and `None` for any other value.
    bare_ids: Vec<Option<String>>,
    ids: Vec<&'a str>,
    /// The counts report that every item was executed.
    counts_all: bool,
    /// The counts report that every item was executed, and nothing contradicts them.
    confirms_all: bool,
    /// Something beside the rows contradicts the rows that report a success.
    denies_success: bool,
    /// Something beside the rows contradicts the rows that report a failure.
    denies_failure: bool,
}

#[derive(Debug)]
struct Row {
    row: JsonFields<'static>,
    /// The row is in a list whose name means failures.
    is_failure: bool,
}

impl<'a, F: BatchFormat> BatchRows<'a, F> {
    /// Reads the response to a batch of items with these ids. `None` if the data contain no rows.
    pub fn read(data: ResponseData<'_>, format: F, ids: Vec<&'a str>, code: EnvelopeCode) -> Option<Self> {
        let mut rows = Vec::new();
        let mut bare_ids = Vec::new();
        let mut counts = (FieldValue::Absent, FieldValue::Absent);
        let mut denies_success = code == EnvelopeCode::Rejection;
        match data {
            ResponseData::Object(object) => {
                for (name, list) in object.lists() {
                    collect(list, is_failure_name(name), &mut rows, &mut bare_ids);
                }
                counts = (object.integer("successCount"), object.integer("failedCount"));
                denies_success |=
                    object.has_duplicates() || object.reports_failure_of_all() || object.objects().any(|(_, object)| !object.is_empty());
            }
            ResponseData::List(list) => collect(list, false, &mut rows, &mut bare_ids),
            ResponseData::Absent | ResponseData::Scalar(_) | ResponseData::Unreadable => return None,
        }
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let successes = number(rows.iter().filter(|row| format.reports_success(&row.row)).count());
        let failures = number(rows.iter().filter(|row| row.is_failure || row.row.reports_failure()).count());
        let all = number(ids.len());
        let (succeeded, failed) = &counts;
        denies_success |= match (succeeded, failed) {
            (FieldValue::Unreadable, _) | (_, FieldValue::Unreadable) => true,
            (FieldValue::Value(succeeded), _) if successes > *succeeded => true,
            (_, FieldValue::Value(failed)) => successes.saturating_add(*failed) > all,
            (_, FieldValue::Absent) => false,
        };
        let counts_deny_failure = match failed {
            FieldValue::Absent => false,
            FieldValue::Unreadable => true,
            FieldValue::Value(failed) => failures > *failed,
        };
        let denies_failure = counts_deny_failure || code == EnvelopeCode::Rejection && successes > 0;
        let counts_all = *succeeded == FieldValue::Value(all) && *failed == FieldValue::Value(0);
        let is_about_an_item = |row: &Row| row.row.id(format.item_field()).value().is_some_and(|id| ids.contains(&&*id));
        let agrees = |row: &Row| !row.is_failure && !format.contradicts_success(&row.row) && is_about_an_item(row);
        let rows_agree = rows.len() <= ids.len() && rows.iter().all(agrees);
        let confirms_all = counts_all && rows_agree && bare_ids.is_empty() && !denies_success;
        Some(Self { format, rows, bare_ids, ids, counts_all, confirms_all, denies_success, denies_failure })
    }

    /// Whether the lists contain no object.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The result of the item with this id. The closure `is_expected` returns whether a row is about the order that the item sent.
    pub fn item(&self, id: &str, is_expected: impl FnOnce(&JsonFields<'_>) -> bool) -> ItemResult {
        debug_assert!(self.ids.contains(&id), "the id is one of the batch");
        let mut own = self.rows.iter().filter(|row| row.row.id(self.format.item_field()) == FieldValue::Value(id.into()));
        let row = match (own.next(), own.next()) {
            (Some(row), None) if !self.has_bare_id(id, Some(row)) => row,
            // No row is about the item, but the counts report that all items were executed.
            (None, _) if self.confirms_all && !self.format.is_placement() => return ItemResult::Confirmed(None),
            // Two rows for one item contradict each other.
            _ => return ItemResult::Unreported,
        };
        if !is_expected(&row.row) {
            return ItemResult::Unreported;
        }
        if let Some(rejection) = self.rejection(&row.row) {
            return rejection;
        }
        let contradicts = row.is_failure || self.format.contradicts_success(&row.row) || self.denies_success;
        if contradicts || !(self.format.reports_success(&row.row) || self.confirms_all) {
            return ItemResult::Unreported;
        }
        let order_id = self.format.order_id(&row.row);
        let is_shared = order_id.is_some() && self.rows.iter().filter(|row| self.format.order_id(&row.row) == order_id).count() > 1;
        // If two rows contain the same order id, it is unknown to which of the two items the order belongs.
        if is_shared { ItemResult::Unreported } else { ItemResult::Confirmed(order_id) }
    }

    /// Whether a list of the response contains a bare value that may stand for this item of the batch. A bare value is an element that is
    /// not an object. It may stand for the item if it is the item's id, or the order id that the item's row contains. A value that is
    /// neither a string nor a number, such as `null`, may stand for any item.
    fn has_bare_id(&self, id: &str, row: Option<&Row>) -> bool {
        let order_id = row.and_then(|row| self.format.order_id(&row.row));
        self.bare_ids.iter().any(|bare| bare.as_deref().is_none_or(|bare| bare == id || Some(bare) == order_id.as_deref()))
    }

    /// The rejection of an item whose row contains a code other than 0. `None` if the row contains no such code. [`ItemResult::Unreported`]
    /// if another field, the counts or the envelope contradict the code, or if the code does not prove that the item was not executed.
    fn rejection(&self, row: &JsonFields<'_>) -> Option<ItemResult> {
        let code = match row.integer("code") {
            FieldValue::Absent | FieldValue::Value(0) => return None,
            FieldValue::Unreadable => return Some(ItemResult::Unreported),
            FieldValue::Value(code) => code,
        };
        let has_new_order = self.format.is_placement() && self.format.order_id(row).is_some();
        let is_contradicted = self.format.reports_success(row) || has_new_order || self.counts_all || self.denies_failure;
        if is_contradicted || !self.format.is_rejection(code) {
            return Some(ItemResult::Unreported);
        }
        Some(ItemResult::Rejected { code, message: row.text("message").into_owned().value().unwrap_or_default() })
    }
}

/// Adds the objects of a list to the rows, and all other elements to the bare ids.
fn collect(list: Vec<ListElement<'_>>, is_failure: bool, rows: &mut Vec<Row>, bare_ids: &mut Vec<Option<String>>) {
    for element in list {
        match element {
            ListElement::Object(row) => rows.push(Row { row: row.into_owned(), is_failure }),
            ListElement::Scalar(scalar) => bare_ids.push(scalar.into_text().map(Cow::into_owned)),
            ListElement::Other => bare_ids.push(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A batch of cancellations.
    #[derive(Debug)]
    struct Cancellations;

    impl BatchFormat for Cancellations {
        fn item_field(&self) -> &'static str {
            "orderId"
        }

        fn is_placement(&self) -> bool {
            false
        }

        fn order_id(&self, row: &JsonFields<'_>) -> Option<String> {
            row.id("orderId").into_owned().value()
        }

        fn reports_success(&self, row: &JsonFields<'_>) -> bool {
            row.boolean("success") == FieldValue::Value(true)
        }

        fn contradicts_success(&self, row: &JsonFields<'_>) -> bool {
            row.reports_failure() || row.has_duplicates()
        }

        fn is_rejection(&self, code: i64) -> bool {
            code == 3003
        }
    }

    fn results(data: &str) -> Option<[ItemResult; 2]> {
        let body = format!("{{\"data\":{data}}}");
        let envelope = JsonFields::parse(&body);
        let data = ResponseData::of_field(envelope.as_ref(), "data");
        let rows = BatchRows::read(data, Cancellations, vec!["A", "B"], EnvelopeCode::Success)?;
        Some(["A", "B"].map(|id| rows.item(id, |_| true)))
    }

    fn confirmed(id: &str) -> ItemResult {
        ItemResult::Confirmed(Some(id.to_owned()))
    }

    #[test]
    fn each_item_has_the_result_of_its_row() {
        let data = r#"{"results":[{"orderId":"B","code":3003,"message":"unknown"},{"orderId":"A","success":true}]}"#;
        let rejected = ItemResult::Rejected { code: 3003, message: String::from("unknown") };
        assert_eq!(results(data), Some([confirmed("A"), rejected]));
    }

    #[test]
    fn counts_confirm_all_items_unless_a_row_contradicts_them() {
        let counts = r#""successCount":2,"failedCount":0"#;
        assert_eq!(results(&format!("{{{counts}}}")), Some([ItemResult::Confirmed(None), ItemResult::Confirmed(None)]));
        let contradicted = format!(r#"{{{counts},"results":[{{"orderId":"A","success":true}},{{"orderId":"B","error":"gone"}}]}}"#);
        assert_eq!(results(&contradicted), Some([confirmed("A"), ItemResult::Unreported]));
    }

    #[test]
    fn two_rows_for_one_item_decide_nothing() {
        let data = r#"[{"orderId":"A","success":true},{"orderId":"A","success":true},{"orderId":"B","success":true}]"#;
        assert_eq!(results(data), Some([ItemResult::Unreported, confirmed("B")]));
    }

    #[test]
    fn an_undocumented_code_is_not_a_rejection() {
        assert_eq!(results(r#"[{"orderId":"A","code":9999}]"#), Some([ItemResult::Unreported, ItemResult::Unreported]));
    }

    #[test]
    fn data_without_rows_report_nothing() {
        assert_eq!(results("null"), None);
        assert_eq!(results("\"done\""), None);
    }
}
