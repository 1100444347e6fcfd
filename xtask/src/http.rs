//! HTTP requests with curl, which every runner of CI has. Headers are passed on curl's standard input, so that a token is not in the
//! arguments of a process.

use std::io::Write as _;
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};

/// The time after which a request fails.
const TIMEOUT_SECONDS: &str = "60";

/// A response with its status and its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) body: String,
}

/// Sends a request and reads the complete response, whatever its status is.
///
/// # Errors
///
/// Returns an error if no response was received. The error does not contain the headers.
pub(crate) fn send(method: &str, url: &str, headers: &[(&str, &str)], body: Option<&str>) -> anyhow::Result<Response> {
    let mut configuration = String::new();
    for (name, value) in headers {
        ensure!(!value.contains(['"', '\\', '\n', '\r']), "the header `{name}` has a character that curl cannot read");
        configuration.push_str(&format!("header = \"{name}: {value}\"\n"));
    }
    let mut command = Command::new("curl");
    command.args(["--silent", "--show-error", "--max-time", TIMEOUT_SECONDS, "--noproxy", "127.0.0.1", "--request", method]);
    // The status follows the body on a line of its own.
    command.args(["--write-out", "\n%{http_code}", "--config", "-"]);
    let file = body
        .map(|body| {
            let mut file = tempfile::NamedTempFile::new().context("cannot create a file for a request's body")?;
            file.write_all(body.as_bytes()).context("cannot write a request's body")?;
            anyhow::Ok(file)
        })
        .transpose()?;
    if let Some(file) = &file {
        command.arg("--data-binary").arg(format!("@{}", file.path().display()));
    }
    let mut curl = command
        .arg(url)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("cannot run `curl`, which the command needs for requests")?;
    curl.stdin.take().context("curl has no standard input")?.write_all(configuration.as_bytes()).context("cannot pass headers to curl")?;
    let output = curl.wait_with_output().context("cannot read the output of curl")?;
    ensure!(output.status.success(), "{method} {url}: {}", String::from_utf8_lossy(&output.stderr).trim());
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let (body, status) = text.rsplit_once('\n').context("curl printed no status")?;
    Ok(Response { status: status.trim().parse().context("curl printed no status")?, body: body.to_owned() })
}
