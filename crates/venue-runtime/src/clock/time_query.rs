//! `TimeQuery`: reads a server's clock with a client's operation.

use std::sync::Arc;

use venue_core::{BoxFuture, CallOptions, CallPolicy, Client, Error, TimeSource, UnixMillis};

use super::{TimeServer, TimeServerError};
use crate::ExchangePolicy;

/// Reads a server's clock with an operation of the exchange, such as `GET /time`. Each request is sent at once and only once: without a
/// quota, without a retry, and without a `tracing` span.
///
/// A synchronisation takes several samples in a row. The wait for a quota would count as a part of a sample's round trip, and a retry would
/// send many more requests than the synchronisation counts.
#[derive(Debug)]
pub struct TimeQuery {
    client: Client,
    exchange: Box<dyn ExchangePolicy>,
    send: SendQuery,
}

/// Sends one request for the server's time with this client.
type SendQuery = for<'a> fn(&'a Client) -> BoxFuture<'a, Result<UnixMillis, Error>>;

impl TimeQuery {
    /// Creates a time server that calls `send` with a client of the same server as `client`. `exchange` recognises the errors after which
    /// the synchronisation stops ([`TimeServerError::RateLimited`]).
    #[must_use]
    pub fn new(client: &Client, exchange: impl ExchangePolicy + 'static, send: SendQuery) -> Self {
        let policy = TimeQueryPolicy { time: Arc::clone(client.policy().time()) };
        let client = client.with_policy(Arc::new(policy)).with_options(&CallOptions::new().no_retry());
        Self { client, exchange: Box::new(exchange), send }
    }
}

impl TimeServer for TimeQuery {
    fn server_time(&self) -> BoxFuture<'_, Result<UnixMillis, TimeServerError>> {
        Box::pin(async { (self.send)(&self.client).await.map_err(|error| TimeServerError::of_call(error, &*self.exchange)) })
    }
}

/// The policy of the requests for a server's time: no quota, no retry, no report.
#[derive(Debug)]
struct TimeQueryPolicy {
    time: Arc<dyn TimeSource>,
}

impl CallPolicy for TimeQueryPolicy {
    fn time(&self) -> &Arc<dyn TimeSource> {
        &self.time
    }

    fn has_spans(&self) -> bool {
        false
    }
}
