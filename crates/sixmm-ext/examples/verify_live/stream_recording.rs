//! Reads a recording of a connection: the fields, intervals, replies and versions of its messages.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

use serde_json::Value;

use super::json_types::{JsonTypes, form};
use super::specification::Specification;

/// What the report contains of a connection.
#[derive(Default)]
pub(crate) struct RecordedStream {
    topics: BTreeMap<String, Topic>,
    /// The forms of replies, by the request, with the time from the request to each reply.
    replies: BTreeMap<(String, String), Vec<f64>>,
    requests_without_reply: BTreeMap<String, u64>,
    /// The numbers of inputs such as `control ping` and `lost`.
    others: BTreeMap<&'static str, u64>,
}

#[derive(Default)]
struct Topic {
    types: JsonTypes,
    unknown: BTreeSet<String>,
    times: Vec<f64>,
    versions: Versions,
}

/// The relations of the versions of successive messages.
#[derive(Default)]
struct Versions {
    previous_end: Option<i128>,
    end_steps: BTreeMap<i128, u64>,
    start_steps: BTreeMap<i128, u64>,
    without_start: u64,
}

impl RecordedStream {
    /// Reads the text of a recording: see `sixmm_ext::streams::recording` for the format.
    pub(crate) fn read(recording: &str, specification: &Specification) -> Self {
        let mut stream = Self::default();
        let mut sent: HashMap<String, (String, f64)> = HashMap::new();
        for line in recording.lines() {
            let mut parts = line.splitn(4, ' ');
            let (Some(time), Some(_), Some(word)) = (parts.next(), parts.next(), parts.next()) else { continue };
            let (Ok(time), rest) = (time.parse::<f64>(), parts.next().unwrap_or_default()) else { continue };
            match word {
                ">" => {
                    let Ok(request) = serde_json::from_str::<Value>(&unescaped(rest)) else { continue };
                    let op = request["op"].as_str().unwrap_or("request").to_owned();
                    sent.insert(id_of(&request).unwrap_or_default(), (op, time));
                }
                "<" => match serde_json::from_str::<Value>(&unescaped(rest)) {
                    Ok(message) => stream.add(&message, time, &mut sent, specification),
                    Err(_) => stream.count("message that is not JSON"),
                },
                "opened" => {
                    stream.count("connection opened");
                    stream.topics.values_mut().for_each(|topic| topic.versions.previous_end = None);
                }
                "lost" => stream.count("connection lost"),
                "binary" => stream.count("binary message"),
                "control" if rest == "ping" => stream.count("ping frame of the exchange"),
                "control" => stream.count("pong frame of the exchange"),
                _ => {}
            }
        }
        for (op, _) in sent.into_values() {
            *stream.requests_without_reply.entry(op).or_default() += 1;
        }
        stream
    }

    fn add(&mut self, message: &Value, time: f64, sent: &mut HashMap<String, (String, f64)>, specification: &Specification) {
        let request = id_of(message).and_then(|id| sent.remove(&id));
        let is_push = message["topic"].is_string() && request.is_none() && message["event"].as_str().is_none_or(|event| event == "data");
        if !is_push {
            let (op, seconds) = request.map_or_else(|| ("no request".to_owned(), None), |(op, sent)| (op, Some(time - sent)));
            self.replies.entry((op, form(specification, message))).or_default().extend(seconds);
            return;
        }
        let (name, schema) = topic_name(message["topic"].as_str().unwrap_or_default());
        let topic = self.topics.entry(name.to_owned()).or_default();
        topic.types.add(specification, "", message);
        topic.unknown.extend(specification.unknown_fields_of_message(schema, message));
        topic.times.push(time);
        topic.versions.add(&message["data"]);
    }

    fn count(&mut self, name: &'static str) {
        *self.others.entry(name).or_default() += 1;
    }
}

/// The topic with placeholders for the symbol, the interval and the number, and the schema of its messages.
fn topic_name(topic: &str) -> (&'static str, &'static str) {
    let kind = topic.split('.').nth(1).unwrap_or_default();
    match (topic.split('.').next(), kind) {
        (Some("market"), "depth") => ("market.depth.{symbol}", "StreamPush"),
        (Some("market"), "trade") => ("market.trade.{symbol}", "StreamPush"),
        (Some("market"), "kline") => ("market.kline.{symbol}.{interval}", "StreamPush"),
        (Some("market"), "ticker") => ("market.ticker.{symbol}", "StreamPush"),
        (Some("market"), "tickers") => ("market.tickers", "StreamPush"),
        (Some("user"), _) => ("user.{number}", "StreamUserPush"),
        _ => ("another topic", "StreamPush"),
    }
}

impl Versions {
    fn add(&mut self, data: &Value) {
        let Some(end) = integer(&data["endVersion"]) else { return };
        let start = integer(&data["startVersion"]);
        if start.is_none() {
            self.without_start += 1;
        } else if let (Some(start), Some(previous)) = (start, self.previous_end) {
            *self.start_steps.entry(start.saturating_sub(previous)).or_default() += 1;
            *self.end_steps.entry(end.saturating_sub(previous)).or_default() += 1;
        }
        self.previous_end = Some(end);
    }
}

fn integer(value: &Value) -> Option<i128> {
    value.as_i64().map(i128::from).or_else(|| value.as_str()?.parse().ok())
}

fn id_of(message: &Value) -> Option<String> {
    match message.get("id")? {
        Value::String(id) => Some(id.clone()),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    }
}

/// Reverses the escapes of a recording.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        plain.push(match letter {
            '\\' => match letters.next() {
                Some('n') => '\n',
                Some('r') => '\r',
                other => other.unwrap_or('\\'),
            },
            letter => letter,
        });
    }
    plain
}

impl fmt::Display for RecordedStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f)?;
        for (name, count) in &self.others {
            writeln!(f, "- {name}: {count}")?;
        }
        for ((request, form), seconds) in &self.replies {
            writeln!(f, "- reply to {request}: `{form}`{}", Durations(seconds))?;
        }
        for (request, count) in &self.requests_without_reply {
            writeln!(f, "- {request} without a reply: {count}")?;
        }
        for (name, topic) in &self.topics {
            let intervals: Vec<f64> = topic.times.windows(2).map(|pair| pair[1] - pair[0]).collect();
            writeln!(f, "\n#### `{name}`\n\n- messages: {}, intervals between them{}", topic.times.len(), Durations(&intervals))?;
            write!(f, "{}", topic.types)?;
            if !topic.unknown.is_empty() {
                let unknown: Vec<&str> = topic.unknown.iter().map(String::as_str).collect();
                writeln!(f, "- **not documented:** `{}`", unknown.join("`, `"))?;
            }
            let Versions { end_steps, start_steps, without_start, previous_end } = &topic.versions;
            if previous_end.is_some() {
                writeln!(f, "- `startVersion` - previous `endVersion`: {}", Steps(start_steps))?;
                writeln!(f, "- `endVersion` - previous `endVersion`: {}", Steps(end_steps))?;
                writeln!(f, "- messages with `endVersion` and without `startVersion`: {without_start}")?;
            }
        }
        Ok(())
    }
}

/// The most frequent differences of versions.
struct Steps<'a>(&'a BTreeMap<i128, u64>);

impl fmt::Display for Steps<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut steps: Vec<_> = self.0.iter().collect();
        steps.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        // A difference of another magnitude would contain a version.
        let printed = steps.iter().take(10).map(|(step, count)| match step {
            -9_999..=9_999 => format!("{step} ({count} times)"),
            _ => format!("10000 or more, in either direction ({count} times)"),
        });
        let printed: Vec<String> = printed.collect();
        f.write_str(if printed.is_empty() { "no successive messages" } else { "" })?;
        f.write_str(&printed.join(", "))
    }
}

/// The smallest, middle and largest of several times, in milliseconds.
struct Durations<'a>(&'a [f64]);

impl fmt::Display for Durations<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut seconds = self.0.to_vec();
        seconds.sort_by(f64::total_cmp);
        let (Some(first), Some(middle), Some(last)) = (seconds.first(), seconds.get(seconds.len() / 2), seconds.last()) else {
            return f.write_str(" not measured");
        };
        let [first, middle, last] = [first, middle, last].map(|seconds| seconds * 1000.0);
        write!(f, ", {} times: {first:.0} ms minimum, {middle:.0} ms median, {last:.0} ms maximum", seconds.len())
    }
}
