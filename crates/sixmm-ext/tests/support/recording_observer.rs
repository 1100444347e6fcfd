//! An observer that records every report as text.

use std::sync::{Arc, Mutex};

use sixmm_ext::observer::Observer;
use venue_runtime::call::{AttemptReport, CallReport, SlowDownReport, StreamReport, WaitReport};

/// Records every report as a line of text. Clones share the lines.
#[derive(Clone, Debug, Default)]
pub struct RecordingObserver(Arc<Mutex<Vec<String>>>);

impl RecordingObserver {
    /// The lines of one kind (`attempt`, `wait`, `slow_down`, `call` or `stream`), in the order of the reports, without the name of the kind.
    pub fn of(&self, what: &str) -> Vec<String> {
        self.0.lock().expect("no panic").iter().filter_map(|line| line.strip_prefix(what)).map(|line| line.trim().to_owned()).collect()
    }

    fn note(&self, line: String) {
        self.0.lock().expect("no panic").push(line);
    }
}

impl Observer for RecordingObserver {
    fn attempt(&self, report: &AttemptReport<'_>) {
        let AttemptReport { operation, group, number, elapsed, failure, .. } = report;
        let end = failure.map_or(String::from("succeeded"), |(error, next)| format!("{error}: {next:?}"));
        self.note(format!("attempt {number} of {} ({group}), {elapsed:?}: {end}", operation.id));
    }

    fn wait(&self, report: &WaitReport) {
        let WaitReport { operation, group, wait_for, duration, .. } = report;
        self.note(format!("wait of {} ({group}) for {wait_for:?}: {duration:?}", operation.id));
    }

    fn slow_down(&self, report: &SlowDownReport) {
        let SlowDownReport { operation, group, pause, .. } = report;
        self.note(format!("slow_down of {} ({group}): {pause:?}", operation.id));
    }

    fn stream(&self, report: &StreamReport<'_>) {
        let StreamReport { stream, topic, change, .. } = report;
        self.note(format!("stream {stream} {} {change:?}", topic.unwrap_or("-")));
    }

    fn call(&self, report: &CallReport<'_>) {
        let CallReport { operation, group, attempts, elapsed, waited, request_id, error, .. } = report;
        let end = error.map_or(String::from("succeeded"), |error| format!("{error}"));
        self.note(format!(
            "call of {} ({group}): {attempts} attempts, {elapsed:?}, waited {waited:?}, {request_id:?}: {end}",
            operation.id
        ));
    }
}
