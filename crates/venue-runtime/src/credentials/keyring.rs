//! API keys from the operating system's keyring.

use keyring_core::{Entry, Error};
use venue_core::Secret;

use super::error::{CredentialsError, ErrorKind, Source};
use super::{ApiKey, VariableNames};

impl ApiKey {
    /// Reads an API key from a keyring. Each part of the key is an entry whose service is `service` and whose account is the name of the
    /// part.
    ///
    /// The program chooses the keyring's store with `keyring_core::set_default_store`. If the program has not chosen a store, the feature
    /// `keyring-native` uses the store of the operating system: Keychain on macOS, Credential Manager on Windows, the Secret Service
    /// elsewhere.
    ///
    /// The call can block until the user unlocks the store, so do not call it on a thread that runs async tasks.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no store, if the store cannot be read, or if a part of the key is missing or not usable (see
    /// [`new`](Self::new)).
    pub fn from_keyring(service: &str, names: VariableNames) -> Result<Self, CredentialsError> {
        let unreadable = |problem| CredentialsError::of(ErrorKind::Keyring { service: String::from(service), problem });
        set_native_store().map_err(unreadable)?;
        Self::assemble(names, &Source::Keyring(String::from(service)), |name| {
            match Entry::new(service, name).and_then(|entry| entry.get_password()) {
                Ok(value) => Ok(Some(Secret::from(value))),
                Err(Error::NoEntry) => Ok(None),
                Err(error) => Err(unreadable(describe(&error))),
            }
        })
    }
}

#[cfg(feature = "keyring-native")]
fn set_native_store() -> Result<(), String> {
    if keyring_core::get_default_store().is_some() {
        return Ok(());
    }
    keyring::Entry::store_status().as_ref().map_err(describe).copied()
}

#[cfg(not(feature = "keyring-native"))]
fn set_native_store() -> Result<(), String> {
    Ok(())
}

/// Describes an error of the keyring library. The error itself is not kept, because some errors contain the value that was read.
fn describe(error: &Error) -> String {
    match error {
        Error::NoDefaultStore => {
            String::from("no store is set; call `keyring_core::set_default_store`, or switch on the feature `keyring-native`")
        }
        Error::BadEncoding(_) | Error::BadDataFormat(..) => String::from("an entry is not text"),
        Error::Ambiguous(entries) => format!("{} entries match; leave one", entries.len()),
        Error::NoStorageAccess(_) => format!("{error}; is it unlocked?"),
        other => other.to_string(),
    }
}
