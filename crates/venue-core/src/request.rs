//! The trait [`Request`], which the generated request types implement, and the functions that send a request.

use crate::{Call, Client, Envelope, Error, Operation, Response, ValidationErrors};

/// A request of one operation, with all parameters and all fields of the body.
///
/// The generated crate has a request type for each operation. A request is plain data until a client sends it, so a program can store
/// requests, print them, read them from JSON and compare them.
pub trait Request: Sized + Send {
    /// The operation that the request calls.
    const OPERATION: &'static Operation;

    /// The envelope of the response.
    type Envelope: Envelope;

    /// The type of the data in a response. `()` if the operation changes something and the documentation describes no data.
    type Data: Send;

    /// Adds an error to `validation` for every violated documented limit. Inferred limits are also checked if `validation` asks for them.
    fn check(&self, validation: &mut ValidationErrors);

    /// Adds the path, query, headers and body of this request to a call. Limits are not checked here, because [`send`] calls
    /// [`check`](Self::check) first.
    ///
    /// If a path or a header cannot contain a value, the call gets an error, and sending the call fails.
    fn write(self, call: &mut Call<'_>);

    /// The data of a response to this request.
    ///
    /// # Errors
    ///
    /// Returns an error if the response reports success but does not contain the documented data ([`Error::is_missing_data`]).
    fn data(response: Response<Self::Envelope>) -> Result<Self::Data, Error>;
}

/// A request that is not an order write, so that a client can send it without reconciling its outcome.
///
/// An order write places, amends or cancels orders, and its outcome has to be reconciled if the response is lost. A trading client
/// therefore has a separate method for each order write, and its method for all other requests accepts only a `PlainRequest`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent as a plain request",
    label = "this request places, amends or cancels orders, or is not a request",
    note = "send an order write with the client's methods for orders, which reconcile its outcome if the response is lost"
)]
pub trait PlainRequest: Request {}

/// Checks a request against its limits, and sends it.
///
/// # Errors
///
/// Returns an error if the request is invalid or vetoed (nothing is sent then), if no complete response arrives, if the server rejects the
/// request, or if the response differs from the documentation. See [`Error`].
pub async fn send<R: Request>(client: &Client, request: R) -> Result<Response<R::Envelope>, Error> {
    let mut call = client.call(R::OPERATION);
    request.check(call.validation());
    request.write(&mut call);
    call.send().await
}

/// Sends a request that the caller has already [checked](Request::check).
///
/// # Errors
///
/// Returns the errors of [`send`], except the errors of violated limits, because this function does not check limits.
pub async fn send_checked<R: Request>(client: &Client, request: R) -> Result<Response<R::Envelope>, Error> {
    let mut call = client.call(R::OPERATION);
    request.write(&mut call);
    call.send().await
}
