//! Errors of the trading core, which correspond to the documented error codes.

use std::fmt;

/// The error that rejects a command. A rejected command has no effect.
///
/// <https://docs.6mm.com/developer-api/error-codes-and-troubleshooting>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    reason: Reason,
    /// Documented meaning of the code, followed by details.
    message: String,
    /// Byte offset of the details.
    details: usize,
}

/// The documented error reasons that the trading core uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// 2001: a required parameter is missing.
    MissingParameter,
    /// 2002: a parameter has an invalid value.
    InvalidParameter,
    /// 2003: a parameter is out of range.
    ParameterOutOfRange,
    /// 3001: the balance is insufficient.
    InsufficientBalance,
    /// 3003: the order does not exist.
    OrderNotFound,
    /// 3004, a duplicate request: the `clientOrderId` was already used. The documentation defines the code for signatures that were already
    /// used. Its use for client order ids is the sandbox's choice.
    DuplicateRequest,
    /// 3005: the order can no longer be cancelled or amended.
    OrderNotCancelable,
    /// 3100 to 3112: a parameter of a condition order is invalid. The documentation does not define the individual codes, so the assignment
    /// of codes to parameters is the sandbox's choice.
    Condition(ConditionReason),
}

/// The reason for which a condition order is rejected. The documentation defines only the range 3100 to 3112. The assignment of codes to
/// reasons is the sandbox's choice, and a client must not rely on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConditionReason {
    /// 3100: the trigger price is missing, not positive, or not a multiple of the tick size.
    TriggerPrice,
    /// 3101: the limit price is missing, not positive, or not a multiple of the tick size.
    Price,
    /// 3102: the order would be triggered at once.
    WouldTrigger,
    /// 3103: the callback rate is missing or out of range.
    CallbackRate,
    /// 3104: the activation price is not positive, or not a multiple of the tick size.
    ActivatePrice,
    /// 3105: the quantity is missing or violates the rules of the contract.
    Quantity,
    /// 3106: no position exists that the order could close or reduce.
    NoPosition,
    /// 3107: too many condition orders are waiting.
    TooMany,
    /// 3108: the orders of a strategy are inconsistent.
    Strategy,
}

impl Reject {
    /// An error with details, which name the field, the limit, and the remedy.
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

    /// The message without the meaning of the code, for reuse in an error with another code.
    pub(super) fn details(&self) -> &str {
        &self.message[self.details..]
    }

    /// The documented reason.
    pub fn reason(&self) -> Reason {
        self.reason
    }

    /// The documented error code.
    pub fn code(&self) -> i64 {
        self.reason.code()
    }

    /// Documented meaning of the code, followed by the field and the limit.
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
    /// Meaning of the code in the documentation.
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
