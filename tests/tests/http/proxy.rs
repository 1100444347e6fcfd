//! Through a proxy, or around it.

use sixmm_api::http::{CertificatePin, HttpSettings, Proxy, Roots};
use sixmm_api::{Client, Delivery};
use venue_test_support::closed_port;

use super::proxy_server::{Kind, ProxyServer};
use super::tls_server::{Authority, Setup, TlsServer};
use super::{chain, client, place_order};

fn through(url: &str, authority: &Authority) -> HttpSettings {
    HttpSettings::new().roots(Roots::only(authority.certificates())).proxy(Proxy::new(url).expect("a proxy"))
}

#[tokio::test]
async fn an_http_proxy_is_asked_for_a_tunnel_with_its_credentials() {
    let authority = Authority::new();
    let server = TlsServer::of(&authority.server("localhost")).await;
    let proxy = ProxyServer::start(Kind::Connect).await;
    let http = through(&format!("http://user:hunter2@localhost:{}", proxy.port()), &authority);
    place_order(&client(server.url(), http)).await.expect("placed");
    // `user:hunter2` in base64.
    assert_eq!(proxy.asked(), [format!("localhost:{}, Basic dXNlcjpodW50ZXIy", server.port())]);
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn a_socks_proxy_resolves_the_name_of_the_exchange() {
    let authority = Authority::new();
    let server = TlsServer::of(&authority.server("localhost")).await;
    let proxy = ProxyServer::start(Kind::Socks5).await;
    for (url, credentials) in [("socks5://localhost", "no credentials"), ("socks5h://user:hunter2@localhost", "user:hunter2")] {
        place_order(&client(server.url(), through(&format!("{url}:{}", proxy.port()), &authority))).await.expect("placed");
        assert_eq!(proxy.asked().last(), Some(&format!("localhost:{}, {credentials}", server.port())));
    }
    assert_eq!(server.requests(), 2);
}

#[tokio::test]
async fn the_pins_are_the_exchanges_and_not_the_proxys() {
    let authority = Authority::new();
    let (certified, of_proxy) = (authority.server("localhost"), authority.server("localhost"));
    let server = TlsServer::of(&certified).await;
    let proxy = ProxyServer::start(Kind::ConnectOverTls(Setup::of(&of_proxy).acceptor())).await;
    let url = format!("https://localhost:{}", proxy.port());
    let pinned = |certified: &super::tls_server::Certified| {
        through(&url, &authority).pins([CertificatePin::public_key_of(&certified.certificate()).expect("a certificate")])
    };
    place_order(&client(server.url(), pinned(&certified))).await.expect("placed");
    let error = place_order(&client(server.url(), pinned(&of_proxy))).await.expect_err("another key");
    assert!(chain(&error).contains("matches none of the pins"), "{}", chain(&error));
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn an_order_for_which_there_is_no_proxy_was_not_sent() {
    let address = closed_port().await;
    let authority = Authority::new();
    for scheme in ["http", "https", "socks5"] {
        let client = client("https://exchange.invalid", through(&format!("{scheme}://{address}"), &authority));
        let error = place_order(&client).await.expect_err("no proxy");
        assert_eq!((error.delivery(), error.is_connect_error()), (Delivery::NotSent, true), "{error}");
    }
}

#[test]
fn a_proxy_that_is_not_built_in_is_named_without_its_password() {
    for url in ["socks4://user:hunter2@localhost", "ftp://user:hunter2@localhost", "", "http://"] {
        let error = Proxy::new(url).expect_err("not a proxy").to_string();
        assert!(error.starts_with("proxy: ") && error.contains("socks5://") && !error.contains("hunter2"), "{error}");
    }
}

#[test]
fn a_proxy_is_printed_without_its_password() {
    let proxy = Proxy::new("socks5://user:hunter2@localhost:9050").expect("a proxy");
    assert_eq!(format!("{proxy:?}"), "Proxy(socks5://localhost:9050/)");
}

#[test]
fn a_proxy_in_front_of_plain_http_is_refused() {
    let http = HttpSettings::new().proxy(Proxy::new("http://localhost:3128").expect("a proxy"));
    let error = Client::builder().base_url("http://127.0.0.1:1").http(http).build().expect_err("a proxy could read it");
    insta::assert_snapshot!(error, @"proxy: a proxy could read credentials that are sent over `http://`; use `https://` or `no_proxy`");
}
