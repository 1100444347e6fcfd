//! The program on a machine without a resource: disk space, a reader of its output, file descriptors.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;

use super::{Folder, Running, program, send};

/// Exit code and standard error of a program with this standard output, or `None` if it still ran after ten seconds.
fn with_output(arguments: &str, output: &str, file: &Path) -> Option<(i32, String)> {
    let script = format!("exec timeout 10 \"$0\" --port 0 --market still --env-file \"$1\" {arguments} {output}");
    let shell = Command::new("sh").args(["-c", &script, env!("CARGO_BIN_EXE_sixmm-sandbox")]).arg(file).output().expect("there is a shell");
    let code = shell.status.code().expect("it ended by itself");
    (code != 124).then(|| (code, String::from_utf8_lossy(&shell.stderr).into_owned()))
}

#[test]
fn an_unwritable_standard_output_ends_the_program_with_an_error() {
    let folder = Folder::new("full");
    let file = folder.0.join("sandbox.env");
    let (code, error) = with_output("", "> /dev/full", &file).expect("it ends by itself");
    assert_eq!(code, 1);
    assert!(error.starts_with("error: cannot write the connection details to standard output: No space left on device"), "{error}");
    assert!(!file.exists(), "the file was removed");
}

#[test]
fn an_unwritable_standard_error_ends_the_program_without_a_panic() {
    let folder = Folder::new("full-error");
    let file = folder.0.join("sandbox.env");
    assert_eq!(with_output("", "> /dev/full 2> /dev/full", &file), Some((1, String::new())));
}

#[test]
fn a_closed_standard_output_ends_the_program_quietly() {
    let folder = Folder::new("closed");
    let file = folder.0.join("sandbox.env");
    // A pipe whose reader was closed before the program starts.
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let program = program().args(["--port", "0", "--market", "still", "--env-file"]).arg(&file).stdout(writer).output().expect("it runs");
    assert_eq!((program.status.code(), String::from_utf8_lossy(&program.stderr).as_ref()), (Some(0), ""));
    assert!(!file.exists(), "the file was removed");
}

#[test]
fn an_exchange_continues_if_its_log_cannot_be_written() {
    let folder = Folder::new("full-log");
    let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
    let mut command = program();
    command.args(["--verbose", "--env-file"]).arg(folder.0.join("sandbox.env"));
    let exchange = Running::start_with(&mut command, full.into());
    let url = format!("{}/v1/time", exchange.line_after("sixmm-sandbox listens on "));
    for _ in 0..2 {
        assert!(send(&url, None).starts_with("HTTP/1.1 200"));
    }
}

#[test]
fn an_exchange_without_file_descriptors_logs_the_error_and_recovers() {
    let folder = Folder::new("descriptors");
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -n 40; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_sixmm-sandbox"), "--env-file"]);
    command.arg(folder.0.join("sandbox.env"));
    let mut exchange = Running::start(&mut command);
    let url = exchange.line_after("sixmm-sandbox listens on ").to_owned();
    let address = url.trim_start_matches("http://").to_owned();
    let half_open: Vec<TcpStream> = (0..60)
        .map(|_| {
            let mut stream = TcpStream::connect(&address).expect("it listens");
            stream.write_all(b"GET /v1/time HTTP/1.1\r\n").expect("the system takes it");
            stream
        })
        .collect();

    let (line, lines) = std::sync::mpsc::channel();
    let log = BufReader::new(exchange.process.stderr.take().expect("the control interface is enabled"));
    let reading = std::thread::spawn(move || log.lines().map_while(Result::ok).for_each(|read| drop(line.send(read))));
    let says = |part: &str| {
        let wait = std::time::Duration::from_secs(20);
        std::iter::from_fn(|| lines.recv_timeout(wait).ok()).any(|line| line.contains(part))
    };
    assert!(says("the exchange cannot accept connections and retries every 100 ms"));
    drop(half_open);
    assert!(says("the exchange accepts connections again"));
    assert!(send(&format!("{url}/v1/time"), None).starts_with("HTTP/1.1 200"));
    drop(exchange);
    reading.join().expect("the log ends with the exchange");
}
