//! What every request goes through: faults, credentials, the specification, the exchange, and faults again.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Request, Response, StatusCode};
use serde_json::{Map, Value};

use super::connection::Peer;
use super::envelope::{Answer, html_error, rate_limited, server_error};
use super::operations::{Call, carry_out};
use super::received::Received;
use super::request::{self, RawRequest};
use crate::faults::{Fault, Moment, Plan, Slow, Truncated, reshape};
use crate::refusal::Refusal;
use crate::spec::{self, Input, Operation};
use crate::world::World;

/// More than any documented body needs. The vendor's limit is not documented.
const LARGEST_BODY: usize = 1 << 20;

/// Answers a request for an operation.
pub(super) async fn operation(world: Arc<World>, operation: Operation, peer: Peer, request: Request<Body>) -> Response<Body> {
    let number = world.next_request();
    let (head, body) = request.into_parts();
    let id = request::id(&head.headers, number);
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
        let refusal = Refusal::out_of_range("Parameter out of range: body must be at most 1048576 bytes");
        return whole(Answer::from(refusal).with_status(StatusCode::PAYLOAD_TOO_LARGE), &id);
    };
    let request = RawRequest { number, id, from: peer.address.ip(), head, body };
    let plan = world.faults.plan(operation, number, world.clock.now());
    let delay = plan.delay();
    if delay.is_zero() {
        return looked_at(&world, operation, &peer, &request, &plan).await;
    }
    // A task of its own: a client that gives up waiting does not take back what it has sent.
    let id = request.id.clone();
    let late = tokio::spawn(async move {
        tokio::time::sleep(delay).await;
        looked_at(&world, operation, &peer, &request, &plan).await
    });
    late.await.unwrap_or_else(|_| whole(Answer::from(Refusal::internal_error()), &id))
}

/// Answers a request whose turn has come.
async fn looked_at(world: &World, operation: Operation, peer: &Peer, request: &RawRequest, plan: &Plan) -> Response<Body> {
    if let Some(fault) = plan.instead(Moment::Before) {
        note(world, operation, request, Outcome::default());
        return stand_in(fault, peer, &request.id);
    }
    let mut outcome = Outcome::default();
    let result = catch_unwind(AssertUnwindSafe(|| execute(world, operation, request, plan.skew(), &mut outcome)));
    let mut answer = result.unwrap_or_else(|_| Err(Refusal::internal_error())).unwrap_or_else(Answer::from);
    outcome.code = Some(answer.code);
    note(world, operation, request, outcome);
    pause(plan.answer_delay()).await;
    if let Some(fault) = plan.instead(Moment::After) {
        return stand_in(fault, peer, &request.id);
    }
    if let Some(data) = answer.data_mut() {
        plan.reshaping().for_each(|fault| reshape(data, operation, fault, &world.faults));
    }
    let body = answer.body(&request.id);
    answer.into_response(on_the_wire(body, plan))
}

/// What the record tells of a request.
#[derive(Default)]
struct Outcome {
    user: Option<String>,
    client_order_ids: Vec<String>,
    code: Option<i64>,
}

/// From credentials to the answer, under one lock: what a request sees and changes, no other request sees half-done.
fn execute(world: &World, operation: Operation, request: &RawRequest, skew: i64, outcome: &mut Outcome) -> Result<Answer, Refusal> {
    let facts = operation.facts();
    let credentials = request.credentials();
    let mut state = world.state();
    let now = world.clock.now();
    let shown = now.plus(skew);
    let caller = state.auth.identify(operation, &credentials, now, shown)?;
    outcome.user = caller.user().map(str::to_owned);
    let values = match facts.body {
        Some(schema) => spec::body(schema, &request.body)?,
        None => spec::query(facts, request.query())?,
    };
    outcome.client_order_ids = client_order_ids(&values);
    state.exchange.advance(now);
    let call = Call { state: &mut state, caller, cookie: credentials.cookie, from: request.from, input: Input::new(&values), now, shown };
    carry_out(operation, call)
}

fn client_order_ids(values: &Map<String, Value>) -> Vec<String> {
    let input = Input::new(values);
    let items = ["orders", "subOrderList"].into_iter().flat_map(|list| input.objects(list));
    std::iter::once(input).chain(items).filter_map(|input| input.text("clientOrderId")).map(str::to_owned).collect()
}

fn note(world: &World, operation: Operation, request: &RawRequest, outcome: Outcome) {
    let Outcome { user, client_order_ids, code } = outcome;
    tracing::debug!(request = request.number, %operation, code, "a request");
    let (number, request_id, at) = (request.number, request.id.clone(), world.clock.now());
    world.record().add(Received { number, at, operation, request_id, user, client_order_ids, code });
}

/// A fault in place of the answer.
fn stand_in(fault: &Fault, peer: &Peer, request_id: &str) -> Response<Body> {
    let status = |status: u16| StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    match fault {
        Fault::RateLimit { retry_after } => rate_limited(*retry_after, request_id),
        Fault::ErrorBefore { status: of } | Fault::ErrorAfter { status: of } => server_error(status(*of), request_id),
        Fault::HtmlBefore { status: of } | Fault::HtmlAfter { status: of } => html_error(status(*of)),
        _ => {
            peer.drop_connection();
            // The server has to be given something; the connection does not let it out.
            Response::new(Body::empty())
        }
    }
}

fn on_the_wire(body: Bytes, plan: &Plan) -> Body {
    if plan.truncates() {
        Body::new(Truncated::new(&body))
    } else if let Some(pause) = plan.byte_delay() {
        Body::new(Slow::new(body, pause))
    } else {
        Body::from(body)
    }
}

/// A whole answer.
pub(super) fn whole(answer: Answer, request_id: &str) -> Response<Body> {
    let body = answer.body(request_id);
    answer.into_response(Body::from(body))
}

async fn pause(duration: Duration) {
    if !duration.is_zero() {
        tokio::time::sleep(duration).await;
    }
}
