//! The program as a person starts it.

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

/// What an exchange that has started says at last.
const LAST_LINE: &str = "Ctrl-C ends it";

/// An exchange that runs, and ends with the test.
struct Running {
    process: Child,
    /// What it says when it has started, up to the last line of that.
    said: Vec<String>,
}

impl Running {
    /// On free ports, and alone in its market, until it has said how to connect.
    fn start(command: &mut Command) -> Self {
        Self::start_with(command, Stdio::piped())
    }

    /// The same, with another standard error.
    fn start_with(command: &mut Command, log: Stdio) -> Self {
        let command = command.args(["--port", "0", "--market", "still"]).stdout(Stdio::piped()).stderr(log);
        let mut process = command.spawn().expect("it runs");
        let mut lines = BufReader::new(process.stdout.take().expect("it was asked for")).lines();
        let mut said: Vec<String> = Vec::new();
        while said.last().is_none_or(|line| line != LAST_LINE) {
            said.push(lines.next().expect("it has not ended").expect("text"));
        }
        Self { process, said }
    }

    /// What follows a beginning in the one line that has it.
    fn told(&self, beginning: &str) -> &str {
        let mut found = self.said.iter().filter_map(|line| line.strip_prefix(beginning));
        match (found.next(), found.next()) {
            (Some(rest), None) => rest,
            _ => panic!("one line begins with {beginning:?}: {:?}", self.said),
        }
    }

    /// What it said of its requests, after it was stopped by force.
    fn killed(mut self) -> String {
        self.process.kill().expect("it runs");
        self.rest()
    }

    /// The same, after it was asked to end as Ctrl-C asks.
    #[cfg(unix)]
    fn interrupted(mut self) -> String {
        let sent = Command::new("kill").args(["-INT", &self.process.id().to_string()]).status().expect("there is `kill`");
        assert!(sent.success());
        let rest = self.rest();
        assert!(self.process.wait().expect("it ran").success(), "{rest}");
        rest
    }

    fn rest(&mut self) -> String {
        let mut rest = String::new();
        self.process.stderr.take().expect("it was asked for").read_to_string(&mut rest).expect("text");
        rest
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// Sends a request as `curl` does, and gives the whole answer back.
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
fn a_number_that_is_none_is_refused_with_what_would_be_one() {
    let whole = "it must be a whole number, 0 or more, 18446744073709551615 at most";
    let millis = "it must be Unix milliseconds, 0 to 3471292800000, which is 2080-01-01";
    let seconds = "it must be milliseconds, and looks like seconds: 1772710377000 is the same time in milliseconds";
    for (option, value, expected) in [
        ("--seed", "abc", whole),
        ("--seed", "-1", whole),
        ("--seed", "18446744073709551616", whole),
        ("--manual-clock", "1772710377", seconds),
        ("--manual-clock", "1772710377808000", millis),
        ("--manual-clock", "-1", millis),
        ("--manual-clock", "today", millis),
    ] {
        let output = program().args([option, value, "--control-port", "0"]).output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains(expected), "{option} {value}: {said}");
    }
}

#[test]
fn what_it_says_to_type_for_the_control_interface_works() {
    let folder = Folder::new("example");
    let exchange = Running::start(program().args(["--control-port", "0"]).arg("--env-file").arg(folder.0.join("sandbox.env")));
    let (url, json) = exchange.told("for example: curl ").split_once(" --json ").expect("a URL and a body");
    let body = json.strip_prefix('\'').and_then(|json| json.strip_suffix('\'')).expect("one word of a shell");

    let answer = send(url, Some(body));
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with(r#"{"id":1}"#), "{answer}");
    assert!(send(url, None).contains("dropAfter"), "the rule is in force");
}

#[test]
fn the_other_users_learn_how_they_get_in() {
    let folder = Folder::new("others");
    let start = |control: &[&str]| {
        let users = ["--user", "alice", "--user", "bob=5", "--user", "carol"];
        Running::start(program().args(users).args(control).arg("--env-file").arg(folder.0.join("sandbox.env")))
    };
    let how = "log in with the password `password`, or get a key by POST /api-keys of the control interface";
    assert_eq!(start(&["--control-port", "0"]).told("bob, carol: "), how);
    assert_eq!(start(&[]).told("bob, carol: "), format!("{how} (--control-port)"));
}

#[test]
fn a_refusal_is_told_with_its_message_and_without_a_secret() {
    let folder = Folder::new("verbose");
    let exchange = Running::start(program().arg("--verbose").arg("--env-file").arg(folder.0.join("sandbox.env")));
    let url = exchange.told("sixmm-sandbox listens on ").to_owned();
    send(&format!("{url}/v1/public/market/klines?symbol=BTCUSDT&interval=2m"), None);
    send(&format!("{url}/v1/public/user/login"), Some(r#"{"username": "alice", "password": "a-wrong-one"}"#));
    send(&format!("{url}/v1/time"), None);
    let told = exchange.killed();
    let lines: Vec<&str> = told.lines().filter_map(|line| line.split_once("a request ").map(|(_, told)| told)).collect();
    insta::assert_snapshot!(lines.join("\n"));
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
    assert_eq!(exchange.told("sixmm-sandbox listens on "), value("SIXMM_BASE_URL"));
    assert!(exchange.told("its control interface on ").starts_with("http://127.0.0.1:"));
    assert_eq!(exchange.told("to connect as carol, in another terminal: "), format!("set -a; . '{}'; set +a", file.display()));
    assert_eq!(value("SIXMM_USERNAME"), "carol");
    assert!(value("SIXMM_API_KEY").starts_with("fx_"));
    assert!(!exchange.said.concat().contains(&value("SIXMM_API_SECRET")));
    assert_private(&file);
}

/// That nobody but its owner reads a file, where there are owners.
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
fn what_it_tells_to_type_works_in_a_shell_whatever_the_path_and_the_name() {
    let folder = Folder::new("it's a $HOME");
    let name = r#"o'brien "$HOME" `id`"#;
    let (user, file) = (["--user", name], ["--env-file", "carol's first; false.env"]);
    let exchange = Running::start(program().current_dir(&folder.0).args(["--control-port", "0"]).args(user).args(file));
    let connect = exchange.told(&format!("to connect as {name}, in another terminal: "));

    // From another folder, and by the plainest shell there is.
    let script = format!("{connect}\nsh -c 'printf \"%s\\n\" \"$SIXMM_USERNAME\" \"$SIXMM_BASE_URL\"'");
    let shell = Command::new("sh").args(["-e", "-u", "-c", &script]).current_dir("/").output().expect("there is a shell");

    let url = exchange.told("sixmm-sandbox listens on ");
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

#[test]
fn a_file_of_somebody_else_is_refused_and_stays_as_it_is() {
    let folder = Folder::new("of-somebody-else");
    let file = folder.0.join(".env");
    for text in ["DATABASE_URL=postgres://localhost\n", "# Written by hand\n", ""] {
        fs::write(&file, text).expect("a file");
        let output = program().args(["--port", "0", "--market", "still"]).arg("--env-file").arg(&file).output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let what_to_do = "it exists, and sixmm-sandbox did not write it: move it away, or name another file by --env-file";
        assert!(!output.status.success() && said.contains(&format!("error: cannot write {}: {what_to_do}", file.display())), "{said}");
        assert_eq!(fs::read_to_string(&file).expect("it is there"), text);
    }
}

#[test]
fn a_file_that_an_exchange_left_behind_is_replaced() {
    let folder = Folder::new("left-behind");
    let file = folder.0.join("sandbox.env");
    Running::start(program().args(["--user", "a-name-that-is-longer"]).arg("--env-file").arg(&file)).killed();
    let before = fs::read_to_string(&file).expect("nobody removed it");
    #[cfg(unix)]
    fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o644)).expect("it is ours");

    let exchange = Running::start(program().args(["--user", "bob", "--seed", "7"]).arg("--env-file").arg(&file));
    let after = fs::read_to_string(&file).expect("it is there");
    assert!(after.contains(exchange.told("sixmm-sandbox listens on ")), "{after}");
    assert!(after.contains("SIXMM_USERNAME='bob'") && after.ends_with("SIXMM_PASSWORD='password'\n"), "{after}");
    assert_eq!(after.lines().count(), before.lines().count());
    assert_private(&file);
}

#[cfg(unix)]
#[test]
fn the_file_goes_with_the_exchange_unless_it_is_another_one_by_then() {
    let folder = Folder::new("goes");
    let file = folder.0.join("sandbox.env");
    let start = || Running::start(program().arg("--env-file").arg(&file));
    start().interrupted();
    assert!(!file.exists());

    let exchange = start();
    fs::remove_file(&file).expect("it is there");
    assert_eq!(exchange.interrupted(), "", "it is gone already");

    let exchange = start();
    let changed = fs::read_to_string(&file).expect("it is there") + "MINE=1\n";
    fs::write(&file, &changed).expect("it is ours");
    let said = exchange.interrupted();
    assert!(said.contains("the environment file was changed meanwhile, so it stays"), "{said}");
    assert_eq!(fs::read_to_string(&file).expect("it stays"), changed);
    fs::remove_file(&file).expect("it is there");

    // The file was removed, and another exchange made one of its own at the path.
    let first = start();
    fs::remove_file(&file).expect("it is there");
    let second = start();
    first.interrupted();
    let text = fs::read_to_string(&file).expect("it stays");
    assert!(text.contains(second.told("sixmm-sandbox listens on ")), "{text}");
    second.interrupted();
    assert!(!file.exists());
}

#[cfg(unix)]
#[test]
fn a_second_exchange_with_the_same_file_is_refused_while_the_first_one_runs() {
    let folder = Folder::new("second");
    let file = folder.0.join("sandbox.env");
    let first = Running::start(program().arg("--env-file").arg(&file));
    let before = fs::read_to_string(&file).expect("it is there");
    // Under another name of the same file, too.
    let link = folder.0.join("link.env");
    std::os::unix::fs::symlink(&file, &link).expect("a link");
    for path in [&file, &link] {
        // One that is not refused would run for ever.
        let mut second = Command::new("timeout");
        second.args(["10", env!("CARGO_BIN_EXE_sixmm-sandbox"), "--port", "0", "--market", "still", "--env-file"]).arg(path);
        let output = second.output().expect("there is `timeout`");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let expected = "another exchange that is running uses it: end that one, or name another file by --env-file";
        assert!(!output.status.success() && said.contains(&format!("error: cannot write {}: {expected}", path.display())), "{said}");
    }
    assert_eq!(fs::read_to_string(&file).expect("it is there"), before);
    assert!(send(&format!("{}/v1/time", first.told("sixmm-sandbox listens on ")), None).starts_with("HTTP/1.1 200"));

    first.interrupted();
    assert!(!file.exists(), "the first one removed it");
    Running::start(program().arg("--env-file").arg(&file)).interrupted();
}
