//! Operations of listen keys, which open the private channel of the streams.
//!
//! <https://docs.6mm.com/developer-api/rest-api/user-and-account>

use serde_json::json;

use super::{Call, OperationResult};

pub(super) fn create_listen_key(call: Call<'_>) -> OperationResult {
    let user = call.user()?;
    let (key, expires_at) = call.state.listen_keys.create(&user, call.now);
    Ok(json!({ "listenKey": key, "expireAt": expires_at.as_millis() }))
}

pub(super) fn renew_listen_key(call: Call<'_>) -> OperationResult {
    let user = call.user()?;
    let expires_at = call.state.listen_keys.renew(&user, call.input.inferred("listenKey"), call.now)?;
    Ok(json!({ "expireAt": expires_at.as_millis() }))
}

pub(super) fn close_listen_key(call: Call<'_>) -> OperationResult {
    let user = call.user()?;
    call.state.listen_keys.close(&user, call.input.inferred("listenKey"), call.now)?;
    Ok(json!({}))
}
