//! Processing of a request, step by step: faults of the request, authentication, validation, execution, faults of the response.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Request, Response, StatusCode};
use http_body_util::LengthLimitError;

use super::accept::READ_TIMEOUT;
use super::connection::Peer;
use super::envelope::{ApiResponse, html_error, rate_limited, server_error};
use super::operations::{Call, execute};
use super::request::RawRequest;
use crate::api_error::ApiError;
use crate::clock::SkewedClock;
use crate::faults::{Fault, FaultPlan, SlowBody, Stage, TruncatedBody, apply_to_json};
use crate::request_id::{RequestId, truncate};
use crate::request_log::{Effect, LogEntry, MAX_LOGGED_CLIENT_ORDER_IDS};
use crate::spec::{self, Input, Operation};
use crate::state::SandboxState;

/// Maximum size of a request body in bytes. Every documented request is smaller. The vendor's limit is not documented.
const MAX_BODY_BYTES: usize = 1 << 20;

/// Receives and answers a request for an operation.
pub(super) async fn operation(shared: Arc<SandboxState>, operation: Operation, peer: Peer, request: Request<Body>) -> Response<Body> {
    let number = shared.next_request();
    let (head, body) = request.into_parts();
    let id = RequestId::new(&head.headers, number);
    let body = match read(body).await {
        Ok(body) => body,
        Err(error) => {
            let response = error.response();
            log_request(&shared, operation, (number, &id), RequestDetails::default(), Some(&response));
            return full_response(response, &id);
        }
    };
    let request = RawRequest { number, id, from: peer.address.ip(), head, body };
    let mut plan = shared.faults.plan(operation, number, &shared.clock);
    let delay = total_delay(&plan.apply(Stage::Delay));
    let response = if delay.is_zero() {
        handle(&shared, operation, &peer, &request, plan).await
    } else {
        // The request is executed in a separate task, so that it is not cancelled if the client closes the connection during the delay.
        let id = request.id.clone();
        let delayed = tokio::spawn(async move {
            tokio::time::sleep(delay).await;
            handle(&shared, operation, &peer, &request, plan).await
        });
        delayed.await.unwrap_or_else(|_| Some(full_response(ApiResponse::from(ApiError::internal_error()), &id)))
    };
    match response {
        Some(response) => response,
        // A fault suppresses the response, so this future never completes. The server drops the future when the client closes the
        // connection or when the exchange stops.
        None => std::future::pending().await,
    }
}

/// Why a request body could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum BodyError {
    /// The body is larger than [`MAX_BODY_BYTES`].
    TooLarge,
    /// The body did not arrive within [`READ_TIMEOUT`].
    TooSlow,
    /// The connection ended before the body was complete, or the chunks are malformed.
    Broken,
}

async fn read(body: Body) -> Result<Bytes, BodyError> {
    match tokio::time::timeout(READ_TIMEOUT, to_bytes(body, MAX_BODY_BYTES)).await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(error)) => Err(if error.into_inner().is::<LengthLimitError>() { BodyError::TooLarge } else { BodyError::Broken }),
        Err(_) => Err(BodyError::TooSlow),
    }
}

impl BodyError {
    fn response(self) -> ApiResponse {
        let (status, error) = match self {
            Self::TooLarge => {
                (StatusCode::PAYLOAD_TOO_LARGE, ApiError::out_of_range("Parameter out of range: body must be at most 1048576 bytes"))
            }
            Self::TooSlow => {
                let message = format!("Invalid parameter value: body did not arrive within {} seconds", READ_TIMEOUT.as_secs());
                (StatusCode::REQUEST_TIMEOUT, ApiError::invalid_parameter(message))
            }
            Self::Broken => {
                let message = "Invalid parameter value: body is incomplete, or its chunks are malformed";
                (StatusCode::BAD_REQUEST, ApiError::invalid_parameter(message))
            }
        };
        ApiResponse::from(error).with_status(status)
    }
}

/// Executes a request after its delay. Returns `None` if no response is to be sent.
async fn handle(
    shared: &SandboxState,
    operation: Operation,
    peer: &Peer,
    request: &RawRequest,
    mut plan: FaultPlan,
) -> Option<Response<Body>> {
    let by = (request.number, &request.id);
    if let Some(fault) = plan.apply(Stage::Before).pop() {
        log_request(shared, operation, by, RequestDetails::default(), None);
        return fault_response(&fault, peer, &request.id);
    }
    let mut details = RequestDetails::default();
    let mut response = execute_with_skew(shared, operation, request, &mut plan, &mut details);
    log_request(shared, operation, by, details, Some(&response));
    pause(total_delay(&plan.apply(Stage::DelayResponse))).await;
    if let Some(fault) = plan.apply(Stage::After).pop() {
        return fault_response(&fault, peer, &request.id);
    }
    if plan.of(Stage::Data).next().is_some() {
        response.change(|data| plan.apply_if(Stage::Data, |fault| apply_to_json(data, operation, fault, &shared.faults)));
    }
    let body = response.body(&request.id);
    Some(response.into_response(response_body(body, &mut plan)))
}

/// The details of a request for the request log. `user` is `None` until the request is authenticated, and `client_order_ids` is empty until
/// its parameters are validated.
#[derive(Default)]
struct RequestDetails {
    user: Option<Arc<str>>,
    client_order_ids: Vec<String>,
}

/// Executes a request with a clock that a fault may have skewed.
fn execute_with_skew(
    shared: &SandboxState,
    operation: Operation,
    request: &RawRequest,
    plan: &mut FaultPlan,
    details: &mut RequestDetails,
) -> ApiResponse {
    let skew = plan.of(Stage::Clock).fold(0_i64, |sum, fault| match fault {
        Fault::ClockSkew { millis } => sum.saturating_add(*millis),
        _ => sum,
    });
    let skewed_clock = SkewedClock::new(&shared.clock, skew);
    let response =
        panic_to_error(catch_unwind(AssertUnwindSafe(|| authenticate_and_execute(shared, operation, request, &skewed_clock, details))));
    if skewed_clock.was_read() {
        plan.apply(Stage::Clock);
    }
    response
}

/// Converts a panic to an internal error. Changes before the panic remain.
fn panic_to_error(result: std::thread::Result<Result<ApiResponse, ApiError>>) -> ApiResponse {
    match result {
        Ok(result) => result.unwrap_or_else(ApiResponse::from),
        Err(_) => ApiResponse::from(ApiError::internal_error()).with_effect(Effect::Unknown),
    }
}

/// Authenticates, validates and executes a request while the state is locked, so that other requests never see partial changes.
fn authenticate_and_execute(
    shared: &SandboxState,
    operation: Operation,
    request: &RawRequest,
    skewed_clock: &SkewedClock<'_>,
    details: &mut RequestDetails,
) -> Result<ApiResponse, ApiError> {
    let facts = operation.facts();
    let credentials = request.credentials();
    let mut state = shared.lock();
    let now = shared.clock.now();
    let caller = state.auth.authenticate(operation, &credentials, now, skewed_clock)?;
    details.user = caller.user().cloned();
    let values = match facts.body {
        Some(schema) => spec::validate_body(schema, &request.body, shared.inferences)?,
        None => spec::validate_query(facts, request.query(), shared.inferences)?,
    };
    details.client_order_ids = client_order_ids(Input::new(&values));
    state.exchange.advance(now);
    let call =
        Call { state: &mut state, caller, cookie: credentials.cookie, from: request.from, input: Input::new(&values), now, skewed_clock };
    execute(operation, call)
}

/// The client order ids of a request, truncated for the log.
fn client_order_ids(input: Input<'_>) -> Vec<String> {
    let items = ["orders", "subOrderList"].into_iter().flat_map(|list| input.objects(list));
    let ids = std::iter::once(input).chain(items).filter_map(|input| input.text("clientOrderId"));
    ids.take(MAX_LOGGED_CLIENT_ORDER_IDS).map(|id| truncate(id).to_owned()).collect()
}

/// Adds a request and its result to the request log. `response` is the response of the exchange, or `None` if a fault ended the request
/// before it was executed.
fn log_request(
    shared: &SandboxState,
    operation: Operation,
    (number, id): (u64, &RequestId),
    details: RequestDetails,
    response: Option<&ApiResponse>,
) {
    let RequestDetails { user, client_order_ids } = details;
    let (code, effect) = response.map_or((None, Effect::None), |response| (Some(response.code), response.effect));
    tracing::debug!(request = number, %operation, code, error = response.and_then(ApiResponse::error_message), "a request");
    let max_entries = LogEntry { number, at: shared.clock.now(), operation, id: id.logged(), user, client_order_ids, code, effect };
    shared.request_log().add(max_entries);
}

/// Returns the response of a fault, which replaces the exchange's response. Returns `None` if the fault sends no response and keeps the
/// connection open.
fn fault_response(fault: &Fault, peer: &Peer, request_id: &RequestId) -> Option<Response<Body>> {
    let status = |status: u16| StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    Some(match fault {
        Fault::RateLimit { retry_after } => rate_limited(*retry_after, request_id),
        Fault::ErrorBefore { status: of } | Fault::ErrorAfter { status: of } => server_error(status(*of), request_id),
        Fault::HtmlBefore { status: of } | Fault::HtmlAfter { status: of } => html_error(status(*of)),
        Fault::HangBefore | Fault::HangAfter => return None,
        _ => {
            peer.drop_connection();
            // The server needs a response, but the dropped connection does not send it.
            Response::new(Body::empty())
        }
    })
}

fn response_body(body: Bytes, plan: &mut FaultPlan) -> Body {
    if !plan.apply(Stage::Truncate).is_empty() {
        return Body::new(TruncatedBody::new(&body));
    }
    match plan.apply(Stage::Slow).first() {
        Some(slow) => Body::new(SlowBody::new(body, slow.pause())),
        None => Body::from(body),
    }
}

/// A response with its complete body.
pub(super) fn full_response(response: ApiResponse, request_id: &RequestId) -> Response<Body> {
    let body = response.body(request_id);
    response.into_response(Body::from(body))
}

/// The sum of the delays of several faults.
fn total_delay(faults: &[Fault]) -> Duration {
    faults.iter().map(Fault::pause).fold(Duration::ZERO, Duration::saturating_add)
}

async fn pause(duration: Duration) {
    if !duration.is_zero() {
        tokio::time::sleep(duration).await;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn after_a_panic_the_effect_is_unknown() {
        let response = panic_to_error(Err(Box::new("a mistake")));
        assert_eq!((response.code, response.status, response.effect), (5001, StatusCode::INTERNAL_SERVER_ERROR, Effect::Unknown));
        let error = panic_to_error(Ok(Err(ApiError::replayed())));
        assert_eq!((error.code, error.effect), (3004, Effect::None));
        assert_eq!(panic_to_error(Ok(Ok(ApiResponse::success(json!({}))))).effect, Effect::Complete);
    }
}
