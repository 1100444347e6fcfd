//! The connection as a program uses it: a handle, its subscriptions, and the task that drives them.
//!
//! | file | aspect |
//! | --- | --- |
//! | `builder` | the settings of a connection |
//! | `handle` | subscribing, closing |
//! | `subscription` | the stream of a subscriber's events |
//! | `core` | the state machine with its subscribers, behind one lock |
//! | `driver` | the task that executes the outputs of the state machine |

mod builder;
mod core;
mod driver;
mod handle;
mod subscriber;
mod subscription;

pub use builder::StreamConnectionBuilder;
pub use handle::StreamConnection;
pub use subscription::Subscription;
