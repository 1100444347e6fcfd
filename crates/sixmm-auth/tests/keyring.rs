//! API keys from the keyring. One test, because the store is the process's.

mod support;

use keyring_core::{Entry, mock};
use sixmm_api::requests;
use sixmm_auth::{API_KEY_NAME, API_SECRET_NAME, api_key_from_keyring};

use support::{API_SECRET, ASSET, World, anything, new_key_id};

#[tokio::test]
async fn a_key_of_the_keyring_signs() {
    const SERVICE: &str = "trading-bot";
    let store = |name, value: &str| Entry::new(SERVICE, name).and_then(|entry| entry.set_password(value)).expect("stored");
    keyring_core::set_default_store(mock::Store::new().expect("a mock"));
    let key_id = new_key_id();
    store(API_KEY_NAME, &key_id);
    let missing = api_key_from_keyring(SERVICE).expect_err("no secret yet");
    assert!(missing.is_missing());
    assert_eq!(missing.to_string(), "`SIXMM_API_SECRET` is missing in the keyring, service `trading-bot`");

    store(API_SECRET_NAME, API_SECRET);
    assert!(api_key_from_keyring("another-bot").is_err_and(|error| error.is_missing()), "a service has keys of its own");
    let key = api_key_from_keyring(SERVICE).expect("complete");
    let world = World::new(|_| anything()).await;
    let _ = world.builder().api_key(key).build().client().send(requests::UserAsset::new()).await;
    let seen = world.server.seen_at(ASSET);
    assert_eq!(seen[0].header("x-api-key"), Some(&*key_id));
    let signed = seen[0].query.split("&signature=").next().expect("a query");
    assert_eq!(
        seen[0].parameter("signature"),
        Some(venue_runtime::HmacKey::new(API_SECRET.as_bytes()).sign(&[signed.as_bytes()]).as_str())
    );
}
