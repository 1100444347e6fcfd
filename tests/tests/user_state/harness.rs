//! The exchange, a client with the user's state, and a task that reads the events, all in virtual time.

use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sixmm_ext::streams::{SubscribeUser, UserState, UserUpdate};
use sixmm_ext::{Client, Decimal, UnixMillis, credentials::ApiKey};
use sixmm_sandbox::exchange::{Exchange, OrderSide};
use sixmm_sandbox::{Clock, PayloadForm, Permissions, Sandbox, StreamSettings, User};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use venue_test_support::virtual_time::{Ticks, VirtualTime};

/// The documentation's own timestamp.
pub(crate) const START: UnixMillis = UnixMillis::new(1_772_710_377_808);

/// The contract that is traded.
pub(crate) const SYMBOL: &str = "BTCUSDT";

pub(crate) struct Harness {
    pub(crate) sandbox: Arc<Sandbox>,
    pub(crate) client: Client,
    pub(crate) alice: String,
    pub(crate) seed: u64,
    pub(crate) events: Arc<Mutex<Vec<UserUpdate>>>,
    pub(crate) journal: SharedBuffer,
    state: watch::Receiver<Arc<UserState>>,
    reader: JoinHandle<()>,
    _ticks: Ticks,
}

impl Harness {
    /// A market with constant quotes of other participants. Even seeds have one form of the payloads, odd seeds the other.
    pub(crate) async fn new(seed: u64) -> Self {
        Self::with(seed, Permissions::READ_AND_TRADE, START, |user| user.fills_since(START)).await
    }

    /// `time` is the time of the client's machine. The exchange's time is [`START`].
    pub(crate) async fn with(
        seed: u64,
        permissions: Permissions,
        time: UnixMillis,
        settings: impl FnOnce(SubscribeUser) -> SubscribeUser,
    ) -> Self {
        let form = if seed.is_multiple_of(2) { PayloadForm::Arrays } else { PayloadForm::Objects };
        let clock = Clock::manual(sixmm_sandbox::UnixMillis::new(START.as_millis()));
        let alice = User::new("alice").balance(Decimal::from(1_000_000));
        let builder =
            Sandbox::builder().seed(seed).clock(clock).streams(StreamSettings::new().payload(form)).user(alice).user(User::new("bob"));
        let sandbox = Arc::new(builder.start().await.expect("an exchange"));
        sandbox.exchange(quote);
        let ticking = Arc::clone(&sandbox);
        let ticks = Ticks::every_20_ms(move |passed| ticking.advance(passed));
        let key = api_key(&sandbox, seed, permissions);
        let time = Arc::new(VirtualTime::starting_at(time));
        let builder = Client::builder().base_url(sandbox.base_url()).time(time).attempt_timeout(Duration::from_secs(5)).api_key(key);
        let client = builder.build().expect("a client");
        let journal = SharedBuffer::default();
        let user = client.streams().user().journal(journal.clone());
        let mut user = settings(user).subscribe().expect("a stream");
        let events = Arc::new(Mutex::new(Vec::new()));
        let (sender, state) = watch::channel(user.state());
        let log = Arc::clone(&events);
        let reader = tokio::spawn(async move {
            while let Some(event) = user.next().await {
                log.lock().unwrap_or_else(PoisonError::into_inner).push(event);
                sender.send_replace(user.state());
            }
        });
        let alice = sandbox.user_id("alice").expect("alice is a user");
        Self { sandbox, client, alice, seed, events, journal, state, reader, _ticks: ticks }
    }

    pub(crate) fn events(&self) -> Vec<UserUpdate> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn state(&self) -> Arc<UserState> {
        self.state.borrow().clone()
    }

    /// Waits for the next `Reconciled` after this call.
    pub(crate) async fn reconciled(&mut self) {
        let seen = self.count_reconciled();
        self.state.wait_for(|_| true).await.ok();
        while self.count_reconciled() == seen {
            tokio::time::timeout(Duration::from_secs(120), self.state.changed()).await.expect("a reconciliation").expect("a state");
        }
    }

    fn count_reconciled(&self) -> usize {
        self.events().iter().filter(|event| matches!(event, UserUpdate::Reconciled { .. })).count()
    }

    /// Ends all faults, and waits longer than a half-open connection and a slow reading take.
    pub(crate) async fn end_faults(&self) {
        self.sandbox.faults().clear();
        self.sandbox.stream_faults().clear();
        tokio::time::sleep(Duration::from_secs(100)).await;
    }

    pub(crate) fn stop(&self) {
        self.reader.abort();
    }
}

/// Quotes whose quantity is larger than the sum of all orders of a run.
pub(crate) fn quote(exchange: &mut Exchange) {
    for (side, price) in [(OrderSide::Buy, 84_990), (OrderSide::Sell, 85_010)] {
        exchange.counterparty_order(SYMBOL, side, Some(Decimal::from(price)), Decimal::from(1000)).expect("a valid order");
    }
}

/// Lets another participant trade with the resting orders beyond the quotes. The quotes are replaced in the same step.
pub(crate) fn sweep(exchange: &mut Exchange, side: OrderSide, price: i64, quantity: Decimal) {
    exchange.cancel_counterparty_orders(SYMBOL).expect("the contract exists");
    exchange.counterparty_order(SYMBOL, side, Some(Decimal::from(price)), quantity).expect("a valid order");
    exchange.cancel_counterparty_orders(SYMBOL).expect("the contract exists");
    quote(exchange);
}

/// A key that no other run of the process uses: the process remembers the timestamps of each key.
fn api_key(sandbox: &Sandbox, seed: u64, permissions: Permissions) -> ApiKey {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    if permissions != Permissions::READ_AND_TRADE {
        let key = sandbox.api_key("alice", permissions).expect("a key of the exchange");
        return ApiKey::new(key.api_key, key.api_secret).expect("a key of the client");
    }
    let id = format!("user-state-key-{seed}-{}", COUNT.fetch_add(1, Ordering::Relaxed));
    let secret = "9f1c2e7ab04d4c55a8e1d7f36b20c94e";
    sandbox.import_api_key("alice", &id, secret).expect("a key of the exchange");
    ApiKey::new(id, secret).expect("a key of the client")
}

/// The output of a journal.
#[derive(Clone, Default)]
pub(crate) struct SharedBuffer(Arc<Mutex<Vec<u8>>>);

impl SharedBuffer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()).expect("JSON")
    }
}

impl Write for SharedBuffer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
