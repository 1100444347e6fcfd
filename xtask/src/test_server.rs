//! An HTTP server on the loopback interface for tests. Its threads end with the process.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

/// A received request.
pub(crate) struct Request {
    pub(crate) method: String,
    /// The path and the query.
    pub(crate) target: String,
    /// The names, in lower case, and the values.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// The status and the body of a response; `None` to close the connection without a response.
pub(crate) type Reply = Option<(u16, Vec<u8>)>;

/// Starts a server, and returns its port. `respond` is called for each request, in several threads.
pub(crate) fn start(respond: impl Fn(u16, &Request) -> Reply + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let respond = Arc::new(respond);
    std::thread::spawn(move || {
        for connection in listener.incoming().map_while(Result::ok) {
            let respond = Arc::clone(&respond);
            // A client may close its connection at any time.
            std::thread::spawn(move || serve(connection, |request| respond(port, request)).ok());
        }
    });
    port
}

fn serve(mut connection: TcpStream, respond: impl Fn(&Request) -> Reply) -> std::io::Result<()> {
    let mut reader = BufReader::new(connection.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split(' ');
    let (method, target) = (words.next().unwrap_or_default().to_owned(), words.next().unwrap_or_default().to_owned());
    let mut headers = Vec::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        let Some((name, value)) = header.split_once(':') else { break };
        headers.push((name.to_lowercase(), value.trim().to_owned()));
    }
    let header = |name: &str| headers.iter().find(|(of, _)| of == name).map(|(_, value)| value.as_str());
    if header("expect").is_some() {
        connection.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
    }
    let mut body = vec![0; header("content-length").and_then(|length| length.parse().ok()).unwrap_or_default()];
    reader.read_exact(&mut body)?;
    let Some((status, body)) = respond(&Request { method, target, headers, body }) else { return Ok(()) };
    write!(connection, "HTTP/1.1 {status} \r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len())?;
    connection.write_all(&body)
}
