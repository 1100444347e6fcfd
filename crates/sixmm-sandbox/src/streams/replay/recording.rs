//! Reads the received messages of a recording in the format of `venue_stream::recording`.
//!
//! Only the lines that the replay needs are interpreted: the begin and the end of connections, and the received texts.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::io::BufRead;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;

const HEADER: &str = "venue-stream recording 1";

/// Number of lines before the first entry.
const HEADER_LINES: usize = 4;

/// The recorded connections that were opened, in their order.
#[derive(Debug, Clone, Default)]
pub(super) struct Recording {
    pub(super) connections: Vec<RecordedConnection>,
}

/// The messages that one connection received.
#[derive(Debug, Clone, Default)]
pub(super) struct RecordedConnection {
    /// The acknowledgement of the authentication.
    pub(super) authenticated: Option<Arc<str>>,
    /// The messages of each topic. Texts without a topic, such as malformed messages, are under [`NO_TOPIC`]. Acknowledgements of requests
    /// are missing, because the replay acknowledges the requests of its own client.
    pub(super) topics: BTreeMap<String, Vec<RecordedMessage>>,
    /// The time of the first message.
    pub(super) first: Option<Duration>,
    /// The time at which the connection was lost or closed.
    pub(super) ended: Option<Duration>,
}

/// The name under which texts without a topic are stored.
pub(super) const NO_TOPIC: &str = "";

#[derive(Debug, Clone)]
pub(super) struct RecordedMessage {
    pub(super) time: Duration,
    /// Number of the line, which orders the messages of all topics.
    pub(super) number: u64,
    pub(super) text: Arc<str>,
}

/// The fields by which a text is recognised.
#[derive(Deserialize)]
struct Fields<'a> {
    #[serde(borrow)]
    topic: Option<Cow<'a, str>>,
    #[serde(borrow)]
    event: Option<Cow<'a, str>>,
}

impl Recording {
    pub(super) fn read(lines: impl BufRead) -> Result<Self, InvalidRecording> {
        let mut connections: BTreeMap<u64, RecordedConnection> = BTreeMap::new();
        let mut is_first = true;
        for (line, number) in lines.lines().zip(1_u64..) {
            let invalid = |problem: &str| InvalidRecording { line: number, problem: problem.to_owned() };
            let line = line.map_err(|error| invalid(&format!("cannot be read: {error}")))?;
            if std::mem::take(&mut is_first) && line != HEADER {
                return Err(invalid(&format!("expected `{HEADER}`")));
            }
            if number <= HEADER_LINES as u64 {
                continue;
            }
            let mut parts = line.splitn(3, ' ');
            let time = parts.next().and_then(parse_time).ok_or_else(|| invalid("expected a time"))?;
            let connection = parts.next().and_then(|number| number.parse().ok()).ok_or_else(|| invalid("expected a connection number"))?;
            let entry = parts.next().ok_or_else(|| invalid("expected an entry"))?;
            let (word, rest) = entry.split_once(' ').unwrap_or((entry, ""));
            match word {
                "opened" => drop(connections.entry(connection).or_default()),
                "lost" | "disconnect" => {
                    if let Some(connection) = connections.get_mut(&connection) {
                        connection.ended.get_or_insert(time);
                    }
                }
                "<" => {
                    let text = unescape(rest).ok_or_else(|| invalid("a backslash is followed by an unknown character"))?;
                    connections.entry(connection).or_default().add(time, number, &text);
                }
                _ => {}
            }
        }
        if is_first {
            return Err(InvalidRecording { line: 1, problem: format!("expected `{HEADER}`") });
        }
        Ok(Self { connections: connections.into_values().collect() })
    }
}

impl RecordedConnection {
    fn add(&mut self, time: Duration, number: u64, text: &str) {
        let fields = serde_json::from_str(text).unwrap_or(Fields { topic: None, event: None });
        let topic = match (fields.topic, fields.event.as_deref()) {
            (Some(topic), _) => topic,
            (None, Some("auth")) => {
                self.authenticated.get_or_insert_with(|| text.into());
                return;
            }
            (None, Some(_)) => return,
            (None, None) => NO_TOPIC.into(),
        };
        self.first.get_or_insert(time);
        self.topics.entry(topic.into_owned()).or_default().push(RecordedMessage { time, number, text: text.into() });
    }
}

/// Seconds with nine decimals.
fn parse_time(text: &str) -> Option<Duration> {
    let (secs, nanos) = text.split_once('.').filter(|(_, nanos)| nanos.len() == 9)?;
    let nanos = nanos.parse().ok().filter(|nanos: &u32| *nanos < 1_000_000_000)?;
    Some(Duration::new(secs.parse().ok()?, nanos))
}

fn unescape(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('\\') {
        return Some(Cow::Borrowed(text));
    }
    let mut unescaped = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        unescaped.push(match character {
            '\\' => match characters.next()? {
                'n' => '\n',
                'r' => '\r',
                '\\' => '\\',
                _ => return None,
            },
            other => other,
        });
    }
    Some(Cow::Owned(unescaped))
}

/// Error for a recording that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidRecording {
    line: u64,
    problem: String,
}

impl InvalidRecording {
    /// Number of the line, starting at 1.
    pub fn line(&self) -> u64 {
        self.line
    }
}

impl fmt::Display for InvalidRecording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} of the recording: {}", self.line, self.problem)
    }
}

impl std::error::Error for InvalidRecording {}
