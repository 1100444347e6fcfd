//! The local exchange with a busy market, and the history of its books.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use oorandom::Rand64;
use sixmm_ext::streams::{BookView, Heartbeat, OrderBook, SideView};
use sixmm_ext::{Client, Decimal, UnixMillis};
use sixmm_sandbox::exchange::{CancelType, Config, Depth, DepthLevel, Exchange as Engine, OrderSide, PlaceOrder};
use sixmm_sandbox::{Clock, PayloadForm, Sandbox, StreamFault, StreamFaultRule, StreamFrame, StreamSettings, User, VersionRule};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, sleep_until};
use venue_test_support::virtual_time::VirtualTime;

pub(crate) type Outcome<T = ()> = Result<T, Box<dyn Error>>;
/// The rule of a book.
pub(crate) type Continuity = sixmm_ext::streams::VersionRule;

pub(crate) const SYMBOLS: [&str; 2] = ["BTCUSDT", "ETHUSDT"];
const START: i64 = 1_772_710_377_808;
/// The time between two steps of the exchange.
const STEP: Duration = Duration::from_millis(50);

/// The exchange's book of each version, by contract.
type History = BTreeMap<(&'static str, u64), Depth>;

/// A local exchange in virtual time, and a client without credentials.
pub(crate) struct Exchange {
    pub(crate) sandbox: Arc<Sandbox>,
    pub(crate) client: Client,
    history: Arc<Mutex<History>>,
    steps: JoinHandle<()>,
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.steps.abort();
    }
}

impl Exchange {
    /// Starts an exchange whose market makers and whose user change the books several times in a second.
    pub(crate) async fn start(seed: u64, form: PayloadForm, rule: VersionRule) -> Outcome<Self> {
        let clock = Clock::manual(sixmm_sandbox::UnixMillis::new(START));
        let bob = User::new("bob").password("correct horse").balance(Decimal::from(100_000_000));
        let settings = StreamSettings::new().payload(form).version_rule(rule);
        let builder = Sandbox::builder().seed(seed).clock(clock).config(Config::new().moving()).streams(settings).keep_requests(100_000);
        let sandbox = Arc::new(builder.user(bob).start().await?);
        // Has no effect but a hit for each snapshot, which follows each accepted subscription.
        let count = StreamFaultRule::new(StreamFault::Delay { millis: 0 }).on_frames([StreamFrame::Snapshot]);
        sandbox.stream_faults().add(count).map_err(|error| error.to_string())?;
        let history = Arc::new(Mutex::new(History::new()));
        let steps = tokio::spawn(run(Arc::clone(&sandbox), Arc::clone(&history), seed));
        let settings = sixmm_ext::streams::StreamSettings::new().heartbeat(Heartbeat::new(Duration::from_secs(5), Duration::from_secs(3)));
        let time = Arc::new(VirtualTime::starting_at(UnixMillis::new(START)));
        let client = Client::builder().base_url(sandbox.base_url()).time(time).streams(settings).build()?;
        Ok(Self { sandbox, client, history, steps })
    }

    /// The number of subscriptions of a contract's book that the exchange has accepted.
    pub(crate) fn subscriptions(&self, symbol: &str) -> usize {
        let topic = format!("market.depth.{symbol}");
        let hits = self.sandbox.stream_faults().hits();
        hits.iter().filter(|hit| hit.topic.as_ref() == Some(&topic) && hit.fault == StreamFault::Delay { millis: 0 }).count()
    }

    /// Checks that a content equals the exchange's book of its version.
    pub(crate) fn check(&self, symbol: &'static str, content: BookView<'_>) {
        let version = content.version().expect("a version");
        let history = lock(&self.history);
        let Some(depth) = history.get(&(symbol, version)) else { panic!("the exchange had no book of {symbol} with version {version}") };
        assert_eq!(levels(content.bids()), pairs(&depth.bids), "the bids of {symbol}, version {version}");
        assert_eq!(levels(content.asks()), pairs(&depth.asks), "the asks of {symbol}, version {version}");
    }

    /// Checks a book if it is live. Returns whether it is live.
    pub(crate) fn check_live(&self, symbol: &'static str, book: &OrderBook) -> bool {
        book.live().is_ok_and(|live| {
            self.check(symbol, live.view());
            true
        })
    }

    /// Checks that a book has the newest version, and is right.
    pub(crate) fn check_is_current(&self, symbol: &'static str, book: &OrderBook) {
        let newest = lock(&self.history).range((symbol, 0)..=(symbol, u64::MAX)).next_back().map(|((_, version), _)| *version);
        let last_known = book.last_known();
        assert_eq!(last_known.version(), newest, "{symbol}: {:?}", book.status());
        self.check(symbol, last_known.view());
    }
}

/// Advances the exchange. The user places and cancels orders at random.
async fn run(sandbox: Arc<Sandbox>, history: Arc<Mutex<History>>, seed: u64) {
    let mut random = Rand64::new(u128::from(seed));
    let bob = sandbox.user_id("bob").expect("a user");
    let remember = |engine: &mut Engine| {
        for symbol in SYMBOLS {
            let depth = engine.depth(symbol, usize::MAX).expect("a contract");
            lock(&history).entry((symbol, depth.version)).or_insert(depth);
        }
    };
    sandbox.exchange(remember);
    loop {
        sleep(STEP).await;
        sandbox.advance(STEP);
        sandbox.exchange(|engine| {
            remember(engine);
            match random.rand_range(0..40) {
                0..8 => place(engine, &bob, SYMBOLS[usize::from(random.rand_range(0..2) == 1)], &mut random),
                8 => drop(engine.cancel_all_orders(&bob, None, CancelType::AllNormal)),
                _ => return,
            }
            remember(engine);
        });
    }
}

/// Places an order near the best price. The exchange rejects some of the orders.
fn place(engine: &mut Engine, user: &str, symbol: &str, random: &mut Rand64) {
    let depth = engine.depth(symbol, 1).expect("a contract");
    let Some(best) = depth.bids.first() else { return };
    let mut number = |end: u64| Decimal::from(random.rand_range(0..end));
    let distance = number(40) - Decimal::from(20);
    let (side, quantity) = (if number(2).is_zero() { OrderSide::Buy } else { OrderSide::Sell }, number(50) + Decimal::ONE);
    let order = PlaceOrder::limit(symbol, side, best.price + distance * Decimal::new(1, 1), quantity * Decimal::new(1, 3));
    engine.place_order(user, order).ok();
}

/// Waits until this time has passed.
pub(crate) async fn seconds(seconds: u64) {
    sleep_until(Instant::now() + Duration::from_secs(seconds)).await;
}

fn levels(side: SideView<'_>) -> Vec<(Decimal, Decimal)> {
    side.iter().map(|level| (level.price, level.quantity)).collect()
}

fn pairs(levels: &[DepthLevel]) -> Vec<(Decimal, Decimal)> {
    levels.iter().map(|level| (level.price, level.quantity)).collect()
}

fn lock(history: &Mutex<History>) -> MutexGuard<'_, History> {
    history.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Both forms of payloads with both rules of versions.
pub(crate) fn combinations() -> impl Iterator<Item = (PayloadForm, VersionRule)> {
    let forms = [PayloadForm::Arrays, PayloadForm::Objects];
    forms.into_iter().flat_map(|form| [(form, VersionRule::Next), (form, VersionRule::Previous)])
}

/// The rule of a book for an exchange with this rule.
pub(crate) fn right(rule: VersionRule) -> Continuity {
    match rule {
        VersionRule::Next => Continuity::FirstFollowsPrevious,
        _ => Continuity::FirstEqualsPrevious,
    }
}

/// A rule that the exchange does not have.
pub(crate) fn wrong(rule: VersionRule) -> Continuity {
    match rule {
        VersionRule::Next => Continuity::FirstEqualsPrevious,
        _ => Continuity::FirstFollowsPrevious,
    }
}
