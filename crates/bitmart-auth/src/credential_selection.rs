//! Selects the credentials of an operation by the generated operation table.

use bitmart_api::operations::security;
use bitmart_api::{Permission, SecurityScheme};
use venue_runtime::{ApiKey, AvailableCredentials};

/// The schemes of a SIGNED request. A KEYED request has the first of them.
const SIGNED: [SecurityScheme; 3] = [security::KEY, security::TIMESTAMP, security::SIGN];

/// The credentials that a key provides. Without a memo, a key signs nothing.
pub(crate) fn available(key: Option<&ApiKey>, declared: Option<&[Permission]>) -> AvailableCredentials {
    let (schemes, remedy) = match key.map(ApiKey::memo) {
        Some(Some(_)) => (&SIGNED[..], ""),
        Some(None) => (&SIGNED[..1], "add the memo to the API key"),
        None => (&SIGNED[..0], "give the client's builder an API key"),
    };
    let credentials = SIGNED.iter().fold(AvailableCredentials::new(schemes), |credentials, scheme| credentials.remedy(*scheme, remedy));
    match declared {
        Some(declared) => credentials.permissions(security::KEY, declared),
        None => credentials,
    }
}
