//! The processor time of receiving a message: this crate beside the bare WebSocket library, over a socket of this machine.
//!
//! A server on another thread sends messages of 200 bytes: either one after the other with pauses, so that the client sleeps before each
//! message, as it does on all but the busiest streams, or as fast as the client reads. The client's thread reads `/proc` for its own
//! processor time, which includes the kernel's part of reading the socket. Each way runs several times in turn, and the fastest run counts.
//! The replay of a recording is measured beside decoding its texts as JSON.
//!
//! `cargo bench -p venue-stream --features test-util --bench receive`

#[path = "../tests/support/mod.rs"]
mod support;

use std::hint::black_box;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_websockets::{ClientBuilder, Message, ServerBuilder};
use venue_stream::recording::Replay;
use venue_stream::{Buffering, Protocol, Settings, StreamConnection, TopicSettings};
use venue_test_support::runtime;

use support::Lines;

/// The number of messages without pauses, and with pauses.
const MESSAGES: usize = 400_000;
const SINGLE_MESSAGES: usize = 30_000;
/// The pause between two messages. Long enough for the client to sleep.
const PAUSE: Duration = Duration::from_micros(30);
const ROUNDS: usize = 7;

/// Starts a server on its own thread. It responds to any request, and then sends the messages of topic `a`.
fn start_server(is_single: bool) -> SocketAddr {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        runtime().block_on(async {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
            sender.send(listener.local_addr().expect("an address")).expect("the caller waits");
            let message = text();
            loop {
                let (stream, _) = listener.accept().await.expect("a connection");
                stream.set_nodelay(true).expect("an option of every TCP socket");
                let (_, mut stream) = ServerBuilder::new().accept(stream).await.expect("a handshake");
                let id = loop {
                    let request = stream.next().await.expect("a request").expect("connected");
                    if let Some(id) = request.as_text().and_then(|text| text.split(' ').nth(1)) {
                        break id.to_owned();
                    }
                };
                stream.send(Message::text(format!("ok {id}"))).await.expect("connected");
                for _ in 0..count(is_single) {
                    stream.feed(Message::text(message.clone())).await.expect("connected");
                    if is_single {
                        stream.flush().await.expect("connected");
                        let sent = Instant::now();
                        while sent.elapsed() < PAUSE {
                            std::hint::spin_loop();
                        }
                    }
                }
                stream.flush().await.expect("connected");
                while stream.next().await.is_some_and(|message| message.is_ok()) {}
            }
        });
    });
    receiver.recv().expect("a server")
}

fn count(is_single: bool) -> usize {
    if is_single { SINGLE_MESSAGES } else { MESSAGES }
}

fn text() -> String {
    format!("a {{\"price\":\"85000.1\",\"quantity\":\"0.25\",\"padding\":\"{}\"}}", "x".repeat(150))
}

/// The processor time of this thread in nanoseconds.
fn processor_time() -> u64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    stat.split(' ').next().and_then(|nanos| nanos.parse().ok()).expect("a number")
}

/// The processor time of a message in nanoseconds, if `run` handles this number of messages.
fn measure(messages: usize, run: impl FnOnce()) -> f64 {
    let before = processor_time();
    run();
    let spent = u32::try_from((processor_time() - before) / 1000).expect("less than an hour");
    f64::from(spent) * 1000.0 / f64::from(u32::try_from(messages).expect("a small number"))
}

/// The processor time of a message in nanoseconds, if a task receives this number of messages.
fn measure_task(messages: usize, receive: impl Future<Output = ()> + Send + 'static) -> f64 {
    let runtime = runtime();
    // In a task, as in a program: waking the future of `block_on` itself costs a system call.
    measure(messages, || runtime.block_on(async { tokio::spawn(receive).await.expect("no panic") }))
}

async fn bare(address: SocketAddr, messages: usize, receive: impl Fn(&str) + Send) {
    let stream = TcpStream::connect(address).await.expect("a server");
    let builder = ClientBuilder::new().uri("ws://localhost/").expect("a URL");
    let (mut stream, _) = builder.connect_on(stream).await.expect("a handshake");
    stream.send(Message::text("sub 1 a")).await.expect("connected");
    for _ in 0..=messages {
        let message = stream.next().await.expect("a message").expect("connected");
        receive(message.as_text().expect("a text"));
    }
}

/// Reads in one task, and passes each text to another task, so that a slow reader cannot stop the reading.
async fn channel(address: SocketAddr, messages: usize) {
    let (sender, mut receiver) = tokio::sync::mpsc::channel(4_096);
    let reading = tokio::spawn(bare(address, messages, move |text| _ = sender.try_send(text.to_owned())));
    while let Some(text) = receiver.recv().await {
        black_box(text);
    }
    reading.await.expect("no panic");
}

async fn ours(address: SocketAddr, messages: usize) {
    let builder = StreamConnection::builder(Lines::default(), format!("ws://{address}/"));
    let connection = builder.settings(Settings::new()).build().expect("valid settings");
    let mut subscription = connection.subscribe("a", TopicSettings::new(), Buffering::bounded(4_096));
    let mut count = 0;
    while count < messages {
        match subscription.next().await.expect("an event") {
            venue_stream::Event::Update(message) => {
                black_box(message.text());
                count += 1;
            }
            venue_stream::Event::Lagged { skipped } => count += usize::try_from(skipped).expect("a small number"),
            _ => {}
        }
    }
}

fn main() {
    for is_single in [true, false] {
        receive(is_single);
    }
    replay();
}

fn receive(is_single: bool) {
    let address = start_server(is_single);
    let messages = count(is_single);
    let mut best = [f64::INFINITY; 4];
    for _ in 0..ROUNDS {
        let classify = |text: &str| {
            black_box(Lines::default().classify(black_box(text)));
        };
        let times = [
            measure_task(messages, bare(address, messages, |text| _ = black_box(text))),
            measure_task(messages, bare(address, messages, classify)),
            measure_task(messages, channel(address, messages)),
            measure_task(messages, ours(address, messages)),
        ];
        for (best, time) in best.iter_mut().zip(times) {
            *best = best.min(time);
        }
    }
    let [bare, classified, channel, ours] = best;
    let name = if is_single { "one by one" } else { "without pauses" };
    println!("receive {name}, in ns: bare library {bare:.0}, with classification {classified:.0}, with a channel {channel:.0}");
    println!("receive {name}, in ns: venue-stream {ours:.0}, which is {:.2} of the bare library", ours / bare);
}

fn replay() {
    let levels = |price: u32| (0..44).map(|level| format!("[\"{}.1\",\"0.25{level}\"]", price + level)).collect::<Vec<_>>().join(",");
    let depth = format!("a {{\"endVersion\":\"17\",\"bids\":[{}],\"asks\":[{}]}}", levels(84_000), levels(85_000));
    replay_of("a trade", &text(), 200_000);
    replay_of("a book of 88 levels", &depth, 20_000);
}

fn replay_of(name: &str, text: &str, messages: usize) {
    let settings = serde_json::to_string(&Settings::new()).expect("JSON");
    let topic = serde_json::to_string(&TopicSettings::new()).expect("JSON");
    let mut recording = format!("venue-stream recording 1\nsettings {settings}\nseed 7\nfirst-request 1\n");
    recording.push_str(&format!(
        "1.000000000 0 subscribe {topic} a\n1.000000000 1 connect\n1.000000000 1 opened\n1.000000000 1 >ping\n\
         1.000000000 1 > sub 1 a\n1.000000000 1 < ok 1\n"
    ));
    for number in 0..messages {
        recording.push_str(&format!("2.{number:09} 1 < {text}\n"));
    }
    let decode = |text: &str| {
        black_box(serde_json::from_str::<serde_json::Value>(text.split_once(' ').expect("a topic").1).expect("JSON"));
    };
    let mut best = [f64::INFINITY; 2];
    for _ in 0..ROUNDS {
        let decoding = measure(messages, || {
            recording.lines().skip(10).for_each(|line| decode(line.splitn(4, ' ').nth(3).expect("a text")));
        });
        let replaying = measure(messages, || {
            let mut count = 0;
            for event in Replay::new(Lines::default(), recording.as_bytes()).expect("a recording") {
                if let venue_stream::Event::Update(message) = event.expect("no difference").event {
                    decode(message.text());
                    count += 1;
                }
            }
            assert_eq!(count, messages);
        });
        best = [best[0].min(decoding), best[1].min(replaying)];
    }
    let [decoding, replaying] = best;
    println!("replay of {name}: {decoding:.0} ns for decoding only, {replaying:.0} ns with the replay: {:.2}", replaying / decoding);
}
