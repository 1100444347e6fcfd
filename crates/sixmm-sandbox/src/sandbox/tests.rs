//! An exchange with the system clock follows this clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::Sandbox;
use super::builder::TICK;
use crate::{Clock, UnixMillis};

const START: i64 = 1_772_710_377_808;

/// An exchange with a clock that it treats as the system clock.
async fn exchange() -> (Sandbox, Arc<AtomicI64>) {
    let clock = Arc::new(AtomicI64::new(START));
    let sandbox = Sandbox::builder().clock(Clock::simulated_real(Arc::clone(&clock))).start().await.expect("a port is free");
    assert_eq!(time_of(&sandbox), START);
    (sandbox, clock)
}

/// The time up to which the exchange has advanced.
fn time_of(sandbox: &Sandbox) -> i64 {
    let state = sandbox.shared.lock();
    state.exchange.now().as_millis()
}

#[tokio::test]
async fn a_request_advances_the_exchange_to_the_current_time() {
    let (sandbox, clock) = exchange().await;
    // The background task runs once at the start, and again a second later.
    clock.store(START + 1, Ordering::SeqCst);
    for _ in 0..1_000_000 {
        if time_of(&sandbox) == START {
            tokio::task::yield_now().await;
        }
    }
    clock.store(START + 60, Ordering::SeqCst);
    assert_eq!(time_of(&sandbox), START + 1);
    ask(&sandbox).await;
    assert_eq!(time_of(&sandbox), START + 60);
}

async fn ask(sandbox: &Sandbox) {
    let mut stream = TcpStream::connect(sandbox.address()).await.expect("the exchange listens");
    stream.write_all(b"GET /v1/time HTTP/1.1\r\nHost: sandbox\r\nConnection: close\r\n\r\n").await.expect("the exchange reads");
    stream.read_to_end(&mut Vec::new()).await.expect("the exchange answers");
}

#[tokio::test(start_paused = true)]
async fn the_exchange_advances_without_requests() {
    let (sandbox, clock) = exchange().await;
    tokio::task::yield_now().await;
    for tick in 1..4 {
        clock.store(START + 1000 * tick, Ordering::SeqCst);
        tokio::time::sleep(TICK + Duration::from_millis(1)).await;
        assert_eq!(time_of(&sandbox), START + 1000 * tick);
    }
    assert_eq!(sandbox.now(), UnixMillis::new(START + 3000));
}
