//! Advances a `ManualTime` for a future that waits.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use tokio::time::Sleep;
use venue_core::ManualTime;

/// The number of turns of the runtime within which a response of a server on this machine always arrives.
const IDLE_TURNS: usize = 500;

/// The number of turns of the runtime after which the `ManualTime` advances even if the future that [`drive`] polls was never idle. For
/// example, a future that yields in a loop is never idle.
const BUSY_TURNS: usize = 40 * IDLE_TURNS;

/// How long the runtime may be idle before the sleepers are looked at again.
const PAUSE: Duration = Duration::from_millis(100);

/// Polls a future until it is ready. Whenever no response is under way, advances `time` to the deadline of the next sleeping future.
///
/// No response is under way if the future was not woken in the last 500 turns of the runtime. If no future sleeps on `time` then, the
/// runtime becomes idle for up to 100 ms. If tokio's clock is paused, it advances during this idle time, so that a timeout of tokio passes.
pub async fn drive<T>(time: &ManualTime, future: impl Future<Output = T>) -> T {
    drive_after(IDLE_TURNS, time, future).await
}

/// Polls a future like [`drive`], but advances `time` if the future was not woken in the last `idle_turns` turns of the runtime. A small
/// number makes a test with many waits faster, but a timeout on `time` can then pass before a response arrives.
pub async fn drive_after<T>(idle_turns: usize, time: &ManualTime, future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    let signal = Arc::new(Signal::default());
    let waker = Waker::from(Arc::clone(&signal));
    let (mut idle, mut total) = (0, 0);
    let mut pause: Option<Pin<Box<Sleep>>> = None;
    std::future::poll_fn(|context| {
        signal.forward_to(context.waker());
        // The future is only polled after a wake-up, because a poll of a client's call costs much more than a turn of the runtime.
        if signal.take() {
            (idle, pause) = (0, None);
            if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                return Poll::Ready(output);
            }
        }
        if pause.as_mut().is_some_and(|pause| pause.as_mut().poll(context).is_pending()) {
            return Poll::Pending;
        }
        pause = None;
        (idle, total) = (idle + 1, total + 1);
        if idle >= idle_turns || total >= BUSY_TURNS {
            let is_busy = idle < idle_turns;
            (idle, total) = (0, 0);
            if !time.advance_to_next_wake() && !is_busy {
                pause = Some(Box::pin(tokio::time::sleep(PAUSE)));
            }
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await
}

/// Records the wake-ups of a future, and forwards them to the waker of the task.
struct Signal {
    is_woken: AtomicBool,
    task: Mutex<Waker>,
}

impl Default for Signal {
    fn default() -> Self {
        Self { is_woken: AtomicBool::new(true), task: Mutex::new(Waker::noop().clone()) }
    }
}

impl Signal {
    fn forward_to(&self, waker: &Waker) {
        self.task.lock().expect("no wake-up panics").clone_from(waker);
    }

    fn take(&self) -> bool {
        self.is_woken.swap(false, Ordering::SeqCst)
    }
}

impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        self.is_woken.store(true, Ordering::SeqCst);
        let task = self.task.lock().expect("no wake-up panics").clone();
        task.wake();
    }
}
