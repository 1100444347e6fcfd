//! One call: what it needs, what can be set, `send()`.
//!
//! The methods of the groups ([`Market`](crate::Market), [`Account`](crate::Account) …) return these. What a call cannot do without is an
//! argument of that method; what can be left out is a method here.

mod account;
mod api_keys;
mod list;
mod market;
mod orders;
mod positions;
pub(crate) mod settings;
mod unreadable_rows;

pub use account::*;
pub use api_keys::*;
pub use market::*;
pub use orders::*;
pub use positions::*;

/// What a call returned, and what the exchange calls the request.
#[derive(Clone, Debug)]
pub struct Reply<T> {
    /// What came.
    pub data: T,
    /// The `X-Request-ID` that was sent, or one that the exchange made: quote it to the support.
    pub request_id: Option<String>,
}

/// Declares calls: their arguments (those that the documentation requires, and in brackets those that are inferred to be required), their
/// options, and what comes back.
///
/// `=> Type` is the answer's data, which must come; `=> ()` is an answer of which nothing is documented but that it succeeded.
macro_rules! calls {
    ($(
        $(#[$meta:meta])*
        $name:ident: $request:ident / $operation:ident($($argument:ident: $argument_type:ty),*)[$($inferred:ident: $inferred_type:ty),*] => $data:tt {
            $($(#[$doc:meta])* $option:ident: $option_type:ty,)*
        }
    )+) => { $(
        $crate::call::settings::settings!($name);

        $(#[$meta])*
        #[derive(Clone, Debug)]
        #[must_use = "a call does nothing until it is sent"]
        pub struct $name {
            pub(crate) client: $crate::client_inner::ClientInner,
            pub(crate) settings: $crate::call::settings::Settings,
            $(pub(crate) $argument: $argument_type,)*
            $(pub(crate) $inferred: $inferred_type,)*
            $(pub(crate) $option: Option<$option_type>,)*
        }

        impl $name {
            pub(crate) fn new(
                client: &$crate::client_inner::ClientInner
                $(, $argument: impl Into<$argument_type>)*
                $(, $inferred: impl Into<$inferred_type>)*
            ) -> Self {
                Self {
                    client: client.clone(),
                    settings: $crate::call::settings::Settings::default(),
                    $($argument: $argument.into(),)*
                    $($inferred: $inferred.into(),)*
                    $($option: None,)*
                }
            }

            $(
                $(#[$doc])*
                pub fn $option(mut self, $option: impl Into<$option_type>) -> Self {
                    self.$option = Some($option.into());
                    self
                }
            )*

            /// Sends it.
            ///
            /// # Errors
            ///
            /// See [`Error`](crate::Error): ask a predicate what to do.
            pub async fn send(self) -> Result<$data, $crate::Error> {
                Ok(self.reply().await?.data)
            }

            /// Sends it, and returns what the exchange calls the request along with the data.
            ///
            /// # Errors
            ///
            /// See [`Error`](crate::Error): ask a predicate what to do.
            pub async fn reply(self) -> Result<$crate::call::Reply<$data>, $crate::Error> {
                let Self { client, settings, $($argument,)* $($inferred,)* $($option,)* } = self;
                let api = client.api_with(&settings.options);
                #[allow(unused_mut, reason = "not every call has options")]
                let mut call = $crate::call::settings::identified!(settings, sixmm_api::requests::$request::new($($argument),*)$(.$inferred($inferred))*);
                $(if let Some($option) = $option {
                    call = call.$option($option);
                })*
                let answer = api.send(call).await?;
                let request_id = $crate::client_inner::printable_request_id(&answer);
                Ok($crate::call::Reply { data: calls!(@data $data, answer), request_id })
            }
        }
    )+ };
    (@data (), $answer:ident) => {{
        let _ = $answer;
    }};
    (@data $data:ty, $answer:ident) => { $answer.into_data()? };
}
use calls;
