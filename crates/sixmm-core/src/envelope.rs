//! The wrapper that an exchange puts around every answer.

use serde::de::DeserializeOwned;

/// What a response's envelope must tell. Implemented by the generated `Envelope` of each exchange.
pub trait Envelope: DeserializeOwned + Send {
    /// What is inside.
    type Data;
    /// The same envelope, whatever is inside: read when the data cannot be, so that a refusal is never mistaken for a broken answer.
    type Probe: Envelope;

    /// The business code.
    fn code(&self) -> i64;
    /// Whether the code means success. The HTTP status alone never does.
    fn is_success(&self) -> bool;
    /// Whether a write may have taken effect although the code says that it failed.
    fn is_uncertain(&self) -> bool;
    /// The vendor's words; empty if none came.
    fn message(&self) -> &str;
    /// What the vendor calls this request, for its support.
    fn request_id(&self) -> Option<&str>;
    /// What is inside, if anything is.
    fn data(&self) -> Option<&Self::Data>;
    /// What is inside, if anything is.
    fn into_data(self) -> Option<Self::Data>;
}
