//! Connections over real sockets, with the connector of `venue-core`: TLS, a proxy, and the checks of the URL.

#[path = "support/mod.rs"]
mod support;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_websockets::{Message, ServerBuilder};
use venue_core::http::{Certificate, HttpSettings, Proxy, Roots};
use venue_stream::{Buffering, Settings, StreamConnection, Subscription, TopicSettings};
use venue_test_support::runtime;

use support::{Lines, print_event};

/// Serves one WebSocket: accepts each subscription, and sends a message of its topic.
async fn serve<S: AsyncRead + AsyncWrite + Unpin>(stream: S) {
    let Ok((_, mut stream)) = ServerBuilder::new().accept(stream).await else { return };
    while let Some(Ok(message)) = stream.next().await {
        let Some(text) = message.as_text() else { continue };
        let mut parts = text.split(' ');
        if let (Some("sub"), Some(id), Some(topic)) = (parts.next(), parts.next(), parts.next()) {
            for text in [format!("ok {id}"), format!("{topic} 1")] {
                stream.send(Message::text(text)).await.expect("connected");
            }
        }
    }
}

async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
    let address = listener.local_addr().expect("the address that was bound");
    (listener, address)
}

async fn start_plain() -> SocketAddr {
    let (listener, address) = listen().await;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream));
        }
    });
    address
}

/// Starts a server with a certificate for `localhost`. Returns the certificate of its authority, too.
async fn start_tls() -> (SocketAddr, Vec<Certificate>) {
    let mut params = CertificateParams::new(Vec::new()).expect("no names");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, "authority of a test");
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("signed");
    let key = KeyPair::generate().expect("a key");
    let params = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
    let certificate = params.signed_by(&key, &authority).expect("signed");
    let chain = vec![CertificateDer::from_pem_slice(certificate.pem().as_bytes()).expect("a certificate")];
    let key = PrivateKeyDer::from_pem_slice(key.serialize_pem().as_bytes()).expect("a key");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .expect("a certificate");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let (listener, address) = listen().await;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                if let Ok(stream) = acceptor.accept(stream).await {
                    serve(stream).await;
                }
            });
        }
    });
    (address, Certificate::all_from_pem(authority.pem()).expect("a certificate"))
}

/// Starts an HTTP proxy that opens tunnels. The first line of each request is sent to the channel.
async fn start_proxy() -> (SocketAddr, tokio::sync::mpsc::UnboundedReceiver<String>) {
    let (listener, address) = listen().await;
    let (sender, requests) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                request.push(client.read_u8().await.expect("a request"));
            }
            let request = String::from_utf8(request).expect("ASCII");
            let line = request.lines().next().expect("a line").to_owned();
            let port: u16 = line.split([' ', ':']).nth(2).and_then(|port| port.parse().ok()).expect("a port");
            sender.send(line).expect("the test reads it");
            client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.expect("connected");
            tokio::spawn(async move {
                let mut server = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.expect("a server");
                let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
            });
        }
    });
    (address, requests)
}

fn subscribe(url: String, http: HttpSettings) -> Subscription {
    let connection = StreamConnection::builder(Lines::default(), url).settings(Settings::new()).http(http).build();
    connection.expect("valid settings").subscribe("a", TopicSettings::new(), Buffering::bounded(10))
}

async fn read(subscription: &mut Subscription, count: usize) -> Vec<String> {
    let events = subscription.take(count).map(|event| print_event(&event));
    events.collect().await
}

const SUBSCRIBED: [&str; 3] = ["connected 1", "subscribed", "update a 1"];

#[test]
fn a_server_of_this_machine_needs_no_tls() {
    runtime().block_on(async {
        let address = start_plain().await;
        let mut a = subscribe(format!("ws://{address}/ws"), HttpSettings::new());
        assert_eq!(read(&mut a, 3).await, SUBSCRIBED);
    });
}

#[test]
fn threads_can_subscribe_while_the_connection_is_used() {
    runtime().block_on(async {
        let address = start_plain().await;
        let settings = Settings::new().request_interval(Duration::from_micros(10));
        let builder = StreamConnection::builder(Lines::default(), format!("ws://{address}/ws")).settings(settings);
        let connection = builder.build().expect("valid settings");
        let threads: Vec<_> = (0..4)
            .map(|thread| {
                let connection = connection.clone();
                tokio::task::spawn_blocking(move || {
                    for number in 0..500 {
                        let topic = format!("topic{}", (thread + number) % 3);
                        let subscription = connection.subscribe(&topic, TopicSettings::new(), Buffering::Conflate);
                        subscription.resync("a test");
                        assert_eq!(subscription.topic(), topic);
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.await.expect("no panic");
        }
        let mut a = connection.subscribe("a", TopicSettings::new(), Buffering::bounded(10));
        let mut events = Vec::new();
        while events.last().is_none_or(|event| event != "update a 1") {
            events.extend(read(&mut a, 1).await);
        }
    });
}

#[test]
fn the_certificate_of_the_server_is_verified() {
    runtime().block_on(async {
        let (address, authority) = start_tls().await;
        let url = format!("wss://localhost:{}/ws", address.port());
        let mut trusting = subscribe(url.clone(), HttpSettings::new().no_proxy().roots(Roots::only(authority)));
        assert_eq!(read(&mut trusting, 3).await, SUBSCRIBED);
        let (_, other) = start_tls().await;
        let mut distrusting = subscribe(url, HttpSettings::new().no_proxy().roots(Roots::only(other)));
        let event = read(&mut distrusting, 1).await.remove(0);
        assert!(event.starts_with("disconnected: connecting failed: invalid peer certificate"), "{event}");
    });
}

#[test]
fn the_connection_uses_the_proxy() {
    runtime().block_on(async {
        let (address, authority) = start_tls().await;
        let (proxy, mut requests) = start_proxy().await;
        let proxy = Proxy::new(&format!("http://{proxy}")).expect("a proxy");
        let http = HttpSettings::new().roots(Roots::only(authority)).proxy(proxy);
        let mut a = subscribe(format!("wss://localhost:{}/ws", address.port()), http);
        assert_eq!(read(&mut a, 3).await, SUBSCRIBED);
        assert_eq!(requests.recv().await, Some(format!("CONNECT localhost:{} HTTP/1.1", address.port())));
    });
}

#[test]
fn a_server_that_does_not_listen_is_reported() {
    runtime().block_on(async {
        let address = venue_test_support::closed_port().await;
        let mut a = subscribe(format!("ws://{address}/ws"), HttpSettings::new());
        let event = read(&mut a, 1).await.remove(0);
        assert!(event.starts_with("disconnected: connecting failed: ") && event.contains("refused"), "{event}");
    });
}

#[test]
fn invalid_urls_are_rejected_by_the_builder() {
    let check = |url: &str, problem: &str| {
        let error = StreamConnection::builder(Lines::default(), url).build().expect_err("an invalid URL").to_string();
        assert!(error.contains(problem), "{url}: {error}");
        assert!(!error.contains("s3cret"), "{error}");
    };
    runtime().block_on(async {
        check("https://exchange.invalid", "has to begin with `wss://`");
        check("ws://exchange.invalid/ws", "to another machine would send orders and credentials in the clear");
        check("wss://exchange.invalid/ws?listenKey=s3cret", "must not have a query");
        check("wss://user:s3cret@exchange.invalid/ws", "must not contain credentials");
        check("wss://", "not a URL");
    });
    check("ws://127.0.0.1/ws", "no tokio runtime");
}

#[test]
fn plain_connections_to_another_machine_have_to_be_allowed() {
    runtime().block_on(async {
        let builder = StreamConnection::builder(Lines::default(), "ws://exchange.invalid/ws");
        builder.dangerously_allow_plain().build().expect("allowed");
    });
}
