//! Why an attempt was not sent.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::{Error, Operation};

/// The reason why the client did not send an attempt: the call's deadline, its quota or an [`Interceptor`](crate::Interceptor) forbids the
/// attempt.
///
/// A veto ends the call with an error for which [`Error::is_vetoed`] is true. The message of a veto is printed, so it must not contain a
/// secret.
pub struct Veto {
    kind: VetoKind,
    reason: Box<dyn StdError + Send + Sync>,
    failed_call: Option<Arc<Error>>,
}

/// What kind of veto ended a call before a request was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VetoKind {
    /// The deadline of the call passed before the attempt could be sent.
    DeadlineExceeded,
    /// The quota would admit the request only after `wait`. This is too late, because the call has only `remaining` left.
    QuotaUnavailable {
        /// How long the attempt would have waited for the quota.
        wait: Duration,
        /// How much of the call's time remained.
        remaining: Duration,
    },
    /// The exchange has removed the operation, so that no request can succeed.
    OperationRemoved,
    /// The client has no credentials that the operation accepts.
    MissingCredentials,
    /// The API key was declared without the permission that the operation needs.
    MissingPermission,
    /// The session has ended or was never started: log in.
    LoginRequired,
    /// The session cannot be used now, because its renewal failed or another login replaced it. The session may be usable again later.
    SessionUnavailable,
    /// The server's clock could not be read, and no timestamp can be signed without it.
    ClockUnknown,
    /// An interceptor of the program panicked.
    InterceptorPanicked,
    /// A reason that only the interceptor knows: see [`Veto::reason`].
    Other,
}

impl Veto {
    /// A veto of [`VetoKind::Other`], for the interceptors of a program.
    pub fn new(reason: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::of_kind(VetoKind::Other, reason)
    }

    /// A veto of this kind. The reason completes the sentence "not sent: …".
    pub fn of_kind(kind: VetoKind, reason: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { kind, reason: reason.into(), failed_call: None }
    }

    /// Adds the error of another call whose failure caused this veto, for example of the call that renews the session.
    #[must_use]
    pub fn caused_by(self, failed_call: Option<Arc<Error>>) -> Self {
        Self { failed_call, ..self }
    }

    /// The deadline of the call has passed.
    pub(crate) fn deadline_exceeded() -> Self {
        Self::of_kind(
            VetoKind::DeadlineExceeded,
            "the call's deadline was exceeded before the request could be sent: allow the call more time",
        )
    }

    #[cold]
    pub(crate) fn operation_removed(operation: &Operation) -> Self {
        let successor = operation.successor.map(|id| format!(": use `{id}`")).unwrap_or_default();
        Self::of_kind(VetoKind::OperationRemoved, format!("the exchange has removed the operation{successor}"))
    }

    #[cold]
    pub(crate) fn unknown_server(server: &str) -> Self {
        Self::new(format!(
            "the operation belongs to the server `{server}`, for which the client has no URL: use the `builder` of the generated client, or \
             set a base URL"
        ))
    }

    pub(crate) fn interceptor_panicked() -> Self {
        Self::of_kind(VetoKind::InterceptorPanicked, "an interceptor of the program panicked before the attempt: fix the interceptor")
    }

    /// What kind of veto this is.
    #[must_use]
    pub fn kind(&self) -> VetoKind {
        self.kind
    }

    /// The reason to print.
    #[must_use]
    pub fn reason(&self) -> &(dyn StdError + Send + Sync + 'static) {
        &*self.reason
    }

    /// The error of another call that caused this veto, such as the renewal of a session or a query of the server's time.
    #[must_use]
    pub fn failed_call(&self) -> Option<&Error> {
        self.failed_call.as_deref()
    }
}

impl fmt::Debug for Veto {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Veto({:?}, {:?})", self.kind, self.reason.to_string())
    }
}
