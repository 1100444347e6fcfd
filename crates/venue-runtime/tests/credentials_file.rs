//! API keys from a file.

use std::fs;
use std::path::PathBuf;

use venue_runtime::credentials::{CredentialsError, VariableNames};
use venue_runtime::{ApiKey, credentials};

const NAMES: VariableNames = VariableNames::new("X_KEY", "X_SECRET");

/// A file that only its owner can access. It is removed on drop.
struct TestFile(PathBuf);

impl TestFile {
    fn new(name: &str, contents: impl AsRef<[u8]>) -> Self {
        let path = std::env::temp_dir().join(format!("venue-runtime-{}-{name}", std::process::id()));
        fs::write(&path, contents).expect("written");
        let file = Self(path);
        file.chmod(0o600);
        file
    }

    #[cfg(unix)]
    fn chmod(&self, mode: u32) {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(&self.0, fs::Permissions::from_mode(mode)).expect("set");
    }

    #[cfg(not(unix))]
    fn chmod(&self, _: u32) {}

    fn read(&self) -> Result<ApiKey, CredentialsError> {
        ApiKey::from_file(&self.0, NAMES)
    }

    /// The message of the error, with `FILE` in the place of the path. Checks that the error does not contain the secret.
    fn refusal(&self) -> String {
        let error = self.read().expect_err("refused");
        assert!(!format!("{error:?} {error}").contains("hunter2"), "{error:?}");
        error.to_string().replace(&self.0.display().to_string(), "FILE")
    }
}

impl Drop for TestFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn check(name: &str, contents: impl AsRef<[u8]>, refusal: &str) {
    assert_eq!(TestFile::new(name, contents).refusal(), refusal);
}

#[test]
fn a_value_is_the_text_after_the_first_equals_sign() {
    let file = TestFile::new("good", "# of the bot\r\nX_KEY=public\r\n\r\nX_SECRET=hunter2==#\r\nOTHER=1\r\nX_MEMO=my memo");
    let key = ApiKey::from_file(&file.0, NAMES.with_memo("X_MEMO")).expect("complete");
    assert_eq!((key.id(), key.secret().expose_secret()), ("public", "hunter2==#"));
    assert_eq!(key.memo().map(venue_core::Secret::expose_secret), Some("my memo"));
}

#[test]
fn a_byte_order_mark_is_skipped() {
    assert_eq!(TestFile::new("bom", "\u{feff}X_KEY=public\nX_SECRET=hunter2\n").read().expect("complete").id(), "public");
}

#[test]
fn an_invalid_line_or_value_is_rejected_and_not_printed() {
    check("missing", "X_KEY=public\n", "`X_SECRET` is missing in the credentials file FILE");
    check("empty", "X_KEY=public\nX_SECRET=\n", "`X_SECRET` in the credentials file FILE is empty");
    check(
        "space",
        "X_KEY=public\nX_SECRET=hunter2 \n",
        "`X_SECRET` in the credentials file FILE begins or ends with white space; \
         a trailing newline is the usual cause: `printf %s` writes none",
    );
    check("quotes", "X_KEY=\"public\"\n", "`X_KEY` in the credentials file FILE is in quotes: write it without them");
    check("bare", "X_KEY=public\nhunter2\n", "line 2 of the credentials file FILE is not `NAME=value`, without spaces around the name");
    check("spaced", "X_SECRET = hunter2\n", "line 1 of the credentials file FILE is not `NAME=value`, without spaces around the name");
    check(
        "twice",
        "X_KEY=public\nX_SECRET=hunter2\n\nX_SECRET=hunter22\n",
        "line 4 of the credentials file FILE repeats a name: which of them is meant?",
    );
    check("binary", b"X_KEY=hunter2\xff", "the credentials file FILE is not UTF-8 text");
    check("long", vec![b'#'; 70_000], "FILE is longer than a credentials file can be: is it the right one?");
}

#[cfg(unix)]
#[test]
fn a_file_to_which_others_have_access_is_rejected() {
    let file = TestFile::new("mode", "X_KEY=public\nX_SECRET=hunter2\n");
    for mode in [0o444, 0o644, 0o640, 0o604, 0o620, 0o601] {
        file.chmod(mode);
        let expected = format!("the credentials file FILE is open to others than its owner (mode {mode:04o}): run `chmod 600 FILE`");
        let hint = if mode & 0o022 == 0 { "; a secret that a container runtime mounts can be read as a mounted secret" } else { "" };
        assert_eq!(file.refusal(), format!("{expected}{hint}"));
        assert!(file.read().expect_err("refused").is_exposed());
    }
    for mode in [0o600, 0o400, 0o700] {
        file.chmod(mode);
        assert!(file.read().is_ok(), "{mode:o}");
    }
}

#[cfg(unix)]
#[test]
fn a_mounted_secret_may_be_readable_by_others_and_not_writable() {
    let file = TestFile::new("mounted", "X_KEY=public\nX_SECRET=hunter2\n");
    for mode in [0o444, 0o644, 0o440, 0o400, 0o600] {
        file.chmod(mode);
        assert_eq!(ApiKey::from_mounted_secret(&file.0, NAMES).expect("accepted").id(), "public", "{mode:o}");
    }
    for mode in [0o666, 0o664, 0o646, 0o622] {
        file.chmod(mode);
        let error = ApiKey::from_mounted_secret(&file.0, NAMES).expect_err("others can change it");
        assert!(error.is_exposed() && error.to_string().contains("run `chmod 600"), "{error}");
    }
}

#[test]
fn a_mounted_secret_is_read_as_strictly_as_a_file() {
    let file = TestFile::new("mounted-bad", "X_KEY=\"public\"\nX_SECRET=hunter2\n");
    let error = ApiKey::from_mounted_secret(&file.0, NAMES).expect_err("in quotes");
    assert!(error.to_string().ends_with("is in quotes: write it without them"), "{error}");
}

#[test]
fn a_missing_file_is_reported_as_missing() {
    let path = std::env::temp_dir().join("venue-runtime-no-such-file");
    let error: credentials::CredentialsError = ApiKey::from_file(&path, NAMES).expect_err("not there");
    assert!(error.is_missing() && !error.is_exposed());
    assert!(error.to_string().starts_with("the credentials file "), "{error}");
}
