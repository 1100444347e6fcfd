//! Which servers a client trusts, and what it shows them.

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use sixmm_api::http::{Certificate, CertificatePin, HttpSettings, Identity, Roots, TlsVersion};
use sixmm_api::{Client, Delivery};

use super::tls_server::{Authority, Certified, Setup, TlsServer};
use super::{chain, client, place_order};

/// Settings that trust this authority only.
fn trusting(authority: &Authority) -> HttpSettings {
    HttpSettings::new().no_proxy().roots(Roots::only(authority.certificates()))
}

fn pin(certified: &Certified) -> CertificatePin {
    CertificatePin::public_key_of(&certified.certificate()).expect("a certificate")
}

async fn accepts(server: &TlsServer, http: HttpSettings) {
    let before = server.requests();
    place_order(&client(server.url(), http)).await.expect("a connection");
    assert_eq!(server.requests(), before + 1);
}

/// The client does not connect, sends nothing, and gives this reason.
async fn refuses(server: &TlsServer, http: HttpSettings, reason: &str) {
    let before = server.requests();
    let error = place_order(&client(server.url(), http)).await.expect_err("no connection");
    assert!(error.is_connect_error() && !error.is_timeout() && error.delivery() == Delivery::NotSent, "{error:?}");
    assert!(chain(&error).contains(reason), "{}", chain(&error));
    assert_eq!(server.requests(), before, "nothing was sent");
}

fn refused(http: HttpSettings) -> String {
    let error = Client::builder().base_url("https://localhost:1").http(http).build().expect_err("settings that cannot be honoured");
    error.to_string()
}

#[tokio::test]
async fn a_server_of_an_authority_that_is_not_trusted_gets_no_request() {
    let authority = Authority::new();
    let server = TlsServer::of(&authority.server("localhost")).await;
    refuses(&server, trusting(&Authority::new()), "invalid peer certificate: UnknownIssuer").await;
}

#[tokio::test]
async fn a_server_of_the_only_trusted_authority_is_accepted() {
    let authority = Authority::new();
    accepts(&TlsServer::of(&authority.server("localhost")).await, trusting(&authority)).await;
}

#[cfg(not(target_os = "android"))]
#[tokio::test]
async fn an_authority_that_is_added_to_the_platforms_is_trusted() {
    let (authority, other) = (Authority::new(), Authority::new());
    let server = TlsServer::of(&authority.server("localhost")).await;
    let adding = |authority: &Authority| HttpSettings::new().no_proxy().roots(Roots::platform_and(authority.certificates()));
    accepts(&server, adding(&authority)).await;
    refuses(&server, adding(&other), "UnknownIssuer").await;
}

#[tokio::test]
async fn a_certificate_of_another_name_is_refused() {
    let authority = Authority::new();
    let server = TlsServer::of(&authority.server("another.example")).await;
    refuses(&server, trusting(&authority), "certificate not valid for name").await;
}

#[tokio::test]
async fn a_pinned_client_connects_to_the_pinned_key() {
    let authority = Authority::new();
    let certified = authority.server("localhost");
    accepts(&TlsServer::of(&certified).await, trusting(&authority).pins([pin(&certified)])).await;
}

#[tokio::test]
async fn a_pinned_client_never_connects_to_another_valid_certificate() {
    let authority = Authority::new();
    let server = TlsServer::of(&authority.server("localhost")).await;
    let other = pin(&authority.server("localhost"));
    refuses(&server, trusting(&authority).pins([other]), "the server's certificate matches none of the pins").await;
}

#[tokio::test]
async fn any_of_several_pins_is_enough() {
    let authority = Authority::new();
    let certified = authority.server("localhost");
    let pins = [pin(&authority.server("localhost")), pin(&certified)];
    accepts(&TlsServer::of(&certified).await, trusting(&authority).pins(pins)).await;
}

#[tokio::test]
async fn the_pinned_key_of_a_presented_intermediate_does_not_count() {
    let authority = Authority::new();
    let certified = authority.server("localhost");
    let root = CertificateDer::from_pem_slice(authority.pem().as_bytes()).expect("a certificate");
    let server = TlsServer::start(Setup { intermediates: vec![root], ..Setup::of(&certified) }).await;
    let root = CertificatePin::public_key_of(&authority.certificates()[0]).expect("a certificate");
    refuses(&server, trusting(&authority).pins([root]), "matches none of the pins").await;
}

#[tokio::test]
async fn a_pin_does_not_replace_the_check_of_the_certificate() {
    let authority = Authority::new();
    let certified = authority.server("localhost");
    let server = TlsServer::of(&certified).await;
    refuses(&server, trusting(&Authority::new()).pins([pin(&certified)]), "UnknownIssuer").await;
}

#[tokio::test]
async fn the_digest_of_a_complete_certificate_is_a_pin() {
    let authority = Authority::new();
    let certified = authority.server("localhost");
    let server = TlsServer::of(&certified).await;
    let digest = |certified: &Certified| <[u8; 32]>::try_from(sha256(&certified.der())).expect("32 bytes");
    accepts(&server, trusting(&authority).pins([CertificatePin::certificate_sha256(digest(&certified))])).await;
    let other = CertificatePin::certificate_sha256(digest(&authority.server("localhost")));
    refuses(&server, trusting(&authority).pins([other]), "matches none of the pins").await;
}

/// By another library than the client's.
fn sha256(bytes: &[u8]) -> Vec<u8> {
    use sha2::{Digest as _, Sha256};
    Sha256::digest(bytes).to_vec()
}

#[tokio::test]
async fn a_server_that_asks_for_a_certificate_gets_the_clients() {
    let (authority, clients) = (Authority::new(), Authority::new());
    let (certified, bot) = (authority.server("localhost"), clients.client());
    let server = TlsServer::start(Setup { clients_of: Some(&clients), ..Setup::of(&certified) }).await;
    let identity = Identity::from_pem(&bot.certificate_pem, &bot.key_pem).expect("a certificate and its key");
    accepts(&server, trusting(&authority).client_identity(identity)).await;
    assert_eq!(server.client(), Some(bot.der()));
}

#[tokio::test]
async fn a_server_that_asks_for_a_certificate_serves_no_client_without_one() {
    let (authority, clients) = (Authority::new(), Authority::new());
    let certified = authority.server("localhost");
    let server = TlsServer::start(Setup { clients_of: Some(&clients), ..Setup::of(&certified) }).await;
    place_order(&client(server.url(), trusting(&authority))).await.expect_err("no certificate");
    assert_eq!(server.requests(), 0);
}

#[tokio::test]
async fn a_client_of_tls_1_3_refuses_a_server_of_tls_1_2() {
    let authority = Authority::new();
    let certified = authority.server("localhost");
    let old = TlsServer::start(Setup { versions: vec![&rustls::version::TLS12], ..Setup::of(&certified) }).await;
    let new = TlsServer::start(Setup { versions: vec![&rustls::version::TLS13], ..Setup::of(&certified) }).await;
    let at_least_1_3 = || trusting(&authority).min_tls_version(TlsVersion::Tls13);
    refuses(&old, at_least_1_3(), "received fatal alert: ProtocolVersion").await;
    accepts(&new, at_least_1_3()).await;
    accepts(&old, trusting(&authority)).await;
}

#[tokio::test]
async fn settings_pass_through_the_trading_client() {
    let authority = Authority::new();
    let certified = authority.server("localhost");
    let server = TlsServer::of(&certified).await;
    let other = trusting(&authority).pins([pin(&authority.server("localhost"))]);
    let client = |http| sixmm_ext::Client::builder().base_url(server.url()).http(http).build().expect("a client");
    assert!(client(other).market().symbols().send().await.is_err());
    assert_eq!(server.requests(), 0);
}

#[test]
fn settings_that_cannot_be_honoured_are_errors_that_name_the_setting() {
    let (a, b) = (Authority::new().client(), Authority::new().client());
    let mismatch = Identity::from_pem(&a.certificate_pem, &b.key_pem).expect_err("another key").to_string();
    let encrypted = Identity::from_pem(&a.certificate_pem, "-----BEGIN ENCRYPTED PRIVATE KEY-----\n").expect_err("no key").to_string();
    let lines = [
        ("no pins", refused(HttpSettings::new().pins([]))),
        ("no roots", refused(HttpSettings::new().roots(Roots::only([])))),
        ("another key", mismatch),
        ("an encrypted key", encrypted),
        ("no PEM", Certificate::all_from_pem("hunter2").expect_err("no certificate").to_string()),
        ("no certificate", Certificate::from_der(b"hunter2".to_vec()).expect_err("no certificate").to_string()),
    ];
    let text: String = lines.iter().map(|(what, error)| format!("{what}: {error}\n")).collect();
    insta::assert_snapshot!(text);
}

#[test]
fn tls_settings_over_plain_http_are_refused() {
    let bot = Authority::new().client();
    let identity = Identity::from_pem(&bot.certificate_pem, &bot.key_pem).expect("a certificate and its key");
    for http in [
        HttpSettings::new().pins([CertificatePin::certificate_sha256([0; 32])]),
        HttpSettings::new().roots(Roots::only(Authority::new().certificates())),
        HttpSettings::new().client_identity(identity),
        HttpSettings::new().min_tls_version(TlsVersion::Tls13),
    ] {
        let error = Client::builder().base_url("http://127.0.0.1:1").http(http).build().expect_err("no TLS");
        assert!(error.to_string().contains("the base URL is `http://`; use `https://`"), "{error}");
    }
}

#[test]
fn a_private_key_is_not_printed() {
    let bot = Authority::new().client();
    let identity = Identity::from_pem(&bot.certificate_pem, &bot.key_pem).expect("a certificate and its key");
    let printed = format!("{:?}", HttpSettings::new().client_identity(identity));
    assert!(printed.contains("Identity(1 certificates, [redacted])"), "{printed}");
}
