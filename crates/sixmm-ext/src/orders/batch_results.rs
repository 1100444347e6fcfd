//! Reads the results of the items of a batch from the exchange's response, with [`venue_runtime::reconcile::batch_results`].

use sixmm_api::Operation;
use sixmm_api::types::{ErrorCode, OrderId};
use venue_core::{Envelope, Response};
use venue_runtime::reconcile::ExpectedOrder as _;
use venue_runtime::reconcile::batch_results::{BatchFormat, BatchRows, EnvelopeCode, ItemResult};
use venue_runtime::reconcile::json_fields::{JsonFields, ResponseData, body_text};

use super::order_fields::reported_id;
use super::order_terms::OrderTerms;
use super::response_check::{Effect, check_rejection, data, reports_success, row_contradicts};
use crate::Error;
use crate::client_inner::{ClientInner, printable_request_id};
use crate::error::is_documented_rejection;

/// The response to a batch.
pub(super) enum BatchResults<'a> {
    /// The response reports no item. The error contains the reason.
    NoRows(Error),
    Rows {
        rows: BatchRows<'a, Format>,
        request_id: Option<String>,
    },
}

/// How the rows of a batch are read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Format {
    effect: Effect,
}

impl BatchFormat for Format {
    fn item_field(&self) -> &'static str {
        if self.is_placement() { "clientOrderId" } else { "orderId" }
    }

    fn is_placement(&self) -> bool {
        self.effect == Effect::Place
    }

    fn order_id(&self, row: &JsonFields<'_>) -> Option<String> {
        reported_id(row, "orderId")
    }

    fn reports_success(&self, row: &JsonFields<'_>) -> bool {
        reports_success(row, self.effect)
    }

    fn contradicts_success(&self, row: &JsonFields<'_>) -> bool {
        row_contradicts(row, self.effect)
    }

    fn is_rejection(&self, code: i64) -> bool {
        is_documented_rejection(&ErrorCode::from(code))
    }
}

impl<'a> BatchResults<'a> {
    /// Reads the response to a batch. `ids` are the ids of the items: client order ids for a placement, otherwise the exchange's ids.
    pub(super) fn new<E: Envelope>(effect: Effect, ids: Vec<&'a str>, response: Result<Response<E>, sixmm_api::Error>) -> Self {
        let format = Format { effect };
        match response {
            Ok(response) => {
                let request_id = printable_request_id(&response);
                let text = body_text(response.body());
                match BatchRows::read(data(JsonFields::parse(&text).as_ref()), format, ids, EnvelopeCode::Success) {
                    Some(rows) => Self::Rows { rows, request_id },
                    None => Self::NoRows(Error::unclear(response.operation(), request_id)),
                }
            }
            // The documentation does not say whether a rejected batch can have rows. If a rejected batch has rows, some of its items may
            // have been executed.
            Err(error) => {
                let text = error.body().filter(|_| error.is_exchange_error()).map(body_text);
                let envelope = text.as_deref().and_then(JsonFields::parse);
                let data = if text.is_some() { data(envelope.as_ref()) } else { ResponseData::Absent };
                let request_id = error.request_id().map(str::to_owned);
                match BatchRows::read(data, format, ids, EnvelopeCode::Rejection).filter(|rows| !rows.is_empty()) {
                    Some(rows) => Self::Rows { rows, request_id },
                    None => Self::NoRows(check_rejection(error, effect, &OrderTerms::default())),
                }
            }
        }
    }

    pub(super) fn request_id(&self) -> Option<&str> {
        match self {
            Self::NoRows(error) => error.request_id(),
            Self::Rows { request_id, .. } => request_id.as_deref(),
        }
    }

    /// The error of an item whose outcome the response does not clearly report.
    pub(super) fn unreported(&self, operation: &'static Operation) -> Error {
        match self {
            Self::NoRows(error) => error.clone(),
            Self::Rows { request_id, .. } => Error::unclear(operation, request_id.clone()),
        }
    }

    /// The result of the item with this id. If the response confirms the item, returns the exchange's order id, or `None` if the response
    /// does not contain the order id.
    ///
    /// # Errors
    ///
    /// Returns an error if the batch was rejected as a whole, if the item was rejected with a documented code, or if the response does not
    /// clearly report the outcome of the item.
    pub(super) fn item(
        &self,
        client: &ClientInner,
        operation: &'static Operation,
        id: &str,
        expected: &OrderTerms,
    ) -> Result<Option<OrderId>, Error> {
        let Self::Rows { rows, request_id } = self else { return Err(self.unreported(operation)) };
        match rows.item(id, |row| expected.compare(row).is_empty()) {
            ItemResult::Confirmed(order_id) => Ok(order_id.map(OrderId::from)),
            ItemResult::Rejected { code, message } => {
                let message = client.redacted(message, operation);
                Err(Error::item(operation, code, message, request_id.clone()))
            }
            ItemResult::Unreported => Err(self.unreported(operation)),
        }
    }
}
