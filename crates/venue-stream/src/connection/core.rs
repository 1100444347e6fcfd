//! The state machine with its subscribers, behind one lock.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use venue_core::TimeSource;

use super::subscriber::Subscriber;
use crate::recording::Recorder;
use crate::state::{Input, Output, State};
use crate::{Buffering, Event, MonotonicTime, TopicSettings};

/// What the handles, the subscriptions and the task of a connection share.
#[derive(Debug)]
pub(super) struct Shared {
    core: Mutex<Core>,
    time: Arc<dyn TimeSource>,
}

impl Shared {
    pub(super) fn new(state: State, time: Arc<dyn TimeSource>, recorder: Option<Recorder>) -> Self {
        let core = Core {
            state,
            subscribers: Vec::new(),
            actions: VecDeque::new(),
            outputs: Vec::new(),
            wakers: Vec::new(),
            task: None,
            recorder,
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
        wake_after_unlocking(core);
        result
    }

    /// Locks the core for the task. The task has to call [`wake_after_unlocking`] at the end.
    pub(super) fn lock(&self) -> MutexGuard<'_, Core> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Wakes the subscribers that wait. Wakers are called without the lock, because a waker may drop a task that owns a subscription.
pub(super) fn wake_after_unlocking(mut core: MutexGuard<'_, Core>) {
    let wakers = std::mem::take(&mut core.wakers);
    drop(core);
    wakers.into_iter().for_each(Waker::wake);
}

/// The state machine and its environment.
#[derive(Debug)]
pub(super) struct Core {
    pub(super) state: State,
    /// The subscribers of each topic, by the index of the topic.
    subscribers: Vec<Vec<Arc<Subscriber>>>,
    /// The outputs that the task has to execute.
    pub(super) actions: VecDeque<Output>,
    /// Empty between two steps. Kept for its memory.
    outputs: Vec<Output>,
    /// The wakers to call after unlocking.
    wakers: Vec<Waker>,
    /// The waker of the task.
    pub(super) task: Option<Waker>,
    recorder: Option<Recorder>,
}

impl Core {
    /// Applies an input: queues the actions, and passes the events to the subscribers.
    pub(super) fn step(&mut self, now: MonotonicTime, input: Input<'_>) {
        let mut outputs = std::mem::take(&mut self.outputs);
        self.apply(now, input, &mut outputs);
        self.dispatch(&mut outputs);
        self.outputs = outputs;
    }

    fn apply(&mut self, now: MonotonicTime, input: Input<'_>, outputs: &mut Vec<Output>) {
        if let Some(recorder) = &mut self.recorder {
            recorder.record_input(now, self.state.connection(), &input);
        }
        self.state.step(now, input, outputs);
        if let Some(recorder) = &mut self.recorder {
            recorder.record_outputs(now, self.state.connection(), outputs);
        }
    }

    pub(super) fn subscribe(&mut self, now: MonotonicTime, topic: &str, settings: TopicSettings, buffering: Buffering) -> Arc<Subscriber> {
        let subscriber = Arc::new(Subscriber::new(buffering));
        let present = self.state.topic_key(topic).into_iter().flat_map(|key| self.state.events_for_new_subscriber(key));
        let present: Vec<Event> = present.collect();
        let mut outputs = std::mem::take(&mut self.outputs);
        self.apply(now, Input::Subscribe { topic, settings }, &mut outputs);
        match self.state.topic_key(topic) {
            Some(key) => {
                let index = key.index();
                if self.subscribers.len() <= index {
                    self.subscribers.resize_with(index + 1, Vec::new);
                }
                for event in present {
                    subscriber.push(event);
                }
                self.subscribers[index].push(Arc::clone(&subscriber));
            }
            // The connection is closed.
            None => drop(subscriber.push(Event::Closed)),
        }
        self.dispatch(&mut outputs);
        self.outputs = outputs;
        subscriber
    }

    /// Removes a subscriber, and unsubscribes the topic after the last one.
    pub(super) fn leave(&mut self, now: MonotonicTime, topic: &str, subscriber: &Arc<Subscriber>) {
        let Some(key) = self.state.topic_key(topic) else { return };
        let Some(subscribers) = self.subscribers.get_mut(key.index()) else { return };
        let before = subscribers.len();
        subscribers.retain(|other| !Arc::ptr_eq(other, subscriber));
        if subscribers.is_empty() && before > 0 {
            self.step(now, Input::Unsubscribe { topic });
        }
    }

    fn dispatch(&mut self, outputs: &mut Vec<Output>) {
        for output in outputs.drain(..) {
            let Output::Event { topic, event } = output else {
                if let Output::Unreadable(raw) = &output {
                    tracing::warn!(message = %raw, "a message of the server could not be read");
                } else {
                    self.actions.push_back(output);
                }
                continue;
            };
            let Some(subscribers) = self.subscribers.get_mut(topic.index()) else { continue };
            let is_last = matches!(event, Event::Closed);
            if let Some((last, others)) = subscribers.split_last() {
                self.wakers.extend(others.iter().filter_map(|subscriber| subscriber.push(event.clone())));
                self.wakers.extend(last.push(event));
            }
            if is_last {
                subscribers.clear();
            }
        }
    }
}
