//! What an order costs in the engine, beside the plain book that one would write first: a sorted map of queues.
//!
//! Both carry out the same commands, made once from a seed, and the time is that of all of them divided by their number.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use oorandom::Rand64;
use rust_decimal::Decimal;
use sixmm_sandbox::engine::{Book, BookOrder, Lots, Side, Ticks};
use sixmm_sandbox::exchange::{Config, Exchange, OrderRef, OrderSide, PlaceOrder};

/// Commands of a run.
const COMMANDS: usize = 100_000;

#[derive(Debug, Clone, Copy)]
enum Command {
    /// A limit order: it takes what it can, and the rest stands.
    Place(BookOrder),
    /// An order that stands is cancelled.
    Cancel(u64),
}

/// A book, as a bench needs it.
trait Engine: Clone {
    /// Tells what was traded.
    fn place(&mut self, order: BookOrder) -> u64;
    fn cancel(&mut self, id: u64) -> bool;
}

impl Engine for Book {
    fn place(&mut self, mut order: BookOrder) -> u64 {
        let mut traded = 0;
        while let Some(fill) = self.take(order.side, Some(order.price), order.remaining) {
            order.remaining = order.remaining.less(fill.quantity);
            traded += fill.quantity.0;
        }
        if !order.remaining.is_zero() {
            self.rest(order);
        }
        traded
    }

    fn cancel(&mut self, id: u64) -> bool {
        Self::cancel(self, id).is_some()
    }
}

/// The peer: a queue at each price, prices in a sorted map, and a hash map from ids to prices, all of the standard library.
#[derive(Clone, Default)]
struct Plain {
    bids: BTreeMap<u64, VecDeque<BookOrder>>,
    asks: BTreeMap<u64, VecDeque<BookOrder>>,
    index: HashMap<u64, (Side, u64)>,
}

impl Plain {
    fn side(&mut self, side: Side) -> &mut BTreeMap<u64, VecDeque<BookOrder>> {
        match side {
            Side::Buy => &mut self.bids,
            Side::Sell => &mut self.asks,
        }
    }
}

impl Engine for Plain {
    fn place(&mut self, mut order: BookOrder) -> u64 {
        let mut traded = 0;
        while !order.remaining.is_zero() {
            let best = match order.side {
                Side::Buy => self.asks.first_entry(),
                Side::Sell => self.bids.last_entry(),
            };
            let Some(mut best) = best.filter(|best| order.side.reaches(order.price, Ticks(*best.key()))) else { break };
            let Some(maker) = best.get_mut().front_mut() else { break };
            let filled = order.remaining.min(maker.remaining);
            maker.remaining = maker.remaining.less(filled);
            order.remaining = order.remaining.less(filled);
            traded += filled.0;
            if maker.remaining.is_zero() {
                let id = maker.id;
                best.get_mut().pop_front();
                if best.get().is_empty() {
                    best.remove();
                }
                self.index.remove(&id);
            }
        }
        if !order.remaining.is_zero() {
            self.index.insert(order.id, (order.side, order.price.0));
            self.side(order.side).entry(order.price.0).or_default().push_back(order);
        }
        traded
    }

    fn cancel(&mut self, id: u64) -> bool {
        let Some((side, price)) = self.index.remove(&id) else { return false };
        let levels = self.side(side);
        if let Some(queue) = levels.get_mut(&price) {
            queue.retain(|order| order.id != id);
            if queue.is_empty() {
                levels.remove(&price);
            }
        }
        true
    }
}

/// A book of `standing` orders, and commands that leave about as many. Prices gather around the middle; every second command places an
/// order, which in one of five cases takes; the others cancel an order that stands.
fn world(standing: usize) -> (Book, Plain, Vec<Command>) {
    let mut random = Rand64::new(6);
    let (mut book, mut plain) = (Book::new(), Plain::default());
    let mut ids: Vec<u64> = Vec::new();
    let mut next_id = 0;
    let mut place = |random: &mut Rand64| {
        next_id += 1;
        let side = if random.rand_range(0..2) == 0 { Side::Buy } else { Side::Sell };
        let spread = 1 + random.rand_range(0..40) * random.rand_range(0..40);
        let takes = random.rand_range(0..5) == 0;
        let price = if (side == Side::Buy) == takes { 100_000 + spread / 20 } else { 100_000 - spread };
        let price = if side == Side::Sell && !takes { 100_000 + spread } else { price };
        BookOrder { id: next_id, owner: 1, side, price: Ticks(price), remaining: Lots(random.rand_range(1..100)) }
    };
    while book.len() < standing {
        let order = place(&mut random);
        Engine::place(&mut book, order);
        plain.place(order);
        ids.push(order.id);
    }
    let (start, start_plain) = (book.clone(), plain);
    let mut commands = Vec::with_capacity(COMMANDS);
    while commands.len() < COMMANDS {
        if commands.len() % 2 == 0 {
            let order = place(&mut random);
            Engine::place(&mut book, order);
            ids.push(order.id);
            commands.push(Command::Place(order));
        } else {
            let at = usize::try_from(random.rand_range(0..ids.len() as u64)).unwrap_or(0);
            let id = ids.swap_remove(at);
            // Those that were filled meanwhile are gone.
            if book.cancel(id).is_some() {
                commands.push(Command::Cancel(id));
            }
        }
    }
    (start, start_plain, commands)
}

fn run<E: Engine>(mut engine: E, commands: &[Command]) -> (E, u64) {
    let mut sum = 0;
    for command in commands {
        sum += match *command {
            Command::Place(order) => engine.place(order),
            Command::Cancel(id) => u64::from(engine.cancel(id)),
        };
    }
    (engine, sum)
}

fn engine(criterion: &mut Criterion) {
    for standing in [1_000, 100_000] {
        let (book, plain, commands) = world(standing);
        assert_eq!(run(book.clone(), &commands).1, run(plain.clone(), &commands).1, "both trade the same");
        let mut group = criterion.benchmark_group(format!("book of {standing} orders"));
        group.sample_size(20).throughput(Throughput::Elements(COMMANDS as u64));
        group.bench_function("engine", |bencher| bencher.iter_batched(|| book.clone(), |book| run(book, &commands), BatchSize::LargeInput));
        group.bench_function("plain", |bencher| {
            bencher.iter_batched(|| plain.clone(), |plain| run(plain, &commands), BatchSize::LargeInput)
        });
        group.finish();
    }
}

/// The whole way of an order: checks, margin, book, fees, positions, records.
fn exchange(criterion: &mut Criterion) {
    let symbol = "BTCUSDT";
    let quantity = Decimal::new(1, 3);
    let price = Decimal::from(85_000);
    let start = || {
        let mut exchange = Exchange::new(Config::new()).expect("the configuration is good");
        for user in ["alice", "bob"] {
            exchange.add_user(user, user, Decimal::from(1_000_000_000)).expect("the names differ");
        }
        exchange
    };
    let mut group = criterion.benchmark_group("exchange");
    group.sample_size(20).throughput(Throughput::Elements(10_000));
    group.bench_function("place and cancel", |bencher| {
        bencher.iter_batched(
            start,
            |mut exchange| {
                for _ in 0..5_000 {
                    let placed = exchange.place_order("alice", PlaceOrder::limit(symbol, OrderSide::Buy, price, quantity));
                    let id = placed.expect("the order is good").order_id.to_string();
                    let order = OrderRef { order_id: Some(&id), client_order_id: None };
                    exchange.cancel_order("alice", symbol, order).expect("the order stands");
                }
                exchange
            },
            BatchSize::LargeInput,
        );
    });
    group.bench_function("place and fill", |bencher| {
        bencher.iter_batched(
            start,
            |mut exchange| {
                for nth in 0..5_000 {
                    let (maker, taker) = if nth % 2 == 0 { ("alice", "bob") } else { ("bob", "alice") };
                    let sell = PlaceOrder::limit(symbol, OrderSide::Sell, price, quantity);
                    black_box(exchange.place_order(maker, sell).expect("the order is good"));
                    black_box(
                        exchange.place_order(taker, PlaceOrder::market(symbol, OrderSide::Buy, quantity)).expect("the order is good"),
                    );
                }
                exchange
            },
            BatchSize::LargeInput,
        );
    });
    group.finish();
    let mut group = criterion.benchmark_group("market");
    let hour = 3_600_000;
    group.sample_size(10).throughput(Throughput::Elements(3_600 * 4));
    group.bench_function("an hour of four contracts that move", |bencher| {
        bencher.iter(|| Exchange::new(Config::new().moving().warm_up_ms(hour)).expect("the configuration is good"));
    });
    group.finish();
}

criterion_group!(benches, engine, exchange);
criterion_main!(benches);
