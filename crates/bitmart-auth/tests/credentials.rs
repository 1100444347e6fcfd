//! The sources of an API key, and the names of its parts.

#[path = "../examples/account.rs"]
#[expect(dead_code, reason = "the example's `main` reads the environment and prints to the terminal")]
mod example;

use std::process::Command;

use bitmart_api::Secret;
use bitmart_auth::{API_KEY_NAME, API_MEMO_NAME, API_SECRET_NAME, ApiKey, api_key_from_env};

/// Set for a second process of this test.
const INNER: &str = "BITMART_AUTH_TEST_INNER";

fn check(key: &ApiKey) {
    let parts = (key.id(), key.secret().expose_secret(), key.memo().map(Secret::expose_secret));
    assert_eq!(parts, ("the-key", "the-secret", Some("the memo")));
}

/// A process cannot change its own environment while other threads may read it, so the test starts another process with the key in its
/// environment.
#[test]
fn the_example_reads_an_account_with_the_key_of_the_environment() {
    if std::env::var_os(INNER).is_some() {
        let key = api_key_from_env().expect("a key");
        check(&key);
        let mut out = Vec::new();
        venue_test_support::runtime().block_on(example::account(key, &mut out)).expect("the mock exchange accepts the headers");
        assert_eq!(String::from_utf8(out).expect("text"), "1000 USDT available, 0 frozen\nbuy 0.1 BTC_USDT at 39999.00\n");
        return;
    }
    let run = |memo: Option<&str>| {
        let mut command = Command::new(std::env::current_exe().expect("this test"));
        command.args(["--exact", "the_example_reads_an_account_with_the_key_of_the_environment"]);
        command.env(INNER, "1").env(API_KEY_NAME, "the-key").env(API_SECRET_NAME, "the-secret");
        match memo {
            Some(memo) => command.env(API_MEMO_NAME, memo),
            None => command.env_remove(API_MEMO_NAME),
        };
        command.output().expect("another process")
    };
    let complete = run(Some("the memo"));
    assert!(complete.status.success(), "{}", String::from_utf8_lossy(&complete.stdout));
    assert!(!run(None).status.success(), "the memo is required");
}

#[test]
fn the_names_of_the_parts_begin_with_the_exchange() {
    assert_eq!([API_KEY_NAME, API_SECRET_NAME, API_MEMO_NAME], ["BITMART_API_KEY", "BITMART_API_SECRET", "BITMART_API_MEMO"]);
}

#[cfg(unix)]
#[test]
fn a_file_must_be_private_and_a_mounted_secret_may_be_readable() {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use bitmart_auth::{api_key_from_file, api_key_from_mounted_secret};

    let path = std::env::temp_dir().join(format!("bitmart-auth-{}", std::process::id()));
    fs::write(&path, "# a key\nBITMART_API_KEY=the-key\nBITMART_API_SECRET=the-secret\nBITMART_API_MEMO=the memo\n").expect("written");
    let set_mode = |mode| fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("changed");
    set_mode(0o444);
    let (exposed, mounted) = (api_key_from_file(&path), api_key_from_mounted_secret(&path));
    set_mode(0o600);
    let private = api_key_from_file(&path);
    fs::write(&path, "BITMART_API_KEY=the-key\nBITMART_API_SECRET=the-secret\n").expect("written");
    let incomplete = api_key_from_file(&path);
    fs::remove_file(&path).expect("removed");
    let error = exposed.expect_err("readable by other users");
    assert!(error.is_exposed() && error.to_string().contains("chmod 600"), "{error}");
    check(&mounted.expect("a key"));
    check(&private.expect("a key"));
    let error = incomplete.expect_err("no memo");
    assert!(error.is_missing() && error.to_string().contains("BITMART_API_MEMO"), "{error}");
}
