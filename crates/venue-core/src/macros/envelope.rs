//! `envelope!`: the object that an exchange puts around the data of every response.

/// Declares the envelope of an exchange from the names of its fields, the codes that mean success, and the uncertain codes. An uncertain
/// code reports a failure, but the exchange may have executed the request.
///
/// ```
/// venue_core::envelope! {
///     /// The object around the data of every response.
///     pub struct Envelope {
///         code: "code" is [0] uncertain [5001],
///         message: "message",
///         data: "data",
///         request_id: "requestId",
///     }
/// }
/// use venue_core::Envelope as _;
///
/// let json = r#"{"code":1003,"message":"Invalid token"}"#;
/// let response: Envelope<String> = serde_json::from_str(json)?;
/// assert!(!response.is_success());
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
            /// The business code, which decides between success and failure. The HTTP status does not.
            pub code: i64,
            /// The exchange's message about the result.
            pub message: ::core::option::Option<::std::string::String>,
            /// The data of the response, if the response contains data.
            pub data: ::core::option::Option<T>,
            /// The exchange's id of this request.
            pub request_id: ::core::option::Option<::std::string::String>,
            /// The undocumented fields of the envelope, unchanged.
            pub extra: $crate::Extra,
        }

        impl<T> $name<T> {
            fn from_parts(parts: $crate::private::EnvelopeParts<T>) -> Self {
                let $crate::private::EnvelopeParts { code, message, data, request_id, extra } = parts;
                Self { code, message, data, request_id, extra }
            }

            /// Creates a successful response with this data, for tests and mock servers.
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

            /// Creates a failed response with this code, for tests and mock servers.
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

            /// Sets the request id.
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
            /// Reads the body of a response as the client does. The strict reader accepts only the documented spelling of each value. If it
            /// fails, the lenient reader accepts any exact spelling and records the values that it cannot read. `Deserialize` uses only the
            /// strict reader.
            ///
            /// # Errors
            ///
            /// Returns an error if the body is not JSON, if it is not an envelope with exactly one code, or if the code means success and
            /// the type of the data is not the documented type.
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
                match $crate::private::serde_json::from_slice::<Self>(body) {
                    // The lenient reader distinguishes `null` from missing data.
                    ::core::result::Result::Ok(envelope) if !<T as $crate::private::FromJson>::ACCEPTS_NULL || envelope.data.is_some() => {
                        return ::core::result::Result::Ok($crate::Reading::complete(envelope));
                    }
                    _ => {}
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

/// Implements `JsonSchema` for an envelope. Expands to nothing without the feature `schemars`.
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

/// Implements `JsonSchema` for an envelope. Expands to nothing without the feature `schemars`.
#[cfg(not(feature = "schemars"))]
#[doc(hidden)]
#[macro_export]
macro_rules! envelope_schema {
    ($($anything:tt)*) => {};
}
