//! A decoder of short lines, and a book whose outputs are printed.

#![allow(dead_code, reason = "each test program uses a part of the support")]

use std::sync::Arc;
use std::time::Duration;

use venue_book::state::{Output, State};
use venue_book::{BookEvent, BookSettings, BookView, DecodeError, Depth, DepthDecoder, PriceLevel};
use venue_stream::{DisconnectReason, Event, Message, MonotonicTime, RawText, ResyncReason};

/// Decodes lines such as `! 16 b100:1 a101:2`.
///
/// | part | meaning |
/// | --- | --- |
/// | `!`, `+`, `?` | snapshot, increment, message without a marker |
/// | `16`, `17-19`, `-` | version, first and last version, no version |
/// | `b100:1`, `a101:0` | level of the bids and of the asks |
#[derive(Debug)]
pub(crate) struct Lines;

impl DepthDecoder for Lines {
    fn decode(&self, message: &str, depth: &mut Depth) -> Result<(), DecodeError> {
        let mut parts = message.split(' ');
        depth.is_snapshot = match parts.next() {
            Some("!") => Some(true),
            Some("+") => Some(false),
            Some("?") => None,
            Some("panic") => panic!("a panic of the decoder, which the test expects"),
            _ => return Err(DecodeError::new("no marker")),
        };
        let number = |text: &str| text.parse::<u64>().map_err(DecodeError::new);
        match parts.next().unwrap_or("-") {
            "-" => {}
            versions => match versions.split_once('-') {
                Some((first, last)) => (depth.first_version, depth.version) = (Some(number(first)?), Some(number(last)?)),
                None => depth.version = Some(number(versions)?),
            },
        }
        for level in parts {
            let (side, level) = level.split_at_checked(1).ok_or(DecodeError::new("an empty level"))?;
            let (price, quantity) = level.split_once(':').ok_or(DecodeError::new("no quantity"))?;
            match side {
                "b" => depth.push_bid(price, quantity)?,
                "a" => depth.push_ask(price, quantity)?,
                _ => return Err(DecodeError::new("no side")),
            }
        }
        Ok(())
    }
}

/// A book at a time, with printed outputs.
pub(crate) struct Machine {
    pub(crate) state: State,
    pub(crate) now: MonotonicTime,
}

impl Machine {
    pub(crate) fn new(settings: BookSettings) -> Self {
        Self { state: State::new(Arc::new(Lines), settings), now: MonotonicTime::from_start(Duration::from_secs(1)) }
    }

    /// A book whose topic is subscribed.
    pub(crate) fn subscribed(settings: BookSettings) -> Self {
        let mut machine = Self::new(settings);
        machine.step(&Event::Connected { connection: 1 });
        machine.step(&Event::Subscribed);
        machine
    }

    pub(crate) fn step(&mut self, event: &Event) -> Vec<String> {
        let mut outputs = Vec::new();
        self.state.step(self.now, event, &mut outputs);
        outputs.iter().map(print).collect()
    }

    /// The first message after a subscription, or a marked snapshot.
    pub(crate) fn snapshot(&mut self, text: &str) -> Vec<String> {
        self.step(&Event::Snapshot(Message::new(text, self.now)))
    }

    pub(crate) fn update(&mut self, text: &str) -> Vec<String> {
        self.step(&Event::Update(Message::new(text, self.now)))
    }

    pub(crate) fn stale(&mut self) -> Vec<String> {
        self.step(&Event::Stale { since: self.now })
    }

    pub(crate) fn unreadable(&mut self) -> Vec<String> {
        self.step(&Event::Unreadable { raw: RawText::new("???") })
    }

    pub(crate) fn disconnect(&mut self) -> Vec<String> {
        self.step(&Event::Disconnected { why: DisconnectReason::Unresponsive })
    }

    pub(crate) fn reject(&mut self, text: &str) -> Vec<String> {
        self.step(&Event::Resync { why: ResyncReason::Rejected(RawText::new(text)) })
    }

    /// The connection subscribes the topic again. Returns the outputs of the loss.
    pub(crate) fn resubscribe(&mut self) -> Vec<String> {
        let printed = self.step(&Event::Resync { why: ResyncReason::Unacknowledged });
        self.step(&Event::Subscribed);
        printed
    }

    pub(crate) fn verify_again(&mut self) -> Vec<String> {
        let mut outputs = Vec::new();
        self.state.verify_again(self.now, &mut outputs);
        outputs.iter().map(print).collect()
    }

    pub(crate) fn pass(&mut self, duration: Duration) {
        self.now = self.now + duration;
    }

    /// `live`, or why the book is not live.
    pub(crate) fn trust(&self) -> String {
        self.state.trust().map_or_else(|why| why.to_string(), |()| "live".to_owned())
    }

    /// The content, such as `16 b100:1 a101:2`.
    pub(crate) fn content(&self) -> String {
        print_book(self.state.last_known())
    }
}

pub(crate) fn print(output: &Output) -> String {
    match output {
        Output::Event(BookEvent::Live) => "live".to_owned(),
        Output::Event(BookEvent::Changed) => "changed".to_owned(),
        Output::Event(BookEvent::Lost(reason)) => format!("lost: {reason}"),
        Output::Event(BookEvent::Unverified) => "unverified".to_owned(),
        Output::Event(BookEvent::Closed) => "closed".to_owned(),
        Output::Resync(_) => "resync".to_owned(),
        other => format!("{other:?}"),
    }
}

pub(crate) fn print_book(book: BookView<'_>) -> String {
    let mut text = book.version().map_or_else(|| "-".to_owned(), |version| version.to_string());
    let level = |side: char, level: PriceLevel| format!(" {side}{}:{}", level.price.normalize(), level.quantity.normalize());
    text.extend(book.bids().iter().map(|bid| level('b', bid)));
    text.extend(book.asks().iter().map(|ask| level('a', ask)));
    text
}
