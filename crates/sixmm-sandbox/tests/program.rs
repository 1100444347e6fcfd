//! The program as a user runs it.

#[cfg(target_os = "linux")]
#[path = "program/resources.rs"]
mod resources;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_sixmm-sandbox"))
}

/// A temporary directory of a test, removed afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        fs::create_dir_all(&path).expect("cargo's directory for tests is writable");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

/// The last line that the program prints at the start.
const LAST_LINE: &str = "press Ctrl-C to stop";

/// A running exchange, which is stopped at the end of the test.
struct Running {
    process: Child,
    /// The lines that the program printed at the start.
    printed: Vec<String>,
}

impl Running {
    /// Starts an exchange with a still market on free ports and waits until it has printed the connection details.
    fn start(command: &mut Command) -> Self {
        Self::start_with(command, Stdio::piped())
    }

    /// As [`start`](Self::start), with another standard error.
    fn start_with(command: &mut Command, log: Stdio) -> Self {
        let command = command.args(["--port", "0", "--market", "still"]).stdout(Stdio::piped()).stderr(log);
        let mut process = command.spawn().expect("it runs");
        let mut lines = BufReader::new(process.stdout.take().expect("the control interface is enabled")).lines();
        let mut printed: Vec<String> = Vec::new();
        while printed.last().is_none_or(|line| line != LAST_LINE) {
            printed.push(lines.next().expect("it has not ended").expect("text"));
        }
        Self { process, printed }
    }

    /// The rest of the only line that starts with `beginning`.
    fn line_after(&self, beginning: &str) -> &str {
        let mut found = self.printed.iter().filter_map(|line| line.strip_prefix(beginning));
        match (found.next(), found.next()) {
            (Some(rest), None) => rest,
            _ => panic!("one line begins with {beginning:?}: {:?}", self.printed),
        }
    }

    /// Kills the process and returns its log.
    fn kill_and_read_log(mut self) -> String {
        self.process.kill().expect("it runs");
        self.rest()
    }

    /// Interrupts the process as Ctrl-C does and returns its log.
    #[cfg(unix)]
    fn interrupt_and_read_log(mut self) -> String {
        let sent = Command::new("kill").args(["-INT", &self.process.id().to_string()]).status().expect("there is `kill`");
        assert!(sent.success());
        let rest = self.rest();
        assert!(self.process.wait().expect("it ran").success(), "{rest}");
        rest
    }

    fn rest(&mut self) -> String {
        let mut rest = String::new();
        self.process.stderr.take().expect("the control interface is enabled").read_to_string(&mut rest).expect("text");
        rest
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// Sends a request as `curl` does and returns the complete response.
fn send(url: &str, body: Option<&str>) -> String {
    let (address, path) = url.trim_start_matches("http://").split_once('/').expect("an address and a path");
    let (method, body) = body.map_or(("GET", ""), |body| ("POST", body));
    let mut stream = TcpStream::connect(address).expect("it listens");
    let head = format!("{method} /{path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Type: application/json\r\n");
    write!(stream, "{head}Content-Length: {}\r\n\r\n{body}", body.len()).expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("text");
    answer
}

#[test]
fn the_help_describes_options_and_control_requests() {
    let output = program().arg("--help").output().expect("it runs");
    insta::assert_snapshot!(String::from_utf8_lossy(&output.stdout));
}

#[test]
fn an_invalid_user_name_is_rejected_with_the_limit() {
    let output = program().args(["--user", "al=1"]).output().expect("it runs");
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && error.contains("`al`: a name must have 3 to 32 characters"), "{error}");
}

#[test]
fn an_invalid_number_is_rejected_with_the_valid_range() {
    let seed = "it must be an integer from 0 to 18446744073709551615";
    let millis = "it must be Unix milliseconds, 0 to 3471292800000, which is 2080-01-01";
    let seconds = "it must be milliseconds, but looks like seconds: 1772710377000 is the same time in milliseconds";
    for (option, value, expected) in [
        ("--seed", "abc", seed),
        ("--seed", "-1", seed),
        ("--seed", "18446744073709551616", seed),
        ("--manual-clock", "1772710377", seconds),
        ("--manual-clock", "1772710377808000", millis),
        ("--manual-clock", "-1", millis),
        ("--manual-clock", "today", millis),
    ] {
        let output = program().args([option, value, "--control-port", "0"]).output().expect("it runs");
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && error.contains(expected), "{option} {value}: {error}");
    }
}

#[test]
fn the_printed_example_of_the_control_interface_works() {
    let folder = Folder::new("example");
    let exchange = Running::start(program().args(["--control-port", "0"]).arg("--env-file").arg(folder.0.join("sandbox.env")));
    let (url, json) = exchange.line_after("example: curl ").split_once(" --json ").expect("a URL and a body");
    let body = json.strip_prefix('\'').and_then(|json| json.strip_suffix('\'')).expect("one word of a shell");

    let answer = send(url, Some(body));
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with(r#"{"id":1}"#), "{answer}");
    assert!(send(url, None).contains("dropAfter"), "the rule is active");
}

#[test]
fn the_program_prints_how_other_users_log_in() {
    let folder = Folder::new("others");
    let start = |control: &[&str]| {
        let users = ["--user", "alice", "--user", "bob=5", "--user", "carol"];
        Running::start(program().args(users).args(control).arg("--env-file").arg(folder.0.join("sandbox.env")))
    };
    let how = "log in with the password `password`, or create an API key with POST /api-keys of the control interface";
    assert_eq!(start(&["--control-port", "0"]).line_after("bob, carol: "), how);
    assert_eq!(start(&[]).line_after("bob, carol: "), format!("{how} (--control-port)"));
}

#[test]
fn rejected_requests_are_logged_with_their_message_and_without_secrets() {
    let folder = Folder::new("verbose");
    let exchange = Running::start(program().arg("--verbose").arg("--env-file").arg(folder.0.join("sandbox.env")));
    let url = exchange.line_after("sixmm-sandbox listens on ").to_owned();
    send(&format!("{url}/v1/public/market/klines?symbol=BTCUSDT&interval=2m"), None);
    send(&format!("{url}/v1/public/user/login"), Some(r#"{"username": "alice", "password": "a-wrong-one"}"#));
    send(&format!("{url}/v1/time"), None);
    let log = exchange.kill_and_read_log();
    let lines: Vec<&str> = log.lines().filter_map(|line| line.split_once("a request ").map(|(_, message)| message)).collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn credentials_of_streams_are_not_logged() {
    let folder = Folder::new("streams");
    let exchange = Running::start(program().arg("--verbose").arg("--env-file").arg(folder.0.join("sandbox.env")));
    let url = exchange.line_after("sixmm-sandbox listens on ").to_owned();
    let login = send(&format!("{url}/v1/public/user/login"), Some(r#"{"username": "alice", "password": "password"}"#));
    let token = login.split("accessToken\":\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a token");
    let streams = exchange.line_after("streams on ws://").strip_suffix("/ws").expect("the path").to_owned();
    for query in [format!("token={token}"), format!("listenKey=a-secret-{}", "key")] {
        let mut stream = TcpStream::connect(&streams).expect("it listens");
        let head = "Host: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13";
        write!(stream, "GET /ws?{query} HTTP/1.1\r\n{head}\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n").expect("it reads");
        // A masked close frame, after which the server closes the connection.
        stream.write_all(&[0x88, 0x80, 0, 0, 0, 0]).expect("it reads");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("it answers");
        assert!(String::from_utf8_lossy(&answer).contains(r#""event": "auth""#));
    }
    let log = exchange.kill_and_read_log();
    assert!(log.contains("a connection of the streams"), "{log}");
    assert!(!log.contains(token) && !log.contains("a-secret-key"), "{log}");
}

#[test]
fn a_recording_is_replayed() {
    let folder = Folder::new("replay");
    let recording = folder.0.join("day.txt");
    fs::write(&recording, "venue-stream recording 1\nsettings {}\nseed 7\nfirst-request 1\n").expect("a file");
    let mut process = program().arg("replay").arg(&recording).args(["--port", "0"]).stdout(Stdio::piped()).spawn().expect("it runs");
    let mut line = String::new();
    BufReader::new(process.stdout.take().expect("piped")).read_line(&mut line).expect("text");
    process.kill().expect("it runs");
    process.wait().expect("it ran");
    assert!(line.starts_with(&format!("sixmm-sandbox replays {} on ws://127.0.0.1:", recording.display())), "{line}");

    fs::write(&recording, "x\n").expect("a file");
    let output = program().arg("replay").arg(&recording).args(["--port", "0"]).output().expect("it runs");
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    let expected = format!("cannot replay {}: line 1 of the recording: expected `venue-stream recording 1`", recording.display());
    assert!(!output.status.success() && error.contains(&expected), "{error}");
}

#[test]
fn the_program_prints_connection_details_without_secrets() {
    let folder = Folder::new("connect");
    let file = folder.0.join("sandbox.env");
    let exchange = Running::start(program().args(["--control-port", "0", "--user", "carol=5"]).arg("--env-file").arg(&file));

    let environment = fs::read_to_string(&file).expect("the file is there before it says so");
    let value = |name: &str| {
        let quoted = environment.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix("='")?.strip_suffix('\''));
        quoted.unwrap_or_else(|| panic!("no {name}")).to_owned()
    };
    assert_eq!(exchange.line_after("sixmm-sandbox listens on "), value("SIXMM_BASE_URL"));
    assert!(exchange.line_after("control interface on ").starts_with("http://127.0.0.1:"));
    assert_eq!(exchange.line_after("to connect as carol, run in another terminal: "), format!("set -a; . '{}'; set +a", file.display()));
    assert_eq!(value("SIXMM_USERNAME"), "carol");
    assert!(value("SIXMM_API_KEY").starts_with("fx_"));
    assert!(!exchange.printed.concat().contains(&value("SIXMM_API_SECRET")));
    assert_private(&file);
}

/// Asserts that only the owner can read a file, on systems with file owners.
fn assert_private(file: &Path) {
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(file).expect("it is there").permissions());
        assert_eq!(mode & 0o777, 0o600);
    }
    #[cfg(not(unix))]
    assert!(file.exists());
}

#[cfg(unix)]
#[test]
fn the_printed_command_works_in_a_shell_for_any_path_and_name() {
    let folder = Folder::new("it's a $HOME");
    let name = r#"o'brien "$HOME" `id`"#;
    let (user, file) = (["--user", name], ["--env-file", "carol's first; false.env"]);
    let exchange = Running::start(program().current_dir(&folder.0).args(["--control-port", "0"]).args(user).args(file));
    let connect = exchange.line_after(&format!("to connect as {name}, run in another terminal: "));

    // Runs the command in another directory, with a minimal shell.
    let script = format!("{connect}\nsh -c 'printf \"%s\\n\" \"$SIXMM_USERNAME\" \"$SIXMM_BASE_URL\"'");
    let shell = Command::new("sh").args(["-e", "-u", "-c", &script]).current_dir("/").output().expect("there is a shell");

    let url = exchange.line_after("sixmm-sandbox listens on ");
    let output = (String::from_utf8_lossy(&shell.stdout), String::from_utf8_lossy(&shell.stderr));
    assert_eq!(output, (format!("{name}\n{url}\n").into(), "".into()));
}

#[test]
fn an_environment_file_that_cannot_be_written_is_an_error() {
    let folder = Folder::new("unwritable");
    // A directory exists at the path of the file.
    let file = folder.0.join("sandbox.env");
    fs::create_dir(&file).expect("a folder");
    let output = program().args(["--port", "0", "--market", "still"]).arg("--env-file").arg(&file).output().expect("it runs");
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && error.contains(&format!("error: cannot write {}: ", file.display())), "{error}");
    let left: Vec<_> = fs::read_dir(&folder.0).expect("the folder").map(|entry| entry.expect("an entry").file_name()).collect();
    assert_eq!(left, ["sandbox.env"]);
}

#[test]
fn a_file_of_another_program_is_not_overwritten() {
    let folder = Folder::new("of-another-program");
    let file = folder.0.join(".env");
    for text in ["DATABASE_URL=postgres://localhost\n", "# Written by hand\n", ""] {
        fs::write(&file, text).expect("a file");
        let output = program().args(["--port", "0", "--market", "still"]).arg("--env-file").arg(&file).output().expect("it runs");
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        let what_to_do = "the file exists and was not written by sixmm-sandbox: move it, or choose another file with --env-file";
        assert!(!output.status.success() && error.contains(&format!("error: cannot write {}: {what_to_do}", file.display())), "{error}");
        assert_eq!(fs::read_to_string(&file).expect("it is there"), text);
    }
}

#[test]
fn the_file_of_a_killed_exchange_is_replaced() {
    let folder = Folder::new("left-behind");
    let file = folder.0.join("sandbox.env");
    Running::start(program().args(["--user", "a-name-that-is-longer"]).arg("--env-file").arg(&file)).kill_and_read_log();
    let before = fs::read_to_string(&file).expect("the file was not removed");
    #[cfg(unix)]
    fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o644)).expect("it is ours");

    let exchange = Running::start(program().args(["--user", "bob", "--seed", "7"]).arg("--env-file").arg(&file));
    let after = fs::read_to_string(&file).expect("it is there");
    assert!(after.contains(exchange.line_after("sixmm-sandbox listens on ")), "{after}");
    assert!(after.contains("SIXMM_USERNAME='bob'") && after.ends_with("SIXMM_PASSWORD='password'\n"), "{after}");
    assert_eq!(after.lines().count(), before.lines().count());
    assert_private(&file);
}

#[cfg(unix)]
#[test]
fn the_file_is_removed_with_the_exchange_unless_it_was_changed() {
    let folder = Folder::new("goes");
    let file = folder.0.join("sandbox.env");
    let start = || Running::start(program().arg("--env-file").arg(&file));
    start().interrupt_and_read_log();
    assert!(!file.exists());

    let exchange = start();
    fs::remove_file(&file).expect("it is there");
    assert_eq!(exchange.interrupt_and_read_log(), "", "it is gone already");

    let exchange = start();
    let changed = fs::read_to_string(&file).expect("it is there") + "MINE=1\n";
    fs::write(&file, &changed).expect("it is ours");
    let printed = exchange.interrupt_and_read_log();
    assert!(printed.contains("the environment file was changed, so it is not removed"), "{printed}");
    assert_eq!(fs::read_to_string(&file).expect("it stays"), changed);
    fs::remove_file(&file).expect("it is there");

    // The file was removed, and another exchange created its own file at the same path.
    let first = start();
    fs::remove_file(&file).expect("it is there");
    let second = start();
    first.interrupt_and_read_log();
    let text = fs::read_to_string(&file).expect("it stays");
    assert!(text.contains(second.line_after("sixmm-sandbox listens on ")), "{text}");
    second.interrupt_and_read_log();
    assert!(!file.exists());
}

#[cfg(unix)]
#[test]
fn a_second_exchange_with_the_same_file_is_rejected_while_the_first_runs() {
    let folder = Folder::new("second");
    let file = folder.0.join("sandbox.env");
    let first = Running::start(program().arg("--env-file").arg(&file));
    let before = fs::read_to_string(&file).expect("it is there");
    // Also through a symbolic link to the same file.
    let link = folder.0.join("link.env");
    std::os::unix::fs::symlink(&file, &link).expect("a link");
    for path in [&file, &link] {
        // Without an error, the second program would run forever.
        let mut second = Command::new("timeout");
        second.args(["10", env!("CARGO_BIN_EXE_sixmm-sandbox"), "--port", "0", "--market", "still", "--env-file"]).arg(path);
        let output = second.output().expect("there is `timeout`");
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        let expected = "another running exchange uses the file: stop it, or choose another file with --env-file";
        assert!(!output.status.success() && error.contains(&format!("error: cannot write {}: {expected}", path.display())), "{error}");
    }
    assert_eq!(fs::read_to_string(&file).expect("it is there"), before);
    assert!(send(&format!("{}/v1/time", first.line_after("sixmm-sandbox listens on ")), None).starts_with("HTTP/1.1 200"));

    first.interrupt_and_read_log();
    assert!(!file.exists(), "the first one removed it");
    Running::start(program().arg("--env-file").arg(&file)).interrupt_and_read_log();
}
