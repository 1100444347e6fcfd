//! Reads the server's clock.

use sixmm_api::{BoxFuture, Client, UnixMillis, requests};
use venue_runtime::{TimeServer, TimeServerError};

/// Reads the server's time with `GET /v1/time`, without credentials.
pub(crate) struct ApiTime(pub(crate) Client);

impl TimeServer for ApiTime {
    fn server_time(&self) -> BoxFuture<'_, Result<UnixMillis, TimeServerError>> {
        Box::pin(async { Ok(self.0.send(requests::ServerTime::new()).await?.into_data()?.timestamp_ms) })
    }
}
