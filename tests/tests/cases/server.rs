//! The sockets, in virtual time.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::exchange::{Exchange, Reply};
use crate::model::Network;
use crate::request::Request;
use crate::time::{Held, Timeline};

/// The server. It ends with the runtime that started it.
pub(crate) struct Server {
    address: SocketAddr,
    exchange: Exchange,
    accepting: JoinHandle<()>,
    /// Ends all connections.
    hang_up: watch::Sender<u32>,
    closes_idle: Option<Duration>,
    /// The connections that fill the queue of a listener that accepts none.
    queue: Vec<TcpStream>,
    timeline: Timeline,
    _held: Option<Held>,
}

impl Server {
    pub(crate) async fn start(exchange: Exchange, network: &Network, timeline: Timeline) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port on this machine");
        let address = listener.local_addr().expect("the address that was bound");
        let (hang_up, _) = watch::channel(0);
        let closes_idle = network.closes_idle_ms.map(Duration::from_millis);
        let accepting = tokio::spawn(accept(listener, exchange.clone(), hang_up.clone(), closes_idle, timeline.clone()));
        Self { address, exchange, accepting, hang_up, closes_idle, queue: Vec::new(), timeline, _held: None }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on the network treats connections as the case demands. Connections that are open are closed.
    pub(crate) async fn disturb(&mut self, network: &Network) {
        if network.refuses.is_none() && !network.unanswered {
            return;
        }
        self.accepting.abort();
        let _ = (&mut self.accepting).await;
        self.hang_up.send_modify(|count| *count += 1);
        // The client sees the ends of its connections.
        self.timeline.pause(Duration::from_millis(1)).await;
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_reuseaddr(true).expect("the port is used again");
        socket.bind(self.address).expect("the port that was used before");
        if network.unanswered {
            let listener = socket.listen(1).expect("the port that was used before");
            // Two connections fill a queue of one.
            for _ in 0..2 {
                self.queue.push(TcpStream::connect(self.address).await.expect("room in the queue"));
            }
            self._held = Some(self.timeline.hold());
            self.accepting = tokio::spawn(async move {
                let _listener = listener;
                std::future::pending().await
            });
        } else if let Some(failures) = network.refuses {
            let (exchange, hang_up, closes_idle, timeline) =
                (self.exchange.clone(), self.hang_up.clone(), self.closes_idle, self.timeline.clone());
            self.accepting = tokio::spawn(async move {
                timeline.after_failures(failures).await;
                let listener = socket.listen(64).expect("the port that was used before");
                accept(listener, exchange, hang_up, closes_idle, timeline).await;
            });
        }
    }
}

async fn accept(listener: TcpListener, exchange: Exchange, hang_up: watch::Sender<u32>, closes_idle: Option<Duration>, timeline: Timeline) {
    while let Ok((stream, _)) = listener.accept().await {
        // Bytes that are written apart must not wait for each other in real time.
        stream.set_nodelay(true).expect("an option that every system has");
        let (exchange, mut ended, timeline) = (exchange.clone(), hang_up.subscribe(), timeline.clone());
        tokio::spawn(async move {
            tokio::select! {
                () = serve(stream, exchange, closes_idle, timeline) => {}
                _ = ended.changed() => {}
            }
        });
    }
}

async fn serve(mut stream: TcpStream, exchange: Exchange, closes_idle: Option<Duration>, timeline: Timeline) {
    while let Some(request) = read(&mut stream, closes_idle).await {
        let (delay, reply) = exchange.answer(request);
        if !delay.is_zero() {
            let _held = timeline.hold();
            timeline.pause(delay).await;
        }
        match reply {
            Reply::Close => return,
            Reply::Hang => {
                let _held = timeline.hold();
                // Until the client gives up.
                let _ = stream.read(&mut [0; 16]).await;
                return;
            }
            Reply::Bytes { http, body } if http.is_raw => {
                if stream.write_all(&body).await.is_err() || http.torn {
                    return;
                }
            }
            Reply::Bytes { http, body } => {
                let headers: String = http.headers.iter().map(|header| format!("{header}\r\n")).collect();
                let has_type = headers.to_ascii_lowercase().contains("content-type:");
                let kind = if has_type { "" } else { "Content-Type: application/json\r\n" };
                let head = format!("HTTP/1.1 {} .\r\n{kind}{headers}Content-Length: {}\r\n\r\n", http.status, body.len());
                let complete = [head.as_bytes(), &body].concat();
                let at_once = match (http.torn, http.drip) {
                    (true, _) => head.len() + body.len() / 2,
                    (false, Some(_)) => head.len(),
                    (false, None) => complete.len(),
                };
                // A client that has gone away is what some cases are about.
                if stream.write_all(&complete[..at_once]).await.is_err() || http.torn {
                    return;
                }
                if let Some(pause) = http.drip {
                    let _held = timeline.hold();
                    for byte in &body {
                        timeline.pause(pause).await;
                        if stream.write_all(&[*byte]).await.is_err() {
                            return;
                        }
                    }
                }
            }
        }
    }
}

async fn read(stream: &mut TcpStream, closes_idle: Option<Duration>) -> Option<Request> {
    let mut bytes = Vec::new();
    let mut buffer = vec![0; 16_384];
    loop {
        if let Some(request) = Request::parse(&bytes) {
            return Some(request);
        }
        let read = stream.read(&mut buffer);
        let read = match closes_idle.filter(|_| bytes.is_empty()) {
            Some(idle) => timeout(idle, read).await.ok()?,
            None => read.await,
        };
        match read {
            Ok(0) | Err(_) => return None,
            Ok(count) => bytes.extend_from_slice(&buffer[..count]),
        }
    }
}
