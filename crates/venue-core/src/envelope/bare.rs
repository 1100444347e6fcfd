//! Responses without an envelope.

use reqwest::StatusCode;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Envelope, ReadError, Reading};
use crate::error_without_data::is_error_without_data;
use crate::wire::private::{FromJson, Json, JsonKind, ReadContext};

/// The response of an operation whose successful responses have no envelope, so that the whole body is the data.
///
/// The HTTP status decides between success and failure. `E` is the envelope in which the exchange reports errors.
///
/// There is one exception, because some exchanges report an error with HTTP status 200. A body with a successful status is an error if its
/// code means a failure, and one of these conditions is met:
///
/// - The body consists only of fields of the envelope.
/// - The body has a message or a request id, and `T` documents no field with the name of the code.
///
/// If `T` documents no field with the name of the code, a body with a code of failure that cannot be read as `T` is an unexpected response.
///
/// ```
/// use venue_core::BareEnvelope;
///
/// venue_core::envelope! {
///     /// The envelope of errors.
///     pub struct Envelope {
///         code: "code" is [1000] uncertain [],
///         message: "message",
///         data: "data",
///         request_id: "trace",
///     }
/// }
///
/// type Response = BareEnvelope<String, Envelope<String>>;
/// let body = br#""1589793796145""#;
/// let response = Response::read(200.try_into()?, body)?.into_envelope();
/// assert_eq!(response.data.as_deref(), Some("1589793796145"));
///
/// let body = br#"{"code":30013,"message":"too many requests"}"#;
/// let response = Response::read(429.try_into()?, body)?.into_envelope();
/// assert_eq!(response.error.map(|error| error.code), Some(30013));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct BareEnvelope<T, E> {
    /// The data of a successful response.
    pub data: Option<T>,
    /// The envelope of an error.
    pub error: Option<E>,
}

impl<T, E> BareEnvelope<T, E> {
    /// Creates a successful response with this data, for tests and mock servers.
    #[must_use]
    pub fn success(data: T) -> Self {
        Self { data: Some(data), error: None }
    }

    /// Creates the response of an error, for tests and mock servers.
    #[must_use]
    pub fn failure(error: E) -> Self {
        Self { data: None, error: Some(error) }
    }
}

impl<T: DeserializeOwned + FromJson + Send, E: Envelope> BareEnvelope<T, E> {
    /// Reads the body of a response as the client does.
    ///
    /// # Errors
    ///
    /// Returns an error if the status is a success but the body is not JSON of the documented type, or if the status is a failure but the
    /// body is not the envelope of an error.
    pub fn read(status: StatusCode, body: &[u8]) -> Result<Reading<Self>, ReadError> {
        Envelope::read_response(status, body)
    }

    /// Whether the body is an object with the code of the envelope, and the data has no documented field of this name.
    fn has_undocumented_code(body: &[u8]) -> bool {
        let [code, ..] = E::FIELDS;
        !T::FIELDS.contains(&code)
            && Json::document(body).is_ok_and(|body| body.kind() == JsonKind::Object && body.fields().any(|(name, _)| name == code))
    }

    /// Reads an error, if the body is the envelope of an error.
    fn read_error(body: &[u8]) -> Result<Option<Reading<Self>>, ReadError> {
        let reading = E::read(body)?;
        let is_error = !reading.envelope.is_success();
        Ok(is_error.then(|| reading.map(Self::failure)))
    }
}

impl<T: DeserializeOwned + FromJson + Send, E: Envelope> Envelope for BareEnvelope<T, E> {
    type Data = T;

    const FIELDS: [&'static str; 4] = E::FIELDS;
    const IS_BARE: bool = true;

    fn read(body: &[u8]) -> Result<Reading<Self>, ReadError> {
        let error = if is_error_without_data(body, E::FIELDS) || Self::has_undocumented_code(body) {
            Self::read_error(body).ok().flatten()
        } else {
            None
        };
        let has_code_of_failure = error.is_some();
        if let Some(error) = error
            && (!error.envelope.message().is_empty() || error.envelope.request_id().is_some() || is_error_without_data(body, E::FIELDS))
        {
            return Ok(error);
        }
        if let Ok(data) = serde_json::from_slice(body) {
            return Ok(Reading::complete(Self::success(data)));
        }
        let document = Json::document(body).map_err(|error| ReadError::not_json(error.offset))?;
        let mut context = ReadContext::default();
        let data = T::from_json(document, &mut context).map_err(|mismatch| {
            // A body with a code of failure does not certify that the exchange executed the request.
            if has_code_of_failure { ReadError::envelope(&mismatch) } else { ReadError::data(&mismatch, None) }
        })?;
        Ok(Reading::new(Self::success(data), context.into_unreadable_parts()))
    }

    fn read_response(status: StatusCode, body: &[u8]) -> Result<Reading<Self>, ReadError> {
        if status.is_success() {
            return Envelope::read(body);
        }
        Self::read_error(body)?.ok_or_else(|| ReadError::not_envelope("its code means success"))
    }

    fn code(&self) -> i64 {
        self.error.as_ref().map_or(0, Envelope::code)
    }

    fn is_success(&self) -> bool {
        self.error.is_none()
    }

    fn is_uncertain(&self) -> bool {
        self.error.as_ref().is_some_and(Envelope::is_uncertain)
    }

    fn message(&self) -> &str {
        self.error.as_ref().map_or("", Envelope::message)
    }

    fn request_id(&self) -> Option<&str> {
        self.error.as_ref().and_then(Envelope::request_id)
    }

    fn data(&self) -> Option<&T> {
        self.data.as_ref()
    }

    fn into_data(self) -> Option<T> {
        self.data
    }
}

/// Writes the data of a success, or the envelope of an error.
impl<T: Serialize, E: Serialize> Serialize for BareEnvelope<T, E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (&self.data, &self.error) {
            (_, Some(error)) => error.serialize(serializer),
            (data, None) => data.serialize(serializer),
        }
    }
}

/// Reads the body of a success with the strict reader.
impl<'de, T: Deserialize<'de>, E> Deserialize<'de> for BareEnvelope<T, E> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self::success)
    }
}

/// The schema of the data.
#[cfg(feature = "schemars")]
impl<T: schemars::JsonSchema, E> schemars::JsonSchema for BareEnvelope<T, E> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }

    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        T::json_schema(generator)
    }
}
