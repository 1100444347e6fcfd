//! The task of the user's state: passes messages, results of requests and the time to the state machine, and executes its outputs.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use sixmm_api::{BoxFuture, UnixMillis};
use tokio::sync::{mpsc, oneshot, watch};
use venue_runtime::clock::SyncReason;
use venue_runtime::user_state::{Input, LossOfTrust, Moment, Output, ReadId, ReadResult, UserStateMachine, UserStateSettings};
use venue_stream::Event;

use super::account::SixMmAccount;
use super::journal::Journal;
use super::{UserState, UserUpdate, notices, reads};
use crate::client_inner::ClientInner;
use crate::streams::{TopicStream, UserEvent};

pub(super) struct Driver {
    pub(super) client: ClientInner,
    pub(super) stream: TopicStream<UserEvent>,
    pub(super) machine: UserStateMachine<SixMmAccount>,
    // The trust in the state ends before the events do, because fields are dropped in this order.
    pub(super) state: StateSender,
    pub(super) journal: Journal,
    pub(super) events: EventSender,
    pub(super) commands: mpsc::Receiver<Command>,
    pub(super) reads: FuturesUnordered<BoxFuture<'static, (ReadId, ReadResult<SixMmAccount>)>>,
    /// When the program opened the stream, by the exchange's clock. Empty if the program has set `fills_since`.
    pub(super) opened: FuturesUnordered<BoxFuture<'static, UnixMillis>>,
}

/// An input of the program.
pub(super) struct Command {
    pub(super) input: Input<SixMmAccount>,
    /// Informed after the input has been processed.
    pub(super) done: oneshot::Sender<()>,
}

impl Driver {
    /// Runs until the stream is closed. If the program has not set `fills_since`, `opened` is when it opened the stream.
    pub(super) async fn run(mut self, mut settings: UserStateSettings, opened: Option<Duration>, journal: Option<Box<dyn Write + Send>>) {
        if let Some(opened) = opened {
            settings.fills_since = None;
            self.opened.push(Box::pin(exchange_time_at(self.client.clone(), opened)));
        }
        self.journal = Journal::new(journal, &settings);
        self.machine = UserStateMachine::new(settings);
        loop {
            let Some(Next { input, done }) = self.next().await else { continue };
            let is_closed = input == Input::TrustLost(LossOfTrust::Closed);
            self.step(input);
            if let Some(done) = done {
                // The program may no longer wait.
                let _ = done.send(());
            }
            if is_closed {
                // This ends `wait_until` and `reconcile`, also while the program reads no event.
                let Self { mut events, state, commands, journal, .. } = self;
                drop((state, commands, journal));
                events.finish().await;
                return;
            }
        }
    }

    /// The next input. `None` for an event of the stream that changes nothing.
    async fn next(&mut self) -> Option<Next> {
        let time = Arc::clone(self.client.time());
        let pause = self.machine.next_wakeup().saturating_sub(time.monotonic());
        tokio::select! {
            biased;
            Some((id, result)) = self.reads.next() => Some(Input::Read(id, result).into()),
            Some(Command { input, done }) = self.commands.recv() => Some(Next { input, done: Some(done) }),
            Some(time) = self.opened.next() => Some(Input::FillsSince(time).into()),
            event = self.stream.next() => self.input_of(event).map(Next::from),
            () = time.sleep(pause) => Some(Input::Wakeup.into()),
        }
    }

    fn input_of(&self, event: Option<Event<UserEvent>>) -> Option<Input<SixMmAccount>> {
        Some(match event {
            None | Some(Event::Closed) => Input::TrustLost(LossOfTrust::Closed),
            Some(Event::Connected { .. }) => return None,
            Some(Event::Subscribed) => Input::Subscribed,
            Some(Event::Snapshot(event) | Event::Update(event)) => {
                let notice = notices::notice(&event);
                if let Some(hint) = notices::hint(&notice) {
                    self.client.lookup_hints().notify(hint);
                }
                Input::Notice(notice)
            }
            Some(Event::Stale { .. }) => Input::TrustLost(LossOfTrust::Stale),
            Some(Event::Resync { why }) => Input::TrustLost(LossOfTrust::Resync(why.to_string())),
            Some(Event::Lagged { skipped }) => Input::TrustLost(LossOfTrust::Lagged(skipped)),
            Some(Event::Disconnected { why }) => Input::TrustLost(LossOfTrust::Disconnected(why.to_string())),
            // An event of a later version of `venue-stream` may be a loss of trust.
            Some(_) => Input::TrustLost(LossOfTrust::Unreadable),
        })
    }

    fn step(&mut self, input: Input<SixMmAccount>) {
        let now = Moment { monotonic: self.client.time().monotonic(), exchange: self.client.server_now() };
        self.journal.record(now, &input);
        let outputs = self.machine.step(now, input);
        // The state is set before its events are sent, so that a program that receives an event reads a state that contains it.
        self.state.send(self.machine.state());
        for output in outputs {
            match output {
                Output::Read(id, read) => {
                    let client = self.client.clone();
                    self.reads.push(Box::pin(async move { (id, reads::send(client, read).await) }));
                }
                Output::Event(event) => self.events.send(event),
            }
        }
    }
}

/// The first pause after the exchange's clock could not be read. Each further pause is twice as long.
const FIRST_CLOCK_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause after the exchange's clock could not be read.
const LONGEST_CLOCK_PAUSE: Duration = Duration::from_secs(30);

/// The earliest time on the exchange's clock that a past moment can have had. The clock of this machine can be wrong by hours, so the
/// future waits until the exchange's clock is known. Otherwise, fills would be missing or repeated.
async fn exchange_time_at(client: ClientInner, moment: Duration) -> UnixMillis {
    let clock = client.clock();
    let mut pause = FIRST_CLOCK_PAUSE;
    // The uncertainty of an aged estimate contains its age.
    while !matches!(clock.needs_sync(), None | Some(SyncReason::Aged)) {
        let Err(error) = client.auth().sync_clock().await else { break };
        tracing::warn!(%error, "no fills are read before the exchange's clock is known, because `fills_since` is not set");
        client.time().sleep(pause).await;
        pause = pause.saturating_mul(2).min(LONGEST_CLOCK_PAUSE);
    }
    let since = client.time().monotonic().saturating_sub(moment).saturating_add(clock.uncertainty().unwrap_or_default());
    let since = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
    UnixMillis::new(client.server_now().as_millis().saturating_sub(since))
}

/// An input, and whom to inform after its step.
struct Next {
    input: Input<SixMmAccount>,
    done: Option<oneshot::Sender<()>>,
}

impl From<Input<SixMmAccount>> for Next {
    fn from(input: Input<SixMmAccount>) -> Self {
        Self { input, done: None }
    }
}

/// Sends the state to the program.
pub(super) struct StateSender {
    pub(super) client: ClientInner,
    pub(super) sender: watch::Sender<Arc<UserState>>,
}

impl StateSender {
    fn send(&self, state: &Arc<UserState>) {
        self.sender.send_if_modified(|sent| {
            let is_changed = !Arc::ptr_eq(sent, state);
            if is_changed {
                *sent = Arc::clone(state);
            }
            is_changed
        });
    }
}

impl Drop for StateSender {
    /// Ends the trust in the state, also if the task panicked or its runtime shuts down. Otherwise, a state without updates would remain
    /// confirmed.
    fn drop(&mut self) {
        self.sender.send_modify(|state| Arc::make_mut(state).end(self.client.server_now()));
    }
}

/// Sends events to the program. Events that do not fit are counted.
pub(super) struct EventSender {
    sender: mpsc::Sender<UserUpdate>,
    dropped: u64,
}

impl EventSender {
    pub(super) fn new(sender: mpsc::Sender<UserUpdate>) -> Self {
        Self { sender, dropped: 0 }
    }

    /// Sends an event if there is space for it and for the number of events that were dropped before it.
    fn send(&mut self, event: UserUpdate) {
        if self.dropped > 0 {
            if self.sender.capacity() < 2 || self.sender.try_send(UserUpdate::EventsDropped(self.dropped)).is_err() {
                self.dropped += 1;
                return;
            }
            self.dropped = 0;
        }
        if self.sender.try_send(event).is_err() {
            self.dropped += 1;
        }
    }

    /// Waits until the program has read enough events, and then reports the events that were dropped. Without this, a program that reads
    /// slowly would not learn of them after the end of the stream.
    async fn finish(&mut self) {
        // `Closed` is the last event, so it was dropped, too.
        let Some(dropped) = self.dropped.checked_sub(1) else { return };
        // The program may have dropped its stream.
        if dropped > 0 {
            let _ = self.sender.send(UserUpdate::EventsDropped(dropped)).await;
        }
        let _ = self.sender.send(UserUpdate::Closed).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A program that reads nothing until the stream has ended.
    #[tokio::test]
    async fn a_program_that_reads_late_learns_of_dropped_events_and_of_the_end() {
        let (sender, mut receiver) = mpsc::channel(2);
        let mut events = EventSender::new(sender);
        for skipped in 1..=5 {
            events.send(UserUpdate::TrustLost(LossOfTrust::Lagged(skipped)));
        }
        events.send(UserUpdate::Closed);
        let finish = async {
            events.finish().await;
            drop(events);
        };
        let read = async {
            let mut read = Vec::new();
            while let Some(event) = receiver.recv().await {
                read.push(event);
            }
            read
        };
        let ((), read) = tokio::join!(finish, read);
        let lost = |skipped| UserUpdate::TrustLost(LossOfTrust::Lagged(skipped));
        assert_eq!(read, [lost(1), lost(2), UserUpdate::EventsDropped(3), UserUpdate::Closed]);
    }

    #[tokio::test]
    async fn a_program_that_reads_in_time_gets_all_events() {
        let (sender, mut receiver) = mpsc::channel(2);
        let mut events = EventSender::new(sender);
        events.send(UserUpdate::TrustLost(LossOfTrust::Stale));
        events.send(UserUpdate::Closed);
        events.finish().await;
        assert_eq!(receiver.recv().await, Some(UserUpdate::TrustLost(LossOfTrust::Stale)));
        assert_eq!(receiver.recv().await, Some(UserUpdate::Closed));
        assert!(receiver.try_recv().is_err());
    }

    /// After the program has read some events, a dropped event is counted where it is missing.
    #[tokio::test]
    async fn dropped_events_are_reported_before_the_next_event() {
        let (sender, mut receiver) = mpsc::channel(3);
        let mut events = EventSender::new(sender);
        let lost = |skipped| UserUpdate::TrustLost(LossOfTrust::Lagged(skipped));
        (1..=5).for_each(|skipped| events.send(lost(skipped)));
        // One free place is not enough for the number and the next event.
        assert_eq!(receiver.try_recv(), Ok(lost(1)));
        events.send(lost(6));
        assert_eq!(receiver.try_recv(), Ok(lost(2)));
        events.send(lost(7));
        let rest: Vec<_> = std::iter::from_fn(|| receiver.try_recv().ok()).collect();
        assert_eq!(rest, [lost(3), UserUpdate::EventsDropped(3), lost(7)]);
    }
}
