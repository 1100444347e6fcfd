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
/// always has the same events. A last line that is cut, for example because the program was killed, is ignored.
///
/// # Errors
///
/// If the journal cannot be read, contains an unreadable line or a second journal, or was written by another version of this crate.
pub fn replay(mut journal: impl BufRead) -> io::Result<(Vec<UserUpdate>, UserState)> {
    let mut text = Vec::new();
    if journal.read_until(b'\n', &mut text)? == 0 {
        return Err(invalid("the journal is empty"));
    }
    let header: Header = serde_json::from_slice(&text).map_err(|error| unreadable(1, &error))?;
    if header.format != FORMAT {
        return Err(invalid("the journal has another format"));
    }
    let mut machine = UserStateMachine::new(header.settings);
    let mut events = Vec::new();
    for number in 2.. {
        text.clear();
        journal.read_until(b'\n', &mut text)?;
        let Line { at, input } = match serde_json::from_slice(&text) {
            Ok(line) => line,
            // The end of the journal, which can be a line that was not written completely.
            Err(_) if !text.ends_with(b"\n") => break,
            Err(_) if serde_json::from_slice::<Header>(&text).is_ok() => {
                return Err(invalid(format!(
                    "line {number} of the journal begins another journal: write each stream to a file of its own"
                )));
            }
            Err(error) => return Err(unreadable(number, &error)),
        };
        events.extend(machine.step(at, input).into_iter().filter_map(|output| match output {
            Output::Event(event) => Some(event),
            Output::Read(..) => None,
        }));
    }
    Ok((events, machine.state().as_ref().clone()))
}

/// The error of a line. The text of `error` ends with its position, which counts the lines of one line of the journal.
fn unreadable(number: usize, error: &serde_json::Error) -> io::Error {
    let text = error.to_string();
    let reason = text.rsplit_once(" at line ").map_or(text.as_str(), |(reason, _)| reason);
    invalid(format!("line {number}, column {} of the journal: {reason}", error.column()))
}

fn invalid(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use sixmm_api::UnixMillis;
    use venue_runtime::user_state::LossOfTrust;

    use super::*;

    /// A journal of two losses of trust, as text.
    fn journal() -> String {
        let settings = UserStateSettings::new(UnixMillis::new(1_772_710_377_808));
        let line = |skipped, millis| {
            let at = Moment { monotonic: Duration::from_millis(millis), exchange: UnixMillis::new(1_772_710_377_808) };
            serde_json::to_string(&Line { at, input: Input::TrustLost(LossOfTrust::Lagged(skipped)) }).expect("JSON")
        };
        let header = serde_json::to_string(&Header { format: FORMAT, settings }).expect("JSON");
        format!("{header}\n{}\n{}\n", line(1, 5), line(2, 9))
    }

    fn check(journal: &str, expected: Result<usize, &str>) {
        let events = replay(journal.as_bytes()).map(|(events, _)| events.len()).map_err(|error| error.to_string());
        assert_eq!(events, expected.map_err(str::to_owned), "{journal}");
    }

    #[test]
    fn a_journal_whose_last_line_is_cut_is_replayed_up_to_this_line() {
        let journal = journal();
        check(&journal, Ok(2));
        check(journal.trim_end(), Ok(2));
        check(&journal[..journal.len() - 5], Ok(1));
        check(&journal[..journal.trim_end().rfind('\n').expect("a line") + 1], Ok(1));
    }

    #[test]
    fn an_unreadable_line_is_named_by_its_number() {
        let journal = journal();
        check("", Err("the journal is empty"));
        check(&journal.replace("\"lagged\":2", "\"lagged\":x"), Err("line 3, column 104 of the journal: expected value"));
        check(&journal[..10], Err("line 1, column 10 of the journal: EOF while parsing a value"));
        check(&journal.repeat(2), Err("line 4 of the journal begins another journal: write each stream to a file of its own"));
    }
}
