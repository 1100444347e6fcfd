//! Merging of the events between two messages.

use std::collections::VecDeque;

use crate::Event;

/// Appends an event that is not a message to the run that begins at `start` and ends with the queue.
///
/// Each kind of event occurs at most once in a run afterwards:
///
/// * `Disconnected` replaces the events of the connection that it ends. `Lagged` and `Unreadable` stay, because they report lost messages.
/// * `Resync` replaces the events of the subscription that it ends.
/// * `Stale` replaces an earlier `Stale`.
/// * `Lagged` is added to an earlier `Lagged`. The sum takes the later place, so that no loss is reported before a `Subscribed` that it
///   follows.
/// * A second `Unreadable` counts as a skipped message, so that the texts of a run need limited memory.
///
/// Example: a subscriber that does not read gets `Subscribed`, `Lagged 2`, `Disconnected`, `Connected`, `Subscribed`, `Lagged 3`. The run is
/// then `Disconnected`, `Connected`, `Subscribed`, `Lagged 5`.
pub(super) fn merge(events: &mut VecDeque<Event>, start: usize, status: Event) {
    match status {
        Event::Disconnected { .. } => {
            retain_from(events, start, |event| matches!(event, Event::Lagged { .. } | Event::Unreadable { .. }));
        }
        Event::Resync { .. } => {
            retain_from(events, start, |event| !matches!(event, Event::Subscribed | Event::Stale { .. } | Event::Resync { .. }));
        }
        Event::Stale { .. } => retain_from(events, start, |event| !matches!(event, Event::Stale { .. })),
        Event::Lagged { skipped } => return add_skipped(events, start, skipped),
        Event::Unreadable { .. } if events.range(start..).any(|event| matches!(event, Event::Unreadable { .. })) => {
            return add_skipped(events, start, 1);
        }
        _ => {}
    }
    events.push_back(status);
}

fn add_skipped(events: &mut VecDeque<Event>, start: usize, skipped: u64) {
    // The usual case of a slow subscriber, without a pass over the run.
    if let Some(Event::Lagged { skipped: before }) = events.back_mut() {
        *before += skipped;
        return;
    }
    let mut sum = skipped;
    retain_from(events, start, |event| match event {
        Event::Lagged { skipped } => {
            sum += skipped;
            false
        }
        _ => true,
    });
    events.push_back(Event::Lagged { skipped: sum });
}

fn retain_from(events: &mut VecDeque<Event>, start: usize, is_kept: impl FnMut(&Event) -> bool) {
    let mut run = events.split_off(start);
    run.retain(is_kept);
    events.append(&mut run);
}
