//! The error of all calls of this crate.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use sixmm_api::types::{ConditionOrderStatus, ErrorCode, OrderStatus};
use sixmm_api::{Delivery, Extra, FieldError, Operation, Unreadable, Veto};
use venue_core::{EscapedText, ValidationErrors, reqwest::StatusCode};
use venue_runtime::paging::PartialList;

mod documented_rejection;
mod predicates;

pub(crate) use documented_rejection::is_documented_rejection;

/// Why a call did not succeed: what happened, to which operation, with which request id, and what to do.
///
/// The error is opaque and cheap to clone. Its predicates, such as [`is_retryable`](Self::is_retryable) and
/// [`is_insufficient_balance`](Self::is_insufficient_balance), document what to do in each case. [`code`](Self::code) is the exchange's code.
///
/// The texts of the error contain no URL, header, body, signature, token or listen key.
#[derive(Clone)]
pub struct Error(Arc<Inner>, Option<Arc<str>>);

struct Inner {
    operation: &'static Operation,
    kind: Kind,
}

enum Kind {
    /// The call failed.
    Api(sixmm_api::Error),
    /// A login, a renewal, a logout or a synchronisation of the clock failed.
    Session(Veto),
    /// Rejected before sending.
    Invalid(ValidationErrors),
    /// The batch was accepted, but this item was rejected.
    Item { code: i64, message: String, request_id: Option<String> },
    /// The response has no list, or has a value of another type in the place of the list.
    Unreadable,
    /// Some rows of a page could not be read. Contains the first of these rows, and the number of all of them.
    UnreadableRows { rows: Vec<Unreadable>, count: usize },
    /// The documented list of this name is missing from a page.
    MissingList(&'static str),
    /// The exchange accepted the request, then rejected the order.
    OrderRefused { status: OrderStatus },
    /// The exchange accepted the request, then rejected the condition order.
    ConditionRefused { status: ConditionOrderStatus },
    /// The order is final, so that it can no longer be changed.
    OrderFinal { status: OrderStatus },
    /// The condition order is final, so that it can no longer be changed.
    ConditionFinal { status: ConditionOrderStatus },
    /// The batch was accepted, but the response does not report this item.
    Unclear { request_id: Option<String> },
    /// The response contradicts itself.
    Contradictory { request_id: Option<String>, reason: String },
    /// The error of an order write that was saved and loaded, as text.
    Saved(String),
}

impl Error {
    pub(crate) fn invalid(operation: &'static Operation, errors: ValidationErrors) -> Self {
        Self::new(operation, Kind::Invalid(errors))
    }

    pub(crate) fn item(operation: &'static Operation, code: i64, message: String, request_id: Option<String>) -> Self {
        Self::new(operation, Kind::Item { code, message, request_id })
    }

    pub(crate) fn unreadable(operation: &'static Operation) -> Self {
        Self::new(operation, Kind::Unreadable)
    }

    /// The error of a page from which rows or a list are missing. `None` if the page is complete.
    pub(crate) fn incomplete_page(operation: &'static Operation, page: &Extra) -> Option<Self> {
        let count = page.unreadable_row_count();
        let kind = if count > 0 {
            Kind::UnreadableRows { rows: page.unreadable_rows().to_vec(), count }
        } else {
            Kind::MissingList(page.missing_lists().first()?)
        };
        Some(Self::new(operation, kind))
    }

    /// Whether a page does not contain its documented list, so that its rows are unknown. If the page contains `null`, `{}` or `[]` in the
    /// place of the list, the list is empty, and there is no error.
    #[must_use]
    pub fn is_list_missing(&self) -> bool {
        matches!(self.0.kind, Kind::MissingList(_))
    }

    /// The rows of a page that could not be read, at most the first 1,000. The page contains only the other rows.
    #[must_use]
    pub fn unreadable_rows(&self) -> &[Unreadable] {
        match &self.0.kind {
            Kind::UnreadableRows { rows, .. } => rows,
            _ => &[],
        }
    }

    pub(crate) fn order_refused(operation: &'static Operation, status: OrderStatus) -> Self {
        Self::new(operation, Kind::OrderRefused { status })
    }

    pub(crate) fn condition_refused(operation: &'static Operation, status: ConditionOrderStatus) -> Self {
        Self::new(operation, Kind::ConditionRefused { status })
    }

    pub(crate) fn order_final(operation: &'static Operation, status: OrderStatus) -> Self {
        Self::new(operation, Kind::OrderFinal { status })
    }

    pub(crate) fn condition_final(operation: &'static Operation, status: ConditionOrderStatus) -> Self {
        Self::new(operation, Kind::ConditionFinal { status })
    }

    pub(crate) fn unclear(operation: &'static Operation, request_id: Option<String>) -> Self {
        Self::new(operation, Kind::Unclear { request_id })
    }

    pub(crate) fn contradictory(operation: &'static Operation, request_id: Option<String>, reason: String) -> Self {
        Self::new(operation, Kind::Contradictory { request_id, reason })
    }

    pub(crate) fn saved(operation: &'static Operation, text: String) -> Self {
        Self::new(operation, Kind::Saved(text))
    }

    fn new(operation: &'static Operation, kind: Kind) -> Self {
        Self(Arc::new(Inner { operation, kind }), None)
    }

    /// The same error with this text appended.
    pub(crate) fn saying(self, text: String) -> Self {
        Self(self.0, Some(text.into()))
    }

    /// The operation that was called: its name, route, and page of the documentation.
    #[must_use]
    pub fn operation(&self) -> &'static Operation {
        self.0.operation
    }

    /// The exchange's id of this request, if a response arrived. Quote this id to the exchange's support.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::Api(error) => error.request_id(),
            Kind::Session(veto) => veto.failed_call()?.request_id(),
            Kind::Item { request_id, .. } | Kind::Unclear { request_id } | Kind::Contradictory { request_id, .. } => request_id.as_deref(),
            _ => None,
        }
    }

    /// The number of attempts that were sent. The error describes the last attempt.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        match &self.0.kind {
            Kind::Api(error) if error.is_invalid_request() => 0,
            Kind::Session(veto) => veto.failed_call().map_or(0, sixmm_api::Error::attempts),
            Kind::Api(error) if error.is_vetoed() => error.attempts().saturating_sub(1),
            Kind::Api(error) => error.attempts(),
            Kind::Invalid(_) => 0,
            _ => 1,
        }
    }

    /// The code with which the exchange rejected the request. Undocumented codes are [`ErrorCode::Unknown`].
    ///
    /// Documentation: <https://docs.6mm.com/developer-api/error-codes-and-troubleshooting>
    #[must_use]
    pub fn code(&self) -> Option<ErrorCode> {
        match &self.0.kind {
            Kind::Api(error) => error.code().map(ErrorCode::from),
            Kind::Item { code, .. } => Some(ErrorCode::from(*code)),
            _ => None,
        }
    }

    /// The exchange's message beside that code.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::Api(error) => error.message(),
            Kind::Item { message, .. } => Some(message),
            _ => None,
        }
    }

    /// The HTTP status, if a response arrived.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.api()?.status()
    }

    /// All faults of a request that was rejected before sending. Empty for other errors.
    #[must_use]
    pub fn field_errors(&self) -> &[FieldError] {
        match &self.0.kind {
            Kind::Invalid(errors) => errors.as_slice(),
            Kind::Api(error) => error.field_errors(),
            _ => &[],
        }
    }

    /// Whether the request reached the exchange and was executed. All attempts of the call are taken into account.
    #[must_use]
    pub fn delivery(&self) -> Delivery {
        match &self.0.kind {
            Kind::Api(error) if self.leaves_open() => error.delivery().max(Delivery::Unknown),
            Kind::Api(error) => error.delivery(),
            Kind::Session(veto) => veto.failed_call().map_or(Delivery::NotSent, sixmm_api::Error::delivery),
            Kind::Invalid(_) => Delivery::NotSent,
            Kind::Unclear { .. } | Kind::Contradictory { .. } | Kind::Saved(_) => Delivery::Unknown,
            Kind::Item { .. } if self.leaves_open() => Delivery::Unknown,
            _ => Delivery::Rejected,
        }
    }

    /// Whether the request may have been executed although the exchange reported an error code. This is the case for three documented codes
    /// and for every undocumented code. After 5001 and 5002, the documentation asks the client to reconcile. After 3004 (duplicate
    /// request), an earlier copy of the request may have been executed.
    fn leaves_open(&self) -> bool {
        self.code().is_some_and(|code| !is_documented_rejection(&code))
    }

    /// The status of a normal order because of which an order write was rejected: the exchange accepted the request but then rejected the
    /// order, or a lookup for a cancellation or an amendment showed that the order was already final. `None` for all other errors.
    #[must_use]
    pub fn order_status(&self) -> Option<&OrderStatus> {
        match &self.0.kind {
            Kind::OrderRefused { status } | Kind::OrderFinal { status } => Some(status),
            _ => None,
        }
    }

    /// The error of the generated client, which gives access to the raw response. `None` for errors that this crate detects.
    #[must_use]
    pub fn api(&self) -> Option<&sixmm_api::Error> {
        match &self.0.kind {
            Kind::Api(error) => Some(error),
            _ => None,
        }
    }
}

/// The error of a login, a logout, a renewal or a synchronisation of the clock.
impl Error {
    pub(crate) fn from_veto(operation: &'static Operation, veto: Veto) -> Self {
        Self::new(operation, Kind::Session(veto))
    }

    /// Why the client did not send the request. `None` if a request was sent or was invalid.
    #[must_use]
    pub fn veto(&self) -> Option<&Veto> {
        match &self.0.kind {
            Kind::Api(error) => error.veto(),
            Kind::Session(veto) => Some(veto),
            _ => None,
        }
    }
}

impl From<sixmm_api::Error> for Error {
    fn from(error: sixmm_api::Error) -> Self {
        Self::new(error.operation(), Kind::Api(error))
    }
}

/// Converts a list that was read in part to the error because of which the list is incomplete. The conversion drops the rows that were
/// read. To keep them, match on [`PartialList`](crate::paging::PartialList).
impl<T> From<PartialList<T, Error>> for Error {
    fn from(list: PartialList<T, Error>) -> Self {
        list.error
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_problem(f)?;
        self.1.as_ref().map_or(Ok(()), |text| write!(f, "; {text}"))
    }
}

impl Error {
    fn write_problem(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operation = self.0.operation;
        match &self.0.kind {
            Kind::Api(error) => fmt::Display::fmt(error, f),
            Kind::Session(veto) => write!(f, "{operation}: {}", veto.reason()),
            Kind::Invalid(faults) => write!(f, "{operation}: not sent: {faults} (see {})", operation.documentation),
            Kind::Item { code, message, request_id } => {
                write!(f, "{operation}: this item of the batch was rejected with code {code}: \"{}\"", EscapedText::new(message))?;
                request_id.as_ref().map_or(Ok(()), |id| write!(f, " (request id \"{}\")", EscapedText::new(id)))
            }
            Kind::ConditionRefused { status } => {
                write!(f, "{operation}: the exchange accepted the request, then rejected the condition order (status {status})")
            }
            Kind::Unreadable => {
                write!(
                    f,
                    "{operation}: the response has no `list` that can be read: `send()` returns what it has (see {})",
                    operation.documentation
                )
            }
            Kind::UnreadableRows { rows, count } => {
                write!(f, "{operation}: {count} of the rows cannot be read and are left out")?;
                rows.first().map_or(Ok(()), |row| write!(f, ", the first because of {row}"))
            }
            Kind::MissingList(list) => {
                let documentation = operation.documentation;
                write!(
                    f,
                    "{operation}: the response has no `{list}`, so its rows are unknown: `send()` returns what it has (see {documentation})"
                )
            }
            Kind::OrderRefused { status } => {
                write!(f, "{operation}: the exchange accepted the request, then rejected the order (status {status})")
            }
            Kind::ConditionFinal { status } => write!(f, "{operation}: too late: the condition order is {status}"),
            Kind::Unclear { .. } => write!(f, "{operation}: accepted, but the response does not report the outcome"),
            Kind::Contradictory { reason, .. } => write!(f, "{operation}: the response contradicts itself: {reason}"),
            // The saved text starts with the operation.
            Kind::Saved(text) => f.write_str(text),
            Kind::OrderFinal { status } => write!(f, "{operation}: too late: the order is {status}"),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({:?}, delivery: {:?})", self.to_string(), self.delivery())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        // `Display` already prints the error of the generated client, so only the source of that error is a source of this error.
        match &self.0.kind {
            Kind::Session(veto) => Some(veto.reason()),
            _ => self.api()?.source(),
        }
    }
}
