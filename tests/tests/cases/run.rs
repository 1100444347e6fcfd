//! One case from its start to its report.

use std::panic::AssertUnwindSafe;
use std::task::Poll;
use std::time::Duration;

use tokio::time::{Instant, timeout};

use crate::driver::{Driver, Verdict};
use crate::exchange::Exchange;
use crate::expectation::{Outcome, differences};
use crate::model::{self, Instance};
use crate::request::Request;
use crate::server::Server;
use crate::time::{self, Timeline};

/// A call that takes longer than this, in virtual time, hangs.
const HANGS: Duration = Duration::from_secs(900);

/// What a case came to.
pub(crate) struct Report {
    pub(crate) differences: Vec<String>,
    requests: Vec<Request>,
    words: String,
}

/// Runs all cases of a file, and reports all that differ.
pub(crate) fn file(file: &str) {
    let instances: Vec<_> = model::instances(file).into_iter().filter(is_chosen).collect();
    let is_verbose = std::env::var_os("SIXMM_CASES_VERBOSE").is_some();
    let mut failed = Vec::new();
    for instance in &instances {
        let began = std::time::Instant::now();
        let report = run(instance);
        if is_verbose {
            println!("{:>6} ms {}", began.elapsed().as_millis(), instance.title());
        }
        if !report.differences.is_empty() {
            failed.push((instance.title(), report));
        }
    }
    println!("{file}: {} cases, {} failed", instances.len(), failed.len());
    for (title, Report { differences, requests, words }) in &failed {
        println!("FAILED {title}");
        differences.iter().for_each(|difference| println!("    {difference}"));
        if is_verbose {
            requests.iter().for_each(|request| println!("    {}", request.line()));
            words.lines().for_each(|line| println!("    {line}"));
        }
    }
    assert!(failed.is_empty(), "{file}: {} of {} cases failed, listed above", failed.len(), instances.len());
}

/// Runs one case in a time of its own.
pub(crate) fn run(instance: &Instance) -> Report {
    time::run(|timeline| steps(instance, timeline))
}

async fn steps(instance: &Instance, timeline: Timeline) -> Report {
    let case = &instance.case;
    let exchange = Exchange::new();
    let mut server = Server::start(exchange.clone(), &case.network, timeline.clone()).await;
    let mut driver = Driver::new(&server.url(), &case.client, &timeline);
    let mut report = Report { differences: driver.prepare().await, requests: Vec::new(), words: String::new() };
    server.disturb(&case.network).await;
    for (number, ready) in instance.steps.iter().enumerate() {
        if ready.step.after_ms > 0 {
            timeline.pause(Duration::from_millis(ready.step.after_ms)).await;
        }
        timeline.settle();
        exchange.begin(ready, number == 0);
        let began = Instant::now();
        if let Some(load) = &case.load {
            report.differences.extend(driver.load(ready, load).await);
            continue;
        }
        let limit = ready.step.drop_after_ms.map_or(HANGS, Duration::from_millis);
        let call = timeout(limit, caught(driver.call(&ready.call, &ready.parameters)));
        let is_dropped = ready.step.drop_after_ms.is_some();
        let verdict = call.await.unwrap_or_else(|_| Verdict::of([if is_dropped { "dropped" } else { "hangs" }]));
        let took = began.elapsed();
        let (requests, mut mistakes) = exchange.requests();
        if is_dropped {
            timeline.settle();
            timeline.pause(HANGS).await;
            let later = exchange.requests().0.len() - requests.len();
            mistakes.extend((later > 0).then(|| format!("{later} requests were sent after the call was dropped")));
        }
        let outcome = Outcome { verdict: &verdict, requests: &requests, took };
        let step = if instance.steps.len() > 1 { format!("step {}: ", number + 1) } else { String::new() };
        let found = mistakes.into_iter().chain(differences(ready, &outcome));
        report.differences.extend(found.map(|difference| format!("{step}{difference}")));
        report.requests.extend(requests);
        report.words.push_str(&verdict.words);
    }
    report
}

/// The verdict of a call, also if it panics.
async fn caught(call: impl Future<Output = Verdict>) -> Verdict {
    let mut call = std::pin::pin!(call);
    std::future::poll_fn(|context| {
        let polled = std::panic::catch_unwind(AssertUnwindSafe(|| call.as_mut().poll(context)));
        polled.unwrap_or_else(|_| Poll::Ready(Verdict::of(["panics"])))
    })
    .await
}

fn is_chosen(instance: &Instance) -> bool {
    let Ok(wanted) = std::env::var("SIXMM_CASES") else { return true };
    wanted.split(',').all(|text| instance.title().contains(text))
}
