//! API keys from a keyring. There is only one test, because a process has only one default store.

use keyring_core::{Entry, Error, mock};
use venue_runtime::{ApiKey, credentials::VariableNames};

const NAMES: VariableNames = VariableNames::new("X_KEY", "X_SECRET");

#[test]
fn a_key_is_read_from_the_store_that_the_program_sets() {
    if cfg!(not(feature = "keyring-native")) {
        let storeless = ApiKey::from_keyring("x", NAMES).expect_err("no store");
        assert_eq!(
            storeless.to_string(),
            "the keyring's service `x` cannot be read: no store is set; call `keyring_core::set_default_store`, \
             or switch on the feature `keyring-native`"
        );
    }
    keyring_core::set_default_store(mock::Store::new().expect("a mock"));
    Entry::new("x", "X_KEY").and_then(|entry| entry.set_password("public")).expect("stored");
    let missing = ApiKey::from_keyring("x", NAMES).expect_err("no secret");
    assert!(missing.is_missing());
    assert_eq!(missing.to_string(), "`X_SECRET` is missing in the keyring, service `x`");

    let secret = Entry::new("x", "X_SECRET").expect("an entry");
    secret.set_password("hunter2\n").expect("stored");
    let unusable = ApiKey::from_keyring("x", NAMES).expect_err("a newline");
    assert!(unusable.to_string().starts_with("`X_SECRET` in the keyring, service `x` begins or ends with white space"), "{unusable}");

    secret.set_secret(b"hunter2\xff").expect("stored");
    let garbled = ApiKey::from_keyring("x", NAMES).expect_err("not text");
    assert_eq!(garbled.to_string(), "the keyring's service `x` cannot be read: an entry is not text");
    assert!(!format!("{garbled:?}").contains("104, 117"), "{garbled:?}");

    let failing: &mock::Cred = secret.as_any().downcast_ref().expect("the mock's");
    failing.set_error(Error::NoStorageAccess("locked".into()));
    let locked = ApiKey::from_keyring("x", NAMES).expect_err("locked");
    assert!(locked.to_string().ends_with("locked; is it unlocked?"), "{locked}");

    secret.set_password("hunter2").expect("stored");
    let key = ApiKey::from_keyring("x", NAMES).expect("complete");
    assert_eq!((key.id(), key.secret().expose_secret()), ("public", "hunter2"));
}
