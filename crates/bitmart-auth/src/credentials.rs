//! Reads an API key from the environment or a file.

use std::path::Path;

use venue_runtime::{ApiKey, CredentialsError, VariableNames};

/// The name of the variable or line that contains the access key.
pub const API_KEY_NAME: &str = "BITMART_API_KEY";

/// The name of the variable or line that contains the secret.
pub const API_SECRET_NAME: &str = "BITMART_API_SECRET";

/// The name of the variable or line that contains the memo.
pub const API_MEMO_NAME: &str = "BITMART_API_MEMO";

const NAMES: VariableNames = VariableNames::new(API_KEY_NAME, API_SECRET_NAME).with_memo(API_MEMO_NAME);

/// Reads the API key from the environment variables `BITMART_API_KEY`, `BITMART_API_SECRET` and `BITMART_API_MEMO`.
///
/// Child processes inherit the variables, and tools for diagnosis often print them, so a file protects the secret better.
///
/// # Errors
///
/// Returns an error if a variable is missing or invalid. The error contains its name, never its value.
pub fn api_key_from_env() -> Result<ApiKey, CredentialsError> {
    ApiKey::from_env(NAMES)
}

/// Reads the API key from a file with the lines `BITMART_API_KEY=…`, `BITMART_API_SECRET=…` and `BITMART_API_MEMO=…`, to which only its owner
/// may have access (`chmod 600`, not checked on Windows). See [`ApiKey::from_file`] for the other allowed lines.
///
/// # Errors
///
/// Returns an error if the file cannot be read, other users have access to it, or a line is missing. The error contains no value.
pub fn api_key_from_file(path: impl AsRef<Path>) -> Result<ApiKey, CredentialsError> {
    ApiKey::from_file(path, NAMES)
}

/// Reads the API key from a file that other users may read, as container runtimes mount secrets (mode 0444). Its lines are those of
/// [`api_key_from_file`]. See [`ApiKey::from_mounted_secret`].
///
/// # Errors
///
/// Returns an error in the cases of [`api_key_from_file`], except that other users may have read access to the file.
pub fn api_key_from_mounted_secret(path: impl AsRef<Path>) -> Result<ApiKey, CredentialsError> {
    ApiKey::from_mounted_secret(path, NAMES)
}
