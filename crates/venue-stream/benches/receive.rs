//! The processor time of receiving a message: this crate beside the bare WebSocket library, over a socket of this machine.
//!
//! A server on another thread sends messages: either one after the other with pauses, so that the client sleeps before each message, as it
//! does on all but the busiest streams, or as fast as the client reads. The client's thread reads `/proc` for its own processor time, which
//! includes the kernel's part of reading the socket. Each way runs several times in turn, and the fastest run counts.
//!
//! | way | what the client does with each message |
//! | --- | --- |
//! | `ours` | receives an event of this crate |
//! | `classified` | reads the topic, in the loop that receives: the least that any client does |
//! | `bare` | nothing |
//! | `channel` | reads the topic, and passes the text to another task, so that slow processing cannot stop the reading |
//!
//! `ours` and `classified` read the topic with the same function. For `receive_plain`, this function looks for a space. For the others, it
//! reads the envelope of a JSON message with serde.
//!
//! The replay of a recording is measured beside decoding its texts as JSON.
//!
//! `cargo bench -p venue-stream --features test-util --bench receive -- WORDS` measures only the benchmarks with these names.

#[path = "../tests/support/mod.rs"]
mod support;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::hint::black_box;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_websockets::{ClientBuilder, Message, ServerBuilder};
use venue_stream::recording::Replay;
use venue_stream::{Ack, AckOutcome, Buffering, Event, Inbound, Protocol, PushKind, Request, RequestId};
use venue_stream::{Settings, StreamConnection, TopicSettings};
use venue_test_support::runtime;

use support::Lines;

/// The pause between two messages. Long enough for the client to sleep.
const PAUSE: Duration = Duration::from_micros(30);
const ROUNDS: usize = 7;

/// The messages of a benchmark.
#[derive(Clone)]
struct Workload {
    name: &'static str,
    text: String,
    messages: usize,
    has_pauses: bool,
    /// Whether the texts are JSON. Otherwise they begin with the topic and a space.
    is_json: bool,
}

fn workloads() -> [Workload; 4] {
    let plain = format!("a {{\"price\":\"85000.1\",\"quantity\":\"0.25\",\"padding\":\"{}\"}}", "x".repeat(150));
    let trade = String::from(
        r#"{"topic":"a","event":"data","ts":1772007815000,"data":[{"id":"7","price":"85000.1","quantity":"0.25","side":"BUY","time":1772007815000}]}"#,
    );
    let book = format!(r#"{{"topic":"a","event":"data","ts":1772007815000,"data":{}}}"#, book());
    let one = |name, text: &str, messages, has_pauses, is_json| Workload { name, text: text.to_owned(), messages, has_pauses, is_json };
    [
        one("receive_single", &trade, 30_000, true, true),
        one("receive_trades", &trade, 400_000, false, true),
        one("receive_books", &book, 60_000, false, true),
        one("receive_plain", &plain, 400_000, false, false),
    ]
}

/// A book of 88 levels.
fn book() -> String {
    let levels = |price: u32| (0..44).map(|level| format!("[\"{}.1\",\"0.25{level}\"]", price + level)).collect::<Vec<_>>().join(",");
    format!("{{\"endVersion\":\"17\",\"bids\":[{}],\"asks\":[{}]}}", levels(84_000), levels(85_000))
}

/// Starts a server on its own thread. It acknowledges any request, and then sends the messages of topic `a`.
fn start_server(workload: Workload) -> SocketAddr {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        runtime().block_on(async {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
            sender.send(listener.local_addr().expect("an address")).expect("the caller waits");
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
                let json = format!(r#"{{"id":"{id}","event":"subscribe","success":true,"data":["a"]}}"#);
                let acknowledgement = if workload.is_json { json } else { format!("ok {id}") };
                stream.send(Message::text(acknowledgement)).await.expect("connected");
                for _ in 0..workload.messages {
                    stream.feed(Message::text(workload.text.clone())).await.expect("connected");
                    if workload.has_pauses {
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

/// The classification of an exchange whose messages are JSON with the topic in an envelope.
#[derive(Debug, Default)]
struct Json;

#[derive(serde::Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    topic: Option<Cow<'a, str>>,
    #[serde(borrow)]
    event: Option<Cow<'a, str>>,
    #[serde(borrow)]
    id: Option<Cow<'a, str>>,
}

impl Protocol for Json {
    fn encode(&self, id: RequestId, request: Request<'_>) -> Option<String> {
        Lines::default().encode(id, request)
    }

    fn classify<'a>(&self, text: &'a str) -> Inbound<'a> {
        match serde_json::from_str::<Envelope<'a>>(text) {
            Ok(Envelope { topic: Some(topic), .. }) => Inbound::Push { topic, kind: PushKind::Unmarked },
            Ok(Envelope { event: Some(event), id: Some(id), .. }) if event == "subscribe" => match id.parse() {
                Ok(id) => Inbound::Ack(Ack::of(RequestId::new(id), AckOutcome::Accepted)),
                Err(_) => Inbound::Unreadable { topic: None },
            },
            _ => Inbound::Unreadable { topic: None },
        }
    }
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

type Adapter = Arc<dyn Protocol>;

/// The protocol as a value of its own, for the builder.
#[derive(Debug)]
struct Shared(Adapter);

impl Protocol for Shared {
    fn encode(&self, id: RequestId, request: Request<'_>) -> Option<String> {
        self.0.encode(id, request)
    }

    fn classify<'a>(&self, text: &'a str) -> Inbound<'a> {
        self.0.classify(text)
    }
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

async fn channel(address: SocketAddr, messages: usize, classify: impl Fn(&str) + Send + 'static) {
    let (sender, mut receiver) = tokio::sync::mpsc::channel(4_096);
    let receive = move |text: &str| {
        classify(text);
        _ = sender.try_send(text.to_owned());
    };
    let reading = tokio::spawn(bare(address, messages, receive));
    while let Some(text) = receiver.recv().await {
        black_box(text);
    }
    reading.await.expect("no panic");
}

async fn ours(address: SocketAddr, messages: usize, adapter: Adapter) {
    let builder = StreamConnection::builder(Shared(adapter), format!("ws://{address}/"));
    let connection = builder.settings(Settings::new()).build().expect("valid settings");
    let mut subscription = connection.subscribe("a", TopicSettings::new(), Buffering::bounded(4_096));
    let mut count = 0;
    while count < messages {
        match subscription.next().await.expect("an event") {
            Event::Update(message) => {
                black_box(message.text());
                count += 1;
            }
            Event::Lagged { skipped } => count += usize::try_from(skipped).expect("a small number"),
            _ => {}
        }
    }
}

/// The figures of a benchmark by the name of the way.
type Ways = BTreeMap<&'static str, f64>;

fn main() {
    // Cargo passes options such as `--bench`.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let is_selected = |name: &str| words.is_empty() || words.iter().any(|word| word == name);
    let mut figures: BTreeMap<&'static str, Ways> = BTreeMap::new();
    for workload in workloads().into_iter().filter(|workload| is_selected(workload.name)) {
        figures.insert(workload.name, receive(&workload));
    }
    let trade = workloads()[1].text.clone();
    let replays = [("replay_trades", format!("a {trade}"), 200_000), ("replay_books", format!("a {}", book()), 20_000)];
    for (name, text, messages) in replays.into_iter().filter(|(name, ..)| is_selected(name)) {
        figures.insert(name, replay(&text, messages));
    }
    for (name, ways) in &figures {
        let ours = ways["ours"];
        let ratios: Vec<String> = ways.iter().map(|(way, figure)| format!("{way} {figure:.0} ns ({:.2})", ours / figure)).collect();
        println!("{name}: {}", ratios.join(", "));
    }
    if let Some(folder) = std::env::var_os("VENUE_BENCH_FIGURES") {
        let text = serde_json::to_string(&figures).expect("JSON");
        std::fs::write(std::path::Path::new(&folder).join("receive.json"), text).expect("a folder that can be written");
    }
}

fn receive(workload: &Workload) -> Ways {
    let address = start_server(workload.clone());
    let messages = workload.messages;
    let adapter: Adapter = if workload.is_json { Arc::new(Json) } else { Arc::new(Lines::default()) };
    let mut best = Ways::new();
    for _ in 0..ROUNDS {
        let classify = || {
            let adapter = Arc::clone(&adapter);
            move |text: &str| {
                black_box(adapter.classify(black_box(text)));
            }
        };
        let times = [
            ("bare", measure_task(messages, bare(address, messages, |text| _ = black_box(text)))),
            ("classified", measure_task(messages, bare(address, messages, classify()))),
            ("channel", measure_task(messages, channel(address, messages, classify()))),
            ("ours", measure_task(messages, ours(address, messages, Arc::clone(&adapter)))),
        ];
        for (way, time) in times {
            best.entry(way).and_modify(|best| *best = best.min(time)).or_insert(time);
        }
    }
    best
}

fn replay(text: &str, messages: usize) -> Ways {
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
                if let Event::Update(message) = event.expect("no difference").event {
                    decode(message.text());
                    count += 1;
                }
            }
            assert_eq!(count, messages);
        });
        best = [best[0].min(decoding), best[1].min(replaying)];
    }
    Ways::from([("decoding", best[0]), ("ours", best[1])])
}
