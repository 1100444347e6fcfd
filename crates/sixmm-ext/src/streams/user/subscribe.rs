//! `SubscribeUser` and `UserStream`: the user's state before and after it is opened.

use std::fmt;
use std::io::Write;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::Stream;
use futures_util::stream::FuturesUnordered;
use sixmm_api::UnixMillis;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use venue_runtime::user_state::{Input, Part, Trust, UserStateMachine, UserStateSettings};

use super::driver::{Command, Driver, EventSender, StateSender};
use super::journal::Journal;
use super::{SixMmAccount, UserState, UserUpdate};
use crate::client_inner::ClientInner;
use crate::streams::{StreamError, Subscribe, UserEvent};

/// The shortest interval of readings, so that a setting of zero does not send requests without a pause.
const SHORTEST_INTERVAL: Duration = Duration::from_millis(10);

/// The default number of events that wait for the program.
const BUFFER: usize = 65_536;

/// The settings of the user's state before it is opened. [`subscribe`](Self::subscribe) opens it.
#[must_use = "nothing is read until `subscribe()`"]
pub struct SubscribeUser {
    client: ClientInner,
    events: Subscribe<UserEvent>,
    fills_since: Option<UnixMillis>,
    slow_interval: Option<Duration>,
    min_interval: Option<Duration>,
    query_interval: Option<Duration>,
    buffer: usize,
    journal: Option<Box<dyn Write + Send>>,
}

impl SubscribeUser {
    pub(in crate::streams) fn new(client: ClientInner, events: Subscribe<UserEvent>) -> Self {
        Self {
            client,
            events,
            fills_since: None,
            slow_interval: None,
            min_interval: None,
            query_interval: None,
            buffer: BUFFER,
            journal: None,
        }
    }

    /// Reports the fills since this time, by the exchange's clock. The default is the time of [`subscribe`](Self::subscribe), for
    /// which the exchange's clock is read, and which includes the uncertainty of this clock. While the exchange's clock cannot be read, no
    /// fills are read, and the fills stay [`Unread`](Trust::Unread).
    ///
    /// A program that must not miss a fill over a restart stores each fill. After each [`UserUpdate::Reconciled`] it also stores the time
    /// (`created_at`) of the newest fill so far, and after a restart it passes this time minus a minute: fills of later readings can
    /// be missing before the program's end, and the exchange may list a fill late. It skips the fills that it has stored, by `fill_id`
    /// together with `order_id`, because both orders of a trade can be its own. If it has stored no time, it passes that of its first start.
    ///
    /// The order of each fill since this time is queried in the background, one per [`query_interval`](Self::query_interval). Nothing waits
    /// for these queries. An order that the exchange has forgotten is given up without a report. Each order that such a query shows for the
    /// first time is a [`Correction::Order`](crate::streams::Correction::Order) of a later [`UserUpdate::Reconciled`], although no message was
    /// lost.
    pub fn fills_since(mut self, time: UnixMillis) -> Self {
        self.fills_since = Some(time);
        self
    }

    /// Sets the interval of complete readings without a loss of trust: 30 seconds by default, at least 10 milliseconds.
    pub fn slow_interval(mut self, interval: Duration) -> Self {
        self.slow_interval = Some(interval);
        self
    }

    /// Sets the shortest interval between two readings of the same part: 500 ms by default, at least 10 ms.
    pub fn min_interval(mut self, interval: Duration) -> Self {
        self.min_interval = Some(interval);
        self
    }

    /// Sets the shortest interval between two queries of single orders: 200 ms by default, at least 10 ms.
    ///
    /// Each order that ends is queried at least once. If your program ends more than 5 orders per second for long, set a shorter interval.
    /// Otherwise, the orders wait for their confirmation. At most 4 queries wait for their responses at the same time, so responses that take
    /// 500 ms permit at most 8 queries per second. The requests count for the quota of the group `account`.
    pub fn query_interval(mut self, interval: Duration) -> Self {
        self.query_interval = Some(interval);
        self
    }

    /// Reads everything again if the private stream is silent for this time. There is no limit by default.
    pub fn stale_after(mut self, limit: Duration) -> Self {
        self.events = self.events.stale_after(limit);
        self
    }

    /// Sets the number of events that wait for a slow program: 65,536 by default, at least 2. Further events are dropped and counted
    /// ([`UserUpdate::EventsDropped`]). The state stays correct. Dropped fills are not reported again: a program that needs them opens the
    /// stream again with [`fills_since`](Self::fills_since).
    pub fn buffer(mut self, events: usize) -> Self {
        self.buffer = events.max(2);
        self
    }

    /// Writes the messages, the rows of the responses and the times to this output, one line of JSON each.
    /// [`replay_user`](crate::streams::replay_user) returns the same events from them.
    ///
    /// The task of the stream writes to the output itself, so the output must not block for long: pass a [`BufWriter`](std::io::BufWriter) of
    /// a local file. The output is flushed when the stream ends or is dropped, so a program that is killed loses the last lines. If writing fails or
    /// panics, the journal ends and the stream continues.
    ///
    /// Each stream needs a new file, because a journal cannot be continued. A journal does not restore the state: a restarted program
    /// replays the journals of its earlier runs for the fills that it has counted, and passes [`fills_since`](Self::fills_since), which reads
    /// the fills that a journal has lost.
    ///
    /// **The journal contains the user's orders, fills, positions and balance,** but no credentials.
    pub fn journal(mut self, output: impl Write + Send + 'static) -> Self {
        self.journal = Some(Box::new(output));
        self
    }

    /// Opens the private stream, and begins to read the state. Must be called in a tokio runtime, in which a task reads the state in the
    /// background until the returned stream is dropped.
    ///
    /// # Errors
    ///
    /// If the client has no credentials for the private channel, there is no tokio runtime, the address or a setting of the connection is
    /// invalid, or the recording cannot be opened. Nothing is sent then. Later failures are events.
    pub fn subscribe(self) -> Result<UserStream, StreamError> {
        let Self { client, events, fills_since, slow_interval, min_interval, query_interval, buffer, journal } = self;
        let runtime = Handle::try_current().map_err(|_| StreamError::no_runtime())?;
        let opened = fills_since.is_none().then(|| client.time().monotonic());
        let mut settings = UserStateSettings::new(fills_since.unwrap_or_else(|| client.server_now()));
        settings.slow_interval = slow_interval.unwrap_or(settings.slow_interval).max(SHORTEST_INTERVAL);
        settings.min_interval = min_interval.unwrap_or(settings.min_interval).max(SHORTEST_INTERVAL);
        settings.query_interval = query_interval.unwrap_or(settings.query_interval).max(SHORTEST_INTERVAL);
        let stream = events.subscribe()?;
        let machine = UserStateMachine::new(settings.clone());
        let (state, state_receiver) = watch::channel(Arc::clone(machine.state()));
        let state = StateSender { client: client.clone(), sender: state };
        let (sender, receiver) = mpsc::channel(buffer);
        let events = EventSender::new(sender);
        let (commands, received_commands) = mpsc::channel(1);
        let (reads, opening, none) = (FuturesUnordered::new(), FuturesUnordered::new(), Journal::none());
        let driver = Driver { client, stream, machine, journal: none, events, state, commands: received_commands, reads, opened: opening };
        let task = runtime.spawn(driver.run(settings, opened, journal));
        Ok(UserStream { events: receiver, handle: UserHandle { state: state_receiver, commands }, task })
    }
}

impl fmt::Debug for SubscribeUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SubscribeUser").field("events", &self.events).field("fills_since", &self.fills_since).finish_non_exhaustive()
    }
}

/// The user's state, and its events as a [`Stream`]. A task keeps the state current in the background, even while no event is read. Dropping
/// this value ends the task and closes the private stream if it has no other subscriber.
pub struct UserStream {
    events: mpsc::Receiver<UserUpdate>,
    handle: UserHandle,
    task: JoinHandle<()>,
}

impl UserStream {
    /// Waits for the next event. Returns `None` after [`UserUpdate::Closed`].
    ///
    /// A future that is dropped before it is ready loses no event.
    pub async fn next(&mut self) -> Option<UserUpdate> {
        self.events.recv().await
    }

    /// The state at this moment. It contains all events that [`next`](Self::next) has returned, and perhaps later ones.
    #[must_use]
    pub fn state(&self) -> Arc<UserState> {
        self.handle.state()
    }

    /// Reads everything again: see [`UserHandle::reconcile`].
    pub async fn reconcile(&self) -> Option<Arc<UserState>> {
        self.handle.reconcile().await
    }

    /// Waits until the state satisfies a condition: see [`UserHandle::wait_until`].
    pub async fn wait_until(&self, is_wanted: impl FnMut(&UserState) -> bool) -> Option<Arc<UserState>> {
        self.handle.wait_until(is_wanted).await
    }

    /// Access to the state for other tasks, and for a `select!` that also waits for [`next`](Self::next).
    #[must_use]
    pub fn handle(&self) -> UserHandle {
        self.handle.clone()
    }
}

/// Access to the user's state without its events. A clone accesses the same state. A handle does not keep the [`UserStream`] open: soon after
/// the stream was dropped, no part of the last state is confirmed.
#[derive(Clone)]
pub struct UserHandle {
    state: watch::Receiver<Arc<UserState>>,
    commands: mpsc::Sender<Command>,
}

impl UserHandle {
    /// The state at this moment.
    #[must_use]
    pub fn state(&self) -> Arc<UserState> {
        self.state.borrow().clone()
    }

    /// Reads everything again, and waits until each part is confirmed, undecided or not permitted. A program that has to be certain, for
    /// example before it stops, calls this method instead of waiting for the next slow reading, and checks
    /// [`UserState::is_confirmed`](venue_runtime::user_state::UserState::is_confirmed) of the result. While the private stream is
    /// disconnected or the exchange's clock is unknown, nothing is confirmed, and while the program trades, it can happen that the parts are
    /// never confirmed at the same time. So limit the wait with a timeout. Returns `None` if the stream is closed before.
    pub async fn reconcile(&self) -> Option<Arc<UserState>> {
        self.command(Input::Refresh).await?;
        let is_settled = |trust| matches!(trust, Trust::Confirmed | Trust::Undecided | Trust::NotPermitted);
        self.wait_until(|state| Part::ALL.into_iter().all(|part| is_settled(state.part(part).trust))).await
    }

    /// Waits until the state satisfies a condition. Returns `None` if the stream is closed before. Events are not skipped.
    pub async fn wait_until(&self, mut is_wanted: impl FnMut(&UserState) -> bool) -> Option<Arc<UserState>> {
        self.state.clone().wait_for(|state| is_wanted(state)).await.ok().map(|state| Arc::clone(&state))
    }

    /// Removes an order from the state, and no longer queries it and its fills. Returns the state without the order, or `None` if the stream
    /// is closed.
    ///
    /// An order that the exchange no longer shows stays open in the state, because "not found" proves nothing, and its part is
    /// [`Undecided`](Trust::Undecided) for ever. [`UserUpdate::Incomplete`] contains the id of such an order. Call this method after you have
    /// made sure that the order has no effect, for example by the positions and the balance. An order whose end REST has shown is not
    /// removed. If a row or a message shows the order again, it is tracked again.
    pub async fn forget_order(&self, id: &str) -> Option<Arc<UserState>> {
        self.command(Input::Forget(id.to_owned())).await?;
        Some(self.state())
    }

    /// Passes an input to the state machine, and waits until it has been processed.
    async fn command(&self, input: Input<SixMmAccount>) -> Option<()> {
        let (done, is_done) = oneshot::channel();
        self.commands.send(Command { input, done }).await.ok()?;
        is_done.await.ok()
    }
}

impl fmt::Debug for UserHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserHandle").field("is_closed", &self.commands.is_closed()).finish_non_exhaustive()
    }
}

impl Stream for UserStream {
    type Item = UserUpdate;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<UserUpdate>> {
        self.events.poll_recv(context)
    }
}

impl Drop for UserStream {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl fmt::Debug for UserStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserStream").field("is_closed", &self.events.is_closed()).finish_non_exhaustive()
    }
}
