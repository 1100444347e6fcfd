//! Reads all topics for a while, and reports their messages.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use sixmm_ext::Client;
use sixmm_ext::streams::{ConnectionKind, Event, StreamError, StreamSettings, TopicStream};
use sixmm_ext::types::KlineInterval;
use tokio::time::{Instant, timeout_at};

use super::Arguments;
use super::specification::Specification;
use super::stream_recording::RecordedStream;

/// The recordings of both connections, in memory.
#[derive(Clone, Default)]
pub(crate) struct Recordings {
    public: Recording,
    private: Recording,
}

impl Recordings {
    /// Settings of a client that records its streams here.
    pub(crate) fn settings(&self) -> StreamSettings {
        let recordings = self.clone();
        StreamSettings::new().record(move |kind| Ok(Box::new(recordings.of(kind).clone())))
    }

    fn of(&self, kind: ConnectionKind) -> &Recording {
        match kind {
            ConnectionKind::Public => &self.public,
            ConnectionKind::Private => &self.private,
        }
    }
}

#[derive(Clone, Default)]
struct Recording(Arc<Mutex<Vec<u8>>>);

impl Recording {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}

impl Write for Recording {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub(crate) async fn report(
    client: &Client,
    recordings: &Recordings,
    arguments: &Arguments,
    specification: &Specification,
    out: &mut impl Write,
) -> Result<(), Box<dyn Error>> {
    let (symbol, streams) = (&*arguments.symbol, client.streams());
    let end = Instant::now() + arguments.listen_for;
    let counts = tokio::join!(
        count(streams.trades(symbol).subscribe(), end),
        count(streams.klines(symbol, KlineInterval::OneMinute).subscribe(), end),
        count(streams.ticker(symbol).subscribe(), end),
        count(streams.tickers().subscribe(), end),
        count(streams.depth(symbol).subscribe(), end),
        count(streams.user_events().subscribe(), end),
    );
    writeln!(out, "\n## Streams, read for {} seconds", arguments.listen_for.as_secs())?;
    writeln!(out, "\n### Events of this client\n")?;
    let topics = ["market.trade", "market.kline", "market.ticker", "market.tickers", "market.depth", "user"];
    for (topic, events) in topics.into_iter().zip([counts.0, counts.1, counts.2, counts.3, counts.4, counts.5]) {
        match events {
            Ok(events) => writeln!(
                out,
                "- `{topic}`: {}",
                events.iter().map(|(name, count)| format!("{name} {count}")).collect::<Vec<_>>().join(", ")
            )?,
            Err(error) if error.is_auth() || error.is_permission() => {
                writeln!(out, "- `{topic}`: not opened, because the credentials do not allow it")?
            }
            Err(_) => writeln!(out, "- `{topic}`: not opened")?,
        }
    }
    for kind in [ConnectionKind::Public, ConnectionKind::Private] {
        writeln!(out, "\n### Messages of the {kind} connection")?;
        write!(out, "{}", RecordedStream::read(&recordings.of(kind).text(), specification))?;
    }
    Ok(())
}

/// Reads a stream until `end`. Returns the number of each kind of event.
async fn count<T>(stream: Result<TopicStream<T>, StreamError>, end: Instant) -> Result<BTreeMap<&'static str, u64>, StreamError> {
    let mut stream = stream?;
    let mut counts = BTreeMap::new();
    while let Ok(Some(event)) = timeout_at(end, stream.next()).await {
        let name = match event {
            Event::Connected { .. } => "Connected",
            Event::Subscribed => "Subscribed",
            Event::Snapshot(_) => "Snapshot",
            Event::Update(_) => "Update",
            Event::Stale { .. } => "Stale",
            Event::Resync { .. } => "Resync",
            Event::Lagged { .. } => "Lagged",
            Event::Unreadable { .. } => "Unreadable",
            Event::Disconnected { .. } => "Disconnected",
            _ => "Closed",
        };
        *counts.entry(name).or_default() += 1;
    }
    Ok(counts)
}
