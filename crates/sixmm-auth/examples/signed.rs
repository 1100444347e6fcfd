//! Signs a call with the environment's API key, for a mock exchange on this machine:
//! `SIXMM_API_KEY=key SIXMM_API_SECRET=secret cargo run -p sixmm-auth --example signed`.

use sixmm_api::requests;
use std::error::Error;
use std::io::{self, Write};

use httpmock::MockServer;
use sixmm_api::Client;
use sixmm_api::types::{FavoriteSymbols, ServerTime};
use sixmm_auth::{ApiKey, Auth, api_key_from_env};
use sixmm_httpmock::MockServerExt as _;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    signed(api_key_from_env()?, &mut io::stdout().lock()).await
}

/// Asks for the favorites, and prints what went over the wire, but not the signature.
pub(crate) async fn signed(key: ApiKey, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let exchange = MockServer::start_async().await;
    let time = ServerTime::builder().timestamp(1_772_710_377).timestamp_ms(1_772_710_377_808).iso("2026-03-05T11:32:57Z").timezone("UTC");
    let (time, favorites) = (time.build()?, FavoriteSymbols::builder().symbols(vec![String::from("BTCUSDT")]).build()?);
    exchange.server_time(|_, then| drop(then.ok(&time)));
    let mock = exchange.favorite_symbols(|when, then| {
        let signed = when.into_inner().header("x-api-key", key.id()).query_param_exists("timestamp");
        drop(signed.query_param_matches("signature", "^[0-9a-f]{64}$"));
        drop(then.ok(&favorites));
    });

    let plain = Client::builder().base_url(exchange.base_url()).build()?;
    let auth = Auth::builder(&plain).api_key(key).build();
    let answer = auth.client().send(requests::FavoriteSymbols::new()).await?;

    mock.assert_async().await;
    writeln!(out, "GET /v1/private/user/favorite-symbols?timestamp=…&signature=… with X-API-KEY")?;
    writeln!(out, "-> {:?}", answer.into_data()?.symbols)?;
    Ok(())
}
