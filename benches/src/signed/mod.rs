//! The preparation of a signed request in three ways. URL, headers and body are the same, except for the timestamp and the signature.

mod by_hand;
mod generated;
mod tuned;

use std::error::Error;

use reqwest::header::{HeaderName, HeaderValue};
use serde::Serialize;
use sixmm_api::UnixMillis;
use venue_runtime::HmacKey;

use crate::new_order::{NewOrder, SYMBOL};
pub use by_hand::ByHand;
pub use generated::Generated;
pub use tuned::Tuned;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// The base URL, to which no request is sent. It is not `https://`, because the client is built without TLS.
const BASE_URL: &str = "http://127.0.0.1:8080";
const HISTORY: &str = "/v1/private/order/history";
const PLACE: &str = "/v1/private/order/place";
const KEY: &str = "bench-6f0e9c1b7a3d4f58";
const SECRET: &str = "9f1c2e7ab04d4c55a8e1d7f36b20c94e";
const REQUEST_ID: &str = "bench-1772710377808-001";
const START: UnixMillis = UnixMillis::new(1_780_473_240_000);
const END: UnixMillis = UnixMillis::new(1_780_503_240_000);
const PAGE: i64 = 1;
const PAGE_SIZE: i64 = 100;

const KEY_HEADER: HeaderName = HeaderName::from_static("x-api-key");
const REQUEST_ID_HEADER: HeaderName = HeaderName::from_static("x-request-id");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// The signing of the same texts that the requests sign. Its cost is the same for all clients and is subtracted from their figures.
#[derive(Debug)]
pub struct Signing {
    secret: HmacKey,
    query: String,
    body: Vec<u8>,
}

impl Signing {
    /// The signed text of the query for past orders.
    ///
    /// # Errors
    ///
    /// If the query cannot be written.
    pub fn order_history() -> Outcome<Self> {
        let query = serde_urlencoded::to_string(HistoryQuery::at(END))?;
        Ok(Self { secret: secret(), query, body: Vec::new() })
    }

    /// The signed text of the order.
    ///
    /// # Errors
    ///
    /// If the order cannot be written.
    pub fn place_order() -> Outcome<Self> {
        let query = format!("timestamp={}", END.as_millis());
        Ok(Self { secret: secret(), query, body: serde_json::to_vec(&NewOrder::example())? })
    }

    /// Signs `count` times.
    pub fn sign(&self, count: u32) {
        for _ in 0..count {
            std::hint::black_box(self.secret.sign(&[self.query.as_bytes(), &self.body]));
        }
    }
}

fn secret() -> HmacKey {
    HmacKey::new(SECRET.as_bytes())
}

fn key_header() -> HeaderValue {
    let mut header = HeaderValue::from_static(KEY);
    header.set_sensitive(true);
    header
}

/// The time of this machine. The generated client does more work: it estimates the server's time and makes each timestamp distinct.
fn now() -> UnixMillis {
    UnixMillis::from(std::time::SystemTime::now())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HistoryQuery<'a> {
    symbol: &'a str,
    start_time: UnixMillis,
    end_time: UnixMillis,
    page: i64,
    page_size: i64,
    timestamp: UnixMillis,
}

impl HistoryQuery<'_> {
    fn at(timestamp: UnixMillis) -> Self {
        Self { symbol: SYMBOL, start_time: START, end_time: END, page: PAGE, page_size: PAGE_SIZE, timestamp }
    }
}

#[cfg(test)]
mod tests {
    use reqwest::{Body, Request};

    use super::*;

    fn by_hand() -> ByHand {
        ByHand::new().expect("a client")
    }

    fn timestamp(request: &Request) -> UnixMillis {
        let (_, timestamp) = request.url().query_pairs().find(|(name, _)| name == "timestamp").expect("signed");
        UnixMillis::new(timestamp.parse().expect("a number"))
    }

    /// The headers in alphabetical order, because their order on the wire has no meaning.
    fn shown(request: &Request) -> String {
        let mut headers =
            request.headers().iter().map(|(name, value)| format!("{name}: {}", value.to_str().expect("text"))).collect::<Vec<_>>();
        headers.sort_unstable();
        let body = request.body().and_then(Body::as_bytes).unwrap_or_default();
        format!("{} {}\n{}\n\n{}", request.method(), request.url(), headers.join("\n"), String::from_utf8_lossy(body))
    }

    #[test]
    fn all_ways_prepare_the_same_request() {
        let (by_hand, tuned) = (by_hand(), Tuned::new().expect("two URLs"));
        let ours = Generated::capture(Generated::order_history).expect("prepared");
        let at = timestamp(&ours);
        assert!(shown(&ours).contains("x-api-key: bench-"), "{}", shown(&ours));
        assert_eq!(shown(&by_hand.request_order_history(at).expect("prepared")), shown(&ours));
        assert_eq!(shown(&tuned.request_order_history(at).expect("prepared")), shown(&ours));
        let ours = Generated::capture(Generated::place_order).expect("prepared");
        let at = timestamp(&ours);
        assert!(shown(&ours).contains("makerOnly"), "{}", shown(&ours));
        assert_eq!(shown(&by_hand.request_place_order(at).expect("prepared")), shown(&ours));
        assert_eq!(shown(&tuned.request_place_order(at).expect("prepared")), shown(&ours));
    }

    #[test]
    fn the_bench_of_signing_uses_texts_of_the_same_length() {
        let by_hand = by_hand();
        let check = |signing: &Signing, request: &Request| {
            let signed = request.url().query().and_then(|query| query.split("&signature=").next()).expect("a query");
            let body = request.body().and_then(Body::as_bytes).unwrap_or_default();
            assert_eq!((signing.query.len(), &*signing.body), (signed.len(), body));
        };
        check(&Signing::order_history().expect("text"), &by_hand.request_order_history(now()).expect("prepared"));
        check(&Signing::place_order().expect("text"), &by_hand.request_place_order(now()).expect("prepared"));
    }
}
