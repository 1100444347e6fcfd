//! The listen key of the private stream: created, renewed, replaced and closed.
//!
//! Documentation: <https://docs.6mm.com/developer-api/rest-api/user-and-account#create-listenkey>

use std::fmt;

use sixmm_api::{Secret, UnixMillis};
use tokio::sync::{oneshot, watch};

use crate::Error;
use crate::client_inner::ClientInner;

mod keeper;

use keeper::{Keeper, close, create};

/// Keeps a listen key valid: renews it every 30 minutes, creates another key if a renewal fails, and closes the key in the end.
///
/// The time for which the machine was suspended counts. While the key can be neither renewed nor replaced, both are tried again after 1, 2, 4 and up to
/// 60 seconds, and [`ListenKey::trouble`] contains the error.
///
/// ```
/// # async fn example(client: sixmm_ext::Client) -> Result<(), sixmm_ext::Error> {
/// let guard = client.account().start_listen_key().await?;
/// let mut keys = guard.subscribe();
/// tokio::spawn(async move {
///     while let Some(key) = keys.changed().await {
///         // Connect the stream again with `key`.
/// #       drop(key);
///     }
/// });
/// // …
/// guard.close().await?;
/// # Ok(())
/// # }
/// ```
///
/// Dropping the guard stops the renewals, and closes the key in the background if a tokio runtime is available. Without a runtime the key expires
/// within an hour.
///
/// Documentation: <https://docs.6mm.com/developer-api/rest-api/user-and-account#create-listenkey>
pub struct ListenKeyGuard {
    client: ClientInner,
    keys: watch::Receiver<ListenKey>,
    /// Dropping the sender stops the keeper.
    stop: Option<oneshot::Sender<()>>,
}

/// A listen key and its state. `Debug` does not print the key.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ListenKey {
    /// The key itself. Everyone who has it can read the account's stream.
    pub key: Secret,
    /// When the key expires, by the server's clock. After a renewal this is an estimate, because the response does not contain it.
    pub expires: UnixMillis,
    /// The number of the key among the keys of this guard, from 1. A renewed key keeps its number.
    pub generation: u64,
    /// Why the key could be neither renewed nor replaced. `None` if the last renewal succeeded. Both are being tried again.
    pub trouble: Option<Error>,
}

impl ListenKeyGuard {
    pub(crate) async fn create(client: &ClientInner) -> Result<Self, Error> {
        let (sender, keys) = watch::channel(create(client, 1).await?);
        let (stop, stopped) = oneshot::channel();
        let keeper = Keeper::new(client.clone(), sender);
        tokio::spawn(async move {
            tokio::select! {
                () = keeper.run() => {}
                _ = stopped => {}
            }
        });
        Ok(Self { client: client.clone(), keys, stop: Some(stop) })
    }

    /// The present key.
    #[must_use]
    pub fn current(&self) -> ListenKey {
        self.keys.borrow().clone()
    }

    /// Follows the keys after the present one.
    #[must_use]
    pub fn subscribe(&self) -> ListenKeys {
        let generation = self.keys.borrow().generation;
        ListenKeys { keys: self.keys.clone(), generation }
    }

    /// Stops the renewals and closes the key at the exchange.
    ///
    /// # Errors
    ///
    /// If the exchange did not confirm it. The key then expires within an hour.
    pub async fn close(mut self) -> Result<(), Error> {
        self.stop = None;
        let key = self.current().key;
        close(&self.client, &key).await
    }
}

impl Drop for ListenKeyGuard {
    fn drop(&mut self) {
        let is_open = self.stop.take().is_some();
        if let (true, Ok(runtime)) = (is_open, tokio::runtime::Handle::try_current()) {
            let (client, key) = (self.client.clone(), self.current().key);
            runtime.spawn(async move {
                if let Err(error) = close(&client, &key).await {
                    tracing::debug!(%error, "the listen key was not closed, and expires within an hour");
                }
            });
        }
    }
}

impl fmt::Debug for ListenKeyGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListenKeyGuard").field("current", &*self.keys.borrow()).finish_non_exhaustive()
    }
}

/// Reports when the key changes. Any number of instances may follow one guard.
#[derive(Clone, Debug)]
pub struct ListenKeys {
    keys: watch::Receiver<ListenKey>,
    generation: u64,
}

impl ListenKeys {
    /// Waits for a key after the one that this method returned last, or that was the present key at [`ListenKeyGuard::subscribe`]. Returns `None` once
    /// the guard is closed. A key that was replaced meanwhile is skipped.
    pub async fn changed(&mut self) -> Option<ListenKey> {
        let seen = self.generation;
        let key = self.keys.wait_for(|key| key.generation != seen).await.ok()?.clone();
        self.generation = key.generation;
        Some(key)
    }

    /// The present key.
    #[must_use]
    pub fn current(&self) -> ListenKey {
        self.keys.borrow().clone()
    }
}
