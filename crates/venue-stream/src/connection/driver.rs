//! The task of a connection: executes the outputs of the state machine, and reports what happens as its inputs.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use venue_core::panics::contain_panic;
use venue_core::{BoxFuture, Secret};

use super::core::{Shared, unlock};
use crate::state::{Input, Output};
use crate::transport::{Connect, Outgoing, Received, Transport};
use crate::{ConnectAttempt, CredentialSource, Credentials, DisconnectReason, MonotonicTime};

/// The largest number of messages that are received while the lock is held. After such a batch, the task yields to the subscribers, so that
/// the texts are still in the processor's cache when they are read.
const BATCH: usize = 32;

/// The number of bytes after which a batch of messages ends, because the messages of a batch are not yet limited by the subscribers' buffers.
const BATCH_BYTES: usize = 256 << 10;
/// The number of rounds after which the task yields to other tasks.
const ROUNDS: usize = 8;
/// The time for the close frames of both sides.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// The task. Each poll executes what can be done at once, until nothing can be done.
pub(super) struct Driver {
    shared: Arc<Shared>,
    connect: Arc<dyn Connect>,
    credentials: Option<Arc<dyn CredentialSource>>,
    write_timeout: Duration,
    link: Link,
    /// Messages that the transport has not accepted yet.
    outbox: VecDeque<Outgoing>,
    /// Whether the transport may have accepted messages that are not written yet.
    is_flushing: bool,
    /// When the transport began to refuse bytes.
    write_blocked: Option<MonotonicTime>,
    /// The last connection while it is closed, and the end of the time for it.
    closing: Option<(Box<dyn Transport>, MonotonicTime)>,
    sleep: Option<(MonotonicTime, BoxFuture<'static, ()>)>,
    is_finished: bool,
}

type Opened = (Box<dyn Transport>, Option<Secret>);

enum Link {
    None,
    Connecting { connection: u64, opening: BoxFuture<'static, Result<Opened, Failure>> },
    Open { connection: u64, transport: Box<dyn Transport>, login: Option<Secret> },
}

/// Why a batch of messages ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum BatchEnd {
    /// All messages were received. The task is woken by the next one.
    Waiting,
    /// The state machine has actions to execute, or the connection was lost.
    Interrupted,
    /// The batch has reached its limit. Other tasks have to run before the next one.
    Full,
}

/// Why an attempt to connect failed, and whether the connection is closed for good.
struct Failure {
    why: DisconnectReason,
    is_fatal: bool,
}

impl Driver {
    pub(super) fn new(
        shared: Arc<Shared>,
        connect: Arc<dyn Connect>,
        credentials: Option<Arc<dyn CredentialSource>>,
        write_timeout: Duration,
    ) -> Self {
        Self {
            shared,
            connect,
            credentials,
            write_timeout,
            link: Link::None,
            outbox: VecDeque::new(),
            is_flushing: false,
            write_blocked: None,
            closing: None,
            sleep: None,
            is_finished: false,
        }
    }

    /// Executes the actions of the state machine.
    fn execute_actions(&mut self) -> bool {
        let mut core = self.shared.lock();
        if core.actions.is_empty() {
            return false;
        }
        let actions = std::mem::take(&mut core.actions);
        drop(core);
        for action in actions {
            match action {
                Output::Connect { connection } => self.open(connection),
                Output::Disconnect { .. } => self.close(),
                Output::SendText(text) => self.outbox.push_back(Outgoing::Text(text)),
                Output::SendPing => self.outbox.push_back(Outgoing::Ping),
                Output::SendLogin => {
                    if let Link::Open { login, .. } = &mut self.link
                        && let Some(login) = login.take()
                    {
                        self.outbox.push_back(Outgoing::Text(login.expose_secret().to_owned()));
                    }
                }
                Output::Finished => self.is_finished = true,
                Output::Event { .. } | Output::Unreadable(_) => {}
            }
        }
        true
    }

    fn open(&mut self, connection: u64) {
        tracing::debug!(connection, "connecting");
        let attempt = ConnectAttempt { connection, previous: self.shared.lock().state.last_loss().cloned() };
        let opening = Box::pin(open(Arc::clone(&self.connect), self.credentials.clone(), attempt));
        self.link = Link::Connecting { connection, opening };
    }

    fn close(&mut self) {
        self.outbox.clear();
        (self.is_flushing, self.write_blocked) = (false, None);
        if let Link::Open { transport, .. } = std::mem::replace(&mut self.link, Link::None) {
            self.closing = Some((transport, self.shared.now() + CLOSE_TIMEOUT));
        }
    }

    fn poll_opening(&mut self, context: &mut Context<'_>) -> bool {
        let Link::Connecting { connection, opening } = &mut self.link else { return false };
        let connection = *connection;
        let result = match contain_panic(|| opening.as_mut().poll(context)) {
            Ok(Poll::Pending) => return false,
            Ok(Poll::Ready(result)) => result,
            Err(_) => {
                let why = DisconnectReason::CredentialsUnavailable("the source of the credentials panicked".to_owned());
                Err(Failure { why, is_fatal: false })
            }
        };
        match result {
            Ok((transport, login)) => {
                tracing::debug!(connection, "connected");
                let has_login = login.is_some();
                self.link = Link::Open { connection, transport, login };
                self.step(Input::Opened { connection, has_login });
            }
            Err(Failure { why, is_fatal }) => {
                self.link = Link::None;
                self.lose(connection, why);
                if is_fatal {
                    self.step(Input::Close);
                }
            }
        }
        true
    }

    /// Receives a batch of messages, with one lock and one reading of the clock for all of them.
    fn poll_receive(&mut self, context: &mut Context<'_>) -> BatchEnd {
        let Link::Open { connection, transport, .. } = &mut self.link else { return BatchEnd::Waiting };
        let connection = *connection;
        let mut locked = None;
        let mut lost = None;
        let mut has_ping = false;
        let mut end = BatchEnd::Full;
        let (mut received, mut bytes) = (0, 0);
        while received < BATCH && bytes < BATCH_BYTES && lost.is_none() {
            let poll = transport.poll_receive(context, &mut |message| {
                let (core, now) = locked.get_or_insert_with(|| {
                    let core = self.shared.lock();
                    let now = self.shared.now();
                    (core, now)
                });
                match message {
                    Received::Text(text) => {
                        bytes += text.len();
                        core.step(*now, Input::Text { connection, text });
                    }
                    Received::Binary(length) => core.step(*now, Input::Binary { connection, length }),
                    Received::Ping | Received::Pong => {
                        let is_pong = message == Received::Pong;
                        has_ping |= !is_pong;
                        core.step(*now, Input::Control { connection, is_pong });
                    }
                    Received::Close { code, reason } => {
                        lost = Some(DisconnectReason::ClosedByServer { code, text: core.state.redacted(reason) });
                    }
                    Received::End => {
                        let detail = "the server ended the connection without a close frame";
                        lost = Some(DisconnectReason::ConnectionFailed(detail.to_owned()));
                    }
                }
            });
            match poll {
                Poll::Pending => {
                    end = BatchEnd::Waiting;
                    break;
                }
                Poll::Ready(Ok(())) => received += 1,
                Poll::Ready(Err(error)) => lost = Some(DisconnectReason::ConnectionFailed(error.to_string())),
            }
            // The state machine may have ended the connection.
            if locked.as_ref().is_some_and(|(core, _)| !core.actions.is_empty()) {
                end = BatchEnd::Interrupted;
                break;
            }
        }
        if let Some((core, _)) = locked {
            unlock(core);
        }
        self.is_flushing |= has_ping;
        if let Some(why) = lost {
            self.lose(connection, why);
            end = BatchEnd::Interrupted;
        }
        end
    }

    fn poll_send(&mut self, context: &mut Context<'_>) -> bool {
        let Link::Open { connection, transport, .. } = &mut self.link else { return false };
        let connection = *connection;
        if self.outbox.is_empty() && !self.is_flushing {
            return false;
        }
        let poll = loop {
            if self.outbox.is_empty() {
                break transport.poll_flush(context);
            }
            match transport.poll_ready(context) {
                Poll::Ready(Ok(())) => {}
                poll => break poll,
            }
            if let Some(message) = self.outbox.pop_front()
                && let Err(error) = transport.start_send(message)
            {
                break Poll::Ready(Err(error));
            }
            self.is_flushing = true;
        };
        match poll {
            Poll::Pending => {
                if self.write_blocked.is_none() {
                    self.write_blocked = Some(self.shared.now());
                }
                false
            }
            Poll::Ready(Ok(())) => {
                (self.is_flushing, self.write_blocked) = (false, None);
                false
            }
            Poll::Ready(Err(error)) => {
                self.lose(connection, DisconnectReason::ConnectionFailed(error.to_string()));
                true
            }
        }
    }

    fn poll_closing(&mut self, context: &mut Context<'_>) {
        if let Some((transport, _)) = &mut self.closing
            && transport.poll_close(context).is_ready()
        {
            self.closing = None;
        }
    }

    /// Handles deadlines that have passed, and waits for the next one.
    fn poll_timer(&mut self, context: &mut Context<'_>) -> bool {
        let now = self.shared.now();
        let write_deadline = self.write_blocked.map(|since| since + self.write_timeout);
        if let (Some(deadline), Link::Open { connection, .. }) = (write_deadline, &self.link)
            && now >= deadline
        {
            let connection = *connection;
            self.lose(connection, DisconnectReason::WriteTimeout);
            return true;
        }
        let close_deadline = self.closing.as_ref().map(|(_, deadline)| *deadline);
        if close_deadline.is_some_and(|deadline| now >= deadline) {
            self.closing = None;
            return true;
        }
        let state_deadline = self.shared.lock().state.next_deadline();
        if state_deadline.is_some_and(|deadline| now >= deadline) {
            self.step(Input::Tick);
            return true;
        }
        let Some(deadline) = state_deadline.into_iter().chain(write_deadline).chain(close_deadline).min() else {
            self.sleep = None;
            return false;
        };
        // A sleep that ends too early is continued. So a deadline that is postponed by each message does not create a sleep for each.
        if self.sleep.as_ref().is_none_or(|(end, _)| *end > deadline) {
            self.sleep = Some((deadline, self.shared.time().sleep(deadline.since(now))));
        }
        let is_over = self.sleep.as_mut().is_some_and(|(_, sleep)| sleep.as_mut().poll(context).is_ready());
        if is_over {
            self.sleep = None;
        }
        is_over
    }

    fn lose(&self, connection: u64, why: DisconnectReason) {
        tracing::debug!(connection, %why, "the connection was lost");
        self.step(Input::Lost { connection, why });
    }

    fn step(&self, input: Input<'_>) {
        let mut core = self.shared.lock();
        let now = self.shared.now();
        core.step(now, input);
        unlock(core);
    }
}

/// Gets the credentials, and opens a connection with them.
async fn open(connect: Arc<dyn Connect>, source: Option<Arc<dyn CredentialSource>>, attempt: ConnectAttempt) -> Result<Opened, Failure> {
    let credentials = match source {
        None => Credentials::none(),
        Some(source) => source
            .credentials(&attempt)
            .await
            .map_err(|error| Failure { why: DisconnectReason::CredentialsUnavailable(error.to_string()), is_fatal: error.is_fatal() })?,
    };
    match connect.connect(credentials.query).await {
        Ok(transport) => Ok((transport, credentials.login)),
        Err(error) => Err(Failure { why: DisconnectReason::ConnectFailed(error.to_string()), is_fatal: false }),
    }
}

impl Future for Driver {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let driver = self.get_mut();
        driver.shared.lock().set_task(context.waker());
        for _ in 0..ROUNDS {
            let mut has_progressed = driver.execute_actions();
            has_progressed |= driver.poll_opening(context);
            let end = driver.poll_receive(context);
            has_progressed |= end != BatchEnd::Waiting;
            has_progressed |= driver.execute_actions();
            has_progressed |= driver.poll_send(context);
            driver.poll_closing(context);
            if driver.is_finished && driver.closing.is_none() {
                return Poll::Ready(());
            }
            has_progressed |= driver.poll_timer(context);
            if !has_progressed {
                return Poll::Pending;
            }
            if end == BatchEnd::Full {
                break;
            }
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

/// Closes the state machine if the task ends, for example because the runtime is shut down. Otherwise subscribers would wait for ever.
impl Drop for Driver {
    fn drop(&mut self) {
        self.step(Input::Close);
    }
}
