//! What the answer to a batch reports about each of its items.
//!
//! Neither the fields of a row nor the order of the rows is documented, so nothing is concluded from a row's position. The rows of all lists,
//! the two counts and the envelope's code are read together; an item is executed only if nothing in the answer contradicts it.

use sixmm_api::Operation;
use sixmm_api::types::{ErrorCode, OrderId};
use sixmm_core::{Envelope, Response};
use sixmm_ext_core::CallContext;

use super::answer::{Effect, is_documented_refusal, reports_success, row_contradicts};
use super::expected::Expected;
use super::reported::{Data, Element, Field, Reported, names_a_failure};
use super::sent_order::given_id;
use crate::Error;

/// The answer to a batch.
pub(super) enum BatchResults {
    /// It reports no item: why.
    Nothing(Error),
    Rows(Rows),
}

pub(super) struct Rows {
    rows: Vec<Row>,
    effect: Effect,
    /// The counts say that every item was executed.
    counts_all: bool,
    /// The counts say that some item was executed.
    counts_any: bool,
    /// The counts say that every item was executed, and nothing contradicts them.
    confirms_all: bool,
    /// Something beside the rows contradicts those that report a success.
    denies_success: bool,
    /// The counts contradict the rows that report a failure, or the batch was refused and other rows report a success.
    denies_failure: bool,
    request_id: Option<String>,
}

struct Row {
    row: Reported,
    /// The list is one of failures, by its name.
    is_failure: bool,
}

/// What is reported of one item.
pub(super) enum Item {
    /// It was executed; the exchange's id of the order, if it is reported.
    Executed(Option<OrderId>),
    /// Nothing certain is reported.
    Uncertain,
}

impl BatchResults {
    /// The answer to a batch of `count` items.
    pub(super) fn new<E: Envelope>(
        context: &CallContext,
        effect: Effect,
        count: usize,
        answer: Result<Response<E>, sixmm_api::Error>,
    ) -> Self {
        match answer {
            Ok(answer) => {
                let request_id = context.request_id(&answer);
                let data = Data::of_body(answer.body());
                match Rows::read(data, effect, count, false, request_id.clone()) {
                    Some(rows) => Self::Rows(rows),
                    None => Self::Nothing(Error::unclear(answer.operation(), request_id)),
                }
            }
            // Whether a refusal can come with rows is not documented. If it does, some of the items may have been executed.
            Err(error) => {
                let data = error.body().filter(|_| error.is_api()).map_or(Data::Absent, Data::of_body);
                let request_id = error.request_id().map(str::to_owned);
                match Rows::read(data, effect, count, true, request_id).filter(|rows| rows.reports_anything()) {
                    Some(rows) => Self::Rows(rows),
                    None => Self::Nothing(error.into()),
                }
            }
        }
    }

    pub(super) fn request_id(&self) -> Option<&str> {
        match self {
            Self::Nothing(error) => error.request_id(),
            Self::Rows(rows) => rows.request_id.as_deref(),
        }
    }

    /// The error of an item of which nothing certain is reported.
    pub(super) fn unclear(&self, operation: &'static Operation) -> Error {
        match self {
            Self::Nothing(error) => error.clone(),
            Self::Rows(rows) => Error::unclear(operation, rows.request_id.clone()),
        }
    }

    /// What is reported of the item that is known by the id in this field.
    ///
    /// # Errors
    ///
    /// If the batch was refused as a whole, or the item was refused with a documented code.
    pub(super) fn item(
        &self,
        context: &CallContext,
        operation: &'static Operation,
        field: &str,
        id: &str,
        expected: &Expected,
    ) -> Result<Item, Error> {
        match self {
            Self::Nothing(error) => Err(error.clone()),
            Self::Rows(rows) => rows.item(context, operation, field, id, expected),
        }
    }
}

impl Rows {
    /// `None` if the data are no rows.
    fn read(data: Data, effect: Effect, count: usize, is_refused: bool, request_id: Option<String>) -> Option<Self> {
        let mut rows = Vec::new();
        let mut has_foreign = false;
        let mut counts = (Field::Absent, Field::Absent);
        let mut denies_success = is_refused;
        match data {
            Data::Object(object) => {
                for (name, list) in object.lists() {
                    has_foreign |= collect(list, names_a_failure(name), &mut rows);
                }
                counts = (object.integer("successCount"), object.integer("failedCount"));
                denies_success |= object.has_duplicates()
                    || !matches!(object.boolean("success"), Field::Absent | Field::Value(true))
                    || !matches!(object.integer("code"), Field::Absent | Field::Value(0));
            }
            Data::List(list) => has_foreign = collect(list, false, &mut rows),
            Data::Absent | Data::Scalar(_) | Data::Unreadable => return None,
        }
        let claims = rows.iter().filter(|row: &&Row| reports_success(&row.row, effect)).count();
        let all = i64::try_from(count).ok();
        denies_success |= match &counts.0 {
            Field::Absent => false,
            Field::Unreadable => true,
            Field::Value(done) => i64::try_from(claims).is_ok_and(|claims| claims > *done),
        };
        let failures = rows.iter().filter(|row: &&Row| row.is_failure || row.row.reports_failure()).count();
        let denies_failure = match &counts.1 {
            Field::Absent => false,
            Field::Unreadable => true,
            Field::Value(failed) => i64::try_from(failures).is_ok_and(|failures| failures > *failed),
        } || is_refused && claims > 0;
        let counts_all = matches!(counts, (Field::Value(done), Field::Value(0)) if Some(done) == all);
        let counts_any = matches!(counts.0, Field::Value(done) if done != 0);
        let rows_agree = rows.len() <= count && rows.iter().all(|row| !row.is_failure && !row_contradicts(&row.row, effect));
        let confirms_all = counts_all && rows_agree && !has_foreign && !denies_success;
        Some(Self { rows, effect, counts_all, counts_any, confirms_all, denies_success, denies_failure, request_id })
    }

    /// Whether a refusal reports items beside its code.
    fn reports_anything(&self) -> bool {
        !self.rows.is_empty() || self.counts_any
    }

    fn item(
        &self,
        context: &CallContext,
        operation: &'static Operation,
        field: &str,
        id: &str,
        expected: &Expected,
    ) -> Result<Item, Error> {
        let mut own = self.rows.iter().filter(|row| row.row.id(field) == Field::Value(id.to_owned()));
        let row = match (own.next(), own.next()) {
            (Some(row), None) => row,
            // No row is about the item, but the counts say that all were executed.
            (None, _) if self.confirms_all && self.effect != Effect::Place => return Ok(Item::Executed(None)),
            // Two rows for one item contradict each other, or are about something else.
            _ => return Ok(Item::Uncertain),
        };
        if let Some(refusal) = self.refusal(context, operation, &row.row) {
            return refusal;
        }
        let contradicts = row.is_failure || row_contradicts(&row.row, self.effect) || !expected.compare(&row.row).is_none();
        if contradicts || self.denies_success || !(reports_success(&row.row, self.effect) || self.confirms_all) {
            return Ok(Item::Uncertain);
        }
        Ok(Item::Executed(given_id(&row.row, "orderId").map(OrderId::from)))
    }

    /// The refusal of an item, if its row has a code that is not 0. `Ok` if something contradicts the code.
    fn refusal(&self, context: &CallContext, operation: &'static Operation, row: &Reported) -> Option<Result<Item, Error>> {
        let code = match row.integer("code") {
            Field::Absent | Field::Value(0) => return None,
            Field::Unreadable => return Some(Ok(Item::Uncertain)),
            Field::Value(code) => code,
        };
        let names_new_order = self.effect == Effect::Place && given_id(row, "orderId").is_some();
        let reports_effect = reports_success(row, self.effect) || names_new_order || self.counts_all || self.denies_failure;
        if row.has_duplicates() || reports_effect || !is_documented_refusal(&ErrorCode::from(code)) {
            return Some(Ok(Item::Uncertain));
        }
        let mut message = row.text("message").value().unwrap_or_default();
        context.conceal(&mut message, operation);
        Some(Err(Error::item(operation, code, message, self.request_id.clone())))
    }
}

/// Adds the objects of a list. Returns whether it contains something else, such as the bare id of an item that failed.
fn collect(list: Vec<Element>, is_failure: bool, rows: &mut Vec<Row>) -> bool {
    let mut has_foreign = false;
    for element in list {
        match element {
            Element::Object(row) => rows.push(Row { row, is_failure }),
            Element::Scalar(_) | Element::Other => has_foreign = true,
        }
    }
    has_foreign
}
