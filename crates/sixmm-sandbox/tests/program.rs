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

/// An exchange that runs, and ends with the test.
struct Running {
    process: Child,
    /// The three lines that it begins with.
    said: Vec<String>,
}

impl Running {
    /// On free ports, and alone in its market, until it has said how to connect.
    fn start(command: &mut Command) -> Self {
        let command = command.args(["--port", "0", "--market", "still"]).stdout(Stdio::piped());
        let mut process = command.spawn().expect("it runs");
        let output = BufReader::new(process.stdout.take().expect("it was asked for"));
        let said = output.lines().take(3).map(|line| line.expect("text")).collect();
        Self { process, said }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
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
    let exchange = Running::start(program().args(["--control-port", "0", "--user", "carol=5"]).arg("--env-file").arg(&file));

    let environment = fs::read_to_string(&file).expect("the file is there before it says so");
    let value = |name: &str| {
        let quoted = environment.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix("='")?.strip_suffix('\''));
        quoted.unwrap_or_else(|| panic!("no {name}")).to_owned()
    };
    let [listens, control, connect] = &exchange.said[..] else { panic!("three lines: {:?}", exchange.said) };
    assert_eq!(*listens, format!("sixmm-sandbox listens on {}", value("SIXMM_BASE_URL")));
    assert!(control.starts_with("its control interface on http://127.0.0.1:"), "{control}");
    assert_eq!(*connect, format!("to connect as carol: set -a; . '{}'; set +a", file.display()));
    assert_eq!(value("SIXMM_USERNAME"), "carol");
    assert!(value("SIXMM_API_KEY").starts_with("fx_"));
    assert!(!exchange.said.concat().contains(&value("SIXMM_API_SECRET")));
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&file).expect("it is there").permissions());
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[cfg(unix)]
#[test]
fn what_it_tells_to_type_works_in_a_shell_whatever_the_path_and_the_name() {
    let folder = Folder::new("it's a $HOME");
    let name = r#"o'brien "$HOME" `id`"#;
    let (user, file) = (["--user", name], ["--env-file", "carol's first; false.env"]);
    let exchange = Running::start(program().current_dir(&folder.0).args(["--control-port", "0"]).args(user).args(file));
    let connect = exchange.said[2].strip_prefix(&format!("to connect as {name}: ")).expect("it says how");

    // From another folder, and by the plainest shell there is.
    let script = format!("{connect}\nsh -c 'printf \"%s\\n\" \"$SIXMM_USERNAME\" \"$SIXMM_BASE_URL\"'");
    let shell = Command::new("sh").args(["-e", "-u", "-c", &script]).current_dir("/").output().expect("there is a shell");

    let url = exchange.said[0].strip_prefix("sixmm-sandbox listens on ").expect("it says where");
    let output = (String::from_utf8_lossy(&shell.stdout), String::from_utf8_lossy(&shell.stderr));
    assert_eq!(output, (format!("{name}\n{url}\n").into(), "".into()));
}

#[test]
fn a_file_that_cannot_be_written_is_told_of_and_leaves_nothing_behind() {
    let folder = Folder::new("unwritable");
    // A folder stands where the file should.
    let file = folder.0.join("sandbox.env");
    fs::create_dir(&file).expect("a folder");
    let output = program().args(["--port", "0", "--market", "still"]).arg("--env-file").arg(&file).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.contains(&format!("error: cannot write {}: ", file.display())), "{said}");
    let left: Vec<_> = fs::read_dir(&folder.0).expect("the folder").map(|entry| entry.expect("an entry").file_name()).collect();
    assert_eq!(left, ["sandbox.env"]);
}
