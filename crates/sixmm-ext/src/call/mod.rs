//! A request with the client that sends it: the options of the request, and `send()`.
//!
//! The methods of the groups ([`Market`](crate::Market), [`Account`](crate::Account) …) return a [`Call`]. The arguments of such a method
//! are the parameters that the exchange requires. The other parameters are methods of the call.

mod list;
pub(crate) mod settings;
mod unreadable_rows;

use sixmm_api::types::{ClientOrderId, OrderId};
use sixmm_api::{PlainRequest, requests};

use crate::client_inner::{ClientInner, printable_request_id};
use crate::{CallOptions, Error};

/// A request that has not been sent, with the client that will send it.
///
/// A call has a setter for each optional parameter of its request, such as `Call<requests::Klines>::limit`. The call of a list also has the
/// methods `pages` and `items`, which read the complete list with as many requests as necessary. `send` reads one page.
///
/// ```
/// # async fn example(client: sixmm_ext::Client) -> Result<(), sixmm_ext::Error> {
/// use sixmm_ext::types::KlineInterval;
///
/// let call = client.market().klines("BTCUSDT", KlineInterval::OneHour);
/// let candles = call.limit(24).send().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a call does nothing until it is sent"]
pub struct Call<R> {
    pub(crate) client: ClientInner,
    pub(crate) options: CallOptions,
    pub(crate) request: R,
}

/// The data of a response, with the exchange's id of the request.
#[derive(Clone, Debug)]
pub struct Reply<T> {
    /// The data of the response.
    pub data: T,
    /// The `X-Request-ID` that was sent, or the id that the exchange assigned to the request. The exchange's support asks for this id.
    pub request_id: Option<String>,
}

impl<R: PlainRequest> Call<R> {
    pub(crate) fn new(client: &ClientInner, request: R) -> Self {
        Self { client: client.clone(), options: CallOptions::default(), request }
    }

    /// Sets timeouts and retries of this call, which replace those of the client. Retries never cause a second execution, because a request
    /// that is not safe to repeat is not sent again if it may have reached the exchange.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// Sends the request and returns the data of the response.
    ///
    /// # Errors
    ///
    /// See [`Error`]: its predicates say how to handle the failure.
    pub async fn send(self) -> Result<R::Data, Error> {
        Ok(self.send_with_metadata().await?.data)
    }

    /// Sends the request and returns the data of the response, with the exchange's id of the request.
    ///
    /// # Errors
    ///
    /// See [`Error`]: its predicates say how to handle the failure.
    pub async fn send_with_metadata(self) -> Result<Reply<R::Data>, Error> {
        let Self { client, options, request } = self;
        let response = client.api_with(&options).send(request).await?;
        let request_id = printable_request_id(&response);
        Ok(Reply { data: R::data(response)?, request_id })
    }
}

/// The call of [`Orders::get`](crate::Orders::get). It is written by hand, because `Orders::get` takes either the exchange's id or your id
/// of an order.
impl Call<requests::Order> {
    /// Sets the exchange's id of the order, in addition to your id.
    pub fn order_id(mut self, id: impl Into<OrderId>) -> Self {
        self.request.order_id = Some(id.into());
        self
    }

    /// Sets your id of the order, in addition to the exchange's id.
    pub fn client_order_id(mut self, id: impl Into<ClientOrderId>) -> Self {
        self.request.client_order_id = Some(id.into());
        self
    }

    /// An id of your choice for the request (`X-Request-ID`). The exchange repeats it in the response.
    pub fn request_id(mut self, id: impl Into<String>) -> Self {
        self.request.x_request_id = Some(id.into());
        self
    }
}
