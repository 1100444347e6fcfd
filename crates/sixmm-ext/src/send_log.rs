//! Records when each request of an order write is sent, and which timestamp its signature covers.

use std::sync::Arc;

use sixmm_api::UnixMillis;
use sixmm_auth::Auth;
use venue_core::SendObserver;
use venue_core::reqwest::Request;
use venue_core::reqwest::header::HeaderName;
use venue_runtime::reconcile::AttemptLog;

/// Records every request that is sent for one order write in the log of this write, including repeated cancellations. The pipeline of a
/// call reports each request immediately before the request is sent, so the log is complete even if the future of the write is dropped.
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

/// The header with the id of the API key.
const API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// The timestamp of a request that is signed with an API key. `None` for a request that is sent with a login, because such a request is not
/// signed and has no timestamp.
fn signed_timestamp(request: &Request) -> Option<UnixMillis> {
    request.headers().get(API_KEY)?;
    // The parameter is written by the signer, as digits that are not escaped.
    let timestamp = request.url().query()?.split('&').find_map(|parameter| parameter.strip_prefix("timestamp="))?;
    timestamp.parse().ok().map(UnixMillis::new)
}
