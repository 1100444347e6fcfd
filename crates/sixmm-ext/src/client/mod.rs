//! The client.

use std::fmt;
#[cfg(feature = "streams")]
use std::sync::Arc;

use sixmm_api::operations::SERVER_TIME;
use sixmm_api::types::ClientOrderId;
use sixmm_auth::ServerClock;
use venue_core::PlainRequest;

use crate::Error;
use crate::client_inner::ClientInner;
use crate::groups::{Account, ApiKeys, Market, Positions};
use crate::orders::Orders;
use crate::session::Session;
#[cfg(feature = "streams")]
use crate::streams::{StreamConnections, Streams};

mod builder;

pub use builder::{BuildError, ClientBuilder};

/// A client of the 6MM exchange. Cloning is cheap: clones share connections, credentials, clock, quotas and everything else.
///
/// Each method of the client returns a group of operations of the exchange's documentation. Each method of a group returns a call. The
/// methods of the call set options, and `send()` sends the call.
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
    inner: ClientInner,
    #[cfg(feature = "streams")]
    streams: Arc<StreamConnections>,
}

impl Client {
    /// A builder with the default settings.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    /// A client with the API key from the environment variables `SIXMM_API_KEY` and `SIXMM_API_SECRET`, and with the default settings. If
    /// neither variable is set, the client has no credentials and can only read market data. `SIXMM_BASE_URL`, if set, is the URL of
    /// another server, for example of a local exchange.
    ///
    /// # Errors
    ///
    /// Returns an error if only one of the variables for key and secret is set, if the key or the base URL is invalid, or if the HTTP
    /// client cannot be built.
    pub fn from_env() -> Result<Self, BuildError> {
        Self::builder().env()?.build()
    }

    /// Contracts, candles, funding rates. The exchange's REST API has no ticker: read the last candle of [`klines`](Market::klines).
    #[doc(alias = "ticker")]
    pub fn market(&self) -> Market<'_> {
        Market::new(&self.inner)
    }

    /// Balance ([`asset`](Account::asset)), movements of funds, statistics, the listen key.
    #[doc(alias = "balance")]
    pub fn account(&self) -> Account<'_> {
        Account::new(&self.inner)
    }

    /// Placing, amending, cancelling and reading orders ([`open_orders`](Orders::open_orders)) and their fills
    /// ([`trades`](Orders::trades)).
    #[doc(alias = "fills")]
    #[doc(alias = "open")]
    #[doc(alias = "open_orders")]
    pub fn orders(&self) -> Orders<'_> {
        Orders::new(&self.inner)
    }

    /// Positions, leverage, margin mode.
    pub fn positions(&self) -> Positions<'_> {
        Positions::new(&self.inner)
    }

    /// The user's API keys. Needs a login.
    pub fn api_keys(&self) -> ApiKeys<'_> {
        ApiKeys::new(&self.inner)
    }

    /// The user's session: logging in and out.
    pub fn session(&self) -> Session<'_> {
        Session::new(self.inner.auth().session())
    }

    /// Trades, candlesticks, tickers, depth and private events as they happen.
    ///
    /// Needs the feature `streams`. The module [`streams`](crate::streams) explains the life of a stream.
    #[cfg(feature = "streams")]
    #[doc(alias = "websocket")]
    #[doc(alias = "subscribe")]
    pub fn streams(&self) -> Streams<'_> {
        Streams::new(&self.inner, &self.streams)
    }

    /// Sends a request with this client's credentials, quotas and retries, and returns the data of the response.
    ///
    /// Placements, amendments and cancellations of orders are not accepted, because their outcome has to be reconciled if the response is
    /// lost. Place, amend and cancel orders with [`orders`](Self::orders).
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
    /// Returns an error if the request is invalid, is not sent, fails or is rejected, or if the response cannot be read. The predicates of
    /// [`Error`] document what to do.
    pub async fn send<R: PlainRequest>(&self, request: R) -> Result<R::Data, Error> {
        Ok(R::data(self.inner.api().send(request).await?)?)
    }

    /// The estimate of the server's clock, from which the client takes the timestamps of signed requests.
    #[must_use]
    pub fn clock(&self) -> &ServerClock {
        self.inner.clock()
    }

    /// Reads the server's clock now. The client also reads the clock by itself, so this method is only useful before a burst of orders.
    ///
    /// # Errors
    ///
    /// Returns an error if every attempt to read the server's time failed.
    pub async fn sync_clock(&self) -> Result<(), Error> {
        self.inner.auth().sync_clock().await.map_err(|error| Error::from_veto(&SERVER_TIME, error.into()))
    }

    /// A new client order id, which is unique over threads, clients and processes, and sorted by time. An order that has no id gets a new
    /// id when it is passed to [`orders`](Self::orders). Use this method to store the id before that.
    #[must_use]
    pub fn new_order_id(&self) -> ClientOrderId {
        self.inner.new_order_id()
    }
}

impl AsRef<ClientInner> for Client {
    fn as_ref(&self) -> &ClientInner {
        &self.inner
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
