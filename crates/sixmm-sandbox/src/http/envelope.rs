//! Responses: the envelope around data or an error.

use std::borrow::Cow;

use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, SET_COOKIE};
use axum::http::{HeaderValue, Response, StatusCode};
use serde::Serialize;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use crate::api_error::ApiError;
use crate::request_id::RequestId;
use crate::request_log::Effect;

/// The JSON envelope of all responses. An error has no data.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Envelope<'a> {
    code: i64,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Data>,
    request_id: &'a RequestId,
}

/// The data of a response.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Data {
    /// A JSON value, which a fault can change.
    Value(Value),
    /// Serialised JSON, which avoids building a `Value` for the most frequent responses.
    Raw(Box<RawValue>),
}

impl Data {
    pub(super) fn text(of: &impl Serialize) -> Self {
        Self::Raw(to_raw_value(of).expect("serialising strings and numbers cannot fail"))
    }

    fn into_value(self) -> Value {
        match self {
            Self::Value(tree) => tree,
            Self::Raw(text) => serde_json::from_str(text.get()).expect("the text was serialised by this program"),
        }
    }
}

impl From<Value> for Data {
    fn from(tree: Value) -> Self {
        Self::Value(tree)
    }
}

/// A response before its body is serialised.
pub(super) struct ApiResponse {
    pub(super) status: StatusCode,
    pub(super) code: i64,
    message: Cow<'static, str>,
    data: Option<Data>,
    cookie: Option<HeaderValue>,
    /// How much of the request was executed.
    pub(super) effect: Effect,
}

impl ApiResponse {
    pub(super) fn success(data: impl Into<Data>) -> Self {
        let message = Cow::Borrowed("success");
        Self { status: StatusCode::OK, code: 0, message, data: Some(data.into()), cookie: None, effect: Effect::Complete }
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

    /// The message of an error, which contains no secrets.
    pub(super) fn error_message(&self) -> Option<&str> {
        (self.code != 0).then_some(&self.message)
    }

    /// Changes the data, if the response has any.
    pub(super) fn change(&mut self, change: impl FnOnce(&mut Value)) {
        if let Some(data) = self.data.take() {
            let mut tree = data.into_value();
            change(&mut tree);
            self.data = Some(Data::Value(tree));
        }
    }

    /// Serialises the complete body.
    pub(super) fn body(&self, request_id: &RequestId) -> Bytes {
        let envelope = Envelope { code: self.code, message: &self.message, data: self.data.as_ref(), request_id };
        let mut bytes = Vec::with_capacity(256);
        serde_json::to_writer(&mut bytes, &envelope).expect("serialising strings, numbers and JSON cannot fail");
        Bytes::from(bytes)
    }

    /// The response with the given body, which a fault may have truncated or slowed down.
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

impl From<ApiError> for ApiResponse {
    fn from(ApiError { code, message, status }: ApiError) -> Self {
        Self { status, code, message, data: None, cookie: None, effect: Effect::None }
    }
}

/// A rate limit error, optionally with `Retry-After`.
pub(super) fn rate_limited(retry_after: Option<u32>, request_id: &RequestId) -> Response<Body> {
    let response = ApiResponse::from(ApiError::business(5003, "Rate limit triggered")).with_status(StatusCode::TOO_MANY_REQUESTS);
    let body = response.body(request_id);
    let mut response = response.into_response(Body::from(body));
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// A server error with an envelope, as the service itself sends it.
pub(super) fn server_error(status: StatusCode, request_id: &RequestId) -> Response<Body> {
    let error = if status == StatusCode::SERVICE_UNAVAILABLE {
        ApiError::business(5002, "Service temporarily unavailable")
    } else {
        ApiError::internal_error()
    };
    let response = ApiResponse::from(error).with_status(status);
    let body = response.body(request_id);
    response.into_response(Body::from(body))
}

/// A server error with an HTML page, as a proxy in front of the service sends it.
pub(super) fn html_error(status: StatusCode) -> Response<Body> {
    let reason = status.canonical_reason().unwrap_or("Error");
    let page =
        format!("<html>\r\n<head><title>{0} {reason}</title></head>\r\n<body><h1>{0} {reason}</h1></body>\r\n</html>\r\n", status.as_u16());
    let mut response = Response::new(Body::from(page));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
    response
}
