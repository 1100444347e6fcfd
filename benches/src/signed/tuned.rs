//! The optimised hand-written client: the URL of an endpoint is parsed once, and each query is written into a copy of the URL.

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use reqwest::{Method, Request, Url};
use sixmm_api::UnixMillis;
use venue_runtime::HmacKey;

use super::{
    BASE_URL, END, HISTORY, JSON, KEY_HEADER, Outcome, PAGE, PAGE_SIZE, PLACE, REQUEST_ID, REQUEST_ID_HEADER, START, key_header, now,
    secret,
};
use crate::new_order::{NewOrder, SYMBOL};

/// The optimised hand-written client, with parsed URLs and a prepared key.
#[derive(Debug)]
pub struct Tuned {
    history: Url,
    place: Url,
    key: HeaderValue,
    secret: HmacKey,
}

impl Tuned {
    /// Parses the URLs of the endpoints.
    ///
    /// # Errors
    ///
    /// If a URL is invalid.
    pub fn new() -> Outcome<Self> {
        let base = Url::parse(BASE_URL)?;
        Ok(Self { history: base.join(HISTORY)?, place: base.join(PLACE)?, key: key_header(), secret: secret() })
    }

    /// Prepares the query for past orders `count` times.
    ///
    /// # Errors
    ///
    /// If the request id does not fit into a header.
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
    /// If the order cannot be written.
    pub fn place_order(&self, count: u32) -> Outcome<()> {
        for _ in 0..count {
            std::hint::black_box(self.request_place_order(now())?);
        }
        Ok(())
    }

    pub(super) fn request_order_history(&self, timestamp: UnixMillis) -> Outcome<Request> {
        let mut url = self.history.clone();
        url.query_pairs_mut()
            .append_pair("symbol", SYMBOL)
            .append_pair("startTime", &START.to_string())
            .append_pair("endTime", &END.to_string())
            .append_pair("page", &PAGE.to_string())
            .append_pair("pageSize", &PAGE_SIZE.to_string())
            .append_pair("timestamp", &timestamp.to_string());
        self.signed(Method::GET, url, Vec::new())
    }

    pub(super) fn request_place_order(&self, timestamp: UnixMillis) -> Outcome<Request> {
        let mut url = self.place.clone();
        url.query_pairs_mut().append_pair("timestamp", &timestamp.to_string());
        let mut request = self.signed(Method::POST, url, serde_json::to_vec(&NewOrder::example())?)?;
        request.headers_mut().insert(CONTENT_TYPE, JSON);
        Ok(request)
    }

    fn signed(&self, method: Method, mut url: Url, body: Vec<u8>) -> Outcome<Request> {
        let signature = self.secret.sign(&[url.query().unwrap_or_default().as_bytes(), &body]);
        url.query_pairs_mut().append_pair("signature", signature.as_str());
        let mut request = Request::new(method, url);
        let headers = request.headers_mut();
        headers.insert(ACCEPT, JSON);
        headers.insert(REQUEST_ID_HEADER, HeaderValue::from_str(REQUEST_ID)?);
        headers.insert(KEY_HEADER, self.key.clone());
        if !body.is_empty() {
            *request.body_mut() = Some(body.into());
        }
        Ok(request)
    }
}
