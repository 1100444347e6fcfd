//! What every request goes through: faults, credentials, the specification, the exchange, and faults again.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Request, Response, StatusCode};

use super::connection::Peer;
use super::envelope::{Answer, html_error, rate_limited, server_error};
use super::operations::{Call, carry_out};
use super::received::{Effect, Kept};
use super::request::{RawRequest, RequestId};
use crate::clock::ShownClock;
use crate::faults::{Fault, Plan, Slow, Stage, Truncated, reshape};
use crate::refusal::Refusal;
use crate::spec::{self, Input, Operation};
use crate::world::World;

/// More than any documented body needs. The vendor's limit is not documented.
const LARGEST_BODY: usize = 1 << 20;

/// Answers a request for an operation.
pub(super) async fn operation(world: Arc<World>, operation: Operation, peer: Peer, request: Request<Body>) -> Response<Body> {
    let number = world.next_request();
    let (head, body) = request.into_parts();
    let id = RequestId::new(&head.headers, number);
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
        let refusal = Refusal::out_of_range("Parameter out of range: body must be at most 1048576 bytes");
        let answer = Answer::from(refusal).with_status(StatusCode::PAYLOAD_TOO_LARGE);
        note(&world, operation, (number, &id), Noted::default(), Some(&answer));
        return whole(answer, &id);
    };
    let request = RawRequest { number, id, from: peer.address.ip(), head, body };
    let mut plan = world.faults.plan(operation, number, &world.clock);
    let delay = total(&plan.strike(Stage::Delay));
    if delay.is_zero() {
        return looked_at(&world, operation, &peer, &request, plan).await;
    }
    // A task of its own: a client that gives up waiting does not take back what it has sent.
    let id = request.id.clone();
    let late = tokio::spawn(async move {
        tokio::time::sleep(delay).await;
        looked_at(&world, operation, &peer, &request, plan).await
    });
    late.await.unwrap_or_else(|_| whole(Answer::from(Refusal::internal_error()), &id))
}

/// Answers a request whose turn has come.
async fn looked_at(world: &World, operation: Operation, peer: &Peer, request: &RawRequest, mut plan: Plan) -> Response<Body> {
    let by = (request.number, &request.id);
    if let Some(fault) = plan.strike(Stage::Before).pop() {
        note(world, operation, by, Noted::default(), None);
        return stand_in(&fault, peer, &request.id);
    }
    let mut noted = Noted::default();
    let mut answer = executed(world, operation, request, &mut plan, &mut noted);
    note(world, operation, by, noted, Some(&answer));
    pause(total(&plan.strike(Stage::DelayAnswer))).await;
    if let Some(fault) = plan.strike(Stage::After).pop() {
        return stand_in(&fault, peer, &request.id);
    }
    if plan.of(Stage::Data).next().is_some() {
        answer.change(|data| plan.strike_if(Stage::Data, |fault| reshape(data, operation, fault, &world.faults)));
    }
    let body = answer.body(&request.id);
    answer.into_response(on_the_wire(body, &mut plan))
}

/// What the record tells of who sent a request, and of what it names. Of one that the exchange never saw it tells nothing.
#[derive(Default)]
struct Noted {
    user: Option<Arc<str>>,
    client_order_ids: Vec<String>,
}

/// What the exchange makes of a request, by a clock that may be wrong.
fn executed(world: &World, operation: Operation, request: &RawRequest, plan: &mut Plan, noted: &mut Noted) -> Answer {
    let skew = plan.of(Stage::Clock).fold(0_i64, |sum, fault| match fault {
        Fault::ClockSkew { millis } => sum.saturating_add(*millis),
        _ => sum,
    });
    let shown = ShownClock::new(&world.clock, skew);
    let answer = settled(catch_unwind(AssertUnwindSafe(|| execute(world, operation, request, &shown, noted))));
    if shown.was_seen() {
        plan.strike(Stage::Clock);
    }
    answer
}

/// A panic is a mistake in this program. What it had done by then stands.
fn settled(result: std::thread::Result<Result<Answer, Refusal>>) -> Answer {
    match result {
        Ok(result) => result.unwrap_or_else(Answer::from),
        Err(_) => Answer::from(Refusal::internal_error()).with_effect(Effect::Unknown),
    }
}

/// From credentials to the answer, under one lock: what a request sees and changes, no other request sees half-done.
fn execute(
    world: &World,
    operation: Operation,
    request: &RawRequest,
    shown: &ShownClock<'_>,
    noted: &mut Noted,
) -> Result<Answer, Refusal> {
    let facts = operation.facts();
    let credentials = request.credentials();
    let mut state = world.state();
    let now = world.clock.now();
    let caller = state.auth.identify(operation, &credentials, now, shown)?;
    noted.user = caller.user().cloned();
    let values = match facts.body {
        Some(schema) => spec::body(schema, &request.body, world.inferences)?,
        None => spec::query(facts, request.query(), world.inferences)?,
    };
    noted.client_order_ids = client_order_ids(Input::new(&values));
    state.exchange.advance(now);
    let call = Call { state: &mut state, caller, cookie: credentials.cookie, from: request.from, input: Input::new(&values), now, shown };
    carry_out(operation, call)
}

fn client_order_ids(input: Input<'_>) -> Vec<String> {
    let items = ["orders", "subOrderList"].into_iter().flat_map(|list| input.objects(list));
    std::iter::once(input).chain(items).filter_map(|input| input.text("clientOrderId")).map(str::to_owned).collect()
}

/// Puts a request on record, by its number and its id, with what the exchange answered if it saw the request.
fn note(world: &World, operation: Operation, (number, id): (u64, &RequestId), noted: Noted, answer: Option<&Answer>) {
    let Noted { user, client_order_ids } = noted;
    let (code, effect) = answer.map_or((None, Effect::None), |answer| (Some(answer.code), answer.effect));
    tracing::debug!(request = number, %operation, code, refusal = answer.and_then(Answer::refusal), "a request");
    let kept = Kept { number, at: world.clock.now(), operation, id: id.clone(), user, client_order_ids, code, effect };
    world.record().add(kept);
}

/// A fault in place of the answer.
fn stand_in(fault: &Fault, peer: &Peer, request_id: &RequestId) -> Response<Body> {
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

fn on_the_wire(body: Bytes, plan: &mut Plan) -> Body {
    if !plan.strike(Stage::Truncate).is_empty() {
        return Body::new(Truncated::new(&body));
    }
    match plan.strike(Stage::Slow).first() {
        Some(slow) => Body::new(Slow::new(body, slow.pause())),
        None => Body::from(body),
    }
}

/// A whole answer.
pub(super) fn whole(answer: Answer, request_id: &RequestId) -> Response<Body> {
    let body = answer.body(request_id);
    answer.into_response(Body::from(body))
}

/// How long several faults take, one after the other.
fn total(faults: &[Fault]) -> Duration {
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
    fn after_a_panic_nobody_knows_what_took_effect() {
        let answer = settled(Err(Box::new("a mistake")));
        assert_eq!((answer.code, answer.status, answer.effect), (5001, StatusCode::INTERNAL_SERVER_ERROR, Effect::Unknown));
        let refused = settled(Ok(Err(Refusal::replayed())));
        assert_eq!((refused.code, refused.effect), (3004, Effect::None));
        assert_eq!(settled(Ok(Ok(Answer::success(json!({}))))).effect, Effect::Whole);
    }
}
