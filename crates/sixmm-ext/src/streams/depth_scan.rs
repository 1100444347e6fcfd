//! The fast way to read depth messages: one pass over the envelope and the levels.

use venue_book::{BookSide, Depth, Scanner};

use super::topics;

/// The topic of a depth message in the documented form `{"topic": …,"event": "data","ts": …,"data": …}`. Reads nothing after the name
/// `data`. Returns `None` for any other message, and for any other form.
pub(super) fn topic(text: &str) -> Option<&str> {
    let mut scanner = Scanner::new(text);
    if scanner.first_key()? != "topic" {
        return None;
    }
    let topic = scanner.string().filter(|topic| topics::has_snapshot(topic))?;
    let is_data = scanner.next_key()? == Some("event") && scanner.string()? == "data" && scanner.next_key()? == Some("ts");
    scanner.integer().filter(|_| is_data)?;
    (scanner.next_key()? == Some("data")).then_some(topic)
}

/// Reads a depth message whose levels are pairs of texts. Returns `None` for any other form, for a field that is not known and for a
/// repeated field, so that the caller reads the message with serde.
pub(super) fn scan(text: &str, depth: &mut Depth) -> Option<()> {
    let mut scanner = Scanner::new(text);
    let mut seen = Seen::default();
    let mut key = scanner.first_key()?;
    loop {
        match key {
            "topic" if seen.first(Field::Topic) => drop(scanner.string()?),
            "event" if seen.first(Field::Event) => drop(scanner.string()?),
            "ts" if seen.first(Field::Time) => drop(scanner.integer()?),
            "data" if seen.first(Field::Data) => scan_data(&mut scanner, depth)?,
            _ => return None,
        }
        match scanner.next_key()? {
            Some(next) => key = next,
            None => return (scanner.is_at_end() && seen.has(Field::Topic) && seen.has(Field::Data)).then_some(()),
        }
    }
}

fn scan_data(scanner: &mut Scanner<'_>, depth: &mut Depth) -> Option<()> {
    let mut seen = Seen::default();
    let mut key = scanner.first_key()?;
    loop {
        match key {
            "type" if seen.first(Field::Type) => {
                depth.is_snapshot = Some(match scanner.string()? {
                    "snapshot" => true,
                    "update" => false,
                    _ => return None,
                });
            }
            "startVersion" if seen.first(Field::StartVersion) => depth.first_version = Some(scanner.integer()?),
            "endVersion" if seen.first(Field::EndVersion) => depth.version = Some(scanner.integer()?),
            "bids" if seen.first(Field::Bids) => scanner.levels(BookSide::Bids, depth)?,
            "asks" if seen.first(Field::Asks) => scanner.levels(BookSide::Asks, depth)?,
            _ => return None,
        }
        match scanner.next_key()? {
            Some(next) => key = next,
            None => return (seen.has(Field::Bids) || seen.has(Field::Asks)).then_some(()),
        }
    }
}

/// A field of the envelope or of the data.
#[derive(Clone, Copy)]
enum Field {
    Topic,
    Event,
    Time,
    Data,
    Type,
    StartVersion,
    EndVersion,
    Bids,
    Asks,
}

/// The fields that were read, one bit each.
#[derive(Default)]
struct Seen(u16);

impl Seen {
    /// Whether the field was not read before. Notes that it is read.
    fn first(&mut self, field: Field) -> bool {
        let is_first = !self.has(field);
        self.0 |= Self::bit(field);
        is_first
    }

    fn has(&self, field: Field) -> bool {
        self.0 & Self::bit(field) != 0
    }

    fn bit(field: Field) -> u16 {
        1 << (field as u16)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{DefaultDecoder, StreamDecoder, StreamMessage};
    use super::*;

    const SNAPSHOT: &str = r#"{"topic": "market.depth.BTCUSDT","event": "data","ts": 1772007815000,"data": {"type":"snapshot","endVersion":17,"bids":[["42000.1","0.5"],["42000","2"]],"asks":[["42000.2","1"]]}}"#;

    /// The content of a message that was read with or without the scanner.
    fn content(result: Result<(), venue_book::DecodeError>, depth: &Depth) -> Option<String> {
        let levels = || (depth.bids().collect::<Vec<_>>(), depth.asks().collect::<Vec<_>>());
        result.ok().map(|()| format!("{:?} {:?} {:?} {:?}", depth.first_version, depth.version, depth.is_snapshot, levels()))
    }

    /// Checks that the scanner accepts only messages that serde accepts, with the same content. Returns whether the scanner accepted.
    fn check(text: &str) -> bool {
        let (mut scanned, mut read) = (Depth::new(), Depth::new());
        let is_scanned = scan(text, &mut scanned).is_some();
        let result = StreamMessage::parse(text).and_then(|message| DefaultDecoder.depth(&message, &mut read));
        let expected = content(result, &read);
        if is_scanned {
            assert_eq!(content(Ok(()), &scanned), expected, "{text}");
        }
        let mut depth = Depth::new();
        let result = DefaultDecoder.depth_text(text, &mut depth);
        assert_eq!(content(result, &depth), expected, "{text}");
        is_scanned
    }

    #[test]
    fn the_documented_envelope_is_scanned_with_and_without_spaces() {
        assert!(check(SNAPSHOT));
        assert!(check(&SNAPSHOT.replace(": ", ":")));
        assert!(check(&SNAPSHOT.replace(r#""type":"snapshot","#, r#""type":"update","startVersion":16,"#)));
        assert!(check(&SNAPSHOT.replace(r#""type":"snapshot","#, "")));
        assert!(check(&SNAPSHOT.replace(r#""event": "data","#, "")));
        assert_eq!(topic(SNAPSHOT), Some("market.depth.BTCUSDT"));
        assert_eq!(topic(&SNAPSHOT.replace(": ", ":")), Some("market.depth.BTCUSDT"));
    }

    #[test]
    fn other_forms_are_left_to_serde() {
        for (from, to) in [
            ("17", "\"17\""),
            ("17", "17.0"),
            ("17", "null"),
            (r#"["42000.1","0.5"]"#, r#"{"price":"42000.1","quantity":"0.5"}"#),
            (r#"["42000.1","0.5"]"#, r#"["42000.1","0.5",3]"#),
            (r#"["42000.1","0.5"]"#, r#"["42000.1","-0.5"]"#),
            (r#""type""#, r#""kind""#),
            (r#""snapshot""#, r#""full""#),
            (r#","asks""#, r#","bids":[],"asks""#),
            (r#""endVersion":17"#, r#""endVersion":17,"endVersion":18"#),
            (r#""event": "data""#, r#""event": "data","event": "data""#),
            (r#""event": "data""#, r#""event": 7"#),
            (r#""ts": 1772007815000"#, r#""ts": "1772007815000""#),
            (r#""topic": "market.depth.BTCUSDT","#, ""),
            ("}}", "}"),
            ("}}", "}}}"),
            ("}}", "}} "),
            ("42000.2", "4200O.2"),
        ] {
            assert!(SNAPSHOT.contains(from), "{from}");
            assert!(!check(&SNAPSHOT.replace(from, to)), "{to}");
        }
        assert!(!check(r#"{"topic":"market.depth.BTCUSDT","data":{"endVersion":17}}"#));
    }

    #[test]
    fn only_depth_messages_are_classified_by_their_beginning() {
        for text in [
            &SNAPSHOT.replace("market.depth.", "market.trade."),
            &SNAPSHOT.replace(r#""data","#, r#""subscribe","#),
            &SNAPSHOT.replace(r#""event": "data","#, ""),
            &SNAPSHOT.replace(r#""topic""#, r#""channel""#),
        ] {
            assert_eq!(topic(text), None, "{text}");
        }
    }
}
