//! A call before it is sent: the parameters of its request.

use std::fmt::{self, Debug, Display, Write as _};
use std::sync::Arc;

use bytes::Bytes;
use reqwest::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};
use reqwest::{Method, Request};
use serde::Serialize;

use crate::{CallOptions, Client, Operation, ValidationErrors};

/// Builds and sends a call of one operation. Generated code adds the parameters of the request, then calls [`send`](Self::send), which
/// reports the errors of all invalid parameters at once.
pub struct Call<'a> {
    pub(crate) client: &'a Client,
    pub(crate) operation: &'static Operation,
    pub(crate) options: CallOptions,
    pub(crate) send_observer: Option<Arc<dyn SendObserver>>,
    pub(crate) errors: ValidationErrors,
    /// The path with its parameters filled in. `None` if the path has none.
    path: Option<String>,
    query: Option<String>,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Option<Bytes>,
}

/// The initial capacity of a request's header map. The capacity is large enough for a signed write with a request id, whose headers are:
/// accept, content type, request id, API key, user agent, host, content length.
const EXPECTED_HEADERS: usize = 7;

/// Receives each request of a call immediately before the transport sends it.
///
/// The observer sees the request exactly as it is sent, even if the call's future is dropped before the response arrives. For example, the
/// order layer uses an observer to log the requests that an order write has sent.
pub trait SendObserver: Debug + Send + Sync {
    /// The transport sends this request next.
    fn on_send(&self, request: &Request);
}

impl<'a> Call<'a> {
    pub(crate) fn new(client: &'a Client, operation: &'static Operation) -> Self {
        let errors = if client.checks_inferred() { ValidationErrors::new().with_inferred() } else { ValidationErrors::new() };
        let (options, send_observer) = client.call_settings();
        Self { client, operation, options, send_observer, errors, path: None, query: None, headers: Vec::new(), body: None }
    }

    /// Timeouts and retries of this call. A setting that is missing is the client's.
    #[must_use]
    pub fn options(mut self, options: &CallOptions) -> Self {
        self.options = options.or(&self.options);
        self
    }

    /// Reports each request of this call to an observer immediately before it is sent.
    #[must_use]
    pub fn send_observer(mut self, observer: Arc<dyn SendObserver>) -> Self {
        self.send_observer = Some(observer);
        self
    }

    /// The errors found so far, to add further ones.
    pub fn validation(&mut self) -> &mut ValidationErrors {
        &mut self.errors
    }

    /// Unwraps the value that a caller has set for a field of the request. If the value is invalid (`Err`), adds the problem to the call's
    /// errors and returns `None`.
    pub fn take<T>(&mut self, field: &str, value: Result<T, String>) -> Option<T> {
        value.map_err(|problem| self.errors.push(field, problem)).ok()
    }

    /// Fills in a parameter of the path, if there is a value.
    pub fn path(&mut self, name: &str, value: Option<&impl Display>) {
        let Some(value) = value else { return };
        let value = value.to_string();
        if matches!(value.as_str(), "" | "." | "..") {
            self.errors.push(name, "would change the path");
            return;
        }
        let template = self.path.get_or_insert_with(|| self.operation.path.to_owned());
        *template = template.replace(&format!("{{{name}}}"), &path_segment(&value));
    }

    /// Appends a parameter to the query, if there is a value.
    pub fn query(&mut self, name: &str, value: Option<&impl Display>) {
        let Some(value) = value else { return };
        let query = self.query.get_or_insert_with(|| String::with_capacity(96));
        if !query.is_empty() {
            query.push('&');
        }
        query.push_str(name);
        query.push('=');
        let mut encoder = FormEncoder(query);
        // Writing to a `String` does not fail.
        let _ = write!(encoder, "{value}");
    }

    /// Sets a header, if there is a value.
    pub fn header(&mut self, name: &str, value: Option<&impl Display>) {
        let Some(value) = value else { return };
        match (HeaderName::try_from(name), HeaderValue::try_from(value.to_string())) {
            (Ok(name), Ok(value)) => self.headers.push((name, value)),
            _ => self.errors.push(name, "contains characters that an HTTP header cannot contain"),
        }
    }

    /// Sets the JSON body, if there is one. The body's builder has checked the documented limits.
    pub fn json<T: Serialize>(&mut self, body: Option<&T>) {
        let Some(body) = body else { return };
        match serde_json::to_vec(body) {
            Ok(bytes) => self.body = Some(bytes.into()),
            // An error of a field usually explains why.
            Err(_) if self.errors.is_empty() => self.errors.push("body", "cannot be written as JSON"),
            Err(_) => {}
        }
    }

    /// A new request, before any interceptor has changed it.
    pub(crate) fn request(&self) -> Request {
        let mut url = self.client.url_of(self.operation, self.path.as_deref().unwrap_or(self.operation.path));
        if let Some(query) = &self.query {
            url.set_query(Some(query));
        }
        let mut request = Request::new(self.operation.method.clone(), url);
        let headers = request.headers_mut();
        headers.reserve(EXPECTED_HEADERS);
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        for (name, value) in &self.headers {
            headers.insert(name.clone(), value.clone());
        }
        if let Some(body) = &self.body {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            *request.body_mut() = Some(body.clone().into());
        } else if self.operation.method != Method::GET {
            // Some proxies reject a write without this header with status 411.
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        request
    }
}

impl fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Query, headers and body may contain secrets.
        f.debug_struct("Call").field("operation", &self.operation.id).field("errors", &self.errors).finish_non_exhaustive()
    }
}

/// Escapes a text so that it is one segment of a path: percent-encodes every byte except letters, digits and `-._~` (the unreserved
/// characters of RFC 3986).
fn path_segment(text: &str) -> String {
    let mut segment = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            segment.push(char::from(byte));
        } else {
            // Writing to a `String` does not fail.
            let _ = write!(segment, "%{byte:02X}");
        }
    }
    segment
}

/// Writes `application/x-www-form-urlencoded` text: a space as `+`, `é` as `%C3%A9`.
struct FormEncoder<'a>(&'a mut String);

impl fmt::Write for FormEncoder<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.extend(form_urlencoded::byte_serialize(text.as_bytes()));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_parameter_is_escaped_to_one_segment() {
        assert_eq!(path_segment("BTC/USDT"), "BTC%2FUSDT");
        assert_eq!(path_segment("a b?#%é"), "a%20b%3F%23%25%C3%A9");
        assert_eq!(path_segment("aZ09-._~"), "aZ09-._~");
    }
}
