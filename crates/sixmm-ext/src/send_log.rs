//! Records when each request of an order write is sent, and which timestamp its signature covers.

use std::sync::Arc;

use sixmm_api::UnixMillis;
use sixmm_auth::Auth;
use venue_core::{SendObserver, reqwest::Request};
use venue_runtime::reconcile::AttemptLog;

/// The observer of the requests of one order write, and of the cancellations that repeat the write. The pipeline of a call reports each
/// request immediately before the request is sent, so the log is complete even if the future of the write is dropped.
#[derive(Debug)]
pub(crate) struct SendLog {
    log: Arc<AttemptLog>,
    /// The credentials, which have the estimate of the server's clock.
    auth: Auth,
}

impl SendLog {
    pub(crate) fn new(auth: &Auth, log: &Arc<AttemptLog>) -> Self {
        Self { log: Arc::clone(log), auth: auth.clone() }
    }
}

impl SendObserver for SendLog {
    fn on_send(&self, request: &Request) {
        self.log.record(self.auth.clock().now(), signed_timestamp(request));
    }
}

/// The timestamp of a request that is signed with an API key. A request that is sent with a login has no signature.
fn signed_timestamp(request: &Request) -> Option<UnixMillis> {
    request.headers().get("x-api-key")?;
    let (_, timestamp) = request.url().query_pairs().find(|(name, _)| name == "timestamp")?;
    timestamp.parse().ok().map(UnixMillis::new)
}
