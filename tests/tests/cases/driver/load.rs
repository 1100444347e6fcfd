//! Many calls at a steady rate.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use sixmm_ext::{CallOptions, Client};
use tokio::time::{Instant, timeout};

use super::orders::{normal, text};
use crate::model::{Load, Ready};
use crate::time::Timeline;

/// Makes the calls, and returns in which seconds too few were answered to their caller, and whether the next call waits too long.
pub(super) async fn run(client: &Client, ready: &Ready, load: Load, timeline: &Timeline) -> Vec<String> {
    timeline.expect_drops();
    let began = Instant::now();
    let answered: Arc<Mutex<Vec<Duration>>> = Arc::default();
    let mut calls = Vec::new();
    for number in 0..load.for_ms / load.every_ms {
        timeline.pause(Duration::from_millis(number * load.every_ms).saturating_sub(began.elapsed())).await;
        let (client, ready, answered) = (client.clone(), ready.clone(), Arc::clone(&answered));
        calls.push(tokio::spawn(async move {
            let call = one(&client, &ready, &load);
            let is_answered = match load.caller_timeout_ms {
                Some(caller) => timeout(Duration::from_millis(caller), call).await.unwrap_or_default(),
                None => call.await,
            };
            if is_answered {
                answered.lock().expect("no call panics").push(began.elapsed());
            }
        }));
    }
    // The last callers give up.
    timeline.pause(Duration::from_secs(2)).await;
    let asked = Instant::now();
    let is_answered = one(client, ready, &Load { call_timeout_ms: None, ..load }).await;
    let next = asked.elapsed().as_millis();
    calls.iter().for_each(tokio::task::JoinHandle::abort);
    let answered = answered.lock().expect("no call panics").clone();
    let seconds = load.for_ms / 1000;
    let in_second = |second: u64| answered.iter().filter(|at| at.as_secs() == second).count();
    let counts: Vec<_> = (0..seconds).map(in_second).collect();
    let mut differences = Vec::new();
    if counts.iter().skip(1).any(|count| *count < load.answered_per_second) {
        differences
            .push(format!("expected {} calls answered in every second after the first, observed {counts:?}", load.answered_per_second));
    }
    if !is_answered || next > u128::from(load.next_within_ms) {
        differences.push(format!("the next call took {next} ms, more than {} ms", load.next_within_ms));
    }
    differences
}

/// One call; whether it was answered with a success.
async fn one(client: &Client, ready: &Ready, load: &Load) -> bool {
    let options = load.call_timeout_ms.map_or_else(CallOptions::new, |millis| CallOptions::new().timeout(Duration::from_millis(millis)));
    let orders = client.orders();
    let parameters = &ready.parameters;
    match &*ready.call {
        "place" => orders.place(normal(parameters)).options(options).send().await.accepted().is_some(),
        "cancel" => {
            let cancel = orders.cancel(text(parameters, "symbol"), sixmm_ext::types::OrderId::from(text(parameters, "orderId")));
            cancel.options(options).send().await.accepted().is_some()
        }
        "cancel_all" => orders.cancel_all().options(options).submit().await.accepted().is_some(),
        other => panic!("no load of {other} is possible"),
    }
}
