//! The client.

use std::fmt;
use std::sync::Arc;

use sixmm_api::operations::SERVER_TIME;
use sixmm_api::types::ClientOrderId;
use sixmm_api::{Operation, UnixMillis};
use sixmm_auth::{Auth, ServerClock};
use venue_core::{Envelope, EscapedText, PlainRequest, Response, TimeSource};
use venue_runtime::{CallOptions, CallRuntime, ClientOrderIds, SymbolRules};

use crate::Error;
use crate::groups::{Account, ApiKeys, Market, Positions};
use crate::orders::{AttemptLog, Orders, ReconcilePolicy, SendLog};
use crate::rules_cache::RulesCache;
use crate::session::Session;

mod builder;

pub use builder::{BuildError, ClientBuilder};

/// A client of the 6MM exchange. Cloning is cheap: clones share connections, credentials, clock, quotas and everything else.
///
/// The client's methods are the groups of the documentation. The methods of a group return calls, whose methods set options, and which
/// `send()` sends.
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
    /// With credentials and policy.
    api: sixmm_api::Client,
    auth: Auth,
    runtime: Arc<CallRuntime>,
    ids: ClientOrderIds,
    reconcile_policy: ReconcilePolicy,
    rules: RulesCache,
    checks_orders: bool,
}

impl Client {
    /// A builder with the default settings.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    /// A client with the API key of the environment (`SIXMM_API_KEY`, `SIXMM_API_SECRET`) and the default settings. If neither variable is set, the
    /// client has no credentials and can only read market data. `SIXMM_BASE_URL`, if set, replaces the documented server, for example by a local
    /// exchange.
    ///
    /// # Errors
    ///
    /// If only one of key and secret is set, the key or the base URL is invalid, or the HTTP client cannot be built.
    pub fn from_env() -> Result<Self, BuildError> {
        Self::builder().env()?.build()
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

    /// The user's session: logging in and out.
    pub fn session(&self) -> Session<'_> {
        Session::new(self.shared.auth.session())
    }

    /// The generated client, for operations that this client does not wrap. Its calls have the same credentials, quotas, deadlines and retries
    /// as those of this client.
    ///
    /// The orders that it places are not reconciled: if [`may_have_been_executed`](sixmm_api::Error::may_have_been_executed) is true for an
    /// error, query the order before you send it again.
    #[must_use]
    pub fn api(&self) -> &sixmm_api::Client {
        &self.shared.api
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
        Ok(R::data(self.shared.api.send(request).await?)?)
    }

    /// The estimate of the server's clock, which timestamps of signatures follow.
    #[must_use]
    pub fn clock(&self) -> &ServerClock {
        self.shared.auth.clock()
    }

    /// Reads the server's clock now. The client reads it by itself when that is due, so this is only useful before a burst of orders.
    ///
    /// # Errors
    ///
    /// If every attempt to read the server's time failed.
    pub async fn sync_clock(&self) -> Result<(), Error> {
        self.shared.auth.sync_clock().await.map_err(|error| Error::from_veto(&SERVER_TIME, error.into()))
    }

    /// A new client order id, which is unique over threads, clients and processes, and sorted by time. An order without an id gets one when it
    /// is sent; take one before if you want to store it first.
    #[must_use]
    pub fn new_order_id(&self) -> ClientOrderId {
        ClientOrderId::from(self.shared.ids.next())
    }

    /// The generated client with these options for its calls.
    pub(crate) fn api_with(&self, options: &CallOptions) -> sixmm_api::Client {
        sixmm_api::Client::from(self.shared.api.core().with_options(options))
    }

    /// The generated client with these options, which records each request of an order write in the log.
    pub(crate) fn api_for_write(&self, options: &CallOptions, log: &Arc<AttemptLog>) -> sixmm_api::Client {
        let core = self.shared.api.core().with_options(options);
        sixmm_api::Client::from(core.with_send_observer(Arc::new(SendLog::new(self, log))))
    }

    /// A text of a response without the secrets that the client's interceptors know.
    pub(crate) fn redacted(&self, mut text: String, operation: &'static Operation) -> String {
        self.shared.api.core().redact(&mut text, operation);
        text
    }

    pub(crate) fn reconcile_policy(&self) -> ReconcilePolicy {
        self.shared.reconcile_policy
    }

    pub(crate) fn time(&self) -> &Arc<dyn TimeSource> {
        self.shared.runtime.time_source()
    }

    /// The estimate of the server's time. This machine's time before the server's clock was read.
    pub(crate) fn server_now(&self) -> UnixMillis {
        self.shared.auth.clock().now()
    }

    /// The rules that an order of this contract is checked by. `None` if the client does not check orders, or does not know valid rules.
    pub(crate) fn known_rules(&self, symbol: &str) -> Option<Arc<SymbolRules>> {
        let Shared { rules, checks_orders, .. } = &*self.shared;
        rules.valid_for_checks(symbol, self.time().monotonic()).filter(|_| *checks_orders)
    }

    pub(crate) async fn symbol_rules(&self, symbol: &str) -> Result<Arc<SymbolRules>, Error> {
        self.shared.rules.get(self, symbol).await
    }
}

/// The exchange's id of a request, made printable. The client has redacted it.
pub(crate) fn printable_request_id<E: Envelope>(response: &Response<E>) -> Option<String> {
    Some(EscapedText::new(response.request_id()?).into_cow().into_owned())
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Shared { api, auth, runtime, reconcile_policy, .. } = &*self.shared;
        f.debug_struct("Client")
            .field("base_url", &api.core().base_url().as_str())
            .field("auth", auth)
            .field("runtime", runtime)
            .field("reconcile_policy", reconcile_policy)
            .finish_non_exhaustive()
    }
}
