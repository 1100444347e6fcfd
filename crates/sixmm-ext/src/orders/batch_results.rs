//! What the answer to a batch reports about each of its items.
//!
//! Neither the fields of a row nor the order of the rows is documented, so nothing is concluded from a row's position. The rows of all lists,
//! the two counts and the envelope's code are read together; an item is executed only if nothing in the answer contradicts it.

use sixmm_api::Operation;
use sixmm_api::types::{ErrorCode, OrderId};
use venue_core::{Envelope, Response};

use super::answer::{Effect, check_refusal, is_documented_refusal, reports_success, row_contradicts};
use super::expected::Expected;
use super::reported::{Data, Element, Field, Reported, names_a_failure};
use super::sent_order::given_id;
use crate::client::printable_request_id;
use crate::{Client, Error};

/// The answer to a batch.
pub(super) enum BatchResults {
    /// It reports no item: why.
    Nothing(Error),
    Rows(Rows),
}

/// The items of a batch: the field that names one, and the ids of all of them.
pub(super) struct Items<'a> {
    pub(super) field: &'static str,
    pub(super) ids: Vec<&'a str>,
}

pub(super) struct Rows {
    rows: Vec<Row>,
    /// Ids that lists contain beside the rows, `None` for other values: what they mean is unknown.
    bare_ids: Vec<Option<String>>,
    field: &'static str,
    effect: Effect,
    /// The counts say that every item was executed.
    counts_all: bool,
    /// The counts say that every item was executed, and nothing contradicts them.
    confirms_all: bool,
    /// Something beside the rows contradicts those that report a success.
    denies_success: bool,
    /// Something beside the rows contradicts those that report a failure.
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

/// What the envelope's code says of the batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Code {
    Success,
    Refusal,
}

impl BatchResults {
    /// The answer to a batch of these items.
    pub(super) fn new<E: Envelope>(effect: Effect, items: &Items<'_>, answer: Result<Response<E>, sixmm_api::Error>) -> Self {
        match answer {
            Ok(answer) => {
                let request_id = printable_request_id(&answer);
                let data = Data::of_body(answer.body());
                match Rows::read(data, effect, items, Code::Success, request_id.clone()) {
                    Some(rows) => Self::Rows(rows),
                    None => Self::Nothing(Error::unclear(answer.operation(), request_id)),
                }
            }
            // Whether a refusal can come with rows is not documented. If it does, some of the items may have been executed.
            Err(error) => {
                let data = error.body().filter(|_| error.is_exchange_error()).map_or(Data::Absent, Data::of_body);
                let request_id = error.request_id().map(str::to_owned);
                match Rows::read(data, effect, items, Code::Refusal, request_id).filter(|rows| !rows.rows.is_empty()) {
                    Some(rows) => Self::Rows(rows),
                    None => Self::Nothing(check_refusal(error, effect, &Expected::default())),
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

    /// What is reported of the item with this id.
    ///
    /// # Errors
    ///
    /// If the batch was refused as a whole, or the item was refused with a documented code.
    pub(super) fn item(&self, client: &Client, operation: &'static Operation, id: &str, expected: &Expected) -> Result<Item, Error> {
        match self {
            Self::Nothing(error) => Err(error.clone()),
            Self::Rows(rows) => rows.item(client, operation, id, expected),
        }
    }
}

impl Rows {
    /// `None` if the data are no rows.
    fn read(data: Data, effect: Effect, items: &Items<'_>, code: Code, request_id: Option<String>) -> Option<Self> {
        let mut rows = Vec::new();
        let mut bare_ids = Vec::new();
        let mut counts = (Field::Absent, Field::Absent);
        let mut denies_success = code == Code::Refusal;
        match data {
            Data::Object(object) => {
                for (name, list) in object.lists() {
                    collect(list, names_a_failure(name), &mut rows, &mut bare_ids);
                }
                counts = (object.integer("successCount"), object.integer("failedCount"));
                denies_success |=
                    object.has_duplicates() || object.reports_failure_of_all() || object.objects().any(|(_, object)| !object.is_empty());
            }
            Data::List(list) => collect(list, false, &mut rows, &mut bare_ids),
            Data::Absent | Data::Scalar(_) | Data::Unreadable => return None,
        }
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let claims = number(rows.iter().filter(|row| reports_success(&row.row, effect)).count());
        let failures = number(rows.iter().filter(|row| row.is_failure || row.row.reports_failure()).count());
        let all = number(items.ids.len());
        let (succeeded, failed) = &counts;
        denies_success |= match (succeeded, failed) {
            (Field::Unreadable, _) | (_, Field::Unreadable) => true,
            (Field::Value(succeeded), _) if claims > *succeeded => true,
            (_, Field::Value(failed)) => claims.saturating_add(*failed) > all,
            (_, Field::Absent) => false,
        };
        let counts_deny_failure = match failed {
            Field::Absent => false,
            Field::Unreadable => true,
            Field::Value(failed) => failures > *failed,
        };
        let denies_failure = counts_deny_failure || code == Code::Refusal && claims > 0;
        let counts_all = *succeeded == Field::Value(all) && *failed == Field::Value(0);
        let is_about_an_item = |row: &Row| match row.row.id(items.field) {
            Field::Absent | Field::Unreadable => false,
            Field::Value(id) => items.ids.contains(&id.as_str()),
        };
        let agrees = |row: &Row| !row.is_failure && !row_contradicts(&row.row, effect) && is_about_an_item(row);
        let rows_agree = rows.len() <= items.ids.len() && rows.iter().all(agrees);
        let confirms_all = counts_all && rows_agree && bare_ids.is_empty() && !denies_success;
        Some(Self { rows, bare_ids, field: items.field, effect, counts_all, confirms_all, denies_success, denies_failure, request_id })
    }

    fn item(&self, client: &Client, operation: &'static Operation, id: &str, expected: &Expected) -> Result<Item, Error> {
        let mut own = self.rows.iter().filter(|row| row.row.id(self.field) == Field::Value(id.to_owned()));
        let is_bare = |row: Option<&Row>| {
            let order_id = row.and_then(|row| given_id(&row.row, "orderId"));
            self.bare_ids.iter().any(|bare| bare.as_deref().is_none_or(|bare| bare == id || Some(bare) == order_id.as_deref()))
        };
        let row = match (own.next(), own.next()) {
            (Some(row), None) if !is_bare(Some(row)) => row,
            // No row is about the item, but the counts say that all were executed.
            (None, _) if self.confirms_all && self.effect != Effect::Place => return Ok(Item::Executed(None)),
            // Two rows for one item contradict each other, or are about something else.
            _ => return Ok(Item::Uncertain),
        };
        if !expected.compare(&row.row).is_none() {
            return Ok(Item::Uncertain);
        }
        if let Some(refusal) = self.refusal(client, operation, &row.row) {
            return refusal;
        }
        let contradicts = row.is_failure || row_contradicts(&row.row, self.effect) || self.denies_success;
        if contradicts || !(reports_success(&row.row, self.effect) || self.confirms_all) {
            return Ok(Item::Uncertain);
        }
        let order_id = given_id(&row.row, "orderId");
        let is_shared = order_id.is_some() && self.rows.iter().filter(|row| given_id(&row.row, "orderId") == order_id).count() > 1;
        // An id that two rows have belongs to neither.
        Ok(if is_shared { Item::Uncertain } else { Item::Executed(order_id.map(OrderId::from)) })
    }

    /// The refusal of an item, if its row has a code that is not 0. `Ok` if something contradicts the code.
    fn refusal(&self, client: &Client, operation: &'static Operation, row: &Reported) -> Option<Result<Item, Error>> {
        let code = match row.integer("code") {
            Field::Absent | Field::Value(0) => return None,
            Field::Unreadable => return Some(Ok(Item::Uncertain)),
            Field::Value(code) => code,
        };
        let names_new_order = self.effect == Effect::Place && given_id(row, "orderId").is_some();
        let reports_effect = reports_success(row, self.effect) || names_new_order || self.counts_all || self.denies_failure;
        if reports_effect || !is_documented_refusal(&ErrorCode::from(code)) {
            return Some(Ok(Item::Uncertain));
        }
        let message = client.redacted(row.text("message").value().unwrap_or_default(), operation);
        Some(Err(Error::item(operation, code, message, self.request_id.clone())))
    }
}

/// Adds the objects of a list to the rows, and everything else to the bare ids.
fn collect(list: Vec<Element>, is_failure: bool, rows: &mut Vec<Row>, bare_ids: &mut Vec<Option<String>>) {
    for element in list {
        match element {
            Element::Object(row) => rows.push(Row { row, is_failure }),
            Element::Scalar(scalar) => bare_ids.push(scalar.into_text()),
            Element::Other => bare_ids.push(None),
        }
    }
}
