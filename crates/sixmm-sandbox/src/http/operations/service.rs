//! Operations of the service itself: version and server time.
//!
//! <https://docs.6mm.com/developer-api/rest-api/public-endpoints>

use serde_json::json;

use super::json_views::iso;
use super::{Call, OperationResult};

/// The vendor does not document the fields of the version.
pub(super) fn version() -> OperationResult {
    Ok(json!({ "name": "sixmm-sandbox", "version": env!("CARGO_PKG_VERSION") }))
}

pub(super) fn server_time(call: &Call<'_>) -> OperationResult {
    let millis = call.skewed_clock.now().as_millis();
    let seconds = millis.div_euclid(1000);
    Ok(json!({ "timestamp": seconds, "timestampMs": millis, "iso": iso(seconds), "timezone": "UTC" }))
}
