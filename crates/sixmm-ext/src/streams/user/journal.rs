//! The journal of the user's state: its inputs, that is messages, results of requests and times, as lines of JSON.

use std::io::{self, BufRead, Write};

use serde::{Deserialize, Serialize};
use venue_core::panics::contain_panic;
use venue_runtime::user_state::{Input, Moment, Output, UserStateMachine, UserStateSettings};

use super::account::SixMmAccount;
use super::{UserState, UserUpdate};

const FORMAT: u32 = 2;

#[derive(Serialize, Deserialize)]
struct Header {
    format: u32,
    settings: UserStateSettings,
}

#[derive(Serialize, Deserialize)]
struct Line {
    at: Moment,
    input: Input<SixMmAccount>,
}

/// Writes a journal. After a failed write, nothing more is written.
pub(super) struct Journal(Option<Box<dyn Write + Send>>);

impl Journal {
    /// A journal that writes nothing.
    pub(super) const fn none() -> Self {
        Self(None)
    }

    pub(super) fn new(output: Option<Box<dyn Write + Send>>, settings: &UserStateSettings) -> Self {
        let mut journal = Self(output);
        journal.write(&Header { format: FORMAT, settings: settings.clone() });
        journal
    }

    pub(super) fn record(&mut self, at: Moment, input: &Input<SixMmAccount>) {
        if self.0.is_some() {
            self.write(&Line { at, input: input.clone() });
        }
    }

    fn write(&mut self, line: &impl Serialize) {
        let Some(output) = &mut self.0 else { return };
        let written = serde_json::to_string(line).map_err(io::Error::other).and_then(|line| contained(|| writeln!(output, "{line}")));
        if let Err(error) = written {
            self.stop(&error);
        }
    }

    /// A failure of the journal must not disturb the user's state.
    fn stop(&mut self, error: &io::Error) {
        tracing::error!(%error, "the journal of the user's state ends, because it cannot be written");
        let output = self.0.take();
        // An output that has panicked can panic again when it is dropped.
        let _ = contained(|| {
            drop(output);
            Ok(())
        });
    }
}

/// Makes a panic of the program's output an error.
fn contained(write: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    contain_panic(write).unwrap_or_else(|_| Err(io::Error::other("the output panicked")))
}

impl Drop for Journal {
    /// Flushes the journal at its end.
    fn drop(&mut self) {
        if let Some(Err(error)) = self.0.as_mut().map(|output| contained(|| output.flush())) {
            self.stop(&error);
        }
    }
}

/// Replays a journal ([`SubscribeUser::journal`](super::SubscribeUser::journal)): returns its events and its last state. The same journal
/// always has the same events.
///
/// A last line that is not complete is skipped, because a program that is killed can leave such a line.
///
/// # Errors
///
/// If the journal cannot be read, or another version of this crate wrote it. The error contains the number of the line.
pub fn replay(mut journal: impl BufRead) -> io::Result<(Vec<UserUpdate>, UserState)> {
    let header = next_line(&mut journal)?.ok_or_else(|| invalid("the journal is empty"))?;
    let header: Header = read(1, &header)?;
    if header.format != FORMAT {
        return Err(invalid("the journal has another format"));
    }
    let mut machine = UserStateMachine::new(header.settings);
    let mut events = Vec::new();
    for number in 2.. {
        let Some(line) = next_line(&mut journal)? else { break };
        let Line { at, input } = read(number, &line)?;
        events.extend(machine.step(at, input).into_iter().filter_map(|output| match output {
            Output::Event(event) => Some(event),
            Output::Read(..) => None,
        }));
    }
    Ok((events, machine.state().as_ref().clone()))
}

/// The next line. `None` at the end, also if the last line lacks its end.
fn next_line(journal: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    journal.read_until(b'\n', &mut line)?;
    Ok(Some(line).filter(|line| line.ends_with(b"\n")))
}

fn read<T: for<'de> Deserialize<'de>>(number: u64, line: &[u8]) -> io::Result<T> {
    serde_json::from_slice(line).map_err(|error| invalid(format!("line {number} of the journal: {error}")))
}

fn invalid(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}
