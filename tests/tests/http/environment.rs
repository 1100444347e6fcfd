//! What the environment sets: root certificates and proxies. Each test runs once more, in a process with the environment that it is about.

use std::process::Command;

use sixmm_api::Client;
use sixmm_api::http::{HttpSettings, Roots};
use venue_test_support::{MockResponse, MockServer};

use super::proxy_server::{Kind, ProxyServer};
use super::tls_server::{Authority, TlsServer};
use super::{PLACED, chain, client, place_order};

/// Set in the process that runs the test itself.
const INSIDE: &str = "SIXMM_TESTS_INSIDE";

/// Whether the caller runs in a process with this environment. If not, runs the test of this name in one, and requires that it passes.
fn inside(test: &str, environment: &[(&str, &str)]) -> bool {
    if std::env::var_os(INSIDE).is_some() {
        return true;
    }
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    for name in ["ALL_PROXY", "all_proxy", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "SSL_CERT_DIR", "SSL_CERT_FILE"] {
        command.env_remove(name);
    }
    command.args(["--exact", &format!("environment::{test}"), "--nocapture"]);
    let output = command.env(INSIDE, "1").envs(environment.iter().copied()).output().expect("this program");
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && printed.contains("1 passed"), "{printed}{}", String::from_utf8_lossy(&output.stderr));
    false
}

/// Runs a test to its end, in a process of its own.
fn block_on<T>(test: impl Future<Output = T>) -> T {
    venue_test_support::runtime().block_on(test)
}

#[test]
fn plain_http_to_this_machine_needs_no_root_certificates() {
    if inside("plain_http_to_this_machine_needs_no_root_certificates", &[("SSL_CERT_FILE", "/dev/null")]) {
        block_on(async {
            let server = MockServer::responding(MockResponse::json(200, PLACED)).await;
            let client = Client::builder().base_url(server.url()).build().expect("a client");
            place_order(&client).await.expect("placed");
            sixmm_ext::Client::builder().base_url(server.url()).build().expect("a trading client");
        });
    }
}

#[cfg(target_os = "linux")]
#[test]
fn without_root_certificates_https_is_refused_with_the_remedy() {
    if inside("without_root_certificates_https_is_refused_with_the_remedy", &[("SSL_CERT_FILE", "/dev/null")]) {
        let error = Client::builder().base_url("https://localhost:1").build().expect_err("no roots");
        insta::assert_snapshot!(error, @"TLS: the platform's root certificates cannot be loaded; install them (the package `ca-certificates`), set `SSL_CERT_FILE` or `SSL_CERT_DIR` to a bundle that exists, or give them with `HttpSettings::roots`");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn without_root_certificates_given_ones_are_enough() {
    if inside("without_root_certificates_given_ones_are_enough", &[("SSL_CERT_FILE", "/dev/null")]) {
        block_on(async {
            let authority = Authority::new();
            let server = TlsServer::of(&authority.server("localhost")).await;
            for roots in [Roots::only(authority.certificates()), Roots::platform_and(authority.certificates())] {
                place_order(&client(server.url(), HttpSettings::new().roots(roots))).await.expect("placed");
            }
        });
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_authority_of_the_platform_is_not_trusted_if_only_others_are() {
    // The process inside makes the authority's key itself, so that it has to start one more.
    if std::env::var_os("SIXMM_TESTS_AUTHORITY").is_none() {
        let path = std::env::temp_dir().join(format!("sixmm-tests-{}.pem", std::process::id()));
        let (authority, other) = (Authority::new(), Authority::new());
        std::fs::write(&path, authority.pem()).expect("written");
        block_on(async {
            let server = TlsServer::of(&authority.server("localhost")).await;
            let environment = [
                ("SSL_CERT_FILE", path.to_str().expect("a path")),
                ("SIXMM_TESTS_AUTHORITY", &other.pem()),
                ("SIXMM_TESTS_SERVER", &server.url()),
            ];
            let environment = environment.map(|(name, value)| (name, value.to_owned()));
            let outcome = tokio::task::spawn_blocking(move || {
                let environment: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
                inside("an_authority_of_the_platform_is_not_trusted_if_only_others_are", &environment)
            });
            assert!(!outcome.await.expect("the test inside passes"));
            assert_eq!(server.requests(), 1, "only from the client that trusts the platform");
        });
        std::fs::remove_file(&path).expect("removed");
        return;
    }
    let variable = |name| std::env::var(name).expect("set by the process outside");
    let other = sixmm_api::http::Certificate::all_from_pem(variable("SIXMM_TESTS_AUTHORITY")).expect("a certificate");
    let url = variable("SIXMM_TESTS_SERVER");
    block_on(async {
        place_order(&client(&url, HttpSettings::new())).await.expect("trusted by the platform");
        let error = place_order(&client(&url, HttpSettings::new().roots(Roots::only(other)))).await.expect_err("not trusted");
        assert!(chain(&error).contains("UnknownIssuer"), "{}", chain(&error));
    });
}

#[test]
fn a_socks_proxy_of_the_environment_is_used() {
    if std::env::var_os("ALL_PROXY").is_none() || std::env::var_os(INSIDE).is_none() {
        block_on(async {
            let proxy = ProxyServer::start(Kind::Socks5).await;
            let url = format!("socks5://127.0.0.1:{}", proxy.port());
            let outcome = tokio::task::spawn_blocking(move || inside("a_socks_proxy_of_the_environment_is_used", &[("ALL_PROXY", &url)]));
            assert!(!outcome.await.expect("the test inside passes"));
            assert_eq!(proxy.asked().len(), 1, "asked once, by the client that does not ignore it");
        });
        return;
    }
    block_on(async {
        let authority = Authority::new();
        let server = TlsServer::of(&authority.server("localhost")).await;
        let http = || HttpSettings::new().roots(Roots::only(authority.certificates()));
        place_order(&client(server.url(), http())).await.expect("placed through the proxy");
        place_order(&client(server.url(), http().no_proxy())).await.expect("placed directly");
        assert_eq!(server.requests(), 2);
    });
}

#[test]
fn a_proxy_of_the_environment_that_is_not_built_in_is_named() {
    let environment = [("ALL_PROXY", "socks4://user:hunter2@127.0.0.1:1")];
    if inside("a_proxy_of_the_environment_that_is_not_built_in_is_named", &environment) {
        let roots = || HttpSettings::new().roots(Roots::only(Authority::new().certificates()));
        let error = Client::builder().base_url("https://localhost:1").http(roots()).build().expect_err("not built in");
        insta::assert_snapshot!(error, @"proxy: `socks4://` is not built in; use `http://`, `https://` or `socks5://` (`HTTPS_PROXY` or `ALL_PROXY` of the environment; `no_proxy` ignores them)");
        assert!(Client::builder().base_url("https://localhost:1").http(roots().no_proxy()).build().is_ok());
    }
}

#[test]
fn a_proxy_of_the_environment_does_not_see_what_goes_to_this_machine() {
    if inside("a_proxy_of_the_environment_does_not_see_what_goes_to_this_machine", &[("ALL_PROXY", "http://127.0.0.1:1")]) {
        block_on(async {
            let server = MockServer::responding(MockResponse::json(200, PLACED)).await;
            place_order(&client(server.url(), HttpSettings::new())).await.expect("placed without the proxy");
        });
    }
}
