//! What every request goes through: faults, credentials, the specification, the exchange, and faults again.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Request, Response, StatusCode};
use http_body_util::LengthLimitError;

use super::accept::READ_TIMEOUT;
use super::connection::Peer;
use super::envelope::{Answer, html_error, rate_limited, server_error};
use super::operations::{Call, carry_out};
use super::received::{Effect, Kept, MOST_IDS_ON_RECORD, cut};
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
    let body = match read(body).await {
        Ok(body) => body,
        Err(unread) => {
            let answer = unread.answer();
            note(&world, operation, (number, &id), Noted::default(), Some(&answer));
            return whole(answer, &id);
        }
    };
    let request = RawRequest { number, id, from: peer.address.ip(), head, body };
    let mut plan = world.faults.plan(operation, number, &world.clock);
    let delay = total(&plan.strike(Stage::Delay));
    let answered = if delay.is_zero() {
        looked_at(&world, operation, &peer, &request, plan).await
    } else {
        // A task of its own: a client that gives up waiting does not take back what it has sent.
        let id = request.id.clone();
        let late = tokio::spawn(async move {
            tokio::time::sleep(delay).await;
            looked_at(&world, operation, &peer, &request, plan).await
        });
        late.await.unwrap_or_else(|_| Some(whole(Answer::from(Refusal::internal_error()), &id)))
    };
    match answered {
        Some(response) => response,
        // Until the client closes the connection, or the exchange ends: the server drops this future then.
        None => std::future::pending().await,
    }
}

/// Why a request's body was not read completely.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unread {
    /// It is larger than [`LARGEST_BODY`].
    TooLarge,
    /// It did not arrive within [`READ_TIMEOUT`].
    TooSlow,
    /// The connection ended within it, or its chunks are malformed.
    Broken,
}

async fn read(body: Body) -> Result<Bytes, Unread> {
    match tokio::time::timeout(READ_TIMEOUT, to_bytes(body, LARGEST_BODY)).await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(error)) => Err(if error.into_inner().is::<LengthLimitError>() { Unread::TooLarge } else { Unread::Broken }),
        Err(_) => Err(Unread::TooSlow),
    }
}

impl Unread {
    fn answer(self) -> Answer {
        let (status, refusal) = match self {
            Self::TooLarge => {
                (StatusCode::PAYLOAD_TOO_LARGE, Refusal::out_of_range("Parameter out of range: body must be at most 1048576 bytes"))
            }
            Self::TooSlow => {
                let message = format!("Invalid parameter value: body did not arrive within {} seconds", READ_TIMEOUT.as_secs());
                (StatusCode::REQUEST_TIMEOUT, Refusal::invalid_parameter(message))
            }
            Self::Broken => {
                let message = "Invalid parameter value: body is incomplete, or its chunks are malformed";
                (StatusCode::BAD_REQUEST, Refusal::invalid_parameter(message))
            }
        };
        Answer::from(refusal).with_status(status)
    }
}

/// Answers a request whose turn has come; `None` if it is never answered.
async fn looked_at(world: &World, operation: Operation, peer: &Peer, request: &RawRequest, mut plan: Plan) -> Option<Response<Body>> {
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
    Some(answer.into_response(on_the_wire(body, &mut plan)))
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
        Some(schema) => spec::body(schema, &request.body)?,
        None => spec::query(facts, request.query())?,
    };
    noted.client_order_ids = client_order_ids(Input::new(&values));
    state.exchange.advance(now);
    let call = Call { state: &mut state, caller, cookie: credentials.cookie, from: request.from, input: Input::new(&values), now, shown };
    carry_out(operation, call)
}

/// The ids that a request names, as far as the record keeps them.
fn client_order_ids(input: Input<'_>) -> Vec<String> {
    let items = ["orders", "subOrderList"].into_iter().flat_map(|list| input.objects(list));
    let ids = std::iter::once(input).chain(items).filter_map(|input| input.text("clientOrderId"));
    ids.take(MOST_IDS_ON_RECORD).map(|id| cut(id).to_owned()).collect()
}

/// Puts a request on record, by its number and its id, with what the exchange answered if it saw the request.
fn note(world: &World, operation: Operation, (number, id): (u64, &RequestId), noted: Noted, answer: Option<&Answer>) {
    let Noted { user, client_order_ids } = noted;
    let (code, effect) = answer.map_or((None, Effect::None), |answer| (Some(answer.code), answer.effect));
    tracing::debug!(request = number, %operation, code, refusal = answer.and_then(Answer::refusal), "a request");
    let kept = Kept { number, at: world.clock.now(), operation, id: id.on_record(), user, client_order_ids, code, effect };
    world.record().add(kept);
}

/// A fault in place of the answer; `None` if it is never answered.
fn stand_in(fault: &Fault, peer: &Peer, request_id: &RequestId) -> Option<Response<Body>> {
    let status = |status: u16| StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    Some(match fault {
        Fault::RateLimit { retry_after } => rate_limited(*retry_after, request_id),
        Fault::ErrorBefore { status: of } | Fault::ErrorAfter { status: of } => server_error(status(*of), request_id),
        Fault::HtmlBefore { status: of } | Fault::HtmlAfter { status: of } => html_error(status(*of)),
        Fault::HangBefore | Fault::HangAfter => return None,
        _ => {
            peer.drop_connection();
            // The server has to be given something; the connection does not let it out.
            Response::new(Body::empty())
        }
    })
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
