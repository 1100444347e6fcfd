//! Why a command was refused: one to one with the documented error codes.

use std::fmt;

/// A command that was refused. Nothing happened.
///
/// <https://docs.6mm.com/developer-api/error-codes-and-troubleshooting>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    reason: Reason,
    /// The documented meaning of the code, then the details.
    message: String,
    /// Where the details begin.
    details: usize,
}

/// The documented reasons that the trading core knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// 2001: a required parameter is missing.
    MissingParameter,
    /// 2002: a parameter has a value that is not valid.
    InvalidParameter,
    /// 2003: a parameter is out of its range.
    ParameterOutOfRange,
    /// 3001: the balance is too small.
    InsufficientBalance,
    /// 3003: there is no such order.
    OrderNotFound,
    /// 3004, a duplicate request: a `clientOrderId` that was used before. The documentation has the code for signatures that were used
    /// before; for ids it is this sandbox's choice.
    DuplicateRequest,
    /// 3005: the order cannot be cancelled or amended any more.
    OrderNotCancelable,
    /// 3100 to 3112: a parameter of a condition order. The documentation does not say which is which: the assignment is this sandbox's.
    Condition(ConditionReason),
}

/// What is wrong with a condition order. The documentation names the range 3100 to 3112 and nothing more: the assignment is this
/// sandbox's, and a client must not rely on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConditionReason {
    /// 3100: the trigger price is missing, not positive, or no multiple of the tick size.
    TriggerPrice,
    /// 3101: the limit price is missing, not positive, or no multiple of the tick size.
    Price,
    /// 3102: the order would be triggered at once.
    WouldTrigger,
    /// 3103: the callback rate is missing or out of its range.
    CallbackRate,
    /// 3104: the activation price is not positive, or no multiple of the tick size.
    ActivatePrice,
    /// 3105: the quantity is missing, or does not fit the contract's rules.
    Quantity,
    /// 3106: there is no position to close or to reduce.
    NoPosition,
    /// 3107: too many condition orders wait.
    TooMany,
    /// 3108: the orders of a strategy do not fit together.
    Strategy,
}

impl Reject {
    /// A refusal with its details: the field, the limit, what to do.
    pub(super) fn new(reason: Reason, details: impl fmt::Display) -> Self {
        let meaning = reason.meaning();
        Self { reason, message: format!("{meaning}: {details}"), details: meaning.len() + 2 }
    }

    pub(super) fn missing(field: &str) -> Self {
        Self::new(Reason::MissingParameter, field)
    }

    pub(super) fn invalid(details: impl fmt::Display) -> Self {
        Self::new(Reason::InvalidParameter, details)
    }

    pub(super) fn out_of_range(details: impl fmt::Display) -> Self {
        Self::new(Reason::ParameterOutOfRange, details)
    }

    pub(super) fn order_not_found() -> Self {
        Self::new(Reason::OrderNotFound, "check the symbol and the id")
    }

    pub(super) fn condition(reason: ConditionReason, details: impl fmt::Display) -> Self {
        Self::new(Reason::Condition(reason), details)
    }

    /// The message without the meaning of the code, for a refusal with another code.
    pub(super) fn details(&self) -> &str {
        &self.message[self.details..]
    }

    /// Why.
    pub fn reason(&self) -> Reason {
        self.reason
    }

    /// The documented error code.
    pub fn code(&self) -> i64 {
        self.reason.code()
    }

    /// The documented meaning of the code, then the field and the limit.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl Reason {
    /// The documented error code.
    pub const fn code(self) -> i64 {
        match self {
            Self::MissingParameter => 2001,
            Self::InvalidParameter => 2002,
            Self::ParameterOutOfRange => 2003,
            Self::InsufficientBalance => 3001,
            Self::OrderNotFound => 3003,
            Self::DuplicateRequest => 3004,
            Self::OrderNotCancelable => 3005,
            Self::Condition(reason) => match reason {
                ConditionReason::TriggerPrice => 3100,
                ConditionReason::Price => 3101,
                ConditionReason::WouldTrigger => 3102,
                ConditionReason::CallbackRate => 3103,
                ConditionReason::ActivatePrice => 3104,
                ConditionReason::Quantity => 3105,
                ConditionReason::NoPosition => 3106,
                ConditionReason::TooMany => 3107,
                ConditionReason::Strategy => 3108,
            },
        }
    }
}

impl Reason {
    /// What the documentation says of the code.
    const fn meaning(self) -> &'static str {
        match self {
            Self::MissingParameter => "Missing required parameter",
            Self::InvalidParameter => "Invalid parameter value",
            Self::ParameterOutOfRange => "Parameter out of range",
            Self::InsufficientBalance => "Insufficient balance",
            Self::OrderNotFound => "Order not found",
            Self::DuplicateRequest => "Duplicate request",
            Self::OrderNotCancelable => "Order cannot be canceled",
            Self::Condition(_) => "Condition order parameter validation error",
        }
    }
}

impl fmt::Display for Reject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code(), self.message)
    }
}

impl std::error::Error for Reject {}
