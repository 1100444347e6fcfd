//! The user's state: orders, fills, positions and balance, from REST rows and private messages.

mod account;
mod driver;
mod journal;
mod notices;
mod reads;
mod subscribe;

use venue_runtime::user_state::{self, AccountEvent};

pub use account::SixMmAccount;
pub use journal::replay;
pub use subscribe::{SubscribeUser, UserHandle, UserStream};

/// An event of [`Streams::user`](super::Streams::user).
pub type UserUpdate = AccountEvent<SixMmAccount>;

/// The orders, positions and balance of the user, and how far each part can be trusted.
pub type UserState = user_state::UserState<SixMmAccount>;

/// An order of the user, with its last REST row and newer messages.
pub type UserOrder = user_state::TrackedOrder<SixMmAccount>;
