//! Prism, a mock server for OpenAPI specifications: <https://github.com/stoplightio/prism>.

use std::fmt;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use serde_json::Value;

use super::documented::Request;
use crate::checkout::root;
use crate::tools::{PRISM, command_line};

const START_TIMEOUT: Duration = Duration::from_secs(60);
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(30);

/// A running server. Dropping this value stops the server.
pub(super) struct Prism {
    process: Child,
    address: SocketAddr,
    log: Receiver<String>,
}

/// A response of the server.
pub(super) struct Response {
    pub(super) status: u16,
    pub(super) body: Value,
    /// Violations of the specification by the request or the response.
    pub(super) violations: Option<String>,
}

impl Prism {
    /// Starts a server on a free port of the loopback interface, and waits until the server listens.
    pub(super) fn start(specification: &Path) -> anyhow::Result<Self> {
        let program = PRISM.installed()?;
        let mut command = Command::new("node");
        command
            .arg("--require")
            .arg(root().join("xtask/tools/end-with-parent.cjs"))
            .arg(program)
            .args(["mock", "--host", "127.0.0.1", "--port", "0"])
            .arg(specification);
        let line = command_line(&command);
        println!("$ {line}");
        let mut process = command
            .current_dir(root())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot run `{line}`"))?;
        let output = process.stdout.take().expect("the output was asked for");
        let (sender, log) = channel();
        std::thread::spawn(move || {
            // The output is read to its end even if the receiver was dropped, because a full pipe would block the server.
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                sender.send(line).ok();
            }
        });
        // From here on, dropping the value stops the process.
        let mut prism = Self { process, address: SocketAddr::from(([127, 0, 0, 1], 0)), log };
        prism.address = prism.listening()?;
        Ok(prism)
    }

    fn listening(&self) -> anyhow::Result<SocketAddr> {
        let deadline = Instant::now() + START_TIMEOUT;
        let mut log = String::new();
        loop {
            match self.log.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    if let Some((_, address)) = line.split_once("Prism is listening on http://") {
                        return address.trim().parse().with_context(|| format!("no address: {address}"));
                    }
                    log = log + "\n" + &line;
                }
                Err(RecvTimeoutError::Timeout) => {
                    bail!("Prism did not listen within {START_TIMEOUT:?}{log}")
                }
                Err(RecvTimeoutError::Disconnected) => bail!("Prism ended before it listened{log}"),
            }
        }
    }

    /// Sends a request and reads the complete response.
    pub(super) fn send(&self, request: &Request) -> anyhow::Result<Response> {
        self.round_trip(request).and_then(|response| Response::parse(&response)).with_context(|| request.to_string())
    }

    fn round_trip(&self, request: &Request) -> anyhow::Result<String> {
        let mut stream = TcpStream::connect_timeout(&self.address, RESPONSE_TIMEOUT)?;
        stream.set_read_timeout(Some(RESPONSE_TIMEOUT))?;
        stream.set_write_timeout(Some(RESPONSE_TIMEOUT))?;
        stream.write_all(format_request(request).as_bytes())?;
        let mut response = String::new();
        stream.read_to_string(&mut response)?;
        Ok(response)
    }
}

impl Drop for Prism {
    fn drop(&mut self) {
        if let Err(error) = self.process.kill().and_then(|()| self.process.wait()) {
            eprintln!("warning: Prism (process {}) was not stopped: {error}", self.process.id());
        }
    }
}

/// Formats a request as HTTP 1.0, because the server then does not split the response into chunks, and closes the connection at the end of
/// the response.
fn format_request(request: &Request) -> String {
    let body = request.body.as_ref().map(Value::to_string).unwrap_or_default();
    let mut text = format!("{} {} HTTP/1.0\r\nHost: localhost\r\n", request.method, request.target);
    for (name, value) in &request.headers {
        text += &format!("{name}: {value}\r\n");
    }
    if request.body.is_some() {
        text += &format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len());
    }
    text + "\r\n" + &body
}

impl Response {
    fn parse(text: &str) -> anyhow::Result<Self> {
        let (head, body) = text.split_once("\r\n\r\n").context("the answer has no end of its headers")?;
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        let violations = head.lines().find_map(|line| line.strip_prefix("sl-violations: "));
        Ok(Self {
            status: status.with_context(|| format!("no status: {head}"))?,
            body: serde_json::from_str(body).with_context(|| format!("no JSON: {body}"))?,
            violations: violations.map(str::to_owned),
        })
    }
}

impl fmt::Display for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status, self.body)?;
        self.violations.iter().try_for_each(|violations| write!(f, " (violations: {violations})"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_has_a_status_violations_and_a_body() {
        let response = Response::parse("HTTP/1.1 422 Unprocessable\r\nsl-violations: [1]\r\nA: b\r\n\r\n{\"code\":1}").unwrap();
        insta::assert_snapshot!(response, @r#"422 {"code":1} (violations: [1])"#);
    }

    #[test]
    fn a_request_is_written_with_the_length_of_its_body() {
        let request = Request {
            method: "POST".into(),
            target: "/v1/orders?limit=1".into(),
            headers: vec![("X-Key".into(), "example".into())],
            body: Some(serde_json::json!({ "price": "1" })),
        };
        insta::assert_snapshot!(format_request(&request).replace('\r', ""), @r#"
        POST /v1/orders?limit=1 HTTP/1.0
        Host: localhost
        X-Key: example
        Content-Type: application/json
        Content-Length: 13

        {"price":"1"}
        "#);
    }
}
