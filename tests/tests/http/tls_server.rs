//! Certificate authorities, and HTTPS servers on this machine.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair};
use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use sixmm_api::http::Certificate;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::PLACED;

/// A certificate authority.
pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate with its private key.
pub(crate) struct Certified {
    pub(crate) certificate_pem: String,
    pub(crate) key_pem: String,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("no names");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        // Authorities of one name would be taken for one another.
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        params.distinguished_name.push(DnType::CommonName, format!("authority {}", COUNT.fetch_add(1, Ordering::SeqCst)));
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("signed"))
    }

    pub(crate) fn pem(&self) -> String {
        self.0.pem()
    }

    pub(crate) fn certificates(&self) -> Vec<Certificate> {
        Certificate::all_from_pem(self.pem()).expect("a certificate")
    }

    /// A certificate of a server with this name.
    pub(crate) fn server(&self, name: &str) -> Certified {
        self.issue(&[name], ExtendedKeyUsagePurpose::ServerAuth)
    }

    pub(crate) fn client(&self) -> Certified {
        self.issue(&["bot.example"], ExtendedKeyUsagePurpose::ClientAuth)
    }

    fn issue(&self, names: &[&str], usage: ExtendedKeyUsagePurpose) -> Certified {
        let mut params = CertificateParams::new(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).expect("names");
        params.extended_key_usages.push(usage);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.0).expect("signed");
        Certified { certificate_pem: certificate.pem(), key_pem: key.serialize_pem() }
    }
}

impl Certified {
    pub(crate) fn certificate(&self) -> Certificate {
        Certificate::all_from_pem(&self.certificate_pem).expect("a certificate").remove(0)
    }

    pub(crate) fn der(&self) -> CertificateDer<'static> {
        CertificateDer::from_pem_slice(self.certificate_pem.as_bytes()).expect("a certificate")
    }

    fn key(&self) -> PrivateKeyDer<'static> {
        PrivateKeyDer::from_pem_slice(self.key_pem.as_bytes()).expect("a key")
    }
}

/// An HTTPS server that reports success to every request.
pub(crate) struct TlsServer {
    address: SocketAddr,
    seen: Arc<Seen>,
}

#[derive(Default)]
struct Seen {
    requests: Mutex<Vec<String>>,
    client: Mutex<Option<CertificateDer<'static>>>,
}

/// What a server is made of.
pub(crate) struct Setup<'a> {
    pub(crate) certified: &'a Certified,
    /// Presented after the server's own certificate.
    pub(crate) intermediates: Vec<CertificateDer<'static>>,
    pub(crate) versions: Vec<&'static rustls::SupportedProtocolVersion>,
    /// The authority of the certificate that a client must present.
    pub(crate) clients_of: Option<&'a Authority>,
    /// The headers and the body of the response to a request.
    pub(crate) respond: fn(&str) -> (String, String),
}

impl<'a> Setup<'a> {
    pub(crate) fn of(certified: &'a Certified) -> Self {
        Self { certified, intermediates: Vec::new(), versions: rustls::ALL_VERSIONS.to_vec(), clients_of: None, respond: placed }
    }

    pub(crate) fn acceptor(self) -> TlsAcceptor {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(Arc::clone(&provider));
        let config = config.with_protocol_versions(&self.versions).expect("versions");
        let config = match self.clients_of {
            None => config.with_no_client_auth(),
            Some(authority) => {
                let mut roots = RootCertStore::empty();
                roots.add(CertificateDer::from_pem_slice(authority.pem().as_bytes()).expect("a certificate")).expect("a root");
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().expect("a root");
                config.with_client_cert_verifier(verifier)
            }
        };
        let chain = std::iter::once(self.certified.der()).chain(self.intermediates).collect();
        TlsAcceptor::from(Arc::new(config.with_single_cert(chain, self.certified.key()).expect("a certificate and its key")))
    }
}

impl TlsServer {
    pub(crate) async fn of(certified: &Certified) -> Self {
        Self::start(Setup::of(certified)).await
    }

    pub(crate) async fn start(setup: Setup<'_>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port on this machine");
        let address = listener.local_addr().expect("an address");
        let seen = Arc::new(Seen::default());
        let (respond, acceptor, shared) = (setup.respond, setup.acceptor(), Arc::clone(&seen));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, seen) = (acceptor.clone(), Arc::clone(&shared));
                tokio::spawn(async move {
                    // A client that gives the handshake up is what is tested.
                    if let Ok(stream) = acceptor.accept(stream).await {
                        serve(stream, &seen, respond).await;
                    }
                });
            }
        });
        Self { address, seen }
    }

    pub(crate) fn url(&self) -> String {
        format!("https://localhost:{}", self.address.port())
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// How many requests came.
    pub(crate) fn requests(&self) -> usize {
        self.received().len()
    }

    /// The requests, as text.
    pub(crate) fn received(&self) -> Vec<String> {
        self.seen.requests.lock().expect("not poisoned").clone()
    }

    /// The certificate that the last client presented.
    pub(crate) fn client(&self) -> Option<CertificateDer<'static>> {
        self.seen.client.lock().expect("not poisoned").clone()
    }
}

/// Reports that an order was placed.
fn placed(_: &str) -> (String, String) {
    (String::new(), PLACED.to_owned())
}

async fn serve(mut stream: TlsStream<TcpStream>, seen: &Seen, respond: fn(&str) -> (String, String)) {
    let presented =
        stream.get_ref().1.peer_certificates().and_then(|chain| chain.first()).map(|certificate| certificate.clone().into_owned());
    *seen.client.lock().expect("not poisoned") = presented;
    let mut request = Vec::new();
    while let Ok(byte) = stream.read_u8().await {
        request.push(byte);
        if !request.ends_with(b"\r\n\r\n") {
            continue;
        }
        let head = String::from_utf8_lossy(&request).into_owned();
        let length =
            head.lines().find_map(|line| line.strip_prefix("content-length: ")).map_or(0, |length| length.parse().expect("a length"));
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await.expect("a body");
        let text = head + &String::from_utf8_lossy(&body);
        let (headers, body) = respond(&text);
        seen.requests.lock().expect("not poisoned").push(text);
        let head = format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n{headers}\r\n", body.len());
        // A client that has gone away is that test's business.
        let _ = stream.write_all((head + &body).as_bytes()).await;
        request.clear();
    }
}
