//! The changes of a listen key, and the background task that renews the key.

use std::sync::Arc;
use std::time::Duration;

use sixmm_api::types;
use sixmm_api::{Secret, UnixMillis, requests};
use tokio::sync::{Mutex, watch};
use venue_runtime::CallOptions;

use super::ListenKey;
use crate::Error;
use crate::client_inner::ClientInner;

/// How often a key is renewed, as the documentation asks.
const RENEW_EVERY: Duration = Duration::from_secs(30 * 60);
/// How long a listen key is valid after a renewal. The response to a renewal does not contain the time at which the key expires.
const GOOD_FOR: Duration = Duration::from_secs(60 * 60);
/// The first pause after a listen key could be neither renewed nor replaced. Each further pause is twice as long as the one before it.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// How often a wait checks the monotonic clock and the wall clock. The monotonic clock may stop while the machine is suspended, so a wait
/// by the monotonic clock only could leave an expired key in use for half an hour.
const CHECK_EVERY: Duration = Duration::from_secs(15);

/// The background task.
pub(super) struct Keeper {
    keys: Arc<CurrentKey>,
}

impl Keeper {
    pub(super) fn new(keys: Arc<CurrentKey>) -> Self {
        Self { keys }
    }

    pub(super) async fn run(self) {
        let mut pause = FIRST_PAUSE;
        let mut next = self.until_renewal();
        loop {
            self.wait(next).await;
            next = match self.keys.renew_or_replace().await {
                Ok(()) => {
                    pause = FIRST_PAUSE;
                    self.until_renewal()
                }
                Err(error) => {
                    tracing::warn!(%error, "the listen key could be neither renewed nor replaced");
                    self.keys.sender.send_modify(|key| key.trouble = Some(error));
                    let now = pause;
                    pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
                    now
                }
            };
        }
    }

    /// The time until the next renewal: 30 minutes, or half of the key's remaining validity if that is shorter, but at least a minute. A
    /// key that was just created can have a short remaining validity, because the exchange may return an existing key.
    fn until_renewal(&self) -> Duration {
        let CurrentKey { client, sender, .. } = &*self.keys;
        let left = sender.borrow().expires.as_millis().saturating_sub(client.server_now().as_millis());
        (Duration::from_millis(u64::try_from(left).unwrap_or(0)) / 2).clamp(LONGEST_PAUSE, RENEW_EVERY)
    }

    /// Waits until this duration has passed by the monotonic clock or by the wall clock, whichever is earlier.
    async fn wait(&self, duration: Duration) {
        let time = self.keys.client.time();
        let (monotonic, wall) = (time.monotonic(), time.wall());
        loop {
            let by_wall = time.wall().as_millis().saturating_sub(wall.as_millis());
            let by_wall = Duration::from_millis(u64::try_from(by_wall).unwrap_or(0));
            let elapsed = time.monotonic().saturating_sub(monotonic).max(by_wall);
            let left = duration.saturating_sub(elapsed);
            if left.is_zero() {
                return;
            }
            time.sleep(left.min(CHECK_EVERY)).await;
        }
    }
}

/// The present key of a guard. The background task and the private stream change the key.
pub(super) struct CurrentKey {
    client: ClientInner,
    sender: watch::Sender<ListenKey>,
    /// Held during a change, so that two changes at the same time do not create two keys.
    changing: Mutex<()>,
}

impl CurrentKey {
    pub(super) fn new(client: ClientInner, sender: watch::Sender<ListenKey>) -> Self {
        Self { client, sender, changing: Mutex::new(()) }
    }

    /// Renews the key, or creates another key if the renewal fails.
    pub(super) async fn renew_or_replace(&self) -> Result<(), Error> {
        let _changing = self.changing.lock().await;
        let ListenKey { key, generation, .. } = self.sender.borrow().clone();
        match renew(&self.client, &key).await {
            Ok(()) => {
                let expires = good_until(&self.client);
                self.sender.send_modify(|key| {
                    key.expires = expires;
                    key.trouble = None;
                });
                Ok(())
            }
            Err(error) => {
                tracing::info!(%error, "the listen key could not be renewed: creating another one");
                let mut replacement = create(&self.client, generation + 1).await?;
                if replacement.key.expose_secret() == key.expose_secret() {
                    // The exchange has returned the same key with a longer validity, because an account has only one key.
                    replacement.generation = generation;
                }
                self.sender.send_replace(replacement);
                Ok(())
            }
        }
    }

    /// Closes the key, which the private stream rejected, and creates another key. Without the close, the exchange may return the same key
    /// again.
    #[cfg(feature = "streams")]
    pub(super) async fn replace(&self) -> Result<(), Error> {
        let _changing = self.changing.lock().await;
        let ListenKey { key, generation, .. } = self.sender.borrow().clone();
        if let Err(error) = close(&self.client, &key).await {
            tracing::debug!(%error, "the rejected listen key was not closed");
        }
        self.sender.send_replace(create(&self.client, generation + 1).await?);
        Ok(())
    }
}

pub(super) async fn create(client: &ClientInner, generation: u64) -> Result<ListenKey, Error> {
    let api = client.api_with(&CallOptions::new());
    let types::ListenKey { listen_key, expire_at, .. } = api.send(requests::CreateListenKey::new()).await?.into_data()?;
    Ok(ListenKey { key: listen_key, expires: expire_at, generation, trouble: None })
}

async fn renew(client: &ClientInner, key: &Secret) -> Result<(), Error> {
    let api = client.api_with(&CallOptions::new());
    api.send(requests::RenewListenKey::new().listen_key(key.clone())).await?;
    Ok(())
}

pub(super) async fn close(client: &ClientInner, key: &Secret) -> Result<(), Error> {
    let api = client.api_with(&CallOptions::new());
    api.send(requests::CloseListenKey::new().listen_key(key.clone())).await?;
    Ok(())
}

fn good_until(client: &ClientInner) -> UnixMillis {
    let milliseconds = i64::try_from(GOOD_FOR.as_millis()).unwrap_or(i64::MAX);
    UnixMillis::new(client.server_now().as_millis().saturating_add(milliseconds))
}
