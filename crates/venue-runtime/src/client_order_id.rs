//! `ClientOrderIds`: a generator of client order ids.

use std::error::Error as StdError;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use ulid::{ULID_LEN, Ulid};
use venue_core::TimeSource;

/// Generates client order ids such as `bot7-01JD6V3Y9V6Q2T0ZK4M8XW5N3C`: a prefix, a hyphen, and a [ULID](https://github.com/ulid/spec),
/// which has 48 bits of time in milliseconds and 80 random bits. An id has at most 36 characters, all of them digits, letters or hyphens.
///
/// Each id sorts after all earlier ids of the same generator, even if the clock was set back. The ids of different processes differ in
/// their random bits. [`is_own`](Self::is_own) recognises the ids with the same prefix.
///
/// ```
/// use std::sync::Arc;
/// use venue_core::SystemTime;
/// use venue_runtime::ClientOrderIds;
///
/// let ids = ClientOrderIds::new("bot7", Arc::new(SystemTime))?;
/// let (first, second) = (ids.next(), ids.next());
/// assert!(first < second && ids.is_own(&first));
/// # Ok::<(), venue_runtime::client_order_id::ClientOrderIdError>(())
/// ```
#[derive(Debug)]
pub struct ClientOrderIds {
    prefix: String,
    time: Arc<dyn TimeSource>,
    last: Mutex<Ulid>,
}

impl ClientOrderIds {
    /// The maximum length of a prefix.
    pub const MAX_PREFIX: usize = 9;

    /// The maximum length of an id.
    pub const MAX_LENGTH: usize = Self::MAX_PREFIX + 1 + ULID_LEN;

    /// Creates a generator with a prefix of 1 to 9 digits and letters. Different processes can use the same prefix, because the random bits
    /// make the ids unique.
    ///
    /// # Errors
    ///
    /// Returns an error if the prefix is invalid, or the operating system provides no random numbers.
    pub fn new(prefix: &str, time: Arc<dyn TimeSource>) -> Result<Self, ClientOrderIdError> {
        let is_plain = prefix.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !is_plain || prefix.is_empty() || prefix.len() > Self::MAX_PREFIX {
            return Err(ClientOrderIdError(ErrorKind::Prefix));
        }
        let random = random().map_err(|source| ClientOrderIdError(ErrorKind::Random(source)))?;
        let last = Ulid::from_parts(milliseconds(&*time), random);
        Ok(Self { prefix: prefix.to_owned(), time, last: Mutex::new(last) })
    }

    /// Generates the next id.
    #[must_use]
    pub fn next(&self) -> String {
        format!("{}-{}", self.prefix, self.next_ulid())
    }

    /// Whether the id was generated with this prefix, by this process or another one.
    #[must_use]
    pub fn is_own(&self, id: &str) -> bool {
        let ulid = id.strip_prefix(&self.prefix).and_then(|rest| rest.strip_prefix('-'));
        ulid.is_some_and(|text| Ulid::from_string(text).is_ok_and(|ulid| ulid.to_string() == text))
    }

    fn next_ulid(&self) -> Ulid {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let now = milliseconds(&*self.time);
        let next = if now > last.timestamp_ms() { random().ok().map(|random| Ulid::from_parts(now, random)) } else { None };
        // The next id is the last id plus 1 if the clock shows the same millisecond or went back, or if the operating system provides no
        // random numbers.
        *last = next.unwrap_or_else(|| last.increment().unwrap_or_else(|_| Ulid::from_parts(last.timestamp_ms() + 1, 0)));
        *last
    }
}

/// The wall clock in milliseconds, limited to the range of 48 bits: 1970 to the year 10889.
fn milliseconds(time: &dyn TimeSource) -> u64 {
    u64::try_from(time.wall().as_millis()).unwrap_or(0).min((1 << 48) - 1)
}

/// 79 random bits. The highest of the 80 bits is zero, so that the id can be incremented.
fn random() -> Result<u128, getrandom::Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    Ok(u128::from_be_bytes(bytes) >> 49)
}

/// The error of creating a generator.
#[derive(Debug)]
pub struct ClientOrderIdError(ErrorKind);

#[derive(Debug)]
enum ErrorKind {
    Prefix,
    Random(getrandom::Error),
}

impl fmt::Display for ClientOrderIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            ErrorKind::Prefix => {
                write!(f, "the prefix of order ids must have 1 to {} characters, only letters and digits", ClientOrderIds::MAX_PREFIX)
            }
            ErrorKind::Random(_) => f.write_str("the operating system provides no random numbers for order ids"),
        }
    }
}

impl StdError for ClientOrderIdError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0 {
            ErrorKind::Prefix => None,
            ErrorKind::Random(source) => Some(source),
        }
    }
}
