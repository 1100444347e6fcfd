//! What an answer tells of the orders of a batch.

use serde_json::Value;
use sixmm_api::Operation;
use sixmm_api::types::{ClientOrderId, ErrorCode, OrderId, OrderStatus};
use sixmm_core::{Envelope, Response};
use sixmm_ext_core::CallContext;

use crate::Error;

/// Whether this names an order. The vendor's `0` for "none" is seen elsewhere.
pub(super) fn is_given(id: &str) -> bool {
    !id.is_empty() && id != "0"
}

/// What a batch's answer tells of its items.
///
/// Neither the fields of a result nor the order of the results is documented, so nothing is taken from a result's place in the list. Read
/// are `clientOrderId`, `orderId`, `status`, and `code` with `message`, by the names that they have elsewhere; and the two counts. Success is
/// believed if it is said: by a `code` of 0, by an open order's status, or by the counts, if no item failed. Everything else is asked for.
pub(super) enum Told {
    Nothing(Error),
    Answer { data: Value, request_id: Option<String>, count: usize },
}

/// What was asked of the exchange: a new order, or a change of one that it knows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Write {
    Place,
    Change,
}

/// What is told of one item.
pub(super) enum Item {
    /// It was carried out; the exchange's id of the order, if it came along.
    Done(Option<OrderId>),
    /// It is not told.
    Silent,
}

impl Told {
    /// The answer to a batch of so many items.
    pub(super) fn new<E: Envelope>(
        context: &CallContext,
        count: usize,
        answer: Result<Response<E>, sixmm_api::Error>,
        data: impl Fn(&E::Data) -> Value,
    ) -> Self {
        match answer {
            Ok(answer) => {
                let request_id = context.request_id(&answer);
                let mut data = answer.data().map(data).unwrap_or_default();
                conceal_messages(context, answer.operation(), &mut data);
                Self::Answer { data, request_id, count }
            }
            // Whether a refusal can come with results is not documented: if it does, some of the orders may stand.
            Err(error) => match results_of(&error) {
                Some(mut data) => {
                    conceal_messages(context, error.operation(), &mut data);
                    Self::Answer { data, request_id: error.request_id().map(str::to_owned), count }
                }
                None => Self::Nothing(error.into()),
            },
        }
    }

    pub(super) fn request_id(&self) -> Option<&str> {
        match self {
            Self::Nothing(error) => error.request_id(),
            Self::Answer { request_id, .. } => request_id.as_deref(),
        }
    }

    /// The error of an item of which nothing is told.
    pub(super) fn unclear(&self, operation: &'static Operation) -> Error {
        match self {
            Self::Nothing(error) => error.clone(),
            Self::Answer { request_id, .. } => Error::unclear(operation, request_id.clone()),
        }
    }

    /// What is told of a new order, known by the caller's id.
    ///
    /// # Errors
    ///
    /// If the batch failed, or it is told that this order was refused.
    pub(super) fn of_new(&self, operation: &'static Operation, id: &ClientOrderId) -> Result<Item, Error> {
        self.of(operation, "clientOrderId", id.as_str(), Write::Place)
    }

    /// What is told of an order that was to be changed or cancelled, known by the exchange's id.
    ///
    /// # Errors
    ///
    /// If the batch failed, or it is told that this order was not changed.
    pub(super) fn of_known(&self, operation: &'static Operation, id: &OrderId) -> Result<Item, Error> {
        match self.of(operation, "orderId", id.as_str(), Write::Change)? {
            Item::Silent if self.none_failed() => Ok(Item::Done(None)),
            told => Ok(told),
        }
    }

    fn of(&self, operation: &'static Operation, field: &str, id: &str, write: Write) -> Result<Item, Error> {
        let Self::Answer { data, request_id, .. } = self else { return Err(self.unclear(operation)) };
        let results = data.get("results").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let mut own = results.iter().filter(|result| text(result, field).as_deref() == Some(id));
        // Two results for one order contradict each other, or are about something else.
        let (Some(result), None) = (own.next(), own.next()) else { return Ok(Item::Silent) };
        let status = text(result, "status").map(OrderStatus::from);
        match (write, &status) {
            (Write::Place, Some(OrderStatus::Rejected)) => return Err(Error::order_refused(operation, OrderStatus::Rejected)),
            // It was final before it could be changed, or because of that: the order has to be looked at.
            (Write::Change, Some(OrderStatus::Rejected | OrderStatus::Filled)) => return Err(self.unclear(operation)),
            _ => {}
        }
        let code = text(result, "code");
        let is_done = match code.as_deref().map(str::parse::<i64>) {
            // What a result's `code` says of success is not documented: one that is none of the exchange's refusals, or that the counts or
            // the state contradict, proves nothing.
            Some(Ok(code)) if ErrorCode::from(code) != ErrorCode::Success => {
                let is_refusal = !matches!(ErrorCode::from(code), ErrorCode::Unknown(_));
                if !is_refusal || self.none_failed() || status.as_ref().is_some_and(is_standing) {
                    return Ok(Item::Silent);
                }
                let message = text(result, "message").unwrap_or_default();
                return Err(Error::item(operation, code, message, request_id.clone()));
            }
            Some(Ok(_)) => true,
            // A word that is no code may be a failure's.
            Some(Err(_)) => false,
            // The state of an order says nothing of a change; of a cancellation, an open order's says the opposite.
            None => self.none_failed() || write == Write::Place && status.as_ref().is_some_and(is_standing),
        };
        let order_id = text(result, "orderId").filter(|id| is_given(id)).map(OrderId::from);
        Ok(if is_done { Item::Done(order_id) } else { Item::Silent })
    }

    /// Whether the counts tell that every item succeeded.
    fn none_failed(&self) -> bool {
        let Self::Answer { data, count, .. } = self else { return false };
        let told = |field: &str| text(data, field).and_then(|number| number.parse::<usize>().ok());
        told("failedCount") == Some(0) && told("successCount") == Some(*count)
    }
}

/// Takes secrets out of the server's words to each item: they are printed.
fn conceal_messages(context: &CallContext, operation: &'static Operation, data: &mut Value) {
    for result in data.get_mut("results").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(Value::String(message)) = result.get_mut("message") {
            context.conceal(message, operation);
        }
    }
}

/// The data of a refusal, if there are results among them.
fn results_of(refusal: &sixmm_api::Error) -> Option<Value> {
    let mut body: Value = serde_json::from_slice(refusal.body().filter(|_| refusal.is_api())?).ok()?;
    let data = body.get_mut("data")?.take();
    data.get("results")?.as_array().is_some_and(|results| !results.is_empty()).then_some(data)
}

/// Whether the status says that there is an order.
fn is_standing(status: &OrderStatus) -> bool {
    matches!(status, OrderStatus::New | OrderStatus::Pending | OrderStatus::PartiallyFilled | OrderStatus::Filled)
}

fn text(result: &Value, field: &str) -> Option<String> {
    match result.get(field)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
