//! An exchange on the machine's clock follows it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::Sandbox;
use super::builder::TICK;
use crate::{Clock, UnixMillis};

const START: i64 = 1_772_710_377_808;

/// With the clock that the exchange takes for the machine's.
async fn exchange() -> (Sandbox, Arc<AtomicI64>) {
    let clock = Arc::new(AtomicI64::new(START));
    let sandbox = Sandbox::builder().clock(Clock::of_test(Arc::clone(&clock))).start().await.expect("a free port");
    assert_eq!(time_of(&sandbox), START);
    (sandbox, clock)
}

/// How far the exchange has come.
fn time_of(sandbox: &Sandbox) -> i64 {
    let state = sandbox.world.state();
    state.exchange.now().as_millis()
}

#[tokio::test]
async fn a_request_finds_the_exchange_up_to_its_time() {
    let (sandbox, clock) = exchange().await;
    // What runs aside has its first turn at once, and the next one a second later.
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
async fn the_exchange_goes_on_while_nobody_asks() {
    let (sandbox, clock) = exchange().await;
    tokio::task::yield_now().await;
    for tick in 1..4 {
        clock.store(START + 1000 * tick, Ordering::SeqCst);
        tokio::time::sleep(TICK + Duration::from_millis(1)).await;
        assert_eq!(time_of(&sandbox), START + 1000 * tick);
    }
    assert_eq!(sandbox.now(), UnixMillis::new(START + 3000));
}
