//! Selects the credentials of an operation by the generated operation table.

use bitmart_api::operations::security;
use bitmart_api::{Permission, SecurityScheme};
use venue_runtime::{ApiKey, AvailableCredentials};

/// The schemes of a KEYED request.
const KEYED: [SecurityScheme; 1] = [security::KEY];

/// The schemes of a SIGNED request.
const SIGNED: [SecurityScheme; 3] = [security::KEY, security::TIMESTAMP, security::SIGN];

/// The credentials that a key provides. Without a memo, a key signs nothing.
pub(crate) fn available(key: Option<&ApiKey>, declared: Option<&[Permission]>) -> AvailableCredentials {
    let schemes = match key.map(|key| key.memo().is_some()) {
        Some(true) => SIGNED.as_slice(),
        Some(false) => KEYED.as_slice(),
        None => &[],
    };
    let credentials = AvailableCredentials::new(schemes).remedy(security::KEY, "give the client's builder an API key");
    let credentials = match key {
        Some(_) => {
            credentials.remedy(security::SIGN, "add the memo to the API key").remedy(security::TIMESTAMP, "add the memo to the API key")
        }
        None => credentials,
    };
    match declared {
        Some(declared) => credentials.permissions(security::KEY, declared),
        None => credentials,
    }
}
