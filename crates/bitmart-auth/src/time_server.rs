//! Reads the server's clock.

use bitmart_api::{BoxFuture, Client, Error, UnixMillis, requests};

/// Reads the server's time with `GET /system/time`, without credentials.
pub(crate) fn server_time(client: &venue_core::Client) -> BoxFuture<'_, Result<UnixMillis, Error>> {
    let client = Client::from(client.clone());
    Box::pin(async move { Ok(client.send(requests::SystemTime::new()).await?.into_data()?.server_time) })
}
