//! The type [`Unresolved`]: an order write whose outcome is unknown. It can be reconciled further, and saved for another process.

use std::fmt;
use std::sync::Arc;

use serde_json::json;
use venue_core::UnixMillis;

use super::attempt_log::AttemptLog;
use super::json_fields::{FieldValue, JsonFields};
use super::lookup::LastLookup;
use super::outcome::Outcome;
use super::write::{OrderTypes, Reconcile, ReconcileClient as _, ReconcileError as _, WriteResult};

/// The outcome of an order write of the exchange `V`.
pub type OutcomeOf<V, T> = Outcome<T, <V as OrderTypes>::Error, Unresolved<T, V>>;

/// An order write whose outcome is unknown, with the data that is needed to reconcile it further. `T` is the result of an accepted write,
/// and `V` is the exchange.
///
/// [`reconcile`](Self::reconcile) looks the order up again. With [`save`](Self::save) and [`load`](Self::load), another process can
/// continue, for example after a restart.
#[must_use = "an order whose outcome is unknown may exist"]
pub struct Unresolved<T, V: OrderTypes> {
    cause: V::Error,
    last_lookup: LastLookup<V::Status, V::Error>,
    lookups: u32,
    pub(super) resends: u32,
    /// Whether the last lookup was sent after every request of the write had expired, and showed that no request was executed.
    is_expired: bool,
    pub(super) log: Arc<AttemptLog>,
    pub(super) write: Arc<dyn Reconcile<V, T>>,
}

impl<T, V: OrderTypes> Unresolved<T, V> {
    /// A write that was not looked up yet. `cause` is the error that left its outcome open.
    pub fn new(cause: V::Error, log: Arc<AttemptLog>, write: Arc<dyn Reconcile<V, T>>) -> Self {
        Self { cause, last_lookup: LastLookup::NotMade, lookups: 0, resends: 0, is_expired: false, log, write }
    }

    /// The error that left the outcome open.
    #[must_use]
    pub fn cause(&self) -> &V::Error {
        &self.cause
    }

    /// The error because of which the outcome is unknown. Its text names the order and describes the lookups since then.
    #[must_use]
    pub fn into_error(self) -> V::Error {
        let context = self.describe_lookups();
        self.cause.with_context(context)
    }

    /// A text about the lookups since the write, and the recommended reaction.
    fn describe_lookups(&self) -> String {
        let lookups = match self.lookups {
            0 => String::from("not looked up since"),
            1 => format!("looked up once since: {}", self.last_lookup),
            times => format!("looked up {times} times since: {}", self.last_lookup),
        };
        let resends = match self.resends {
            0 => String::new(),
            1 => String::from("; the cancellation was sent once more"),
            times => format!("; the cancellation was sent {times} more times"),
        };
        format!("{lookups}{resends}; do not send it again: reconcile {} or check the account", self.order_key())
    }

    /// The result of the last lookup.
    #[must_use]
    pub fn last_lookup(&self) -> &LastLookup<V::Status, V::Error> {
        &self.last_lookup
    }

    /// The number of lookups that were sent.
    #[must_use]
    pub fn lookups(&self) -> u32 {
        self.lookups
    }

    /// The number of times that a cancellation was sent again. Always 0 for other writes.
    #[must_use]
    pub fn resends(&self) -> u32 {
        self.resends
    }

    /// The order that the write is about.
    #[must_use]
    pub fn order_key(&self) -> V::OrderKey {
        self.write.order_key()
    }

    /// When the last request was sent, in the exchange's time as estimated at that moment. `None` if no request was sent.
    #[must_use]
    pub fn sent_at(&self) -> Option<UnixMillis> {
        self.log.sent_at()
    }

    /// The largest timestamp that was signed. `None` if the write was sent with a login, because its request has no signature and does not
    /// expire.
    #[must_use]
    pub fn last_timestamp(&self) -> Option<UnixMillis> {
        self.log.last_timestamp()
    }

    /// The time on the exchange's clock after which the exchange rejects every request of this write, because the signatures are too old.
    /// The time is the sum of [`last_timestamp`](Self::last_timestamp), the exchange's signature window and the error of the clock
    /// estimate. `None` if no request was signed, or if the exchange's clock could not be read.
    #[must_use]
    pub fn expires_at(&self) -> Option<UnixMillis> {
        self.log.expires_at(self.write.client().clock())
    }

    /// Whether the last lookup proves that the exchange will no longer accept any request of this write. The lookup was then sent after
    /// [`expires_at`](Self::expires_at), and did not show that the write was executed. For the outcome of [`cancel`](Self::cancel), the
    /// proof is about the requests of the placement.
    ///
    /// [`LastLookup::NotFoundAfterExpiry`] describes the limits of this proof. The result is always `false` for requests without a
    /// signature. It becomes `false` when a cancellation is sent again, because the new request has not expired.
    #[must_use]
    pub fn can_no_longer_arrive(&self) -> bool {
        self.is_expired
    }

    /// Saves the data that another process needs to reconcile the write, as JSON. The text contains ids, amounts, times and the message of
    /// the error, but no secret.
    #[must_use]
    pub fn save(&self) -> String {
        let saved = json!({
            "format": FORMAT,
            "operation": self.cause.operation().id,
            "cause": self.cause.to_string(),
            "sentAt": self.sent_at().map(UnixMillis::as_millis),
            "lastTimestamp": self.last_timestamp().map(UnixMillis::as_millis),
            "write": self.write.to_json(),
        });
        saved.to_string()
    }

    /// Records the result of a lookup. `is_expired` is true if the lookup also proves that no request of the write will be executed any
    /// more.
    pub(super) fn record_lookup(&mut self, shown: LastLookup<V::Status, V::Error>, is_expired: bool) {
        self.lookups += 1;
        self.is_expired = is_expired;
        self.last_lookup = match shown {
            LastLookup::NotFound if is_expired => LastLookup::NotFoundAfterExpiry,
            shown => shown,
        };
    }

    /// Records that a lookup failed.
    pub(super) fn record_failed_lookup(&mut self, error: V::Error) {
        self.lookups += u32::from(error.attempts() > 0);
        self.is_expired = false;
        self.last_lookup = LastLookup::Failed(error);
    }

    /// Records that the cancellation is sent again: the new request has not expired.
    pub(super) fn record_resend(&mut self) {
        self.resends += 1;
        self.is_expired = false;
    }
}

impl<T: WriteResult<V>, V: OrderTypes> Unresolved<T, V> {
    /// Restores an unresolved order write from the text that [`save`](Self::save) returned, perhaps in another process. The client must use
    /// the same account. To continue the lookups, call [`reconcile`](Self::reconcile).
    ///
    /// # Errors
    ///
    /// Returns an error if the text was not saved by this version of the crate, or was saved for a write with another result.
    pub fn load(client: &impl AsRef<V::Client>, saved: &str) -> Result<Self, LoadError> {
        let saved = JsonFields::parse(saved).ok_or(LoadError("it is not a JSON object"))?;
        if saved.integer("format") != FieldValue::Value(FORMAT) {
            return Err(LoadError("it has another format"));
        }
        let operation =
            saved.text("operation").into_owned().value().and_then(|id| V::operation(&id)).ok_or(LoadError("its operation is unknown"))?;
        let write = saved.object("write").and_then(|write| T::load(client.as_ref(), operation, &write));
        let write = write.ok_or(LoadError("it is another kind of write"))?;
        let log = saved_log::<V>(&saved);
        let cause = saved.text("cause").into_owned().value().unwrap_or_default();
        Ok(Self::new(V::Error::saved(operation, cause), log, write))
    }
}

/// The log with the times `sentAt` and `lastTimestamp` of a saved write.
pub fn saved_log<V: OrderTypes>(saved: &JsonFields<'_>) -> Arc<AttemptLog> {
    let time = |field| saved.integer(field).value().map(UnixMillis::new);
    Arc::new(AttemptLog::resumed(V::SIGNATURE_WINDOW, time("sentAt"), time("lastTimestamp")))
}

/// The format of a saved write.
const FORMAT: i64 = 1;

/// The reason why a saved write cannot be loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError(&'static str);

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the saved order write cannot be loaded: {}", self.0)
    }
}

impl std::error::Error for LoadError {}

impl<T, V: OrderTypes> Clone for Unresolved<T, V> {
    fn clone(&self) -> Self {
        Self {
            cause: self.cause.clone(),
            last_lookup: self.last_lookup.clone(),
            lookups: self.lookups,
            resends: self.resends,
            is_expired: self.is_expired,
            log: Arc::clone(&self.log),
            write: Arc::clone(&self.write),
        }
    }
}

impl<T, V: OrderTypes> fmt::Debug for Unresolved<T, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unresolved")
            .field("order_key", &self.order_key())
            .field("cause", &self.cause)
            .field("last_lookup", &self.last_lookup)
            .field("lookups", &self.lookups)
            .field("resends", &self.resends)
            .field("sent_at", &self.sent_at())
            .field("last_timestamp", &self.last_timestamp())
            .finish_non_exhaustive()
    }
}

impl<T, V: OrderTypes> fmt::Display for Unresolved<T, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.cause, self.describe_lookups())
    }
}
