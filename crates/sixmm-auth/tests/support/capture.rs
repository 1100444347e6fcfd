//! Keeps everything that this process prints through `tracing` and `log`, and whatever a test adds.

use std::error::Error;
use std::fmt::{self, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, OnceLock};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

static PRINTED: Mutex<String> = Mutex::new(String::new());

/// From now on, all of it: `tracing` at TRACE, `log` at its finest, and panics.
pub fn start() {
    static STARTED: OnceLock<()> = OnceLock::new();
    STARTED.get_or_init(|| {
        tracing::subscriber::set_global_default(Capture).expect("nobody else");
        log::set_boxed_logger(Box::new(Capture)).expect("nobody else");
        log::set_max_level(log::LevelFilter::Trace);
        std::panic::set_hook(Box::new(|info| print(&info)));
    });
}

/// All that was printed since the last time.
pub fn take() -> String {
    std::mem::take(&mut *PRINTED.lock().expect("no panic"))
}

pub fn print(shown: &dyn fmt::Display) {
    writeln!(PRINTED.lock().expect("no panic"), "{shown}").expect("a string");
}

pub fn print_debug(shown: &dyn fmt::Debug) {
    print(&format_args!("{shown:?} {shown:#?}"));
}

/// An error with all of its sources, in both forms, and as the panic of whoever did not expect it.
pub fn print_error<E: Error + 'static>(error: E) {
    let mut source: Option<&dyn Error> = Some(&error);
    while let Some(shown) = source {
        print(&format_args!("{shown} {shown:?} {shown:#?}"));
        source = shown.source();
    }
    let _ = catch_unwind(AssertUnwindSafe(|| expect(Err(error))));
}

fn expect<E: fmt::Debug>(outcome: Result<(), E>) {
    outcome.expect("it did not work");
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
