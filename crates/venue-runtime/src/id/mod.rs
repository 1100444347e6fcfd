//! Client order ids: unique over processes, sortable by time, recognisable.

use std::error::Error as StdError;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use ulid::{ULID_LEN, Ulid};
use venue_core::{TimeSource, UnixMillis};

/// Makes client order ids: a prefix, a hyphen, and a [ULID](https://github.com/ulid/spec) (48 bits of time in milliseconds, 80 random bits),
/// such as `bot7-01JD6V3Y9V6Q2T0ZK4M8XW5N3C`. At most 36 characters, all of them digits, letters or hyphens.
///
/// Each id of one `OrderIds` is greater than the one before, as text, and so carries on after a step of the clock. Ids of other processes
/// differ by their random bits. What begins with the prefix is recognised as one's own by [`is_own`](Self::is_own).
///
/// ```
/// use std::sync::Arc;
/// use venue_core::SystemTime;
/// use venue_runtime::OrderIds;
///
/// let ids = OrderIds::new("bot7", Arc::new(SystemTime))?;
/// let (first, second) = (ids.next(), ids.next());
/// assert!(first < second && ids.is_own(&first));
/// # Ok::<(), venue_runtime::id::OrderIdError>(())
/// ```
#[derive(Debug)]
pub struct OrderIds {
    prefix: String,
    time: Arc<dyn TimeSource>,
    last: Mutex<Ulid>,
}

impl OrderIds {
    /// The longest prefix.
    pub const MAX_PREFIX: usize = 9;

    /// The longest id.
    pub const MAX_LENGTH: usize = Self::MAX_PREFIX + 1 + ULID_LEN;

    /// Ids with this prefix: 1 to 9 digits and letters. It is not what makes them unique, and need not differ between processes.
    ///
    /// # Errors
    ///
    /// If the prefix is something else, or the operating system gives no random numbers.
    pub fn new(prefix: &str, time: Arc<dyn TimeSource>) -> Result<Self, OrderIdError> {
        let is_plain = prefix.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !is_plain || prefix.is_empty() || prefix.len() > Self::MAX_PREFIX {
            return Err(OrderIdError(Problem::Prefix));
        }
        let random = random().map_err(|source| OrderIdError(Problem::Random(source)))?;
        let last = Ulid::from_parts(milliseconds(&*time), random);
        Ok(Self { prefix: prefix.to_owned(), time, last: Mutex::new(last) })
    }

    /// The next id.
    #[must_use]
    pub fn next(&self) -> String {
        format!("{}-{}", self.prefix, self.next_ulid())
    }

    /// Whether the id was made with this prefix, by this process or another one.
    #[must_use]
    pub fn is_own(&self, id: &str) -> bool {
        self.ulid(id).is_some()
    }

    /// When the id was made, by the clock of who made it. `None` if it was not made with this prefix.
    #[must_use]
    pub fn made_at(&self, id: &str) -> Option<UnixMillis> {
        Some(UnixMillis::new(i64::try_from(self.ulid(id)?.timestamp_ms()).ok()?))
    }

    fn ulid(&self, id: &str) -> Option<Ulid> {
        let text = id.strip_prefix(&self.prefix)?.strip_prefix('-')?;
        Ulid::from_string(text).ok().filter(|ulid| ulid.to_string() == text)
    }

    fn next_ulid(&self) -> Ulid {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let now = milliseconds(&*self.time);
        let next = if now > last.timestamp_ms() { random().ok().map(|random| Ulid::from_parts(now, random)) } else { None };
        // Within a millisecond, after a step back of the clock, or without random numbers: one more than the last one.
        *last = next.unwrap_or_else(|| last.increment().unwrap_or_else(|_| Ulid::from_parts(last.timestamp_ms() + 1, 0)));
        *last
    }
}

/// Not before 1970, and not beyond 48 bits, which end in the year 10889.
fn milliseconds(time: &dyn TimeSource) -> u64 {
    u64::try_from(time.wall().as_millis()).unwrap_or(0).min((1 << 48) - 1)
}

/// 80 random bits, without the topmost: there is room to count up.
fn random() -> Result<u128, getrandom::Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    Ok(u128::from_be_bytes(bytes) >> 49)
}

/// Why ids cannot be made.
#[derive(Debug)]
pub struct OrderIdError(Problem);

#[derive(Debug)]
enum Problem {
    Prefix,
    Random(getrandom::Error),
}

impl fmt::Display for OrderIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Problem::Prefix => {
                write!(f, "the prefix of order ids must have 1 to {} characters, letters and digits alone", OrderIds::MAX_PREFIX)
            }
            Problem::Random(_) => f.write_str("the operating system gives no random numbers for order ids"),
        }
    }
}

impl StdError for OrderIdError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0 {
            Problem::Prefix => None,
            Problem::Random(source) => Some(source),
        }
    }
}
