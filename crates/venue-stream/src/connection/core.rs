//! The state machine with its subscribers, behind one lock.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use venue_core::TimeSource;
use venue_core::panics::contain_panic;

use super::subscriber::Subscriber;
use crate::recording::Recorder;
use crate::state::{Input, Output, State, TopicKey};
use crate::{Buffering, DisconnectReason, Event, MonotonicTime, RawText, StreamObserver, TopicSettings};

/// What the handles, the subscriptions and the task of a connection share.
#[derive(Debug)]
pub(super) struct Shared {
    core: Mutex<Core>,
    time: Arc<dyn TimeSource>,
}

impl Shared {
    pub(super) fn new(
        state: State,
        time: Arc<dyn TimeSource>,
        recorder: Option<Recorder>,
        observer: Option<Arc<dyn StreamObserver>>,
    ) -> Self {
        let core = Core {
            state,
            topics: Vec::new(),
            actions: VecDeque::new(),
            outputs: Vec::new(),
            wakers: Vec::new(),
            task: None,
            recorder,
            observer,
            reports: Vec::new(),
        };
        Self { core: Mutex::new(core), time }
    }

    pub(super) fn now(&self) -> MonotonicTime {
        MonotonicTime::from_start(self.time.monotonic())
    }

    pub(super) fn time(&self) -> &dyn TimeSource {
        &*self.time
    }

    /// Changes the state for a handle or a subscription, and wakes the task if it has something to do.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut Core, MonotonicTime) -> T) -> T {
        let mut core = self.lock();
        let deadline = core.state.next_deadline();
        // The time is read while the lock is held, so that the times of the steps never decrease.
        let now = self.now();
        let result = change(&mut core, now);
        if !core.actions.is_empty() || core.state.next_deadline() != deadline {
            let task = core.task.take();
            core.wakers.extend(task);
        }
        unlock(core);
        result
    }

    /// Locks the core for the task. The task has to call [`unlock`] at the end.
    pub(super) fn lock(&self) -> MutexGuard<'_, Core> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Unlocks the core. Then wakes the subscribers that wait, and calls the observer.
///
/// Wakers and observers are called without the lock, because both may use the connection: a waker may drop a task that owns a subscription.
pub(super) fn unlock(mut core: MutexGuard<'_, Core>) {
    core.dispatch();
    let wakers = std::mem::take(&mut core.wakers);
    let reports = std::mem::take(&mut core.reports);
    let observer = if reports.is_empty() { None } else { core.observer.clone() };
    drop(core);
    wakers.into_iter().for_each(Waker::wake);
    for report in reports {
        if let Some(observer) = &observer {
            report.send(&**observer);
        }
    }
}

/// A report for the observer.
#[derive(Debug)]
enum Report {
    Connecting(u64),
    Connected(u64),
    Disconnected(u64, Option<DisconnectReason>),
    Topic(Arc<str>, Event),
    Unreadable(RawText),
}

impl Report {
    fn send(self, observer: &dyn StreamObserver) {
        let sent = contain_panic(|| match &self {
            Self::Connecting(connection) => observer.on_connecting(*connection),
            Self::Connected(connection) => observer.on_connected(*connection),
            Self::Disconnected(connection, why) => observer.on_disconnected(*connection, why.as_ref()),
            Self::Topic(topic, event) => observer.on_topic_event(topic, event),
            Self::Unreadable(raw) => observer.on_unreadable(raw),
        });
        if sent.is_err() {
            tracing::error!("the observer of a stream panicked");
        }
    }
}

/// The state machine and its environment.
#[derive(Debug)]
pub(super) struct Core {
    pub(super) state: State,
    /// The topics by their index in the state machine.
    topics: Vec<Topic>,
    /// The outputs that the task has to execute.
    pub(super) actions: VecDeque<Output>,
    /// The outputs that were not passed on yet. Empty while no task holds the lock.
    outputs: Vec<Output>,
    /// The wakers to call after unlocking.
    wakers: Vec<Waker>,
    /// The waker of the task.
    task: Option<Waker>,
    recorder: Option<Recorder>,
    observer: Option<Arc<dyn StreamObserver>>,
    /// The reports to send after unlocking.
    reports: Vec<Report>,
}

#[derive(Clone, Debug)]
struct Topic {
    name: Arc<str>,
    subscribers: Vec<Arc<Subscriber>>,
}

impl Core {
    /// Applies an input: queues the actions, and passes the events to the subscribers.
    ///
    /// Messages of topics are passed on together when the lock is released, or with the first other output, so that a batch of messages
    /// locks a subscriber once.
    pub(super) fn step(&mut self, now: MonotonicTime, input: Input<'_>) {
        let before = self.outputs.len();
        self.apply(now, input);
        let is_datum = |output: &Output| matches!(output, Output::Event { event, .. } if event.is_datum());
        if !self.outputs[before..].iter().all(is_datum) {
            self.dispatch();
        }
    }

    fn apply(&mut self, now: MonotonicTime, input: Input<'_>) {
        if let Some(recorder) = &mut self.recorder {
            recorder.record_input(now, self.state.connection(), &input);
        }
        let was_open = self.state.is_open();
        let before = self.outputs.len();
        self.state.step(now, input, &mut self.outputs);
        if !was_open && self.state.is_open() && self.observer.is_some() {
            self.reports.push(Report::Connected(self.state.connection()));
        }
        if let Some(recorder) = &mut self.recorder {
            recorder.record_outputs(now, self.state.connection(), &self.outputs[before..]);
        }
    }

    pub(super) fn subscribe(&mut self, now: MonotonicTime, name: &str, settings: TopicSettings, buffering: Buffering) -> Arc<Subscriber> {
        let subscriber = Arc::new(Subscriber::new(buffering));
        let present = self.state.topic_key(name).into_iter().flat_map(|key| self.state.events_for_new_subscriber(key));
        let present: Vec<Event> = present.collect();
        self.apply(now, Input::Subscribe { topic: name, settings });
        match self.state.topic_key(name) {
            Some(key) => {
                for event in present {
                    subscriber.push(event);
                }
                self.topic_mut(key, name).subscribers.push(Arc::clone(&subscriber));
            }
            // The connection is closed.
            None => drop(subscriber.push(Event::Closed)),
        }
        self.dispatch();
        subscriber
    }

    /// The topic with this key, which the state machine may have used for another topic before.
    fn topic_mut(&mut self, key: TopicKey, name: &str) -> &mut Topic {
        let index = key.index();
        if self.topics.len() <= index {
            self.topics.resize(index + 1, Topic { name: Arc::default(), subscribers: Vec::new() });
        }
        let topic = &mut self.topics[index];
        if &*topic.name != name {
            *topic = Topic { name: name.into(), subscribers: Vec::new() };
        }
        topic
    }

    /// Sets the waker of the task.
    pub(super) fn set_task(&mut self, waker: &Waker) {
        match &mut self.task {
            Some(task) => task.clone_from(waker),
            None => self.task = Some(waker.clone()),
        }
    }

    /// Removes a subscriber, and unsubscribes the topic after the last one.
    pub(super) fn leave(&mut self, now: MonotonicTime, name: &str, subscriber: &Arc<Subscriber>) {
        let Some(key) = self.state.topic_key(name) else { return };
        let Some(topic) = self.topics.get_mut(key.index()) else { return };
        let before = topic.subscribers.len();
        topic.subscribers.retain(|other| !Arc::ptr_eq(other, subscriber));
        if topic.subscribers.is_empty() && before > 0 {
            self.step(now, Input::Unsubscribe { topic: name });
        }
    }

    /// Passes the outputs to the subscribers and to the task.
    fn dispatch(&mut self) {
        let mut outputs = std::mem::take(&mut self.outputs);
        let mut rest = outputs.drain(..);
        while let Some(output) = rest.next() {
            match output {
                Output::Event { topic: key, event } => {
                    let Some(topic) = self.topics.get_mut(key.index()) else { continue };
                    if let ([subscriber], true) = (topic.subscribers.as_slice(), event.is_datum()) {
                        self.wakers.extend(subscriber.push_all(event, || next_datum(&mut rest, key)));
                        continue;
                    }
                    if self.observer.is_some() && !event.is_datum() {
                        self.reports.push(Report::Topic(Arc::clone(&topic.name), event.clone()));
                    }
                    topic.report(event, &mut self.wakers);
                }
                Output::Unreadable(raw) => {
                    tracing::warn!(message = %raw, "a message of the server could not be read");
                    self.reports.push(Report::Unreadable(raw));
                }
                action => {
                    match action {
                        Output::Connect { connection } => self.reports.push(Report::Connecting(connection)),
                        Output::Disconnect { connection } => {
                            let why = if self.state.is_closed() { None } else { self.state.last_loss().cloned() };
                            self.reports.push(Report::Disconnected(connection, why));
                        }
                        _ => {}
                    }
                    self.actions.push_back(action);
                }
            }
        }
        drop(rest);
        self.outputs = outputs;
    }
}

/// Takes the next output if it is a message of this topic.
fn next_datum(rest: &mut std::vec::Drain<'_, Output>, key: TopicKey) -> Option<Event> {
    match rest.as_slice().first() {
        Some(Output::Event { topic, event }) if *topic == key && event.is_datum() => {}
        _ => return None,
    }
    match rest.next() {
        Some(Output::Event { event, .. }) => Some(event),
        _ => None,
    }
}

impl Topic {
    /// Passes an event to all subscribers.
    fn report(&mut self, event: Event, wakers: &mut Vec<Waker>) {
        let is_last = matches!(event, Event::Closed);
        if let Some((last, others)) = self.subscribers.split_last() {
            wakers.extend(others.iter().filter_map(|subscriber| subscriber.push(event.clone())));
            wakers.extend(last.push(event));
        }
        if is_last {
            self.subscribers.clear();
        }
    }
}
