//! The generated envelope.

#![expect(missing_docs, reason = "public for the macros alone, and hidden")]

/// Declares the envelope of an exchange, from the names of its fields.
///
/// ```
/// venue_core::envelope! {
///     /// What wraps every answer.
///     pub struct Envelope {
///         code: "code" is [0] uncertain [5001],
///         message: "message",
///         data: "data",
///         request_id: "requestId",
///     }
/// }
/// use venue_core::Envelope as _;
///
/// let answer: Envelope<String> = serde_json::from_str(r#"{"code":1003,"message":"Invalid token","requestId":"req-1"}"#)?;
/// assert!(!answer.is_success());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[macro_export]
macro_rules! envelope {
    (
        $(#[$meta:meta])*
        pub struct $name:ident {
            code: $code:literal is [$($success:literal),+] uncertain [$($uncertain:literal),*],
            message: $message:literal,
            data: $data:literal,
            request_id: $request_id:literal,
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        #[non_exhaustive]
        pub struct $name<T> {
            /// The business code; the HTTP status does not tell success from failure.
            pub code: i64,
            /// The vendor's words.
            pub message: ::core::option::Option<::std::string::String>,
            /// What is inside, if anything came.
            pub data: ::core::option::Option<T>,
            /// What the vendor calls this request.
            pub request_id: ::core::option::Option<::std::string::String>,
            /// What the documentation does not know, as it came.
            pub extra: $crate::Extra,
        }

        impl<T> $name<T> {
            fn from_parts(parts: $crate::private::EnvelopeParts<T>) -> Self {
                let $crate::private::EnvelopeParts { code, message, data, request_id, extra } = parts;
                Self { code, message, data, request_id, extra }
            }

            /// A success around this data, for tests and mock servers.
            #[must_use]
            pub fn success(data: T) -> Self {
                let code = [$($success),+][0];
                Self {
                    code,
                    message: ::core::option::Option::None,
                    data: ::core::option::Option::Some(data),
                    request_id: ::core::option::Option::None,
                    extra: $crate::Extra::new(),
                }
            }

            /// A refusal with this code, for tests and mock servers.
            #[must_use]
            pub fn failure(code: i64, message: impl ::core::convert::Into<::std::string::String>) -> Self {
                Self {
                    code,
                    message: ::core::option::Option::Some(message.into()),
                    data: ::core::option::Option::None,
                    request_id: ::core::option::Option::None,
                    extra: $crate::Extra::new(),
                }
            }

            /// The same with a request id.
            #[must_use]
            pub fn with_request_id(mut self, request_id: impl ::core::convert::Into<::std::string::String>) -> Self {
                self.request_id = ::core::option::Option::Some(request_id.into());
                self
            }
        }

        impl<T> $name<T>
        where
            T: $crate::private::serde::de::DeserializeOwned + $crate::private::FromJson + Send,
        {
            /// Reads the body of a response as the client does: in the documented spelling, or else in any exact one, with what could not be read
            /// reported beside it. `Deserialize` takes the documented spelling only.
            ///
            /// # Errors
            ///
            /// If the body is no JSON or no envelope with one code, or if the code is a success and the data is not of the documented type.
            pub fn read(body: &[u8]) -> ::core::result::Result<$crate::Reading<Self>, $crate::ReadError> {
                $crate::Envelope::read(body)
            }
        }

        impl<T> $crate::Envelope for $name<T>
        where
            T: $crate::private::serde::de::DeserializeOwned + $crate::private::FromJson + Send,
        {
            type Data = T;

            const FIELDS: [&'static str; 4] = [$code, $message, $data, $request_id];

            fn read(body: &[u8]) -> ::core::result::Result<$crate::Reading<Self>, $crate::ReadError> {
                if let ::core::result::Result::Ok(envelope) = $crate::private::serde_json::from_slice::<Self>(body) {
                    return ::core::result::Result::Ok($crate::Reading::complete(envelope));
                }
                $crate::private::read_envelope(body, Self::FIELDS, &[$($success),+]).map(|reading| reading.map(Self::from_parts))
            }

            fn code(&self) -> i64 {
                self.code
            }

            fn is_success(&self) -> bool {
                matches!(self.code, $($success)|+)
            }

            fn is_uncertain(&self) -> bool {
                let uncertain: &[i64] = &[$($uncertain),*];
                uncertain.contains(&self.code)
            }

            fn message(&self) -> &str {
                self.message.as_deref().unwrap_or_default()
            }

            fn request_id(&self) -> ::core::option::Option<&str> {
                self.request_id.as_deref()
            }

            fn data(&self) -> ::core::option::Option<&T> {
                self.data.as_ref()
            }

            fn into_data(self) -> ::core::option::Option<T> {
                self.data
            }
        }

        $crate::envelope_schema! { $name $code $message $data $request_id }

        impl<'de, T: $crate::private::serde::Deserialize<'de>> $crate::private::serde::Deserialize<'de> for $name<T> {
            fn deserialize<D: $crate::private::serde::Deserializer<'de>>(deserializer: D) -> ::core::result::Result<Self, D::Error> {
                $crate::private::deserialize_envelope(deserializer, [$code, $message, $data, $request_id]).map(Self::from_parts)
            }
        }

        impl<T: $crate::private::serde::Serialize> $crate::private::serde::Serialize for $name<T> {
            fn serialize<S: $crate::private::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                use $crate::private::serde::ser::SerializeMap as _;
                let mut map = serializer.serialize_map(::core::option::Option::None)?;
                map.serialize_entry($code, &self.code)?;
                if let ::core::option::Option::Some(message) = &self.message {
                    map.serialize_entry($message, message)?;
                }
                if let ::core::option::Option::Some(data) = &self.data {
                    map.serialize_entry($data, data)?;
                }
                if let ::core::option::Option::Some(request_id) = &self.request_id {
                    map.serialize_entry($request_id, request_id)?;
                }
                $crate::private::write_extra(&mut map, &self.extra)?;
                map.end()
            }
        }
    };
}

/// `JsonSchema` for an envelope; nothing without the feature `schemars`.
#[cfg(feature = "schemars")]
#[doc(hidden)]
#[macro_export]
macro_rules! envelope_schema {
    ($name:ident $code:literal $message:literal $data:literal $request_id:literal) => {
        impl<T: $crate::private::schemars::JsonSchema> $crate::private::schemars::JsonSchema for $name<T> {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                ::std::format!("{}_of_{}", stringify!($name), T::schema_name()).into()
            }

            fn json_schema(generator: &mut $crate::private::schemars::SchemaGenerator) -> $crate::private::schemars::Schema {
                $crate::private::schemars::json_schema!({
                    "type": "object",
                    "properties": {
                        $code: { "type": "integer" },
                        $message: { "type": "string" },
                        $data: generator.subschema_for::<T>(),
                        $request_id: { "type": "string" },
                    },
                    "required": [$code],
                })
            }
        }
    };
}

/// `JsonSchema` for an envelope; nothing without the feature `schemars`.
#[cfg(not(feature = "schemars"))]
#[doc(hidden)]
#[macro_export]
macro_rules! envelope_schema {
    ($($anything:tt)*) => {};
}

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::context::ReadContext;
use super::from_json::FromJson;
use super::json::{Json, JsonKind};
use super::open_enum::{FromScalar, read_scalar};
use super::slots::{Key, within};
use super::unread::Mismatch;
use super::{Extra, number};
use crate::{ReadError, Reading};

/// An integer, or the digits of one in a string: some exchanges write their business code as either.
struct Code(i64);

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code: Option<i64> = read_scalar::<MaybeCode, D>(deserializer)?.0;
        code.map(Self).ok_or_else(|| D::Error::custom("a code that is no number"))
    }
}

struct MaybeCode(Option<i64>);

impl FromScalar for MaybeCode {
    fn from_text(text: &str) -> Self {
        Self(number::integer(text))
    }

    fn from_integer(value: i64) -> Self {
        Self(Some(value))
    }

    fn from_other(_: Value) -> Self {
        Self(None)
    }
}

/// The parts of an envelope, as they were read.
pub struct EnvelopeParts<T> {
    pub code: i64,
    pub message: Option<String>,
    pub data: Option<T>,
    pub request_id: Option<String>,
    pub extra: Extra,
}

/// Reads an envelope whose fields have these names (code, message, data, request id), and fails at anything that is not spelled as documented.
///
/// A second `code` or `data` is refused: it could turn a failure into a success, or one answer into another.
pub fn deserialize_envelope<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
    names: [&'static str; 4],
) -> Result<EnvelopeParts<T>, D::Error> {
    struct Parts<T>([&'static str; 4], PhantomData<T>);

    impl<'de, T: Deserialize<'de>> Visitor<'de> for Parts<T> {
        type Value = EnvelopeParts<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("the API's envelope")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let [code_name, message_name, data_name, request_id_name] = self.0;
            let (mut code, mut has_data) = (None, false);
            let mut parts = EnvelopeParts { code: 0, message: None, data: None, request_id: None, extra: Extra::new() };
            while let Some(key) = map.next_key::<Key<'de>>()? {
                let name = key.as_str();
                if name == code_name {
                    if code.is_some() {
                        return Err(A::Error::duplicate_field(code_name));
                    }
                    let Code(value) = map.next_value().map_err(|error| within(code_name, &error))?;
                    code = Some(value);
                } else if name == data_name {
                    if std::mem::replace(&mut has_data, true) {
                        return Err(A::Error::duplicate_field(data_name));
                    }
                    parts.data = map.next_value().map_err(|error| within(data_name, &error))?;
                } else if name == message_name {
                    parts.message = text(message_name, &mut map, &mut parts.extra)?;
                } else if name == request_id_name {
                    parts.request_id = text(request_id_name, &mut map, &mut parts.extra)?;
                } else {
                    let name = name.to_owned();
                    parts.extra.insert(name, map.next_value()?);
                }
            }
            parts.code = code.ok_or_else(|| A::Error::missing_field(code_name))?;
            Ok(parts)
        }
    }

    deserializer.deserialize_map(Parts(names, PhantomData))
}

/// A text that is nice to have: in another type it is kept, and the answer can be read all the same.
fn text<'de, A: MapAccess<'de>>(name: &'static str, map: &mut A, extra: &mut Extra) -> Result<Option<String>, A::Error> {
    Ok(match map.next_value()? {
        Value::String(text) => Some(text),
        Value::Null => None,
        other => {
            extra.insert(name, other);
            None
        }
    })
}

/// Reads an envelope in any exact spelling: what could not be read is reported beside it. The data is read if the code is one of these, and
/// ignored otherwise, because the code decides what a response is, whatever else is in it.
pub fn read_envelope<T: FromJson>(body: &[u8], names: [&'static str; 4], success: &[i64]) -> Result<Reading<EnvelopeParts<T>>, ReadError> {
    let mut context = ReadContext::default();
    let envelope = Json::document(body).map_err(|error| ReadError::not_json(error.offset))?;
    let (mut parts, data) = read_head(envelope, names, &mut context).map_err(|fault| ReadError::envelope(&fault))?;
    if let Some(data) = data.filter(|data| success.contains(&parts.code) && !data.is_null()) {
        let [.., data_name, _] = names;
        match context.in_field(data_name, |context| T::from_json(data, context)) {
            Ok(data) => parts.data = Some(data),
            Err(fault) => return Err(ReadError::data(&fault, parts.request_id)),
        }
    }
    Ok(Reading::new(parts, context.into_unread()))
}

/// Everything but the data, which may be anything.
fn read_head<'a, T>(
    envelope: Json<'a>,
    [code_name, message_name, data_name, request_id_name]: [&'static str; 4],
    context: &mut ReadContext,
) -> Result<(EnvelopeParts<T>, Option<Json<'a>>), Mismatch> {
    if envelope.kind() != JsonKind::Object {
        return Err(context.unexpected(envelope, "an object"));
    }
    let (mut code, mut data) = (None, None);
    let mut parts = EnvelopeParts { code: 0, message: None, data: None, request_id: None, extra: Extra::new() };
    for (name, value) in envelope.fields() {
        if name == code_name {
            if code.replace(value).is_some() {
                return Err(context.repeated(code_name));
            }
        } else if name == data_name {
            if data.replace(value).is_some() {
                return Err(context.repeated(data_name));
            }
        } else if name == message_name {
            parts.message = shown_text(&name, value, context, &mut parts.extra);
        } else if name == request_id_name {
            parts.request_id = shown_text(&name, value, context, &mut parts.extra);
        } else {
            context.unknown(&name, value, &mut parts.extra);
        }
    }
    let code = code.ok_or_else(|| context.missing(code_name))?;
    parts.code = context.in_field(code_name, |context| i64::from_json(code, context))?;
    Ok((parts, data))
}

/// A text that is only shown is read lossily.
fn shown_text(name: &str, json: Json<'_>, context: &mut ReadContext, extra: &mut Extra) -> Option<String> {
    match json.lossy_text() {
        Some(text) => Some(text.into_owned()),
        None if json.is_null() => None,
        None => {
            context.unknown(name, json, extra);
            None
        }
    }
}
