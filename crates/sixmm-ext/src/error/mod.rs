//! Why a call did not succeed, in one type.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use sixmm_api::types::{ConditionOrderStatus, ErrorCode, OrderStatus};
use sixmm_api::{Delivery, Extra, FieldError, Operation, Unreadable};
use venue_core::{EscapedText, ValidationErrors, reqwest::StatusCode};

use crate::orders::is_documented_rejection;

mod predicates;

/// Why a call did not succeed: what happened, to which operation, with which request id, and what to do.
///
/// Opaque, cheap to clone, and made to be acted on: ask a predicate ([`is_retryable`](Self::is_retryable),
/// [`is_insufficient_balance`](Self::is_insufficient_balance) …), each of which tells what to do about it. [`code`](Self::code) is the
/// exchange's own word.
///
/// Nothing that it prints holds a URL, a header, a body, a signature, a token or a listen key.
#[derive(Clone)]
pub struct Error(Arc<Inner>, Option<Arc<str>>);

struct Inner {
    operation: &'static Operation,
    kind: Kind,
}

enum Kind {
    /// The call failed.
    Api(sixmm_api::Error),
    /// Refused here, and not sent.
    Invalid(ValidationErrors),
    /// The batch was accepted, this item of it was not.
    Item { code: i64, message: String, request_id: Option<String> },
    /// The response has no list, or something else in its place.
    Unreadable,
    /// Rows of a page could not be read: the first ones, and how many.
    UnreadableRows { rows: Vec<Unreadable>, count: usize },
    /// A page does not have its documented list of this name.
    MissingList(&'static str),
    /// The exchange took the order, and then refused it.
    OrderRefused { status: OrderStatus },
    /// The exchange took the condition order, and then refused it.
    ConditionRefused { status: ConditionOrderStatus },
    /// The order's state does not allow what was asked for any more.
    OrderFinal { status: OrderStatus },
    /// The condition order's state does not allow what was asked for any more.
    ConditionFinal { status: ConditionOrderStatus },
    /// The batch was accepted, and the answer does not report this item.
    Unclear { request_id: Option<String> },
    /// The answer contradicts itself.
    Contradictory { request_id: Option<String>, reason: String },
    /// The error of a write that was saved: its text.
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

    /// The rows that are missing from a page, or else its list, if any is missing.
    pub(crate) fn incomplete_page(operation: &'static Operation, page: &Extra) -> Option<Self> {
        let count = page.unreadable_row_count();
        let kind = if count > 0 {
            Kind::UnreadableRows { rows: page.unreadable_rows().to_vec(), count }
        } else {
            Kind::MissingList(page.missing_lists().first()?)
        };
        Some(Self::new(operation, kind))
    }

    /// Whether a page of a list does not contain its documented list, so that its rows are unknown. `null`, `{}` or `[]` in the place of the
    /// list is an empty list, and no error.
    #[must_use]
    pub fn is_list_missing(&self) -> bool {
        matches!(self.0.kind, Kind::MissingList(_))
    }

    /// The rows of a list that could not be read and are missing from a page: the first 1,000 of them. The other rows of the page are there.
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

    /// The same error, which says that as well.
    pub(crate) fn saying(self, words: String) -> Self {
        Self(self.0, Some(words.into()))
    }

    /// The operation that was called: its name, route, and page of the documentation.
    #[must_use]
    pub fn operation(&self) -> &'static Operation {
        self.0.operation
    }

    /// What the exchange calls this request, if it answered: quote it to the support.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::Api(error) => error.request_id(),
            Kind::Item { request_id, .. } | Kind::Unclear { request_id } | Kind::Contradictory { request_id, .. } => request_id.as_deref(),
            _ => None,
        }
    }

    /// How many attempts were made; 0 if nothing was sent. The error is the last one's.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        match &self.0.kind {
            Kind::Api(error) if error.is_invalid_request() => 0,
            Kind::Api(error) if error.is_refused() => error.attempts().saturating_sub(1),
            Kind::Api(error) => error.attempts(),
            Kind::Invalid(_) => 0,
            _ => 1,
        }
    }

    /// The exchange's code, if it refused with one. New codes are kept as [`ErrorCode::Unknown`].
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

    /// The exchange's words to that code.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::Api(error) => error.message(),
            Kind::Item { message, .. } => Some(message),
            _ => None,
        }
    }

    /// The HTTP status, if an answer came back.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.api()?.status()
    }

    /// Everything that is wrong with a request that was not sent. Empty for other errors.
    #[must_use]
    pub fn field_errors(&self) -> &[FieldError] {
        match &self.0.kind {
            Kind::Invalid(errors) => errors.as_slice(),
            Kind::Api(error) => error.field_errors(),
            _ => &[],
        }
    }

    /// What is known of the call's way to the exchange, over all attempts.
    #[must_use]
    pub fn delivery(&self) -> Delivery {
        match &self.0.kind {
            Kind::Api(error) if self.leaves_open() => error.delivery().max(Delivery::Unknown),
            Kind::Api(error) => error.delivery(),
            Kind::Invalid(_) => Delivery::NotSent,
            Kind::Unclear { .. } | Kind::Contradictory { .. } | Kind::Saved(_) => Delivery::Unknown,
            Kind::Item { .. } if self.leaves_open() => Delivery::Unknown,
            _ => Delivery::Answered,
        }
    }

    /// Whether a code came that is no documented refusal: 5001 and 5002, after which the documentation asks to reconcile; 3004, because an
    /// earlier copy of the request may have been executed; and every code that the documentation does not list.
    fn leaves_open(&self) -> bool {
        self.code().is_some_and(|code| !is_documented_rejection(&code))
    }

    /// The state of the order that stood in the way, if that is what happened: it was refused after it had been taken, or it was filled or
    /// cancelled before the change arrived.
    #[must_use]
    pub fn order_status(&self) -> Option<&OrderStatus> {
        match &self.0.kind {
            Kind::OrderRefused { status } | Kind::OrderFinal { status } => Some(status),
            _ => None,
        }
    }

    /// The error of the generated client, if this is one: the raw answer is within reach there.
    #[must_use]
    pub fn api(&self) -> Option<&sixmm_api::Error> {
        match &self.0.kind {
            Kind::Api(error) => Some(error),
            _ => None,
        }
    }
}

impl From<sixmm_api::Error> for Error {
    fn from(error: sixmm_api::Error) -> Self {
        Self::new(error.operation(), Kind::Api(error))
    }
}

/// The error of a list that was read in part; the rows are dropped. Match on [`PartialList`](crate::PartialList) to keep them.
impl<T> From<crate::PartialList<T, Error>> for Error {
    fn from(list: crate::PartialList<T, Error>) -> Self {
        list.error
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.what_happened(f)?;
        self.1.as_ref().map_or(Ok(()), |words| write!(f, "; {words}"))
    }
}

impl Error {
    fn what_happened(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operation = self.0.operation;
        match &self.0.kind {
            Kind::Api(error) => fmt::Display::fmt(error, f),
            Kind::Invalid(errors) => write!(f, "{operation}: not sent: {errors} (see {})", operation.documentation),
            Kind::Item { code, message, request_id } => {
                write!(f, "{operation}: this item of the batch was refused with code {code}: \"{}\"", EscapedText::new(message))?;
                request_id.as_ref().map_or(Ok(()), |id| write!(f, " (request id \"{}\")", EscapedText::new(id)))
            }
            Kind::ConditionRefused { status } => {
                write!(f, "{operation}: the exchange took the condition order and refused it: it is {status}")
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
            Kind::OrderRefused { status } => write!(f, "{operation}: the exchange took the order and refused it: it is {status}"),
            Kind::ConditionFinal { status } => write!(f, "{operation}: too late: the condition order is {status}"),
            Kind::Unclear { .. } => write!(f, "{operation}: accepted, and the answer does not report it"),
            Kind::Contradictory { reason, .. } => write!(f, "{operation}: the answer contradicts itself: {reason}"),
            // The text of an error begins with its operation.
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
        // `Display` is the error's own.
        self.api()?.source()
    }
}
