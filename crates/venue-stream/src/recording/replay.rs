//! Replays a recording.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::fmt;
use std::io::{self, BufRead};
use std::sync::Arc;

use serde::Deserialize;

use super::format::{HEADER, parse_time, unescape};
use crate::redaction::redacted_text;
use crate::state::{Input, Output, State};
use crate::{Event, MonotonicTime, Protocol};

/// Replays a recording through the [state machine](crate::state), as an iterator of the events of all topics.
///
/// The outputs of the state machine are compared with the recorded ones. A difference is an error, because the events would then not be
/// those of the recorded connection. A difference occurs if the protocol writes other requests than at the time of the recording.
#[derive(Debug)]
pub struct Replay<R> {
    lines: R,
    /// The number of the last line that was read.
    line: usize,
    /// The text of the last line. Kept for its memory.
    text: String,
    state: State,
    protocol: Arc<dyn Protocol>,
    /// The names of the topics by their index.
    topics: Vec<Arc<str>>,
    /// The outputs of the last input, as lines.
    expected: VecDeque<String>,
    events: VecDeque<Replayed>,
    /// Empty between two lines. Kept for its memory.
    outputs: Vec<Output>,
    has_failed: bool,
}

/// An event of a recorded connection.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Replayed {
    /// The time of the input that caused the event.
    pub time: MonotonicTime,
    /// The topic.
    pub topic: Arc<str>,
    /// The event.
    pub event: Event,
}

impl<R: BufRead> Replay<R> {
    /// Reads the beginning of a recording. `protocol` has to be the protocol of the recorded connection.
    ///
    /// # Errors
    ///
    /// Returns an error if the lines do not begin as a recording.
    pub fn new(protocol: impl Protocol + 'static, mut lines: R) -> Result<Self, ReplayError> {
        let protocol: Arc<dyn Protocol> = Arc::new(protocol);
        let mut line = 0;
        let mut header = |word: &str| {
            line += 1;
            let mut text = String::new();
            read_line(&mut lines, line, &mut text)?;
            text.strip_prefix(word).map(str::to_owned).ok_or_else(|| ReplayError::new(line, format!("expected `{}`", word.trim_end())))
        };
        header(HEADER)?;
        let settings = header("settings ")?;
        let settings = serde_json::from_str(&settings).map_err(|error| ReplayError::new(2, format!("the settings: {error}")))?;
        let seed = number(&header("seed ")?, 3)?;
        let first_request = number(&header("first-request ")?, 4)?;
        let state = State::new(Arc::clone(&protocol), settings, seed, first_request);
        let (topics, expected, events) = (Vec::new(), VecDeque::new(), VecDeque::new());
        let (text, outputs) = (String::new(), Vec::new());
        Ok(Self { lines, line, text, state, protocol, topics, expected, events, outputs, has_failed: false })
    }

    /// Reads lines until there is an event, or until the end. Returns `None` at the end.
    fn advance(&mut self) -> Result<Option<Replayed>, ReplayError> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Ok(Some(event));
            }
            self.line += 1;
            let mut text = std::mem::take(&mut self.text);
            if !read_line(&mut self.lines, self.line, &mut text)? {
                return Ok(None);
            }
            let result = self.replay_line(&text);
            self.text = text;
            result?;
        }
    }

    fn replay_line(&mut self, text: &str) -> Result<(), ReplayError> {
        let line = self.line;
        let invalid = || ReplayError::new(line, "not a line of a recording".to_owned());
        let mut parts = text.splitn(3, ' ');
        let (time, connection, entry) = (parts.next(), parts.next(), parts.next());
        let time = time.and_then(parse_time).ok_or_else(invalid)?;
        let connection: u64 = connection.and_then(|number| number.parse().ok()).ok_or_else(invalid)?;
        let (word, rest) = entry.map(|entry| entry.split_once(' ').unwrap_or((entry, ""))).ok_or_else(invalid)?;
        if matches!(word, ">" | ">ping" | ">login" | "connect" | "disconnect") {
            return self.check_output(entry.unwrap_or_default());
        }
        self.check_no_output()?;
        let unescaped = unescape(rest).ok_or_else(invalid)?;
        let input = match word {
            "subscribe" => return self.replay_subscribe(time, rest).ok_or_else(invalid),
            "resync" => return self.replay_resync(time, rest).ok_or_else(invalid),
            "unsubscribe" => Input::Unsubscribe { topic: &unescaped },
            "opened" => Input::Opened { connection, has_login: rest == "login" },
            "<" => Input::Text { connection, text: &unescaped },
            "binary" => Input::Binary { connection, length: rest.parse().map_err(|_| invalid())? },
            "control" => Input::Control { connection, is_pong: rest == "pong" },
            "lost" => Input::Lost { connection, why: serde_json::from_str(rest).map_err(|_| invalid())? },
            "reconnect" => Input::Reconnect,
            "tick" => Input::Tick,
            "close" => Input::Close,
            _ => return Err(invalid()),
        };
        self.step(time, input);
        Ok(())
    }

    fn replay_subscribe(&mut self, time: MonotonicTime, rest: &str) -> Option<()> {
        let (settings, topic) = json_and_topic(rest)?;
        let mut outputs = std::mem::take(&mut self.outputs);
        self.state.step(time, Input::Subscribe { topic: &topic, settings }, &mut outputs);
        if let Some(key) = self.state.topic_key(&topic) {
            if self.topics.len() <= key.index() {
                self.topics.resize(key.index() + 1, Arc::from(""));
            }
            self.topics[key.index()] = topic.as_ref().into();
        }
        outputs.drain(..).for_each(|output| self.on_output(time, output));
        self.outputs = outputs;
        Some(())
    }

    fn replay_resync(&mut self, time: MonotonicTime, rest: &str) -> Option<()> {
        let (why, topic) = json_and_topic(rest)?;
        self.step(time, Input::Resync { topic: &topic, why });
        Some(())
    }

    fn step(&mut self, time: MonotonicTime, input: Input<'_>) {
        let mut outputs = std::mem::take(&mut self.outputs);
        self.state.step(time, input, &mut outputs);
        outputs.drain(..).for_each(|output| self.on_output(time, output));
        self.outputs = outputs;
    }

    fn on_output(&mut self, time: MonotonicTime, output: Output) {
        match output {
            Output::Connect { .. } => self.expected.push_back("connect".to_owned()),
            Output::Disconnect { .. } => self.expected.push_back("disconnect".to_owned()),
            Output::SendLogin => self.expected.push_back(">login".to_owned()),
            Output::SendText(text) => {
                let text = redacted_text(&*self.protocol, &text);
                self.expected.push_back(format!("> {}", super::format::escape(&text)));
            }
            Output::SendPing => self.expected.push_back(">ping".to_owned()),
            Output::Event { topic, event } => {
                if let Some(topic) = self.topics.get(topic.index()) {
                    self.events.push_back(Replayed { time, topic: Arc::clone(topic), event });
                }
            }
            Output::Unreadable(_) | Output::Finished => {}
        }
    }

    fn check_output(&mut self, recorded: &str) -> Result<(), ReplayError> {
        match self.expected.pop_front() {
            Some(expected) if expected == recorded => Ok(()),
            Some(expected) => Err(ReplayError::new(self.line, format!("the replay sends `{expected}` here"))),
            None => Err(ReplayError::new(self.line, "the replay has no output here".to_owned())),
        }
    }

    fn check_no_output(&self) -> Result<(), ReplayError> {
        match self.expected.front() {
            Some(expected) => Err(ReplayError::new(self.line, format!("the replay sends `{expected}` before this line"))),
            None => Ok(()),
        }
    }
}

impl<R: BufRead> Iterator for Replay<R> {
    type Item = Result<Replayed, ReplayError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.has_failed {
            return None;
        }
        let next = self.advance().transpose();
        self.has_failed = matches!(next, Some(Err(_)));
        next
    }
}

/// Reads a line without its end. Returns `false` at the end of the recording.
fn read_line(lines: &mut impl BufRead, number: usize, line: &mut String) -> Result<bool, ReplayError> {
    line.clear();
    match lines.read_line(line) {
        Ok(length) => {
            if line.ends_with('\n') {
                line.pop();
            }
            Ok(length > 0)
        }
        Err(error) => Err(ReplayError { line: number, problem: "cannot be read".to_owned(), source: Some(error) }),
    }
}

/// Reads a JSON value that is followed by a space and a topic.
fn json_and_topic<T: for<'de> Deserialize<'de>>(text: &str) -> Option<(T, Cow<'_, str>)> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter();
    let value = values.next()?.ok()?;
    let topic = text.get(values.byte_offset()..)?.strip_prefix(' ')?;
    Some((value, unescape(topic)?))
}

fn number(text: &str, line: usize) -> Result<u64, ReplayError> {
    text.parse().map_err(|_| ReplayError::new(line, "expected a number".to_owned()))
}

/// Why a recording cannot be replayed.
#[derive(Debug)]
pub struct ReplayError {
    line: usize,
    problem: String,
    source: Option<io::Error>,
}

impl ReplayError {
    fn new(line: usize, problem: String) -> Self {
        Self { line, problem, source: None }
    }

    /// The number of the line, beginning with 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }
}

impl fmt::Display for ReplayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} of the recording: {}", self.line, self.problem)
    }
}

impl std::error::Error for ReplayError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|source| source as _)
    }
}
