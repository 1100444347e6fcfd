//! A decoder of depth messages in JSON, which writes the levels directly into the buffer.

use std::fmt;

use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use venue_book::{BookSide, DecodeError, Depth, DepthDecoder, LevelFields, Scanner};

/// Decodes with the scanner, and with [`Json`] if the scanner does not support the form of the message.
#[derive(Debug)]
pub(crate) struct Scanning;

impl DepthDecoder for Scanning {
    fn decode(&self, message: &str, depth: &mut Depth) -> Result<(), DecodeError> {
        if scan(message, depth).is_some() {
            return Ok(());
        }
        depth.clear();
        Json.decode(message, depth)
    }
}

fn scan(message: &str, depth: &mut Depth) -> Option<()> {
    let mut scanner = Scanner::new(message);
    let mut key = scanner.first_key()?;
    loop {
        match key {
            "data" => scan_content(&mut scanner, depth)?,
            "topic" | "event" => drop(scanner.string()?),
            "ts" => drop(scanner.integer()?),
            _ => return None,
        }
        match scanner.next_key()? {
            Some(next) => key = next,
            None => return (scanner.is_at_end() && depth.version.is_some()).then_some(()),
        }
    }
}

fn scan_content(scanner: &mut Scanner<'_>, depth: &mut Depth) -> Option<()> {
    let mut key = scanner.first_key()?;
    loop {
        match key {
            "type" => depth.is_snapshot = Some(scanner.string()? == "snapshot"),
            "startVersion" => depth.first_version = Some(scanner.integer()?),
            "endVersion" => depth.version = Some(scanner.integer()?),
            "bids" => scanner.levels(BookSide::Bids, depth)?,
            "asks" => scanner.levels(BookSide::Asks, depth)?,
            _ => return None,
        }
        match scanner.next_key()? {
            Some(next) => key = next,
            None => return Some(()),
        }
    }
}

/// Decodes `{"data":{"type":"snapshot","startVersion":1,"endVersion":2,"bids":[["1.5","2"]],"asks":[]}}`.
#[derive(Debug)]
pub(crate) struct Json;

impl DepthDecoder for Json {
    fn decode(&self, message: &str, depth: &mut Depth) -> Result<(), DecodeError> {
        let mut json = serde_json::Deserializer::from_str(message);
        Envelope(depth).deserialize(&mut json).map_err(DecodeError::new)?;
        json.end().map_err(DecodeError::new)
    }
}

/// The message, whose field `data` contains the levels.
struct Envelope<'a>(&'a mut Depth);

impl<'de> DeserializeSeed<'de> for Envelope<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Envelope<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a message of a topic")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        while let Some(name) = fields.next_key::<&str>()? {
            match name {
                "data" => fields.next_value_seed(Content(self.0))?,
                _ => drop(fields.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

struct Content<'a>(&'a mut Depth);

impl<'de> DeserializeSeed<'de> for Content<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Snapshot,
    Update,
}

impl<'de> Visitor<'de> for Content<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("versions and levels")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        let depth = self.0;
        while let Some(name) = fields.next_key::<&str>()? {
            match name {
                "type" => depth.is_snapshot = Some(matches!(fields.next_value()?, Kind::Snapshot)),
                "startVersion" => depth.first_version = Some(fields.next_value()?),
                "endVersion" => depth.version = Some(fields.next_value()?),
                "bids" => fields.next_value_seed(depth.bids_seed(LevelFields::default()))?,
                "asks" => fields.next_value_seed(depth.asks_seed(LevelFields::default()))?,
                _ => drop(fields.next_value::<IgnoredAny>()?),
            }
        }
        if depth.version.is_none() {
            return Err(A::Error::custom("no version"));
        }
        Ok(())
    }
}
