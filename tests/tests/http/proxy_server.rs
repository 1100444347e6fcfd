//! Proxies on this machine: by `CONNECT`, with and without TLS, and SOCKS 5.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// Which protocol a proxy speaks.
#[derive(Clone)]
pub(crate) enum Kind {
    Connect,
    ConnectOverTls(TlsAcceptor),
    Socks5,
}

/// A proxy that leads everywhere on this machine, and keeps what it was asked for.
#[derive(Clone)]
pub(crate) struct ProxyServer {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl ProxyServer {
    pub(crate) async fn start(kind: Kind) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port on this machine");
        let proxy = Self { address: listener.local_addr().expect("an address"), asked: Arc::default() };
        let shared = proxy.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(shared.clone().serve(kind.clone(), stream));
            }
        });
        proxy
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// What it was asked for: destinations and credentials.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("not poisoned").clone()
    }

    fn note(&self, asked: String) {
        self.asked.lock().expect("not poisoned").push(asked);
    }

    async fn serve(self, kind: Kind, stream: TcpStream) {
        match kind {
            Kind::Connect => self.connect(stream).await,
            Kind::ConnectOverTls(acceptor) => match acceptor.accept(stream).await {
                Ok(stream) => self.connect(stream).await,
                Err(error) => self.note(format!("no handshake: {error}")),
            },
            Kind::Socks5 => self.socks5(stream).await,
        }
    }

    async fn connect(self, mut stream: impl AsyncRead + AsyncWrite + Unpin) {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            match stream.read_u8().await {
                Ok(byte) => head.push(byte),
                Err(_) => return,
            }
        }
        let head = String::from_utf8_lossy(&head).into_owned();
        let destination = head.split(' ').nth(1).unwrap_or_default().to_owned();
        let auth = head.lines().find_map(|line| line.strip_prefix("Proxy-Authorization: ")).unwrap_or("no credentials");
        self.note(format!("{destination}, {auth}"));
        let mut server = open(&destination).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.expect("a client that waits");
        let _ = copy_bidirectional(&mut stream, &mut server).await;
    }

    /// RFC 1928 and RFC 1929, as far as a client needs them that gives a name and a password.
    async fn socks5(self, mut stream: TcpStream) {
        let mut greeting = [0; 2];
        stream.read_exact(&mut greeting).await.expect("a greeting");
        let mut methods = vec![0; greeting[1].into()];
        stream.read_exact(&mut methods).await.expect("methods");
        let with_password = methods.contains(&2);
        stream.write_all(&[5, if with_password { 2 } else { 0 }]).await.expect("a client that waits");
        let mut credentials = String::from("no credentials");
        if with_password {
            assert_eq!(stream.read_u8().await.expect("a version"), 1);
            let user = read_text(&mut stream).await;
            credentials = format!("{user}:{}", read_text(&mut stream).await);
            stream.write_all(&[1, 0]).await.expect("a client that waits");
        }
        let mut request = [0; 4];
        stream.read_exact(&mut request).await.expect("a request");
        assert_eq!(request, [5, 1, 0, 3], "a connection to a name that the proxy resolves");
        let host = read_text(&mut stream).await;
        let destination = format!("{host}:{}", stream.read_u16().await.expect("a port"));
        self.note(format!("{destination}, {credentials}"));
        let mut server = open(&destination).await;
        stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await.expect("a client that waits");
        let _ = copy_bidirectional(&mut stream, &mut server).await;
    }
}

async fn read_text(stream: &mut TcpStream) -> String {
    let mut text = vec![0; stream.read_u8().await.expect("a length").into()];
    stream.read_exact(&mut text).await.expect("a text");
    String::from_utf8(text).expect("UTF-8")
}

async fn open(destination: &str) -> TcpStream {
    let (_, port) = destination.rsplit_once(':').expect("a port");
    TcpStream::connect(("127.0.0.1", port.parse().expect("a port"))).await.expect("a server on this machine")
}
