//! The usual hand-written client: serde writes the query, `format!` the URL, and reqwest's builder makes the request. Only the key is
//! prepared.

use reqwest::Request;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use sixmm_api::UnixMillis;
use venue_runtime::HmacKey;

use super::{BASE_URL, HISTORY, HistoryQuery, JSON, KEY_HEADER, Outcome, PLACE, REQUEST_ID, REQUEST_ID_HEADER, key_header, now, secret};
use crate::new_order::NewOrder;

/// The usual hand-written client.
#[derive(Debug)]
pub struct ByHand {
    http: reqwest::Client,
    base_url: String,
    key: HeaderValue,
    secret: HmacKey,
}

impl ByHand {
    /// A client that never connects.
    ///
    /// # Errors
    ///
    /// If the HTTP client cannot be built.
    pub fn new() -> Outcome<Self> {
        let http = reqwest::Client::builder().no_proxy().build()?;
        Ok(Self { http, base_url: BASE_URL.to_owned(), key: key_header(), secret: secret() })
    }

    /// Prepares the query for past orders `count` times.
    ///
    /// # Errors
    ///
    /// If the request cannot be built.
    pub fn order_history(&self, count: u32) -> Outcome<()> {
        for _ in 0..count {
            std::hint::black_box(self.request_order_history(now())?);
        }
        Ok(())
    }

    /// Prepares an order `count` times.
    ///
    /// # Errors
    ///
    /// If the request cannot be built.
    pub fn place_order(&self, count: u32) -> Outcome<()> {
        for _ in 0..count {
            std::hint::black_box(self.request_place_order(now())?);
        }
        Ok(())
    }

    pub(super) fn request_order_history(&self, timestamp: UnixMillis) -> Outcome<Request> {
        let query = serde_urlencoded::to_string(HistoryQuery::at(timestamp))?;
        let signature = self.secret.sign(&[query.as_bytes()]);
        let url = format!("{}{HISTORY}?{query}&signature={}", self.base_url, signature.as_str());
        let request = self.http.get(url).header(ACCEPT, JSON).header(REQUEST_ID_HEADER, REQUEST_ID);
        Ok(request.header(KEY_HEADER, self.key.clone()).build()?)
    }

    pub(super) fn request_place_order(&self, timestamp: UnixMillis) -> Outcome<Request> {
        let body = serde_json::to_vec(&NewOrder::example())?;
        let query = format!("timestamp={}", timestamp.as_millis());
        let signature = self.secret.sign(&[query.as_bytes(), &body]);
        let url = format!("{}{PLACE}?{query}&signature={}", self.base_url, signature.as_str());
        let request = self.http.post(url).header(ACCEPT, JSON).header(CONTENT_TYPE, JSON).header(REQUEST_ID_HEADER, REQUEST_ID);
        Ok(request.header(KEY_HEADER, self.key.clone()).body(body).build()?)
    }
}
