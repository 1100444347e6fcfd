//! Writes a recording.

use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;

use serde::Serialize;
use venue_core::panics::contain_panic;

use super::format::{HEADER, escape, print_time};
use crate::redaction::redacted_text;
use crate::state::{Input, Output};
use crate::{MonotonicTime, Protocol, Settings};

pub(crate) struct Recorder {
    /// `None` after writing failed.
    sink: Option<Box<dyn Write + Send>>,
    protocol: Arc<dyn Protocol>,
}

impl Recorder {
    pub(crate) fn new(
        sink: Box<dyn Write + Send>,
        protocol: Arc<dyn Protocol>,
        settings: &Settings,
        seed: u64,
        first_request: u64,
    ) -> Self {
        let mut recorder = Self { sink: Some(sink), protocol };
        recorder.write(format_args!("{HEADER}\nsettings {}\nseed {seed}\nfirst-request {first_request}\n", json(settings)));
        recorder
    }

    /// Records an input. `current` is the number of the current connection.
    pub(crate) fn record_input(&mut self, now: MonotonicTime, current: u64, input: &Input<'_>) {
        if self.sink.is_none() {
            return;
        }
        match input {
            Input::Subscribe { topic, settings } => {
                self.line(now, current, format_args!("subscribe {} {}", json(settings), escape(topic)));
            }
            Input::Unsubscribe { topic } => self.line(now, current, format_args!("unsubscribe {}", escape(topic))),
            Input::Resync { topic, why } => self.line(now, current, format_args!("resync {} {}", json(why), escape(topic))),
            Input::Opened { connection, has_login: false } => self.line(now, *connection, format_args!("opened")),
            Input::Opened { connection, has_login: true } => self.line(now, *connection, format_args!("opened login")),
            Input::Text { connection, text } => self.text(now, *connection, '<', text),
            Input::Binary { connection, length } => self.line(now, *connection, format_args!("binary {length}")),
            Input::Control { connection, is_pong: false } => self.line(now, *connection, format_args!("control ping")),
            Input::Control { connection, is_pong: true } => self.line(now, *connection, format_args!("control pong")),
            Input::Lost { connection, why } => self.line(now, *connection, format_args!("lost {}", json(why))),
            Input::Reconnect => self.line(now, current, format_args!("reconnect")),
            Input::Tick => self.line(now, current, format_args!("tick")),
            Input::Close => self.line(now, current, format_args!("close")),
        }
    }

    pub(crate) fn record_outputs(&mut self, now: MonotonicTime, current: u64, outputs: &[Output]) {
        if self.sink.is_none() {
            return;
        }
        for output in outputs {
            match output {
                Output::Connect { connection } => self.line(now, *connection, format_args!("connect")),
                Output::Disconnect { connection } => self.line(now, *connection, format_args!("disconnect")),
                Output::SendLogin => self.line(now, current, format_args!(">login")),
                Output::SendText(text) => self.text(now, current, '>', text),
                Output::SendPing => self.line(now, current, format_args!(">ping")),
                Output::Event { .. } | Output::Unreadable(_) | Output::Finished => {}
            }
        }
        if outputs.contains(&Output::Finished)
            && let Some(Err(error)) = self.sink.as_mut().map(|sink| contained(|| sink.flush()))
        {
            self.stop(&error);
        }
    }

    fn text(&mut self, now: MonotonicTime, connection: u64, direction: char, text: &str) {
        let text = redacted_text(&*self.protocol, text);
        self.line(now, connection, format_args!("{direction} {}", escape(&text)));
    }

    fn line(&mut self, now: MonotonicTime, connection: u64, rest: fmt::Arguments<'_>) {
        self.write(format_args!("{} {connection} {rest}\n", print_time(now)));
    }

    fn write(&mut self, text: fmt::Arguments<'_>) {
        if let Some(Err(error)) = self.sink.as_mut().map(|sink| contained(|| sink.write_fmt(text))) {
            self.stop(&error);
        }
    }

    /// A failure of the recording must not disturb the connection.
    fn stop(&mut self, error: &io::Error) {
        tracing::error!(%error, "the recording of a stream ends, because it cannot be written");
        let sink = self.sink.take();
        // A sink that has panicked can panic again when it is dropped.
        let _ = contained(|| {
            drop(sink);
            Ok(())
        });
    }
}

/// Makes a panic of the program's sink an error.
fn contained(write: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    contain_panic(write).unwrap_or_else(|_| Err(io::Error::other("the sink panicked")))
}

fn json(value: &impl Serialize) -> String {
    // The types have only fields that JSON can represent.
    serde_json::to_string(value).unwrap_or_default()
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recorder(is_active: {})", self.sink.is_some())
    }
}
