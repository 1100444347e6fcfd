//! Responses that are not spelled as the documentation spells them, or of which a part cannot be read.

mod envelope;
mod lists;
mod rows;
mod spelling;

use sixmm_api::{Client, Error, Response};
use sixmm_tests::client_of;
use venue_test_support::{MockResponse, MockServer};

/// A call that is answered with this body and HTTP 200.
async fn answered<T>(body: impl AsRef<[u8]>, call: impl AsyncFnOnce(&Client) -> Result<Response<T>, Error>) -> Result<Response<T>, Error> {
    let server = MockServer::responding(MockResponse::of_type(200, "application/json", body)).await;
    call(&client_of(&server)).await
}

/// The envelope of a success around this data.
fn success(data: &str) -> String {
    format!(r#"{{"code":0,"message":"success","data":{data},"requestId":"req-12345678"}}"#)
}

/// A position with every documented field, in the documented spelling.
const POSITION: &str = r#"{"symbol":"BTCUSDT","marginMode":"CROSS","positionSide":"LONG","leverage":20,"quantity":"0.10","entryPrice":"85000.10",
    "breakEvenPrice":"85010.5","liqPrice":"60000","marginRatio":"0.05","unrealizedPnl":"-1.25","roe":"0.333","nextFundingFee":"0.01",
    "fundingFeeAccum":"0.5","tpPrice":"90000","slPrice":"80000"}"#;

/// The position of another contract, with this JSON in the place of a field's value.
fn position_with(field: &str, json: &str) -> String {
    let start = POSITION.find(&format!("\"{field}\":")).expect("a field of a position") + field.len() + 3;
    let length = POSITION[start..].find([',', '}']).expect("another field or the end");
    format!("{}{json}{}", &POSITION[..start], &POSITION[start + length..]).replace("BTCUSDT", "ETHUSDT")
}
