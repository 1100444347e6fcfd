//! The key of the private stream: made, renewed, replaced, closed.
//!
//! Documentation: <https://docs.6mm.com/developer-api/rest-api/user-and-account#create-listenkey>

use std::fmt;

use sixmm_api::{Secret, UnixMillis};
use tokio::sync::{oneshot, watch};

use crate::{Client, Error};

mod keeper;

use keeper::{Keeper, close, create};

/// Keeps a listen key alive: renews it every 30 minutes, makes another one if a renewal fails, and closes it in the end.
///
/// On a machine that was suspended, the time that it slept counts, too. While a key can be neither renewed nor replaced, it is tried again after
/// 1 second, 2, 4 and so on, 60 at most, and [`ListenKey::trouble`] tells why.
///
/// ```
/// # async fn example(client: sixmm_ext::Client) -> Result<(), sixmm_ext::Error> {
/// let guard = client.account().start_listen_key().await?;
/// let mut keys = guard.subscribe();
/// tokio::spawn(async move {
///     while let Some(key) = keys.changed().await {
///         // Connect the stream anew, with `key`.
/// #       drop(key);
///     }
/// });
/// // …
/// guard.close().await?;
/// # Ok(())
/// # }
/// ```
///
/// Dropping it stops the renewals and closes the key in the background, if a runtime is at hand; without that, the key expires by itself
/// within an hour.
///
/// Documentation: <https://docs.6mm.com/developer-api/rest-api/user-and-account#create-listenkey>
pub struct ListenKeyGuard {
    client: Client,
    keys: watch::Receiver<ListenKey>,
    /// The keeper stops when this is dropped.
    stop: Option<oneshot::Sender<()>>,
}

/// A listen key, as it is at the moment. `Debug` does not print it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ListenKey {
    /// The key itself: whoever has it reads the account's stream.
    pub key: Secret,
    /// Until when it is good, by the server's clock, as far as is known: a renewal's answer does not tell.
    pub expires: UnixMillis,
    /// Counts the keys of this guard; 1 for the first. The same number is the same key, renewed.
    pub generation: u64,
    /// Why it could not be renewed nor replaced, if that is so. It is being tried again.
    pub trouble: Option<Error>,
}

impl ListenKeyGuard {
    pub(crate) async fn create(client: &Client) -> Result<Self, Error> {
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

    /// The key, as it is now.
    #[must_use]
    pub fn current(&self) -> ListenKey {
        self.keys.borrow().clone()
    }

    /// Tells of every key after the current one.
    #[must_use]
    pub fn subscribe(&self) -> ListenKeys {
        let generation = self.keys.borrow().generation;
        ListenKeys { keys: self.keys.clone(), generation }
    }

    /// Stops the renewals and closes the key at the exchange.
    ///
    /// # Errors
    ///
    /// If the exchange could not be told: the key then expires by itself within an hour.
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
                    tracing::debug!(%error, "the listen key was not closed, and expires by itself");
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

/// Tells when the key changes. Any number of them may follow one guard.
#[derive(Clone, Debug)]
pub struct ListenKeys {
    keys: watch::Receiver<ListenKey>,
    generation: u64,
}

impl ListenKeys {
    /// Waits for another key than the one that was current when this was made, or was returned last. `None` once the guard is closed. A key
    /// that was replaced before anybody looked is skipped.
    pub async fn changed(&mut self) -> Option<ListenKey> {
        let seen = self.generation;
        let key = self.keys.wait_for(|key| key.generation != seen).await.ok()?.clone();
        self.generation = key.generation;
        Some(key)
    }

    /// The key, as it is now.
    #[must_use]
    pub fn current(&self) -> ListenKey {
        self.keys.borrow().clone()
    }
}
