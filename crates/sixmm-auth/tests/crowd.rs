//! Thousands of calls at once: no timestamp twice, and none outside of what the server accepts.

mod support;

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sixmm_api::{Attempt, BoxFuture, Client, Interceptor, Veto, requests, reqwest};
use sixmm_auth::Auth;
use tokio::task::JoinHandle;
use venue_core::{ManualTime, TimeSource as _};
use venue_runtime::ServerClock;

use support::{RetryWhenBusy, World, anything, new_key};

const CALLS: usize = 12_000;

/// What the server accepts, in milliseconds.
const TOLERANCE: i64 = 10_000;

/// By how much the server's clock is ahead of the clients'.
const AHEAD: i64 = 777;

/// Notes what would go out, by the true time of the server, and keeps it back: there are not enough sockets for all.
#[derive(Clone, Debug)]
struct Recorder {
    time: ManualTime,
    noted: Arc<Mutex<Vec<Noted>>>,
}

#[derive(Debug)]
struct Noted {
    timestamp: i64,
    signature: String,
    server_time: i64,
}

impl Interceptor for Recorder {
    fn on_attempt<'a>(&'a self, request: &'a mut reqwest::Request, _: Attempt) -> BoxFuture<'a, Result<(), Veto>> {
        let value = |name: &str| {
            let mut pairs = request.url().query_pairs();
            pairs.find(|(known, _)| known == name).expect("signed").1.into_owned()
        };
        let noted = Noted {
            timestamp: value("timestamp").parse().expect("a number"),
            signature: value("signature"),
            server_time: self.time.wall().as_millis() + AHEAD,
        };
        self.noted.lock().expect("no panic").push(noted);
        Box::pin(std::future::ready(Err(Veto::new("recorded"))))
    }
}

/// Several clients of one key: clones of one, and others with clocks of their own.
async fn clients(world: &World, recorder: &Recorder) -> Vec<Client> {
    world.server.be_ahead(AHEAD);
    let key = new_key();
    // The clocks of a test move while a thread that is kept waiting reads them one after the other: that would be a jump.
    let clock = || Arc::new(ServerClock::new(Arc::new(world.time.clone())).jump_tolerance(Duration::from_secs(3600)));
    let auths: Vec<Auth> = (0..3).map(|_| world.builder().clock(clock()).api_key(key.clone()).build()).collect();
    let auths = [auths.clone(), auths].concat();
    for auth in &auths {
        auth.sync_clock().await.expect("a clock");
    }
    let client = |auth: Auth| Client::from(world.plain.core().with_interceptors(vec![Arc::new(auth), Arc::new(recorder.clone())]));
    auths.into_iter().map(client).collect()
}

/// Advances the time by milliseconds, and only while a task waits for it.
async fn drive<T>(time: &ManualTime, tasks: &[JoinHandle<T>]) {
    while !tasks.iter().all(JoinHandle::is_finished) {
        tokio::task::yield_now().await;
        time.advance_to_next_wake();
    }
}

/// All calls at once; what went out.
fn crowd(runtime: &tokio::runtime::Runtime) -> Vec<Noted> {
    let noted = runtime.block_on(async {
        let world = World::new(|_| anything()).await;
        let recorder = Recorder { time: world.time.clone(), noted: Arc::default() };
        let clients = clients(&world, &recorder).await;
        let tasks = (0..CALLS).map(|index| {
            let client = clients[index % clients.len()].clone();
            tokio::spawn(async move { client.send(requests::UserAsset::new()).await.expect_err("kept back").to_string() })
        });
        let tasks = tasks.collect::<Vec<_>>();
        drive(&world.time, &tasks).await;
        for task in tasks {
            let error = task.await.expect("no panic");
            assert!(error.ends_with("recorded"), "{error}");
        }
        std::mem::take(&mut *recorder.noted.lock().expect("no panic"))
    });
    let timestamps = noted.iter().map(|noted| noted.timestamp).collect::<HashSet<_>>();
    let signatures = noted.iter().map(|noted| &noted.signature).collect::<HashSet<_>>();
    let furthest = noted.iter().map(|noted| noted.timestamp - noted.server_time).max().expect("many");
    println!("{} calls at once, {} duplicates, {furthest} ms ahead at most", noted.len(), CALLS - timestamps.len());
    assert_eq!((noted.len(), timestamps.len(), signatures.len()), (CALLS, CALLS, CALLS));
    assert!(furthest <= 5_000, "a burst takes up to five seconds and then waits: {furthest} ms");
    noted
}

#[test]
fn thousands_of_calls_of_several_clients_share_one_sequence() {
    crowd(&tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().expect("a runtime"));
}

/// On one thread, so that no time passes between signing and noting.
#[test]
fn none_of_thousands_of_timestamps_is_outside_of_the_window() {
    let noted = crowd(&tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime"));
    let outside = noted.iter().filter(|noted| (noted.timestamp - noted.server_time).abs() > TOLERANCE).count();
    let earliest = noted.iter().map(|noted| noted.timestamp - noted.server_time).min().expect("many");
    println!("{outside} outside of the window, {earliest} ms ahead at least");
    assert_eq!((outside, earliest), (0, 0));
}

#[tokio::test]
async fn calls_that_are_dropped_while_they_wait_do_not_delay_other_calls() {
    let world = World::new(|_| anything()).await;
    let recorder = Recorder { time: world.time.clone(), noted: Arc::default() };
    let clients = clients(&world, &recorder).await;
    for _ in 0..=5_000 {
        assert!(clients[0].send(requests::UserAsset::new()).await.is_err());
    }
    let waiting = (0..100).map(|_| {
        let client = clients[0].clone();
        tokio::spawn(async move { client.send(requests::UserAsset::new()).await.is_err() })
    });
    let waiting = waiting.collect::<Vec<_>>();
    support::until(|| world.time.sleepers() > 0).await;
    waiting.iter().take(99).for_each(JoinHandle::abort);
    drive(&world.time, &waiting).await;
    assert_eq!(recorder.noted.lock().expect("no panic").len(), 5_002);
}

#[tokio::test]
async fn every_attempt_is_signed_again() {
    let world = World::new(|_| RetryWhenBusy::busy()).await;
    let auth = world.builder().api_key(new_key()).interceptor(Arc::new(RetryWhenBusy)).build();
    assert!(auth.client().send(requests::UserAsset::new()).await.is_err());
    let seen = world.server.seen();
    let signatures = seen.iter().map(|seen| seen.parameter("signature")).collect::<HashSet<_>>();
    assert_eq!((seen.len(), signatures.len()), (5, 5));
    assert!(seen.iter().all(|seen| seen.query.matches("signature=").count() == 1));
}
