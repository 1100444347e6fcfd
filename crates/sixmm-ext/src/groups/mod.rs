//! The operations, grouped as the documentation groups them.

mod account;
mod api_keys;
mod market;
mod positions;

pub use account::Account;
pub use api_keys::ApiKeys;
pub use market::Market;
pub use positions::Positions;

/// Declares a group: a borrowed view of the client.
macro_rules! group {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name<'a> {
            client: &'a $crate::client_inner::ClientInner,
        }

        impl<'a> $name<'a> {
            pub(crate) fn new(client: &'a $crate::client_inner::ClientInner) -> Self {
                Self { client }
            }
        }
    };
}

pub(crate) use group;
