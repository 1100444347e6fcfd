//! The steps of a call, in their order.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use reqwest::Request;
use tracing::field::{Empty, display};
use tracing::{Instrument as _, Span};

use crate::error::RawResponse;
use crate::http::HttpResponse;
use crate::panics::{ContainedFuture, Panicked, contain_panic};
use crate::policy::CallEnd;
use crate::{
    Attempt, Call, CallContext, CallPolicy, Delivery, Envelope, Error, EscapedText, Interceptor, Operation, ReadError, Reading, Response,
    ResponseHead, Retry, Veto, redaction, success_condition,
};

impl Call<'_> {
    /// Sends the call, and returns its response.
    ///
    /// Each attempt has the same steps: deadline, quota, signature, timeout, transport, response head, decoding, redaction. A failed
    /// attempt is followed by another attempt if the client's [`CallPolicy`] or an interceptor asks for a retry.
    ///
    /// If the policy [has spans](CallPolicy::has_spans), the call creates a `tracing` span named `call` with the fields `operation`,
    /// `attempts`, `request_id`, `elapsed_ms` and, if the call failed, `error`.
    ///
    /// # Errors
    ///
    /// Returns an error if a parameter is invalid or the attempt is vetoed (nothing is sent then), if no complete response arrives, if the
    /// response does not report success, or if its data cannot be read. See [`Error`].
    pub async fn send<E: Envelope>(self) -> Result<Response<E>, Error> {
        let policy = Arc::clone(self.client.policy());
        let mut context = CallContext::new(self.operation, &self.options, &*policy);
        let span = if policy.has_spans() { new_span(self.operation) } else { Span::none() };
        let result = self.run(&*policy, &mut context).instrument(span.clone()).await;
        report(&*policy, &context, &result, &span);
        result
    }

    /// Makes attempts until one succeeds or no further one is allowed.
    async fn run<E: Envelope>(mut self, policy: &dyn CallPolicy, context: &mut CallContext) -> Result<Response<E>, Error> {
        let errors = std::mem::take(&mut self.errors);
        if !errors.is_empty() {
            return Err(Error::invalid_request(self.operation, errors));
        }
        loop {
            let error = match self.attempt(policy, context).await {
                Ok(response) => return Ok(response),
                Err(error) => context.complete_error(self.redact_error(error, context.attempt())),
            };
            match self.decide_retry(policy, &error, context).await {
                Retry::Yes => context.next_attempt(),
                Retry::No => return Err(error),
                Retry::NoBecause(reason) => return Err(error.without_retry(reason)),
            }
        }
    }

    /// One attempt, from the deadline to the decoded response.
    async fn attempt<E: Envelope>(&self, policy: &dyn CallPolicy, context: &mut CallContext) -> Result<Response<E>, Error> {
        let request = self.prepare(policy, context).await.map_err(|veto| Error::vetoed(self.operation, veto))?;
        if let Some(observer) = &self.send_observer {
            observer.on_send(&request);
        }
        let response = self.client.transport(request).await.map_err(|source| Error::transport(self.operation, source))?;
        self.inspect_head(&response, policy, context);
        let raw = self.read(response).await?;
        let attempt = context.attempt();
        let response = redaction::decoding(self.client.shared_interceptors(), attempt, || classify(self.operation, raw))?;
        Ok(self.redact_request_id(response, attempt))
    }

    /// Prepares an attempt for the transport. Checks that the operation and its server exist and that the deadline has not passed, waits for the quota,
    /// lets the interceptors sign the request, and sets the timeout.
    async fn prepare(&self, policy: &dyn CallPolicy, context: &mut CallContext) -> Result<Request, Veto> {
        if self.operation.is_removed {
            return Err(Veto::operation_removed(self.operation));
        }
        if let Some(server) = self.operation.server
            && !self.client.knows_server(server)
        {
            return Err(Veto::unknown_server(server));
        }
        context.check_deadline()?;
        policy.acquire_quota(context).await?;
        context.start_attempt();
        let mut request = self.request();
        for interceptor in self.client.interceptors() {
            sign(&**interceptor, &mut request, context).await?;
        }
        context.limit_attempt(&mut request)?;
        Ok(request)
    }

    fn inspect_head(&self, response: &HttpResponse, policy: &dyn CallPolicy, context: &CallContext) {
        let head = ResponseHead { status: response.status, headers: &response.headers };
        policy.on_response_head(head, context);
        let attempt = context.attempt();
        for interceptor in self.client.interceptors() {
            if contain_panic(|| interceptor.on_response_head(head, attempt)).is_err() {
                report_panic("an interceptor panicked at the head of a response", attempt);
            }
        }
    }

    /// Reads the body of a response.
    ///
    /// # Errors
    ///
    /// Returns an error if the connection breaks, or the body is larger than the client's limit.
    async fn read(&self, mut response: HttpResponse) -> Result<RawResponse, Error> {
        let status = response.status;
        let headers = std::mem::take(&mut response.headers);
        let raw = |body| RawResponse { status, headers, body };
        let limit = self.client.max_response();
        // A response usually comes in one chunk, which need not be copied.
        let mut first = Bytes::new();
        let mut rest = BytesMut::new();
        loop {
            let body = |first: Bytes, rest: BytesMut| if rest.is_empty() { first } else { rest.freeze() };
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
                Ok(None) => return Ok(raw(body(first, rest))),
                Err(source) => return Err(Error::response_interrupted(self.operation, raw(body(first, rest)), source)),
            }
        }
    }

    fn redact_error(&self, mut error: Error, attempt: Attempt) -> Error {
        error.redact(|text| redaction::redact(self.client.interceptors(), text, attempt));
        error
    }

    fn redact_request_id<E: Envelope>(&self, response: Response<E>, attempt: Attempt) -> Response<E> {
        if self.client.interceptors().is_empty() {
            return response;
        }
        response.redact_request_id(|text| redaction::redact(self.client.interceptors(), text, attempt))
    }

    /// Asks the policy and every interceptor whether to repeat the failed attempt. The attempt is repeated if at least one of them returns
    /// [`Retry::Yes`] and none returns [`Retry::NoBecause`]. If the operation must not be repeated and the exchange may have executed one
    /// of the attempts, [`Retry::Yes`] has no effect.
    async fn decide_retry(&self, policy: &dyn CallPolicy, error: &Error, context: &mut CallContext) -> Retry {
        let is_repeatable = self.operation.repeatable.is_repeatable();
        if error.is_vetoed() || (error.delivery() == Delivery::Executed && !is_repeatable) {
            return Retry::No;
        }
        let mut retry = policy.on_error(error, context).await;
        for interceptor in self.client.interceptors() {
            retry = retry.or(ask_for_retry(&**interceptor, error, context).await);
        }
        if retry == Retry::Yes && !is_repeatable && error.may_have_been_executed() { Retry::No } else { retry }
    }
}

/// Lets an interceptor prepare the request, within the call's deadline.
async fn sign(interceptor: &dyn Interceptor, request: &mut Request, context: &CallContext) -> Result<(), Veto> {
    let attempt = context.attempt();
    let panicked = |_: Panicked| {
        report_panic("an interceptor panicked before an attempt, which was not sent", attempt);
        Veto::interceptor_panicked()
    };
    let prepared = contain_panic(move || interceptor.on_attempt(request, attempt)).map_err(panicked)?;
    match context.within_deadline(ContainedFuture(prepared)).await {
        Some(outcome) => outcome.map_err(panicked)?,
        None => Err(Veto::deadline_exceeded()),
    }
}

/// Asks an interceptor for a retry, within the call's deadline.
async fn ask_for_retry(interceptor: &dyn Interceptor, error: &Error, context: &CallContext) -> Retry {
    let attempt = context.attempt();
    let retry = match contain_panic(|| interceptor.on_error(error, attempt)) {
        Ok(retry) => context.within_deadline(ContainedFuture(retry)).await.unwrap_or(Ok(Retry::No)),
        Err(panicked) => Err(panicked),
    };
    retry.unwrap_or_else(|Panicked| {
        report_panic("an interceptor panicked after a failed attempt", attempt);
        Retry::No
    })
}

pub(crate) fn report_panic(message: &'static str, attempt: Attempt) {
    tracing::error!(operation = attempt.operation.id, attempt = attempt.number, "{message}");
}

/// Decides whether a response is a success or an error. A response is a success if the code of the envelope means success, the HTTP status
/// does not contradict the code, and the data meets the conditions of the operation. A response without an envelope has no code, so its
/// HTTP status decides.
fn classify<E: Envelope>(operation: &'static Operation, raw: RawResponse) -> Result<Response<E>, Error> {
    if raw.status.is_redirection() {
        return Err(Error::redirected(operation, raw));
    }
    match E::read_response(raw.status, &raw.body) {
        // The data of a rejection may have another type than the data of a success, so the code decides.
        Ok(reading) if !reading.envelope.is_success() => Err(Error::exchange_error(operation, raw, &reading.envelope)),
        Ok(reading) if raw.status.is_success() && operation.success.is_empty() => Ok(Response::new(reading, raw, operation)),
        Ok(reading) if raw.status.is_success() => check_conditions(operation, raw, reading),
        Ok(reading) => {
            let request_id = reading.envelope.request_id().map(str::to_owned);
            Err(Error::unexpected_response(operation, raw, &ReadError::not_envelope("its code means success"), request_id))
        }
        Err(error) if error.is_data() && raw.status.is_success() => Err(unreadable_data::<E>(operation, raw, &error)),
        Err(error) => {
            let request_id = error.request_id().map(str::to_owned);
            Err(Error::unexpected_response(operation, raw, &error, request_id))
        }
    }
}

/// Checks the conditions of an operation that has some. A separate function keeps other calls free of their cost.
#[cold]
fn check_conditions<E: Envelope>(operation: &'static Operation, raw: RawResponse, reading: Reading<E>) -> Result<Response<E>, Error> {
    match success_condition::first_unmet::<E>(operation.success, &raw.body) {
        None => Ok(Response::new(reading, raw, operation)),
        Some(unmet) => {
            let request_id = reading.envelope.request_id().map(str::to_owned);
            Err(Error::unmet_condition_of(operation, raw, unmet, request_id))
        }
    }
}

/// The error of data that cannot be read. The data of a failure may have another type than the data of a success, so an unmet condition is
/// the error to report.
#[cold]
fn unreadable_data<E: Envelope>(operation: &'static Operation, raw: RawResponse, error: &ReadError) -> Error {
    match success_condition::first_unmet::<E>(operation.success, &raw.body) {
        None => Error::undecodable(operation, raw, error),
        Some(unmet) => Error::unmet_condition_of(operation, raw, unmet, error.request_id().map(str::to_owned)),
    }
}

fn new_span(operation: &Operation) -> Span {
    tracing::debug_span!("call", operation = operation.id, attempts = Empty, request_id = Empty, elapsed_ms = Empty, error = Empty,)
}

/// Records the end of the call in its span, and reports it to the policy.
fn report<E: Envelope>(policy: &dyn CallPolicy, context: &CallContext, result: &Result<Response<E>, Error>, span: &Span) {
    let (request_id, error) = match result {
        Ok(response) => (response.request_id(), None),
        Err(error) => (error.request_id(), Some(error)),
    };
    let request_id = request_id.map(|id| EscapedText::new(id).into_cow());
    let request_id = request_id.as_deref();
    if !span.is_disabled() {
        span.record("attempts", context.attempts_sent());
        span.record("elapsed_ms", u64::try_from(context.elapsed().as_millis()).unwrap_or(u64::MAX));
        if let Some(request_id) = request_id {
            span.record("request_id", request_id);
        }
        if let Some(error) = error {
            span.record("error", display(error));
        }
        tracing::debug!(parent: span, "done");
    }
    policy.on_end(context, CallEnd { request_id, error });
}

#[cfg(test)]
mod tests;
