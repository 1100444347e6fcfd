//! Creates, renews, replaces and closes the listen key of the private stream.
//!
//! Documentation: <https://docs.6mm.com/developer-api/rest-api/user-and-account#create-listenkey>

use std::fmt;
use std::sync::Arc;

use sixmm_api::{Secret, UnixMillis};
use tokio::sync::{oneshot, watch};

use crate::Error;
use crate::client_inner::ClientInner;

mod keeper;

use keeper::{CurrentKey, Keeper, close, create};

/// Keeps a listen key valid. A background task renews the key every 30 minutes, and creates another key if a renewal fails. Closing or
/// dropping the guard closes the key.
///
/// The 30 minutes include the time for which the machine is suspended. If the key can be neither renewed nor replaced, the task tries both
/// again after pauses of 1, 2, 4 and up to 60 seconds. Until that succeeds, [`ListenKey::trouble`] contains the error.
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
    #[cfg(feature = "streams")]
    current: Arc<CurrentKey>,
    /// Dropping the sender stops the keeper.
    stop: Option<oneshot::Sender<()>>,
}

/// A listen key and its state. `Debug` does not print the key.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ListenKey {
    /// The key itself. Everyone who has it can read the account's stream.
    pub key: Secret,
    /// When the key expires, by the server's clock. After a renewal this time is an estimate, because the response to a renewal does not
    /// contain it.
    pub expires: UnixMillis,
    /// The number of the key among the keys of this guard, starting with 1. A renewed key keeps its number.
    pub generation: u64,
    /// The error, if the key could be neither renewed nor replaced. The background task keeps trying both. `None` if the last renewal or
    /// replacement succeeded.
    pub trouble: Option<Error>,
}

impl ListenKeyGuard {
    pub(crate) async fn create(client: &ClientInner) -> Result<Self, Error> {
        let (sender, keys) = watch::channel(create(client, 1).await?);
        let (stop, stopped) = oneshot::channel();
        let current = Arc::new(CurrentKey::new(client.clone(), sender));
        let keeper = Keeper::new(Arc::clone(&current));
        tokio::spawn(async move {
            tokio::select! {
                () = keeper.run() => {}
                _ = stopped => {}
            }
        });
        Ok(Self {
            client: client.clone(),
            keys,
            #[cfg(feature = "streams")]
            current,
            stop: Some(stop),
        })
    }

    /// Renews the key now, or creates another key if the renewal fails.
    #[cfg(feature = "streams")]
    pub(crate) async fn renew_or_replace(&self) -> Result<(), Error> {
        self.current.renew_or_replace().await
    }

    /// Replaces a key that the exchange rejected.
    #[cfg(feature = "streams")]
    pub(crate) async fn replace(&self) -> Result<(), Error> {
        self.current.replace().await
    }

    /// The present key.
    #[must_use]
    pub fn current(&self) -> ListenKey {
        self.keys.borrow().clone()
    }

    /// Returns a receiver for the keys that replace the present key.
    #[must_use]
    pub fn subscribe(&self) -> ListenKeys {
        let generation = self.keys.borrow().generation;
        ListenKeys { keys: self.keys.clone(), generation }
    }

    /// Stops the renewals and closes the key at the exchange.
    ///
    /// # Errors
    ///
    /// Returns an error if the exchange did not confirm that the key is closed. The key then expires within an hour.
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

/// Reports when the key of a [`ListenKeyGuard`] changes. A guard can have any number of these receivers.
#[derive(Clone, Debug)]
pub struct ListenKeys {
    keys: watch::Receiver<ListenKey>,
    generation: u64,
}

impl ListenKeys {
    /// Waits until the key has changed since the last call of this method, or at the first call, since [`ListenKeyGuard::subscribe`].
    /// Returns the present key, and skips keys that were replaced meanwhile. Returns `None` once the guard is closed or dropped.
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
