//! An API key in the operating system's keyring.

use keyring_core::{Entry, Error};
use venue_core::Secret;

use super::error::{CredentialsError, Kind, Place};
use super::{ApiKey, Names};

impl ApiKey {
    /// From the keyring: one entry for each part, by the service that is given and the part's name as the account.
    ///
    /// Which store that is, is the program's choice (`keyring_core::set_default_store`). With the feature `keyring-native` it is the
    /// operating system's own if the program has made none: Keychain on macOS, Credential Manager on Windows, else the Secret Service.
    ///
    /// It may wait for the user to unlock the store: do not call it on a thread that runs async tasks.
    ///
    /// # Errors
    ///
    /// If there is no store, it cannot be read, or a part is missing or not usable (see [`new`](Self::new)).
    pub fn from_keyring(service: &str, names: Names) -> Result<Self, CredentialsError> {
        let unreadable = |problem| CredentialsError::of(Kind::Keyring { service: String::from(service), problem });
        set_native_store().map_err(unreadable)?;
        Self::assemble(names, &Place::Keyring(String::from(service)), |name| {
            match Entry::new(service, name).and_then(|entry| entry.get_password()) {
                Ok(value) => Ok(Some(Secret::from(value))),
                Err(Error::NoEntry) => Ok(None),
                Err(error) => Err(unreadable(told(&error))),
            }
        })
    }
}

#[cfg(feature = "keyring-native")]
fn set_native_store() -> Result<(), String> {
    if keyring_core::get_default_store().is_some() {
        return Ok(());
    }
    keyring::Entry::store_status().as_ref().map_err(told).copied()
}

#[cfg(not(feature = "keyring-native"))]
fn set_native_store() -> Result<(), String> {
    Ok(())
}

/// The library's errors are not kept: some hold what was read.
fn told(error: &Error) -> String {
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
