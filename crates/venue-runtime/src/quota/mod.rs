//! Quotas: limits on the requests of a group of operations, with throttling after a rate-limit response.
//!
//! Each quota is a token bucket (GCRA, the generic cell rate algorithm). After a pause it admits a burst of requests at once, then one
//! request in each period. Callers are admitted in the order in which they arrive. Each caller knows at once how long it has to wait, so a
//! caller that would wait past its deadline is rejected immediately.
//!
//! **Throttling.** A rate-limit response (HTTP 429, or an error that the [`ExchangePolicy`](crate::ExchangePolicy) classifies as one) ends
//! the burst and halves the speed of the bucket, at most once a second and down to a sixteenth. After each second without such a response,
//! the speed increases by a sixteenth of the full speed. Callers that already wait learn their new waiting time at once.
//!
//! A `Retry-After` header first stops the bucket for the given time, but for at most 60 seconds. The bucket of a documented rate limit is
//! stopped for at most five periods of the limit, and a reserve for at most 5 seconds. These limits keep one wrong header from blocking a program for long.
//!
//! **Bans.** A response that reports a ban ([`ExchangePolicy::is_banned`](crate::ExchangePolicy::is_banned)) stops all buckets for 60
//! seconds, including the reserves. Groups without a quota wait as well, because a request during a ban can make the ban longer.
//!
//! **Documented rate limits.** If the documentation of an exchange states a rate limit for an operation, the operation has a quota of its
//! own ([`Quotas::documented`]). These quotas are the default of a client whose [`ExchangePolicy`](crate::ExchangePolicy) lists the
//! exchange's operations. [`Quotas::unlimited`] switches them off.
//!
//! **Reserve.** A group can have a second bucket, its reserve, in addition to the bucket that it shares with other groups. The group uses
//! the reserve first. For example, with a reserve for cancellations, a program can still cancel orders after its new orders have exhausted
//! the shared quota. Rate-limit responses to other groups do not throttle the reserve. A rate-limit response to the group itself throttles
//! both buckets.
//!
//! **Cancelled waits.** A caller that stops waiting (its future is dropped) releases its reservation. The caller that would be admitted
//! last, which is usually the caller that arrived last, gets the released time. The times of all other callers stay the same.
//!
//! The alternative, to move all callers forward, is worse under overload, because it admits callers that are about to stop waiting. If
//! twice as many callers arrive as the quota admits and each stops waiting after a second, most responses would arrive after their callers
//! have gone.
//!
//! **Deadlines.** A call waits for its quota for at most three quarters of its remaining time, and is rejected at once if it would be
//! admitted later. A request that is sent shortly before its deadline would probably end with an unknown outcome.

mod bucket;
mod quota_group;
mod quotas;
mod reservation;
mod throttle_clock;
mod wait_queue;

pub use quota_group::{Quota, QuotaGroup};
pub use quotas::Quotas;

pub(crate) use reservation::Reservation;
