//! The client.

use std::fmt;
use std::sync::Arc;

use sixmm_api::types::ClientOrderId;
use sixmm_api::{Attempt, Interceptor, Operation, UnixMillis};
use sixmm_auth::{Auth, ServerClock, Session, SyncError};
use venue_core::{PlainRequest, TimeSource};
use venue_runtime::{CallContext, CallOptions, OrderIds, Runtime, SymbolRules};

use crate::groups::{Account, ApiKeys, Market, Positions};
use crate::orders::{Orders, Resolution, SendLog};
use crate::symbols::RulesCache;
use crate::{Error, ExchangeClient};

mod builder;

pub use builder::{BuildError, ClientBuilder};

/// The client. Cheap to clone; clones share connections, credentials, clock, quotas and everything else.
///
/// Its methods are the groups of the documentation; those of a group return calls, which say what can be set and are sent with `send()`.
///
/// ```
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use sixmm_ext::{Client, types::KlineInterval};
///
/// let client = Client::from_env()?; // `SIXMM_API_KEY` and `SIXMM_API_SECRET`
/// let candles = client.market().klines("BTCUSDT", KlineInterval::OneHour).limit(24).send().await?;
/// let balance = client.account().asset().send().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
}

struct Shared {
    plain: ExchangeClient,
    auth: Auth,
    /// The plain client's, then the credentials.
    inner: Vec<Arc<dyn Interceptor>>,
    runtime: Arc<Runtime>,
    ids: OrderIds,
    resolution: Resolution,
    rules: RulesCache,
}

impl Client {
    /// Starts to set up a client.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    /// A client with the API key of the environment (`SIXMM_API_KEY`, `SIXMM_API_SECRET`) and the defaults for everything else. With neither of
    /// them it has no credentials, and can ask for market data alone. `SIXMM_BASE_URL`, if set, names another server, such as a local
    /// exchange.
    ///
    /// # Errors
    ///
    /// If only one of key and secret is there, or they cannot be a key; if the base URL is not one; or the HTTP client cannot be built.
    pub fn from_env() -> Result<Self, BuildError> {
        Self::builder().with_env()?.build()
    }

    /// Contracts, prices, funding rates.
    pub fn market(&self) -> Market<'_> {
        Market::new(self)
    }

    /// Balance, movements of funds, statistics, the listen key.
    pub fn account(&self) -> Account<'_> {
        Account::new(self)
    }

    /// Placing, changing, cancelling and reading orders.
    pub fn orders(&self) -> Orders<'_> {
        Orders::new(self)
    }

    /// Positions, leverage, margin mode.
    pub fn positions(&self) -> Positions<'_> {
        Positions::new(self)
    }

    /// The user's API keys. Needs a login.
    pub fn api_keys(&self) -> ApiKeys<'_> {
        ApiKeys::new(self)
    }

    /// Logging in and out.
    #[must_use]
    pub fn session(&self) -> &Session {
        self.shared.auth.session()
    }

    /// The generated client, with these credentials, quotas and retries, for whatever is not wrapped. What it places is not looked after:
    /// an error of which [`may_have_been_carried_out`](sixmm_api::Error::may_have_been_carried_out) is true is yours to resolve. Keep it: it is
    /// made anew by each call of this method.
    #[must_use]
    pub fn api(&self) -> ExchangeClient {
        let Shared { plain, inner, runtime, .. } = &*self.shared;
        ExchangeClient::from(plain.core().with_interceptors(runtime.around(inner)))
    }

    /// Sends a request with this client's credentials, quotas and retries, and returns the data of the response.
    ///
    /// Order writes are not accepted, because the outcome of an order write has to be reconciled if the response is lost. Place, amend and
    /// cancel orders with [`orders`](Self::orders).
    ///
    /// ```
    /// # async fn example(client: sixmm_ext::Client) -> Result<(), sixmm_ext::Error> {
    /// use sixmm_ext::requests;
    ///
    /// let balance = client.send(requests::UserAsset::new()).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// ```compile_fail,E0277
    /// # async fn example(client: sixmm_ext::Client) {
    /// use sixmm_ext::requests;
    ///
    /// let cancel = requests::CancelOrder::new().symbol("BTCUSDT");
    /// client.send(cancel).await;
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// See [`Error`]: ask a predicate what to do.
    pub async fn send<R: PlainRequest>(&self, request: R) -> Result<R::Data, Error> {
        let (context, api) = self.prepare(&CallOptions::default());
        let response = context.run(R::OPERATION, api.send(request)).await?;
        Ok(R::data(response)?)
    }

    /// What is known of the server's clock, which signatures go by.
    #[must_use]
    pub fn clock(&self) -> &ServerClock {
        self.shared.auth.clock()
    }

    /// Reads the server's clock now. It is done by itself when it is due; before a burst of orders one may want it to be over.
    ///
    /// # Errors
    ///
    /// If the server's time could not be read even once.
    pub async fn sync_clock(&self) -> Result<(), SyncError> {
        self.shared.auth.sync_clock().await
    }

    /// An order id of this client's making: unique over threads, clients and processes, and sorted by time. Orders that set none get one by
    /// themselves; take one to note it down first.
    #[must_use]
    pub fn new_order_id(&self) -> ClientOrderId {
        ClientOrderId::from(self.shared.ids.next())
    }

    /// What one call needs: its deadline, quota, retries and span, and a client that uses them.
    pub(crate) fn prepare(&self, options: &CallOptions) -> (CallContext, ExchangeClient) {
        let Shared { plain, inner, runtime, .. } = &*self.shared;
        let context = runtime.call(options);
        let api = ExchangeClient::from(plain.core().with_interceptors(context.around(inner)));
        (context, api)
    }

    /// The same for an order write, whose attempts are noted in the log.
    pub(crate) fn prepare_write(&self, options: &CallOptions, log: &Arc<SendLog>) -> (CallContext, ExchangeClient) {
        let Shared { plain, inner, runtime, .. } = &*self.shared;
        let context = runtime.call(options);
        let mut interceptors = context.around(inner);
        interceptors.push(Arc::clone(log) as Arc<dyn Interceptor>);
        let api = ExchangeClient::from(plain.core().with_interceptors(interceptors));
        (context, api)
    }

    /// A text of an answer, without the secrets that the client's interceptors know.
    pub(crate) fn redacted(&self, mut text: String, operation: &'static Operation) -> String {
        venue_runtime::call::redact(&self.shared.inner, &mut text, Attempt::new(operation, 1));
        text
    }

    pub(crate) fn resolution(&self) -> Resolution {
        self.shared.resolution
    }

    pub(crate) fn time(&self) -> &Arc<dyn TimeSource> {
        self.shared.runtime.time()
    }

    /// The server's time as far as it is known, else this machine's.
    pub(crate) fn server_now(&self) -> UnixMillis {
        self.shared.auth.clock().now()
    }

    pub(crate) fn known_rules(&self, symbol: &str) -> Option<Arc<SymbolRules>> {
        self.shared.rules.binding(symbol, self.time().monotonic())
    }

    pub(crate) async fn symbol_rules(&self, symbol: &str) -> Result<Arc<SymbolRules>, Error> {
        self.shared.rules.get(self, symbol).await
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Shared { plain, auth, runtime, resolution, .. } = &*self.shared;
        f.debug_struct("Client")
            .field("base_url", &plain.core().base_url().as_str())
            .field("auth", auth)
            .field("runtime", runtime)
            .field("resolution", resolution)
            .finish_non_exhaustive()
    }
}
