//! The program as a person starts it.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_sixmm-sandbox"))
}

/// A folder of its own for a test, gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        fs::create_dir_all(&path).expect("cargo's folder for tests can be written");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

#[test]
fn the_help_says_what_it_takes() {
    let output = program().arg("--help").output().expect("it runs");
    insta::assert_snapshot!(String::from_utf8_lossy(&output.stdout));
}

#[test]
fn a_user_who_could_not_log_in_is_refused_with_the_limit() {
    let output = program().args(["--user", "al=1"]).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.contains("`al`: a name has 3 to 32 characters"), "{said}");
}

#[test]
fn it_tells_how_to_connect_and_no_secret() {
    let folder = Folder::new("connect");
    let file = folder.0.join("sandbox.env");
    let mut command = program();
    command.args(["--port", "0", "--control-port", "0", "--market", "still", "--user", "carol=5"]).arg("--env-file").arg(&file);
    let mut process = Running(command.stdout(Stdio::piped()).spawn().expect("it runs"));
    let output = BufReader::new(process.0.stdout.take().expect("it was asked for"));
    let said: Vec<String> = output.lines().take(3).map(|line| line.expect("text")).collect();

    let environment = fs::read_to_string(&file).expect("the file is there before it says so");
    let value = |name: &str| {
        let line = environment.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
        line.unwrap_or_else(|| panic!("no {name}")).to_owned()
    };
    assert_eq!(said[0], format!("sixmm-sandbox listens on {}", value("SIXMM_BASE_URL")));
    assert!(said[1].starts_with("its control interface on http://127.0.0.1:"), "{}", said[1]);
    assert_eq!(said[2], format!("to connect as carol: set -a; . {}; set +a", file.display()));
    assert_eq!(value("SIXMM_USERNAME"), "carol");
    assert!(value("SIXMM_API_KEY").starts_with("fx_"));
    assert!(!said.concat().contains(&value("SIXMM_API_SECRET")));
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&file).expect("it is there").permissions());
        assert_eq!(mode & 0o777, 0o600);
    }
}
