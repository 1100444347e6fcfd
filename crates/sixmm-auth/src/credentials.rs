//! Reads an API key from the environment, a file or a keyring. The names of the variables, lines and accounts are `SIXMM_API_KEY` and
//! `SIXMM_API_SECRET`.

use std::path::Path;

use sixmm_api::Permission;
use sixmm_api::operations::permission;
use venue_runtime::{ApiKey, CredentialsError, VariableNames};

/// The name of the variable, line or account that contains the API key's id.
pub const API_KEY_NAME: &str = "SIXMM_API_KEY";

/// The name of the variable, line or account that contains the API key's secret.
pub const API_SECRET_NAME: &str = "SIXMM_API_SECRET";

const NAMES: VariableNames = VariableNames::new(API_KEY_NAME, API_SECRET_NAME);

/// Reads the API key from the environment variables `SIXMM_API_KEY` and `SIXMM_API_SECRET`.
///
/// Child processes inherit the variables, and tools for diagnosis often print them, so a file or the keyring protects the secret better.
///
/// # Errors
///
/// Returns an error if a variable is missing or invalid. The error contains its name, never its value.
pub fn api_key_from_env() -> Result<ApiKey, CredentialsError> {
    ApiKey::from_env(NAMES)
}

/// Reads the API key from a file with the lines `SIXMM_API_KEY=…` and `SIXMM_API_SECRET=…`. Only the owner of the file may have access to
/// it (`chmod 600`), which is not checked on Windows. See [`ApiKey::from_file`] for the other allowed lines.
///
/// # Errors
///
/// Returns an error if the file cannot be read, other users have access to it, or a line is missing. The error contains no value.
pub fn api_key_from_file(path: impl AsRef<Path>) -> Result<ApiKey, CredentialsError> {
    ApiKey::from_file(path, NAMES)
}

/// Reads the API key from a file that every user may read, such as a secret that a container runtime mounts with mode 0444. The file
/// contains the lines `SIXMM_API_KEY=…` and `SIXMM_API_SECRET=…`. See [`ApiKey::from_mounted_secret`].
///
/// # Errors
///
/// Returns an error if the file cannot be read, other users can write to it, or a line is missing. The error contains no value.
pub fn api_key_from_mounted_secret(path: impl AsRef<Path>) -> Result<ApiKey, CredentialsError> {
    ApiKey::from_mounted_secret(path, NAMES)
}

/// Reads the API key from a keyring, where the service `service` has the accounts `SIXMM_API_KEY` and `SIXMM_API_SECRET`.
/// [`ApiKey::from_keyring`] documents which keyring is used.
///
/// The function may wait for the user to unlock the store, so do not call it on a thread that runs async tasks.
///
/// # Errors
///
/// Returns an error if there is no store, the store cannot be read, or an account is missing. The error contains no value.
#[cfg(feature = "keyring")]
pub fn api_key_from_keyring(service: &str) -> Result<ApiKey, CredentialsError> {
    ApiKey::from_keyring(service, NAMES)
}

/// Converts the exchange's bitmask of an API key's permissions, which
/// [`ApiKeyInfo::permissions`](sixmm_api::types::ApiKeyInfo::permissions) contains, to a list. `1` is Read and `2` is Trade. `4` (Withdraw)
/// is reserved and no operation needs it, so it is ignored.
///
/// Documentation: <https://docs.6mm.com/developer-api/api-key-management>
#[must_use]
pub fn permissions_of(bits: i64) -> Vec<Permission> {
    [(1, permission::READ), (2, permission::TRADE)]
        .into_iter()
        .filter(|(bit, _)| bits & bit != 0)
        .map(|(_, permission)| permission)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_are_a_bitmask() {
        let names = |bits| permissions_of(bits).iter().map(|permission| permission.0).collect::<Vec<_>>().join("+");
        assert_eq!([0, 1, 2, 3, 4, 7].map(names), ["", "read", "trade", "read+trade", "", "read+trade"]);
    }
}
