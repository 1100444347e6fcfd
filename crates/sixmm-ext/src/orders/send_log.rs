//! Records when each request of an order write is sent, and which timestamp its signature covers.

use std::sync::Arc;

use sixmm_api::UnixMillis;
use venue_core::{SendObserver, reqwest::Request};
use venue_runtime::reconcile::AttemptLog;

use crate::Client;

/// Records the requests of one order write, including cancellations that are sent again. The client reports each request to this observer
/// immediately before it sends the request, so the log is complete even if the future of the order write is dropped.
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

impl SendObserver for SendLog {
    fn on_send(&self, request: &Request) {
        self.log.record(self.client.server_now(), signed_timestamp(request));
    }
}

/// The timestamp of a request that is signed with an API key. A request that is sent with a login has no signature.
fn signed_timestamp(request: &Request) -> Option<UnixMillis> {
    request.headers().get("x-api-key")?;
    let (_, timestamp) = request.url().query_pairs().find(|(name, _)| name == "timestamp")?;
    timestamp.parse().ok().map(UnixMillis::new)
}
