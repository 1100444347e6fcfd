//! Answers: the envelope around the data, or around a refusal.

use std::borrow::Cow;

use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, SET_COOKIE};
use axum::http::{HeaderValue, Response, StatusCode};
use serde::Serialize;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use super::received::Effect;
use super::request::RequestId;
use crate::refusal::Refusal;

/// What every JSON answer has around its data. A refusal has none.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Envelope<'a> {
    code: i64,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Data>,
    request_id: &'a RequestId,
}

/// The data of an answer.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Data {
    /// As values, which a fault may change.
    Tree(Value),
    /// As it goes out: for the answers that are wanted most often, whose values would be made for nothing.
    Text(Box<RawValue>),
}

impl Data {
    pub(super) fn text(of: &impl Serialize) -> Self {
        Self::Text(to_raw_value(of).expect("texts and numbers are written without fail"))
    }

    fn into_tree(self) -> Value {
        match self {
            Self::Tree(tree) => tree,
            Self::Text(text) => serde_json::from_str(text.get()).expect("it was written by this program"),
        }
    }
}

impl From<Value> for Data {
    fn from(tree: Value) -> Self {
        Self::Tree(tree)
    }
}

/// An answer before it goes out.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) code: i64,
    message: Cow<'static, str>,
    data: Option<Data>,
    cookie: Option<HeaderValue>,
    /// What the exchange did before it answered.
    pub(super) effect: Effect,
}

impl Answer {
    pub(super) fn success(data: impl Into<Data>) -> Self {
        let message = Cow::Borrowed("success");
        Self { status: StatusCode::OK, code: 0, message, data: Some(data.into()), cookie: None, effect: Effect::Whole }
    }

    pub(super) fn with_cookie(mut self, cookie: HeaderValue) -> Self {
        self.cookie = Some(cookie);
        self
    }

    pub(super) fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    pub(super) fn with_effect(mut self, effect: Effect) -> Self {
        self.effect = effect;
        self
    }

    /// The message of a refusal. It names fields and limits, and no secret.
    pub(super) fn refusal(&self) -> Option<&str> {
        (self.code != 0).then_some(&self.message)
    }

    /// Changes the values of the data, if there is any.
    pub(super) fn change(&mut self, change: impl FnOnce(&mut Value)) {
        if let Some(data) = self.data.take() {
            let mut tree = data.into_tree();
            change(&mut tree);
            self.data = Some(Data::Tree(tree));
        }
    }

    /// The body, as it would go out whole.
    pub(super) fn body(&self, request_id: &RequestId) -> Bytes {
        let envelope = Envelope { code: self.code, message: &self.message, data: self.data.as_ref(), request_id };
        let mut bytes = Vec::with_capacity(256);
        serde_json::to_writer(&mut bytes, &envelope).expect("texts, numbers and JSON are written without fail");
        Bytes::from(bytes)
    }

    /// The whole answer around a body.
    pub(super) fn into_response(self, body: Body) -> Response<Body> {
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(cookie) = self.cookie {
            response.headers_mut().insert(SET_COOKIE, cookie);
        }
        response
    }
}

impl From<Refusal> for Answer {
    fn from(Refusal { code, message, status }: Refusal) -> Self {
        Self { status, code, message, data: None, cookie: None, effect: Effect::None }
    }
}

/// A rate limit, with or without a word on when to come back.
pub(super) fn rate_limited(retry_after: Option<u32>, request_id: &RequestId) -> Response<Body> {
    let answer = Answer::from(Refusal::business(5003, "Rate limit triggered")).with_status(StatusCode::TOO_MANY_REQUESTS);
    let body = answer.body(request_id);
    let mut response = answer.into_response(Body::from(body));
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// A failure of the server, as the service reports it.
pub(super) fn server_error(status: StatusCode, request_id: &RequestId) -> Response<Body> {
    let refusal = if status == StatusCode::SERVICE_UNAVAILABLE {
        Refusal::business(5002, "Service temporarily unavailable")
    } else {
        Refusal::internal_error()
    };
    let answer = Answer::from(refusal).with_status(status);
    let body = answer.body(request_id);
    answer.into_response(Body::from(body))
}

/// A failure of the server, as a proxy in front of it reports it.
pub(super) fn html_error(status: StatusCode) -> Response<Body> {
    let reason = status.canonical_reason().unwrap_or("Error");
    let page =
        format!("<html>\r\n<head><title>{0} {reason}</title></head>\r\n<body><h1>{0} {reason}</h1></body>\r\n</html>\r\n", status.as_u16());
    let mut response = Response::new(Body::from(page));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
    response
}
