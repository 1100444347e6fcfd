//! Mutated frames and mutated recordings: no panic, no endless loop, and no message without a subscription.
//!
//! `VENUE_STREAM_MUTATED_FRAMES` sets the number of the frames (1,000,000 by default).

#[path = "support/mod.rs"]
mod support;

use std::io::Cursor;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_websockets::{ClientBuilder, Limits};
use venue_stream::recording::Replay;
use venue_stream::state::{Input, Output, State};
use venue_stream::transport::{Received, Transport};
use venue_stream::{Event, MonotonicTime, Settings, TopicSettings};

use support::{Lines, secs};

/// A connection whose server sent these bytes and then ended the connection.
struct Bytes(Cursor<Vec<u8>>);

impl AsyncRead for Bytes {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl AsyncWrite for Bytes {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// Frames of a server: an opcode with the final bit, and a payload.
fn frames(random: &mut fastrand::Rng) -> Vec<u8> {
    let texts = ["ok 1", "no 1", "never 1", "a 1", "a! 22", "b+ 3", "a? x", "auth no", "pong 2", "hello", "ok - a,b", "é€𝄞 1"];
    let mut bytes = Vec::new();
    for _ in 0..10 {
        let text = texts[random.usize(0..texts.len())];
        let (opcode, payload) = match random.u32(0..12) {
            0 => (0x89, "ping"),
            1 => (0x8a, ""),
            2 => (0x82, text),
            3 => {
                push_frame(&mut bytes, 0x01, text);
                (0x80, " in two fragments")
            }
            _ => (0x81, text),
        };
        push_frame(&mut bytes, opcode, payload);
    }
    bytes
}

fn push_frame(bytes: &mut Vec<u8>, opcode: u8, payload: &str) {
    bytes.extend([opcode, u8::try_from(payload.len()).expect("a short text")]);
    bytes.extend(payload.as_bytes());
}

fn mutate(bytes: &mut Vec<u8>, random: &mut fastrand::Rng) {
    for _ in 0..random.usize(0..4) {
        let index = random.usize(0..bytes.len());
        match random.u32(0..4) {
            0 => bytes[index] = random.u8(..),
            1 => bytes[index] ^= 1 << random.u32(0..8),
            2 => bytes.insert(index, random.u8(..)),
            _ => drop(bytes.remove(index)),
        }
    }
}

/// Receives all frames with the transport of this crate, and applies them to a state machine. Returns the number of messages.
fn receive(bytes: Vec<u8>) -> usize {
    let limits = Limits::default().max_payload_len(Some(1 << 16));
    let mut transport = ClientBuilder::new().limits(limits).take_over(Bytes(Cursor::new(bytes)));
    let now = MonotonicTime::from_start(secs(1));
    let mut state = State::new(Arc::new(Lines { topics_per_request: 2, ..Lines::default() }), Settings::new(), 7, 1);
    let mut outputs = Vec::new();
    for topic in ["a", "b"] {
        state.step(now, Input::Subscribe { topic, settings: TopicSettings::new() }, &mut outputs);
    }
    state.step(now, Input::Opened { connection: 1, has_login: false }, &mut outputs);
    outputs.clear();
    let mut context = Context::from_waker(Waker::noop());
    let (mut received, mut is_open, mut is_subscribed) = (0, true, false);
    while is_open {
        let poll = transport.poll_receive(&mut context, &mut |message| {
            received += 1;
            match message {
                Received::Text(text) => state.step(now, Input::Text { connection: 1, text }, &mut outputs),
                Received::Binary(length) => state.step(now, Input::Binary { connection: 1, length }, &mut outputs),
                Received::Ping | Received::Pong => {
                    let is_pong = message == Received::Pong;
                    state.step(now, Input::Control { connection: 1, is_pong }, &mut outputs);
                }
                Received::Close { .. } | Received::End => is_open = false,
            }
        });
        is_open &= matches!(poll, Poll::Ready(Ok(())));
    }
    for output in &outputs {
        if let Output::Event { event, .. } = output {
            is_subscribed |= *event == Event::Subscribed;
            assert!(is_subscribed || !event.is_datum(), "a message without a subscription");
        }
    }
    received
}

#[test]
fn mutated_frames_cause_no_panic() {
    let frames_to_send = std::env::var("VENUE_STREAM_MUTATED_FRAMES").map_or(1_000_000, |text| text.parse().expect("a number"));
    let mut random = fastrand::Rng::with_seed(7);
    let mut received = 0;
    for _ in 0..frames_to_send / 10 {
        let mut bytes = frames(&mut random);
        mutate(&mut bytes, &mut random);
        received += receive(bytes);
    }
    println!("{received} messages were received");
    assert!(received > frames_to_send / 4, "most of the mutations leave some frames valid");
}

#[test]
fn mutated_recordings_cause_no_panic() {
    let settings = serde_json::to_string(&Settings::new()).expect("JSON");
    let topic = serde_json::to_string(&TopicSettings::new().stale_after(secs(5))).expect("JSON");
    let recording = format!(
        "venue-stream recording 1\nsettings {settings}\nseed 7\nfirst-request 1\n1.000000000 0 subscribe {topic} a\n\
         1.000000000 1 connect\n1.000000000 1 opened\n1.000000000 1 >ping\n1.000000000 1 > sub 1 a\n1.000000000 1 < ok 1\n\
         2.000000000 1 < a {{\\n\\\\1}}\n7.000000000 1 tick\n7.500000000 1 resync {{\"requested\":\"a gap\"}} a\n\
         7.500000000 1 > unsub 2 a\n8.000000000 1 lost \"unresponsive\"\n8.000000000 1 disconnect\n9.000000000 1 close\n"
    );
    let whole: Vec<_> = Replay::new(Lines::default(), recording.as_bytes()).expect("a recording").collect();
    assert!(whole.iter().all(Result::is_ok), "{whole:?}");
    assert_eq!(whole.len(), 7, "{whole:?}");
    let mut random = fastrand::Rng::with_seed(7);
    let mut failed = 0;
    for _ in 0..5_000 {
        let mut bytes = recording.clone().into_bytes();
        mutate(&mut bytes, &mut random);
        match Replay::new(Lines::default(), &bytes[..]) {
            Err(_) => failed += 1,
            Ok(replay) => failed += replay.filter(Result::is_err).count(),
        }
    }
    assert!(failed > 1_000, "{failed} recordings were rejected");
}
