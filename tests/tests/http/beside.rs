//! The program's own use of reqwest, beside our client.

use sixmm_api::Client;
use venue_test_support::{MockResponse, MockServer};

use super::{PLACED, place_order};

#[tokio::test]
async fn reqwest_without_tls_works_before_there_is_a_client_of_ours() {
    let server = MockServer::responding(MockResponse::json(200, "{}")).await;
    assert_eq!(reqwest::Client::new().get(server.url()).send().await.expect("a response").status(), 200);
}

#[tokio::test]
async fn reqwest_without_tls_works_beside_a_client_of_ours() {
    let server = MockServer::responding(MockResponse::json(200, PLACED)).await;
    let client = Client::builder().base_url(server.url()).build().expect("a client");
    place_order(&client).await.expect("placed");
    assert_eq!(reqwest::get(server.url()).await.expect("a response").status(), 200);
    place_order(&client).await.expect("placed");
}

#[test]
fn no_provider_of_cryptography_is_installed_for_the_process() {
    let roots = sixmm_api::http::Roots::only(super::tls_server::Authority::new().certificates());
    let http = sixmm_api::http::HttpSettings::new().roots(roots);
    Client::builder().base_url("https://localhost:1").http(http).build().expect("a client");
    assert!(rustls::crypto::CryptoProvider::get_default().is_none());
}
