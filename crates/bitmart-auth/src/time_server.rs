//! Reads the server's clock.

use bitmart_api::{BoxFuture, Client, UnixMillis, requests};
use venue_runtime::{TimeServer, TimeServerError};

/// Reads the server's time with `GET /system/time`, without credentials.
pub(crate) struct SystemTime(pub(crate) Client);

impl TimeServer for SystemTime {
    fn server_time(&self) -> BoxFuture<'_, Result<UnixMillis, TimeServerError>> {
        Box::pin(async { Ok(self.0.send(requests::SystemTime::new()).await?.into_data()?.server_time) })
    }
}
