//! Where an API key comes from, by the names that the exchange's own tools use.

use std::path::Path;

use sixmm_api::Permission;
use sixmm_api::operations::permission;
use venue_runtime::{ApiKey, CredentialsError, VariableNames};

/// The variable, line or account that holds the API key itself.
pub const API_KEY_NAME: &str = "SIXMM_API_KEY";

/// The variable, line or account that holds the API key's secret.
pub const API_SECRET_NAME: &str = "SIXMM_API_SECRET";

const NAMES: VariableNames = VariableNames::new(API_KEY_NAME, API_SECRET_NAME);

/// The API key in the environment's variables `SIXMM_API_KEY` and `SIXMM_API_SECRET`.
///
/// They stay there, and other programs of the same user can read them; a file or the keyring keeps a secret better.
///
/// # Errors
///
/// If one is not set, or not usable: the error names it, never its value.
pub fn api_key_from_env() -> Result<ApiKey, CredentialsError> {
    ApiKey::from_env(NAMES)
}

/// The API key in a file with the lines `SIXMM_API_KEY=…` and `SIXMM_API_SECRET=…`, to which nobody but its owner may have access
/// (`chmod 600`; not checked on Windows). See [`ApiKey::from_file`] for what else may stand in it.
///
/// # Errors
///
/// If the file cannot be read, is open to others, or does not hold both: the error says which, never a value.
pub fn api_key_from_file(path: impl AsRef<Path>) -> Result<ApiKey, CredentialsError> {
    ApiKey::from_file(path, NAMES)
}

/// The API key in a file that others may read, as container runtimes mount secrets (mode 0444). Its lines are those of [`api_key_from_file`]. See
/// [`ApiKey::from_mounted_secret`].
///
/// # Errors
///
/// As for [`api_key_from_file`], but a file that others can only read is accepted.
pub fn api_key_from_mounted_secret(path: impl AsRef<Path>) -> Result<ApiKey, CredentialsError> {
    ApiKey::from_mounted_secret(path, NAMES)
}

/// The API key in the keyring: this service's accounts `SIXMM_API_KEY` and `SIXMM_API_SECRET`. See [`ApiKey::from_keyring`] for which
/// keyring that is.
///
/// It may wait for the user to unlock the store: do not call it on a thread that runs async tasks.
///
/// # Errors
///
/// If there is no store, it cannot be read, or does not hold both: the error says which, never a value.
#[cfg(feature = "keyring")]
pub fn api_key_from_keyring(service: &str) -> Result<ApiKey, CredentialsError> {
    ApiKey::from_keyring(service, NAMES)
}

/// What an API key may do, from the exchange's sum of `1` Read and `2` Trade, as in
/// [`ApiKeyInfo::permissions`](sixmm_api::types::ApiKeyInfo::permissions). `4` (Withdraw) is reserved, and no operation needs it.
///
/// Documentation: <https://docs.6mm.com/developer-api/api-key-management>
#[must_use]
pub fn permissions_of(sum: i64) -> Vec<Permission> {
    [(1, permission::READ), (2, permission::TRADE)]
        .into_iter()
        .filter(|(bit, _)| sum & bit != 0)
        .map(|(_, permission)| permission)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_are_a_sum_of_bits() {
        let names = |sum| permissions_of(sum).iter().map(|permission| permission.0).collect::<Vec<_>>().join("+");
        assert_eq!([0, 1, 2, 3, 4, 7].map(names), ["", "read", "trade", "read+trade", "", "read+trade"]);
    }
}
