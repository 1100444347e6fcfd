//! An order write whose outcome is unknown: what is known of it, saving it, and going on.

use std::fmt;
use std::sync::Arc;

use serde_json::json;
use sixmm_api::operations::ALL;
use sixmm_api::{Operation, UnixMillis};

use super::evidence::{Evidence, Subject};
use super::outcome::Outcome;
use super::reconcile::{self, Reconcile};
use super::reported::{Field, Reported};
use super::send_log::SendLog;
use crate::{Client, Error};

/// An order write whose outcome is unknown, with everything that is needed to reconcile it.
///
/// It can be [saved](Self::save) and [loaded](Self::load), so that a restarted process goes on.
pub struct Unresolved<T> {
    cause: Error,
    evidence: Evidence,
    lookups: u32,
    pub(super) repetitions: u32,
    /// The last lookup began after every request that was sent had expired.
    is_expired: bool,
    pub(super) log: Arc<SendLog>,
    pub(super) write: Arc<dyn Reconcile<T>>,
}

impl<T> Unresolved<T> {
    pub(super) fn new(cause: Error, log: Arc<SendLog>, write: Arc<dyn Reconcile<T>>) -> Self {
        Self { cause, evidence: Evidence::NotAsked, lookups: 0, repetitions: 0, is_expired: false, log, write }
    }

    /// The error that left the outcome open.
    #[must_use]
    pub fn cause(&self) -> &Error {
        &self.cause
    }

    /// The error that left the outcome open, with the evidence since then and the order to look for.
    pub(super) fn into_error(self) -> Error {
        let words = self.since();
        self.cause.saying(words)
    }

    /// What was done since the write, and what to do.
    fn since(&self) -> String {
        let lookups = match self.lookups {
            0 => String::from("not looked up since"),
            1 => format!("looked up once since: {}", self.evidence),
            times => format!("looked up {times} times since: {}", self.evidence),
        };
        let repetitions = match self.repetitions {
            0 => String::new(),
            1 => String::from("; the cancellation was sent once more"),
            times => format!("; the cancellation was sent {times} times more"),
        };
        format!("{lookups}{repetitions}; do not repeat it: ask again for {}, or look at the account", self.subject())
    }

    /// What the last lookup showed.
    #[must_use]
    pub fn evidence(&self) -> &Evidence {
        &self.evidence
    }

    /// How many lookups were sent.
    #[must_use]
    pub fn queries(&self) -> u32 {
        self.lookups
    }

    /// How many times a cancellation was sent again. Always 0 for other writes.
    #[must_use]
    pub fn repetitions(&self) -> u32 {
        self.repetitions
    }

    /// Which order it is about.
    #[must_use]
    pub fn subject(&self) -> Subject {
        self.write.subject()
    }

    /// When the last attempt was handed to the network, by the server's clock as far as it was known then. `None` if no attempt was.
    #[must_use]
    pub fn sent_at(&self) -> Option<UnixMillis> {
        self.log.sent_at()
    }

    /// The largest timestamp that was signed. `None` for a write that was sent with a login: such a request has no signature and does not
    /// expire.
    ///
    /// Documentation: <https://docs.6mm.com/developer-api/request-signing>
    #[must_use]
    pub fn last_timestamp(&self) -> Option<UnixMillis> {
        self.log.last_timestamp()
    }

    /// From when on, by the server's clock, the exchange refuses every request that was sent because its signature is too old: 10 seconds
    /// after [`last_timestamp`](Self::last_timestamp), plus the error of the clock's estimate. `None` without a signature, and as long as the
    /// server's clock could not be read.
    #[must_use]
    pub fn expires_at(&self) -> Option<UnixMillis> {
        self.log.expires_at()
    }

    /// Whether the last lookup began after [`expires_at`](Self::expires_at) and did not show the write executed: no request of this write
    /// can be accepted any more. After [`cancel`](Unresolved::cancel) it is about the placement: the order was not found, and its request cannot
    /// be accepted any more.
    ///
    /// [`Evidence::NotFoundAfterExpiry`] says what that does not prove. Always `false` without a signature, and while a cancellation is sent
    /// again.
    #[must_use]
    pub fn can_no_longer_arrive(&self) -> bool {
        self.is_expired
    }

    /// Looks the order up again, several times with growing pauses, as [`Resolution`](crate::Resolution) says. A placement or an amendment
    /// is not sent again; a cancellation is, as long as the order is open.
    pub async fn ask_again(self) -> Outcome<T> {
        reconcile::reconcile(self).await
    }

    /// Everything that another process needs to go on, as JSON. It contains ids, amounts, times and the text of the cause, and no secret.
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

    /// Notes what a lookup showed; `is_expired` if it also shows that no request that was sent can be executed any more.
    pub(super) fn note(&mut self, evidence: Evidence, is_expired: bool) {
        self.lookups += 1;
        self.is_expired = is_expired;
        self.evidence = match evidence {
            Evidence::NotFound if is_expired => Evidence::NotFoundAfterExpiry,
            evidence => evidence,
        };
    }

    /// Notes that the cancellation is sent again: that request has not expired.
    pub(super) fn note_repetition(&mut self) {
        self.repetitions += 1;
        self.is_expired = false;
    }

    pub(super) fn note_failure(&mut self, error: Error) {
        self.lookups += u32::from(error.attempts() > 0);
        self.is_expired = false;
        self.evidence = Evidence::QueryFailed(error);
    }
}

#[expect(private_bounds, reason = "sealed: implemented for what an order write returns")]
impl<T: Resume> Unresolved<T> {
    /// Goes on with a write that [`save`](Self::save) saved, perhaps in another process: then [`ask_again`](Self::ask_again). The client must
    /// be one of the same account.
    ///
    /// # Errors
    ///
    /// If the text was not saved by this version of the crate, or for another kind of write.
    pub fn load(client: &Client, saved: &str) -> Result<Self, LoadError> {
        let saved = Reported::parse(saved).ok_or(LoadError("it is no JSON object"))?;
        if saved.integer("format") != Field::Value(FORMAT) {
            return Err(LoadError("it has another format"));
        }
        let operation = saved.text("operation").value().and_then(|id| ALL.iter().copied().find(|operation| operation.id == id));
        let operation = operation.ok_or(LoadError("its operation is unknown"))?;
        let write = saved.object("write").and_then(|write| T::resume(client, operation, &write));
        let write = write.ok_or(LoadError("it is another kind of write"))?;
        let time = |field| saved.integer(field).value().map(UnixMillis::new);
        let log = Arc::new(SendLog::resumed(client, time("sentAt"), time("lastTimestamp")));
        let cause = saved.text("cause").value().unwrap_or_default();
        Ok(Self::new(Error::saved(operation, cause), log, write))
    }
}

/// The form of a saved write.
const FORMAT: i64 = 1;

/// The result of an order write whose reconciliation can be saved.
pub(super) trait Resume: Sized {
    /// The write that [`Reconcile::to_json`] described; `None` if the description is of another kind.
    fn resume(client: &Client, operation: &'static Operation, saved: &Reported) -> Option<Arc<dyn Reconcile<Self>>>;
}

/// Why a saved write cannot be loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError(&'static str);

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the saved order write cannot be loaded: {}", self.0)
    }
}

impl std::error::Error for LoadError {}

impl<T> Clone for Unresolved<T> {
    fn clone(&self) -> Self {
        Self {
            cause: self.cause.clone(),
            evidence: self.evidence.clone(),
            lookups: self.lookups,
            repetitions: self.repetitions,
            is_expired: self.is_expired,
            log: Arc::clone(&self.log),
            write: Arc::clone(&self.write),
        }
    }
}

impl<T> fmt::Debug for Unresolved<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unresolved")
            .field("subject", &self.subject())
            .field("cause", &self.cause)
            .field("evidence", &self.evidence)
            .field("queries", &self.lookups)
            .field("repetitions", &self.repetitions)
            .field("sent_at", &self.sent_at())
            .field("last_timestamp", &self.last_timestamp())
            .finish_non_exhaustive()
    }
}

impl<T> fmt::Display for Unresolved<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.cause, self.since())
    }
}
