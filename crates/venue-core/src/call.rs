//! One call: parameters in, checked; attempts out; a response or an error back.

use std::fmt::{self, Display, Write as _};

use bytes::{Bytes, BytesMut};
use reqwest::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};
use reqwest::{Method, Request};
use serde::Serialize;

use crate::error::RawAnswer;
use crate::http::HttpResponse;
use crate::redaction;
use crate::{AnswerHead, Attempt, Client, Delivery, Envelope, Error, Operation, ReadError, Response, ValidationErrors, Verdict};

/// A call under construction. The generated builders fill it; errors are collected, so that all of them are reported at once.
pub struct Call<'a> {
    client: &'a Client,
    operation: &'static Operation,
    /// If it has parameters, with these filled in.
    path: Option<String>,
    query: Option<String>,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Option<Bytes>,
    errors: ValidationErrors,
}

impl<'a> Call<'a> {
    pub(crate) fn new(client: &'a Client, operation: &'static Operation) -> Self {
        let errors = if client.checks_inferred() { ValidationErrors::new().with_inferred() } else { ValidationErrors::new() };
        Self { client, operation, path: None, query: None, headers: Vec::new(), body: None, errors }
    }

    /// The errors found so far, to add more.
    pub fn validation(&mut self) -> &mut ValidationErrors {
        &mut self.errors
    }

    /// Takes what a builder holds, noting what is wrong with it.
    pub fn take<T>(&mut self, field: &str, held: Result<T, String>) -> Option<T> {
        held.map_err(|problem| self.errors.push(field, problem)).ok()
    }

    /// Fills in a parameter of the path.
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

    /// Appends a parameter to the query, if there is one.
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
            _ => self.errors.push(name, "is not a text that fits into a header"),
        }
    }

    /// Sets the JSON body. Its builder has checked it against its documented limits.
    pub fn json<T: Serialize>(&mut self, body: Option<&T>) {
        let Some(body) = body else { return };
        match serde_json::to_vec(body) {
            Ok(bytes) => self.body = Some(bytes.into()),
            Err(_) => self.errors.push("body", "cannot be written as JSON"),
        }
    }

    /// Sends it: once, unless an interceptor asks for another attempt.
    ///
    /// # Errors
    ///
    /// Whatever is not a success by the envelope's own word. See [`Error`].
    pub async fn send<E: Envelope>(self) -> Result<Response<E>, Error> {
        if !self.errors.is_empty() {
            return Err(Error::invalid_request(self.operation, self.errors));
        }
        let mut attempt = Attempt::new(self.operation, 1);
        let mut delivery = Delivery::NotSent;
        loop {
            let error = match self.attempt(attempt).await {
                Ok(response) => return Ok(response),
                Err(error) => self.concealed(error, attempt).after(attempt.number, delivery),
            };
            if error.is_refused() {
                return Err(error);
            }
            match self.verdict(&error, attempt).await {
                Verdict::Again => {}
                Verdict::Done => return Err(error),
                Verdict::DoneBecause(reason) => return Err(error.without_retry(reason)),
            }
            delivery = error.delivery();
            attempt = attempt.next();
        }
    }

    async fn attempt<E: Envelope>(&self, attempt: Attempt) -> Result<Response<E>, Error> {
        let mut request = self.request();
        for interceptor in self.client.interceptors() {
            interceptor.before(&mut request, attempt).await.map_err(|refusal| Error::refused(self.operation, refusal))?;
        }
        let response = self.client.send(request).await.map_err(|source| Error::transport(self.operation, source))?;
        for interceptor in self.client.interceptors() {
            interceptor.received(AnswerHead { status: response.status, headers: &response.headers }, attempt);
        }
        let raw = self.read(response).await?;
        redaction::decoding(self.client, attempt, || judge(self.operation, raw))
    }

    fn concealed(&self, mut error: Error, attempt: Attempt) -> Error {
        for interceptor in self.client.interceptors() {
            error.conceal(|text| interceptor.conceal(text, attempt));
        }
        error
    }

    async fn verdict(&self, error: &Error, attempt: Attempt) -> Verdict {
        if error.delivery() == Delivery::CarriedOut && !self.operation.repeatable.is_repeatable() {
            return Verdict::Done;
        }
        let mut all = Verdict::Done;
        for interceptor in self.client.interceptors() {
            match interceptor.after(error, attempt).await {
                Verdict::Again => all = Verdict::Again,
                reason @ Verdict::DoneBecause(_) if all == Verdict::Done => all = reason,
                Verdict::Done | Verdict::DoneBecause(_) => {}
            }
        }
        all
    }

    /// A fresh request, as it goes out if no interceptor changes it.
    fn request(&self) -> Request {
        let mut url = self.client.url(self.path.as_deref().unwrap_or(self.operation.path));
        if let Some(query) = &self.query {
            url.set_query(Some(query));
        }
        let mut request = Request::new(self.operation.method.clone(), url);
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        for (name, value) in &self.headers {
            headers.insert(name.clone(), value.clone());
        }
        if let Some(body) = &self.body {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            *request.body_mut() = Some(body.clone().into());
        } else if self.operation.method != Method::GET {
            // Some proxies answer a write without it with 411.
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        request
    }

    async fn read(&self, mut response: HttpResponse) -> Result<RawAnswer, Error> {
        let status = response.status;
        let headers = std::mem::take(&mut response.headers);
        let raw = |body| RawAnswer { status, headers, body };
        let limit = self.client.max_answer();
        // An answer usually comes in one piece, which need not be copied.
        let mut first = Bytes::new();
        let mut rest = BytesMut::new();
        loop {
            let whole = |first: Bytes, rest: BytesMut| if rest.is_empty() { first } else { rest.freeze() };
            match response.chunk().await {
                Ok(Some(chunk)) if first.len().max(rest.len()) + chunk.len() > limit => {
                    return Err(Error::too_large(self.operation, raw(Bytes::new()), limit));
                }
                Ok(Some(chunk)) if first.is_empty() => first = chunk,
                Ok(Some(chunk)) => {
                    if rest.is_empty() {
                        rest.extend_from_slice(&first);
                    }
                    rest.extend_from_slice(&chunk);
                }
                Ok(None) => return Ok(raw(whole(first, rest))),
                Err(source) => return Err(Error::body_lost(self.operation, raw(whole(first, rest)), source)),
            }
        }
    }
}

impl fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Query, headers and body may hold secrets.
        f.debug_struct("Call").field("operation", &self.operation.id).field("errors", &self.errors).finish_non_exhaustive()
    }
}

/// Success is what the envelope calls success, under an HTTP status that does not contradict it. Everything else is an error.
fn judge<E: Envelope>(operation: &'static Operation, raw: RawAnswer) -> Result<Response<E>, Error> {
    if raw.status.is_redirection() {
        return Err(Error::redirected(operation, raw));
    }
    match E::read(&raw.body) {
        // A refusal may come with data that is not the success's: the code decides, not the data.
        Ok(reading) if !reading.envelope.is_success() => Err(Error::api(operation, raw, &reading.envelope)),
        Ok(reading) if raw.status.is_success() => Ok(Response::new(reading, raw, operation)),
        Ok(reading) => {
            let request_id = reading.envelope.request_id().map(str::to_owned);
            Err(Error::no_envelope(operation, raw, &ReadError::not_envelope("its code means success"), request_id))
        }
        Err(error) if error.is_data() && raw.status.is_success() => Err(Error::undecodable(operation, raw, &error)),
        Err(error) => {
            let request_id = error.request_id().map(str::to_owned);
            Err(Error::no_envelope(operation, raw, &error, request_id))
        }
    }
}

/// A text as one segment of a path: everything but letters, digits and `-._~` is escaped (RFC 3986's unreserved characters).
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

/// Writes `application/x-www-form-urlencoded` text, as browsers and every HTTP library do: a space as `+`, `é` as `%C3%A9`.
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
    fn a_segment_of_a_path_stays_one_segment() {
        assert_eq!(path_segment("BTC/USDT"), "BTC%2FUSDT");
        assert_eq!(path_segment("a b?#%é"), "a%20b%3F%23%25%C3%A9");
        assert_eq!(path_segment("aZ09-._~"), "aZ09-._~");
    }
}
