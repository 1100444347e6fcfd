//! Records when each request of an order write is sent, and which timestamp was signed.

use std::sync::Arc;

use sixmm_api::{Attempt, BoxFuture, Interceptor, Refusal, UnixMillis};
use venue_core::reqwest::Request;
use venue_runtime::reconcile::AttemptLog;

use crate::Client;

/// The last interceptor in the calls of one write. The last interceptor sees each request exactly as the request is sent.
#[derive(Debug)]
pub(crate) struct SendLog {
    log: Arc<AttemptLog>,
    client: Client,
}

impl SendLog {
    pub(crate) fn new(client: &Client, log: &Arc<AttemptLog>) -> Self {
        Self { log: Arc::clone(log), client: client.clone() }
    }
}

impl Interceptor for SendLog {
    fn before<'a>(&'a self, request: &'a mut Request, _: Attempt) -> BoxFuture<'a, Result<(), Refusal>> {
        self.log.record(self.client.server_now(), signed_timestamp(request));
        Box::pin(std::future::ready(Ok(())))
    }
}

/// The timestamp of a request that is signed with an API key. A request that is sent with a login has no signature.
fn signed_timestamp(request: &Request) -> Option<UnixMillis> {
    request.headers().get("x-api-key")?;
    let (_, timestamp) = request.url().query_pairs().find(|(name, _)| name == "timestamp")?;
    timestamp.parse().ok().map(UnixMillis::new)
}
