//! Quotas per group of operations, which slow down when the exchange says so, and recover.
//!
//! Each quota is a bucket of requests (GCRA): a burst at once, then one in each period. Callers take turns in the order in which they came,
//! and know at once how long they will wait, so that one whose time would pass first is refused instead of kept waiting.
//!
//! **Slowing down.** HTTP 429, or what the [`ExchangePolicy`](crate::ExchangePolicy) calls rate limited, ends the burst and halves the bucket's speed, the
//! latter at most once a second, down to a sixteenth. After each second without another refusal it gains a sixteenth of the full speed.
//! `Retry-After` stops the bucket for that long, first, but never longer than a minute, and a reserve never longer than five seconds: one
//! absurd answer must not lock a bot out. Callers that are waiting already wait longer, and learn of it at once.
//!
//! **The reserve.** A group may have a bucket of its own beside the one that it shares with others, which it uses first: a bot whose orders have
//! used up the quota, or were slowed down, can still cancel. Refusals of other groups do not touch the reserve. A refusal of its own group
//! slows both, so that cancels are not kept waiting by what matters less.
//!
//! **Giving up.** A caller that gives up waiting (its future is dropped) gives its turn back. The turn goes to the waiter whose turn comes last,
//! which is usually the one that came last; the turns of all others stay as they are. If every caller gives up after a second, and twice as many
//! come as the quota allows, moving all of them forward would admit those that are about to give up, whose answers reach no caller.
//!
//! **Deadlines.** A call waits for its quota for three quarters of its remaining time at most, and is rejected at once if its turn comes later:
//! a request that is sent with no time left for the answer only leaves its outcome unknown.

mod bucket;
mod group;
mod pace;
mod quotas;

pub use group::{Group, GroupQuota};
pub use quotas::Quotas;

pub(crate) use bucket::Turn;
