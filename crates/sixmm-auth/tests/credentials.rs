//! Where API keys come from, by their documented names.

#[path = "../examples/signed.rs"]
#[expect(dead_code, reason = "the example's `main` reads the environment and prints to the terminal")]
mod example;

use std::process::Command;

use sixmm_auth::{API_KEY_NAME, API_SECRET_NAME, api_key_from_env, api_key_from_file};

/// Set for a second process of this very test.
const INNER: &str = "SIXMM_AUTH_TEST_INNER";

/// A process cannot change its own environment while others may read it, so another one is started with the key in its.
#[test]
fn the_example_signs_with_the_key_of_the_environment() {
    if std::env::var_os(INNER).is_some() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let mut out = Vec::new();
        let key = api_key_from_env().expect("a key");
        assert_eq!((key.id(), key.secret().expose_secret()), ("the-key", "the-secret"));
        runtime.block_on(example::signed(key, &mut out)).expect("the mock exchange answers");
        let text = String::from_utf8(out).expect("text");
        assert_eq!(text, "GET /v1/private/user/favorite-symbols?timestamp=…&signature=… with X-API-KEY\n-> [\"BTCUSDT\"]\n");
        return;
    }
    let mut command = Command::new(std::env::current_exe().expect("this test"));
    command.args(["--exact", "the_example_signs_with_the_key_of_the_environment"]);
    command.env(INNER, "1").env(API_KEY_NAME, "the-key").env(API_SECRET_NAME, "the-secret");
    let output = command.output().expect("another process");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn the_names_are_the_documented_ones() {
    assert_eq!((API_KEY_NAME, API_SECRET_NAME), ("SIXMM_API_KEY", "SIXMM_API_SECRET"));
}

#[cfg(unix)]
#[test]
fn a_key_file_is_read_only_if_it_is_private() {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    let path = std::env::temp_dir().join(format!("sixmm-auth-{}", std::process::id()));
    fs::write(&path, "SIXMM_API_KEY=the-key\nSIXMM_API_SECRET=the-secret\n").expect("written");
    let with_mode = |mode| {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("changed");
        api_key_from_file(&path)
    };
    let (exposed, private) = (with_mode(0o644), with_mode(0o600));
    fs::remove_file(&path).expect("removed");
    let error = exposed.expect_err("open to others");
    assert!(error.is_exposed() && error.to_string().contains("chmod 600"), "{error}");
    assert_eq!(private.expect("a key").id(), "the-key");
}
