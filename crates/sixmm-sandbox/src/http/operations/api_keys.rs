//! Operations that manage API keys. They require the token of a login and reject API keys.
//!
//! <https://docs.6mm.com/developer-api/api-key-management>

use secrecy::ExposeSecret;
use serde_json::json;

use super::{Call, OperationResult, empty_data};
use crate::auth::{ApiKeyUpdate, NewApiKey, Permissions, parse_ip_whitelist};

pub(super) fn create_api_key(call: Call<'_>) -> OperationResult {
    let user = call.user()?;
    let new = NewApiKey {
        label: call.input.required("label").to_owned(),
        permissions: Permissions::from_wire(call.input.integer("permissions").unwrap_or(1))?,
        ip_whitelist: parse_ip_whitelist(&call.input.texts("ipWhitelist").unwrap_or_default())?,
    };
    let key = call.state.auth.api_keys.create(&user, new, call.now)?;
    Ok(json!({ "apiKey": key.api_key, "apiSecret": key.api_secret.expose_secret() }))
}

pub(super) fn api_keys(call: Call<'_>) -> OperationResult {
    let user = call.user()?;
    Ok(call.state.auth.api_keys.list(&user))
}

pub(super) fn update_api_key(call: Call<'_>) -> OperationResult {
    let user = call.user()?;
    let change = ApiKeyUpdate {
        label: call.input.text("label").map(str::to_owned),
        permissions: call.input.integer("permissions").map(Permissions::from_wire).transpose()?,
        ip_whitelist: call.input.texts("ipWhitelist").map(|texts| parse_ip_whitelist(&texts)).transpose()?,
        enabled: call.input.integer("status").map(|status| status == 1),
    };
    call.state.auth.api_keys.update(&user, call.input.required("id"), change)?;
    Ok(empty_data())
}

pub(super) fn delete_api_key(call: Call<'_>) -> OperationResult {
    let user = call.user()?;
    call.state.auth.api_keys.delete(&user, call.input.inferred("id"))?;
    Ok(empty_data())
}

pub(super) fn delete_all_api_keys(call: Call<'_>) -> OperationResult {
    let user = call.user()?;
    Ok(json!({ "deleted": call.state.auth.api_keys.delete_all(&user) }))
}
