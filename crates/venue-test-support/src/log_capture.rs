//! Collects everything that this process logs through `tracing` and `log`, all panic messages, and texts that a test adds.

use std::error::Error;
use std::fmt::{self, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, OnceLock};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

static PRINTED: Mutex<String> = Mutex::new(String::new());

/// Starts to capture all panics of the process, and all output of `tracing` and `log`, including the level TRACE.
///
/// # Panics
///
/// Panics if the process has another subscriber or logger.
pub fn start() {
    static STARTED: OnceLock<()> = OnceLock::new();
    STARTED.get_or_init(|| {
        tracing::subscriber::set_global_default(Capture).expect("no other one is set");
        log::set_boxed_logger(Box::new(Capture)).expect("no other one is set");
        log::set_max_level(log::LevelFilter::Trace);
        std::panic::set_hook(Box::new(|info| print(&info)));
    });
}

/// Removes and returns all text that was captured since the last call.
///
/// # Panics
///
/// Panics if a thread panicked during a capture.
#[must_use]
pub fn take() -> String {
    std::mem::take(&mut *PRINTED.lock().expect("no panic"))
}

/// Adds a text.
///
/// # Panics
///
/// Panics if a thread panicked during a capture.
pub fn print(shown: &dyn fmt::Display) {
    writeln!(PRINTED.lock().expect("no panic"), "{shown}").expect("a string");
}

/// Adds both `Debug` forms of a value.
pub fn print_debug(shown: &dyn fmt::Debug) {
    print(&format_args!("{shown:?} {shown:#?}"));
}

/// Adds to the captured text everything that can be printed of an error: `Display` and `Debug` of the error and of all its sources, and the
/// panic message of `expect`.
pub fn print_error<E: Error + 'static>(error: E) {
    let mut source: Option<&dyn Error> = Some(&error);
    while let Some(shown) = source {
        print(&format_args!("{shown} {shown:?} {shown:#?}"));
        source = shown.source();
    }
    let _ = catch_unwind(AssertUnwindSafe(|| expect(Err(error))));
}

fn expect<E: fmt::Debug>(outcome: Result<(), E>) {
    outcome.expect("the call failed");
}

struct Capture;

struct Fields;

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        print(&format_args!("{field}={value:?}"));
    }
}

impl Subscriber for Capture {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        print(&span.metadata().name());
        span.record(&mut Fields);
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut Fields);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        print(&event.metadata().target());
        event.record(&mut Fields);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

impl log::Log for Capture {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        print(&format_args!("{} {}", record.target(), record.args()));
    }

    fn flush(&self) {}
}
