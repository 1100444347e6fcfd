//! A request as a value: the generated request types implement [`Request`], a client sends them.

use crate::{Call, Client, Envelope, Error, Operation, Response, ValidationErrors};

/// A request of one operation, with all parameters and all fields of the body.
///
/// The generated crate has one type for each operation. A request is plain data until a client sends it, so that a program can store a
/// request, print it, read it from JSON, or compare two of them.
pub trait Request: Sized + Send {
    /// The operation that the request calls.
    const OPERATION: &'static Operation;

    /// The envelope of the response.
    type Envelope: Envelope;

    /// The data of a response, or `()` if the documentation describes no data and the operation changes something.
    type Data: Send;

    /// Reports every violated limit: of the documented limits, and of the inferred limits if `validation` asks for them.
    fn check(&self, validation: &mut ValidationErrors);

    /// Writes path, query, headers and body into a call. The limits are not checked here: [`send`] calls [`check`](Self::check) first.
    ///
    /// A value that cannot be written into a path or a header is reported as an error of the call.
    fn write(self, call: &mut Call<'_>);

    /// The data of a response to this request.
    ///
    /// # Errors
    ///
    /// If the response reports success and lacks the documented data ([`Error::is_missing_data`]).
    fn data(response: Response<Self::Envelope>) -> Result<Self::Data, Error>;
}

/// A request that any client may send: every request except an order write.
///
/// An order write places, amends or cancels orders, and its outcome has to be reconciled if the response is lost. A trading client therefore
/// accepts a `PlainRequest` only, and has methods of its own for order writes.
pub trait PlainRequest: Request {}

/// Checks a request against its limits once, and sends it.
///
/// # Errors
///
/// If the request is invalid (nothing is sent), does not reach the server, is rejected by the server, or the response is not what the
/// documentation describes. See [`Error`].
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
/// As for [`send`], except that limits are not checked.
pub async fn send_checked<R: Request>(client: &Client, request: R) -> Result<Response<R::Envelope>, Error> {
    let mut call = client.call(R::OPERATION);
    request.write(&mut call);
    call.send().await
}
