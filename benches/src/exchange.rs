//! A server that gives the same answer to everything, on a thread of its own.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

/// Longer than the client needs to go to sleep, even under valgrind. See [`serve`].
const DELAY: Duration = Duration::from_millis(5);

/// Starts the server, and says where it is.
///
/// It answers a little late: the client always sleeps by then, and is woken by the answer. So every call takes the same steps, whichever
/// thread the machine would rather run.
///
/// # Errors
///
/// If this machine has no loopback interface.
pub fn serve(body: &[u8]) -> io::Result<String> {
    serve_with_time(body, body)
}

/// Starts a server that responds to `GET /v1/time` with `time`, and to everything else with `body`, and returns its base URL.
///
/// # Errors
///
/// If this machine has no loopback interface.
pub fn serve_with_time(body: &[u8], time: &[u8]) -> io::Result<String> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let base_url = format!("http://{}", listener.local_addr()?);
    let response = |body: &[u8]| {
        let head = format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
        [head.as_bytes(), body].concat()
    };
    let (answer, time) = (response(body), response(time));
    // The thread ends with the process: nobody has to wait for it.
    thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            // A connection that breaks is the client's to report.
            let _ = answer_all(connection, &answer, &time);
        }
    });
    Ok(base_url)
}

fn answer_all(mut connection: TcpStream, answer: &[u8], time: &[u8]) -> io::Result<()> {
    connection.set_nodelay(true)?;
    let mut received = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let count = connection.read(&mut chunk)?;
        if count == 0 {
            return Ok(());
        }
        received.extend_from_slice(&chunk[..count]);
        if is_complete(&received) {
            let response = if received.starts_with(b"GET /v1/time ") { time } else { answer };
            thread::sleep(DELAY);
            connection.write_all(response)?;
            received.clear();
        }
    }
}

fn is_complete(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request).to_ascii_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:")).map_or(Ok(0), |length| length.trim().parse());
    length.is_ok_and(|length: usize| body.len() >= length)
}
